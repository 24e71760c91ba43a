package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// Blind says what cannot be judged at all when logs of these sources alone are
// there. The subjects are those of Result.Coverage.
func Blind(have []schemas.Source) []schemas.Coverage {
	var list []schemas.Coverage
	for _, t := range topics {
		if !slices.ContainsFunc(t.sources, func(s schemas.Source) bool { return slices.Contains(have, s) }) {
			list = append(list, schemas.Coverage{Subject: t.subject, Why: t.need + " has arrived"})
		}
	}
	return list
}
