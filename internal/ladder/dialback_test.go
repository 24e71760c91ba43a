package ladder_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/internal/ladder"
	"github.com/uctrace/uctrace/schemas"
)

// stanza is what a server logs of a dialback.
func stanza(node, role, stanza, answer string, after time.Duration, d schemas.Direction) schemas.Event {
	return schemas.Event{
		ID: schemas.HashID(node, stanza, answer), Node: node, File: node + ".log", Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(after), Kind: schemas.KindDialbackResult,
		XMPP: &schemas.XMPP{Stanza: stanza, Type: answer, Role: role, Direction: d, From: "a.example", To: "b.example"},
	}
}

// TestDialback wants three lanes, one arrow for what both of its sides logged,
// and the order of one clock though that of the receiving server is 5 s behind.
func TestDialback(t *testing.T) {
	s := schemas.Session{Kind: schemas.SessionFederation, Skews: []schemas.Skew{{Node: "edge-b", Against: "edge-a", Offset: -5 * time.Second}}}
	const late = -5 * time.Second
	l := ladder.Dialback(&s, []schemas.Event{
		stanza("edge-b", schemas.Receiving, "db:result", "", late+20*time.Millisecond, schemas.In),
		stanza("edge-b", schemas.Receiving, "db:verify", "", late+40*time.Millisecond, schemas.Out),
		stanza("edge-b", schemas.Receiving, "db:verify", "valid", late+80*time.Millisecond, schemas.In),
		stanza("edge-b", schemas.Receiving, "db:result", "valid", late+90*time.Millisecond, schemas.Out),
		stanza("edge-a", schemas.Initiating, "db:result", "", 0, schemas.Out),
		stanza("edge-a", schemas.Authoritative, "db:verify", "", 50*time.Millisecond, schemas.In),
		stanza("edge-a", schemas.Authoritative, "db:verify", "valid", 70*time.Millisecond, schemas.Out),
		stanza("edge-a", schemas.Initiating, "db:result", "valid", 100*time.Millisecond, schemas.In),
	}, nil)
	var got []string
	for _, step := range l.Steps {
		got = append(got, fmt.Sprintf("%s > %s %s %dms seen %d", l.Participants[step.From].Name, l.Participants[step.To].Name, step.Label, step.Time.Nanosecond()/1e6, len(step.Seen)))
	}
	want := []string{
		"initiating > receiving db:result 0ms seen 2", "receiving > authoritative db:verify 40ms seen 2",
		"authoritative > receiving db:verify valid 70ms seen 2", "receiving > initiating db:result valid 90ms seen 2",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if printed := l.Steps[1].Seen[0].Time; printed.Second() != 55 {
		t.Errorf("the line of the first db:verify prints %v", printed)
	}
	if len(l.Clocks) != 1 {
		t.Errorf("clocks: %v", l.Clocks)
	}
}
