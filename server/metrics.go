package server

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the server's own figures; those of the engine come from
// Options.Gatherer, under other names. Routes are patterns, never paths: no user text in labels.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	streams  atomic.Int64
}

func newMetrics(s *Server) *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	m.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "xuanti_http_requests_total", Help: "HTTP requests by route and status.",
	}, []string{"method", "route", "status"})
	m.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "xuanti_http_request_seconds", Help: "Time to answer.",
		Buckets: []float64{.001, .005, .02, .05, .1, .25, .5, 1, 2.5, 5, 15},
	}, []string{"method", "route"})
	status := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.registry.MustRegister(m.requests, m.seconds,
		status("xuanti_http_streams", "Open event streams.", func() float64 { return float64(m.streams.Load()) }),
		&statusCollector{s: s},
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

func (m *metrics) observe(method, route string, code int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

// openStream counts a new event stream, unless there are too many.
func (m *metrics) openStream(limit int) bool {
	if m.streams.Add(1) > int64(limit) {
		m.streams.Add(-1)
		return false
	}
	return true
}

func (m *metrics) closeStream() { m.streams.Add(-1) }

// statusCollector says whether the server is ready, and which build it is.
type statusCollector struct{ s *Server }

func statusDescs() map[string]*prometheus.Desc {
	return map[string]*prometheus.Desc{
		"ready": prometheus.NewDesc("xuanti_ready", "1 when /readyz says so.", nil, nil),
		"build": prometheus.NewDesc("xuanti_build_info", "The version, as a label.", []string{"version"}, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *statusCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range statusDescs() {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *statusCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(c.s.base, 5*time.Second)
	defer cancel()
	st := c.s.Reader.Status(ctx)
	ready := 0.0
	if st.Ready {
		ready = 1
	}
	descs := statusDescs()
	ch <- prometheus.MustNewConstMetric(descs["ready"], prometheus.GaugeValue, ready)
	ch <- prometheus.MustNewConstMetric(descs["build"], prometheus.GaugeValue, 1, c.s.Version)
}

func (s *Server) metricsHandler() fiber.Handler {
	gather := prometheus.Gatherers{s.metrics.registry}
	if s.Gatherer != nil {
		gather = append(gather, s.Gatherer)
	}
	return adaptor.HTTPHandler(promhttp.HandlerFor(gather, promhttp.HandlerOpts{}))
}
