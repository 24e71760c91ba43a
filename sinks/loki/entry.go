package loki

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grafana/loki/pkg/push"

	"github.com/uctrace/uctrace/schemas"
)

// entry is one line as Loki stores it.
type entry struct {
	stream *stream
	time   time.Time
	line   string
	meta   push.LabelsAdapter
	// batch and record are where it comes from.
	batch  *schemas.RawBatch
	record *schemas.Record
}

// Names of the metadata beside the key types.
const (
	metaRecord   = "record_id" // what events of ClickHouse hold as their record
	metaFile     = "file"
	metaLine     = "line"
	metaKind     = "kind"         // of the first event
	metaPart     = "part"         // 2/3: the record was too long for one line
	metaTimeFrom = "time_from"    // whence the timestamp, if not from the line
	metaPrinted  = "time_printed" // the line's own time, which Loki refused
	metaRepaired = "repaired"     // utf8: bytes that are no UTF-8 became U+FFFD

	timeNeighbour = "neighbour" // the record beside it
	timeArrival   = "arrival"   // when the stream took it
)

// append adds the lines of b to dst. They depend on b alone, so that the same
// batch gives the same lines after a crash.
func (s *Sink) append(dst []entry, b *schemas.RawBatch) []entry {
	events := b.Events
	clock := newClock(b)
	for i := range b.Records.Records {
		r := &b.Records.Records[i]
		var own []schemas.Event
		own, events = eventsOf(events, r.ID)
		at, from := clock.time(i)
		text := strings.TrimRight(string(r.Text), "\r\n")
		if strings.TrimSpace(text) == "" {
			s.watch.LeftOut()
			continue
		}
		e := entry{time: at, line: text, batch: b, record: r}
		e.stream = s.streams.of(b, r, at)
		e.meta = metadata(b.Records, r, own)
		if from != "" {
			e.meta = withNote(e.meta, metaTimeFrom, from)
		}
		if !utf8.ValidString(text) {
			e.line = strings.ToValidUTF8(text, "\uFFFD")
			e.meta = withNote(e.meta, metaRepaired, "utf8")
		}
		dst = e.cut(dst, s.maxLine)
	}
	return dst
}

// eventsOf returns the events of a record, and those behind it.
func eventsOf(events []schemas.Event, record schemas.ID) (own, rest []schemas.Event) {
	from := 0
	for from < len(events) && events[from].Record.Compare(record) < 0 {
		from++
	}
	to := from
	for to < len(events) && events[to].Record == record {
		to++
	}
	return events[from:to], events[to:]
}

// maxValue bounds a metadata value, maxKeys how many values of one key type a
// line is found by: Loki takes 64 KB and 128 names.
const (
	maxValue = 512
	maxKeys  = 4
)

// searched are the keys that people look for; the others join lines that stand
// close together.
var searched = [...]schemas.KeyType{
	schemas.KeyCallID, schemas.KeySessionID, schemas.KeyCI, schemas.KeyGlobalCallID, schemas.KeyXcoder, schemas.KeyStream,
	schemas.KeyCallSerial, schemas.KeyTag, schemas.KeyTrackingID, schemas.KeyJID, schemas.KeyUser, schemas.KeyDevice,
	schemas.KeyDN, schemas.KeyDomain,
}

// metadata returns what line r of a file is found by. Of several values of one
// key the second gets the name call_id_2, and so on.
func metadata(b *schemas.RecordBatch, r *schemas.Record, events []schemas.Event) push.LabelsAdapter {
	m := make(push.LabelsAdapter, 0, 6)
	m = withNote(m, metaRecord, r.ID.String())
	m = withNote(m, metaFile, b.File.Path)
	m = withNote(m, metaLine, strconv.Itoa(r.Line))
	if len(events) == 0 {
		return m
	}
	m = withNote(m, metaKind, string(events[0].Kind))
	for _, t := range searched {
		n, from := 0, len(m)
		for i := range events {
			for _, k := range events[i].Keys {
				if k.Type != t || n == maxKeys || has(m[from:], k.Value) {
					continue
				}
				name := string(t)
				if n++; n > 1 {
					name += "_" + strconv.Itoa(n)
				}
				m = withNote(m, name, k.Value)
			}
		}
	}
	return m
}

func has(m push.LabelsAdapter, value string) bool {
	for i := range m {
		if m[i].Value == clip(value) {
			return true
		}
	}
	return false
}

// withNote returns m and one pair more, unless its value is empty. It leaves
// what shares memory with m alone.
func withNote(m push.LabelsAdapter, name, value string) push.LabelsAdapter {
	if value == "" {
		return m
	}
	return append(m[:len(m):cap(m)], push.LabelAdapter{Name: name, Value: clip(value)})
}

// clip bounds a value, from its beginning, and makes it UTF-8.
func clip(s string) string {
	if len(s) > maxValue {
		s = s[:maxValue]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// cut appends e to dst, in parts of at most limit bytes when it is longer. A
// part ends with a physical line where one does.
func (e *entry) cut(dst []entry, limit int) []entry {
	if len(e.line) <= limit {
		return append(dst, *e)
	}
	parts := split(e.line, limit)
	for i, text := range parts {
		p := *e
		p.line, p.time = text, e.time.Add(time.Duration(i)) // in their order
		p.meta = withNote(append(push.LabelsAdapter(nil), without(e.meta, metaPart)...), metaPart, partName(e.meta, i+1, len(parts)))
		dst = append(dst, p)
	}
	return dst
}

// partName returns 2/3, or 1/2.2/3 when the line was itself part 1/2.
func partName(m push.LabelsAdapter, n, of int) string {
	name := strconv.Itoa(n) + "/" + strconv.Itoa(of)
	for i := range m {
		if m[i].Name == metaPart {
			return m[i].Value + "." + name
		}
	}
	return name
}

func without(m push.LabelsAdapter, name string) push.LabelsAdapter {
	var rest push.LabelsAdapter
	for i := range m {
		if m[i].Name != name {
			rest = append(rest, m[i])
		}
	}
	return rest
}

// split cuts text into parts of at most limit bytes, behind a line end if one
// stands in the second half of the part, else between two characters.
func split(text string, limit int) []string {
	var parts []string
	for len(text) > limit {
		n := strings.LastIndexByte(text[:limit], '\n') + 1
		if n <= limit/2 {
			for n = limit; n > limit-utf8.UTFMax && !utf8.RuneStart(text[n]); n-- {
			}
		}
		parts = append(parts, text[:n])
		text = text[n:]
	}
	return append(parts, text)
}

// size is what e counts in a push, in bytes.
func (e *entry) size() int {
	n := len(e.line) + 64
	for i := range e.meta {
		n += len(e.meta[i].Name) + len(e.meta[i].Value)
	}
	return n
}

func (e *entry) id() schemas.ID { return e.record.ID }

// refused returns e as a dead letter.
func (e *entry) refused(f *fault) *schemas.Refused {
	r := *e.record
	r.Text = []byte(e.line)
	return &schemas.Refused{Sink: "loki", Reason: f.Error(), File: &e.batch.Records.File, Record: &r}
}
