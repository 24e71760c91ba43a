package ladder_test

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/internal/ladder"
	"github.com/uctrace/uctrace/schemas"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// call is a call through a node that both the node and the phone logged: a
// message is one arrow, an INVITE that was sent again too.
func call() (schemas.Session, []schemas.Event) {
	start := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	print := schemas.FingerprintOf([]byte("cucm"))
	var events []schemas.Event
	add := func(ms int, node, file string, line int, dir schemas.Direction, peer string, m schemas.SIP) {
		m.Direction, m.Peer, m.Wire, m.CallID = dir, peer, true, "5a1b9e00-1@10.10.10.1"
		e := schemas.Event{
			ID: print.ID(int64(len(events))), Time: start.Add(time.Duration(ms) * time.Millisecond), Node: node, File: file, Line: line,
			Source: schemas.CUCMSDL, Kind: schemas.KindSIPMessage, SIP: &m, Text: "line " + m.Method,
		}
		if node == "" {
			e.Source = schemas.JabberCSF
			e.Attrs = []schemas.Attr{{Name: "device", Value: "CSFALICE"}}
		}
		events = append(events, e)
	}
	invite := schemas.SIP{Method: "INVITE", CSeq: "101 INVITE", RequestURI: "sip:2003@10.10.20.30", SDP: true}
	add(0, "cucm1", "t/sdl.txt", 10, schemas.Out, "10.10.20.30:5060", invite)
	add(12, "", "t/jabber.log", 4, schemas.In, "10.10.10.1:5060", invite)
	add(500, "cucm1", "t/sdl.txt", 20, schemas.Out, "10.10.20.30:5060", invite)
	events = append(events, schemas.Event{
		ID: print.ID(100), Time: start.Add(600 * time.Millisecond), Node: "CUCM1", File: "t/sdl.txt", Line: 25, Kind: schemas.KindMobilityMiss,
		Attrs: []schemas.Attr{{Name: "number", Value: "5737"}},
	})
	add(700, "cucm1", "t/sdl.txt", 30, schemas.In, "10.10.20.30:5060", schemas.SIP{Method: "INVITE", Status: 100, Reason: "Trying", CSeq: "101 INVITE"})
	add(5000, "cucm1", "t/sdl.txt", 40, schemas.In, "10.10.20.30:5060", schemas.SIP{Method: "INVITE", Status: 503, Reason: "Service <Unavailable>", CSeq: "101 INVITE", Warning: `399 x "no; route"`})
	return schemas.Session{Kind: schemas.SessionCall, Summary: "call from 5737 to 2003"}, events
}

func TestForms(t *testing.T) {
	s, events := call()
	l := ladder.Build(&s, events, map[schemas.ID]bool{events[5].ID: true})
	for name, write := range map[string]func(b *strings.Builder) error{
		"call.txt":  func(b *strings.Builder) error { return l.Text(b, 0, false) },
		"color.txt": func(b *strings.Builder) error { return l.Text(b, 0, true) },
		"call.mmd":  func(b *strings.Builder) error { return l.Mermaid(b) },
		"call.svg":  func(b *strings.Builder) error { return l.SVG(b) },
		"call.html": func(b *strings.Builder) error { return l.HTML(b) },
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), b.String()); d != "" {
			t.Errorf("%s (go test -update accepts):\n%s", name, d)
		}
	}
}

// TestOneMessageIsOneArrow counts: three INVITEs in two logs are one arrow,
// logged twice, sent twice.
func TestOneMessageIsOneArrow(t *testing.T) {
	s, events := call()
	l := ladder.Build(&s, events, nil)
	if len(l.Steps) != 4 {
		t.Fatalf("%d steps, want INVITE, a note, 100 and 503: %+v", len(l.Steps), l.Steps)
	}
	if first := l.Steps[0]; len(first.Seen) != 2 || first.Repeats != 1 {
		t.Errorf("the INVITE was seen in %d logs and repeated %d times, want 2 and 1", len(first.Seen), first.Repeats)
	}
	var names []string
	for _, p := range l.Participants {
		names = append(names, p.Name)
	}
	if got := strings.Join(names, " "); got != "cucm1 CSFALICE" {
		t.Errorf("participants %q, want the node in one spelling and the device", got)
	}
}

// TestNoGapToATimeOfDay: a log without dates beside one with them.
func TestNoGapToATimeOfDay(t *testing.T) {
	s, events := call()
	for i := range events[:2] {
		h, m, sec := events[i].Time.Clock()
		events[i].Time = time.Date(1, 1, 1, h, m, sec, events[i].Time.Nanosecond(), time.UTC)
	}
	l := ladder.Build(&s, events, nil)
	for i, step := range l.Steps {
		if step.Gap > time.Hour {
			t.Errorf("step %d is %s behind the one above", i, step.Gap)
		}
	}
}

// TestNothing draws a session without events.
func TestNothing(t *testing.T) {
	l := ladder.Build(&schemas.Session{Summary: "empty"}, nil, nil)
	for _, write := range []func(b *strings.Builder) error{
		func(b *strings.Builder) error { return l.Text(b, 0, false) }, func(b *strings.Builder) error { return l.SVG(b) },
		func(b *strings.Builder) error { return l.Mermaid(b) }, func(b *strings.Builder) error { return l.HTML(b) },
	} {
		var b strings.Builder
		if err := write(&b); err != nil || b.Len() == 0 {
			t.Errorf("%q, %v", b.String(), err)
		}
	}
}

