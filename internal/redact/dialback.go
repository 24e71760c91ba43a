package redact

import (
	"crypto/sha256"
	"encoding/hex"
)

// The lengths of a dialback key: what Expressway prints, and the SHA-256 of
// XEP-0185.
const (
	shortKey = 40
	longKey  = 64
	// longWord is how many characters of a key that is not hexadecimal nobody
	// can guess: 160 bits of Base64.
	longWord = 27
)

// dialback replaces the key behind a db:result or db:verify.
//
//	xcoder=34A9B60C8 sending:: <db:result from='coluc.com' to='vngtp.lab'>d780f198ac34a6dbd795fcdaf8762eaf52ea9b03</db:result>
func (t *text) dialback(at int) {
	to := t.name(at + len("db:"))
	if !t.is(at, "db:result") && !t.is(at, "db:verify") {
		return
	}
	if open, element := t.element(at); !open || !element || at < t.keys {
		return
	}
	from, ok := t.tagEnd(to)
	if !ok {
		return
	}
	from = t.skip(from)
	if end := t.hexEnd(from); end-from == shortKey || end-from == longKey {
		t.digest(from, end)
		return
	}
	const far = 200 // a damaged key is not longer than this
	end := t.contentEnd(from)
	if t.is(end, "</db:") || t.is(end, "&lt;/db:") {
		// The whole element is here: a key of a server that does not write
		// hexadecimal digits, which XEP-0220 leaves to it. Blanks stay, as a
		// sign of damage.
		for from < end {
			to := from
			for to < end && t.b[to] > ' ' {
				to++
			}
			if n := to - from; n >= longWord && n <= longKey && n != shortKey && n != longKey && to == end {
				t.digest(from, to)
			} else {
				t.star(dialback, from, to)
			}
			from = to + 1
		}
		return
	}
	if end-from > far {
		end = min(end, t.lineEnd(from))
	}
	t.pieces(from, end)
}

// dialbackEnd replaces the key before an end tag whose start tag is damaged
// or on the line before.
func (t *text) dialbackEnd(at int) {
	if !t.is(at, "/db:result") && !t.is(at, "/db:verify") {
		return
	}
	to := at - len("<")
	if t.is(at-len("&lt;"), "&lt;") {
		to = at - len("&lt;")
	}
	from := to
	for from > t.keys && hexDigit(t.b[from-1]) {
		from--
	}
	if n := to - from; n == shortKey || n == longKey {
		t.digest(from, to)
		return
	}
	for from > t.keys && (hexDigit(t.b[from-1]) || t.b[from-1] <= ' ') {
		from--
	}
	t.pieces(from, to)
}

// digest replaces the key b[from:to].
func (t *text) digest(from, to int) {
	var sum [sha256.Size]byte
	key := append(make([]byte, 0, 96), "uctrace dialback key\x00"...)
	for _, c := range t.b[from:to] {
		key = append(key, fold(c))
	}
	sum = sha256.Sum256(key)
	var text [longKey]byte
	hex.Encode(text[:], sum[:])
	copy(t.b[from:to], text[:])
	t.hits[dialback]++
	t.key, t.keys = from, to
}

// pieces masks runs of hex digits in b[from:to] that are parts of a key.
func (t *text) pieces(from, to int) {
	const piece = 6
	for i := max(from, 0); i < to; i++ {
		end := min(t.hexEnd(i), to)
		if end-i >= piece {
			t.star(dialback, i, end)
		}
		i = max(i, end)
	}
}

// hexEnd returns the index behind the hex digits at i.
func (t *text) hexEnd(i int) int {
	for hexDigit(t.at(i)) {
		i++
	}
	return i
}
