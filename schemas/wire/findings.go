package wire

import "github.com/uctrace/uctrace/schemas"

// AppendFindings appends the frame of list to dst and returns it. It uses the
// spare capacity of dst as scratch memory: reuse dst. It keeps nothing of
// list. See SplitFindings for the size of the frame.
func AppendFindings(dst []byte, list []schemas.Finding) []byte {
	size := 0
	for i := range list {
		size += findingSize(&list[i])
	}
	return seal(dst, kindFindings, size, func(w *writer) {
		w.array(1)
		w.array(len(list))
		for i := range list {
			w.finding(&list[i])
		}
	})
}

// DecodeFindings returns the findings of the frame data. The errors are
// ErrVersion and ErrCorrupt.
func DecodeFindings(data []byte) ([]schemas.Finding, error) {
	payload, err := open(data, kindFindings, nil)
	if err != nil {
		return nil, err
	}
	var list []schemas.Finding
	err = decode(payload, func(r *reader) {
		outer := r.enter(1)
		n, o := r.list(36 + findingFields)
		list = make([]schemas.Finding, n)
		for i := range list {
			r.finding(&list[i])
		}
		r.endList(o)
		r.leave(outer)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// findingFields are those of the first build; since follows them.
const findingFields = 20

func (w *writer) finding(f *schemas.Finding) {
	w.array(findingFields + sinceFields(f.Since))
	w.id(f.ID)
	w.uint(f.Version)
	w.bool(f.Deleted)
	w.str(f.Rule)
	w.int(int64(f.Severity))
	w.id(f.Session)
	w.str(f.Cluster)
	w.time(f.Time)
	w.str(f.Summary)
	w.str(f.Cause)
	w.strs(f.Fix)
	w.str(f.Stage)
	w.array(len(f.Evidence))
	for i := range f.Evidence {
		w.evidence(&f.Evidence[i])
	}
	w.keys(f.Keys)
	w.int(int64(f.Count))
	w.time(f.First)
	w.time(f.Last)
	w.since(f.Since)
}

func (r *reader) finding(f *schemas.Finding) {
	outer := r.enter(findingFields)
	r.fixed(f.ID[:])
	f.Version = r.uint()
	f.Deleted = r.bool()
	f.Rule = r.str()
	f.Severity = schemas.Severity(r.int())
	r.fixed(f.Session[:])
	f.Cluster = r.str()
	f.Time = r.time()
	f.Summary = r.text()
	f.Cause = r.text()
	f.Fix = r.strs(nil)
	f.Stage = r.str()
	n, o := r.list(18 + evidenceFields)
	f.Evidence = grow(f.Evidence, n)
	for i := range f.Evidence {
		r.evidence(&f.Evidence[i])
	}
	r.endList(o)
	f.Keys = r.keys(nil)
	f.Count = int(r.int())
	f.First = r.time()
	f.Last = r.time()
	f.Since = r.since()
	r.leave(outer)
}

const evidenceFields = 5

func (w *writer) evidence(e *schemas.Evidence) {
	w.array(evidenceFields)
	w.id(e.Event)
	w.str(e.File)
	w.int(int64(e.Line))
	w.str(string(e.Role))
	w.str(e.Text)
}

func (r *reader) evidence(e *schemas.Evidence) {
	outer := r.enter(evidenceFields)
	r.fixed(e.Event[:])
	e.File = r.str()
	e.Line = int(r.int())
	e.Role = schemas.Role(r.str())
	e.Text = r.text()
	r.leave(outer)
}
