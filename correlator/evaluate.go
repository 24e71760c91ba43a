package correlator

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// Changes are the revisions since the last Evaluate. A Deleted revision has
// no content beyond its id, what names it, and since when it is.
type Changes struct {
	Sessions []schemas.Session
	Findings []schemas.Finding
	// Logs says what the logs hold; none is ever Deleted.
	Logs []schemas.LogCoverage
}

// Evaluate returns what changed since the last call, with the given Version,
// which must grow from call to call. The newest revisions of each id, without
// the Deleted ones, are what Result returns. Order is by id.
func (c *Correlator) Evaluate(version uint64) Changes {
	var ch Changes
	c.settle()
	dirty := c.forest.dirty
	c.forest.dirty = nil
	for _, r := range dirty {
		if n := &c.forest.nodes[r]; n.dirty {
			n.dirty = false
		}
		if c.forest.nodes[r].parent != r {
			continue
		}
		c.eval.out.reset()
		c.evaluate(r)
		c.revise(&ch, r, version)
	}
	// What moved from one unit to another was withdrawn by the first: the live
	// revision holds.
	slices.SortFunc(ch.Sessions, func(a, b schemas.Session) int {
		return cmp.Or(a.ID.Compare(b.ID), liveFirst(a.Deleted, b.Deleted))
	})
	ch.Sessions = slices.CompactFunc(ch.Sessions, func(a, b schemas.Session) bool { return a.ID == b.ID })
	slices.SortFunc(ch.Findings, func(a, b schemas.Finding) int {
		return cmp.Or(a.ID.Compare(b.ID), liveFirst(a.Deleted, b.Deleted))
	})
	ch.Findings = slices.CompactFunc(ch.Findings, func(a, b schemas.Finding) bool { return a.ID == b.ID })
	ch.Logs = c.reviseLogs(nil, version)
	return ch
}

func liveFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// revise compares what the unit of root r is now with what it had emitted.
func (c *Correlator) revise(ch *Changes, r uint32, version uint64) {
	st, out := c.forest.stateOf(r), &c.eval.out
	old, now := st.out, c.eval.now[:0]
	for i := range out.sessions {
		s := &out.sessions[i]
		e := emitted{s.ID, hashSession(c.store.keys.seed, s), string(s.Kind), s.Cluster, false, s.Outcome == schemas.OutcomeOpen, instant(s.Since)}
		if now = append(now, e); !slices.Contains(old, e) {
			s.Version = version
			ch.Sessions = append(ch.Sessions, *s)
		}
	}
	for i := range out.findings {
		f := &out.findings[i]
		e := emitted{f.ID, hashFinding(c.store.keys.seed, f), f.Rule, f.Cluster, true, false, instant(f.Since)}
		if now = append(now, e); !slices.Contains(old, e) {
			f.Version = version
			ch.Findings = append(ch.Findings, *f)
		}
	}
	for _, e := range old {
		if slices.ContainsFunc(now, func(x emitted) bool { return x.id == e.id && x.finding == e.finding }) {
			continue
		}
		if e.finding {
			ch.Findings = append(ch.Findings, schemas.Finding{ID: e.id, Version: version, Deleted: true, Rule: e.name, Cluster: e.cluster, Since: timeOf(e.since)})
		} else {
			ch.Sessions = append(ch.Sessions, schemas.Session{ID: e.id, Version: version, Deleted: true, Kind: schemas.SessionKind(e.name), Cluster: e.cluster, Since: timeOf(e.since)})
		}
	}
	c.eval.now = now
	if st.out = append(old[:0], now...); len(now) == 0 {
		st.out = nil
	}
}

// evaluation is the memory of the unit evaluation that runs.
type evaluation struct {
	root uint32
	idle bool // for Result: the unit is not going to wait for anything
	// omit are records that are taken for let go, and rest what of the unit is
	// then: for Compact, which looks whether anything changes by it.
	omit []bool
	rest *rest
	// from and until bound the session within its file, when a unit has
	// several; until is not part of it, and zero is no bound.
	from, until schemas.ID
	recs        []uint32
	order       []ordered
	keys        []schemas.Key
	mem         slab
	one         slab // of the event that is being read
	out         output
	now         []emitted
	// What follows is of the session that is being evaluated.
	call     detect.Call
	legOf    []int
	rep      detect.Report
	world    world
	why      reasoning
	sights   []schemas.Sight
	levels   []levels
	summary  sentence
	session  detect.Session
	dialback detect.Dialback
	lookups  []detect.Lookup
}

// during reports whether what stands at id belongs to the session.
func (v *evaluation) during(id schemas.ID) bool {
	return (v.from.IsZero() || id.Compare(v.from) >= 0) && (v.until.IsZero() || id.Compare(v.until) < 0)
}

// begin returns s in memory that is used again: it is valid until the next one
// begins.
func (v *evaluation) begin(s detect.Session) *detect.Session {
	v.session = s
	return &v.session
}

