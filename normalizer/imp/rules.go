package imp

import "bytes"

// rule says what words in the text before any XML mean.
type rule struct {
	// needle begins where a word begins, with at least two bytes.
	needle string
	read   reader
}

// rules are looked for in this order; the first that stands in the text counts.
// Where no source is named beside its reader, the words are of the Expressway
// lines of the same components.
var rules = [...]rule{
	{"Scheduling dialback timeout in ", statement.timer},
	{"resolved dialback address for ", statement.resolved},
	{"Starting resolver lookup for ", statement.lookup},
	{"closing stream used for dialback", statement.closed},
	{"Connection state change", statement.history},
	{"Failed to query auth component", statement.authComponent},
	{"reverse DNS lookup failed", statement.reverse},
	{"reverseDNSLookup", statement.reverse},
	{"Certificate verification failed", statement.certificate},
	{"Connecting on fd ", statement.connecting},
	{"Unable to connect to ", statement.connecting},
	{"Failed to connect to component", statement.connecting},
	{"Received ", statement.packet},
	{"Sent ", statement.packet},
	{"Sending ", statement.packet},
	{"Query for ", statement.query},
	{"ACL ", statement.acl},
	{"UC_", statement.alarm},
	{"Xcp", statement.alarm},
	{"pause listening on its socket", statement.alarm},
	{"resume listening on its socket", statement.alarm},
	{"Dropping packet after jsm db shutdown", statement.dropped},
	{"handshake", statement.handshake},
	{"Handshake", statement.handshake},
	{"Authentication ", statement.verdict},
	{"authentication ", statement.verdict},
	{"dialback", statement.expired},
	{"Dialback", statement.expired},
	{"Connection refused", statement.connecting},
	{"Connection timed out", statement.connecting},
}

// elements are the XML elements that are read, wherever the line got them from.
var elements = [...]rule{
	{"db:result", statement.dialback},
	{"db:verify", statement.dialback},
	{"stream:stream", statement.opened},
	{"stream:features", statement.features},
	{"stream:error", statement.streamError},
	{"auth", statement.sasl},
	{"success", statement.sasl},
	{"failure", statement.sasl},
	{"iq", statement.stanza},
	{"presence", statement.stanza},
	{"message", statement.stanza},
	{"route", statement.stanza},
}

// find returns what reads a record with this message, and the words that told; nil
// for nearly every record. The first element decides, then the words before it.
func find(message []byte) (reader, string) {
	words := message
	if lt := bytes.IndexByte(words, '<'); lt >= 0 {
		if r := element(words[lt+1:]); r != nil && interesting(r, words[lt:]) {
			return r.read, r.needle
		}
		words = words[:lt]
	} else if lt := escaped(words); lt >= 0 {
		if r := element(words[lt+4:]); r != nil && interesting(r, words[lt:]) {
			return r.read, r.needle
		}
		words = words[:lt]
	}
	if r := findWords(words[:min(len(words), maxWords)]); r != nil {
		return r.read, r.needle
	}
	return nil, ""
}

// escaped returns where the first &lt; of a web copy stands in b, or -1.
func escaped(b []byte) int {
	if bytes.IndexByte(b, '&') < 0 {
		return -1
	}
	return bytes.Index(b, []byte("&lt;"))
}

// maxWords bounds how far into a text without XML its words are looked for.
const maxWords = 1 << 10

// element returns what reads the element whose name b begins with.
func element(b []byte) *rule {
	n := 0
	for n < len(b) && n < 16 && (b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z' || b[n] == ':') {
		n++
	}
	for i := range elements {
		if e := &elements[i]; len(e.needle) == n && string(b[:n]) == e.needle {
			return e
		}
	}
	return nil
}

// interesting reports whether the stanza that b begins with may state a fact:
// most are traffic. It is cheaper than reading it.
func interesting(r *rule, b []byte) bool {
	switch r.needle {
	case "iq", "route":
		return has(b, "xmpp-bind") || has(b, "error")
	case "presence", "message":
		end := bytes.IndexByte(b, '>')
		return end < 0 || has(b[:end], "error") || has(b[:end], "&gt;")
	case "stream:features":
		return has(b, "mechanism")
	}
	return true
}

// findWords returns the first of the rules whose needle stands in msg. It looks
// only where words begin, and there only at the rules with the same first two
// bytes.
func findWords(msg []byte) *rule {
	best := len(rules)
	before := uint8(0)
	for i := 0; i+1 < len(msg); i++ {
		class := classes[msg[i]]
		begins := class &^ (before << 1)
		before = class & inWord
		if begins&begin == 0 {
			continue
		}
		p := pair(msg[i], msg[i+1])
		if !anyByPair[p] {
			continue
		}
		for _, n := range byPair[p] {
			if int(n) >= best {
				break
			}
			needle := rules[n].needle
			if len(msg)-i >= len(needle) && string(msg[i:i+len(needle)]) == needle {
				best = int(n)
				break
			}
		}
	}
	if best == len(rules) {
		return nil
	}
	return &rules[best]
}

// The classes of a byte: words are made of it; a needle begins with it.
const (
	inWord = 1 << iota
	begin
)

// classes are the classes of the bytes.
var classes = func() (table [256]uint8) {
	for c := range table {
		if isWord(byte(c)) {
			table[c] = inWord
		}
	}
	for _, r := range rules {
		table[r.needle[0]] |= begin
	}
	return table
}()

// pair folds two bytes into twelve bits.
func pair(a, b byte) int { return int(a&63)<<6 | int(b&63) }

// byPair are the indices of the rules, ascending, by the first two bytes of
// their needle.
var byPair = func() (table [1 << 12][]uint8) {
	for i, r := range rules {
		p := pair(r.needle[0], r.needle[1])
		table[p] = append(table[p], uint8(i))
	}
	return table
}()

// anyByPair tells in one small table whether byPair has an entry.
var anyByPair = func() (table [1 << 12]bool) {
	for p := range byPair {
		table[p] = len(byPair[p]) > 0
	}
	return table
}()
