package stamp_test

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
)

func TestDateTime(t *testing.T) {
	for _, text := range []string{
		"1970-01-01 00:00:00", "2000-02-29T23:59:59", "2013-12-01 00:27:31", "2024-02-29 12:00:00", "2100-03-01 01:02:03", "1999-12-31 23:59:60",
	} {
		want := time.Date(num(text[:4]), time.Month(num(text[5:7])), num(text[8:10]), num(text[11:13]), num(text[14:16]), num(text[17:]), 0, time.UTC).Unix()
		if got, ok := stamp.DateTime([]byte(text)); !ok || got != want {
			t.Errorf("%s: got %d, %v; want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "2013-12-01 00:27:3", "2013-13-01 00:27:31", "2013-00-01 00:27:31", "2013-12-32 00:27:31", "2013-12-01 24:27:31",
		"2013-12-01 00:60:31", "2013/12/01 00:27:31", "2013-12-01 00-27-31", "201x-12-01 00:27:31",
	} {
		if got, ok := stamp.DateTime([]byte(text)); ok {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}

func num(s string) (n int) {
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func TestFraction(t *testing.T) {
	for _, test := range []struct {
		text      string
		nsec, end int
	}{
		{",448 x", 448e6, 4}, {".127717", 127717e3, 7}, {".5", 5e8, 2}, {".1234567891", 123456789, 11}, {" x", 0, 0}, {"", 0, 0}, {",", 0, 1},
	} {
		if nsec, end := stamp.Fraction([]byte(test.text), 0); nsec != test.nsec || end != test.end {
			t.Errorf("%q: got %d, %d", test.text, nsec, end)
		}
	}
}

func TestIn(t *testing.T) {
	sec, _ := stamp.DateTime([]byte("2013-12-01 00:27:31"))
	for _, loc := range []*time.Location{time.UTC, time.FixedZone("", -5*3600)} {
		if got, want := stamp.In(sec, 7, loc), time.Date(2013, 12, 1, 0, 27, 31, 7, loc); !got.Equal(want) || got.Location() != loc {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// TestEveryByte puts every byte at every place of a date and time.
func TestEveryByte(t *testing.T) {
	const date, form = "2013-12-01 00:27:31", "0000-00-00?00:00:00"
	for i := range form {
		for c := range 256 {
			b := []byte(date)
			b[i] = byte(c)
			ok := form[i] == '?' || form[i] == '0' && c >= '0' && c <= '9' || form[i] != '0' && byte(c) == form[i]
			ok = ok && num(string(b[5:7])) <= 12 && num(string(b[5:7])) >= 1 && num(string(b[8:10])) <= 31 && num(string(b[8:10])) >= 1 &&
				num(string(b[11:13])) <= 23 && num(string(b[14:16])) <= 59 && num(string(b[17:])) <= 60
			if _, got := stamp.DateTime(b); got != ok {
				t.Errorf("%q: %v", b, got)
			}
			if seconds, got := stamp.Clock(b[11:]); i > 10 && (got != ok || got && seconds != num(string(b[11:13]))*3600+num(string(b[14:16]))*60+num(string(b[17:]))) {
				t.Errorf("%q: %d, %v", b[11:], seconds, got)
			}
		}
	}
}
