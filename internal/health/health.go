// Package health answers /livez and /readyz: what must hold, whether it does,
// and why not.
package health

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Check is one thing that must hold. Run returns what is worth knowing while
// it holds, "" for nothing, or why it does not.
type Check struct {
	Name string
	Run  func(ctx context.Context) (note string, err error)
}

// Result is what one Check came to.
type Result struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	// Why is the reason when OK is false, a note otherwise.
	Why string `json:"why,omitempty"`
}

const (
	// limit bounds one Check; no answer is an answer.
	limit = 2 * time.Second
	// fresh is how long results are given again, so that many who ask cost no
	// more than one.
	fresh = time.Second
)

// Board runs checks. Its methods may be called from several goroutines.
type Board struct {
	mu     sync.Mutex
	checks []Check

	asking  sync.Mutex // one at a time
	results []Result
	at      time.Time
}

// Add adds checks. The order is that of the results.
func (b *Board) Add(checks ...Check) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.checks = append(b.checks, checks...)
}

// Results runs the checks, side by side, and returns what they came to. It may
// be a second old.
func (b *Board) Results(ctx context.Context) []Result {
	b.asking.Lock()
	defer b.asking.Unlock()
	b.mu.Lock()
	checks := slices.Clone(b.checks)
	b.mu.Unlock()
	if time.Since(b.at) < fresh && len(b.results) == len(checks) {
		return b.results
	}
	results := make([]Result, len(checks))
	var all sync.WaitGroup
	for i, c := range checks {
		all.Go(func() { results[i] = c.run(ctx) })
	}
	all.Wait()
	if ctx.Err() == nil { // else they failed because the asker went away
		b.results, b.at = results, time.Now()
	}
	return results
}

func (c *Check) run(ctx context.Context) Result {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type answer struct {
		note string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		note, err := c.Run(ctx)
		got <- answer{note, err}
	}()
	select {
	case a := <-got:
		if a.err != nil {
			return Result{Check: c.Name, Why: a.err.Error()}
		}
		return Result{Check: c.Name, OK: true, Why: a.note}
	case <-ctx.Done():
		return Result{Check: c.Name, Why: fmt.Sprintf("no answer within %s", limit)}
	}
}

// Handler answers with 200 when everything holds and with 503 when not: text,
// one check a line, or JSON when it is asked for. word is what holds: "ready".
// Reasons may quote addresses and errors, so only whom trusted allows gets
// them.
func (b *Board) Handler(word string, trusted func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The answer is for the next one who asks too.
		results := slices.Clone(b.Results(context.WithoutCancel(r.Context())))
		ok := !slices.ContainsFunc(results, func(r Result) bool { return !r.OK })
		if !trusted(r) {
			for i := range results {
				results[i].Why = ""
			}
		}
		status, says := http.StatusOK, word
		if !ok {
			status, says = http.StatusServiceUnavailable, "not "+word
		}
		w.Header().Set("Cache-Control", "no-store")
		if strings.Contains(r.Header.Get("Accept"), "application/json") {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(struct {
				OK     bool     `json:"ok"`
				Checks []Result `json:"checks"`
			}{ok, results})
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprintln(w, says)
		for _, r := range results {
			mark := "ok  "
			if !r.OK {
				mark = "FAIL"
			}
			fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%s  %s  %s", mark, r.Check, r.Why), " "))
		}
	})
}
