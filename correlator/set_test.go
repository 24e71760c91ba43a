package correlator

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestSet checks that the result is a function of the set of events and
// spans: any order, any batching, repeats, memory that is used again, and any moments
// of Evaluate give the same result, and the emitted revisions fold to it.
func TestSet(t *testing.T) {
	var everything []schemas.EventBatch
	for _, s := range scenarios {
		batches := build(t, s.log)
		t.Run(s.name, func(t *testing.T) { checkSet(t, batches, 40) })
		// Together in one correlator the files must differ.
		for i := range batches {
			rename(&batches[i], s.name)
		}
		everything = append(everything, batches...)
	}
	t.Run("everything", func(t *testing.T) { checkSet(t, everything, 30) })
}

func checkSet(t *testing.T, batches []schemas.EventBatch, rounds int) {
	t.Helper()
	checkSetWith(t, Config{}, batches, rounds)
}

func checkSetWith(t *testing.T, cfg Config, batches []schemas.EventBatch, rounds int) {
	t.Helper()
	want := resultWith(cfg, batches)
	for seed := range rounds {
		rng := rand.New(rand.NewPCG(uint64(seed), 7))
		pieces := cut(batches, rng)
		rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		c := New(cfg)
		var f fold
		for i := range pieces {
			addLent(c, &pieces[i])
			if rng.IntN(3) == 0 {
				addLent(c, &pieces[rng.IntN(i+1)])
			}
			switch rng.IntN(4) {
			case 0:
				f.add(t, c.Evaluate(uint64(i+1)), uint64(i+1))
			case 1:
				c.Result()
			}
		}
		f.add(t, c.Evaluate(1<<40), 1<<40)
		if ch := c.Evaluate(1<<40 + 1); len(ch.Sessions)+len(ch.Findings) > 0 {
			t.Fatalf("seed %d: nothing was added and %d revisions came", seed, len(ch.Sessions)+len(ch.Findings))
		}
		got := c.Result()
		if !reflect.DeepEqual(got.Sessions, want.Sessions) || !reflect.DeepEqual(got.Findings, want.Findings) {
			t.Fatalf("seed %d: result differs\n%s\nwant\n%s", seed, outline(got), outline(want))
		}
		if !reflect.DeepEqual(got.Logs, want.Logs) || !reflect.DeepEqual(f.logs(), want.Logs) {
			t.Fatalf("seed %d: logs differ\n%+v\nfolded\n%+v\nwant\n%+v", seed, got.Logs, f.logs(), want.Logs)
		}
		if !reflect.DeepEqual(got.Inputs, want.Inputs) || !reflect.DeepEqual(got.Coverage, want.Coverage) || got.Apart != want.Apart {
			t.Fatalf("seed %d: inputs or coverage differ\n%+v\nwant\n%+v", seed, got.Coverage, want.Coverage)
		}
		sessions, findings := f.live()
		if !reflect.DeepEqual(sessions, want.Sessions) || !reflect.DeepEqual(findings, want.Findings) {
			t.Fatalf("seed %d: revisions fold to\n%s\nwant\n%s", seed, outline(Result{Sessions: sessions, Findings: findings}), outline(want))
		}
	}
}

// addLent adds b and takes its memory back.
func addLent(c *Correlator, b *schemas.EventBatch) {
	lent, take := lend(b)
	c.Add(lent)
	take()
}

// cut makes single-event batches of some batches. The span goes with one of
// the pieces: events and spans are independent facts.
func cut(batches []schemas.EventBatch, rng *rand.Rand) []schemas.EventBatch {
	var pieces []schemas.EventBatch
	for _, b := range batches {
		if rng.IntN(3) == 0 {
			pieces = append(pieces, b)
			continue
		}
		pieces = append(pieces, schemas.EventBatch{Span: b.Span})
		for i := range b.Events {
			pieces = append(pieces, schemas.EventBatch{Events: b.Events[i : i+1]})
		}
	}
	return pieces
}

// fold keeps the newest revision of each id.
type fold struct {
	sessions map[schemas.ID]schemas.Session
	findings map[schemas.ID]schemas.Finding
	rows     map[schemas.ID]schemas.LogCoverage
}

// logs returns the newest revisions of what the logs hold.
func (f *fold) logs() (list []schemas.LogCoverage) {
	for _, x := range f.rows {
		x.Version = 1
		list = append(list, x)
	}
	SortLogs(list)
	return list
}

func (f *fold) add(t *testing.T, ch Changes, version uint64) {
	t.Helper()
	if f.sessions == nil {
		f.sessions, f.findings = map[schemas.ID]schemas.Session{}, map[schemas.ID]schemas.Finding{}
		f.rows = map[schemas.ID]schemas.LogCoverage{}
	}
	for _, x := range ch.Logs {
		if old, ok := f.rows[x.ID]; x.Version != version || ok && old.Version == version {
			t.Fatalf("revision %+v after %+v", x, old)
		}
		f.rows[x.ID] = x
	}
	for _, s := range ch.Sessions {
		if old, ok := f.sessions[s.ID]; s.Version != version || ok && (old.Version == version || !old.Since.Equal(s.Since)) || s.Deleted && !ok {
			t.Fatalf("revision %+v after %+v", s, old)
		}
		f.sessions[s.ID] = s
	}
	for _, x := range ch.Findings {
		if old, ok := f.findings[x.ID]; x.Version != version || ok && (old.Version == version || !old.Since.Equal(x.Since)) || x.Deleted && !ok {
			t.Fatalf("revision %+v after %+v", x, old)
		}
		f.findings[x.ID] = x
	}
}

