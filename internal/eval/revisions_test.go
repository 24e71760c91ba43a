package eval_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
)

// TestRevisions gives the correlator the events of a fleet one by one, in random
// order, and evaluates or compacts it at random moments: the revisions fold to
// the result of everything at once. The limits let nothing go.
func TestRevisions(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	batches := normalized(t, dir)
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	cfg := correlator.Config{Signatures: ruleset.Signatures(rules)}
	all := correlator.New(cfg)
	for _, b := range batches {
		all.Add(b)
	}
	want := all.Result()
	year := 365 * 24 * time.Hour
	forever := correlator.Limits{Ended: year, Open: year, Lasting: year, Undated: 1 << 30}
	for seed := range 4 {
		rng := rand.New(rand.NewPCG(uint64(seed), 5))
		pieces := single(batches)
		if seed > 0 {
			rng.Shuffle(len(pieces), func(a, b int) { pieces[a], pieces[b] = pieces[b], pieces[a] })
		}
		c := correlator.New(cfg)
		told := revisions{map[schemas.ID]schemas.Session{}, map[schemas.ID]schemas.Finding{}}
		for i := range pieces {
			c.Add(&pieces[i])
			switch at := rng.IntN(6000); {
			case at < 300:
				told.add(c.Evaluate(uint64(i + 1)))
			case at < 302 && seed%2 == 1:
				told.add(c.Compact(forever, uint64(i+1)))
			}
		}
		told.add(c.Evaluate(1 << 40))
		sessions, findings := told.live()
		if d := cmp.Diff(want.Sessions, sessions); d != "" {
			t.Errorf("seed %d, sessions: %.3000s", seed, d)
		}
		if d := cmp.Diff(want.Findings, findings); d != "" {
			t.Errorf("seed %d, findings: %.6000s", seed, d)
		}
		if seed%2 == 1 {
			continue // a file is covered by its records that are held
		}
		if d := cmp.Diff(want.Coverage, c.Result().Coverage); d != "" {
			t.Errorf("seed %d, coverage: %.3000s", seed, d)
		}
	}
}

// single makes a batch of each event and of each span.
func single(batches []*schemas.EventBatch) []schemas.EventBatch {
	var pieces []schemas.EventBatch
	for _, b := range batches {
		pieces = append(pieces, schemas.EventBatch{Span: b.Span})
		for i := range b.Events {
			pieces = append(pieces, schemas.EventBatch{Events: b.Events[i : i+1]})
		}
	}
	return pieces
}

// revisions are the newest of each id.
type revisions struct {
	sessions map[schemas.ID]schemas.Session
	findings map[schemas.ID]schemas.Finding
}

func (r *revisions) add(ch correlator.Changes) {
	for _, s := range ch.Sessions {
		r.sessions[s.ID] = s
	}
	for _, f := range ch.Findings {
		r.findings[f.ID] = f
	}
}

func (r *revisions) live() (sessions []schemas.Session, findings []schemas.Finding) {
	for _, s := range r.sessions {
		if s.Version = 1; !s.Deleted {
			sessions = append(sessions, s)
		}
	}
	for _, f := range r.findings {
		if f.Version = 1; !f.Deleted {
			findings = append(findings, f)
		}
	}
	correlator.SortSessions(sessions)
	correlator.SortFindings(findings)
	return sessions, findings
}
