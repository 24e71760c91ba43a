package clickhouse

import (
	"encoding/binary"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// coverageFields is every column of table coverage that is written.
var coverageFields = []field[schemas.LogCoverage]{
	ids("id", func(c *schemas.LogCoverage) *schemas.ID { return &c.ID }),
	large("version", func(c *schemas.LogCoverage) uint64 { return c.Version }),
	word("cluster", func(c *schemas.LogCoverage) string { return c.Cluster }),
	word("node", func(c *schemas.LogCoverage) string { return c.Node }),
	word("source", func(c *schemas.LogCoverage) string { return string(c.Source) }),
	counts("files", func(c *schemas.LogCoverage) int { return c.Files }),
	large("bytes", func(c *schemas.LogCoverage) uint64 { return size(c.Bytes) }),
	large("lines", func(c *schemas.LogCoverage) uint64 { return size(int64(c.Lines)) }),
	large("records", func(c *schemas.LogCoverage) uint64 { return size(int64(c.Records)) }),
	large("events", func(c *schemas.LogCoverage) uint64 { return size(int64(c.Events)) }),
	large("unparsed", func(c *schemas.LogCoverage) uint64 { return size(int64(c.Unparsed)) }),
	large("damaged", func(c *schemas.LogCoverage) uint64 { return size(int64(c.Damaged)) }),
	words("levels", func(c *schemas.LogCoverage, add func(string)) {
		for _, level := range c.Levels {
			add(level)
		}
	}),
	times("first", func(c *schemas.LogCoverage) time.Time { return c.First }),
	times("last", func(c *schemas.LogCoverage) time.Time { return c.Last }),
	large("sequence", func(c *schemas.LogCoverage) uint64 { return c.Sequence }),
	texts("gap_files", gap(func(dst []byte, g *schemas.LogGap) []byte { return appendString(dst, g.File) })),
	list("gap_lines", "UInt32", gap(func(dst []byte, g *schemas.LogGap) []byte { return appendCount(dst, g.Line) })),
	list("gap_froms", timeType, gap(func(dst []byte, g *schemas.LogGap) []byte { return appendTime(dst, g.From) })),
	list("gap_tos", timeType, gap(func(dst []byte, g *schemas.LogGap) []byte { return appendTime(dst, g.To) })),
	list("gap_missing", "UInt64", gap(func(dst []byte, g *schemas.LogGap) []byte {
		return binary.LittleEndian.AppendUint64(dst, g.Missing)
	})),
	words("gap_whys", func(c *schemas.LogCoverage, add func(string)) {
		eachWord(c.Gaps, add, func(g *schemas.LogGap) string { return g.Why })
	}),
	counts("gap_count", func(c *schemas.LogCoverage) int { return c.GapCount }),
	large("missing", func(c *schemas.LogCoverage) uint64 { return c.Missing }),
}

func gap(add func([]byte, *schemas.LogGap) []byte) func([]byte, *schemas.LogCoverage) ([]byte, int) {
	return func(dst []byte, c *schemas.LogCoverage) ([]byte, int) { return each(dst, c.Gaps, add) }
}
