package arena

// An Index finds records of the batch that is being parsed by a number that
// they begin with, without going through all that stand between. Several
// numbers may share a chain, so who follows it compares.
type Index struct {
	// last is by chain the record entered last, before by record the one
	// entered before it; 0 is none, else it is the index of the record plus 1.
	last   [1 << 10]int32
	before []int32
}

// Signals returns the index of the SDL signals of the batch, which is empty
// after Reset.
func (a *Arena) Signals() *Index {
	if a == nil {
		return new(Index)
	}
	return &a.signals
}

// Earlier returns the index of the SDL signals that the context of the batch
// tells of.
func (a *Arena) Earlier() *Index {
	if a == nil {
		return new(Index)
	}
	return &a.earlier
}

// Notes returns the index of the records of the batch that those of an
// Expressway go on with. A document may quote both products.
func (a *Arena) Notes() *Index {
	if a == nil {
		return new(Index)
	}
	return &a.notes
}

func (x *Index) reset() {
	if len(x.before) > 0 {
		x.before, x.last = x.before[:0], [len(x.last)]int32{}
	}
}

// Seen returns how many records have been shown to Enter or Skip.
func (x *Index) Seen() int { return len(x.before) }

// Skip passes over the next record.
func (x *Index) Skip() { x.before = append(x.before, 0) }

// Enter enters the next record of the batch under number.
func (x *Index) Enter(number uint64) {
	at := &x.last[chain(number)]
	x.before = append(x.before, *at)
	*at = int32(len(x.before))
}

// Last returns the record of number's chain that was entered last, -1 when
// there is none.
func (x *Index) Last(number uint64) int { return int(x.last[chain(number)]) - 1 }

// Before returns the record that was entered before record i in its chain, -1
// when there is none.
func (x *Index) Before(i int) int { return int(x.before[i]) - 1 }

// chain folds a number into ten bits.
func chain(number uint64) uint64 { return number * 0x9E3779B97F4A7C15 >> 54 }
