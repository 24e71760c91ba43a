package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// pairs are the values of a record's pairs, without quotes and outer blanks, as
// parts of text.
type pairs struct {
	text []byte
	at   [fieldCount]span
}

// span is where a value begins and ends; to is 0 for one that the record has not.
type span struct{ from, to uint16 }

// value returns the value of the field; nil when the record has none.
func (p *pairs) value(f field) []byte {
	x := p.at[f]
	if x.to == 0 {
		return nil
	}
	return p.text[x.from:x.to]
}

// has reports whether the field has a value that is not empty.
func (p *pairs) has(f field) bool { return p.at[f].from < p.at[f].to }

// empty reports whether the record has the field, without a value.
func (p *pairs) empty(f field) bool { return p.at[f].to > 0 && !p.has(f) }

// is reports whether the field has this value.
func (p *pairs) is(f field, value string) bool { return string(p.value(f)) == value }

// keep notes the value of a field. Of several the first is kept, but for Node.
func (p *pairs) keep(f field, from, to int) {
	if p.at[f].to > 0 {
		if f != fNode || p.at[fPeerNode].to > 0 {
			return
		}
		f = fPeerNode // the second Node of a clusterdb line
	}
	p.at[f] = span{uint16(from), uint16(to)}
}

// maxPairs bounds how far into a record pairs are looked for, in bytes:
// Protocol-buffer may hold a whole message and stands near the end.
const maxPairs = 16 << 10

// read reads the pairs of b. What is no pair is skipped word by word. harmless is
// true when b plainly holds no secret: it is pairs alone, none is named like one,
// and no value has an equals sign.
func (p *pairs) read(b []byte) (harmless bool) {
	b = b[:min(len(b), maxPairs)]
	p.text = b
	var places [64]uint16
	quotes := places[:text.Places(places[:], b, '"')]
	for i, usual := 0, 0; ; {
		n, next := p.usual(b, i, quotes)
		quotes, usual, i = quotes[2*n:], usual+n, next
		if blank(b[i:]) {
			return usual >= 0 && bytes.Count(b, []byte{'='}) == usual
		}
		if bytes.IndexByte(b[i:], '=') < 0 {
			return false
		}
		name, value, next := nextPair(b, i)
		if name == nil {
			return false
		}
		value = trimmed(value)
		from := cap(b) - cap(value)
		p.keep(fieldOf(name), from, from+len(value))
		i, usual = next, -len(b) // for good
		for len(quotes) > 0 && int(quotes[0]) < i {
			quotes = quotes[1:]
		}
	}
}

// usual does what nextPair does for the pairs from i on that have at most blanks
// and a colon before their names, and values in quotes, the next ones, that need
// no second look. It returns how many they are, and where they end.
func (p *pairs) usual(b []byte, i int, quotes []uint16) (n, next int) {
	for ; 2*n+1 < len(quotes); n++ {
		open, end := int(quotes[2*n]), int(quotes[2*n+1])
		from := i
		for b[from] == ' ' || b[from] == ':' {
			from++
		}
		if open <= from+1 || b[open-1] != '=' ||
			end > open+1 && (!solid[b[open+1]] || !solid[b[end-1]]) || // blanks, or the quote may open another value
			end+1 < len(b) && nameChar[b[end+1]] {
			break
		}
		name := b[from : open-1]
		f := fieldOf(name)
		if f == unread && (!isPairName(name) || secretName(name)) {
			break
		}
		p.keep(f, open+1, end)
		i = end + 1
	}
	return n, i
}

// trimmed returns value without the white space around it, never nil.
func trimmed(value []byte) []byte {
	if v := bytes.TrimSpace(value); v != nil {
		return v
	}
	return value
}

// isPairName reports whether name is that of a pair.
func isPairName(name []byte) bool {
	for _, c := range name {
		if !nameChar[c] {
			return false
		}
	}
	return !isDigit(name[0])
}