// TestNotesFitTheTerminal draws a note that says more than a line holds.
func TestNotesFitTheTerminal(t *testing.T) {
	s, events := call()
	for i := range events {
		if events[i].Kind == schemas.KindMobilityMiss {
			events[i].Attrs = []schemas.Attr{{Name: "number", Value: strings.Repeat("5737", 20)}}
		}
	}
	l := ladder.Build(&s, events, nil)
	for width, want := range map[int]int{0: 114, 90: 90} {
		var b strings.Builder
		if err := l.Text(&b, width, false); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); strings.Contains(line, "5737…") || strings.Contains(line, "mobility") {
				if n != want {
					t.Errorf("width %d: a line of %d columns, want %d: %s", width, n, want, line)
				}
			}
		}
	}
}

// TestCorrectedOrder draws a call of which one node's clock is 16 s ahead: its
// lines stand where they belong.
func TestCorrectedOrder(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	message := func(node string, after time.Duration, method string, out bool) schemas.Event {
		d := schemas.In
		if out {
			d = schemas.Out
		}
		return schemas.Event{
			ID: schemas.HashID(node, method), Node: node, File: node + ".log", Time: at.Add(after), Kind: schemas.KindSIPMessage,
			SIP: &schemas.SIP{Method: method, Direction: d, Peer: "10.0.0.9:5060", Local: node, CallID: "a", CSeq: "1 " + method, Wire: true},
		}
	}
	events := []schemas.Event{message("cm1", 0, "INVITE", true), message("cm1", 2*time.Second, "BYE", true), message("edge", 17*time.Second, "UPDATE", true)}
	s := schemas.Session{Summary: "call", Skews: []schemas.Skew{{Node: "edge", Against: "cm1", Offset: 16 * time.Second}}}
	l := ladder.Build(&s, events, nil)
	var order []string
	for _, step := range l.Steps {
		order = append(order, step.Label)
	}
	if got := strings.Join(order, " "); got != "INVITE UPDATE BYE" {
		t.Errorf("order %q", got)
	}
	if got := l.Steps[1].Time; !got.Equal(at.Add(time.Second)) {
		t.Errorf("UPDATE at %v", got)
	}
	if !events[2].Time.Equal(at.Add(17 * time.Second)) {
		t.Error("the event was changed")
	}
	for form, write := range map[string]func(io.Writer) error{
		"text": func(w io.Writer) error { return l.Text(w, 0, false) }, "mermaid": l.Mermaid, "html": l.HTML,
	} {
		var b strings.Builder
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "the clock of edge is 16s ahead of that of cm1: times here are corrected") {
			t.Errorf("%s does not say whose clock differs:\n%s", form, &b)
		}
	}
}

// TestNotesInARowAreOneStep wants runs of notes counted, and those that a finding
// rests on, stages and messages left as they are.
func TestNotesInARowAreOneStep(t *testing.T) {
	note := func(label string, at int) ladder.Step {
		return ladder.Step{From: at, To: at, Label: label, Class: ladder.Note, Aside: true, Seen: []ladder.Place{{File: "sdl.txt", Line: len(label)}}}
	}
	proof := note("mobility.miss", 0)
	proof.Proof = true
	l := ladder.Ladder{Steps: []ladder.Step{
		note("digits.analysis", 0), note("digits.analysis", 0), note("media.leg", 0), proof, note("media.leg", 0),
		{From: 0, To: 1, Label: "INVITE"},
		note("media.leg", 0), note("media.leg", 1),
		{Label: "xmpp enter", Class: ladder.Note},
	}}
	var got []string
	for _, s := range l.Folded().Steps {
		got = append(got, s.Label+" | "+s.Detail)
	}
	want := []string{
		"3 notes | 2 digits.analysis, 1 media.leg", "mobility.miss | ", "media.leg | ", "INVITE | ", "media.leg | ", "media.leg | ", "xmpp enter | ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := len(l.Folded().Steps[0].Seen); n != 3 {
		t.Errorf("the notes were seen at %d places, want 3", n)
	}
	if len(l.Steps) != 9 {
		t.Error("the ladder was changed")
	}
}

// TestProxy wants the address of a client outside to stay the client's, as an
// Expressway passes its Call-ID on, and what the client logged to be one arrow
// with what the edge logged, though a client prints no other side.
func TestProxy(t *testing.T) {
	const client = "198.51.100.7"
	message := func(node, local, peer string, d schemas.Direction) schemas.Event {
		return schemas.Event{Node: node, Source: schemas.ExpresswayTVCS, Kind: schemas.KindSIPMessage, SIP: &schemas.SIP{
			Wire: true, Method: "INVITE", CallID: "a1@" + client, CSeq: "101", Direction: d, Local: local, Peer: peer,
		}}
	}
	l := ladder.Build(&schemas.Session{}, []schemas.Event{
		{File: "jabber.log", Source: schemas.JabberCSF, Kind: schemas.KindSIPMessage, Attrs: []schemas.Attr{{Name: "device", Value: "CSFANN"}}, SIP: &schemas.SIP{
			Wire: true, Method: "INVITE", CallID: "a1@" + client, CSeq: "101", Direction: schemas.Out,
		}},
		message("expe1", "10.0.2.2:5061", client+":40000", schemas.In), message("expe1", "10.0.2.2:7001", "10.0.1.5:25000", schemas.Out),
		message("expc1", "10.0.1.5:25000", "10.0.2.2:7001", schemas.In), message("expc1", "10.0.1.5:5060", "10.0.0.9:5060", schemas.Out),
	}, nil)
	var got []string
	for _, s := range l.Steps {
		got = append(got, l.Participants[s.From].Name+" > "+l.Participants[s.To].Name)
	}
	if d := cmp.Diff([]string{"CSFANN > expe1", "expe1 > expc1", "expc1 > 10.0.0.9"}, got); d != "" {
		t.Error(d)
	}
}
