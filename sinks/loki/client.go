package loki

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	library "github.com/grafana/loki-client-go/loki"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// client is the library made to tell what became of what it was given.
//
// The library sends in one goroutine, in order, and tries once (see options).
// It counts each entry as sent or as dropped, and logs why before it counts
// what it dropped. So a push is over when both counters together have grown by
// its entries, and how far they had grown when it logged tells which entries
// it dropped. The counters are the library's own, one pair for each host in a
// process.
type client struct {
	library       *library.Client
	failed        *failures
	sent, dropped prometheus.Counter
	claim         prometheus.Collector
	busy          chan struct{} // holds a value while a push is on its way
	closed        sync.Once
}

func newClient(cfg *Config) (*client, error) {
	if err := cfg.Check(); err != nil {
		return nil, fmt.Errorf("loki: %w", err)
	}
	o, err := cfg.options()
	if err != nil {
		return nil, fmt.Errorf("loki: %w", err)
	}
	c := &client{busy: make(chan struct{}, 1), claim: claim(o.URL.Host)}
	if c.sent, err = libraryCounter(o.URL.Host, "sent_entries_total", "Number of log entries sent to the ingester."); err != nil {
		return nil, err
	}
	const help = "Number of log entries dropped because failed to be sent to the ingester after all retries."
	if c.dropped, err = libraryCounter(o.URL.Host, "dropped_entries_total", help); err != nil {
		return nil, err
	}
	c.failed = &failures{count: c.count}
	if err := prometheus.Register(c.claim); err != nil {
		return nil, fmt.Errorf("loki: another client of this process writes to %s", o.URL.Host)
	}
	if c.library, err = library.NewWithLogger(o, c.failed); err != nil {
		prometheus.Unregister(c.claim)
		return nil, fmt.Errorf("loki: %w", err)
	}
	return c, nil
}

// libraryCounter returns a counter that the library keeps to itself: the
// registry hands it out to whoever offers an equal one.
func libraryCounter(host, name, help string) (prometheus.Counter, error) {
	own := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "promtail", Name: name, Help: help}, []string{library.HostLabel})
	err := prometheus.Register(own)
	if known, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
		if vec, ok := known.ExistingCollector.(*prometheus.CounterVec); ok {
			return vec.WithLabelValues(host), nil
		}
	}
	prometheus.Unregister(own)
	return nil, fmt.Errorf("loki: loki-client-go does not count %s", name)
}

// claim is what tells a second client of the same host that there is one: its
// entries would be counted with those of the first.
func claim(host string) prometheus.Collector {
	return prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "uctrace_loki_client", Help: "Loki that lines are pushed to.", ConstLabels: prometheus.Labels{"host": host},
	})
}

// count returns how many entries of this host were sent, and dropped, since the
// process began. A counter of which nothing can be read stands still, and the
// push with it; that does not happen.
func (c *client) count() (sent, dropped uint64) {
	var m dto.Metric
	if c.sent.Write(&m) == nil {
		sent = uint64(m.GetCounter().GetValue())
	}
	if c.dropped.Write(&m) == nil {
		dropped = uint64(m.GetCounter().GetValue())
	}
	return sent, dropped
}

// idle waits until no push is on its way.
func (c *client) idle(ctx context.Context) error {
	select {
	case c.busy <- struct{}{}:
		<-c.busy
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// push returns what Loki did not accept of es; of what it refused it may have
// kept some. The error is that of ctx: then the push is still on its way, and
// reads es until idle returns; every other error is final.
func (c *client) push(ctx context.Context, es []entry) ([]failure, error) {
	select {
	case c.busy <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	type result struct {
		failed []failure
		err    error
	}
	done := make(chan result, 1)
	go func() {
		failed, err := c.send(es)
		<-c.busy
		done <- result{failed, err}
	}()
	select {
	case r := <-done:
		return r.failed, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// send hands es to the library and waits until it has got rid of them.
func (c *client) send(es []entry) ([]failure, error) {
	c.failed.begin()
	for i := range es {
		e := &es[i]
		if err := c.library.HandleWithMetadata(e.stream.labels, e.time, e.line, e.meta); err != nil {
			return nil, err
		}
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if failed, over, err := c.failed.after(len(es)); over || err != nil {
			return failed, err
		}
	}
	return nil, nil // never: the ticker ticks on
}

// close ends the library. A push that is on its way goes on in the background
// when it takes longer than patience; one try is bounded by the time-out.
func (c *client) close(patience time.Duration) (err error) {
	c.closed.Do(func() {
		ended := make(chan struct{})
		go func() {
			c.busy <- struct{}{} // for good: the library waits for ever for who comes later
			c.library.Stop()
			prometheus.Unregister(c.claim)
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(patience):
			err = errors.New("loki: ended without the answer to the last push")
		}
	})
	return err
}
