package collection

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// location is a row of the export of user locations: JID, access type, time,
// item, resource, and the location, which may stand on the next line. The
// resource is the instance of Jabber that published it.
type location struct {
	jid, resource []byte
	seconds       int64
	nsec          int
}

func readLocation(line []byte) (l location, ok bool) {
	if len(line) < 40 || bytes.IndexByte(line[:min(len(line), 300)], '@') < 1 {
		return l, false
	}
	var access, at, item []byte
	for _, f := range [...]*[]byte{&l.jid, &access, &at, &item, &l.resource} {
		var more bool
		if *f, line, more = bytes.Cut(line, []byte{','}); !more {
			return l, false
		}
	}
	if l.seconds, ok = stamp.DateTime(at); !ok || len(access) != 1 || !uuid(item) || len(l.resource) == 0 {
		return l, false
	}
	if bytes.IndexByte(l.jid, '@') < 1 || !word(l.jid) || !word(l.resource) {
		return l, false
	}
	l.nsec, _ = stamp.Fraction(at, stamp.DateTimeLen)
	return l, true
}

// word reports whether b is printed without blanks, quotes and tags.
func word(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c == '<' || c == '>' || c == '"' || c == 0x7F {
			return false
		}
	}
	return true
}

// uuid reports whether b has the form 7d0ec34c-458f-4fd2-9d15-58accac4af00.
func uuid(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') {
			return false
		}
	}
	return true
}

// created returns the time of l in the zone of prev.
func (l *location) created(prev time.Time) time.Time {
	return stamp.In(l.seconds, l.nsec, prev.Location())
}

// event returns what l states: which client a JID has used. That it is signed
// in is not said.
func (l *location) event(line []byte, r *schemas.Record) schemas.Event {
	bare, _, _ := bytes.Cut(l.jid, []byte{'/'})
	return schemas.Event{
		Kind: schemas.KindConfigValue, Line: r.Line, Text: text.Evidence(line, schemas.MaxEvidence),
		Attrs: []schemas.Attr{{Name: "name", Value: "resource"}, {Name: "value", Value: text.Evidence(l.resource, 256)}},
		Keys:  []schemas.Key{{Type: schemas.KeyJID, Value: text.Evidence(bytes.ToLower(bare), 256)}},
	}
}
