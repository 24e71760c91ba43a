package xmpp

import (
	"bytes"
	"unicode/utf8"
)

// DialbackKey returns the key that text is, or nil: 40 hex digits as
// Expressway prints it, 64, the SHA-256 that XEP-0185 recommends, or what
// another server makes of it, which XEP-0220 leaves to it: 6 to 256 visible
// ASCII characters. A run of 40 or 64 that is not all digits was damaged by a
// copy.
func DialbackKey(text []byte) []byte {
	n := len(text)
	if n < 6 || n > 256 || MaskedKey(text) {
		return nil
	}
	allowed := &visible
	if n == 40 || n == 64 {
		allowed = &hexDigit
	}
	for _, c := range text {
		if !allowed[c] {
			return nil
		}
	}
	return text
}

// MaskedKey reports whether text stands for a key that was masked and joins
// nothing any more.
func MaskedKey(text []byte) bool {
	return len(text) > 0 && len(text) != 40 && len(text) != 64 && len(bytes.Trim(text, "*")) == 0
}

// IsStanza reports whether name, with or without its prefix, is the name of an
// element that XMPP sends at the top of a stream: a stanza, a piece of the
// negotiation, or of the stream's management.
//
//	stream:features, auth, iq, db:verify
func IsStanza(name []byte) bool {
	if prefix, local, ok := bytes.Cut(name, []byte{':'}); ok {
		switch string(prefix) {
		case "stream":
			return string(local) == "stream" || string(local) == "features" || string(local) == "error"
		case "db":
			return string(local) == "result" || string(local) == "verify"
		}
		return false
	}
	switch string(name) {
	case "iq", "presence", "message", // RFC 6120 section 8
		"starttls", "proceed", // section 5
		"auth", "challenge", "response", "abort", "success", "failure", // section 6
		"handshake",                                                  // XEP-0114
		"enable", "enabled", "resume", "resumed", "failed", "r", "a": // XEP-0198
		return true
	}
	return false
}

// Find returns the first element of b whose name is name, prefix or none: a
// child of the stanza whose tag b follows.
func Find(b []byte, name string) (Element, bool) {
	for off := 0; ; {
		e, ok := Read(b[off:])
		if !ok {
			return Element{}, false
		}
		e.Start, e.End = e.Start+off, e.End+off
		if local(e.Name) == name {
			return e, true
		}
		off = e.End
	}
}

// local returns the name without its prefix.
func local(name []byte) string { return string(name[bytes.IndexByte(name, ':')+1:]) }

// Error is what an error or a failure element says.
type Error struct {
	// Condition is the defined condition: item-not-found, conflict,
	// not-authorized (RFC 6120 sections 4.9.3, 6.5 and 8.3.3).
	Condition []byte
	// Type is cancel, continue, modify, auth or wait; nil for a stream error
	// and a failure.
	Type []byte
	// Code is the number of before RFC 6120, as in code='409'.
	Code []byte
	// Text is for people.
	Text []byte
}

// ReadError returns the first error or failure in b, the text that begins with
// a stanza or follows its tag. It reports false when b has none.
//
//	<error code='409' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
//	<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text xml:lang='en'>…</text></failure>
func ReadError(b []byte) (Error, bool) {
	for len(b) > 0 {
		e, ok := Read(b)
		if !ok {
			return Error{}, false
		}
		b = b[e.End:]
		if name := local(e.Name); name != "error" && name != "failure" {
			continue
		}
		x := Error{Type: e.Type, Code: e.Code}
		if e.Closed {
			return x, true
		}
		if end := closingTag(b, e.Name); end >= 0 {
			b = b[:end]
		}
		for {
			c, ok := Read(b)
			if !ok {
				return x, true
			}
			b = b[c.End:]
			switch {
			case local(c.Name) == "text":
				if x.Text == nil {
					x.Text = c.Text
				}
			case x.Condition == nil:
				x.Condition = c.Name
			}
		}
	}
	return Error{}, false
}

// Condition returns the defined condition of ReadError, nil when b has no
// error.
func Condition(b []byte) []byte {
	e, _ := ReadError(b)
	return e.Condition
}

// closingTag returns where the closing tag of name begins in b, or -1.
func closingTag(b, name []byte) int {
	for off := 0; ; {
		at, n := nextOpen(b, off)
		if at < 0 {
			return -1
		}
		off = at + n
		if bytes.HasPrefix(b[off:], []byte{'/'}) && bytes.HasPrefix(b[off+1:], name) {
			return at
		}
	}
}

// Mechanisms appends to dst the SASL mechanisms that stream:features offers,
// and reports whether b has such a list, which may be empty.
//
//	<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>
func Mechanisms(dst [][]byte, b []byte) ([][]byte, bool) {
	list, ok := Find(b, "mechanisms")
	if !ok || list.Closed {
		return dst, ok
	}
	b = b[list.End:]
	if end := closingTag(b, list.Name); end >= 0 {
		b = b[:end]
	}
	for {
		m, ok := Find(b, "mechanism")
		if !ok {
			return dst, true
		}
		if len(m.Text) > 0 {
			dst = append(dst, m.Text)
		}
		b = b[m.End:]
	}
}

// Bind says what a bind element asks for or grants (RFC 6120 section 7): the
// full JID of an answer, the resource of a request. It reports false when b has
// none.
//
//	<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>ada@example.com/jabber_1</jid></bind>
func Bind(b []byte) (jid, resource []byte, ok bool) {
	bind, ok := Find(b, "bind")
	if !ok || bind.Closed {
		return nil, nil, ok
	}
	b = b[bind.End:]
	if end := closingTag(b, bind.Name); end >= 0 {
		b = b[:end]
	}
	if e, ok := Find(b, "jid"); ok {
		jid = e.Text
	}
	if e, ok := Find(b, "resource"); ok {
		resource = e.Text
	}
	return jid, resource, true
}

// Hostname reports whether s looks like a host or domain name or an address,
// and not like prose: only letters, digits, . - _ : and bytes above ASCII.
func Hostname(s []byte) bool {
	ascii := true
	for _, c := range s {
		if !hostByte[c] {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return len(s) > 0 && (ascii || !bytes.ContainsRune(s, utf8.RuneError))
}

// hostByte tells the bytes that Hostname takes.
var hostByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= utf8.RuneSelf || isName(byte(c))
	}
	return t
}()

// visible tells the bytes of a key that is not hex digits.
var visible = func() (t [256]bool) {
	for c := '!'; c <= '~'; c++ {
		t[c] = c != '<'
	}
	return t
}()

var hexDigit = func() (t [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		t[c] = true
	}
	return t
}()
