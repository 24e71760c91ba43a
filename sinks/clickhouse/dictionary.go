package clickhouse

import "encoding/binary"

// dictionary numbers strings in the order in which they come, as
// LowCardinality does: 0 is the empty string.
type dictionary struct {
	numbers map[string]uint32
	strings []string // by number
	// follows guesses what comes behind each string, by what came behind it last:
	// the next row, or the next name of a list, mostly says the same again.
	follows []uint32
	last    uint32
	native  []byte       // the strings, in the Native format
	index   []uint32     // the number of each string that was added
	addTo   func(string) // add, made once
}

func (d *dictionary) reset() {
	if d.numbers == nil {
		d.numbers = map[string]uint32{}
		d.addTo = d.add
	}
	d.strings, d.follows, d.last = append(d.strings[:0], ""), append(d.follows[:0], 0), 0
	d.native = append(d.native[:0], 0)
	d.index = d.index[:0]
}

// forget lets go of the strings.
func (d *dictionary) forget() {
	clear(d.numbers)
	clear(d.strings)
}

// add adds s.
func (d *dictionary) add(s string) {
	n := d.follows[d.last]
	if d.strings[n] != s {
		n = d.number(s)
		d.follows[d.last] = n
	}
	d.last = n
	d.index = append(d.index, n)
}

func (d *dictionary) number(s string) uint32 {
	if s == "" {
		return 0
	}
	n, ok := d.numbers[s]
	if !ok {
		n = uint32(len(d.strings))
		d.numbers[s] = n
		d.strings, d.follows = append(d.strings, s), append(d.follows, n)
		d.native = appendString(d.native, s)
	}
	return n
}

// The head of a LowCardinality column in the Native format: the keys follow
// their dictionary, and are of one of these widths.
const (
	ownDictionary = 1<<9 | 1<<10
	width8        = 0
	width16       = 1
	width32       = 2
)

// appendTo appends the column of what was added: nothing when that is nothing.
func (d *dictionary) appendTo(dst []byte) []byte {
	if len(d.index) == 0 {
		return dst
	}
	size := len(d.strings)
	width := uint64(width32)
	switch {
	case size <= 1<<8:
		width = width8
	case size <= 1<<16:
		width = width16
	}
	dst = binary.LittleEndian.AppendUint64(dst, ownDictionary|width)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(size))
	dst = append(dst, d.native...)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(d.index)))
	switch width {
	case width8:
		for _, n := range d.index {
			dst = append(dst, byte(n))
		}
	case width16:
		for _, n := range d.index {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(n))
		}
	default:
		for _, n := range d.index {
			dst = binary.LittleEndian.AppendUint32(dst, n)
		}
	}
	return dst
}
