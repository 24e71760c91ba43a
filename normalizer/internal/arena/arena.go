// Package arena holds the memory that the events of one batch refer to: a few
// pieces that are used again, instead of half a dozen allocations an event.
package arena

import (
	"encoding/hex"
	"unsafe"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser is a schemas.Parser whose events may live in an Arena.
type Parser interface {
	schemas.Parser
	// ParseIn does what Parse does and takes the memory from a, which may be
	// nil.
	ParseIn(a *Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event
}

// Attacher is a Parser whose events are completed from records that stand
// before theirs; see schemas.Contexter.
type Attacher interface {
	schemas.Contexter
	// Attach completes events, which are those of b.Records[i], from the
	// records before it in b and from b.Context. The memory is taken from a.
	Attach(a *Arena, events []schemas.Event, b *schemas.RecordBatch, i int)
}

// An Arena hands out memory that is valid until Reset, strings too. A nil Arena
// hands out memory of its own each time. An Arena belongs to one goroutine.
type Arena struct {
	keys  []schemas.Key
	attrs []schemas.Attr
	sips  []schemas.SIP
	xmpps []schemas.XMPP
	// text holds the strings that stand nowhere in the batch, one behind the
	// other.
	text []byte
	// ascii is true when the whole batch is.
	ascii   bool
	signals Index
	earlier Index
	notes   Index
	// print is the fingerprint that printed spells.
	print   schemas.Fingerprint
	printed string
	scope   string // what Scope returned last
	// placed is the file that place is the scope of.
	placed *schemas.File
	place  string
	own    any // of the parser that asked last, see Own
}

// Begin takes everything back and is told the text of the batch that comes next.
func (a *Arena) Begin(batch []byte) {
	a.Reset()
	a.ascii = len(batch) > 0 && text.ASCII(batch)
}

// Reset takes everything back.
func (a *Arena) Reset() {
	a.ascii = false
	a.keys, a.attrs, a.sips, a.xmpps = a.keys[:0], a.attrs[:0], a.sips[:0], a.xmpps[:0]
	a.text, a.scope, a.placed = a.text[:0], "", nil
	a.signals.reset()
	a.earlier.reset()
	a.notes.reset()
}

// Keys returns an empty slice with room for n keys.
func (a *Arena) Keys(n int) []schemas.Key {
	if a == nil {
		return make([]schemas.Key, 0, n)
	}
	return take(&a.keys, n)[:0]
}

// Attrs returns an empty slice with room for n attributes.
func (a *Arena) Attrs(n int) []schemas.Attr {
	if a == nil {
		return make([]schemas.Attr, 0, n)
	}
	return take(&a.attrs, n)[:0]
}

// SIP returns a zero SIP.
func (a *Arena) SIP() *schemas.SIP {
	if a == nil {
		return new(schemas.SIP)
	}
	x := &take(&a.sips, 1)[0]
	*x = schemas.SIP{}
	return x
}

// XMPP returns a zero XMPP.
func (a *Arena) XMPP() *schemas.XMPP {
	if a == nil {
		return new(schemas.XMPP)
	}
	x := &take(&a.xmpps, 1)[0]
	*x = schemas.XMPP{}
	return x
}

// Event appends a zero event to dst and returns it too: an event is large, and
// what is filled in place need not be copied.
func Event(dst []schemas.Event) ([]schemas.Event, *schemas.Event) {
	if len(dst) < cap(dst) {
		dst = dst[:len(dst)+1]
		dst[len(dst)-1] = schemas.Event{}
	} else {
		dst = append(dst, schemas.Event{})
	}
	return dst, &dst[len(dst)-1]
}

// Own returns the T that the parser has used before, as it left it: a large one
// need not be cleared for every record.
func Own[T any](a *Arena) *T {
	if a == nil {
		return new(T)
	}
	x, ok := a.own.(*T)
	if !ok {
		x = new(T)
		a.own = x
	}
	return x
}

// take returns the next n elements of *piece, which may hold old values, and
// makes a larger piece when they do not fit; the old one stays with those who
// have parts of it.
func take[T any](piece *[]T, n int) []T {
	const least = 64
	p := *piece
	if cap(p)-len(p) < n {
		p = make([]T, 0, max(least, n, 2*cap(p)))
	}
	from := len(p)
	p = p[:from+n]
	*piece = p
	return p[from : from+n : from+n]
}

// Scratch returns an empty buffer to put a string for Keep together in. There
// is one: it is in use until Keep.
func (a *Arena) Scratch() []byte {
	const usual = 1 << 10 // of what is put together
	if a == nil {
		return make([]byte, 0, usual)
	}
	if cap(a.text)-len(a.text) < usual {
		// The old piece stays with the strings that stand in it.
		a.text = make([]byte, 0, max(64<<10, min(2*cap(a.text), 1<<20)))
	}
	return a.text[len(a.text):]
}

// Keep returns what was put together in the Scratch as a string.
func (a *Arena) Keep(scratch []byte) string {
	if a == nil {
		return string(scratch)
	}
	if n := len(a.text) + len(scratch); n <= cap(a.text) && cap(scratch) == cap(a.text)-len(a.text) {
		a.text = a.text[:n]
	} // else it has outgrown the piece and has memory of its own
	return alias(scratch)
}

// Fingerprint returns f in hex. A batch asks for one alone.
func (a *Arena) Fingerprint(f schemas.Fingerprint) string {
	if a == nil {
		return hex.EncodeToString(f[:])
	}
	if a.print != f || a.printed == "" {
		a.print, a.printed = f, hex.EncodeToString(f[:])
	}
	return a.printed
}

// Scope does what Keep does for the scope of a key, which is that of the event
// before more often than not.
func (a *Arena) Scope(scratch []byte) string {
	if a == nil {
		return string(scratch)
	}
	if a.scope != string(scratch) {
		a.scope = a.Keep(scratch)
	}
	return a.scope
}

// ASCII does what text.ASCII does for a part of the batch, which is asked once:
// hardly a log holds anything else.
func (a *Arena) ASCII(b []byte) bool { return a != nil && a.ascii || text.ASCII(b) }

// FileScope returns the scope of keys that are unique in the place that f names,
// as write appends it. A batch is of one file, and all ask for one.
func (a *Arena) FileScope(f *schemas.File, write func(buf []byte, f *schemas.File) []byte) string {
	if a == nil {
		return string(write(nil, f))
	}
	if a.placed != f {
		a.placed, a.place = f, a.Keep(write(a.Scratch(), f))
	}
	return a.place
}

// String returns b as a string. It is no copy: b stays as it is until Reset, as
// the text of the batch does.
func (a *Arena) String(b []byte) string {
	if a == nil {
		return string(b)
	}
	return alias(b)
}

// Evidence returns what text.Evidence makes of b.
func (a *Arena) Evidence(b []byte, max int) string {
	if plain, ok := text.Plain(b, max); ok {
		return a.String(plain)
	}
	return a.Keep(text.AppendEvidence(a.Scratch(), b, max))
}

// alias returns b as a string without copying it.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
