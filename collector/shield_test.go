package collector

import (
	"bytes"
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

func (p brokenParser) Context(dst []byte, b *schemas.RecordBatch) []byte {
	if bytes.Contains(b.Blob, []byte("no context")) {
		panic("context")
	}
	return p.lineParser.Context(dst, b)
}

func (p brokenParser) Glance(dst []schemas.Record, text []byte, prev time.Time) ([]schemas.Record, time.Time) {
	return p.bangParser.Glance(dst, text[:strings.Index(string(text), "BOOM")], prev)
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
