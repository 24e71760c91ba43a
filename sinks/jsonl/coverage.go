package jsonl

import (
	"strconv"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// AppendCoverage appends c to dst as one JSON object.
func AppendCoverage(dst []byte, c *schemas.Coverage) []byte {
	dst = text(append(dst, '{'), "subject", c.Subject)
	dst = boolean(dst, "observable", c.Observable)
	return append(text(dst, "why", c.Why), '}')
}

// AppendLogCoverage appends c to dst as one JSON object.
func AppendLogCoverage(dst []byte, c *schemas.LogCoverage) []byte {
	return append(logCoverageFields(append(dst, '{'), c), '}')
}

func logCoverageFields(dst []byte, c *schemas.LogCoverage) []byte {
	dst = id(dst, "id", c.ID)
	dst = text(dst, "cluster", c.Cluster)
	dst = text(dst, "node", c.Node)
	dst = text(dst, "source", c.Source)
	dst = number(dst, "files", int64(c.Files))
	dst = number(dst, "bytes", c.Bytes)
	dst = number(dst, "lines", int64(c.Lines))
	dst = number(dst, "records", int64(c.Records))
	dst = number(dst, "events", int64(c.Events))
	dst = number(dst, "unparsed", int64(c.Unparsed))
	dst = number(dst, "damaged", int64(c.Damaged))
	if len(c.Levels) > 0 {
		dst = texts(dst, "levels", c.Levels)
	}
	dst = moment(dst, "first", c.First)
	dst = moment(dst, "last", c.Last)
	if c.Sequence > 0 {
		dst = strconv.AppendUint(name(dst, "sequence"), c.Sequence, 10)
	}
	if c.GapCount == 0 {
		return dst
	}
	dst = append(name(dst, "gaps"), '[')
	for i := range c.Gaps {
		g := &c.Gaps[i]
		dst = text(append(item(dst), '{'), "file", g.File)
		dst = positive(dst, "line", g.Line)
		dst = moment(dst, "from", g.From)
		dst = moment(dst, "to", g.To)
		if g.Missing > 0 {
			dst = strconv.AppendUint(name(dst, "missing"), g.Missing, 10)
		}
		dst = append(text(dst, "why", g.Why), '}')
	}
	dst = number(append(dst, ']'), "gap_count", int64(c.GapCount))
	return strconv.AppendUint(name(dst, "missing"), c.Missing, 10)
}

// seen appends from where a session was seen, and what could not be. Times are
// seconds.
func seen(dst []byte, s *schemas.Session) []byte {
	if len(s.Sights) > 0 {
		dst = append(name(dst, "sights"), '[')
		for i := range s.Sights {
			x := &s.Sights[i]
			dst = text(append(item(dst), '{'), "node", x.Node)
			dst = text(dst, "source", x.Source)
			dst = number(dst, "events", int64(x.Events))
			if len(x.Levels) > 0 {
				dst = texts(dst, "levels", x.Levels)
			}
			dst = append(dst, '}')
		}
		dst = append(dst, ']')
	}
	if len(s.Coverage) > 0 {
		dst = append(name(dst, "coverage"), '[')
		for i := range s.Coverage {
			dst = AppendCoverage(item(dst), &s.Coverage[i])
		}
		dst = append(dst, ']')
	}
	if len(s.Skews) > 0 {
		dst = append(name(dst, "skews"), '[')
		for i := range s.Skews {
			x := &s.Skews[i]
			dst = text(append(item(dst), '{'), "node", x.Node)
			dst = text(dst, "file", x.File)
			dst = text(dst, "against", x.Against)
			dst = seconds(dst, "offset", x.Offset)
			dst = seconds(dst, "within", x.Within)
			dst = append(number(dst, "facts", int64(x.Facts)), '}')
		}
		dst = append(dst, ']')
	}
	return dst
}

func seconds(dst []byte, field string, d time.Duration) []byte {
	return strconv.AppendFloat(name(dst, field), d.Seconds(), 'f', -1, 64)
}
