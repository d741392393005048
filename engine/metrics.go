package engine

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/xuanti/xuanti"
)

// Metrics gives the engine's figures to a Prometheus server.
func (e *Engine) Metrics() prometheus.Gatherer {
	r := prometheus.NewRegistry()
	r.MustRegister(&collector{e: e})
	r.MustRegister(e.pulse.collectors()...)
	return r
}

// collector reads the figures when they are asked for.
type collector struct{ e *Engine }

var (
	descItems   = prometheus.NewDesc("xuanti_items_total", "Items stored.", nil, nil)
	descEvents  = prometheus.NewDesc("xuanti_events_total", "Events stored.", nil, nil)
	descActive  = prometheus.NewDesc("xuanti_events_active", "Events that may still get members.", nil, nil)
	descOutbox  = prometheus.NewDesc("xuanti_delivery_queue_depth", "Deliveries waiting in the outbox.", nil, nil)
	descLag     = prometheus.NewDesc("xuanti_index_lag_items", "Items stored but not yet searchable.", nil, nil)
	descHealth  = prometheus.NewDesc("xuanti_sources", "Sources by kind and health.", []string{"kind", "health"}, nil)
	descSuccess = prometheus.NewDesc("xuanti_source_last_success_timestamp_seconds", "Last good fetch.", []string{"source"}, nil)
)

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descItems, descEvents, descActive, descOutbox, descLag, descHealth, descSuccess} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ctx := context.Background()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	st := c.e.Status(ctx)
	ch <- prometheus.MustNewConstMetric(descItems, prometheus.CounterValue, float64(st.Items))
	ch <- prometheus.MustNewConstMetric(descEvents, prometheus.CounterValue, float64(st.Events))
	gauge(descOutbox, float64(st.Outbox))
	gauge(descLag, float64(st.IndexLag))
	c.e.mu.Lock()
	active := len(c.e.state.events)
	c.e.mu.Unlock()
	gauge(descActive, float64(active))
	sources, err := c.e.sourceMap(ctx)
	if err != nil {
		return
	}
	now := c.e.Now()
	type group struct {
		kind   xuanti.SourceKind
		health xuanti.HealthState
	}
	health := map[group]int{}
	for id, s := range sources {
		health[group{s.Kind, s.Health(now)}]++
		if !s.Fetch.LastSuccess.IsZero() {
			gauge(descSuccess, float64(s.Fetch.LastSuccess.Unix()), id)
		}
	}
	for g, n := range health {
		gauge(descHealth, float64(n), string(g.kind), string(g.health))
	}
}
