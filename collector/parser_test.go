package collector

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// bangParser reads a made-up log: a head is "!" and a time of day, or a date
// and time, and a space. Heads may be glued into lines; "quoted:" marks a line
// without a head, which lines that begin with a space continue.
//
//	!10:20:30 text
//	!2026-01-02T10:20:30 text
type bangParser struct{}

func (bangParser) Source() schemas.Source { return schemas.CUCMSDL }

func (bangParser) Match(path string, head []byte) int {
	if bytes.HasPrefix(head, []byte("!")) {
		return 90
	}
	return 0
}

func (bangParser) Start(line []byte, prev time.Time) (time.Time, bool) {
	if len(line) < 10 || line[0] != '!' {
		return time.Time{}, false
	}
	if len(line) > 20 && line[11] == 'T' && line[20] == ' ' {
		t, err := time.ParseInLocation("2006-01-02T15:04:05", string(line[1:20]), prev.Location())
		return t, err == nil
	}
	if line[3] != ':' || line[6] != ':' || line[9] != ' ' {
		return time.Time{}, false
	}
	h, m, s := two(line[1:]), two(line[4:]), two(line[7:])
	if h < 0 || m < 0 || s < 0 {
		return time.Time{}, false
	}
	y, mo, d := prev.Date()
	return time.Date(y, mo, d, h, m, s, 0, prev.Location()), true
}

