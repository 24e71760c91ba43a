package clickhouse

import (
	"strconv"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// spanFields is every column of table spans that is written.
var spanFields = []field[schemas.Span]{
	fixed("fingerprint", "FixedString(10)", func(dst []byte, s *schemas.Span) []byte { return append(dst, s.File.Fingerprint[:]...) }),
	large("start", func(s *schemas.Span) uint64 { return uint64(s.Start) }),
	large("end", func(s *schemas.Span) uint64 { return uint64(s.End) }),
	text("part", spanPart),
	word("file", func(s *schemas.Span) string { return s.File.Path }),
	word("source", func(s *schemas.Span) string { return string(s.File.Source) }),
	word("cluster", func(s *schemas.Span) string { return s.File.Cluster }),
	word("node", func(s *schemas.Span) string { return s.File.Node }),
	times("first_time", func(s *schemas.Span) time.Time { return s.From }),
	times("last_time", func(s *schemas.Span) time.Time { return s.To }),
	counts("lines", func(s *schemas.Span) int { return s.Lines }),
	counts("records", func(s *schemas.Span) int { return s.Records }),
	counts("events", func(s *schemas.Span) int { return s.Events }),
	counts("silent", func(s *schemas.Span) int { return s.Silent }),
	counts("unparsed", func(s *schemas.Span) int { return s.Unparsed }),
	counts("headless", func(s *schemas.Span) int { return s.Headless }),
	counts("repaired", func(s *schemas.Span) int { return s.Repaired }),
	counts("damaged", func(s *schemas.Span) int { return s.Damaged }),
	flags("eof", func(s *schemas.Span) bool { return s.EOF }),
	texts("problem_files", problem(func(dst []byte, p *schemas.Problem) []byte { return appendString(dst, p.File) })),
	list("problem_lines", "UInt32", problem(func(dst []byte, p *schemas.Problem) []byte { return appendCount(dst, p.Line) })),
	texts("problem_messages", problem(func(dst []byte, p *schemas.Problem) []byte { return appendString(dst, p.Message) })),
	texts("problem_hints", problem(func(dst []byte, p *schemas.Problem) []byte { return appendString(dst, p.Hint) })),
	list("problem_unread", "UInt8", problem(func(dst []byte, p *schemas.Problem) []byte { return append(dst, flag(p.Unread)) })),
	large("batch", func(s *schemas.Span) uint64 { return s.Batch }),
}

func problem(add func([]byte, *schemas.Problem) []byte) func([]byte, *schemas.Span) ([]byte, int) {
	return func(dst []byte, s *schemas.Span) ([]byte, int) { return each(dst, s.Problems, add) }
}

// spanPart returns what keys a span beside its bytes: nothing when it has
// bytes, else what it says, so that another word about the same offset is
// another row and the same word again is the same one. The path counts where
// no fingerprint tells the inputs apart.
func spanPart(s *schemas.Span) string {
	lost := s.File.Fingerprint == (schemas.Fingerprint{})
	if s.End > s.Start || !lost && !s.EOF && len(s.Problems) == 0 {
		return ""
	}
	says := []string{"", strconv.FormatBool(s.EOF)}
	if lost {
		says[0] = s.File.Path
	}
	for i := range s.Problems {
		p := &s.Problems[i]
		says = append(says, p.File, strconv.Itoa(p.Line), p.Message, p.Hint, strconv.FormatBool(p.Unread))
	}
	return schemas.HashID(says...).String()
}
