package config

import "strings"

// Nearest returns the candidate that name was most likely meant to be, "" when
// none is near: at most a third of the longer word may differ. One that only
// goes on where name ends is nearer than any other.
func Nearest(name string, candidates []string) string {
	best, bestCost := "", 0
	for _, c := range candidates {
		cost := distance(name, c)
		if strings.HasPrefix(c, name+"-") || strings.HasPrefix(c, name+"_") {
			cost = 1
		}
		if cost <= max(len(name), len(c))/3 && (best == "" || cost < bestCost) {
			best, bestCost = c, cost
		}
	}
	return best
}

// DidYouMean returns the end of a message about an unknown name: ", did you
// mean " with prefix and the nearest candidate, or nothing.
func DidYouMean(name, prefix string, candidates []string) string {
	if n := Nearest(name, candidates); n != "" {
		return ", did you mean " + prefix + n + "?"
	}
	return ""
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
