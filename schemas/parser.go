package schemas

import "time"

// A Parser knows the log kinds of one shape. Its methods are pure: no clock,
// no I/O, no state between calls. A Parser may be used by several goroutines.
type Parser interface {
	// Source is the kind a file is given when Match chooses this Parser.
	Source() Source

	// Match says how sure the Parser is that a file is its own, from 0 (not
	// at all) to 100 (a line of the file carries this product's full head).
	// head is the beginning of the file, decompressed, at most 64 KiB; path
	// is only a hint, because files are renamed.
	Match(path string, head []byte) int

	// Start reports whether line, which is without its line end, begins a
	// record, and when the record was written. prev is the time of the record
	// before, zero at the beginning of a file; a log that prints only the
	// time of day, or no zone, takes date and zone from it. t keeps its zone
	// as its Location, so that the next call sees it; it is zero when the
	// head gives no time.
	//
	//	02523441.000 |16:23:08.121 |SdlSig   |StationRegister  …
	Start(line []byte, prev time.Time) (t time.Time, ok bool)

	// Parse appends the events that r holds to dst and returns it. No event
	// is normal: most records are understood and silent. A record that the
	// Parser does not understand yields one event of kind KindUnparsed.
	//
	// Events may refer to strings that share r.Text only if they were copied:
	// r.Text is valid until Parse returns.
	Parse(dst []Event, f *File, r *Record) []Event
}

// Gluer is implemented by a Parser that finds complete record heads inside a
// physical line, as web copies of traces have them.
type Gluer interface {
	// Glued returns the index in line of the first complete record head at
	// or after from (from ≥ 1), or -1. It must be cheap: it sees every line.
	Glued(line []byte, from int) int
}

// Skipper is implemented by a Parser that sees from afar where no head can be:
// a record of SIP has dozens of lines.
type Skipper interface {
	// Skip returns how many bytes of text, which goes on an open record from
	// the beginning of a line, hold no record head, neither at the beginning
	// of a line nor inside one. What it skips ends with a line end. Fewer
	// bytes are never wrong; 0 says that the next line has to be looked at.
	Skip(text []byte) int
}

// Sourcer is implemented by a Parser whose records have more than one Source.
type Sourcer interface {
	// SourceOf returns the Source of the record whose first line is head.
	SourceOf(head []byte) Source
}

// HeadReader is implemented by a Parser that finds time and Source of a record
// in one look at its head. What Head returns is what Start and SourceOf return.
type HeadReader interface {
	Head(line []byte, prev time.Time) (t time.Time, s Source, ok bool)
}

// Glancer is implemented by a Parser that sees at a glance which lines are as
// nearly all of its log are: one record each, with a head in the usual form and
// no other inside.
type Glancer interface {
	// Glance appends to dst the records of the lines that text begins with, as
	// far as they are usual, and returns it with the time of the last one, prev
	// when there is none. It sets Source, Time, Head and Text, the line with its
	// end: what Start and SourceOf say of these lines, in which Glued finds
	// nothing. Fewer records are never wrong: the next line is looked at.
	Glance(dst []Record, text []byte, prev time.Time) (records []Record, last time.Time)
}

// Noder is implemented by a Parser that can tell the host from the beginning
// of a file (FileHead, syslog stamp).
type Noder interface {
	// Node returns the host that wrote the file, "" when nothing names it.
	Node(path string, head []byte) string
}

// Excerpter is implemented by a Parser that recognises its lines where the
// head is damaged or missing: quoted in a document, cut at the left, printed
// without time. It is used only for files that no Parser matches.
type Excerpter interface {
	// Excerpt reports whether line is, or holds, a line of this log without
	// a full head.
	Excerpt(line []byte) bool

	// Continues reports whether line goes on the record whose lines so far
	// are text. It decides where a quotation ends and prose begins.
	Continues(text, line []byte) bool
}

// Alike is implemented by a Parser of files that may all begin alike: with a row
// of column names, or a list of settings. They are told apart by their first
// 64 KiB.
type Alike interface {
	// Alike reports whether files that begin like head may differ only later.
	Alike(head []byte) bool
}

// Zoner is implemented by a Parser of logs that print local time and quote
// clocks that are not local.
type Zoner interface {
	// Zone returns the offset from UTC of the local times in text, the
	// beginning of a file; nil when nothing in it tells.
	//
	//	2020-01-14 13:03:19,013 INFO … sipio-sent---> REGISTER …
	//	Date: Tue, 14 Jan 2020 11:03:19 GMT
	Zone(text []byte) *time.Location
}

// Dater is implemented by a Parser of logs whose heads leave out the year, or
// the date.
type Dater interface {
	// Date returns a day near the records of text, the beginning of a file,
	// that something in it states with its year; the zero Time when nothing
	// does.
	//
	//	1773 DEB Nov 09 12:59:23.449563 JAVA-sipio-sent---> REGISTER …
	//	Date: Wed, 09 Nov 2016 12:59:23 GMT
	Date(text []byte) time.Time
}

// Explainer is implemented by a Parser that can show how it reads a record.
type Explainer interface {
	// Explain appends to dst the fields of r's head in reading order, and
	// under the name "rule" the words by which the record was recognised, or
	// under "silent" why it gives no event.
	Explain(dst []Attr, r *Record) []Attr
}

// Contexter is implemented by a Parser whose records are completed by records
// that stand before them and need not be adjacent, nor in the same batch.
type Contexter interface {
	// Context appends to dst what b.Context and b's records mean for the
	// records behind b, and returns it: a few KiB at most. Where batches are
	// cut must not matter, so it depends on the records and on how far they
	// stand before the end of b, in bytes.
	Context(dst []byte, b *RecordBatch) []byte
}

// Seed returns the prev for the first Start of a file: the configured date, or
// what a Dater found (zero Time: none), in the configured zone (nil: UTC).
//
// A head that prints local time without a zone is read in the Location of
// prev. A head that prints only a time of day takes the date of prev, and the
// day after when it lies more than twelve hours before prev; while prev has
// no date (see Dated) it stays a bare time of day.
func Seed(date time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	if date.IsZero() {
		return time.Date(1, 1, 1, 0, 0, 0, 0, zone)
	}
	y, m, d := date.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// Dated reports whether t has a date: it is neither zero nor a bare time of
// day.
func Dated(t time.Time) bool { return t.Year() > 1 }
