package log4j

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// window is how far before a verdict the records of the same request may
// stand, in bytes. The thread serves one request at a time; others write in
// between.
const window = 64 << 10

// note is a record that names what a later one of its thread is about: the user
// of an authentication, the tracking id of a request.
//
//	AuthenticationDB - authenticateUser: userId=alice isLogin true
//	CloudOnboarding - TRACKING ID:::::::FOS_e8e8ee93-…
type note struct{ thread, user, tracking []byte }

func readNote(record []byte) (n note, ok bool) {
	line, _ := text.Line(record)
	h, ok := readHead(line)
	if !ok {
		return n, false
	}
	n.thread = h.thread
	switch string(h.class()) {
	case "AuthenticationDB", "AuthenticationLDAP", "AuthenticationImpl":
		n.user = firstOf(after(h.message, "userId=", ""), after(h.message, "userid=", ""))
		// A login begins without a user; what stands before it is another.
		begins := bytes.HasPrefix(h.message, []byte("login: Entering"))
		return n, len(n.user) > 0 || begins
	case "CloudOnboarding":
		n.tracking = trackingID(h.message)
		return n, len(n.tracking) > 0
	}
	return n, false
}

// Attach implements arena.Attacher: it gives the verdict on a login its user,
// and an answer its tracking id, from the records of the same thread.
func (Parser) Attach(a *arena.Arena, events []schemas.Event, b *schemas.RecordBatch, i int) {
	for j := range events {
		e := &events[j]
		if e.Kind == schemas.KindHTTPResponse && e.Key(schemas.KeyTrackingID) == "" || e.Kind == schemas.KindLoginAuth && e.Attr("user") == "" {
			attach(a, e, b, i)
		}
	}
}

func attach(a *arena.Arena, e *schemas.Event, b *schemas.RecordBatch, i int) {
	r := &b.Records[i]
	line, _ := text.Line(r.Text)
	h, ok := readHead(line)
	if !ok || e.Kind == schemas.KindLoginAuth && string(h.class()) != "AuthenticationImpl" {
		return
	}
	var user, tracking []byte
	eachNote(b, i, r.Offset-window, func(n note) bool {
		if !bytes.Equal(n.thread, h.thread) {
			return true
		}
		if e.Kind == schemas.KindHTTPResponse {
			tracking = n.tracking
			return len(tracking) == 0
		}
		if user == nil || bytes.IndexByte(user, '*') >= 0 && len(n.user) > 0 {
			user = n.user
		}
		return len(n.user) > 0 && bytes.IndexByte(n.user, '*') >= 0 || len(n.tracking) > 0
	})
	if len(tracking) > 0 {
		e.Keys = append(append(a.Keys(len(e.Keys)+1), e.Keys...), schemas.Key{Type: schemas.KeyTrackingID, Value: a.String(tracking)})
	}
	if len(user) > 0 {
		name := a.Evidence(user, maxValue)
		e.Attrs = append(append(a.Attrs(len(e.Attrs)+1), e.Attrs...), schemas.Attr{Name: "user", Value: name})
		if bytes.IndexByte(user, '*') < 0 {
			e.Keys = append(append(a.Keys(len(e.Keys)+1), e.Keys...), schemas.Key{Type: schemas.KeyUser, Value: name, Scope: b.File.Cluster})
		}
	}
}

// eachNote calls do for the notes before b.Records[i] down to the offset from,
// the last first, until do returns false.
func eachNote(b *schemas.RecordBatch, i int, from int64, do func(note) bool) {
	for j := i - 1; j >= 0; j-- {
		if b.Records[j].Offset < from {
			return
		}
		if n, ok := readNote(b.Records[j].Text); ok && !do(n) {
			return
		}
	}
	for _, k := range kept(b) {
		if k.offset < from {
			continue
		}
		if n, ok := readNote(k.line); ok && !do(n) {
			return
		}
	}
}

// keptNote is the line of a note in a context.
type keptNote struct {
	offset int64
	line   []byte
}

// maxNotes and maxNote bound a context: how many notes, and the bytes of one.
const (
	maxNotes = 16
	maxNote  = 240
)

// Context implements schemas.Contexter: the notes in the last window bytes, the
// last first, each as its distance before the end of b and its line.
func (Parser) Context(dst []byte, b *schemas.RecordBatch) []byte {
	from, count := b.End-window, 0
	add := func(offset int64, line []byte) bool {
		if offset < from || count == maxNotes {
			return false
		}
		count++
		line = line[:min(len(line), maxNote)]
		dst = binary.AppendUvarint(dst, uint64(b.End-offset))
		dst = binary.AppendUvarint(dst, uint64(len(line)))
		dst = append(dst, line...)
		return true
	}
	for _, v := range slices.Backward(b.Records) {
		if v.Offset < from {
			return dst
		}
		if _, ok := readNote(v.Text); ok {
			line, _ := text.Line(v.Text)
			if !add(v.Offset, line) {
				return dst
			}
		}
	}
	for _, k := range kept(b) {
		if !add(k.offset, k.line) {
			return dst
		}
	}
	return dst
}

// kept reads b.Context. It stops at bytes that Context did not make.
func kept(b *schemas.RecordBatch) (notes []keptNote) {
	for c := b.Context; len(c) > 0 && len(notes) < maxNotes; {
		back, n := binary.Uvarint(c)
		if n <= 0 || back > 1<<40 {
			return notes
		}
		c = c[n:]
		size, n := binary.Uvarint(c)
		if n <= 0 || size > uint64(len(c)-n) {
			return notes
		}
		notes = append(notes, keptNote{b.Start - int64(back), c[n : n+int(size)]})
		c = c[n+int(size):]
	}
	return notes
}
