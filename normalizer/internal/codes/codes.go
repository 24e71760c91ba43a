// Package codes names the numbers that the products print instead of words.
//
// Every function is a look-up in a table and returns "" for a number that no
// document of the maker explains: a wrong name is worse than none. Nothing is
// allocated, except by Q850Of for a cause that came from SIP.
package codes

// table is names by small number; "" is an unknown number.
type table []string

func (t table) at(n int) string {
	if n < 0 || n >= len(t) {
		return ""
	}
	return t[n]
}
