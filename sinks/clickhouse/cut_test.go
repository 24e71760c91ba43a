package clickhouse

import (
	"encoding/binary"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// FuzzCut cuts batches of any times: the parts are a rearrangement of the
// batch, each of one partition and of bounded size, and the same when the batch
// comes again.
func FuzzCut(f *testing.F) {
	day := func(days ...int) (times []byte) {
		for _, d := range days {
			times = binary.LittleEndian.AppendUint64(times, uint64(d*24*60*60))
		}
		return times
	}
	f.Add(uint(1), []byte{})
	f.Add(uint(3), day(0))
	f.Add(uint(3), day(20000, 20000, 20000, 20000, 20000, 20000, 20000))
	f.Add(uint(2), day(20001, 20000, 20001, 20001, 20000, 19000, 20001, 20001))
	f.Add(uint(1), day(-1, 1<<40, 20000, -20000, 20000))
	many := make([]int, 500)
	for i := range many {
		many[i] = 20000 - i*7%500
	}
	f.Add(uint(100_000), day(many...))
	f.Fuzz(func(t *testing.T, most uint, seconds []byte) {
		var batch []schemas.Event
		for ; len(seconds) >= 8; seconds = seconds[8:] {
			at := time.Unix(int64(binary.LittleEndian.Uint64(seconds)%(1<<42)), 0)
			batch = append(batch, schemas.Event{Line: len(batch), Time: at})
		}
		table := newTable("events", eventFields, func(e *schemas.Event) int64 { return dayOf(e.Time) })
		table.maxRows = int(max(most%200_000, 1))
		parts := table.cut(batch)
		if again := table.cut(slices.Clone(batch)); !reflect.DeepEqual(names(parts), names(again)) {
			t.Errorf("cut as %v, and then as %v", names(parts), names(again))
		}
		seen, before := make([]bool, len(batch)), map[int64]*schemas.Event{}
		for i := range parts {
			p := &parts[i]
			if p.rows.n == 0 || p.rows.n > table.maxRows {
				t.Errorf("%d rows in a part, %d at most", p.rows.n, table.maxRows)
			}
			if i > 0 && (p.partition < parts[i-1].partition || p.partition == parts[i-1].partition && p.number != parts[i-1].number+1) {
				t.Errorf("part %d.%d behind %d.%d", p.partition, p.number, parts[i-1].partition, parts[i-1].number)
			}
			n := 0
			for _, run := range p.rows.runs {
				for j := range run {
					e := &run[j]
					n++
					stored, _ := storedTime(e.Time)
					if day := stored / (24 * 60 * 60 * 1e6); day != p.partition {
						t.Errorf("row %d of day %d is in the partition %d", e.Line, day, p.partition)
					}
					if b := before[p.partition]; b != nil && b.Line >= e.Line {
						t.Errorf("row %d behind %d", e.Line, b.Line)
					}
					if seen[e.Line] {
						t.Errorf("row %d twice", e.Line)
					}
					seen[e.Line], before[p.partition] = true, e
				}
			}
			if n != p.rows.n {
				t.Errorf("%d rows counted as %d", n, p.rows.n)
			}
		}
		if i := slices.Index(seen, false); i >= 0 {
			t.Errorf("row %d is in no part", i)
		}
	})
}

// names are what tells parts apart, and their rows.
func names(parts []part[schemas.Event]) (names [][4]int64) {
	for i := range parts {
		p := &parts[i]
		names = append(names, [4]int64{p.partition, int64(p.number), int64(p.rows.n), int64(len(p.rows.runs))})
	}
	return names
}

// TestMonths has partitions of months, and a table without partitions.
func TestMonths(t *testing.T) {
	batch := []schemas.Finding{{}, {Since: time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC)}, {Since: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}, {Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}}
	months := newTable("findings", findingFields, func(f *schemas.Finding) int64 { return monthOf(f.Since) })
	var got []int
	for _, p := range months.cut(batch) {
		got = append(got, p.rows.n)
	}
	if !slices.Equal(got, []int{1, 2, 1}) {
		t.Errorf("rows of the months: %v", got)
	}
	whole := newTable("findings", findingFields, nil)
	if parts := whole.cut(batch); len(parts) != 1 || parts[0].rows.n != 4 {
		t.Errorf("a table without partitions is cut into %d parts", len(parts))
	}
}
