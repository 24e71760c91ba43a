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

// Moment is a point in time as people write it: a day, with or without a time of
// day, with or without an offset from UTC.
//
//	2026-01-05   2026-01-05T10:15   2026-01-05 10:15:22.500   2026-01-05T10:15:22+01:00
//
// The zero Moment is none.
type Moment struct {
	text string
	// clock is the time; its location means nothing unless placed.
	clock  time.Time
	placed bool
}

// UnmarshalText implements encoding.TextUnmarshaler. An empty text is the zero
// Moment.
func (m *Moment) UnmarshalText(b []byte) error {
	*m = Moment{text: string(b)}
	if len(b) == 0 {
		return nil
	}
	text := strings.Replace(m.text, " ", "T", 1)
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			m.clock = t
			return nil
		}
		if t, err := time.Parse(layout+"Z07:00", text); err == nil {
			m.clock, m.placed = t, true
			return nil
		}
	}
	return fmt.Errorf("%q: want a time such as 2026-01-05T10:15, 2026-01-05T10:15:22+01:00 or 2026-01-05", b)
}

// MarshalText implements encoding.TextMarshaler.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.text), nil }

// String returns m as it was written.
func (m Moment) String() string { return m.text }

// IsZero reports whether nothing was written.
func (m Moment) IsZero() bool { return m.text == "" }

// In returns the time. Without an offset it is what a clock in loc shows; a nil
// loc is UTC.
func (m Moment) In(loc *time.Location) time.Time {
	if m.IsZero() || m.placed {
		return m.clock
	}
	if loc == nil {
		loc = time.UTC
	}
	y, mo, d := m.clock.Date()
	return time.Date(y, mo, d, m.clock.Hour(), m.clock.Minute(), m.clock.Second(), m.clock.Nanosecond(), loc)
}
