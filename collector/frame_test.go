package collector

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// lines prints records one a line: source, time, line+lines, flags, text.
func (f file) lines() string {
	var b strings.Builder
	for _, r := range f.records {
		flags := ""
		for _, x := range []struct {
			is   bool
			name string
		}{{!r.Head, " headless"}, {r.Glued, " glued"}, {r.Cut, " cut"}} {
			if x.is {
				flags += x.name
			}
		}
		fmt.Fprintf(&b, "%s %s %d+%d%s %q\n", r.Source, r.Time.Format("2006-01-02T15:04:05"), r.Line, r.Lines, flags, r.Text)
	}
	return b.String()
}

func TestFrame(t *testing.T) {
	const none = "0001-01-01T00:00:00"
	tests := []struct {
		name, in string
		opts     Options
		want     string
	}{
		{"one", "!10:20:30 a\n", Options{}, `cucm.sdl 0001-01-01T10:20:30 1+1 "!10:20:30 a\n"`},
		{"no line end", "!10:20:30 a", Options{}, `cucm.sdl 0001-01-01T10:20:30 1+1 "!10:20:30 a"`},
		{
			"continued", "!10:20:30 a\n b\n\n!10:20:31 c\n",
			Options{},
			"cucm.sdl 0001-01-01T10:20:30 1+3 \"!10:20:30 a\\n b\\n\\n\"\ncucm.sdl 0001-01-01T10:20:31 4+1 \"!10:20:31 c\\n\"",
		},
		{
			"before the first head", "!x\ny\n!10:20:30 a\n",
			Options{},
			"cucm.sdl " + none + " 1+2 headless \"!x\\ny\\n\"\ncucm.sdl 0001-01-01T10:20:30 3+1 \"!10:20:30 a\\n\"",
		},
		{"carriage returns", "!10:20:30 a\rb\r\nc\r\n", Options{}, `cucm.sdl 0001-01-01T10:20:30 1+2 "!10:20:30 a\rb\r\nc\r\n"`},
		{
			"glued", "!10:20:30 a!10:20:31 b!10:20:32 c\nd\n",
			Options{},
			"cucm.sdl 0001-01-01T10:20:30 1+1 \"!10:20:30 a\"\ncucm.sdl 0001-01-01T10:20:31 1+1 glued \"!10:20:31 b\"\ncucm.sdl 0001-01-01T10:20:32 1+2 glued \"!10:20:32 c\\nd\\n\"",
		},
		{
			"byte order mark", "\uFEFF!10:20:30 a\n",
			Options{Source: schemas.CUCMSDL},
			"cucm.sdl " + none + " 1+1 headless \"\\ufeff\"\ncucm.sdl 0001-01-01T10:20:30 1+1 \"!10:20:30 a\\n\"",
		},
		{
			"NUL before a head", "!10:20:30 a\n\x00\x00!10:20:31 b\n",
			Options{},
			"cucm.sdl 0001-01-01T10:20:30 1+2 \"!10:20:30 a\\n\\x00\\x00\"\ncucm.sdl 0001-01-01T10:20:31 2+1 glued \"!10:20:31 b\\n\"",
		},
		{
			"date and zone", "!10:20:30 a\n!2026-07-02T10:20:30 b\n!10:20:31 c\n",
			Options{Date: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Zone: time.FixedZone("", -4*3600)},
			"cucm.sdl 2026-07-01T14:20:30 1+1 \"!10:20:30 a\\n\"\ncucm.sdl 2026-07-02T14:20:30 2+1 \"!2026-07-02T10:20:30 b\\n\"\ncucm.sdl 2026-07-02T14:20:31 3+1 \"!10:20:31 c\\n\"",
		},
		{"forced without parser", "!10:20:30 a\nb\n", Options{Source: schemas.Unknown}, "unknown " + none + ` 1+2 headless "!10:20:30 a\nb\n"`},
		{"prose", "hello\nworld\n", Options{}, "unknown " + none + ` 1+2 headless "hello\nworld\n"`},
		{
			"document", "hello\nworld\nsee quoted: x\n more\nprose\n!10:20:30 y\nprose\nsaid !10:20:31 z\n",
			Options{},
			"unknown " + none + " 1+2 headless \"hello\\nworld\\n\"\n" +
				"cucm.sdl " + none + " 3+2 \"see quoted: x\\n more\\n\"\n" +
				"unknown " + none + " 5+1 headless \"prose\\n\"\n" +
				"cucm.sdl 0001-01-01T10:20:30 6+1 \"!10:20:30 y\\n\"\n" +
				"unknown " + none + " 7+2 headless \"prose\\nsaid \"\n" +
				"cucm.sdl 0001-01-01T10:20:31 8+1 glued \"!10:20:31 z\\n\"",
		},
		{
			"document of two logs", "prose\nREQ a\nprose\n!10:20:30 y\n REQ b\nREQ c\n",
			Options{},
			"unknown " + none + " 1+1 headless \"prose\\n\"\n" +
				"sip.client " + none + " 2+1 \"REQ a\\n\"\n" +
				"unknown " + none + " 3+1 headless \"prose\\n\"\n" +
				"cucm.sdl 0001-01-01T10:20:30 4+2 \"!10:20:30 y\\n REQ b\\n\"\n" +
				"sip.client " + none + " 6+1 \"REQ c\\n\"",
		},
		{"empty", "", Options{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.Parsers = []schemas.Parser{bangParser{}, dumpParser{}}
			for _, size := range []int{1, 2, 7, 1 << 20} {
				got := frameChunks(t, tt.opts, []byte(tt.in), size)
				if s := strings.TrimSuffix(got.lines(), "\n"); s != tt.want {
					t.Errorf("in chunks of %d:\n%s\nwant\n%s", size, s, tt.want)
				}
				if string(got.text) != tt.in || !got.eof {
					t.Errorf("in chunks of %d: text %q, eof %v", size, got.text, got.eof)
				}
			}
		})
	}
}

