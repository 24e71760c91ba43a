package correlator

import (
	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// sig is the number of a signature.
func (s *stateCodec) sig(p *uint16) {
	n := uint32(*p)
	s.index(&n, uint32(len(s.c.signed.sigs)))
	*p = uint16(n)
}

func (s *stateCodec) hitList(list []hit) []hit {
	return each(s, list, func(h *hit) {
		s.rec(&h.rec)
		s.sig(&h.sig)
		role := uint64(h.role)
		s.num(&role)
		h.role = detect.Role(role)
	})
}

// hits are the parts that records play in signatures.
func (s *stateCodec) hits() {
	x := &s.c.signed
	for _, u := range entries(s, x.sessions, func(u *entry[uint32, []hit]) {
		known := s.root(&u.k)
		if u.v = s.hitList(u.v); !known {
			u.v = nil
		}
	}) {
		if s.loading && len(u.v) > 0 {
			x.sessions[u.k] = u.v
			s.c.forest.nodes[u.k].signed = true
			s.c.forest.touch(u.k)
		}
	}
	for _, in := range each(s, x.incidents, func(in *incident) {
		s.sig(&in.sig)
		s.symbol(&in.cluster)
		s.str(&in.value)
		s.str(&in.per)
		in.hits = s.hitList(in.hits)
	}) {
		for _, h := range in.hits {
			if s.loading {
				s.c.incidentOf(in.subject, h)
			}
		}
	}
	for _, u := range entries(s, x.settings, func(u *entry[settingsOf, []uint32]) {
		s.sig(&u.k.sig)
		s.symbol(&u.k.cluster)
		u.v = each(s, u.v, s.rec)
	}) {
		x.settings[u.k] = u.v
	}
}

// elsewhere is what stands beyond the units of proofs.
func (s *stateCodec) elsewhere() {
	x := &s.c.signed
	for _, u := range entries(s, x.elsewhere.spots, func(u *entry[spot, *found]) {
		if s.loading {
			u.v = &found{}
		}
		s.sig(&u.k.sig)
		s.flag(&u.k.clear)
		s.byte(&u.k.companion)
		s.symbol(&u.k.cluster)
		s.str(&u.k.same)
		u.v.recs = each(s, u.v.recs, s.rec)
	}) {
		if s.loading {
			u.v.unsorted = true
			x.elsewhere.spots[u.k] = u.v
		}
	}
	if s.loading && s.err == nil {
		s.c.seekAgain()
	}
}

// seekAgain has all proofs look beyond their units.
func (c *Correlator) seekAgain() {
	seek := func(list []hit, root uint32) {
		for _, h := range list {
			c.seek(h, root, c.store.load(new(slab), h.rec))
		}
	}
	for root, list := range c.signed.sessions {
		seek(list, root)
	}
	for i := range c.signed.incidents {
		seek(c.signed.incidents[i].hits, c.signed.incidents[i].root)
	}
}

func (s *stateCodec) clockKey(k *clockKey) {
	s.print(&k.file)
	s.symbol(&k.cluster)
	s.symbol(&k.node)
	s.str(&k.peer)
}

// clocks are what is known about them.
func (s *stateCodec) clocks() {
	x := &s.c.clocks
	list := x.list
	each(s, list, func(p **clock) {
		k := clock{}
		if !s.loading {
			k = **p
		}
		s.clockKey(&k.clockKey)
		s.int(&k.n)
		s.i64(&k.last)
		ahead := entries(s, k.ahead, func(d *entry[int32, *difference]) {
			if s.loading {
				d.v = &difference{}
			}
			seconds := int64(d.k)
			s.i64(&seconds)
			d.k = int32(seconds)
			s.int(&d.v.n)
			s.rec(&d.v.rec)
		})
		if !s.loading || s.err != nil {
			return
		}
		to := s.c.clockOf(k.clockKey)
		to.n, to.last = k.n, k.last
		for _, d := range ahead {
			to.ahead[d.k] = d.v
		}
		s.c.forest.nodes[to.root].n = uint32(to.n)
		s.c.forest.touch(to.root)
	})
	for _, u := range entries(s, x.exchanges, func(u *entry[exchange, *dates]) {
		s.print(&u.k.file)
		s.str(&u.k.callID)
		s.str(&u.k.cseq)
		s.flag(&u.k.in)
		if s.loading {
			u.v = &dates{}
		}
		*u.v = each(s, *u.v, func(d *dated) {
			s.i64(&d.date)
			s.clockKey(&d.key)
			s.rec(&d.rec)
		})
	}) {
		x.exchanges[u.k] = u.v
	}
}

// gaps are what cannot be seen.
func (s *stateCodec) gaps() {
	s.flag(&s.c.gaps.any)
	each(s, s.c.gaps.list, func(p **gapped) {
		g := gapped{}
		if !s.loading {
			g = **p
		}
		s.byte((*uint8)(&g.kind))
		s.str(&g.place)
		s.print(&g.file)
		to := &g
		if s.loading && s.err == nil {
			to = s.c.gapOf(g.kind, g.place)
			to.file = g.file
		}
		s.index(&to.first, s.c.store.n+1)
		s.flag(&to.rich)
		to.cuts = each(s, to.cuts, func(x *cutOut) {
			s.fixed(x.id[:])
			s.u32(&x.row)
			s.gap(&x.gap)
		})
		runs := each(s, to.lines.runs, func(run *[]numbered) { *run = each(s, *run, s.numbered) })
		for _, run := range runs {
			for _, x := range run {
				if s.loading {
					s.c.number(to, x)
				}
			}
		}
		s.sewn(to)
		if s.loading {
			s.c.forest.touch(to.root)
		}
	})
}

func (s *stateCodec) numbered(x *numbered) {
	s.i64(&x.offset)
	s.num(&x.number)
	s.rec(&x.rec)
}

// sewn is what a file with numbers is a part of.
func (s *stateCodec) sewn(g *gapped) {
	x := g.sewn
	s.str(&x.series)
	s.num(&x.part)
	s.flag(&x.settled)
	var seam []missing
	if x.seam != nil {
		seam = append(seam, *x.seam)
	}
	seam = each(s, seam, func(m *missing) { s.numbered(&m.a); s.numbered(&m.b) })
	if !s.loading || s.err != nil || x.series == "" {
		return
	}
	s.c.sew(g, x.series, x.part)
	g.settled = x.settled
	if len(seam) > 0 {
		g.seam = &seam[0]
	}
}

func (s *stateCodec) gap(g *schemas.LogGap) {
	s.str(&g.File)
	s.int(&g.Line)
	from, to := instant(g.From), instant(g.To)
	s.i64(&from)
	s.i64(&to)
	g.From, g.To = timeOf(from), timeOf(to)
	s.num(&g.Missing)
	s.str(&g.Why)
}

// logs are what came of each kind of log of each node.
func (s *stateCodec) logs() {
	x := &s.c.logs
	s.num(&x.parts)
	list := each(s, x.rows, func(p **logRow) {
		if s.loading {
			*p = &logRow{files: map[schemas.Fingerprint]*logFile{}, dirty: true}
		}
		r := *p
		s.symbol(&r.cluster)
		s.symbol(&r.node)
		s.symbol(&r.source)
		s.str(&r.name)
		s.byte((*uint8)(&r.levels))
		s.i64(&r.first)
		s.i64(&r.last)
		s.num(&r.sequence)
		held := each(s, r.gapped, func(n *uint32) { s.index(n, uint32(len(s.c.gaps.list))) })
		s.logFiles(r)
		s.past(&r.past)
		if s.loading {
			r.gapped = held
		}
	})
	if s.loading {
		x.rows = list
		for i, r := range list {
			x.numbers[r.logKey] = uint32(i)
		}
	}
}

func (s *stateCodec) logFiles(r *logRow) {
	for _, f := range entries(s, r.files, func(f *entry[schemas.Fingerprint, *logFile]) {
		if s.loading {
			f.v = &logFile{unsorted: true}
		}
		s.print(&f.k)
		s.num(&f.v.part)
		tiles := each(s, f.v.tiles, func(t *tile) {
			s.i64(&t.start)
			s.i64(&t.end)
			s.i64(&t.bytes)
			for _, n := range [...]*int{&t.lines, &t.records, &t.events, &t.unparsed, &t.damaged} {
				s.int(n)
			}
		})
		if s.loading {
			f.v.tiles = tiles
		}
	}) {
		if s.loading {
			r.files[f.k] = f.v
		}
	}
}

// past is the sum of the files that were let go.
func (s *stateCodec) past(x *schemas.LogCoverage) {
	s.i64(&x.Bytes)
	for _, n := range [...]*int{&x.Files, &x.Lines, &x.Records, &x.Events, &x.Unparsed, &x.Damaged, &x.GapCount} {
		s.int(n)
	}
	s.num(&x.Missing)
	gaps := each(s, x.Gaps, s.gap)
	if s.loading {
		x.Gaps = gaps
	}
}
