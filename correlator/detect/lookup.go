package detect

import (
	"strconv"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Lookup is one search of CUCM for the remote destination of a number.
type Lookup struct {
	Events []*schemas.Event // in file order
	// Number is the number looked up; it is the calling number when Calling.
	Number  string
	Calling bool
	Miss    *schemas.Event
	Found   *schemas.Event
	// Invite is the SIP message the lookup was made for, nil when unknown.
	Invite *schemas.Event
}

// NewLookup reads the events of one lookup, which are in file order.
func NewLookup(events []*schemas.Event) Lookup {
	l := Lookup{Events: events}
	for _, e := range events {
		switch e.Kind {
		case schemas.KindMobilityLookup:
			if n := strings.TrimSpace(e.Attr("number")); n != "" && (l.Number == "" || e.Attr("by") == "calling") {
				l.Number = n
			}
			l.Calling = l.Calling || e.Attr("by") == "calling"
		case schemas.KindMobilityMiss:
			if l.Miss == nil {
				l.Miss = e
			}
			if l.Number == "" {
				l.Number = strings.TrimSpace(e.Attr("number"))
			}
		case schemas.KindMobilityFound, schemas.KindMobilityRemDest:
			if l.Found == nil {
				l.Found = e
			}
		}
	}
	return l
}

// Transforms returns the lines that changed the number.
func (l *Lookup) Transforms() []*schemas.Event {
	var t []*schemas.Event
	for _, e := range l.Events {
		if e.Kind == schemas.KindDigitsTransform {
			t = append(t, e)
		}
	}
	return t
}

// IsFor reports whether the number looked up is the calling number of an
// INVITE, as it came or with the prefix that CUCM added.
func (l *Lookup) IsFor(invite *schemas.Event) bool {
	for _, from := range [...]string{invite.Attr("from_user"), invite.Attr("contact_user")} {
		from, n := digits(from), digits(l.Number)
		if from == "" || n == "" {
			continue
		}
		if from == n {
			return true
		}
		for _, t := range l.Transforms() {
			strip, err := strconv.Atoi(t.Attr("strip"))
			if err != nil || strip < 0 || strip > len(from) {
				strip = 0
			}
			if digits(t.Attr("prefix"))+from[strip:] == n || digits(t.Attr("number")) == n && strings.HasSuffix(n, from) {
				return true
			}
		}
	}
	return false
}

// digits returns the digits of s, which may have + and separators.
func digits(s string) string {
	if strings.Trim(s, "0123456789") == "" {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// tailDigits is how many last digits find the numbers that may be related.
const tailDigits = 3

// NumberTail returns the last digits of a number, under which it is indexed;
// empty when it has too few.
func NumberTail(number string) string {
	d := digits(number)
	if len(d) < tailDigits {
		return ""
	}
	return d[len(d)-tailDigits:]
}
