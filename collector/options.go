package collector

import (
	"cmp"
	"sync/atomic"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Options says how inputs are read. The zero value reads everything as
// unknown text; Parsers is what one normally sets.
type Options struct {
	// Parsers know the log kinds; among equal matches the earlier one wins.
	Parsers []schemas.Parser
	// Source forces the kind of every file; "" detects it per file.
	Source schemas.Source
	// Zone is the zone of logs that print local time without one; nil is UTC.
	Zone *time.Location
	// Date is the date of logs that print only a time of day; zero is none.
	Date time.Time
	// Cluster is the UC cluster that all inputs belong to.
	Cluster string
	// Node names the host where a file does not name it.
	Node string
	// Limits bound what archives may unpack to.
	Limits Limits
	// Workers is how many files Scan reads at the same time; 0 is one.
	Workers int
	// Progress, when not nil, is kept up to date while reading.
	Progress *Progress
}

// Limits bound the unpacking of one input file, so that an archive bomb costs
// little and ends in a Problem. A zero field takes its default, shown here.
type Limits struct {
	Entries    int   // members of an archive and of the archives in it: 20,000
	EntryBytes int64 // decompressed bytes of one member: 1 GiB
	TotalBytes int64 // decompressed bytes of all members: 4 GiB
	Ratio      int64 // decompressed bytes per compressed byte: 200
	RatioFloor int64 // decompressed bytes below which Ratio is not asked: 64 MiB
	Depth      int   // layers: a .tar.gz has two, a .gz inside a .zip too: 5
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Entries:    cmp.Or(l.Entries, 20_000),
		EntryBytes: cmp.Or(l.EntryBytes, 1<<30),
		TotalBytes: cmp.Or(l.TotalBytes, 4<<30),
		Ratio:      cmp.Or(l.Ratio, 200),
		RatioFloor: cmp.Or(l.RatioFloor, 64<<20),
		Depth:      cmp.Or(l.Depth, 5),
	}
}

// Progress counts what Scan has done. Any goroutine may call State meanwhile.
type Progress struct {
	bytes, totalBytes atomic.Int64
	files, totalFiles atomic.Int64
	current           atomic.Pointer[string]
}

// ProgressState is one reading of a Progress. Bytes are bytes on disk, so
// compressed ones where the input is compressed; stdin counts zero in
// TotalBytes.
type ProgressState struct {
	Bytes, TotalBytes int64
	Files, TotalFiles int64
	Current           string // the file begun last
}

// State returns the counters.
func (p *Progress) State() ProgressState {
	s := ProgressState{
		Bytes: p.bytes.Load(), TotalBytes: p.totalBytes.Load(),
		Files: p.files.Load(), TotalFiles: p.totalFiles.Load(),
	}
	if c := p.current.Load(); c != nil {
		s.Current = *c
	}
	return s
}
