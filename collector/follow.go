package collector

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// A Follower reads files that grow and folders in which files appear, through
// rotation by renaming, truncation and re-creation, and through restarts of its
// own. It looks at the files every Poll; no notification of the system is
// needed for it to be complete.
//
// A file is its content, not its name: a log that is renamed, copied or
// compressed is not sent again, and a longer copy goes on where a shorter one
// ended. A file of less than its Fingerprint covers waits until it is longer or
// quiet; then it keeps the identity it has at that time. A log that begins like
// another one and differs within 64 KiB gets a Fingerprint over these; one that
// differs later is reported and not read.
//
// The last record of a growing file is held back until the next one begins or
// the file is quiet; what is written to that record later becomes a record
// without a head. A last line without end is held back fifteen times as long.
// An archive is read when it is quiet. Two renamings of one file name between two polls are followed only
// when the renamed files stand in a followed folder or glob too.
type Follower struct {
	Options Options
	// Paths are files, folders and globs. They need not exist yet.
	Paths []string
	// Once reads everything to its end, waits until it is stored, and ends.
	Once bool
	// Poll is the time between two looks at the files: 250 ms when zero.
	Poll time.Duration
	// Quiet is how long a file must not change to be taken as finished for
	// now: 2 s when zero.
	Quiet time.Duration
	// Forget is after how long the Journal forgets a file that is gone: 30 days
	// when zero. One that comes back later is sent again, with the same ids.
	Forget time.Duration
	// Journal remembers what was read; nil remembers nothing.
	Journal *Journal
	// Status, when not nil, is kept up to date.
	Status *Status
	// Log gets what happens to files; nil is silent.
	Log *slog.Logger
}

