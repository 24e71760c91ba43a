package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// value returns the value of the first pair of b with the name, without
// quotes and outer blanks; false when b has no such pair. name ends with =.
//
// Quotes inside a value are not escaped, so a value that may hold quotes
// (Detail) is read by detail; the names asked for here never hold one.
// A bare value ends at the next blank: tokens=2.
func value(b []byte, name string) ([]byte, bool) {
	for {
		at := bytes.Index(b, []byte(name))
		if at < 0 {
			return nil, false
		}
		before := byte(' ')
		if at > 0 {
			before = b[at-1]
		}
		b = b[at+len(name):]
		if !isWord(before) && before != '-' {
			break
		}
	}
	b = bytes.TrimLeft(b, " \r\n")
	open := quoteLen(b)
	if open == 0 {
		if end := bytes.IndexAny(b, " \t\r\n,\""); end >= 0 {
			b = b[:end]
		}
		return b, true
	}
	b = b[open:]
	end := 0
	for end < len(b) && quoteLen(b[end:]) == 0 {
		end++
	}
	return bytes.TrimSpace(b[:end]), true
}

// detail returns the value of Detail, which is the last pair of XCP and
// management lines: it goes to the end of the record, because the quotes
// inside it are not escaped and the closing one may be lost.
func detail(b []byte) ([]byte, bool) {
	at := bytes.Index(b, []byte("Detail="))
	if at < 0 {
		return nil, false
	}
	b = bytes.TrimSpace(b[at+len("Detail="):])
	b = b[quoteLen(b):]
	switch {
	case bytes.HasSuffix(b, []byte(`"`)):
		b = b[:len(b)-1]
	case bytes.HasSuffix(b, []byte("\u201d")), bytes.HasSuffix(b, []byte("\u201c")):
		b = b[:len(b)-len("\u201d")]
	}
	return b, true
}

// quoteLen returns the length of the double quote that b begins with, a
// typographic one of a web copy included; 0 for none.
func quoteLen(b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case b[0] == '"':
		return 1
	case bytes.HasPrefix(b, []byte("\u201d")), bytes.HasPrefix(b, []byte("\u201c")):
		return len("\u201d")
	}
	return 0
}

// evidence returns the lines of b as one line that fits Event.Text.
func (s *statement) evidence(b []byte) string {
	b = mask(b[:min(len(b), schemas.MaxEvidence)])
	return s.mem.Keep(text.AppendEvidence(s.mem.Scratch(), b, schemas.MaxEvidence))
}

// attrs appends name and value when there is a value.
func (s *statement) attrs(dst []schemas.Attr, name string, value []byte) []schemas.Attr {
	if len(value) == 0 {
		return dst
	}
	return append(dst, schemas.Attr{Name: name, Value: s.mem.String(value)})
}

// mask returns b without the credentials that Expressway prints: digest
// answers, session cookies. Dialback keys stay, they are the join. What is
// masked becomes ***; b itself is not changed.
func mask(b []byte) []byte {
	if !suspicious(b) {
		return b
	}
	for _, name := range secrets {
		for from := 0; ; {
			at := bytes.Index(b[from:], []byte(name))
			if at < 0 {
				break
			}
			from += at + len(name)
			end := from
			for end < len(b) && bytes.IndexByte([]byte("\"'; ,<>\r\n"), b[end]) < 0 {
				end++
			}
			if end > from {
				b = append(append(append(make([]byte, 0, len(b)+3), b[:from]...), "***"...), b[end:]...)
			}
		}
	}
	return b
}

var secrets = [...]string{"X-Auth=", "calculatedResponse=", " response=", "response=\"", "nonce=\"", "JSESSIONIDSSO="}

// suspicious reports whether one of secrets may stand in b: most lines hold
// none, and this is cheaper than looking for each.
func suspicious(b []byte) bool {
	for i, c := range b {
		if c == '=' && i >= 4 {
			switch string(b[i-4 : i]) {
			case "Auth", "onse", "once", "DSSO":
				return true
			}
		}
	}
	return false
}
