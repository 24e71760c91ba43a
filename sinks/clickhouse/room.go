package clickhouse

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Room says how much of its disks ClickHouse may fill.
type Room struct {
	// MaxUsed is how full a disk may be, in percent; 0 is no limit.
	MaxUsed int
	// MinFree is how much must be free, in bytes; 0 is no limit.
	MinFree int64
}

// Partition is a part of a table that is dropped as a whole.
type Partition struct {
	Table, Name string // "20260301", "202603"
	Rows, Bytes uint64
	// Arrived is when the newest of it came, as far as that is known.
	Arrived time.Time

	id   string
	disk string
}

// disk is where tables lie.
type disk struct {
	name        string
	free, total uint64
	// leaving is what was dropped and is still there: ClickHouse removes files
	// some minutes after the rows.
	leaving uint64
}

// excess returns how many bytes must go.
func (r Room) excess(d disk) uint64 {
	free, want := d.free+d.leaving, uint64(max(r.MinFree, 0))
	if r.MaxUsed > 0 {
		want = max(want, d.total/100*uint64(100-min(r.MaxUsed, 100)))
	}
	if free >= want {
		return 0
	}
	return want - free
}

// MakeRoom drops the partitions that arrived first until the disks have the
// room that r asks for, and returns what it dropped, also with an error. The
// newest partition of each table stays, so there may be less room than asked.
func (s *Sink) MakeRoom(ctx context.Context, r Room) ([]Partition, error) {
	if r.MaxUsed == 0 && r.MinFree == 0 {
		return nil, nil
	}
	disks, err := s.disks(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for room: %w", err)
	}
	var dropped []Partition
	for _, d := range disks {
		excess := r.excess(d)
		if excess == 0 {
			continue
		}
		all, err := s.partitions(ctx)
		if err != nil {
			return dropped, fmt.Errorf("look for partitions: %w", err)
		}
		for _, p := range oldest(all, d.name, excess) {
			// The guard against large mistakes is off: this is meant.
			ctx := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_partition_size_to_drop": 0}))
			if err := s.conn.Exec(ctx, "ALTER TABLE "+p.Table+" DROP PARTITION ID '"+p.id+"'"); err != nil {
				return dropped, fmt.Errorf("drop partition %s of %s: %w", p.Name, p.Table, err)
			}
			dropped = append(dropped, p)
		}
	}
	return dropped, nil
}

// oldest chooses the partitions of a disk that arrived first and hold excess
// bytes together, never the newest one of a table.
func oldest(all []Partition, disk string, excess uint64) []Partition {
	slices.SortFunc(all, func(a, b Partition) int {
		return cmp.Or(a.Arrived.Compare(b.Arrived), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Table, b.Table))
	})
	left := map[string]int{}
	for _, p := range all {
		left[p.Table]++
	}
	var chosen []Partition
	var bytes uint64
	for _, p := range all {
		if bytes >= excess {
			break
		}
		if left[p.Table]--; left[p.Table] == 0 || p.disk != disk {
			continue
		}
		chosen = append(chosen, p)
		bytes += p.Bytes
	}
	return chosen
}

// disks returns the disks that the tables lie on.
func (s *Sink) disks(ctx context.Context) ([]disk, error) {
	rows, err := s.conn.Query(ctx, `SELECT d.name, any(d.free_space), any(d.total_space), sumIf(p.bytes_on_disk, NOT p.active)
		FROM system.parts AS p JOIN system.disks AS d ON d.name = p.disk_name
		WHERE p.database = currentDatabase() GROUP BY d.name ORDER BY d.name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var disks []disk
	for rows.Next() {
		var d disk
		if err := rows.Scan(&d.name, &d.free, &d.total, &d.leaving); err != nil {
			return nil, err
		}
		disks = append(disks, d)
	}
	return disks, rows.Err()
}

// partitions returns the partitions of the tables that have any. The rows of a
// part expire some days after the last of them arrived; where nothing expires
// the partition is as old as its newest part.
func (s *Sink) partitions(ctx context.Context) ([]Partition, error) {
	rows, err := s.conn.Query(ctx, `SELECT table, partition_id, any(partition), any(disk_name), sum(rows), sum(bytes_on_disk),
			if(max(delete_ttl_info_max) > toDateTime(0), max(delete_ttl_info_max), max(modification_time)),
			max(delete_ttl_info_max) > toDateTime(0), any(engine_full)
		FROM system.parts AS p JOIN (SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() AND partition_key != '') AS t ON t.name = p.table
		WHERE active AND database = currentDatabase()
		GROUP BY table, partition_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Partition
	for rows.Next() {
		var p Partition
		var expires uint8
		var engine string
		if err := rows.Scan(&p.Table, &p.id, &p.Name, &p.disk, &p.Rows, &p.Bytes, &p.Arrived, &expires, &engine); err != nil {
			return nil, err
		}
		if expires == 1 {
			p.Arrived = p.Arrived.AddDate(0, 0, -daysOf(engine))
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// daysOf returns the days of the TTL in the description of an engine.
func daysOf(engine string) int {
	var days, withdrawn int
	ttl := ttlOf(engine)
	if n, _ := fmt.Sscanf(ttl, "toDateTime(inserted_at) + toIntervalDay(if(is_deleted = 1, %d, %d))", &withdrawn, &days); n == 2 {
		return days
	}
	if n, _ := fmt.Sscanf(ttl, "toDateTime(inserted_at) + toIntervalDay(%d)", &days); n == 1 {
		return days
	}
	return 0
}
