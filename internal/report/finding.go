package report

import (
	"io"

	"github.com/uctrace/uctrace/schemas"
)

// Finding writes one finding as Text does, as number n of a list. s is the
// session that f is about, nil for none. The only errors are those of w.
func Finding(w io.Writer, n int, f *schemas.Finding, s *schemas.Session, o Options) error {
	v := &view{opts: o, byID: map[schemas.ID]*schemas.Session{}}
	if s != nil {
		v.byID[f.Session] = s
	}
	t := text{view: v, page: page{width: o.Width, color: o.Color}}
	t.finding(n, f)
	_, err := io.WriteString(w, t.page.b.String())
	return err
}
