package wire

import (
	"github.com/klauspost/compress/s2"
	"github.com/uctrace/uctrace/schemas"
)

// SplitEvents cuts b into batches whose frames are at most max bytes, usually
// MaxMessage, whatever their content compresses to. Most batches are returned
// whole.
//
// The last part carries the Span of b. The parts before it carry its File and
// an empty Span at its Start, so that Spans still tile the file, every count
// is counted once, and nobody believes a run of records to be complete before
// its last event has arrived. The parts share the events of b.
//
// A single event that is larger than max has a part of its own.
func SplitEvents(b *schemas.EventBatch, max int) []schemas.EventBatch {
	runs := split(b.Events, room(max)-spanSize(&b.Span), eventSize)
	if len(runs) <= 1 {
		return []schemas.EventBatch{*b}
	}
	parts := make([]schemas.EventBatch, len(runs))
	for i, run := range runs {
		parts[i].Events = run
		parts[i].Span = schemas.Span{File: b.Span.File, Start: b.Span.Start, End: b.Span.Start}
	}
	parts[len(parts)-1].Span = b.Span
	return parts
}

// SplitSessions cuts list into parts whose frames are at most max bytes. It
// returns none for an empty list. A session larger than max, which
// schemas.MaxSessionEvents rules out, would have a part of its own.
func SplitSessions(list []schemas.Session, max int) [][]schemas.Session {
	return split(list, room(max), sessionSize)
}

// SplitFindings cuts list into parts whose frames are at most max bytes. It
// returns none for an empty list. A finding larger than max has a part of its
// own.
func SplitFindings(list []schemas.Finding, max int) [][]schemas.Finding {
	return split(list, room(max), findingSize)
}

// SplitCoverage cuts list into parts whose frames are at most max bytes. It
// returns none for an empty list.
func SplitCoverage(list []schemas.LogCoverage, max int) [][]schemas.LogCoverage {
	return split(list, room(max), coverageSize)
}

// room is how many payload bytes a frame of max bytes holds at worst.
func room(max int) int { return max - headerLen - (s2.MaxEncodedLen(max) - max) - 2*longest }

func split[T any](list []T, room int, size func(*T) int) [][]T {
	var parts [][]T
	start, used := 0, 0
	for i := range list {
		n := size(&list[i])
		if used+n > room && i > start {
			parts = append(parts, list[start:i:i])
			start, used = i, 0
		}
		used += n
	}
	if start < len(list) {
		parts = append(parts, list[start:])
	}
	return parts
}

// longest is the longest head of a string, array or number, in bytes.
const longest = 9

// headed is the longest head of a string or array, in bytes.
const headed = 5

// The sizes below are upper bounds of what the writer writes, in bytes.

func eventsSize(b *schemas.EventBatch) int {
	n := longest + spanSize(&b.Span)
	for i := range b.Events {
		n += eventSize(&b.Events[i])
	}
	return n
}

func eventSize(e *schemas.Event) int {
	n := eventFields*longest + 2*18 + len(e.Source) + len(e.Cluster) + len(e.Node) + len(e.File) +
		len(e.Kind) + len(e.Text) + keysSize(e.Keys) + strsSize(e.Repairs)
	for i := range e.Attrs {
		n += 2*headed + len(e.Attrs[i].Name) + len(e.Attrs[i].Value)
	}
	if s := e.SIP; s != nil {
		n += sipFields*longest + len(s.Direction) + len(s.Transport) + len(s.Peer) + len(s.Local) +
			len(s.Method) + len(s.RequestURI) + len(s.Reason) + len(s.CSeq) + len(s.CallID) +
			len(s.From) + len(s.To) + len(s.Contact) + len(s.UserAgent) + len(s.SessionID) +
			len(s.ReasonHeader) + len(s.Warning)
	}
	if x := e.XMPP; x != nil {
		n += xmppFields*longest + len(x.Stanza) + len(x.From) + len(x.To) + len(x.ID) +
			len(x.Type) + len(x.Direction) + len(x.Role)
	}
	return n
}

func spanSize(s *schemas.Span) int {
	f := &s.File
	n := (spanFields+6)*longest + len(f.Path) + len(f.Fingerprint) + len(f.Source) + len(f.Cluster) + len(f.Node)
	for i := range s.Problems {
		p := &s.Problems[i]
		n += 6*longest + len(p.File) + len(p.Message) + len(p.Hint)
	}
	return n
}

func sessionSize(s *schemas.Session) int {
	n := sessionFields*longest + 18 + len(s.Kind) + len(s.Outcome) + len(s.Cluster) + len(s.Summary) +
		16*len(s.Events) + keysSize(s.Keys) + strsSize(s.Nodes)
	for _, src := range s.Sources {
		n += headed + len(src)
	}
	for i := range s.Stages {
		n += (stageFields+1)*longest + len(s.Stages[i].Name) + len(s.Stages[i].Outcome)
	}
	for i := range s.Joins {
		j := &s.Joins[i]
		n += (joinFields+1)*longest + 18 + len(j.Reason) + len(j.Confidence) + keysSize([]schemas.Key{j.A, j.B})
	}
	return n + seenSize(s)
}

func seenSize(s *schemas.Session) int {
	n := (laterFields + 2) * longest
	for i := range s.Sights {
		x := &s.Sights[i]
		n += (sightFields+1)*longest + len(x.Node) + len(x.Source) + strsSize(x.Levels)
	}
	for i := range s.Coverage {
		n += (subjectFields+1)*longest + len(s.Coverage[i].Subject) + len(s.Coverage[i].Why)
	}
	for i := range s.Skews {
		x := &s.Skews[i]
		n += (skewFields+1)*longest + len(x.Node) + len(x.File) + len(x.Against)
	}
	return n
}

func coverageSize(c *schemas.LogCoverage) int {
	n := coverageFields*longest + 18 + len(c.Cluster) + len(c.Node) + len(c.Source) + strsSize(c.Levels)
	for i := range c.Gaps {
		n += (gapFields+1)*longest + len(c.Gaps[i].File) + len(c.Gaps[i].Why)
	}
	return n
}

func findingSize(f *schemas.Finding) int {
	n := (findingFields+2)*longest + 2*18 + len(f.Rule) + len(f.Cluster) + len(f.Summary) + len(f.Cause) +
		len(f.Stage) + strsSize(f.Fix) + keysSize(f.Keys)
	for i := range f.Evidence {
		e := &f.Evidence[i]
		n += (evidenceFields+1)*longest + 18 + len(e.File) + len(e.Role) + len(e.Text)
	}
	return n
}

func keysSize(keys []schemas.Key) int {
	n := headed
	for i := range keys {
		n += 4*headed + len(keys[i].Type) + len(keys[i].Value) + len(keys[i].Scope)
	}
	return n
}

func strsSize(list []string) int {
	n := headed
	for _, s := range list {
		n += headed + len(s)
	}
	return n
}
