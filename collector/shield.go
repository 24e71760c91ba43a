package collector

import (
	"fmt"

	"github.com/uctrace/uctrace/schemas"
)

// A parser that panics over a beginning or a line is a mistake of ours, and the
// log that shows it is one that somebody needs read. The parser does not have
// the file, or the line begins no record; the file says so once, and the rest
// of it is read.

// begins is heads.begin, shielded.
func (f *framer) begins(r *schemas.Record, line []byte) (ok bool) {
	defer f.shield()
	return f.heads.begin(r, f.openText(), line)
}

// glued is heads.glued, shielded.
func (f *framer) glued(r *schemas.Record, line []byte) (at int) {
	defer f.shield()
	return f.heads.glued(r, line)
}

// behind is what the batch means for the records behind it, shielded.
func (f *framer) behind(c schemas.Contexter) (context []byte) {
	context = f.spare[:0]
	defer f.shield()
	return c.Context(f.spare[:0], &f.batch)
}

// shield is deferred around the methods of a parser.
func (f *framer) shield() {
	fault := recover()
	if fault == nil || f.shielded {
		return
	}
	f.shielded = true
	f.problem(schemas.Problem{
		Line: f.line, Message: fmt.Sprintf("this line makes a parser fail: %v", fault),
		Hint: "a mistake in uctrace: the line begins no record, the rest of the file is read; please report it with the line",
	})
}

// skips is Skip, shielded: the lines are taken one by one instead.
func (f *framer) skips(text []byte) (n int) {
	defer f.shield()
	return f.heads.skipper.Skip(text)
}

// ask asks the parser of k what the beginning of the file tells. A parser that
// panics over it tells nothing, and the file says so.
func (k *kind) ask(what func()) {
	defer func() {
		if why := recover(); why != nil && k.fault == nil {
			k.fault = failsOn(k.parser, k.file.Path, why, "the file is read without what its beginning tells")
		}
	}()
	what()
}

// failsOn says that p panics over the beginning of a file.
func failsOn(p schemas.Parser, path string, why any, instead string) *schemas.Problem {
	return &schemas.Problem{
		File: path, Message: fmt.Sprintf("this file makes the parser of %s fail: %v", p.Source(), why),
		Hint: "a mistake in uctrace: " + instead + "; please report it with the beginning of the file",
	}
}

// matchOf is p.Match, and 0 with what to tell from a parser that panics on head.
func matchOf(p schemas.Parser, path string, head []byte) (sure int, fault *schemas.Problem) {
	defer func() {
		if why := recover(); why != nil {
			sure, fault = 0, failsOn(p, path, why, "the other parsers were asked")
		}
	}()
	return p.Match(path, head), nil
}
