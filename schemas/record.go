package schemas

import (
	"strconv"
	"time"
)

// File is what all records of one file share.
type File struct {
	// Path is the path as the user gave it; a member of an archive follows
	// after "!", nested ones too: bundle.zip!cm/trace/ccm/sdl/SDL001.txt.gz.
	Path        string
	Fingerprint Fingerprint
	// Source is the kind of the file. Single records may differ: one
	// Expressway file holds all four expressway sources, a pasted document
	// anything.
	Source Source
	// Cluster is the UC cluster the file belongs to: configured, never read
	// from the log, empty for the one default cluster.
	Cluster string
	// Node is the host that wrote the file, empty when nothing names it.
	Node string
	// Zone is the zone that local times without one were read in, as an IANA
	// name, an offset from UTC, or "Local" for that of the reading host; empty when the log prints no such times, or
	// when nothing told the zone and they were read as UTC.
	Zone string
}

// Record is what the product wrote at one moment: the physical lines from one
// record head up to the next. Every byte of a file belongs to exactly one
// Record.
type Record struct {
	ID     ID
	Source Source
	// Time is UTC. The zero Time means that nothing gives a time. A Time
	// before year 2 is a time of day whose date is not known.
	Time time.Time
	// Line is the number of the first physical line, from 1; Lines counts
	// them. A record that begins inside a physical line has that line's
	// number.
	Line, Lines int
	// Offset is the uncompressed offset of the first byte, in bytes.
	Offset int64
	// Head is false for text without a record head: what stands before the
	// first head, or a file that has none.
	Head bool
	// Glued is true when the head was found inside a physical line.
	Glued bool
	// Cut is true when the record goes on beyond what one Record may hold
	// (MaxRecord) and its tail follows as a Record with Head false.
	Cut bool
	// Text is the record's bytes, line ends included, as they stand in the
	// file. It is a part of RecordBatch.Blob and lives as long as that.
	Text []byte
}

// MaxRecord bounds Record.Text, in bytes. A longer record is cut into several,
// none of its bytes is lost.
const MaxRecord = 512 << 10

// MaxBatch is how much text a RecordBatch aims to hold, in bytes. One batch is
// one message of the records stream; NATS refuses messages above 1 MiB.
const MaxBatch = 256 << 10

// RecordBatch is a run of consecutive records of one file and the unit of
// transport and acknowledgement. Batches of a file tile it: each begins where
// the one before ended.
type RecordBatch struct {
	File    File
	Records []Record
	// Blob is the text of all records, in file order and without gaps.
	Blob []byte
	// Context is what stands before Blob in the file and matters to its
	// records, as Contexter.Context puts it; empty for most logs.
	Context []byte
	// Start and End are the uncompressed offsets of Blob in the file.
	Start, End int64
	// EOF is true for the last batch of a file that was read to its end. It
	// may hold no record.
	EOF bool
	// Problems are the faults met while reading this part of the file.
	Problems []Problem
}

// Problem is a fault of the input that did not stop the program: a located,
// human sentence, with a hint where one helps.
type Problem struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"` // from 1; 0 when the fault has no line
	// Message says what is wrong, lower case, no full stop.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	// Unread is true when a part of the input could not be read because of
	// the fault.
	Unread bool `json:"unread,omitempty"`
}

// Error returns "file:line: message".
func (p Problem) Error() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
	}
	return s + ": " + p.Message
}
