package collector

import (
	"errors"
	"io"
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// ending says what to do where the bytes of a file end for now.
type ending int

const (
	// hold keeps the last record back: the next bytes may belong to it.
	hold ending = iota
	// settle sends it as far as its lines are complete.
	settle
	// rest sends all there is: the file has been quiet for long.
	rest
	// final sends all there is as the end of the file.
	final
)

// source gives the decoded bytes of a file. Calls come with rising offsets.
type source interface {
	// from returns a reader of the bytes from offset on, io.EOF when the
	// file is shorter.
	from(offset int64) (io.Reader, error)
}

// section is the source of a plain file of known size.
type section struct {
	file io.ReaderAt
	size int64
}

func (s section) from(offset int64) (io.Reader, error) {
	if offset > s.size {
		return nil, io.EOF
	}
	return io.NewSectionReader(s.file, offset, s.size-offset), nil
}

// sequence is the source of a stream, of which head has been read already.
type sequence struct {
	head  []byte
	rest  io.Reader
	fault error // ended the reading of head
	at    int64
}

func (s *sequence) from(offset int64) (io.Reader, error) {
	_, err := io.CopyN(io.Discard, s, offset-s.at)
	return s, err
}

// Read implements io.Reader.
func (s *sequence) Read(p []byte) (n int, err error) {
	switch {
	case len(s.head) > 0:
		n = copy(p, s.head)
		s.head = s.head[n:]
	case s.fault != nil:
		err = s.fault
	default:
		n, err = s.rest.Read(p)
	}
	s.at += int64(n)
	return n, err
}

// delivery is one file on its way to send.
type delivery struct {
	entry *entry
	file  schemas.File
	head  []byte // the beginning of the file, up to wideBytes
	src   source
	own   bool       // State.Offset was reached in this very file
	whole bool       // io.EOF is the end of the file for good
	at    frameState // where the next batch begins
	// again is the intent being sent a second time, nil for new bytes.
	again   *intent
	durable bool // the next cut does not follow from the bytes alone
}

// deliver sends what of the file has not been sent: unconfirmed batches of an
// earlier run first, then what is new. end is done at io.EOF and at the
// missing end of data that is still being written.
func (r *run) deliver(d delivery, end ending) error {
	r.cur = d
	known := d.own
	for _, in := range r.journal.unacked(d.entry) {
		if in.N > r.restart || r.resent[in] {
			continue
		}
		if sent, err := r.sendAgain(in); !sent || err != nil {
			return err // another copy of the file may be longer
		}
		known = true
	}
	return r.sendNew(known, end)
}

// sendAgain sends an intent that an earlier run left unconfirmed; false means
// that the file does not have its bytes.
func (r *run) sendAgain(in *intent) (sent bool, err error) {
	d := &r.cur
	size := int(in.To.Offset - in.From.Offset)
	f := &r.framer
	f.restore(in.File, r.headsOf(d.entry), in.From)
	if size > 0 {
		text, err := d.src.from(in.From.Offset)
		if err != nil {
			return false, r.short(err)
		}
		bytes := f.room(size)[:size]
		if _, err = io.ReadFull(text, bytes); err != nil {
			return false, r.short(err)
		}
		if in.Tail.Bytes > 0 && in.Tail != tailOf(bytes) {
			return false, r.otherFile(in.To.Offset)
		}
	}
	f.nul = true // was reported with the batch
	f.gathered(size)
	f.batch.Problems = append(f.batch.Problems, in.Problems...)
	r.resent[in] = true
	d.again = in
	err = f.finish(true)
	d.again = nil
	return true, err
}

// short takes the error of reading up to an offset that has been read before.
// A file that ends before it may have a longer copy.
func (r *run) short(err error) error {
	if errors.Is(err, io.EOF) || isOpenEnd(err) {
		return nil
	}
	return r.fault(r.cur.file.Path, err)
}

// sendNew sends what stands behind the last intent; unless known, the file has
// yet to show that it holds what was sent.
func (r *run) sendNew(known bool, end ending) error {
	d := &r.cur
	e := d.entry
	f := &r.framer
	f.restore(d.file, r.headsOf(e), e.State)
	tail := e.Tail.Bytes
	if known {
		tail = 0
	}
	text, err := d.src.from(e.State.Offset - int64(tail))
	if err != nil {
		return r.short(err)
	}
	before := f.room(tail)[:tail]
	if _, err := io.ReadFull(text, before); err != nil {
		return r.short(err)
	}
	if tail > 0 && e.Tail != tailOf(before) {
		return r.otherFile(e.State.Offset)
	}
	f.batch.Problems = append(f.batch.Problems, e.Notes...)
	d.at = e.State
	fault, err := f.readFrom(r.ctx, text)
	if err != nil {
		return err
	}
	return r.finish(fault, end)
}

// finish ends the framing of d where reading ended with fault.
func (r *run) finish(fault error, end ending) error {
	f, d := &r.framer, &r.cur
	left := len(f.buf) > f.sent
	d.durable = true
	open := isOpenEnd(fault)
	if d.whole && errors.Is(fault, io.EOF) {
		end = final
	}
	if !open && !errors.Is(fault, io.EOF) {
		if p := unreadable(d.file.Path, fault); left || r.firstTime(p) {
			f.problem(p)
		}
		return f.finish(false)
	}
	switch {
	case end == final && !left && (d.entry.EOF || d.entry.State.Begun):
		return nil
	case end == final && open:
		f.problem(schemas.Problem{Message: fault.Error(), Hint: "what was written so far is read"})
		return f.finish(true)
	case end == final:
		return f.finish(true)
	case end == rest:
		return f.finish(false)
	case end == settle:
		err := f.settle()
		r.leftover = r.leftover || len(f.buf) > f.sent
		return err
	}
	return f.flush()
}

// isOpenEnd reports whether a read error only says that data is missing at the
// end, as it is while the file is being written.
func isOpenEnd(err error) bool {
	return errors.Is(err, errGzipOpen) || errors.Is(err, io.ErrUnexpectedEOF)
}

// emit is what the framer calls for each batch.
func (r *run) emit(b *schemas.RecordBatch) error {
	d := &r.cur
	if in := d.again; in != nil {
		b.EOF = in.EOF
		if n := len(b.Records); n > 0 {
			b.Records[n-1].Cut = in.Cut
		}
		return r.dispatch(b, d.entry, in)
	}
	in := &intent{
		File: b.File, From: d.at, To: r.framer.state(), EOF: b.EOF,
		Problems: slices.Clone(b.Problems), Check: d.entry.Check, Tail: d.entry.Tail,
	}
	if len(b.Blob) > 0 {
		in.Tail = tailOf(b.Blob)
	}
	if n := len(b.Records); n > 0 {
		in.Cut = b.Records[n-1].Cut
	}
	if n := min(len(d.head), wideBytes, int(in.To.Offset)); n > in.Check.Bytes {
		in.Check = checkOf(d.head[:n])
	}
	if err := r.journal.intend(d.entry, in, d.durable); err != nil {
		return err
	}
	d.at = in.To
	return r.dispatch(b, d.entry, in)
}

// dispatch sends b; in, when not nil, is acknowledged when b is stored.
func (r *run) dispatch(b *schemas.RecordBatch, e *entry, in *intent) error {
	r.flying.add()
	landed := r.Status.begin(b)
	return r.send(r.ctx, b, func(err error) {
		if err == nil && in != nil {
			err = r.journal.ack(e, in)
		}
		landed()
		r.flying.done(err)
	})
}
