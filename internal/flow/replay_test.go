package flow_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// frames are the events of a fleet, as messages of a few events each.
func frames(t *testing.T) (list [][]byte) {
	t.Helper()
	dir := t.TempDir()
	f, err := fleet.New(fleet.Options{Seed: 4})
	if err == nil {
		err = f.Save(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	parsers := normalizer.Parsers()
	n := normalizer.New(parsers)
	err = collector.Scan(t.Context(), collector.Options{Parsers: parsers, Workers: 1}, []string{dir}, nil, func(b *schemas.RecordBatch) error {
		var events schemas.EventBatch
		n.Normalize(&events, b)
		for part := range slices.Chunk(events.Events, 30) {
			list = append(list, wire.AppendEvents(nil, &schemas.EventBatch{
				Span: schemas.Span{File: events.Span.File, Start: events.Span.Start, End: events.Span.Start}, Events: part,
			}))
		}
		list = append(list, wire.AppendEvents(nil, &schemas.EventBatch{Span: events.Span}))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// put publishes messages of events.
func (r *rig) put(frames [][]byte) {
	r.t.Helper()
	pub := r.bus.Publisher(bus.PublisherOptions{Window: 32})
	for _, f := range frames {
		if err := pub.Publish(r.ctx, schemas.StreamEvents.Subject(""), "", f, func(err error) {
			if err != nil {
				r.t.Error(err)
			}
		}); err != nil {
			r.t.Fatal(err)
		}
	}
	if err := pub.Flush(r.ctx); err != nil {
		r.t.Fatal(err)
	}
}

// results are the newest revisions that were published.
type results struct {
	Sessions []schemas.Session
	Findings []schemas.Finding
	Logs     []schemas.LogCoverage
}

func (r *rig) results() (res results) {
	r.t.Helper()
	sessions, findings, logs := map[schemas.ID]schemas.Session{}, map[schemas.ID]schemas.Finding{}, map[schemas.ID]schemas.LogCoverage{}
	r.each(schemas.StreamSessions, func(data []byte) error {
		list, err := wire.DecodeSessions(data)
		for _, s := range list {
			if s.Version < sessions[s.ID].Version {
				r.t.Errorf("session %s: version %d behind %d", s.ID, s.Version, sessions[s.ID].Version)
			}
			sessions[s.ID] = s
		}
		return err
	})
	r.each(schemas.StreamFindings, func(data []byte) error {
		list, err := wire.DecodeFindings(data)
		for _, f := range list {
			findings[f.ID] = f
		}
		return err
	})
	r.each(schemas.StreamCoverage, func(data []byte) error {
		list, err := wire.DecodeCoverage(data)
		for _, x := range list {
			logs[x.ID] = x
		}
		return err
	})
	for _, s := range sessions {
		if s.Version = 0; !s.Deleted {
			res.Sessions = append(res.Sessions, s)
		}
	}
	for _, f := range findings {
		if f.Version = 0; !f.Deleted {
			res.Findings = append(res.Findings, f)
		}
	}
	for _, x := range logs {
		x.Version = 0
		res.Logs = append(res.Logs, x)
	}
	slices.SortFunc(res.Sessions, func(a, b schemas.Session) int { return a.ID.Compare(b.ID) })
	slices.SortFunc(res.Findings, func(a, b schemas.Finding) int { return a.ID.Compare(b.ID) })
	slices.SortFunc(res.Logs, func(a, b schemas.LogCoverage) int { return a.ID.Compare(b.ID) })
	return res
}

// each reads a stream from its beginning.
func (r *rig) each(s schemas.Stream, read func([]byte) error) {
	r.t.Helper()
	info := r.info(s)
	if info.Msgs == 0 {
		return
	}
	in, err := r.bus.Reader(r.ctx, s, info.First)
	if err != nil {
		r.t.Fatal(err)
	}
	defer in.Close()
	for {
		m, err := in.Next(r.ctx)
		if err == nil {
			err = read(m.Data)
		}
		if err != nil {
			r.t.Fatal(err)
		}
		if m.Seq >= info.Last {
			return
		}
	}
}

// TestRestartsChangeNothing correlates a fleet in one run, and again with
// restarts at random messages: by replay, by snapshots, and by snapshots of a
// stream that forgets what lies before them. What was published is the same to
// the byte, also where everything lets go of what has come to rest.
func TestRestartsChangeNothing(t *testing.T) {
	list := frames(t)
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	correlated := func(t *testing.T, keep int, rules []ruleset.Rule, name string, every int, forget bool) results {
		r := newRig(t, bus.Limits{})
		r.keep, r.rules, r.snapshotEvery, r.signatures = keep, name, every, ruleset.Signatures(rules)
		if every == 0 && name == "" {
			r.put(list)
			r.correlate()
			return r.results()
		}
		rng := rand.New(rand.NewPCG(uint64(keep), 4))
		for rest := list; len(rest) > 0; {
			n := min(len(rest), 1+rng.IntN(1+len(list)/6))
			r.put(rest[:n])
			rest = rest[n:]
			r.correlate()
			if forget {
				if err := r.bus.Purge(r.ctx, schemas.StreamEvents, r.snapshotAt()+1); err != nil {
					t.Fatal(err)
				}
			}
		}
		if forget && r.info(schemas.StreamEvents).First == 1 {
			t.Error("no message was given up: no snapshot was stored")
		}
		return r.results()
	}
	for _, keep := range []int{0, 400} {
		want := correlated(t, keep, rules, "", 0, false)
		if len(want.Sessions) < 100 || len(want.Findings) < 20 || len(want.Logs) < 5 {
			t.Fatalf("%d sessions, %d findings, %d logs: not worth comparing", len(want.Sessions), len(want.Findings), len(want.Logs))
		}
		for _, test := range []struct {
			name   string
			every  int
			forget bool
		}{{"replay", 1 << 30, false}, {"snapshots", 300, false}, {"snapshots alone", 300, true}} {
			t.Run(cmp.Or(map[int]string{400: test.name + ", letting go"}[keep], test.name), func(t *testing.T) {
				if d := diff.Diff(want, correlated(t, keep, rules, "rules", test.every, test.forget)); d != "" {
					t.Errorf("%.4000s", d)
				}
			})
		}
	}
}

// snapshotAt returns the sequence of the snapshot, 0 when there is none.
func (r *rig) snapshotAt() (seq uint64) {
	r.t.Helper()
	name := flow.CursorName(flow.CorrelatorCursor, r.info(schemas.StreamEvents))
	err := r.bus.LoadSnapshot(r.ctx, name, func(in io.Reader) error {
		data, err := io.ReadAll(in)
		for _, c := range data {
			if c == ' ' {
				break
			}
			seq = 10*seq + uint64(c-'0')
		}
		return err
	})
	if err != nil && !errors.Is(err, bus.ErrNoSnapshot) {
		r.t.Fatal(err)
	}
	return seq
}

// TestSnapshotsThatDoNotFit has a snapshot of other rules, one that is no
// snapshot, and one from behind the position: all events are read again, and
// nothing is published twice.
func TestSnapshotsThatDoNotFit(t *testing.T) {
	r := newRig(t, bus.Limits{})
	r.rules, r.snapshotEvery = "rules", 1
	r.call(1)
	r.call(2)
	r.correlate(func() bool { return r.snapshotAt() > 0 })
	name := flow.CursorName(flow.CorrelatorCursor, r.info(schemas.StreamEvents))
	for i, spoil := range []func(){
		func() { r.rules = "other rules" },
		func() { r.save(name, "no snapshot") },
		func() { r.save(name, "1 1\nno state") },
		func() { r.save(name, "99999 1\n") },
	} {
		spoil()
		r.call(3 + i)
		r.correlate()
		if got := len(r.sessions()); got != 3+i {
			t.Errorf("spoiled by %d: %d sessions were published, want %d", i, got, 3+i)
		}
	}
}

func (r *rig) save(name, data string) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	err := r.bus.SaveSnapshot(ctx, name, func(w io.Writer) error {
		_, err := io.WriteString(w, data)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
}
