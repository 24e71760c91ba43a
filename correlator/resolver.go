package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// waiting appends the dialbacks that need the domain of resolver line n and
// wait for it: between the key, and the db:verify or an earlier answer of the
// resolver. Lookups that run side by side are shared.
func (c *Correlator) waiting(dst []uint32, l *lane, n uint32) []uint32 {
	if c.store.at(n).t == undated {
		for _, h := range l.heads {
			if c.waits(l, h, n) {
				dst = append(dst, h)
			}
		}
		return dst
	}
	answer, answered := c.foundBefore(l, n)
	i, _ := slices.BinarySearchFunc(l.heads, n, c.compareRecords)
	for i--; i >= 0; i-- {
		h := l.heads[i]
		if c.store.at(h).t == undated || c.tooOld(h, n) || answered && c.compareRecords(h, answer) < 0 {
			break
		}
		if c.waits(l, h, n) {
			dst = append(dst, h)
		}
	}
	// Before all others stand the undated; their answers are undated too.
	for _, h := range l.heads {
		if c.store.at(h).t != undated {
			break
		}
		if c.waits(l, h, n) {
			dst = append(dst, h)
		}
	}
	slices.Sort(dst)
	return dst
}

// tooOld reports whether b, which is dated as a is, stands too long after a.
func (c *Correlator) tooOld(a, b uint32) bool {
	return c.store.at(b).t-c.store.at(a).t > int64(resolverTime)
}

// foundBefore returns the last answer before the dated resolver line n.
func (c *Correlator) foundBefore(l *lane, n uint32) (uint32, bool) {
	i, _ := slices.BinarySearchFunc(l.lines, n, c.compareRecords)
	for i--; i >= 0 && c.store.at(l.lines[i]).t != undated && !c.tooOld(l.lines[i], n); i-- {
		if c.store.at(l.lines[i]).flags&flagFound != 0 {
			return l.lines[i], true
		}
	}
	return 0, false
}

// waits reports whether the dialback that needs an address since record h
// still waits for it at resolver line n, as far as the file tells.
func (c *Correlator) waits(l *lane, h, n uint32) bool {
	if c.store.at(h).flags&flagEnter == 0 || !c.stands(h, n) {
		return false
	}
	for _, x := range l.lines {
		r := c.store.at(x)
		if r.t != undated {
			break
		}
		if x != n && r.flags&flagFound != 0 && c.stands(h, x) && c.stands(x, n) {
			return false
		}
	}
	ok := true
	c.sameDialback(h, c.refOf(n, keyResolver)-1, func(x uint32) {
		switch r := c.store.at(x); {
		case r.flags&flagEnter != 0:
			ok = ok && c.compareRecords(h, x) < 0
		case r.flags&flagVerify != 0:
			ok = ok && (!c.stands(h, x) || !c.stands(x, n))
		}
	})
	return ok
}

// stands reports whether record a stands before b: in time, or when one is
// undated in the file.
func (c *Correlator) stands(a, b uint32) bool {
	ra, rb := c.store.at(a), c.store.at(b)
	if (ra.t == undated || rb.t == undated) && ra.id.Fingerprint() == rb.id.Fingerprint() {
		return ra.id.Offset() <= rb.id.Offset()
	}
	return c.compareRecords(a, b) <= 0
}

// unsettleResolver marks the resolver lines that depend on record n, a head
// or another resolver line: those up to the next answer, and the undated. For
// a dialback without date no time and no dated answer ends the waiting.
func (c *Correlator) unsettleResolver(l *lane, n uint32) {
	i := 0
	for ; i < len(l.lines) && c.store.at(l.lines[i]).t == undated; i++ {
		c.markStale(l.lines[i], lineResolver)
	}
	r := c.store.at(n)
	if r.flags&(flagEnter|flagVerify|flagFound) == 0 {
		return
	}
	if r.t != undated {
		i, _ = slices.BinarySearchFunc(l.lines, n, c.compareRecords)
	}
	endless := r.t == undated || len(l.heads) > 0 && c.store.at(l.heads[0]).t == undated
	for ; i < len(l.lines) && (endless || !c.tooOld(n, l.lines[i])); i++ {
		x := l.lines[i]
		c.markStale(x, lineResolver)
		if x != n && !endless && c.store.at(x).flags&flagFound != 0 {
			break
		}
	}
}

// flagsOf returns what the lanes need to know of a dialback event.
func flagsOf(e *schemas.Event) uint8 {
	switch {
	case e.Kind == schemas.KindDialbackResult && e.XMPP != nil && e.XMPP.Type == "":
		return flagEnter
	case e.Kind == schemas.KindDialbackVerify && e.XMPP != nil:
		return flagVerify
	case e.Kind != schemas.KindDialbackResolve:
	case e.Attr("outcome") == "fail":
		return flagFailed
	case e.Attr("outcome") == "ok":
		return flagFound
	}
	return 0
}
