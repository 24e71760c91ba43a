package fleet

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// String returns the number that was handed out last.
func (c *counter) String() string { return fmt.Sprintf(c.format, c.last) }

// logFile is a log that one process writes.
type logFile struct {
	// path names part n of it, from 0.
	path func(n int) string
	// head returns what a part begins with, nil for nothing.
	head func(n int, at time.Time) string
	// rotate is how many bytes a part may have, 0 for one part.
	rotate int
	// beat writes a line that a healthy process writes anyway.
	beat  func(at time.Time) string
	every time.Duration
	zone  *time.Location
	skew  time.Duration
	since time.Time // when its process began, zero for before all

	part, line int
	buf        bytes.Buffer
	open       int // groups that are begun
}

// clock returns what the machine of the log reads at t.
func (l *logFile) clock(t time.Time) time.Time { return t.Add(l.skew).In(l.zone) }

// background has every log say that its process lives, until the end.
func (w *world) background(end time.Time) {
	w.last = end
	for _, l := range w.logs {
		if l.beat == nil {
			continue
		}
		from := maxTime(w.start, l.since)
		for at := from.Add(time.Duration(w.rng.Int64N(int64(l.every)))); at.Before(end); at = at.Add(l.every) {
			w.add(record{at: at, log: l, text: l.beat(at), story: -1})
		}
	}
}

// render puts the records in order, hands out the numbers and fills the files.
func (w *world) render(o Options) *Fleet {
	list := make([]*record, len(w.records))
	for i := range w.records {
		list[i] = &w.records[i]
	}
	slices.SortFunc(list, compareRecords)
	f := &Fleet{}
	for _, r := range list {
		l := r.log
		if l.rotate > 0 && l.buf.Len() > l.rotate && l.open == 0 {
			f.close(l)
		}
		if l.buf.Len() == 0 && l.head != nil {
			l.write(w.fill(l.head(l.part, r.at)))
		}
		w.put(r)
	}
	for _, l := range w.logs {
		f.close(l)
	}
	slices.SortFunc(f.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	f.Truth = Truth{Seed: o.Seed, Start: o.Start, End: w.last, Stories: w.stories}
	return f
}

func (f *Fleet) close(l *logFile) {
	if l.buf.Len() > 0 {
		f.Files = append(f.Files, File{Path: l.path(l.part), Text: bytes.Clone(l.buf.Bytes())})
		l.buf.Reset()
		l.part++
		l.line = 0
	}
}

// put writes r to its log and to the truth.
func (w *world) put(r *record) {
	l := r.log
	if g := r.group; g != nil {
		if g.written == 0 {
			l.open++
		}
		if g.written++; g.written == g.records {
			l.open--
		}
	}
	line, offset := l.line+1, int64(l.buf.Len())
	l.write(w.fill(r.text))
	if r.story >= 0 {
		st := &w.stories[r.story]
		st.Records = append(st.Records, Record{File: l.path(l.part), Line: line, Lines: l.line + 1 - line, Offset: offset, Bytes: l.buf.Len() - int(offset), Sessions: r.sessions})
	}
}

func (l *logFile) write(text string) {
	l.buf.WriteString(text)
	l.line += strings.Count(text, "\n")
}

// fill replaces the tickets in text by numbers.
func (w *world) fill(text string) string {
	i := strings.IndexByte(text, 0)
	if i < 0 {
		return text
	}
	var b strings.Builder
	for ; i >= 0; i = strings.IndexByte(text, 0) {
		n, _ := strconv.Atoi(text[i+1 : i+9])
		t := &w.tickets[n]
		if t.value == "" {
			t.counter.last += 1 + t.jump
			t.value = t.counter.String()
		}
		b.WriteString(text[:i])
		b.WriteString(t.value)
		text = text[i+9:]
	}
	b.WriteString(text)
	return b.String()
}
