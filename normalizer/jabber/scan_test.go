package jabber

import (
	"bytes"
	"testing"
)

// TestFind compares find with the plain search that it stands for.
func TestFind(t *testing.T) {
	msgs := []string{"", "x", "LERR_", "xLERR_ LERR_", "[Recv:<a/>", "DNS query", "a DNS quer"}
	for i := range rules {
		n := rules[i].needle
		if len(n) < 4 || !isWord(n[0]) || n[0] <= '9' || n[0] == '_' {
			t.Errorf("needle %q has less than four bytes or does not begin with a letter", n)
		}
		other := rules[(i*7+3)%len(rules)].needle
		for _, pad := range []string{"", "- ", "*-----* some words before it, ", "x", "_", "7", "\u00e9", n + "x" + n + "_" + n + "-", string(bytes.Repeat([]byte("ab "), 20)), string(bytes.Repeat([]byte("a"), 61)) + " "} {
			msgs = append(msgs, pad+n, pad+n+" "+other, pad+other+","+n, pad+n[:len(n)-1])
		}
	}
	for _, msg := range msgs {
		want, wantAt := plainly([]byte(msg))
		got, at := find([]byte(msg))
		if got != want || at != wantAt {
			t.Errorf("%q: got %+v at %d, want %+v at %d", msg, got, at, want, wantAt)
		}
	}
}

// plainly returns what find returns.
func plainly(msg []byte) (*rule, int) {
	msg = msg[:min(len(msg), maxMessage)]
	for i := range rules {
		for from := 0; ; {
			at := bytes.Index(msg[from:], []byte(rules[i].needle))
			if at < 0 {
				break
			}
			at += from
			if at == 0 || !isWord(msg[at-1]) {
				return &rules[i], at
			}
			from = at + 1
		}
	}
	return nil, 0
}

// TestUsual wants the short way through a head to end where the long one does.
func TestUsual(t *testing.T) {
	for _, b := range []string{
		`[0x000013b0] [a\b.cpp(1)] [csf.x] [a::b] - message`,
		`[0x000013b0] [a\b.cpp(1)] [csf.x] [a::b] -  two blanks`,
		`[0x000013b0] [a\b.cpp(1)] [csf.x] [a::b] message - x`,
		`[0x000013b0] [a\b.cpp(1)] [csf.x] [ a::b ] - [x] y`,
		"[0x000013b0] [a(1)] [b] [c] - \u00a0x",
		`[0x000013b0] [a(1)] [b] [c] -`,
		`[0x000013b0] [a(1)]  [b] [c] - x`,
		`[0x000013b0] [a(1] [b] [c] - x`,
	} {
		var short, long head
		if !short.usual([]byte(b)) {
			continue
		}
		if !long.brackets([]byte(b)) || string(short.component) != string(long.component) ||
			string(short.function) != string(long.function) || string(short.message) != string(long.message) {
			t.Errorf("%s: %q %q %q, want %q %q %q", b, short.component, short.function, short.message, long.component, long.function, long.message)
		}
	}
}

// TestLetterBits compares letterBits with the same judged byte by byte.
func TestLetterBits(t *testing.T) {
	all := make([]byte, 256)
	for c := range all {
		all[c] = byte(c)
	}
	for from := range all {
		for _, n := range [...]int{0, 1, 7, 8, 9, 63, 64, 65, 127} {
			msg := all[from:min(from+n, len(all))]
			for base := 0; base < len(msg); base += block {
				var want uint64
				for i, c := range msg[base:min(base+block, len(msg))] {
					if isWord(c) && c > '9' && c != '_' {
						want |= 1 << (i%8*8 + i/8)
					}
				}
				if got := letterBits(msg, base); got != want {
					t.Errorf("letterBits(%q, %d) = %b, want %b", msg, base, got, want)
				}
			}
		}
	}
}

// TestHex compares isHex8 with isHex.
func TestHex(t *testing.T) {
	for c := range 256 {
		for at := range 8 {
			b := []byte("0199afAF")
			b[at] = byte(c)
			if isHex8(b) != isHex(b) {
				t.Errorf("isHex8(%q) is %v", b, isHex8(b))
			}
		}
	}
}

// isWord reports whether words are made of c.
func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}
