package jabber

import "github.com/uctrace/uctrace/schemas"

// rule says what a string in a message means.
type rule struct {
	// needle begins where a word begins, with at least two bytes.
	needle string
	// stage and outcome are what read starts from.
	stage, outcome string
	// read appends the events of a record in whose message needle stands.
	read func(s statement, dst []schemas.Event, r *rule) []schemas.Event
}

// find returns the first of the rules whose needle stands in msg, and where.
// It is nil for nearly every record, so it looks only where words begin, and
// there only at the rules with the same first two bytes.
func find(msg []byte) (*rule, int) {
	best, at := len(rules), 0
	var before uint8
	for i := 0; i+1 < len(msg); i++ {
		word := inWord[msg[i]]
		begins := word &^ before
		before = word
		if begins == 0 {
			continue
		}
		p := pair(msg[i], msg[i+1])
		if !anyByPair[p] {
			continue
		}
		for _, n := range byPair[p] {
			if int(n) >= best {
				break
			}
			needle := rules[n].needle
			if len(msg)-i >= len(needle) && string(msg[i:i+len(needle)]) == needle {
				best, at = int(n), i
				break
			}
		}
	}
	if best == len(rules) {
		return nil, 0
	}
	return &rules[best], at
}

// pair folds two bytes into ten bits; letters stay apart from one another.
func pair(a, b byte) int { return int(a&31)<<5 | int(b&31) }

// inWord is 1 for a byte that words are made of.
var inWord = func() (table [256]uint8) {
	for c := range table {
		b := byte(c)
		if b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' {
			table[c] = 1
		}
	}
	return table
}()

// byPair are the indices of the rules, ascending, by the first two bytes of
// their needle.
var byPair = func() (table [1 << 10][]uint8) {
	for i := range rules {
		p := pair(rules[i].needle[0], rules[i].needle[1])
		table[p] = append(table[p], uint8(i))
	}
	return table
}()

// anyByPair tells in one small table whether byPair has an entry.
var anyByPair = func() (table [1 << 10]bool) {
	for p := range byPair {
		table[p] = len(byPair[p]) > 0
	}
	return table
}()