// report returns an empty report, valid until the next one.
func (v *evaluation) report() *detect.Report {
	v.rep = detect.Report{Findings: v.rep.Findings[:0], Coverage: v.rep.Coverage[:0]}
	return &v.rep
}

// output is what one unit, or all of them, amount to.
type output struct {
	sessions []schemas.Session
	findings []schemas.Finding
	coverage map[schemas.Coverage]bool // nil when nobody asks: Evaluate
}

// blind notes what a session cannot tell. Many say the same.
func (o *output) blind(c schemas.Coverage) {
	if o.coverage != nil {
		o.coverage[c] = true
	}
}

func (o *output) reset() {
	o.sessions, o.findings = o.sessions[:0], o.findings[:0]
}

// evaluate appends the sessions of the unit of root r, and what the detectors
// say about them, to c.eval.out. It changes nothing but the facts that the
// unit asks for.
func (c *Correlator) evaluate(r uint32) {
	v := &c.eval
	v.root = r
	v.mem.reset()
	v.from, v.until = schemas.ID{}, schemas.ID{}
	made := len(v.out.sessions)
	switch n := &c.forest.nodes[r]; n.family {
	case sipFamily:
		c.evaluateSIP(r)
	case lookupFamily:
		c.evaluateLookup(r)
	case dialbackFamily:
		c.evaluateDialbacks(r)
	case threadFamily:
		c.evaluateThread(&c.federation.threads[n.head-1])
	case axlFamily:
		c.evaluateAXL(r)
	case loginFamily:
		c.evaluateLogins(r)
	case mraFamily:
		c.evaluateMRA(r)
	case incidentFamily:
		c.evaluateIncident(&c.signed.incidents[n.head-1])
		return
	case clockFamily:
		c.evaluateClock(c.clocks.list[n.head-1])
		return
	case gapFamily:
		c.evaluateGap(c.gaps.list[n.head-1])
		return
	}
	if len(v.out.sessions) == made {
		v.from, v.until = schemas.ID{}, schemas.ID{}
		c.unclaimed()
	}
}

// detect runs those detectors over a session that run behind the signatures,
// or the others.
func (c *Correlator) detect(s *detect.Session, rep *detect.Report, last bool) {
	c.eval.world = world{c, c.eval.root, c.eval.idle}
	s.World = &c.eval.world
	detectors := c.detectors[s.Kind]
	for i := range detectors {
		d := &detectors[i]
		if d.Last == last && !slices.ContainsFunc(d.Unless, rep.Has) {
			rep.Session, rep.Detector = s, d
			run(d, s, rep)
		}
	}
}

// run is d.Run. A detector that panics is a mistake of ours: it finds nothing,
// the session says that it was not judged, and all others go on.
func run(d *detect.Detector, s *detect.Session, rep *detect.Report) {
	defer shield(rep, s.Summary, d.Name)()
	d.Run(s, rep)
}

// shield returns what is deferred around a rule: when it panics, what it has found
// goes, and rep says that subject was not judged.
func shield(rep *detect.Report, subject, rule string) func() {
	findings := len(rep.Findings)
	return func() {
		if fault := recover(); fault != nil {
			rep.Findings = rep.Findings[:findings]
			rep.Coverage = append(rep.Coverage, schemas.Coverage{
				Subject: subject, Why: fmt.Sprintf("a mistake in uctrace, please report it: rule %s fails on it: %v", rule, fault),
			})
		}
	}
}

// finish runs the detectors over a session and adds all to the output.
func (c *Correlator) finish(s *detect.Session) {
	rep := c.eval.report()
	c.detect(s, rep, false)
	c.signSession(s, rep)
	c.detect(s, rep, true)
	if (s.Outcome == schemas.OutcomeOpen || s.Login != nil && s.Outcome == schemas.OutcomeUnknown) && slices.ContainsFunc(rep.Findings, func(f schemas.Finding) bool { return f.Severity >= schemas.High }) {
		s.Outcome = schemas.OutcomeFailed
	}
	s.Coverage = c.unseen(s, rep.Coverage)
	s.Skews = c.skews(s)
	out := &c.eval.out
	if s.Kind != schemas.SessionOther || len(rep.Findings) > 0 {
		out.sessions = append(out.sessions, s.Session)
	}
	c.report(rep)
}

// report adds what was reported to the output, with the text of the evidence.
func (c *Correlator) report(rep *detect.Report) {
	for i := range rep.Findings {
		for j := range rep.Findings[i].Evidence {
			e := &rep.Findings[i].Evidence[j]
			if n, ok := c.store.lookup(e.Event); ok {
				e.Text = c.store.text(c.store.at(n))
			}
		}
	}
	out := &c.eval.out
	out.findings = append(out.findings, rep.Findings...)
	for _, blind := range rep.Coverage {
		out.blind(blind)
	}
}

// plural returns "1 message" or "3 messages".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + one + "s"
}
