package collector

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// tail is a followed file, whatever its name is at the moment.
type tail struct {
	path string // to open it
	name string // to print it: the path it was found under
	info fs.FileInfo
	file *os.File // nil while the file rests

	size    int64 // when it was read last
	stamp   time.Time
	changed time.Time // when a change was seen last
	readAt  time.Time
	since   time.Time // when it was seen first
	seen    bool

	packed bool   // read whole when quiet: compressed, archive or UTF-16
	entry  *entry // nil until the file has an identity
	// inside are the entries of the files that came out of this one.
	inside  map[*entry]bool
	own     bool   // bytes of entry were read from this file
	held    []byte // bytes that were read and not sent
	heldAt  int64  // where they begin
	settled bool   // nothing to do until it changes, or is to rest
	partial bool   // a last line without end is held back
	failed  bool   // it could not be read
	rotated bool   // it was renamed: its end is near
	gone    bool   // no path leads to it
	// wasTruncated is set until the loss has been reported.
	wasTruncated bool
}

func newTail(t target) *tail { return &tail{path: t.path, name: t.path, info: t.info} }

func sortedKeys(m map[string]*tail) []string { return slices.Sorted(maps.Keys(m)) }

// pending reports whether t may still turn out to be a file of the Journal.
func (t *tail) pending() bool { return t.entry == nil && !t.settled && !t.failed }

// resting is after how many quiet times a file is sent with its last line as it
// is.
const resting = 15

// follow reads what is new in t.
func (r *run) follow(t *tail, now time.Time) error {
	fresh := !t.seen || t.info.Size() != t.size || !t.info.ModTime().Equal(t.stamp)
	if !t.seen {
		t.since = now
	}
	r.young = now.Sub(t.since) < patience
	if fresh {
		t.changed = now
		if !t.seen && t.info.ModTime().Before(now) {
			t.changed = t.info.ModTime()
		}
		t.seen, t.settled = true, false
		t.stamp = t.info.ModTime()
	}
	quiet := now.Sub(t.changed) >= r.quiet
	if t.settled {
		return r.rest(t, now)
	}
	end := hold
	switch {
	case quiet && (t.rotated || t.gone):
		end = final
	case quiet:
		end = settle
	case t.packed && now.Sub(t.readAt) < 5*r.quiet:
		return nil // still being written
	case !fresh && t.entry != nil && !t.failed:
		return nil // nothing new, and not quiet yet
	}
	t.readAt = now
	t.settled = quiet
	return r.visit(t, end)
}

// rest sends the last line without end of a file that has been quiet for long.
func (r *run) rest(t *tail, now time.Time) error {
	if !t.partial || now.Sub(t.changed) < resting*r.quiet {
		return nil
	}
	return r.visit(t, rest)
}

// visit reads t and leaves it open only while that may save bytes: a file that
// is quiet is found again by its path, and open files are few.
func (r *run) visit(t *tail, end ending) error {
	r.unsure = false
	err := r.read(t, end)
	if r.unsure {
		r.waits = append(r.waits, waiting{t, end})
	}
	if end != hold && !t.partial && !t.gone {
		t.close()
	}
	t.settled = t.settled && !t.failed
	return err
}

// followOrphans reads the files that lost their names to their ends.
func (r *run) followOrphans(now time.Time) error {
	kept := r.orphans[:0]
	for _, t := range r.orphans {
		if t.file == nil {
			continue
		}
		info, err := t.file.Stat()
		if err != nil {
			t.close()
			continue
		}
		t.info = info
		if err := r.follow(t, now); err != nil {
			return err
		}
		if t.wasTruncated {
			err = r.truncate(t)
		}
		if err != nil {
			return err
		}
		if t.settled {
			t.close()
			continue
		}
		kept = append(kept, t)
	}
	r.orphans = kept
	return nil
}

// read reads t from where it was left.
func (r *run) read(t *tail, end ending) error {
	t.failed = true
	if err := t.open(); err != nil {
		return r.fault(t.name, err)
	}
	info, err := t.file.Stat()
	if err != nil {
		return r.fault(t.name, err)
	}
	t.failed = false
	r.leftover = false
	defer func() { t.partial = r.leftover }()
	head := r.readHead(t.file, int(min(wideBytes, info.Size())))
	is, _ := utf16Kind(head)
	if t.packed = is || sniff(head) != formatPlain; t.packed {
		t.size = info.Size()
		return r.readPacked(t, info, end)
	}
	if t.entry != nil && (info.Size() < t.size || !t.looksLike(head)) {
		if t.wasTruncated = t.own; t.own {
			return nil
		}
		t.entry = nil // it only looked like that file so far
	}
	t.size = info.Size()
	return r.readPlain(t, head, end)
}

