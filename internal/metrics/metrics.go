// Package metrics holds the numbers that a program tells Prometheus and is,
// beside the Loki sink, the only package that imports the client library.
//
// A Registry is made by the program and passed to its parts. A part that gets
// nil works all the same, its numbers go nowhere. Nothing is kept in the
// package.
//
// Names are those of Prometheus: uctrace_ first, seconds and bytes, _total at
// the end of a counter. Label values may come from the network, so the series
// of one metric are bounded: beyond MaxSeries they are added up under "other".
package metrics

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// MaxSeries bounds the combinations of label values of one metric.
const MaxSeries = 500

// Kind is what a metric is.
type Kind string

// The kinds. A counter only grows, a gauge may also fall.
const (
	KindCounter   Kind = "counter"
	KindGauge     Kind = "gauge"
	KindHistogram Kind = "histogram"
)

// Definition says what a metric means.
type Definition struct {
	Name   string
	Kind   Kind
	Labels []string
	Help   string
}

// Registry is the metrics of one program. A nil Registry keeps nothing. Its
// methods may be called from several goroutines.
type Registry struct {
	prom *prometheus.Registry

	mu   sync.Mutex
	defs []Definition
	made map[string]any // what the name was made for
}

// New returns a Registry that has, from the start, what the library knows of
// the Go runtime and of the process.
func New() *Registry {
	r := &Registry{prom: prometheus.NewRegistry(), made: map[string]any{}}
	r.prom.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// Definitions lists the metrics by name, without those of the runtime and the
// process.
func (r *Registry) Definitions() []Definition {
	r.mu.Lock()
	defer r.mu.Unlock()
	defs := slices.Clone(r.defs)
	slices.SortFunc(defs, func(a, b Definition) int { return strings.Compare(a.Name, b.Name) })
	return defs
}

// Handler answers in the text format of Prometheus, or in OpenMetrics.
func (r *Registry) Handler() http.Handler {
	return promhttp.HandlerFor(r.prom, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4, Timeout: 30 * time.Second, EnableOpenMetrics: true,
	})
}

// register returns what make makes, or, the second time a name comes, what it
// made the first time.
func register[T prometheus.Collector, M any](r *Registry, d Definition, vec T, wrap func(T) M) M {
	if r == nil {
		return wrap(vec)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.made[d.Name].(M); ok {
		return m
	}
	r.prom.MustRegister(vec) // a name that stands for two things is a fault of the program
	m := wrap(vec)
	r.made[d.Name], r.defs = m, append(r.defs, d)
	return m
}

// Counter counts what happens.
type Counter struct {
	vec    *prometheus.CounterVec
	series series
}

// Counter returns the counter called name; its values are told apart by
// labels.
func (r *Registry) Counter(name, help string, labels ...string) *Counter {
	vec := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	c := register(r, Definition{name, KindCounter, labels, help}, vec, func(v *prometheus.CounterVec) *Counter { return &Counter{vec: v} })
	if len(labels) == 0 {
		c.Add(0) // it is there before it counts, so that the first one is seen as an increase
	}
	return c
}

// Add adds n, which is not negative.
func (c *Counter) Add(n int, values ...string) {
	c.vec.WithLabelValues(c.series.fit(values)...).Add(float64(max(n, 0)))
}

// Inc adds one.
func (c *Counter) Inc(values ...string) { c.Add(1, values...) }

// Gauge is a number that holds now.
type Gauge struct {
	vec    *prometheus.GaugeVec
	series series
}

// Gauge returns the gauge called name.
func (r *Registry) Gauge(name, help string, labels ...string) *Gauge {
	vec := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	return register(r, Definition{name, KindGauge, labels, help}, vec, func(v *prometheus.GaugeVec) *Gauge { return &Gauge{vec: v} })
}

// Set sets the value.
func (g *Gauge) Set(v float64, values ...string) {
	g.vec.WithLabelValues(g.series.fit(values)...).Set(v)
}

// Histogram says how long, or how large, things are.
type Histogram struct {
	vec    *prometheus.HistogramVec
	series series
}

// Durations are the buckets, in seconds, of what takes from a millisecond to a
// minute.
var Durations = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// Histogram returns the histogram called name with the upper bounds buckets.
func (r *Registry) Histogram(name, help string, buckets []float64, labels ...string) *Histogram {
	vec := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	return register(r, Definition{name, KindHistogram, labels, help}, vec, func(v *prometheus.HistogramVec) *Histogram { return &Histogram{vec: v} })
}

// Since observes the seconds since begin.
func (h *Histogram) Since(begin time.Time, values ...string) {
	h.vec.WithLabelValues(h.series.fit(values)...).Observe(time.Since(begin).Seconds())
}

// series bounds the label values of a metric.
type series struct {
	mu   sync.Mutex
	seen map[string]struct{}
}

// maxValue bounds a label value, in bytes.
const maxValue = 100

// fit returns values as they may be told, or "other" for each when there are
// too many series.
func (s *series) fit(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	fit := make([]string, len(values))
	for i, v := range values {
		fit[i] = strings.ToValidUTF8(v[:min(len(v), maxValue)], "")
	}
	key := strings.Join(fit, "\x00")
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.seen[key]; ok {
		return fit
	}
	if len(s.seen) < MaxSeries {
		if s.seen == nil {
			s.seen = map[string]struct{}{}
		}
		s.seen[key] = struct{}{}
		return fit
	}
	for i := range fit {
		fit[i] = "other"
	}
	return fit
}
