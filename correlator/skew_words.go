package correlator

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// summary says how two clocks differ. A clock that was never set begins in
// 1970, some phones' in the year their firmware was made.
func summary(logged string, ahead time.Duration, peer string, at time.Time) string {
	if said := at.Add(-ahead); schemas.Dated(at) && said.Year() < 1990 {
		return fmt.Sprintf("the clock of %s has not been set: it says %s", peer, said.UTC().Format(time.DateTime))
	}
	return fmt.Sprintf("the clock of %s is %s %s that of %s", logged, lasting(ahead), side(ahead), peer)
}

// lasting returns how long d is, in days where it is days.
func lasting(d time.Duration) string {
	d = d.Abs()
	if d >= 48*time.Hour {
		return plural(int(d/(24*time.Hour)), "day")
	}
	return d.String()
}

func before(d time.Duration) string {
	if d < 0 {
		return "before"
	}
	return "after"
}

func side(d time.Duration) string {
	if d < 0 {
		return "behind"
	}
	return "ahead of"
}