// looksLike reports whether t, which begins with head, still is the file that
// it was taken for. A longer copy may have told more of it than t has.
func (t *tail) looksLike(head []byte) bool {
	c := t.entry.Check
	return c.holds(head) || t.own && !c.differs(head)
}

// readPlain reads a growing text that begins with head.
func (r *run) readPlain(t *tail, head []byte, end ending) error {
	if t.entry == nil {
		e, err := r.entryOf(t.name, head, end, func(size int) []byte {
			text := make([]byte, min(int64(size), t.size))
			n, _ := t.file.ReadAt(text, 0)
			return text[:n]
		})
		if e == nil || err != nil {
			return err
		}
		t.entry = e
	}
	file := t.entry.File
	file.Path = t.name
	before := t.entry.State.Offset
	err := r.deliver(delivery{
		entry: t.entry, file: file, head: head, src: section{t.file, t.size}, own: t.own,
	}, end)
	if err != nil {
		return err
	}
	t.held, t.heldAt = t.held[:0], t.entry.State.Offset
	if t.size > t.heldAt {
		t.held = append(t.held, r.framer.buf[r.framer.sent:]...)
	}
	t.own = t.own || len(t.held) > 0 || t.heldAt > before
	return nil
}

// readPacked reads a file that cannot be read from its middle: everything again,
// without what was sent.
func (r *run) readPacked(t *tail, info fs.FileInfo, end ending) error {
	raw := io.NewSectionReader(t.file, 0, info.Size())
	u := unpacker{
		ctx: r.ctx, budget: newBudget(r.Options.Limits), problem: r.problem,
		leaf: func(in input) error { return r.leaf(t, in.path, in.r, end) },
	}
	if end == hold && sniff(r.readHead(t.file, sniffBytes)) > formatGzip {
		return nil // an archive is read when it is complete
	}
	return u.open(input{path: t.name, r: bufio.NewReaderSize(raw, 64<<10), at: raw, size: info.Size()})
}

// leaf sends what is new in a file that came out of t.
func (r *run) leaf(t *tail, path string, packed *bufio.Reader, end ending) error {
	text, wide := decode(packed, end != final)
	r.framer.reset()
	fault := r.framer.gather(text, headBytes)
	head := slices.Clone(r.framer.buf)
	if fault != nil && !errors.Is(fault, io.EOF) && !isOpenEnd(fault) && len(head) == 0 {
		return r.problem(unreadable(path, fault))
	}
	if errors.Is(fault, io.EOF) && !wide {
		end = final // it is complete
	}
	e, err := r.entryOf(path, head, end, func(size int) []byte {
		if fault == nil {
			fault = r.framer.gather(text, size)
			head = slices.Clone(r.framer.buf)
		}
		return head
	})
	if e == nil || err != nil {
		return err
	}
	if t.inside == nil {
		t.inside = map[*entry]bool{}
	}
	t.inside[e] = true
	if wide && e.State.Offset == 0 && e.Notes == nil {
		e.Notes = []schemas.Problem{wideNote(path)}
	}
	file := e.File
	file.Path = path
	src := &sequence{head: head, rest: text, fault: fault}
	return r.deliver(delivery{entry: e, file: file, head: head[:min(len(head), wideBytes)], src: src, whole: !wide}, end)
}

// readHead returns the first n bytes of file, valid until the next call.
func (r *run) readHead(file *os.File, n int) []byte {
	r.head = slices.Grow(r.head[:0], headBytes)[:n]
	got, _ := file.ReadAt(r.head, 0)
	return r.head[:got]
}

// open opens t so that it can still be renamed and deleted while it is open;
// the opening through os.Root is what allows that on Windows.
func (t *tail) open() error {
	if t.file != nil {
		return nil
	}
	path, err := filepath.EvalSymlinks(t.path)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer root.Close()
	file, err := root.Open(filepath.Base(path))
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && !os.SameFile(info, t.info) {
		err = fmt.Errorf("open %s: %w", t.path, fs.ErrNotExist) // replaced meanwhile
	}
	if err != nil {
		file.Close()
		return err
	}
	t.file = file
	return nil
}

func (t *tail) close() {
	if t.file != nil {
		t.file.Close()
		t.file = nil
	}
}