// nextPair returns the first pair of b that begins at or after i, the value as
// printed inside its quotes, and where to go on. name is nil when there is
// none.
//
//	Src-port="47177" tokens=2 ThreadID= "139747212576512"
func nextPair(b []byte, i int) (name, value []byte, next int) {
	for i < len(b) {
		from := i
		for i < len(b) && nameChar[b[i]] {
			i++
		}
		switch {
		case i >= len(b):
			return nil, nil, len(b)
		case i == from && b[i] != '<':
			i++
		case b[i] == '=' && (b[from] < '0' || b[from] > '9'):
			value, next = readValue(b, i+1)
			return b[from:i], value, pastGlued(b, next)
		case b[i] == '<': // XML without a name before it
			i++
			if end := bytes.IndexByte(b[i:min(len(b), i+maxTag)], '>'); end >= 0 {
				i += end
			}
		default: // the end of a word of text
			i++
		}
	}
	return nil, nil, len(b)
}

// maxTag bounds how far the end of an XML tag is looked for.
const maxTag = 1 << 10

// pastGlued returns where to go on behind a value: text that is glued to its
// quote is no name, unless it is one that rules know.
//
//	oneIsATraversalServerZone="true"OutboundLegTraversalClientsencryption-mode=on threeInARow="true"
func pastGlued(b []byte, i int) int {
	if i >= len(b) || b[i-1] != '"' || !nameChar[b[i]] {
		return i
	}
	end := i
	for end < len(b) && nameChar[b[end]] {
		end++
	}
	if end < len(b) && b[end] == '=' && fieldOf(b[i:end]) > passed {
		return i
	}
	if blank := bytes.IndexByte(b[i:], ' '); blank >= 0 {
		return i + blank
	}
	return len(b)
}

// readValue reads the value at i and returns where it ends.
//
// Quotes inside a value are not escaped. One that directly follows an equals
// sign, or a blank, opens an inner value which the next quote closes; any
// other closes the value, whatever is glued to it:
//
//	Detail="CPL: <location clear="yes" url="sip:h;lr" diversion=""> added sip:h;lr to location set "
//	Detail="Zone details"ZONETYPE_TRAVERSALSERVERcust2_uc_traversal
//	Detail="… Local-SessionID=, Remote-SessionID="
func readValue(b []byte, i int) (value []byte, next int) {
	from := i
	for from < len(b) && b[from] == ' ' {
		from++
	}
	if from >= len(b) || b[from] != '"' {
		end := i
		for end < len(b) && !endsBare[b[end]] {
			end++
		}
		return b[i:end], end
	}
	from++
	inner := false
	for at := from; ; at++ {
		n := bytes.IndexByte(b[at:], '"')
		if n < 0 {
			return b[from:], len(b)
		}
		at += n
		switch {
		case inner:
			inner = false
		case at > from && opens(b, at):
			inner = true
		default:
			return b[from:at], at + 1
		}
	}
}

// opens reports whether the quote at opens a value inside the one it stands in.
func opens(b []byte, at int) bool {
	if b[at-1] != '=' && b[at-1] != ' ' || at+1 >= len(b) {
		return false
	}
	switch c := b[at+1]; c {
	case ' ', '\r', '\n', '\t':
		if b[at-1] == ' ' {
			return false
		}
		// It closes when the line ends or a pair follows.
		rest := bytes.TrimLeft(b[at+1:], " ")
		return len(rest) > 0 && rest[0] >= ' ' && !startsWithName(rest)
	case ',', ':', '>':
		return false
	case '"':
		return b[at-1] == '='
	}
	return b[at-1] == '=' || !startsWithName(b[at+1:])
}

// startsWithName reports whether b begins with a name and an equals sign.
func startsWithName(b []byte) bool {
	n := 0
	for n < len(b) && nameChar[b[n]] {
		n++
	}
	return n > 0 && n < len(b) && b[n] == '='
}

// nameChar tells the bytes of a name, hostChar those of a host or a process,
// endsBare those that end a value without quotes, solid those that may stand at
// the ends of one in quotes without more ado.
var nameChar, hostChar, endsBare, solid = func() (name, host, ends, solid [256]bool) {
	for c := range name {
		name[c] = isWord(byte(c)) || c == '-'
		host[c] = name[c] || c == '.'
		solid[c] = c > ' ' && c <= '~' && c != '='
	}
	for _, c := range []byte(" \t\r\n,\"") {
		ends[c] = true
	}
	return name, host, ends, solid
}()

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