func (f *fold) live() (sessions []schemas.Session, findings []schemas.Finding) {
	for _, s := range f.sessions {
		if s.Version = 1; !s.Deleted {
			sessions = append(sessions, s)
		}
	}
	for _, x := range f.findings {
		if x.Version = 1; !x.Deleted {
			findings = append(findings, x)
		}
	}
	SortSessions(sessions)
	SortFindings(findings)
	return sessions, findings
}

// rename moves a batch to another file, with its keys.
func rename(b *schemas.EventBatch, to string) {
	old := b.Span.File
	b.Span.File.Path = to + "/" + old.Path
	b.Span.File.Fingerprint = schemas.FingerprintOf([]byte(b.Span.File.Path))
	b.Events = slices.Clone(b.Events)
	for i := range b.Events {
		e := &b.Events[i]
		e.ID = b.Span.File.Fingerprint.ID(e.ID.Offset())
		e.File = b.Span.File.Path
		e.Keys = slices.Clone(e.Keys)
		for j := range e.Keys {
			if e.Keys[j].Scope == old.Fingerprint.String() {
				e.Keys[j].Scope = b.Span.File.Fingerprint.String()
			}
		}
	}
}

// TestCopies checks that the same bytes under two paths count once, and that
// it does not matter which copy comes first.
func TestCopies(t *testing.T) {
	batches := build(t, `file b/x cucm.sdl node=n2 copy=z
0 sip INVITE id=a from=1
1 sip 200/INVITE id=a
file a/x cucm.sdl node=n1 copy=z
0 sip INVITE id=a from=1
1 sip 200/INVITE id=a sid=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
file y cucm.sdl
5 sip INVITE id=b sid=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`)
	checkSet(t, batches, 60)
	r := resultOf(batches)
	if len(r.Sessions) != 1 || r.Sessions[0].EventCount != 3 || len(r.Inputs) != 3 {
		t.Errorf("%d inputs\n%s", len(r.Inputs), outline(r))
	}
}

// TestReuse checks that Add copies what it keeps.
func TestReuse(t *testing.T) {
	batches := build(t, scenarios[0].log)
	want := resultOf(batches)
	c := New(Config{})
	for i := range batches {
		c.Add(&batches[i])
		for j := range batches[i].Events {
			e := &batches[i].Events[j]
			clear(e.Keys)
			clear(e.Attrs)
			if e.SIP != nil {
				*e.SIP = schemas.SIP{}
			}
			*e = schemas.Event{}
		}
		batches[i].Span = schemas.Span{}
	}
	if got := c.Result(); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", outline(got), outline(want))
	}
}

// TestLateEvent checks that an answer that arrives after the time-out was
// reported withdraws the finding.
func TestLateEvent(t *testing.T) {
	all := build(t, healthyDialback)
	late := build(t, healthyDialback)[1]
	answer := schemas.EventBatch{Events: late.Events[4:5]}
	all[1].Events = all[1].Events[:4]
	c := New(Config{})
	for i := range all {
		c.Add(&all[i])
	}
	ch := c.Evaluate(1)
	if len(ch.Findings) != 1 || ch.Findings[0].Rule != "xmpp.dialback-timeout" {
		t.Fatalf("findings %+v", ch.Findings)
	}
	c.Add(&answer)
	ch2 := c.Evaluate(2)
	if len(ch2.Findings) != 1 || !ch2.Findings[0].Deleted || ch2.Findings[0].ID != ch.Findings[0].ID {
		t.Errorf("findings %+v, want the first withdrawn", ch2.Findings)
	}
	if len(ch2.Sessions) != 1 || ch2.Sessions[0].Outcome != schemas.OutcomeOK || ch2.Sessions[0].ID != ch.Sessions[0].ID {
		t.Errorf("sessions %+v, want the same one, ok", ch2.Sessions)
	}
}

// TestWatermark checks that a time-out is reported when, and only when, the
// log goes on beyond the deadline, and that only the waiting unit is touched.
func TestWatermark(t *testing.T) {
	batches := build(t, `file e1 expressway.xcp node=e1
0 dialback.result initiating k=K pair=a.com>b.com xc=1
0 dialback.timer seconds=30 pair=a.com>b.com xc=1`)
	c := New(Config{})
	c.Add(&batches[0])
	if ch := c.Evaluate(1); len(ch.Findings) != 0 || len(ch.Sessions) != 1 {
		t.Fatalf("%+v", ch)
	}
	for i, second := range []string{"10", "34.9", "35"} {
		span := schemas.EventBatch{Span: batches[0].Span}
		span.Span.File.Path, span.Span.File.Fingerprint = "next file", schemas.FingerprintOf([]byte("next"))
		span.Span.Start, span.Span.End, span.Span.To = int64(i), int64(i+1), at(second)
		c.Add(&span)
		if got, want := len(c.Evaluate(uint64(i+2)).Findings), i/2; got != want {
			t.Errorf("at second %s: %d findings, want %d", second, got, want)
		}
	}
}
