package web

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// stamp prints a time with its date, UTC.
func stamp(t time.Time) string {
	switch {
	case t.IsZero():
		return "no time"
	case !schemas.Dated(t):
		return clock(t) + " (no date)"
	}
	return t.UTC().Format("2006-01-02 ") + clock(t)
}

// clock prints a time of day to the millisecond.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04:05.000")
}

// machine prints a time for attribute datetime, "" for none.
func machine(t time.Time) string {
	if t.IsZero() || !schemas.Dated(t) {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// ago prints how long ago t was, roughly.
func ago(t time.Time) string {
	d := now().Sub(t)
	switch {
	case t.IsZero() || !schemas.Dated(t), d < 0:
		return ""
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return number(int(d.Hours()/24)) + " days ago"
}

// duration prints d in the unit a person would use.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return number(int(d.Hours()/24)) + " days"
}

// period prints how long a session took, "" when that is not known.
func period(from, to time.Time) string {
	if from.IsZero() || !to.After(from) {
		return ""
	}
	return duration(to.Sub(from))
}

func number(n int) string { return grouped(strconv.Itoa(n)) }

// grouped sets thousands off.
func grouped(s string) string {
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// base and folder are the last part of a path, which may lead into an archive,
// and what stands before it.
func base(p string) string {
	return path.Base(strings.ReplaceAll(strings.ReplaceAll(p, "!", "/"), `\`, "/"))
}

func folder(p string) string { return strings.TrimSuffix(p, base(p)) }

// size prints a number of bytes.
func size(n int64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return plural(int(n), "byte", "bytes")
	}
	f, i := float64(n)/1024, 0
	for ; f >= 1024; i++ {
		f /= 1024
	}
	return fmt.Sprintf("%.1f %ciB", f, units[i])
}

// tail is the end of a path that tells it from others: the file and the folder
// it is in.
func tail(p string) string {
	rest := strings.TrimRight(folder(p), `/\!`)
	if rest == "" {
		return base(p)
	}
	return base(rest) + "/" + base(p)
}

// offset prints by how much a clock differs.
func offset(d time.Duration) string {
	text := duration(d.Abs())
	if d < 0 {
		return "−" + text
	}
	return text
}
