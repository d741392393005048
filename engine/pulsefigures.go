package engine

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/health"
)

// pulseFigures count polls by kind of source since the program began.
type pulseFigures struct {
	polls   *prometheus.CounterVec
	items   *prometheus.CounterVec
	events  *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

func newPulseFigures() *pulseFigures {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	return &pulseFigures{
		polls:  counter("xuanti_source_polls_total", "Polls of sources.", "kind", "outcome"),
		items:  counter("xuanti_source_new_items_total", "Items that polls brought for the first time.", "kind"),
		events: counter("xuanti_source_events_total", "Sources that began to fail, went stale, recovered, …", "kind", "event"),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "xuanti_source_poll_seconds", Help: "Time until a source had answered.", Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"kind"}),
	}
}

func (f *pulseFigures) collectors() []prometheus.Collector {
	return []prometheus.Collector{f.polls, f.items, f.events, f.seconds}
}

func (f *pulseFigures) observe(kind xuanti.SourceKind, x health.Poll) {
	outcome := "failed"
	if x.OK {
		outcome = "ok"
		f.seconds.WithLabelValues(string(kind)).Observe(x.Latency.Seconds())
		f.items.WithLabelValues(string(kind)).Add(float64(x.New))
	}
	f.polls.WithLabelValues(string(kind), outcome).Inc()
}

func (f *pulseFigures) event(kind xuanti.SourceKind, event xuanti.SourceEventKind) {
	f.events.WithLabelValues(string(kind), string(event)).Inc()
}
