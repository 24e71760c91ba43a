// Package jsonl is the JSON encoding of uctrace and a sink that writes it, one
// object a line.
//
// The Append functions are the encoding: the command line prints what they
// append. They allocate nothing beyond the growth of dst. Facts that are
// absent are absent fields; lists and counts that belong to a thing are
// always there.
//
// The lines of a Sink lead with "type": span, event, session, finding, coverage,
// agent or record, dead letters go on with "sink" and "reason", and revisions
// carry "version" and "deleted". A batch that was written twice
// stands there twice: a reader keeps one event per id, of equal span lines one,
// and the highest version of each session and finding. A line that is not JSON is the torn end of a killed process; its
// batch follows again, whole.
package jsonl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/uctrace/uctrace/schemas"
)

var _ schemas.Sink = (*Sink)(nil)

// Sink writes batches as lines. Several goroutines may use it.
type Sink struct {
	mu     sync.Mutex
	w      io.Writer
	closer io.Closer
	buf    []byte
	// torn is true when what was written last may lack its line end.
	torn bool
}

// New returns a Sink that writes to w, which must not buffer: what Write
// accepts must have left the process. Close does not close w.
func New(w io.Writer) *Sink { return &Sink{w: w} }

// Open returns a Sink that appends to the file path, which it makes for its
// user alone when there is none. A torn last line is ended, so that it spoils none of what follows.
func Open(path string) (*Sink, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Sink{w: f, closer: f}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil && size > 0 {
		var last [1]byte
		_, err = f.ReadAt(last[:], size-1)
		s.torn = last[0] != '\n'
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), f.Close())
	}
	return s, nil
}

// Write implements schemas.Sink.
func (s *Sink) Write(ctx context.Context, b *schemas.SinkBatch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	dst := s.begin()
	for i := range b.Events {
		dst = lead(dst, "event", b)
		dst = append(eventFields(dst, &b.Events[i]), "}\n"...)
	}
	for i := range b.Sessions {
		dst = lead(dst, "session", b)
		dst = append(sessionRow(dst, &b.Sessions[i]), "}\n"...)
	}
	for i := range b.Findings {
		f := &b.Findings[i]
		dst = lead(dst, "finding", b)
		dst = append(findingFields(revision(dst, f.Version, f.Deleted), f), "}\n"...)
	}
	for i := range b.Spans {
		dst = lead(dst, "span", b)
		dst = append(spanFields(dst, &b.Spans[i]), "}\n"...)
	}
	for i := range b.Coverage {
		dst = lead(dst, "coverage", b)
		dst = append(logCoverageFields(revision(dst, b.Coverage[i].Version, false), &b.Coverage[i]), "}\n"...)
	}
	for i := range b.Agents {
		dst = lead(dst, "agent", b)
		dst = append(agentFields(dst, &b.Agents[i]), "}\n"...)
	}
	if b.Len() == 0 {
		return nil
	}
	return s.flush(dst)
}

// WriteRefused writes a line of type record, with the sink that refuses it and
// why: for the dead letters of a schemas.RawSink.
func (s *Sink) WriteRefused(ctx context.Context, r *schemas.Refused) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	dst := text(append(s.begin(), `{"type":"record"`...), "sink", r.Sink)
	dst = text(dst, "reason", r.Reason)
	return s.flush(append(recordFields(dst, r.File, r.Record), "}\n"...))
}

// begin returns the buffer, with the end of a torn line.
func (s *Sink) begin() []byte {
	if s.torn {
		return append(s.buf[:0], '\n')
	}
	return s.buf[:0]
}

// flush writes lines and keeps their memory.
func (s *Sink) flush(lines []byte) error {
	s.buf = lines
	if _, err := s.w.Write(lines); err != nil {
		s.torn = true
		return fmt.Errorf("write JSON lines: %w", err)
	}
	s.torn = false
	return nil
}

// Close implements schemas.Sink.
func (s *Sink) Close() error {
	if s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

func revision(dst []byte, version uint64, deleted bool) []byte {
	dst = number(dst, "version", int64(version))
	return yes(dst, "deleted", deleted)
}

// lead begins a line of b.
func lead(dst []byte, kind string, b *schemas.SinkBatch) []byte {
	dst = text(append(dst, '{'), "type", kind)
	return text(text(dst, "sink", b.Refusal.Sink), "reason", b.Refusal.Reason)
}

func sessionRow(dst []byte, s *schemas.Session) []byte {
	dst = sessionFields(revision(dst, s.Version, s.Deleted), s)
	dst = append(name(dst, "event_ids"), '[')
	for i := range s.Events {
		dst = hexString(item(dst), s.Events[i][:])
	}
	return append(dst, ']')
}

func spanFields(dst []byte, s *schemas.Span) []byte {
	dst = hexString(name(dst, "fingerprint"), s.File.Fingerprint[:])
	dst = text(dst, "file", s.File.Path)
	dst = text(dst, "source", s.File.Source)
	dst = text(dst, "cluster", s.File.Cluster)
	dst = text(dst, "node", s.File.Node)
	dst = number(dst, "start", s.Start)
	dst = number(dst, "end", s.End)
	dst = moment(dst, "from", s.From)
	dst = moment(dst, "to", s.To)
	dst = number(dst, "lines", int64(s.Lines))
	dst = number(dst, "records", int64(s.Records))
	dst = number(dst, "events", int64(s.Events))
	dst = number(dst, "silent", int64(s.Silent))
	dst = number(dst, "unparsed", int64(s.Unparsed))
	dst = number(dst, "headless", int64(s.Headless))
	dst = number(dst, "repaired", int64(s.Repaired))
	dst = number(dst, "damaged", int64(s.Damaged))
	dst = yes(dst, "eof", s.EOF)
	return problems(dst, s.Problems)
}
