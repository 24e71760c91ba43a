package golden

import (
	"bytes"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// checkGlance is what holds for Glance: each of its records is a line, and what
// Start, SourceOf and Glued say of that line is what it says. It returns how many
// bytes of text have been glanced at.
func checkGlance(t *testing.T, p schemas.Parser, text []byte) (n int) {
	t.Helper()
	g, ok := p.(schemas.Glancer)
	if !ok {
		return len(text)
	}
	for _, prev := range [...]time.Time{
		schemas.Seed(time.Time{}, nil),
		schemas.Seed(time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC), time.FixedZone("", -4*3600)),
	} {
		records, last := g.Glance(nil, text, prev)
		n = 0
		for i := range records {
			r := &records[i]
			line := bytes.TrimSuffix(r.Text, []byte{'\n'})
			if !bytes.HasPrefix(text[n:], r.Text) || len(line) == len(r.Text) || bytes.IndexByte(line, '\n') >= 0 {
				t.Fatalf("%q is no line at %d of %q", r.Text, n, text)
			}
			line = bytes.TrimSuffix(line, []byte{'\r'})
			n += len(r.Text)
			at, ok := p.Start(line, prev)
			if !ok || at.IsZero() || !r.Head || r.Time != at.UTC() {
				t.Fatalf("%q: Start gives %v %v, Glance %v", line, at, ok, r.Time)
			}
			source := p.Source()
			if s, ok := p.(schemas.Sourcer); ok {
				source = s.SourceOf(line)
			}
			if r.Source != source {
				t.Fatalf("%q: source %s, Glance gives %s", line, source, r.Source)
			}
			if glue, ok := p.(schemas.Gluer); ok && glue.Glued(line, 1) >= 0 {
				t.Fatalf("%q: Glance does not see the head at %d", line, glue.Glued(line, 1))
			}
			prev = at
		}
		if !last.Equal(prev) || last.Location().String() != prev.Location().String() {
			t.Fatalf("%q: the last time is %v, Glance returns %v", text, prev, last)
		}
	}
	return n
}
