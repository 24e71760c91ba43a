package eval

import (
	"path/filepath"
	"slices"

	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
)

// index finds the record of the fleet that a line or an event stands in.
type index struct {
	byPath map[string][]place
	byFile map[schemas.Fingerprint][]place
}

// place is a record of a story.
type place struct {
	story    int
	line     int
	lines    int
	offset   int64
	end      int64
	sessions []int
}

func newIndex(dir string, f *fleet.Fleet, inputs []schemas.Input) *index {
	x := &index{byPath: map[string][]place{}, byFile: map[schemas.Fingerprint][]place{}}
	for n := range f.Truth.Stories {
		for _, r := range f.Truth.Stories[n].Records {
			path := filepath.Join(dir, filepath.FromSlash(r.File))
			x.byPath[path] = append(x.byPath[path], place{n, r.Line, r.Lines, r.Offset, r.Offset + int64(r.Bytes), r.Sessions})
		}
	}
	for path, list := range x.byPath {
		slices.SortFunc(list, func(a, b place) int { return int(a.offset - b.offset) })
		x.byPath[path] = list
	}
	for i := range inputs {
		x.byFile[inputs[i].Fingerprint] = x.byPath[inputs[i].Path]
	}
	return x
}

// at returns the record that line of path stands in.
func (x *index) at(path string, line int) (place, bool) {
	list := x.byPath[path]
	i, exact := slices.BinarySearchFunc(list, line, func(p place, line int) int { return p.line - line })
	if !exact {
		i--
	}
	if i < 0 || line >= list[i].line+list[i].lines {
		return place{}, false
	}
	return list[i], true
}

// of returns the record that an event is of.
func (x *index) of(id schemas.ID) (place, bool) {
	list := x.byFile[id.Fingerprint()]
	i, exact := slices.BinarySearchFunc(list, id.Offset(), func(p place, offset int64) int { return int(p.offset - offset) })
	if !exact {
		i--
	}
	if i < 0 || id.Offset() >= list[i].end {
		return place{}, false
	}
	return list[i], true
}
