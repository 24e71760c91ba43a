package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// fact is a named line of a report's block.
type fact struct{ name, value string }

type count struct {
	name string
	n    int
}

// counts orders by number, then by name.
func counts(m map[string]int) []count {
	list := make([]count, 0, len(m))
	for name, n := range m {
		list = append(list, count{name, n})
	}
	slices.SortFunc(list, func(a, b count) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.name, b.name)) })
	return list
}

// number prints n with a comma between thousands.
func number[T int | int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural prints n things; words that do not take an s give their plural.
func plural(n int, one string, many ...string) string {
	if n == 1 {
		return "1 " + one
	}
	if len(many) > 0 {
		return number(n) + " " + many[0]
	}
	return number(n) + " " + one + "s"
}

// listed joins items with commas and says how many more there are than max.
func listed(items []string, limit int) string {
	if len(items) <= limit {
		return strings.Join(items, ", ")
	}
	return strings.Join(items[:limit], ", ") + fmt.Sprintf(" and %d more", len(items)-limit)
}

// clock prints the time of day with the digits that the log has.
func clock(t time.Time) string {
	switch ns := t.Nanosecond(); {
	case ns == 0:
		return t.Format("15:04:05")
	case ns%1e6 == 0:
		return t.Format("15:04:05.000")
	default:
		return t.Format("15:04:05.000000")
	}
}

// stamp prints a time, "" for none.
func stamp(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case !schemas.Dated(t):
		return clock(t) + " (no date)"
	default:
		return t.UTC().Format(time.DateOnly) + " " + clock(t.UTC()) + " UTC"
	}
}

// period prints a span of time, "" for none.
func period(from, to time.Time) string {
	if from.IsZero() || to.IsZero() || !to.After(from) {
		return stamp(from)
	}
	length := " (" + duration(to.Sub(from)) + ")"
	if !schemas.Dated(from) || !schemas.Dated(to) {
		return clock(from) + " to " + clock(to) + ", no date" + length
	}
	from, to = from.UTC(), to.UTC()
	end := clock(to)
	if from.Format(time.DateOnly) != to.Format(time.DateOnly) {
		end = to.Format(time.DateOnly) + " " + end
	}
	return from.Format(time.DateOnly) + " " + clock(from) + " to " + end + " UTC" + length
}

// duration prints d in the units a person would use.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	default:
		return plural(int(d.Round(24*time.Hour).Hours())/24, "day")
	}
}

// kindWords are one and many sessions of a kind.
var kindWords = map[schemas.SessionKind][2]string{
	schemas.SessionCall:         {"call", "calls"},
	schemas.SessionRegistration: {"registration", "registrations"},
	schemas.SessionLogin:        {"sign-in", "sign-ins"},
	schemas.SessionFederation:   {"dialback", "dialbacks"},
	schemas.SessionMRA:          {"MRA session", "MRA sessions"},
	schemas.SessionSubscription: {"subscription", "subscriptions"},
	schemas.SessionProvisioning: {"provisioning run", "provisioning runs"},
	schemas.SessionOther:        {"other session", "other sessions"},
}

func kindWord(k schemas.SessionKind) string {
	if w, ok := kindWords[k]; ok {
		return w[0]
	}
	return string(k)
}

// kindCount prints "3 calls".
func kindCount(k schemas.SessionKind, n int) string {
	if w, ok := kindWords[k]; ok {
		return plural(n, w[0], w[1])
	}
	return plural(n, string(k)+" session")
}

// tally counts sessions by kind: "3 calls, 1 sign-in".
func tally(sessions []schemas.Session) string {
	kinds := map[string]int{}
	for i := range sessions {
		kinds[string(sessions[i].Kind)]++
	}
	var parts []string
	for _, c := range counts(kinds) {
		parts = append(parts, kindCount(schemas.SessionKind(c.name), c.n))
	}
	return strings.Join(parts, ", ")
}
