package expressway

import "bytes"

// pairs are the values of a record's pairs, without quotes and outer blanks;
// nil for those that the record has not. They are parts of the record.
type pairs [fieldCount][]byte

// has reports whether the field has a value.
func (p *pairs) has(f field) bool { return len(p[f]) > 0 }

// is reports whether the field has this value.
func (p *pairs) is(f field, value string) bool { return string(p[f]) == value }

// read reads the pairs of b. What is no pair is skipped word by word. harmless is
// true when b plainly holds no secret: it is pairs alone, none is named like one,
// and no value has an equals sign.
func (p *pairs) read(b []byte) (harmless bool) {
	harmless = true
	for i, equals := 0, bytes.IndexByte(b, '='); i < len(b) && equals >= 0; {
		f, value, next := usualPair(b, i, equals)
		if next > 0 {
			if f == unread {
				harmless = harmless && !secretName(b[i:equals])
			}
			// Nearly always the next equals sign is that of the next pair.
			if equals = indexFrom(b, equals+1, '='); equals >= 0 && equals < next {
				equals, harmless = indexFrom(b, next, '='), false
			}
		} else {
			var name []byte
			if name, value, next = nextPair(b, i); name == nil {
				return false
			}
			f, harmless = fieldOf(name), false
			equals = indexFrom(b, next, '=')
		}
		i = next
		if f == unread {
			continue
		}
		if f == fNode && p[fNode] != nil {
			f = fPeerNode // the second Node of a clusterdb line
		}
		if p[f] == nil {
			p[f] = trimmed(value)
		}
	}
	return harmless
}

// indexFrom returns the index in b of the first c at or after from, or -1.
func indexFrom(b []byte, from int, c byte) int {
	if at := bytes.IndexByte(b[from:], c); at >= 0 {
		return from + at
	}
	return -1
}

// trimmed returns value without the white space around it, never nil.
func trimmed(value []byte) []byte {
	if n := len(value); n == 0 || value[0]-'!' <= '~'-'!' && value[n-1]-'!' <= '~'-'!' {
		return value
	}
	if v := bytes.TrimSpace(value); v != nil {
		return v
	}
	return value
}

// usualPair reads what nextPair does when what stands between i and the next
// equals sign is a name, with at most blanks and a colon before it, and the value
// is in quotes that hold no others and end it. next is where to go on, else 0.
func usualPair(b []byte, i, equals int) (f field, value []byte, next int) {
	for b[i] == ' ' || b[i] == ':' {
		i++
	}
	if equals == i || equals+1 >= len(b) || b[equals+1] != '"' {
		return unread, nil, 0
	}
	if f = fieldOf(b[i:equals]); f == unread && !isPairName(b[i:equals]) {
		return unread, nil, 0
	}
	value = b[equals+len(`="`):]
	end := bytes.IndexByte(value, '"')
	switch {
	case end < 0:
		return unread, nil, 0
	case end > 0 && (value[end-1] == '=' || value[end-1] == ' '): // the quote may open another value
		return unread, nil, 0
	case end+1 < len(value) && nameChar[value[end+1]]:
		return unread, nil, 0
	}
	return f, value[:end], equals + len(`="`) + end + len(`"`)
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
	if end < len(b) && b[end] == '=' && fieldOf(b[i:end]) != unread {
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

// nameChar tells the bytes of a name, endsBare those that end a value without
// quotes.
var nameChar, endsBare = func() (name, ends [256]bool) {
	for c := range name {
		name[c] = isWord(byte(c)) || c == '-'
	}
	for _, c := range []byte(" \t\r\n,\"") {
		ends[c] = true
	}
	return name, ends
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
