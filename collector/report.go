package collector

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/uctrace/uctrace/schemas"
)

// problem sends a fault that belongs to no record, once.
func (r *run) problem(p schemas.Problem) error {
	if !r.firstTime(p) {
		return nil
	}
	r.log.Warn("input problem", "file", p.File, "problem", p.Message)
	b := schemas.RecordBatch{
		File:     schemas.File{Path: p.File, Source: schemas.Unknown, Cluster: r.Options.Cluster, Node: r.Options.Node},
		Problems: []schemas.Problem{p},
	}
	return r.dispatch(&b, nil, nil)
}

// fault reports a read error, once.
func (r *run) fault(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) && !r.Once {
		return nil // renamed or deleted meanwhile: the next poll sees it
	}
	return r.problem(unreadable(path, err))
}

func (r *run) firstTime(p schemas.Problem) bool {
	key := p.Error()
	first := !r.reported[key]
	r.reported[key] = true
	return first
}

// reportGone reports the intents of files that are not there, once in a run.
// They stay in the Journal: a share may be mounted later than the agent starts.
func (r *run) reportGone() error {
	for _, e := range r.journal.waiting() {
		for _, in := range r.journal.unacked(e) {
			if in.N > r.restart || r.resent[in] || r.missed[in] {
				continue
			}
			r.missed[in] = true
			if err := r.lost(in); err != nil {
				return err
			}
		}
	}
	return nil
}

// otherFile reports that the file being read only begins like another one.
func (r *run) otherFile(offset int64) error {
	return r.problem(schemas.Problem{
		File: r.cur.file.Path, Unread: true,
		Message: fmt.Sprintf("begins like %s but differs before offset %d: it is not read", r.cur.entry.File.Path, offset),
		Hint:    "files with the same first 64 KiB are taken for one",
	})
}

// special reports something the user named that is no regular file. It is not
// opened: that waits for the writer of a pipe.
func (r *run) special(t target) error {
	p := notAFile(t.path, t.info.Mode())
	p.Unread = true
	return r.problem(p)
}

// lost reports an unconfirmed batch whose bytes cannot be read now.
func (r *run) lost(in *intent) error {
	b := schemas.RecordBatch{File: in.File, Start: in.From.Offset, End: in.From.Offset, Problems: []schemas.Problem{{
		File: in.File.Path, Line: in.From.Line, Unread: true,
		Message: fmt.Sprintf("%d bytes from offset %d were read, perhaps not stored, and cannot be sent again now: the file is gone or shorter",
			in.To.Offset-in.From.Offset, in.From.Offset),
		Hint: "they are sent when the file is found again",
	}}}
	return r.dispatch(&b, nil, nil)
}

// truncate reports that a file became shorter, or another one in place, and
// begins it anew. Its last record is sent if no copy of the file has it.
func (r *run) truncate(t *tail) error {
	e := t.entry
	read := max(e.State.Offset, t.heldAt+int64(len(t.held)))
	r.cur = delivery{entry: e, at: e.State, durable: true}
	file := e.File
	file.Path = t.name
	r.framer.restore(file, r.headsOf(e), e.State)
	if t.heldAt == e.State.Offset {
		copy(r.framer.room(len(t.held)), t.held)
		r.framer.gathered(len(t.held))
	}
	r.framer.problem(schemas.Problem{
		Message: fmt.Sprintf("the file was truncated: truncated_unread_bytes=%d", max(0, t.size-read)),
		Hint:    "what was written between the last look and the truncation is lost too; rotate by renaming",
	})
	t.entry, t.own, t.held = nil, false, nil
	t.size, t.wasTruncated, t.settled = 0, false, false
	return r.framer.finish(false)
}
