package collector

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/uctrace/uctrace/schemas"
)

// Scan reads everything under paths once: files, folders with all that is in
// them, archives, and stdin for the path "-". emit gets the batches; a batch
// is valid until emit returns.
//
// Files come in the order of paths, those of a folder sorted by name. With
// Workers > 1 files are read at the same time, large ones first, and emit is called from several
// goroutines; the batches of one file still come in order.
//
// What cannot be read arrives as a batch with Problems and no record. The
// error is that of ctx or the first one of emit.
func Scan(ctx context.Context, opts Options, paths []string, stdin io.Reader, emit func(*schemas.RecordBatch) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := walker{readDir: os.ReadDir}
	for _, p := range paths {
		w.add(p)
	}
	if opts.Progress == nil {
		opts.Progress = new(Progress)
	}
	for _, t := range w.targets {
		opts.Progress.totalFiles.Add(1)
		opts.Progress.totalBytes.Add(t.size)
	}

	if opts.Workers > 1 {
		// The largest file first, so that no worker is left alone with it.
		slices.SortStableFunc(w.targets, func(a, b target) int { return cmp.Compare(b.size, a.size) })
	}
	var zs *zones
	if opts.Zone == nil {
		zs = new(zones)
	}
	targets := make(chan target)
	var workers sync.WaitGroup
	for range max(opts.Workers, 1) {
		workers.Go(func() {
			s := scanner{ctx: ctx, opts: opts, stdin: stdin, emit: emit, zones: zs}
			s.framer.emit = emit
			for t := range targets {
				if err := s.scan(t); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, t := range w.targets {
		select {
		case targets <- t:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(targets)
	workers.Wait()
	if zs != nil && ctx.Err() == nil {
		s := scanner{ctx: ctx, opts: opts, emit: emit, zones: zs}
		s.framer.emit = emit
		if err := s.release(); err != nil {
			cancel(err)
		}
	}
	return context.Cause(ctx)
}

// scanner reads one target after the other.
type scanner struct {
	ctx    context.Context
	opts   Options
	stdin  io.Reader
	emit   func(*schemas.RecordBatch) error
	framer framer
	// zones is nil when the zone of local times is given.
	zones *zones
}

func (s *scanner) scan(t target) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	p := s.opts.Progress
	p.current.Store(&t.path)
	seen := &progressReader{progress: p}
	defer func() {
		p.files.Add(1)
		p.bytes.Add(t.size - seen.n)
	}()
	if t.problem != nil {
		return s.problem(*t.problem)
	}
	in := input{path: t.path}
	if t.path == "-" {
		if seen.r = s.stdin; s.stdin == nil {
			return s.problem(schemas.Problem{File: "-", Message: "there is no standard input", Unread: true})
		}
	} else {
		file, err := s.open(t)
		if err != nil {
			if s.ctx.Err() != nil {
				return s.ctx.Err()
			}
			return s.problem(unreadable(t.path, err))
		}
		defer file.Close()
		seen.r = file
		in.at = file
		if info, err := file.Stat(); err == nil {
			in.size = info.Size()
		}
	}
	in.r = bufio.NewReaderSize(seen, 64<<10)
	u := unpacker{ctx: s.ctx, budget: newBudget(s.opts.Limits), leaf: s.leaf, problem: s.problem}
	return u.open(in)
}

// open opens the file of t. Opening a pipe waits for its writer, and reading it
// for its text; the end of ctx ends both.
func (s *scanner) open(t target) (*os.File, error) {
	if t.info.Mode().IsRegular() {
		return os.Open(t.path)
	}
	var file *os.File
	var err error
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		if file, err = os.Open(t.path); err == nil {
			context.AfterFunc(s.ctx, func() { file.Close() })
		}
	}()
	select {
	case <-opened:
		return file, err
	case <-s.ctx.Done():
		return nil, s.ctx.Err()
	}
}

// problem emits a fault that belongs to no record.
func (s *scanner) problem(p schemas.Problem) error {
	return s.emit(&schemas.RecordBatch{
		File:     schemas.File{Path: p.File, Source: schemas.Unknown, Cluster: s.opts.Cluster, Node: s.opts.Node},
		Problems: []schemas.Problem{p},
	})
}

// leaf frames one file.
func (s *scanner) leaf(in input) error {
	text, note := plain(in.path, in.r)
	f := &s.framer
	f.reset()
	fault := f.gather(text, headBytes)
	k := s.opts.identify(in.path, f.buf)
	if s.zones != nil {
		fault = s.zoneOf(&k, text, fault)
		s.zones.learn(&k)
		var held bool
		if note != nil || in.size < heldBytes { // a longer one cannot wait
			held, fault = s.wait(k, text, fault, note)
		}
		if held {
			return nil
		}
	}
	return s.frame(k, note, text, fault)
}

// frame frames a file of kind k: what has been gathered of it and, unless that
// ended with fault, the rest of text.
func (s *scanner) frame(k kind, note *schemas.Problem, text io.Reader, fault error) error {
	f := &s.framer
	f.as(k.file, s.opts.heads(k))
	f.note(k, note)
	if fault == nil {
		var err error
		if fault, err = f.readFrom(s.ctx, text); err != nil {
			return err
		}
	}
	return f.end(fault)
}

// progressReader counts what is read from the file on disk.
type progressReader struct {
	r        io.Reader
	progress *Progress
	n        int64
}

// Read implements io.Reader.
func (p *progressReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.n += int64(n)
	p.progress.bytes.Add(int64(n))
	return n, err
}
