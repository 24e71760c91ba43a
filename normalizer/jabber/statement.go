package jabber

import (
	"bytes"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// statement is a record that a rule is about to read.
type statement struct {
	mem    *arena.Arena
	file   *schemas.File
	record *schemas.Record
	// raw is the first line, line is it mended; rest is what follows it, as it
	// stands.
	raw, line, rest []byte
	// head is that of the line, with nil fields for an excerpt; message is its
	// message from where the rule was found.
	head
	message []byte
	mended  text.Repairs
	// plain is true when the message is ASCII and all there is.
	plain bool
	// masked says whether the first line is to be masked; see secret.
	masked judgement
	// text and login are what the events of a record share.
	text, login string
}

// judgement is what is known of a line.
type judgement uint8

const (
	unjudged judgement = iota
	harmless
	doubtful
)

// secret reports whether the first line may hold a credential. Half of the
// records that a rule reads give no event and are never asked.
func (s *statement) secret() bool {
	if s.masked == unjudged {
		s.masked = harmless
		if suspicious(s.head.message) {
			s.masked = doubtful
		}
	}
	return s.masked == doubtful
}

// event appends an event of the record whose evidence is the first line as it
// stands in the file. words are names and values of its first attributes, in
// our words; an empty value is none.
func (s *statement) event(dst []schemas.Event, kind schemas.Kind, words ...string) []schemas.Event {
	if s.text == "" {
		s.text = s.evidence(s.raw, s.secret())
	}
	attrs := s.mem.Attrs(maxAttrs)
	for i := 0; i+1 < len(words); i += 2 {
		if words[i+1] != "" {
			attrs = append(attrs, schemas.Attr{Name: words[i], Value: words[i+1]})
		}
	}
	dst, e := arena.Event(dst)
	e.Kind, e.Repairs, e.Text, e.Attrs = kind, s.mended.Names(), s.text, attrs
	return dst
}

// maxAttrs is how many attributes an event of this package has room for.
const maxAttrs = 8

// evidence returns line as Event.Text.
func (s *statement) evidence(line []byte, secret bool) string {
	if secret {
		line = mask(line)
	}
	return s.mem.Evidence(line, schemas.MaxEvidence)
}

// atLine moves the last of dst to line, which is the n-th physical line behind
// the first one.
func (s *statement) atLine(dst []schemas.Event, n int, line []byte) {
	e := &dst[len(dst)-1]
	e.Line = s.record.Line + n
	e.Text = s.evidence(line, suspicious(line))
}

// fields are attributes to be, in order; empty ones are absent.
type fields []struct {
	name  string
	value []byte
}

// set gives the last of dst the attributes of f.
func (s *statement) set(dst []schemas.Event, f fields) {
	e := &dst[len(dst)-1]
	for i := range f {
		s.attr(e, f[i].name, f[i].value)
	}
}

// attr gives e an attribute, unless value is empty.
func (s *statement) attr(e *schemas.Event, name string, value []byte) {
	if len(value) == 0 {
		return
	}
	if v := s.value(value); v != "" {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: name, Value: v})
	}
}

// value returns b as the value of an attribute: trimmed, bounded, masked.
func (s *statement) value(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s.secret() {
		b = mask(b)
	}
	if !s.plain || len(b) > maxValue || b[0] <= ' ' || b[len(b)-1] <= ' ' {
		b = clip(b)
	}
	return s.mem.String(b)
}

// maxValue bounds the value of an attribute, in bytes, to what a person reads.
const maxValue = 240

// clip returns b without blanks around it, bounded, as UTF-8.
func clip(b []byte) []byte {
	if b = bytes.TrimSpace(b); len(b) > maxValue {
		b = bytes.TrimSpace(bytes.ToValidUTF8(b[:maxValue], nil))
	} else if !text.ASCII(b) {
		b = bytes.ToValidUTF8(b, nil)
	}
	return b
}

// key adds a key to the last of dst; an empty value is none, nor is one of
// several words.
func (s *statement) key(dst []schemas.Event, t schemas.KeyType, value []byte) {
	k := schemas.Key{Type: t, Value: s.value(value)}
	if k.Value == "" || strings.IndexByte(k.Value, ' ') >= 0 {
		return
	}
	e := &dst[len(dst)-1]
	if e.Keys == nil {
		e.Keys = s.mem.Keys(3)
	}
	switch t {
	case schemas.KeyUser, schemas.KeyDevice, schemas.KeyDN:
		k.Scope = s.file.Cluster
	}
	e.Keys = append(e.Keys, k)
}

// loginKey ties the stages of one client's sign-in together.
func (s *statement) loginKey() schemas.Key {
	if s.login == "" {
		s.login = s.mem.Fingerprint(s.file.Fingerprint)
	}
	return schemas.Key{Type: schemas.KeyLogin, Value: "client", Scope: s.login}
}

func (s *statement) unparsed(dst []schemas.Event, why string) []schemas.Event {
	return s.event(dst, schemas.KindUnparsed, "why", why)
}
