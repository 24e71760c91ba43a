// Package offline runs the whole flow, files → records → events → sessions and
// findings, as function calls in one process: no server, no broker. The parts
// and the results are those of the running system, ids included.
package offline

import (
	"context"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// Options say what is read, and how.
type Options struct {
	// Options are the collector's. Nil Parsers are all there are, 0 Workers
	// one a processor.
	collector.Options
	// Paths are files, folders, archives, and "-" for Stdin.
	Paths []string
	Stdin io.Reader
	// Rules are looked for beside the detectors; nil means those that uctrace
	// ships with.
	Rules []ruleset.Rule
	// Mask masks the secrets in what is read, as the agent does; nil leaves
	// them.
	Mask *redact.Masker
	// Window is what is looked at of what is read.
	Window Window
}

// Analyze reads everything under Paths and returns what was found. What cannot
// be read is a Problem of its Input; the only error is that of ctx, a fault of the
// shipped rules, or an EmptyWindowError. The result does not depend on the number
// of workers.
func Analyze(ctx context.Context, o Options) (correlator.Result, error) {
	if o.Parsers == nil {
		o.Parsers = normalizer.Parsers()
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	// A free list, because emit does not know which worker calls it.
	free := make(chan *worker, o.Workers)
	for range o.Workers {
		free <- &worker{normalizer: normalizer.New(o.Parsers)}
	}
	var mu sync.Mutex
	if o.Rules == nil {
		builtin, err := ruleset.Builtin()
		if err != nil {
			return correlator.Result{}, err
		}
		o.Rules = builtin
	}
	c := correlator.New(correlator.Config{Signatures: ruleset.Signatures(o.Rules)})
	err := collector.Scan(ctx, o.Options, o.Paths, o.Stdin, func(b *schemas.RecordBatch) error {
		w := <-free
		o.Window.Keep(b, &w.left)
		o.Mask.Mask(b)
		w.normalizer.Normalize(&w.events, b)
		mu.Lock()
		c.Add(&w.events)
		mu.Unlock()
		free <- w
		return nil
	})
	if err != nil {
		return correlator.Result{}, err
	}
	result := c.Result()
	result.Coverage = append(result.Coverage, guessedZone(result.Inputs)...)
	var left LeftOut
	for range o.Workers {
		left.add((<-free).left)
	}
	if left.Records > 0 && !slices.ContainsFunc(result.Inputs, func(in schemas.Input) bool { return !in.From.IsZero() }) {
		return correlator.Result{}, &EmptyWindowError{o.Window, left}
	}
	result.Coverage = append(result.Coverage, left.coverage(o.Window)...)
	return result, nil
}

// guessedZone says which logs were read as UTC because nobody named the zone
// of the local time they print.
func guessedZone(inputs []schemas.Input) []schemas.Coverage {
	var sources []string
	for _, in := range inputs {
		if in.Source.LocalTime() && in.Zone == "" && !in.From.IsZero() && !slices.Contains(sources, string(in.Source)) {
			sources = append(sources, string(in.Source))
		}
	}
	if len(sources) == 0 {
		return nil
	}
	slices.Sort(sources)
	return []schemas.Coverage{{
		Subject: "the zone of " + strings.Join(sources, ", "),
		Why:     "these logs print local time without a zone and are read as UTC; --tz names the zone",
	}}
}

// worker is what one call of emit needs; its memory is used again.
type worker struct {
	normalizer *normalizer.Normalizer
	events     schemas.EventBatch
	left       LeftOut
}