// Run reads until ctx ends, or to the end of everything with Once.
//
// send gets every batch, from one goroutine; b is valid until it returns, and
// send may change the bytes of its Blob in place, to mask secrets, say. It
// must call done exactly once: with nil when the batch is stored for good, with
// an error when it never will be, which ends Run. done may be called by any
// goroutine, in any order, during send or later, also after Run.
//
// Each batch is written to the Journal before send. A batch that is not done
// when Run ends is sent again by the next Run, with the same Start and End and
// the same records, before anything behind it.
//
// The error is that of ctx, send, done or the Journal; faults of the input
// arrive as Problems. A batch of an earlier run whose file is not there is one:
// its intent is kept until the file is found again, and Once does not wait for
// it.
func (f *Follower) Run(ctx context.Context, send func(ctx context.Context, b *schemas.RecordBatch, done func(error)) error) error {
	r := &run{
		Follower: f, ctx: ctx, send: send, journal: f.Journal, log: f.Log,
		quiet:  cmp.Or(f.Quiet, 2*time.Second),
		resent: map[*intent]bool{}, missed: map[*intent]bool{}, reported: map[string]bool{}, tails: map[string]*tail{},
	}
	r.framer.emit = r.emit
	if r.journal == nil {
		r.journal = NewJournal()
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	r.restart = r.journal.lastIntent()
	r.journal.tell(&r.told)
	defer r.closeAll()
	if f.Once {
		return r.once()
	}
	tick := time.NewTicker(cmp.Or(f.Poll, 250*time.Millisecond))
	defer tick.Stop()
	for {
		if err := r.poll(); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// run is a Follower at work, in one goroutine but for the done functions.
type run struct {
	*Follower
	ctx     context.Context
	send    func(context.Context, *schemas.RecordBatch, func(error)) error
	journal *Journal
	log     *slog.Logger
	quiet   time.Duration

	framer framer
	cur    delivery
	// leftover is set when a quiet file keeps bytes that are not sent.
	leftover bool
	flying   inFlight
	head     []byte

	told     zones     // what logs have told of the clocks of their nodes
	waits    []waiting // files that wait for another log to tell
	unsure   bool      // the file just visited waits
	lastWord bool      // nothing more is told in this look
	young    bool      // the file being visited was first seen a moment ago

	tails    map[string]*tail // by the path they have now
	orphans  []*tail          // files that have no path any more
	restart  uint64           // intents up to this number are of an earlier run
	resent   map[*intent]bool // those of them that were sent again
	missed   map[*intent]bool // those whose bytes were reported as gone
	reported map[string]bool
	checked  bool      // files that are gone have been looked for
	forgetAt time.Time // when to look for files to forget
}

func (r *run) once() error {
	list := r.list()
	r.Status.found(len(list))
	var again []target
	for _, t := range list {
		r.unsure = false
		if err := r.readOnce(t); err != nil {
			return err
		}
		if r.unsure {
			again = append(again, t)
		}
	}
	r.lastWord = true
	for _, t := range again {
		if err := r.readOnce(t); err != nil {
			return err
		}
	}
	if err := r.reportGone(); err != nil {
		return err
	}
	return r.flying.wait(r.ctx)
}

func (r *run) readOnce(t target) error {
	if t.problem != nil {
		return r.problem(*t.problem)
	}
	if t.info != nil && !t.info.Mode().IsRegular() {
		return r.special(t)
	}
	tail := newTail(t)
	defer tail.close()
	return r.read(tail, final)
}

// poll looks once at all files.
func (r *run) poll() error {
	now := time.Now()
	r.told.look++
	if err := r.match(r.list()); err != nil {
		return err
	}
	pending := false
	var truncated []*tail
	for _, path := range sortedKeys(r.tails) {
		t := r.tails[path]
		if err := r.follow(t, now); err != nil {
			return err
		}
	}
	if err := r.visitAgain(now); err != nil {
		return err
	}
	for _, path := range sortedKeys(r.tails) {
		t := r.tails[path]
		pending = pending || t.pending()
		if t.wasTruncated {
			truncated = append(truncated, t)
		}
	}
	// A truncated file is given up only after its copy has had its turn.
	for _, t := range truncated {
		if err := r.truncate(t); err != nil {
			return err
		}
	}
	if err := r.followOrphans(now); err != nil {
		return err
	}
	if !pending && !r.checked {
		r.checked = true
		if err := r.reportGone(); err != nil {
			return err
		}
	}
	r.Status.looked(r.tails, r.orphans)
	if err := r.forget(now); err != nil {
		return err
	}
	return errors.Join(r.ctx.Err(), r.flying.failed())
}

// list returns the files under Paths, and what hides files.
func (r *run) list() []target {
	w := walker{readDir: os.ReadDir}
	for _, p := range r.Paths {
		names := []string{p}
		if strings.ContainsAny(p, "*?[") {
			if found, err := filepath.Glob(p); err == nil {
				names = found
			}
		}
		for _, n := range names {
			w.add(n)
		}
	}
	return w.targets
}

// match brings tails in line with what is listed: a known file under a new
// name is the same tail, a new file under a known name is a new one.
func (r *run) match(targets []target) error {
	old := r.tails
	r.tails = make(map[string]*tail, len(targets))
	for _, t := range targets {
		switch {
		case t.problem != nil:
			if err := r.problem(*t.problem); err != nil {
				return err
			}
		case t.info == nil || r.tails[t.path] != nil:
		case !t.info.Mode().IsRegular():
			if err := r.special(t); err != nil {
				return err
			}
		default:
			if known := old[t.path]; known != nil && os.SameFile(known.info, t.info) {
				delete(old, t.path)
				known.info = t.info
				r.tails[t.path] = known
			}
		}
	}
	for _, t := range targets {
		if t.info != nil && t.info.Mode().IsRegular() && r.tails[t.path] == nil {
			r.tails[t.path] = r.renamed(old, t)
		}
	}
	for _, path := range sortedKeys(old) {
		t := old[path]
		t.gone, t.settled = true, false
		r.orphans = append(r.orphans, t)
	}
	return nil
}

// renamed returns the tail of a file that had another name before, or a new
// one.
func (r *run) renamed(old map[string]*tail, t target) *tail {
	for path, known := range old {
		if os.SameFile(known.info, t.info) {
			delete(old, path)
			known.path, known.info, known.rotated, known.settled = t.path, t.info, true, false
			r.log.Info("file was renamed", "from", path, "to", t.path)
			return known
		}
	}
	for i, known := range r.orphans {
		if os.SameFile(known.info, t.info) {
			r.orphans = append(r.orphans[:i], r.orphans[i+1:]...)
			known.path, known.info, known.rotated, known.settled, known.gone = t.path, t.info, true, false, false
			return known
		}
	}
	return newTail(t)
}

func (r *run) closeAll() {
	for _, t := range r.tails {
		t.close()
	}
	for _, t := range r.orphans {
		t.close()
	}
}
