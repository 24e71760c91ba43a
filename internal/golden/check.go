package golden

import (
	"bytes"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/uctrace/uctrace/schemas"
)

// Check is what holds for a parser and any text: Start has one answer, Head
// agrees with it, and so does Glance, a glued head is a head, no head is skipped, and a
// record gives at most as many events as it has bytes, each with a kind and short
// evidence, and the same ones again, also where its one line is looked for.
func Check(t *testing.T, p schemas.Parser, log []byte) {
	t.Helper()
	p.Match("", log)
	if n, ok := p.(schemas.Noder); ok {
		n.Node("", log)
	}
	skipped, glanced := 0, 0 // how much of what goes on was skipped, or glanced at
	rest := log
	for line := range bytes.Lines(log) {
		if s, ok := p.(schemas.Skipper); ok && skipped <= 0 {
			if skipped = s.Skip(rest); skipped < 0 || skipped > len(rest) || skipped > 0 && rest[skipped-1] != '\n' {
				t.Fatalf("%q: skips %d bytes", rest, skipped)
			}
		}
		if bare := bytes.TrimRight(line, "\r\n"); checkHead(t, p, bare) && skipped > 0 {
			t.Fatalf("%q is skipped", line)
		}
		if glanced <= 0 {
			glanced = checkGlance(t, p, rest)
		}
		rest, skipped, glanced = rest[len(line):], skipped-len(line), glanced-len(line)
	}
	for _, excerpt := range []bool{false, true} {
		b := Batch(p, log, Options{Excerpt: excerpt})
		if c, ok := p.(schemas.Contexter); ok {
			c.Context(nil, b)
		}
		for i := range b.Records {
			checkRecord(t, p, &b.File, &b.Records[i])
		}
	}
}

// checkHead reports whether line has a head, or a glued one.
func checkHead(t *testing.T, p schemas.Parser, line []byte) bool {
	t.Helper()
	t1, ok1 := p.Start(line, time.Time{})
	t2, ok2 := p.Start(bytes.Clone(line), time.Time{})
	if ok1 != ok2 || !t1.Equal(t2) {
		t.Fatalf("%q: Start gives %v %v and %v %v", line, t1, ok1, t2, ok2)
	}
	if h, ok := p.(schemas.HeadReader); ok {
		t3, source, ok3 := h.Head(line, time.Time{})
		if s, ok := p.(schemas.Sourcer); ok1 != ok3 || !t1.Equal(t3) || ok && ok3 && source != s.SourceOf(line) {
			t.Fatalf("%q: Head gives %v %v %v", line, t3, source, ok3)
		}
	}
	g, ok := p.(schemas.Gluer)
	if !ok {
		return ok1
	}
	at := g.Glued(line, 1)
	if at >= 0 {
		if at < 1 {
			t.Fatalf("%q: a head is glued at %d", line, at)
		}
		if _, ok := p.Start(line[at:], time.Time{}); !ok {
			t.Fatalf("%q: no head is glued at %d", line, at)
		}
	}
	return ok1 || at >= 0
}

func checkRecord(t *testing.T, p schemas.Parser, file *schemas.File, r *schemas.Record) {
	t.Helper()
	events := p.Parse(nil, file, r)
	searched := *r
	searched.Lines = max(2, r.Lines)
	again := p.Parse(nil, file, &searched)
	if len(events) > max(1, len(r.Text)) || len(events) != len(again) {
		t.Fatalf("%q: %d events, then %d", r.Text, len(events), len(again))
	}
	for i := range events {
		e := &events[i]
		if Line(e) != Line(&again[i]) {
			t.Fatalf("%q: differs: %s%s", r.Text, Line(e), Line(&again[i]))
		}
		if e.Kind == "" || len(e.Text) > schemas.MaxEvidence || !utf8.ValidString(e.Text) {
			t.Fatalf("%q: kind %q, evidence %q", r.Text, e.Kind, e.Text)
		}
		for _, a := range e.Attrs {
			if a.Name == "" || a.Value == "" {
				t.Fatalf("%q: empty attribute %q=%q", r.Text, a.Name, a.Value)
			}
		}
	}
}
