package wire

import "github.com/uctrace/uctrace/schemas"

const spanFields = 17

func (w *writer) span(s *schemas.Span) {
	w.array(spanFields)
	w.file(&s.File)
	w.int(s.Start)
	w.int(s.End)
	w.time(s.From)
	w.time(s.To)
	for _, n := range [...]int{
		s.Lines, s.Records, s.Events, s.Silent, s.Unparsed, s.Headless, s.Repaired, s.Damaged,
	} {
		w.int(int64(n))
	}
	w.bool(s.EOF)
	w.problems(s.Problems)
}

func (r *reader) span(s *schemas.Span) {
	outer := r.enter(spanFields)
	r.file(&s.File)
	s.Start = r.int()
	s.End = r.int()
	s.From = r.time()
	s.To = r.time()
	for _, n := range [...]*int{
		&s.Lines, &s.Records, &s.Events, &s.Silent, &s.Unparsed, &s.Headless, &s.Repaired, &s.Damaged,
	} {
		*n = int(r.int())
	}
	s.EOF = r.bool()
	s.Problems = r.problems(s.Problems)
	r.leave(outer)
}
