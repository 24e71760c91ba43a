package cucm

import (
	"bytes"
	"encoding/binary"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

var _ arena.Attacher = SDL{}

// parentWindow is how far before its sub-lines a signal may stand, in bytes.
// The lines of one number are not adjacent: other threads write in between.
// In 46,000 sub-lines of 10.5 and 11.5 clusters none stood further than 36 KB
// behind.
const parentWindow = 64 << 10

// tagLine is a signal whose correlation tag holds for the sub-lines of its
// number. Every inbound event has a tag, and what it causes carries it.
//
//	02523460.000 |16:23:09.065 |SdlSig   |SIPOptionsReq |wait |SIPD(2,100,84,1) |SIPHandler(2,100,81,1) |2,100,14,89.5^10.1.0.8^* |[R:N-H:0,…] …
//	02523460.001 |16:23:09.065 |AppInfo  |SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to 10.1.0.8 on port 5060 …
type tagLine struct {
	number, tag []byte
}

// readTagLine reads the number and the tag of a signal's record; ok is false
// for any other record.
func readTagLine(record []byte) (l tagLine, ok bool) {
	if !shaped(record) || !hasPrefix(record[seqLen:], ".000") || !hasPrefix(record[sdlBar2+1:], "SdlSig") {
		return tagLine{}, false
	}
	return tagLine{record[:seqLen], columnTag(record[sdlBar2+1:])}, true
}

// columnTag returns the correlation tag of a signal, which is the sixth of the
// columns that b begins with, up to its first ^; empty when there is none.
func columnTag(b []byte) []byte {
	if end := bytes.IndexByte(b, '^'); end >= 0 { // the first stands in that column, nearly always
		start := bytes.LastIndexByte(b[:end], '|') + 1
		tag := b[start:end]
		if bytes.Count(b[:start], []byte{'|'}) == 5 && bytes.IndexByte(tag, ' ') < 0 && bytes.IndexByte(tag, '\n') < 0 {
			return tag
		}
	}
	for range 5 {
		bar := bytes.IndexByte(b, '|')
		if bar < 0 {
			return nil
		}
		b = b[bar+1:]
	}
	for i, c := range b {
		switch c {
		case '^':
			return b[:i]
		case '|', ' ', '\n':
			return nil
		}
	}
	return nil
}

// Attach implements arena.Attacher: it gives the events of a sub-line the
// correlation tag of its signal.
func (SDL) Attach(a *arena.Arena, events []schemas.Event, b *schemas.RecordBatch, i int) {
	r := &b.Records[i]
	if !shaped(r.Text) || hasPrefix(r.Text[seqLen:], ".000") {
		return
	}
	var tag []byte
	for j := range events {
		e := &events[j]
		if e.Key(schemas.KeyCorrelationTag) != "" || e.Kind == schemas.KindUnparsed {
			continue
		}
		if tag == nil {
			if tag = parentTag(a, b, i); len(tag) == 0 {
				return
			}
		}
		keys := append(a.Keys(len(e.Keys)+1), e.Keys...)
		e.Keys = append(keys, schemas.Key{Type: schemas.KeyCorrelationTag, Value: a.String(tag), Scope: b.File.Cluster})
	}
}

// parentTag returns the tag of the signal with the number of b.Records[i].
func parentTag(a *arena.Arena, b *schemas.RecordBatch, i int) []byte {
	x := a.Signals() // in b by their number
	r := &b.Records[i]
	from := r.Offset - parentWindow
	number := binary.LittleEndian.Uint64(r.Text)
	enterSignals(x, b, i)
	for j := x.Last(number); j >= 0 && b.Records[j].Offset >= from; j = x.Before(j) {
		if text := b.Records[j].Text; binary.LittleEndian.Uint64(text) == number {
			if l, ok := readTagLine(text); ok {
				return l.tag
			}
		}
	}
	if b.Start <= from || len(b.Context) == 0 {
		return nil
	}
	earlier := a.Earlier()
	if earlier.Seen() == 0 {
		eachTag(b, func(_ int64, l tagLine) { earlier.Enter(binary.LittleEndian.Uint64(l.number)) })
	}
	if earlier.Last(number) < 0 {
		return nil
	}
	var tag []byte
	eachTag(b, func(offset int64, l tagLine) {
		if offset >= from && bytes.Equal(l.number, r.Text[:seqLen]) {
			tag = l.tag
		}
	})
	return tag
}

// enterSignals enters into x the records before record i that may be signals.
func enterSignals(x *arena.Index, b *schemas.RecordBatch, i int) {
	for j := x.Seen(); j < i; j++ {
		if text := b.Records[j].Text; len(text) > seqLen && hasPrefix(text[seqLen:], ".000") {
			x.Enter(binary.LittleEndian.Uint64(text))
		} else {
			x.Skip()
		}
	}
}

// Context implements schemas.Contexter: the signals in the last parentWindow
// bytes, each as its distance before the end of b, its number, and its tag, of
// which the length is 0 when it is that of the signal before.
func (SDL) Context(dst []byte, b *schemas.RecordBatch) []byte {
	from := b.End - parentWindow
	var last []byte
	add := func(offset int64, l tagLine) {
		if offset < from || len(l.tag) == 0 {
			return
		}
		dst = binary.AppendUvarint(dst, uint64(b.End-offset))
		dst = append(dst, l.number...)
		if bytes.Equal(l.tag, last) {
			dst = append(dst, 0)
			return
		}
		dst = binary.AppendUvarint(dst, uint64(len(l.tag)))
		dst = append(dst, l.tag...)
		last = l.tag
	}
	if b.Start > from {
		eachTag(b, add)
	}
	first := len(b.Records)
	for first > 0 && b.Records[first-1].Offset >= from {
		first--
	}
	for i := first; i < len(b.Records); i++ {
		if l, ok := readTagLine(b.Records[i].Text); ok {
			add(b.Records[i].Offset, l)
		}
	}
	return dst
}

// eachTag calls do for the signals in b.Context with their offsets. It stops
// at bytes that Context did not make.
func eachTag(b *schemas.RecordBatch, do func(offset int64, l tagLine)) {
	var tag []byte
	for c := b.Context; len(c) > 0; {
		back, n := binary.Uvarint(c)
		if n <= 0 || len(c) < n+seqLen || back > 1<<40 {
			return
		}
		number := c[n : n+seqLen]
		c = c[n+seqLen:]
		size, n := binary.Uvarint(c)
		if n <= 0 || size > uint64(len(c)-n) {
			return
		}
		c = c[n:]
		if size > 0 {
			tag, c = c[:size], c[size:]
		}
		do(b.Start-int64(back), tagLine{number, tag})
	}
}
