package report

import (
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// About says whether and by what s is about who, for example "user alice" or
// "party 2001": by the value of a key, else by a number or name in its summary,
// because the numbers of a call are no keys of it.
func About(s *schemas.Session, who string) (by string, ok bool) {
	for _, k := range s.Keys {
		if strings.EqualFold(k.Value, who) {
			return string(k.Type) + " " + k.Value, true
		}
	}
	words := strings.Fields(strings.ReplaceAll(s.Summary, ",", " "))
	for i := 1; i < len(words); i++ {
		switch words[i-1] {
		case "from", "to", "of":
			if strings.EqualFold(words[i], who) {
				return "party " + words[i], true
			}
		}
	}
	return "", false
}
