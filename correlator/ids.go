package correlator

import (
	"encoding/binary"
	"sort"

	"github.com/uctrace/uctrace/schemas"
)

// ids find records by their id. A log is mostly read from its beginning on, so
// the records of a file are mostly numbered in the order of their offsets: what
// has to be remembered is where they come from another file in between. Only
// records that come behind a later one of their file need a hash table.
type ids struct {
	files map[schemas.Fingerprint]*inFile
	last  *inFile
	late  table
}

// inFile are the records of one file.
type inFile struct {
	print schemas.Fingerprint
	top   int64 // the highest offset
	runs  []idRun
}

// idRun are records whose numbers follow each other, in the order of their
// offsets.
type idRun struct {
	offset   int64 // of the first
	first, n uint32
}

func newIDs() ids { return ids{files: map[schemas.Fingerprint]*inFile{}} }

// file returns the records of a file, nil when there are none.
func (x *ids) file(fp schemas.Fingerprint) *inFile {
	if x.last == nil || x.last.print != fp {
		f := x.files[fp]
		if f == nil {
			return nil
		}
		x.last = f
	}
	return x.last
}

// add notes that record n, which is new, has the id.
func (x *ids) add(id schemas.ID, n uint32) {
	fp, offset := id.Fingerprint(), id.Offset()
	f := x.file(fp)
	if f == nil {
		f = &inFile{print: fp, top: -1}
		x.files[fp], x.last = f, f
	}
	if offset <= f.top {
		x.late.insert(hashID(id), n)
		return
	}
	f.top = offset
	if k := len(f.runs); k > 0 && f.runs[k-1].first+f.runs[k-1].n == n {
		f.runs[k-1].n++
		return
	}
	f.runs = append(f.runs, idRun{offset, n, 1})
}

// lookup returns the record with the id.
func (s *store) lookup(id schemas.ID) (uint32, bool) {
	x := &s.ids
	offset := id.Offset()
	f := x.file(id.Fingerprint())
	if f == nil || offset > f.top {
		return 0, false
	}
	if k := sort.Search(len(f.runs), func(i int) bool { return f.runs[i].offset > offset }); k > 0 {
		r := &f.runs[k-1]
		i := sort.Search(int(r.n), func(i int) bool { return s.at(r.first+uint32(i)).id.Offset() >= offset })
		if n := r.first + uint32(i); uint32(i) < r.n && s.at(n).id == id {
			return n, true
		}
	}
	for p := x.late.probe(hashID(id)); ; {
		n, ok := x.late.next(&p)
		if !ok || s.at(n).id == id {
			return n, ok
		}
	}
}

func hashID(id schemas.ID) uint64 {
	return mix(binary.BigEndian.Uint64(id[:8]) ^ mix(binary.BigEndian.Uint64(id[8:])))
}
