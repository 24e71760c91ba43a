package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// transformed reads the lines of stripAndPrependDigits, which changes a
// calling number before it is looked up.
//
//	//SIP/SIPCdpc(0,0,0)/ci=0/ccbId=0/scbId=0/globalize: Performing stripAndPrependDigits - Prefix data = , Strip Data = 0|
//	//SIP/SIPCdpc(0,0,0)/ci=0/ccbId=0/scbId=0/globalize: CallingNumber after stripAndPrependDigits 5737|
//	SPROC :: stripAndPrependDigits- The number 4085251015 is prepended with prefix +1, updated number=+14085251015
//	SPROC::globalize - Prefix digits: +1, Digits to strip: 0, Globalized Cgpn after Strip and Prefix digits = +14085251015
func (f *fact) transformed(line []byte) bool {
	f.kind = schemas.KindDigitsTransform
	const what = "stripAndPrependDigits"
	if i := text.Index(line, what, len("strip")); i >= 0 {
		before, v := line[:i], line[i+len(what):]
		switch {
		case bytes.HasSuffix(before, []byte("after ")) && hasPrefix(v, " "):
			if number := word(v[1:]); dialable(number) {
				f.with("number", number)
			}
			return f.n > 0
		case bytes.HasSuffix(before, []byte("Performing ")):
			f.transform(v, "Prefix data =", "Strip Data =")
			return true
		}
	}
	if v, ok := after(line, "SPROC::globalize - "); ok {
		if n, ok := after(v, "Prefix digits = "); ok {
			f.with("number", word(n))
		}
		f.transform(v, "Prefix digits:", "Digits to strip:")
		return f.n > 0
	}
	if v, ok := after(line, "PrependDigits- The number "); ok {
		if n, ok := after(v, "updated number="); ok {
			f.with("number", word(n))
		}
		if p, ok := after(v, "prefix "); ok {
			f.with("prefix", word(p))
		}
		return f.n > 0
	}
	return false
}

// transform adds the digits that are put in front and the number of digits
// that are taken away.
func (f *fact) transform(v []byte, prefix, strip string) {
	if p, ok := behind(v, prefix, 0); ok {
		f.with("prefix", word(bytes.TrimLeft(p, " ")))
	}
	if s, ok := behind(v, strip, 0); ok {
		f.with("strip", word(bytes.TrimLeft(s, " ")))
	}
}

// dialable reports whether v is digits as they are dialled. Published traces
// have an x for a masked digit.
func dialable(v []byte) bool {
	for _, c := range v {
		if c-'0' > 9 && c != '+' && c != '*' && c != '#' && c != 'x' && c != 'X' {
			return false
		}
	}
	return len(v) > 0
}
