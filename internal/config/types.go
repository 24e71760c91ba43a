package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are known by name on machines without a zone database too
)

// Size is a number of bytes, written 512MiB, 64KB or 1048576.
type Size int64

var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"TiB", 1 << 40},
	{"GiB", 1 << 30},
	{"MiB", 1 << 20},
	{"KiB", 1 << 10},
	{"TB", 1e12},
	{"GB", 1e9},
	{"MB", 1e6},
	{"KB", 1e3},
	{"kB", 1e3},
	{"B", 1},
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Size) UnmarshalText(b []byte) error {
	text, unit := string(b), int64(1)
	for _, u := range sizeUnits {
		if n, ok := strings.CutSuffix(text, u.name); ok {
			text, unit = strings.TrimSpace(n), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > (1<<63-1)/unit {
		return fmt.Errorf("%q: want a size such as 64KiB, 512MiB or 1048576", b)
	}
	*s = Size(n * unit)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (s Size) MarshalText() ([]byte, error) {
	for _, u := range sizeUnits[:4] {
		if s > 0 && int64(s)%u.bytes == 0 {
			return fmt.Appendf(nil, "%d%s", int64(s)/u.bytes, u.name), nil
		}
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}

// Zone is a time zone: an IANA name, "Local", or an offset such as -04:00.
// The zero Zone has no Location.
type Zone struct{ *time.Location }

// UnmarshalText implements encoding.TextUnmarshaler. An empty text is the zero
// Zone.
func (z *Zone) UnmarshalText(b []byte) error {
	text := string(b)
	if text == "" {
		z.Location = nil
		return nil
	}
	if text[0] == '+' || text[0] == '-' {
		for _, layout := range []string{"-07:00", "-0700", "-07"} {
			if t, err := time.Parse(layout, text); err == nil {
				_, seconds := t.Zone()
				z.Location = time.FixedZone(t.Format("-07:00"), seconds)
				return nil
			}
		}
	} else if loc, err := time.LoadLocation(text); err == nil {
		z.Location = loc
		return nil
	}
	return fmt.Errorf("%q: want a time zone such as Europe/Berlin or -04:00", text)
}

// MarshalText implements encoding.TextMarshaler.
func (z Zone) MarshalText() ([]byte, error) {
	if z.Location == nil {
		return nil, nil
	}
	return []byte(z.String()), nil
}

// Date is a day, written YYYY-MM-DD. The zero Date is no day.
type Date struct{ time.Time }

// UnmarshalText implements encoding.TextUnmarshaler. An empty text is the zero
// Date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		d.Time = time.Time{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(b))
	if err != nil {
		return fmt.Errorf("%q: want a date such as 2013-04-26", b)
	}
	d.Time = t
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.Format(time.DateOnly)), nil
}
