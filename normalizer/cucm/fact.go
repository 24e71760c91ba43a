package cucm

import (
	"bytes"
	"encoding/hex"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// fact is what a line states: the parts of an event before they are copied
// out of the record.
type fact struct {
	kind  schemas.Kind
	attrs [14]attr
	n     int
	keys  [6]joint
	k     int
}

type attr struct {
	name  string
	value []byte
}

type joint struct {
	of    schemas.KeyType
	value []byte
}

// with adds an attribute, unless value is empty. Blanks at its end, as editors
// and pages leave them, are none of it.
func (f *fact) with(name string, value []byte) {
	for len(value) > 0 && value[len(value)-1] <= ' ' {
		value = value[:len(value)-1]
	}
	if len(value) > 0 && f.n < len(f.attrs) {
		f.attrs[f.n] = attr{name, value}
		f.n++
	}
}

// key adds a join key, unless value is empty or the fact has the key already.
// Its scope follows from its type, see emit.
func (f *fact) key(of schemas.KeyType, value []byte) {
	if len(value) == 0 || f.k == len(f.keys) {
		return
	}
	for i := range f.keys[:f.k] {
		if f.keys[i].of == of && bytes.Equal(f.keys[i].value, value) {
			return
		}
	}
	f.keys[f.k] = joint{of, value}
	f.k++
}

// ci adds the call identifier that v begins with; 0 is that of no call.
func (f *fact) ci(v []byte) {
	if v = leadingDigits(v); len(v) > 0 && string(v) != "0" {
		f.key(schemas.KeyCI, v)
	}
}

// value returns the value of the attribute name, nil when the fact has none.
func (f *fact) value(name string) []byte {
	for i := range f.attrs[:f.n] {
		if f.attrs[i].name == name {
			return f.attrs[i].value
		}
	}
	return nil
}

// line appends the event of a fact that the first line of the record states,
// or all of them when a page has broken it.
func (t *trace) line(dst []schemas.Event, f *fact) []schemas.Event {
	line, _ := text.Line(t.body)
	if t.mended&text.Wrapped != 0 {
		line = t.text()
	}
	return t.emit(dst, f, t.record.Text[:len(t.record.Text)-len(t.body)+len(line)], 0)
}

// emit appends the event of f; evidence is what the log says, line ends in it
// become blanks. It adds the sequence and the correlation tag of the record.
// Everything is copied.
func (t *trace) emit(dst []schemas.Event, f *fact, evidence []byte, mended text.Repairs) []schemas.Event {
	t.readTail()
	t.causer(f)
	var ends [len(f.attrs) + len(f.keys)]int
	evidence = bytes.TrimLeft(evidence, " \t")
	if t.columns {
		var room [2 * schemas.MaxEvidence]byte
		evidence = squeeze(room[:0], evidence)
	}
	buf := text.AppendEvidence(t.mem.Scratch(), evidence, schemas.MaxEvidence)
	said := len(buf)
	for i := range f.attrs[:f.n] {
		buf = append(buf, f.attrs[i].value...)
		ends[i] = len(buf)
	}
	for i := range f.keys[:f.k] {
		buf = append(buf, f.keys[i].value...)
		ends[f.n+i] = len(buf)
	}
	seq := len(buf)
	buf = append(buf, t.seq...)
	scope := len(buf)
	if t.seq != nil {
		buf = hex.AppendEncode(buf, t.file.Fingerprint[:])
	}
	tag := len(buf)
	buf = append(buf, t.tag...)

	all := t.mem.Keep(buf)
	e := schemas.Event{Kind: f.kind, Text: all[:said], Repairs: (t.mended | mended).Append(nil)}
	// A tag that Attach finds in another record must still fit.
	if n := f.k + 2; t.seq != nil || t.tag != nil || f.k > 0 {
		e.Keys = t.mem.Keys(n)
	}
	if t.seq != nil {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeySequence, Value: all[seq:scope], Scope: all[scope:tag]})
	}
	if t.tag != nil {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCorrelationTag, Value: all[tag:], Scope: t.file.Cluster})
	}
	from := said
	e.Attrs = t.mem.Attrs(f.n)
	for i := range f.n {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: f.attrs[i].name, Value: all[from:ends[i]]})
		from = ends[i]
	}
	for i := range f.keys[:f.k] {
		e.Keys = append(e.Keys, schemas.Key{Type: f.keys[i].of, Value: all[from:ends[f.n+i]], Scope: t.scope(f.keys[i].of)})
		from = ends[f.n+i]
	}
	return append(dst, e)
}

// squeeze appends the beginning of a line with padded columns to dst, without
// the padding, as far as dst has room.
func squeeze(dst, line []byte) []byte {
	for _, c := range line {
		if len(dst) == cap(dst) {
			break
		}
		if c == ' ' && len(dst) > 0 && dst[len(dst)-1] == ' ' {
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// causer adds who caused the record to a fact about numbers that names nobody
// itself.
func (t *trace) causer(f *fact) {
	switch f.kind {
	case schemas.KindDigitsSignal:
		f.key(schemas.KeyAddr, t.ip)
	case schemas.KindDigitsAnalysis, schemas.KindDigitsRoute:
	default:
		return
	}
	for i := range f.keys[:f.k] {
		if f.keys[i].of == schemas.KeyDevice {
			return
		}
	}
	f.key(schemas.KeyDevice, t.device)
}

// scope returns what a key of a fact is unique within.
func (t *trace) scope(of schemas.KeyType) string {
	switch of {
	case schemas.KeyCallID, schemas.KeyAddr, schemas.KeyDomain, schemas.KeySessionID, schemas.KeyJID:
		return ""
	}
	return t.file.Cluster
}
