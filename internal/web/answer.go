package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// answer is a JSON object under construction.
type answer struct{ b []byte }

func (a *answer) name(s string) {
	if len(a.b) == 0 {
		a.b = append(a.b, '{')
	} else {
		a.b = append(a.b, ',')
	}
	a.b = append(strconv.AppendQuote(a.b, s), ':')
}

// list adds an array; each is called for its elements.
func (a *answer) list(name string, n int, each func(b []byte, i int) []byte) {
	a.name(name)
	a.b = append(a.b, '[')
	for i := range n {
		if i > 0 {
			a.b = append(a.b, ',')
		}
		a.b = each(a.b, i)
	}
	a.b = append(a.b, ']')
}

// next adds where the next page begins, if there is one.
func (a *answer) next(cursor string) {
	if cursor != "" {
		a.name("next")
		a.b = strconv.AppendQuote(a.b, cursor)
	}
}

func (a *answer) send(w http.ResponseWriter, r *http.Request) error {
	return write(w, r, http.StatusOK, "application/json", append(a.b, '}', '\n'))
}

// with adds fields to a JSON object that ends b.
func with(b []byte, fields string, args ...any) []byte {
	return append(fmt.Appendf(b[:len(b)-1], ","+fields, args...), '}')
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
