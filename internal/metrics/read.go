package metrics

import "github.com/prometheus/client_golang/prometheus"

// Emit tells one value of a metric; values are those of its labels.
type Emit func(v float64, values ...string)

// Read adds a metric whose values are asked for at each scrape. read must be
// quick and may be called by several goroutines; it tells no two values with
// the same labels.
func (r *Registry) Read(kind Kind, name, help string, labels []string, read func(Emit)) {
	if r == nil {
		return
	}
	c := &reading{desc: prometheus.NewDesc(name, help, labels, nil), kind: prometheus.GaugeValue, read: read}
	if kind == KindCounter {
		c.kind = prometheus.CounterValue
	}
	register(r, Definition{name, kind, labels, help}, c, func(c *reading) *reading { return c })
}

// reading is a metric that is read from elsewhere.
type reading struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(Emit)
}

// Describe implements prometheus.Collector.
func (c *reading) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

// Collect implements prometheus.Collector.
func (c *reading) Collect(ch chan<- prometheus.Metric) {
	var bound series
	c.read(func(v float64, values ...string) {
		ch <- prometheus.MustNewConstMetric(c.desc, c.kind, v, bound.fit(values)...)
	})
}