func TestFrameLong(t *testing.T) {
	head := "!10:20:30 "
	tests := []struct {
		name, in string
		want     []int // lengths of the records
	}{
		{"record of many lines", head + strings.Repeat(strings.Repeat("x", 99)+"\n", 6000), []int{524210, 600010 - 524210}},
		{"line", head + strings.Repeat("x", 2*schemas.MaxRecord), []int{schemas.MaxRecord, schemas.MaxRecord, 10}},
		{"line behind a short one", head + "\n" + strings.Repeat("x", schemas.MaxRecord+5) + "\n", []int{11, schemas.MaxRecord, 6}},
		{"line as long as a record", head + strings.Repeat("x", schemas.MaxRecord-11) + "\n" + head, []int{schemas.MaxRecord, 10}},
		{"glued into a long line", strings.Repeat("x", schemas.MaxRecord+100) + head + strings.Repeat("y", schemas.MaxRecord), []int{schemas.MaxRecord, 100, schemas.MaxRecord, 10}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := Options{Parsers: bang, Source: schemas.CUCMSDL}
			got := frameChunks(t, opts, []byte(tt.in), 1<<22)
			var lengths []int
			for _, r := range got.records {
				lengths = append(lengths, len(r.Text))
			}
			if !reflect.DeepEqual(lengths, tt.want) {
				t.Errorf("records of %d bytes, want %d", lengths, tt.want)
			}
			if string(got.text) != tt.in {
				t.Error("text changed")
			}
			again := frameChunks(t, opts, []byte(tt.in), 1000, 65536, 77)
			if !reflect.DeepEqual(again.records, got.records) {
				t.Error("other chunks give other records")
			}
			for i, r := range got.records {
				if cut := i+1 < len(got.records) && !got.records[i+1].Head && i > 0; cut && !r.Cut {
					t.Errorf("record %d is not marked cut", i)
				}
			}
		})
	}
}

