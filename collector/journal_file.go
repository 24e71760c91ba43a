package collector

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// line is one fact of the journal file; one of its fields is set. On disk it is
// JSON behind its CRC-32C in eight hex digits and a space:
//
//	5f1c0e2a {"ack":17}
type line struct {
	File   *entry  `json:"file,omitempty"`
	Intent *intent `json:"intent,omitempty"`
	Ack    uint64  `json:"ack,omitempty"`
}

// journalFile is the open file of a Journal. A nil journalFile takes everything
// and keeps nothing.
type journalFile struct {
	dir    string
	lock   *os.File
	file   *os.File
	size   int64
	base   int64 // size after the last rewriting
	closed bool
	buf    []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const (
	journalName = "journal"
	lockName    = "lock"
	// journalSlack is how much the file may grow before it is written anew.
	journalSlack = 8 << 20
)

// OpenJournal opens the Journal in dir and creates what is missing. It fails
// when another process uses it, or when a line that is not the last one is
// damaged: what was read before would not be known.
func OpenJournal(dir string) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if err := lockFile(lock); err != nil {
		lock.Close()
		return nil, fmt.Errorf("open journal: %s is used by another process: %w", dir, err)
	}
	j := NewJournal()
	j.file = &journalFile{dir: dir, lock: lock}
	if err := j.load(); err != nil {
		lock.Close()
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if err := j.rewrite(); err != nil {
		lock.Close()
		return nil, fmt.Errorf("open journal: %w", err)
	}
	return j, nil
}

// Close releases the Journal. Acks that come later are forgotten.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	f := j.file
	if f == nil || f.closed {
		return nil
	}
	f.closed = true
	return errors.Join(f.file.Sync(), f.file.Close(), f.lock.Close())
}

func (j *Journal) load() error {
	data, err := os.ReadFile(filepath.Join(j.file.dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	intents := map[uint64]*intent{}
	for n := 1; len(data) > 0; n++ {
		text, rest, complete := bytes.Cut(data, []byte("\n"))
		l, err := parseLine(text)
		if err != nil {
			if !complete || len(rest) == 0 {
				return nil // torn by a crash: it was never relied on
			}
			return fmt.Errorf("%s:%d: %w", filepath.Join(j.file.dir, journalName), n, err)
		}
		j.replay(l, intents)
		data = rest
	}
	return nil
}

func (j *Journal) replay(l line, intents map[uint64]*intent) {
	switch {
	case l.File != nil:
		j.index(l.File)
	case l.Intent != nil:
		in := l.Intent
		j.last = max(j.last, in.N)
		if e := j.entries[in.File.Fingerprint]; e != nil {
			intents[in.N] = in
			j.apply(e, in)
		}
	case intents[l.Ack] != nil:
		in := intents[l.Ack]
		e := j.entries[in.File.Fingerprint]
		e.unacked = slices.DeleteFunc(e.unacked, func(o *intent) bool { return o == in })
		delete(intents, l.Ack)
	}
}

// rewrite replaces the file by one that holds only what still matters.
func (j *Journal) rewrite() error {
	f := j.file
	name := filepath.Join(f.dir, journalName)
	temp, err := os.OpenFile(name+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	next := journalFile{dir: f.dir, lock: f.lock, file: temp}
	w := bufio.NewWriter(temp)
	for _, e := range j.entries {
		if err = next.write(w, line{File: e}); err != nil {
			break
		}
	}
	for _, in := range j.allUnacked() {
		if err == nil {
			err = next.write(w, line{Intent: in})
		}
	}
	if err := errors.Join(err, w.Flush(), temp.Sync()); err != nil {
		return errors.Join(err, temp.Close())
	}
	if f.file != nil {
		f.file.Close()
	}
	// Windows renames no open file, so the new one is opened again.
	if err := errors.Join(temp.Close(), os.Rename(name+".new", name), syncDir(f.dir)); err != nil {
		return err
	}
	if next.file, err = os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	next.base = next.size
	*f = next
	return nil
}

// allUnacked returns the intents of all files in the order they were written.
func (j *Journal) allUnacked() []*intent {
	var list []*intent
	for _, e := range j.entries {
		list = append(list, e.unacked...)
	}
	slices.SortFunc(list, func(a, b *intent) int { return int(a.N) - int(b.N) })
	return list
}

// shrink rewrites the file when most of it is history.
func (j *Journal) shrink() error {
	if f := j.file; f == nil || f.size < f.base*2+journalSlack {
		return nil
	}
	if err := j.rewrite(); err != nil {
		return fmt.Errorf("compact journal: %w", err)
	}
	return nil
}

// append writes l at the end of the file.
func (f *journalFile) append(l line, durable bool) error {
	if f == nil || f.closed {
		return nil
	}
	if err := f.write(f.file, l); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if durable {
		if err := f.file.Sync(); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	return nil
}

func (f *journalFile) write(w interface{ Write([]byte) (int, error) }, l line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	f.buf = fmt.Appendf(f.buf[:0], "%08x %s\n", crc32.Checksum(text, castagnoli), text)
	n, err := w.Write(f.buf)
	f.size += int64(n)
	return err
}

func parseLine(text []byte) (l line, err error) {
	sum, body, ok := bytes.Cut(text, []byte(" "))
	if !ok || string(sum) != fmt.Sprintf("%08x", crc32.Checksum(body, castagnoli)) {
		return l, errors.New("the line is damaged")
	}
	if err := json.Unmarshal(body, &l); err != nil {
		return l, fmt.Errorf("read line: %w", err)
	}
	return l, nil
}

// syncDir makes a rename in dir durable, where the system can.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}
