package clickhouse

import (
	"fmt"
	"testing"
	"time"
)

func TestExcess(t *testing.T) {
	const gib = 1 << 30
	for _, tt := range []struct {
		name string
		room Room
		disk disk
		want uint64
	}{
		{"no limit", Room{}, disk{free: 0, total: 100 * gib}, 0},
		{"room enough", Room{MaxUsed: 90, MinFree: gib}, disk{free: 10 * gib, total: 100 * gib}, 0},
		{"too full", Room{MaxUsed: 90}, disk{free: 4 * gib, total: 100 * gib}, 6 * gib},
		{"too little free", Room{MaxUsed: 99, MinFree: 5 * gib}, disk{free: 2 * gib, total: 100 * gib}, 3 * gib},
		{"the stricter one counts", Room{MaxUsed: 50, MinFree: gib}, disk{free: 0, total: 100 * gib}, 50 * gib},
		{"on its way out", Room{MaxUsed: 90}, disk{free: 4 * gib, leaving: 6 * gib, total: 100 * gib}, 0},
	} {
		if got := tt.room.excess(tt.disk); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestOldestPartitions(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	part := func(table, name string, arrived int, bytes uint64) Partition {
		return Partition{Table: table, Name: name, Arrived: at(arrived), Bytes: bytes, disk: "default"}
	}
	all := func() []Partition {
		return []Partition{
			part("events", "20260303", 3, 10), part("events", "20260301", 1, 10), part("events", "20260302", 2, 10),
			// A log of last year that arrived today is new.
			part("events", "20250101", 4, 10),
			part("sessions", "202602", 1, 1), part("sessions", "202603", 3, 1),
			part("findings", "202603", 1, 1),
			{Table: "events", Name: "20260228", Arrived: at(1), Bytes: 10, disk: "cold"},
		}
	}
	for _, tt := range []struct {
		disk   string
		excess uint64
		want   string
	}{
		{"default", 1, "[sessions 202602]"},
		{"default", 2, "[sessions 202602 events 20260301]"},
		{"default", 12, "[sessions 202602 events 20260301 events 20260302]"},
		// The newest of each table stays whatever is asked.
		{"default", 1 << 40, "[sessions 202602 events 20260301 events 20260302 events 20260303]"},
		{"cold", 1 << 40, "[events 20260228]"},
	} {
		var got []string
		for _, p := range oldest(all(), tt.disk, tt.excess) {
			got = append(got, p.Table+" "+p.Name)
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%d bytes of %s: %v, want %s", tt.excess, tt.disk, got, tt.want)
		}
	}
}

func TestTTLOf(t *testing.T) {
	for engine, want := range map[string]int{
		"ReplacingMergeTree(inserted_at) ORDER BY id SETTINGS a = 1":                                                          0,
		"ReplacingMergeTree(inserted_at) ORDER BY id TTL " + kept{days: 30}.ttl() + " SETTINGS a = 1":                         30,
		"ReplacingMergeTree(version, is_deleted) ORDER BY id TTL " + kept{days: 180, revised: true}.ttl() + " SETTINGS a = 1": 180,
	} {
		if got := daysOf(engine); got != want {
			t.Errorf("%s: %d days, want %d", engine, got, want)
		}
	}
}
