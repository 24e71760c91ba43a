package cdr

import (
	"bytes"
	"time"
)

// separator returns what stands between the fields of row, which is a comma
// unless somebody exported the file again.
func separator(row []byte) byte {
	for _, c := range row[:min(len(row), 64)] {
		switch c {
		case ',', ';', '\t':
			return c
		}
	}
	return ','
}

// next cuts the first field off row. A field may stand in quotes, which are
// doubled inside; it is returned without the outer ones. ok is false when row
// holds no more fields; more says that a field follows.
func next(row []byte, sep byte) (field, rest []byte, more bool) {
	if len(row) == 0 || row[0] != '"' {
		if i := bytes.IndexByte(row, sep); i >= 0 {
			return row[:i], row[i+1:], true
		}
		return row, nil, false
	}
	for i := 1; i < len(row); i++ {
		at := bytes.IndexByte(row[i:], '"')
		if at < 0 {
			return row[1:], nil, false
		}
		i += at
		switch {
		case i+1 == len(row):
			return row[1:i], nil, false
		case row[i+1] == sep:
			return row[1:i], row[i+2:], true
		case row[i+1] == '"':
			i++
		}
	}
	return row[1:], nil, false
}

// kind says what a row is.
type kind uint8

// The kinds of rows.
const (
	other kind = iota
	names
	types
	call  // a call detail record
	media // a call management record
)

// readKind tells what a row is by its beginning, and when a record was made: a
// call detail record when the call was originated, a call management record
// when the leg ended.
func readKind(row []byte) (k kind, epoch int64) {
	if len(row) < len("1,1,1,1,1000000000") {
		return other, 0
	}
	switch c := row[0]; c {
	case '"', '1', '2':
	case 'c', 'I', 0xEF:
	default:
		return other, 0
	}
	row = bytes.TrimPrefix(row, []byte("\xef\xbb\xbf"))
	sep := separator(row)
	field, rest, more := next(row, sep)
	switch {
	case !more:
		return other, 0
	case string(field) == "cdrRecordType":
		return names, 0
	case string(field) == "INTEGER" && bytes.HasPrefix(bytes.TrimPrefix(rest, []byte{'"'}), []byte("INTEGER")):
		return types, 0
	case string(field) == "1":
		k = call
	case string(field) == "2":
		k = media
	default:
		return other, 0
	}
	return readRecord(rest, sep, k)
}

// readRecord reads the fields behind the record type up to the time.
func readRecord(rest []byte, sep byte, k kind) (kind, int64) {
	// A call management record has the node and the directory number more,
	// and the latter may hold anything.
	before, free := 3, -1
	if k == media {
		before, free = 5, 3
	}
	for i := range before {
		var field []byte
		var more bool
		if field, rest, more = next(rest, sep); !more || i != free && !number(field) {
			return other, 0
		}
	}
	field, rest, more := next(rest, sep)
	epoch, ok := integer(field)
	if !more || !ok || epoch != 0 && (epoch < minEpoch || epoch > maxEpoch) || bytes.Count(rest, []byte{sep}) < minFields {
		return other, 0
	}
	return k, epoch
}

// The bounds of the times in records, 2000 and 2100, and the least number of
// fields behind the time: they keep other rows of numbers apart.
const (
	minEpoch  = 946684800
	maxEpoch  = 4102444800
	minFields = 6
)

// number reports whether field is a number or empty.
func number(field []byte) bool {
	for _, c := range field {
		if c-'0' > 9 {
			return false
		}
	}
	return len(field) < 12
}

// integer reads a number that may be negative.
func integer(field []byte) (n int64, ok bool) {
	digits := bytes.TrimPrefix(field, []byte{'-'})
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	for _, c := range digits {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if len(digits) < len(field) {
		n = -n
	}
	return n, true
}

// moment returns the time of an epoch of a row, in the zone of prev; zero for
// none.
func moment(epoch int64, prev time.Time) time.Time {
	if epoch == 0 {
		return time.Time{}
	}
	return time.Unix(epoch, 0).In(prev.Location())
}