// TestLineWithoutEnd reads 100 MB without a line end in bounded memory.
func TestLineWithoutEnd(t *testing.T) {
	var n int64
	f := framer{emit: func(b *schemas.RecordBatch) error { n += int64(len(b.Blob)); return nil }}
	f.reset()
	opts := Options{Parsers: bang, Source: schemas.CUCMSDL}
	k := opts.identify("x", nil)
	f.as(k.file, opts.heads(k))
	chunk := bytes.Repeat([]byte("x"), 100_000)
	for range 1000 {
		copy(f.room(len(chunk)), chunk)
		if err := f.fed(len(chunk)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.finish(true); err != nil {
		t.Fatal(err)
	}
	if n != 100_000_000 || cap(f.buf) > 4<<20 {
		t.Errorf("%d bytes came out, the buffer holds %d", n, cap(f.buf))
	}
}

// TestBatchCuts: batches end at the first record boundary at or after each
// multiple of MaxBatch.
func TestBatchCuts(t *testing.T) {
	var in bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	for in.Len() < 3<<20 {
		fmt.Fprintf(&in, "!10:20:30 %s\n", strings.Repeat("x", r.IntN(20000)))
	}
	starts := map[int64]bool{}
	var ends []int64
	opts := Options{Parsers: bang}
	f := framer{emit: func(b *schemas.RecordBatch) error {
		for _, r := range b.Records {
			starts[r.Offset] = true
		}
		ends = append(ends, b.End)
		return nil
	}}
	f.reset()
	k := opts.identify("x", in.Bytes())
	f.as(k.file, opts.heads(k))
	copy(f.room(in.Len()), in.Bytes())
	if err := f.fed(in.Len()); err != nil {
		t.Fatal(err)
	}
	if err := f.finish(true); err != nil {
		t.Fatal(err)
	}
	for _, end := range ends[:len(ends)-1] {
		for at := end / schemas.MaxBatch * schemas.MaxBatch; at < end; at++ {
			if starts[at] {
				t.Fatalf("batch ends at %d, a record begins at %d", end, at)
			}
		}
	}
	if len(ends) < 10 {
		t.Errorf("%d batches", len(ends))
	}
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte("!10:20:30 a\n b\n!10:20:31 c!10:20:32 d\r\n\x00!10:20:33 e"), uint16(3), false)
	f.Add([]byte("prose\nquoted: x\n y\nprose !10:20:30 z\nREQ a\n"), uint16(1), true)
	f.Add([]byte("\uFEFF!10:20:30 a\n"), uint16(2), true)
	f.Add([]byte("!10:20:30 a\nb\r\n\nc\x00\nd\n!10:20:31 e\nf\ng"), uint16(4), true)
	f.Fuzz(func(t *testing.T, data []byte, size uint16, detect bool) {
		opts := Options{Parsers: []schemas.Parser{bangParser{}, dumpParser{}}, Source: schemas.CUCMSDL}
		if detect {
			opts.Source = ""
		}
		whole := frameChunks(t, opts, data, len(data))
		if !bytes.Equal(whole.text, data) || !whole.eof {
			t.Fatal("bytes were lost")
		}
		parts := frameChunks(t, opts, data, int(size), 1, 5)
		if !reflect.DeepEqual(whole.records, parts.records) {
			t.Fatalf("chunks of %d:\n%s\nwhole:\n%s", size, parts.lines(), whole.lines())
		}
		opts.Parsers[0] = lineParser{}
		if lines := frameChunks(t, opts, data, len(data)); !reflect.DeepEqual(whole.records, lines.records) {
			t.Fatalf("line by line:\n%s\nskipping:\n%s", lines.lines(), whole.lines())
		}
	})
}

func benchLog(size int) []byte {
	var b bytes.Buffer
	b.WriteString("!2026-01-02T10:20:30 first\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "!10:20:%02d |AppInfo |line %d of a trace, about as long as such lines are, with a tag 1,100,14,%d.%d^10.1.2.3^SEP001122334455\n", i%60, i, i, i%7)
		if i%10 == 0 {
			b.WriteString("INVITE sip:100@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.2.3:5060\r\nContent-Length: 0\r\n\r\n")
		}
	}
	return b.Bytes()
}

func BenchmarkFrame(b *testing.B) {
	data := benchLog(8 << 20)
	opts := Options{Parsers: bang}
	k := opts.identify("x", data[:headBytes])
	f := framer{emit: func(*schemas.RecordBatch) error { return nil }}
	h := opts.heads(k)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		f.reset()
		f.as(k.file, h)
		if _, err := f.readFrom(b.Context(), bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
		if err := f.finish(true); err != nil {
			b.Fatal(err)
		}
	}
}