func two(b []byte) int {
	if b[0] < '0' || b[0] > '9' || b[1] < '0' || b[1] > '9' {
		return -1
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

func (p bangParser) Glued(line []byte, from int) int {
	for from < len(line) {
		i := bytes.IndexByte(line[from:], '!')
		if i < 0 {
			return -1
		}
		from += i
		if len(line)-from > 9 && line[from+3] == ':' && line[from+9] == ' ' {
			return from
		}
		from++
	}
	return -1
}

func (bangParser) Skip(text []byte) int {
	if bang := bytes.IndexByte(text, '!'); bang >= 0 {
		text = text[:bang]
	}
	return bytes.LastIndexByte(text, '\n') + 1
}

// Glance takes the lines with a time of day.
func (p bangParser) Glance(dst []schemas.Record, text []byte, prev time.Time) ([]schemas.Record, time.Time) {
	for len(text) > 9 && text[0] == '!' && text[9] == ' ' {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			break
		}
		line := bytes.TrimSuffix(text[:end], []byte{'\r'})
		t, ok := p.Start(line, prev)
		if !ok || t.IsZero() || p.Glued(line, 1) >= 0 {
			break
		}
		dst = append(dst, schemas.Record{Source: schemas.CUCMSDL, Time: t.UTC(), Head: true, Text: text[:end+1]})
		text, prev = text[end+1:], t
	}
	return dst, prev
}

// lineParser is bangParser that looks at every line.
type lineParser struct{ bangParser }

func (lineParser) Skip([]byte) int { return 0 }

func (lineParser) Glance(dst []schemas.Record, _ []byte, prev time.Time) ([]schemas.Record, time.Time) {
	return dst, prev
}

func (bangParser) Excerpt(line []byte) bool { return bytes.Contains(line, []byte("quoted:")) }

func (bangParser) Continues(text, line []byte) bool { return bytes.HasPrefix(line, []byte(" ")) }

func (bangParser) Node(path string, head []byte) string {
	_, rest, ok := strings.Cut(string(head), "host=")
	host, _, ends := strings.Cut(rest, " ")
	if !ok || !ends {
		return ""
	}
	return host
}

// bangContext is how far before a batch the records of bangParser matter to it.
const bangContext = 300

// Context lists the last records before the batch by their distances from it.
func (bangParser) Context(dst []byte, b *schemas.RecordBatch) []byte {
	for back := range strings.FieldsSeq(string(b.Context)) {
		n, _ := strconv.ParseInt(back, 10, 64)
		if n += b.End - b.Start; n <= bangContext {
			dst = fmt.Appendf(dst, "%d ", n)
		}
	}
	for _, r := range b.Records {
		if n := b.End - r.Offset; n <= bangContext {
			dst = fmt.Appendf(dst, "%d ", n)
		}
	}
	return dst
}

func (bangParser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return dst
}

// dumpParser reads dumps of bare requests: heads without a time.
type dumpParser struct{}

func (dumpParser) Source() schemas.Source             { return schemas.SIPClient }
func (dumpParser) Match(path string, head []byte) int { return 0 }
func (dumpParser) Start(line []byte, prev time.Time) (time.Time, bool) {
	return time.Time{}, bytes.HasPrefix(line, []byte("REQ "))
}

func (dumpParser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return dst
}

var bang = []schemas.Parser{bangParser{}}

// file is what came out of one file, with the text glued together again.
type file struct {
	schemas.File
	records  []schemas.Record
	text     []byte
	start    int64
	eof      bool
	problems []schemas.Problem
	batches  int
}

// add appends a batch and fails unless it tiles the file.
func (f *file) add(t testing.TB, b *schemas.RecordBatch) {
	t.Helper()
	if f.batches == 0 {
		f.File, f.start = b.File, b.Start
	}
	f.batches++
	if f.eof {
		t.Errorf("%s: a batch after the last one", b.File.Path)
	}
	if b.File != f.File {
		t.Errorf("file changed: %+v, was %+v", b.File, f.File)
	}
	if want := f.start + int64(len(f.text)); b.Start != want || b.End != b.Start+int64(len(b.Blob)) {
		t.Errorf("%s: batch %d–%d of %d bytes, want start %d", b.File.Path, b.Start, b.End, len(b.Blob), want)
	}
	f.checkContext(t, b)
	at := b.Start
	for _, r := range b.Records {
		if r.Offset != at || len(r.Text) == 0 || len(r.Text) > schemas.MaxRecord {
			t.Errorf("%s: record at %d of %d bytes, want offset %d", b.File.Path, r.Offset, len(r.Text), at)
		}
		if r.ID != b.File.Fingerprint.ID(r.Offset) {
			t.Errorf("%s: record at %d has id %v", b.File.Path, r.Offset, r.ID)
		}
		at += int64(len(r.Text))
		r.Text = bytes.Clone(r.Text)
		f.records = append(f.records, r)
	}
	if at != b.End {
		t.Errorf("%s: records end at %d, batch at %d", b.File.Path, at, b.End)
	}
	f.text = append(f.text, b.Blob...)
	f.eof = b.EOF
	f.problems = append(f.problems, b.Problems...)
}

// checkContext fails unless the context of b is what all records before it give
// at once, however the file was cut.
func (f *file) checkContext(t testing.TB, b *schemas.RecordBatch) {
	t.Helper()
	before := schemas.RecordBatch{Records: f.records, End: b.Start}
	want := string(bangParser{}.Context(nil, &before))
	if got := string(b.Context); got != want && b.File.Source == schemas.CUCMSDL {
		t.Errorf("%s: context at %d is %q, want %q", b.File.Path, b.Start, got, want)
	}
}

// frameChunks frames data that arrives in chunks of the given sizes, the last
// of them over and over.
func frameChunks(t testing.TB, opts Options, data []byte, sizes ...int) file {
	t.Helper()
	var got file
	f := framer{emit: func(b *schemas.RecordBatch) error { got.add(t, b); return nil }}
	f.reset()
	k := opts.identify("test.log", data[:min(len(data), headBytes)])
	f.as(k.file, opts.heads(k))
	for i := 0; len(data) > 0; i++ {
		n := min(max(sizes[min(i, len(sizes)-1)], 1), len(data))
		copy(f.room(n), data[:n])
		data = data[n:]
		if err := f.fed(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.finish(true); err != nil {
		t.Fatal(err)
	}
	return got
}
