package collector

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// brokenParser is lineParser with mistakes that some text shows.
type brokenParser struct{ lineParser }

func (p brokenParser) Match(path string, head []byte) int {
	if strings.Contains(string(head), "no match") {
		panic("match")
	}
	return p.lineParser.Match(path, head)
}

func (p brokenParser) Start(line []byte, prev time.Time) (time.Time, bool) {
	if strings.HasSuffix(string(line), "BOOM") {
		panic("index out of range")
	}
	return p.lineParser.Start(line, prev)
}

func (p brokenParser) Glance(dst []schemas.Record, text []byte, prev time.Time) ([]schemas.Record, time.Time) {
	return p.bangParser.Glance(dst, text[:strings.Index(string(text), "BOOM")], prev)
}

// Every method that a parser may have beside Match and Start fails on a file whose
// text names it.
func (brokenParser) boom(method string, text []byte) {
	if strings.Contains(string(text), "no "+method) {
		panic(method)
	}
}

func (p brokenParser) Alike(head []byte) bool { p.boom("alike", head); return false }

func (p brokenParser) Node(_ string, head []byte) string { p.boom("node", head); return "" }

func (p brokenParser) Zone(text []byte) *time.Location { p.boom("zone", text); return nil }

func (p brokenParser) Date(text []byte) time.Time { p.boom("date", text); return time.Time{} }

func (p brokenParser) Skip(text []byte) int { p.boom("skip", text); return 0 }

func (p brokenParser) Context(dst []byte, b *schemas.RecordBatch) []byte {
	p.boom("context", b.Blob)
	return p.lineParser.Context(dst, b)
}

func (p brokenParser) Glued(line []byte, _ int) int { p.boom("glued", line); return -1 }

func (p brokenParser) Excerpt([]byte) bool { return false }

func (p brokenParser) Continues(_, line []byte) bool { p.boom("continues", line); return false }

// TestMethodThatPanics reads a file on which one method of its parser fails.
func TestMethodThatPanics(t *testing.T) {
	for _, method := range []string{"alike", "node", "zone", "date", "skip", "context", "glued"} {
		t.Run(method, func(t *testing.T) {
			log := "!2026-01-02T10:20:30 first\n more of it\n!10:20:31 no " + method + "\n more of it\n!10:20:33 last\n"
			f := scan(t, Options{Parsers: []schemas.Parser{brokenParser{}}}, write(t, filepath.Join(t.TempDir(), "a.log"), []byte(log)))[0]
			if f.Source != schemas.CUCMSDL || len(f.records) != 3 || string(f.text) != log {
				t.Errorf("%s, %d records of %d bytes, want three and every byte", f.Source, len(f.records), len(f.text))
			}
			if len(f.problems) != 1 || !strings.HasSuffix(f.problems[0].Message, "fail: "+method) {
				t.Errorf("problems %+v, want one that names the fault", f.problems)
			}
		})
	}
}

func TestParserThatPanics(t *testing.T) {
	dir := t.TempDir()
	log := "!2026-01-02T10:20:30 first\n!10:20:31 BOOM\n!10:20:32 BOOM\n!10:20:33 last\n"
	f := scan(t, Options{Parsers: []schemas.Parser{brokenParser{}}}, write(t, filepath.Join(dir, "a.log"), []byte(log)))[0]
	if len(f.records) != 2 || string(f.text) != log {
		t.Errorf("%d records of %d bytes, want the two whose heads can be read, and every byte", len(f.records), len(f.text))
	}
	if len(f.problems) != 1 || f.problems[0].Line != 2 || !strings.Contains(f.problems[0].Message, "index out of range") {
		t.Errorf("problems %+v, want one, at line 2", f.problems)
	}
	f = scan(t, Options{Parsers: []schemas.Parser{brokenParser{}, lineParser{}}}, write(t, filepath.Join(dir, "b.log"), []byte("!2026-01-02T10:20:30 no match\n")))[0]
	if f.Source != schemas.CUCMSDL {
		t.Errorf("source %s, want the one of the parser that does not fail", f.Source)
	}
	if len(f.problems) != 1 || !strings.Contains(f.problems[0].Message, "parser of cucm.sdl fail: match") {
		t.Errorf("problems %+v, want the parser that fails named", f.problems)
	}
	f = scan(t, Options{Parsers: []schemas.Parser{brokenParser{}}}, write(t, filepath.Join(dir, "c.log"), []byte("!2026-01-02T10:20:30 no context\n")))[0]
	if len(f.records) != 1 || len(f.problems) != 1 || !strings.Contains(f.problems[0].Message, "parser fail: context") {
		t.Errorf("%d records, problems %+v, want the one record and the parser that fails named", len(f.records), f.problems)
	}
}
