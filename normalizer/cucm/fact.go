package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
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

// newFact returns an empty fact, which is in use until the next.
func (t *trace) newFact(kind schemas.Kind) *fact {
	f := arena.Own[fact](t.mem)
	f.kind, f.n, f.k = kind, 0, 0
	return f
}

// with adds an attribute, unless value is empty. Blanks at its end, as editors
// and pages leave them, are none of it.
func (f *fact) with(name string, value []byte) {
	for len(value) > 0 && value[len(value)-1] <= ' ' {
		value = value[:len(value)-1]
	}
	if len(value) > 0 && f.n < len(f.attrs) {
		a := &f.attrs[f.n]
		a.name, a.value = name, value // field by field: a literal is built elsewhere and copied
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
	k := &f.keys[f.k]
	k.of, k.value = of, value
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
	if t.mended&text.Wrapped != 0 {
		return t.emit(dst, f, t.whole(), 0)
	}
	line, _ := text.FirstLine(t.record.Text, t.record.Lines)
	return t.emit(dst, f, line, 0)
}

// emit appends the event of f; evidence is what the log says, line ends in it
// become blanks. It adds the sequence and the correlation tag of the record.
func (t *trace) emit(dst []schemas.Event, f *fact, evidence []byte, mended text.Repairs) []schemas.Event {
	t.readTail()
	t.causer(f)
	for len(evidence) > 0 && (evidence[0] == ' ' || evidence[0] == '\t') {
		evidence = evidence[1:]
	}
	dst, e := arena.Event(dst)
	e.Kind = f.kind
	if t.columns {
		e.Text = t.squeezed(evidence)
	} else {
		e.Text = t.evidence(evidence)
	}
	e.Repairs = (t.mended | mended).Append(nil)
	if t.seq != nil || t.tag != nil || f.k > 0 {
		keys := t.mem.Keys(f.k + 2) // a tag that Attach finds in another record must still fit
		if t.seq != nil {
			keys = append(keys, schemas.Key{Type: schemas.KeySequence, Value: t.mem.String(t.seq), Scope: t.mem.Fingerprint(t.file.Fingerprint)})
		}
		if t.tag != nil {
			keys = append(keys, schemas.Key{Type: schemas.KeyCorrelationTag, Value: t.mem.String(t.tag), Scope: t.file.Cluster})
		}
		for i := range f.keys[:f.k] {
			k := &f.keys[i]
			keys = append(keys, schemas.Key{Type: k.of, Value: t.mem.String(k.value), Scope: t.scope(k.of)})
		}
		e.Keys = keys
	}
	attrs := t.mem.Attrs(f.n)
	for i := range f.attrs[:f.n] {
		a := &f.attrs[i]
		attrs = append(attrs, schemas.Attr{Name: a.name, Value: t.mem.String(a.value)})
	}
	e.Attrs = attrs
	return dst
}

// squeezed returns a line with padded columns as Event.Text.
func (t *trace) squeezed(line []byte) string {
	buf := t.mem.Scratch()
	narrow := squeeze(buf[:0:min(cap(buf), 2*schemas.MaxEvidence)], line)
	if plain, ok := text.Plain(narrow, schemas.MaxEvidence); ok {
		return t.mem.Keep(buf[:len(plain)])
	}
	return text.Evidence(narrow, schemas.MaxEvidence)
}

// causer adds who caused the record to a fact about numbers that names nobody
// itself.
func (t *trace) causer(f *fact) {
	switch f.kind {
	case schemas.KindDigitsSignal, schemas.KindDigitsAnalysis, schemas.KindDigitsRoute:
	default:
		return
	}
	t.readCauser()
	if f.kind == schemas.KindDigitsSignal {
		f.key(schemas.KeyAddr, t.ip)
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
