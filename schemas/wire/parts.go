package wire

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// time writes t as two fields: microseconds since 1970 and the nanoseconds
// beyond them.
func (w *writer) time(t time.Time) {
	w.int(t.UnixMicro())
	w.int(int64(t.Nanosecond() % 1000))
}

func (r *reader) time() time.Time {
	us, ns := r.int(), r.int()
	return instant(us, ns)
}

// sinceFields is how many fields since writes: a time that came later than
// the build that fixed the fields before it is left out while it is zero.
func sinceFields(t time.Time) int {
	if t.IsZero() {
		return 0
	}
	return 2
}

func (w *writer) since(t time.Time) {
	if !t.IsZero() {
		w.time(t)
	}
}

func (r *reader) since() time.Time {
	if r.left == 0 {
		return time.Time{}
	}
	return r.time()
}

// instant is the inverse of writer.time.
func instant(us, ns int64) time.Time {
	return time.UnixMicro(us).Add(time.Duration(ns)).UTC()
}

func (w *writer) keys(keys []schemas.Key) {
	w.array(len(keys))
	for i := range keys {
		k := &keys[i]
		w.array(3)
		w.str(string(k.Type))
		w.str(k.Value)
		w.str(k.Scope)
	}
}

func (r *reader) keys(dst []schemas.Key) []schemas.Key {
	n, outer := r.list(4)
	dst = grow(dst[:0], n)
	for i := range dst {
		o := r.enter(3)
		dst[i] = schemas.Key{Type: schemas.KeyType(r.str()), Value: r.str(), Scope: r.str()}
		r.leave(o)
	}
	r.endList(outer)
	return dst
}

func (w *writer) file(f *schemas.File) {
	w.array(6)
	w.str(f.Path)
	w.bin(f.Fingerprint[:])
	w.str(string(f.Source))
	w.str(f.Cluster)
	w.str(f.Node)
	w.str(f.Zone)
}

func (r *reader) file(f *schemas.File) {
	outer := r.enter(5)
	f.Path = r.str()
	r.fixed(f.Fingerprint[:])
	f.Source = schemas.Source(r.str())
	f.Cluster = r.str()
	f.Node = r.str()
	f.Zone = r.str()
	r.leave(outer)
}

func (w *writer) problems(list []schemas.Problem) {
	w.array(len(list))
	for i := range list {
		p := &list[i]
		w.array(5)
		w.str(p.File)
		w.int(int64(p.Line))
		w.str(p.Message)
		w.str(p.Hint)
		w.bool(p.Unread)
	}
}

func (r *reader) problems(dst []schemas.Problem) []schemas.Problem {
	n, outer := r.list(6)
	dst = grow(dst[:0], n)
	for i := range dst {
		o := r.enter(5)
		dst[i] = schemas.Problem{
			File: r.str(), Line: int(r.int()), Message: r.str(), Hint: r.str(), Unread: r.bool(),
		}
		r.leave(o)
	}
	r.endList(outer)
	return dst
}
