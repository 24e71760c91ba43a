package jsonl

import (
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/uctrace/uctrace/schemas"
)

// The functions of this file write pieces of JSON. A field begins with its
// comma unless it is the first of its object, which the last byte of dst
// tells.

// name appends the name of a field and its colon.
func name(dst []byte, s string) []byte {
	if c := dst[len(dst)-1]; c != '{' {
		dst = append(dst, ',')
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"', ':')
}

// item appends the comma before an element of an array that is not the first.
func item(dst []byte) []byte {
	if dst[len(dst)-1] != '[' {
		dst = append(dst, ',')
	}
	return dst
}

// text appends a field, unless its value is empty.
func text[S ~string](dst []byte, field string, s S) []byte {
	if s == "" {
		return dst
	}
	return quote(name(dst, field), s)
}

func number(dst []byte, field string, n int64) []byte {
	return strconv.AppendInt(name(dst, field), n, 10)
}

// positive appends a field, unless its value is zero.
func positive(dst []byte, field string, n int) []byte {
	if n == 0 {
		return dst
	}
	return number(dst, field, int64(n))
}

func boolean(dst []byte, field string, b bool) []byte {
	return strconv.AppendBool(name(dst, field), b)
}

// yes appends a field that is true, and nothing when it is false.
func yes(dst []byte, field string, b bool) []byte {
	if !b {
		return dst
	}
	return boolean(dst, field, true)
}

func id(dst []byte, field string, v schemas.ID) []byte {
	return hexString(name(dst, field), v[:])
}

func hexString(dst, b []byte) []byte {
	dst = append(dst, '"')
	dst = hex.AppendEncode(dst, b)
	return append(dst, '"')
}

// moment appends a time as RFC 3339 in UTC, with three digits after the
// second, six when it has microseconds. A time of day without date becomes a
// field of its own, time_of_day or <field>_time_of_day; no time, nothing.
func moment(dst []byte, field string, t time.Time) []byte {
	switch {
	case t.IsZero():
		return dst
	case schemas.Dated(t):
		t = t.UTC()
		dst = append(name(dst, field), '"')
		year, month, day := t.Date()
		dst = padded(dst, year, 4)
		dst = padded(append(dst, '-'), int(month), 2)
		dst = padded(append(dst, '-'), day, 2)
		dst = clock(append(dst, 'T'), t)
		return append(dst, 'Z', '"')
	case field == "time":
		dst = name(dst, "time_of_day")
	default:
		dst = name(dst, field)
		dst = append(dst[:len(dst)-2], `_time_of_day":`...)
	}
	return append(clock(append(dst, '"'), t), '"')
}

// clock appends 15:53:55.370, or with six digits.
func clock(dst []byte, t time.Time) []byte {
	h, m, s := t.Clock()
	dst = padded(dst, h, 2)
	dst = padded(append(dst, ':'), m, 2)
	dst = append(padded(append(dst, ':'), s, 2), '.')
	if us := t.Nanosecond() / 1000; us%1000 != 0 {
		return padded(dst, us, 6)
	}
	return padded(dst, t.Nanosecond()/1e6, 3)
}

// padded appends n with at least width digits.
func padded(dst []byte, n, width int) []byte {
	for limit := 10; width > 1; width, limit = width-1, limit*10 {
		if n < limit {
			for range width - 1 {
				dst = append(dst, '0')
			}
			break
		}
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// plain holds the ASCII bytes that stand for themselves in a JSON string.
var plain = func() (t [utf8.RuneSelf]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

// quote appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD,
// one for each.
func quote[S ~string | ~[]byte](dst []byte, s S) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if plain[c] {
				i++
				continue
			}
			dst = escape(append(dst, s[start:i]...), c)
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		if r == utf8.RuneError && n == 1 {
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			start = i + 1
		}
		i += n
	}
	return append(append(dst, s[start:]...), '"')
}

const hexDigits = "0123456789abcdef"

func escape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
