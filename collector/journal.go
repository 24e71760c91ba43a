package collector

import (
	"cmp"
	"slices"
	"sync"

	"github.com/uctrace/uctrace/schemas"
)

// A Journal remembers what a Follower has read: every file by its content, how
// far it was sent, and what was sent but not confirmed. It lives in a folder,
// which one process may use at a time.
//
// The file in it holds a line per fact; what a line says is in journal_file.go.
// A batch's intent is written before the batch is sent, its ack when the batch
// is stored for good. An intent without ack is sent again after a restart, over
// the same bytes, whatever else is known by then.
//
// A Journal survives a crash of the process at any point. When the machine
// crashes, the last lines may be missing; then some bytes are sent again, in
// batches that may be cut differently but hold the same records.
type Journal struct {
	mu      sync.Mutex
	file    *journalFile // nil for a Journal in memory
	entries map[schemas.Fingerprint]*entry
	// grown finds a file that was short when it got its Fingerprint by what
	// has been read of it since.
	grown map[check]*entry
	last  uint64 // number of the last intent
}

// entry is what a Journal knows of one file.
type entry struct {
	File schemas.File `json:"file"`
	// Mode is how the file is framed: the source of its parser, or one of
	// modeDocument and modeRaw.
	Mode string `json:"mode"`
	// Check is the beginning of the file; it becomes longer than what the
	// Fingerprint covers, up to wideBytes, while the file is sent.
	Check check `json:"check"`
	// Short is true when the file was shorter than its Fingerprint may cover.
	Short bool `json:"short,omitempty"`
	// Wide is true when the Fingerprint may cover wideBytes.
	Wide bool `json:"wide,omitempty"`
	// Tail is what stands before State.Offset, up to FingerprintBytes.
	Tail check `json:"tail,omitzero"`
	// Seed is schemas.Seed in the zone that the file, or another log of its
	// node, told; zero when nothing did.
	Seed moment `json:"seed,omitzero"`
	// State is where the next batch begins: behind the last intent.
	State frameState `json:"state"`
	// EOF is true when the end of the file has been sent.
	EOF bool `json:"eof,omitempty"`
	// Gone is since when no such file has been there, zero for one that is.
	Gone moment `json:"gone,omitzero"`

	// Notes are Problems for the first batch of a new file.
	Notes []schemas.Problem `json:"notes,omitempty"`

	unacked []*intent // in the order they were written
}

const (
	modeDocument = "document"
	modeRaw      = "raw"
)

// intent is a batch about to be sent.
type intent struct {
	N        uint64            `json:"n"`
	File     schemas.File      `json:"file"`
	From     frameState        `json:"from"`
	To       frameState        `json:"to"`
	EOF      bool              `json:"eof,omitempty"`
	Cut      bool              `json:"cut,omitempty"` // of the last record
	Problems []schemas.Problem `json:"problems,omitempty"`
	Check    check             `json:"check"`
	// Tail is the end of the batch, or of the one before an empty batch.
	Tail check `json:"tail,omitzero"`
}

// NewJournal returns a Journal that remembers nothing beyond its own life, for
// a Follower that need not survive a restart.
func NewJournal() *Journal {
	return &Journal{entries: map[schemas.Fingerprint]*entry{}, grown: map[check]*entry{}}
}

// sameName is how many bytes two files of different names must share to be
// taken for one file that grew.
const sameName = 256

// lookup returns the entry of the file that begins with head, up to wideBytes
// of it, nil for a file never seen.
func (j *Journal) lookup(path string, head []byte) *entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := schemas.FingerprintOf(head)
	for _, f := range [...]schemas.Fingerprint{first, widePrint(head)} {
		if e := j.entries[f]; e != nil && !e.Check.differs(head) {
			return e
		}
	}
	var best *entry
	for c, e := range j.grown {
		if (best == nil || c.Bytes > best.Check.Bytes) && e.grew(path, head, first) {
			best = e
		}
	}
	return best
}

// grew reports whether e, which was short once, is the file that begins with
// head or has it as a shorter copy. first is schemas.FingerprintOf(head).
func (e *entry) grew(path string, head []byte, first schemas.Fingerprint) bool {
	c := e.Check
	switch {
	case c.Bytes > schemas.FingerprintBytes && c.Steps[0] != first, c.Bytes == 0:
		return false // said without reading head again: there may be many
	case !e.Wide && min(c.Bytes, len(head)) >= schemas.FingerprintBytes:
		return !c.differs(head)
	}
	return (c.Bytes >= sameName || e.File.Path == path) && c.holds(head)
}

// taken reports whether a file has the Fingerprint f.
func (j *Journal) taken(f schemas.Fingerprint) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.entries[f] != nil
}

// add remembers a new file.
func (j *Journal) add(e *entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.index(e)
	return j.file.append(line{File: e}, true)
}

func (j *Journal) index(e *entry) {
	j.entries[e.File.Fingerprint] = e
	if e.Short {
		j.grown[e.Check] = e
	}
}

// intend writes down that in is about to be sent. durable waits for the disk.
func (j *Journal) intend(e *entry, in *intent, durable bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	in.N = j.last
	if err := j.file.append(line{Intent: in}, durable); err != nil {
		return err
	}
	j.apply(e, in)
	return j.shrink()
}

func (j *Journal) apply(e *entry, in *intent) {
	e.unacked = append(e.unacked, in)
	e.Notes = nil // they are Problems of the first intent
	if in.To.Offset < e.State.Offset {
		return // read back out of order: a later one is acknowledged
	}
	e.State, e.EOF, e.Tail = in.To, in.EOF, in.Tail
	if in.Check.Bytes <= e.Check.Bytes {
		return
	}
	if e.Short {
		delete(j.grown, e.Check)
		j.grown[in.Check] = e
	}
	e.Check = in.Check
}

// ack writes down that in is stored for good. Acks come in any order, and also
// when the Journal is closed: then in will be sent once more.
func (j *Journal) ack(e *entry, in *intent) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.unacked = slices.DeleteFunc(e.unacked, func(o *intent) bool { return o == in })
	return j.file.append(line{Ack: in.N}, false)
}

// unacked returns the intents of e without ack, in file order.
func (j *Journal) unacked(e *entry) []*intent {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := slices.Clone(e.unacked)
	slices.SortStableFunc(list, func(a, b *intent) int {
		return cmp.Or(cmp.Compare(a.From.Offset, b.From.Offset), cmp.Compare(a.N, b.N))
	})
	return list
}

// Size returns the size of the journal file in bytes, 0 for a Journal in
// memory.
func (j *Journal) Size() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return 0
	}
	return j.file.size
}

// lastIntent returns the number of the last intent.
func (j *Journal) lastIntent() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// waiting returns the files that have intents without ack, by fingerprint.
func (j *Journal) waiting() []*entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []*entry
	for _, e := range j.entries {
		if len(e.unacked) > 0 {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b *entry) int {
		return slices.Compare(a.File.Fingerprint[:], b.File.Fingerprint[:])
	})
	return list
}
