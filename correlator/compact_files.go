package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// A node writes a file every few minutes, and never again into the one before:
// what is known of a file goes with it.

// files are what a Compact knows of files.
type files struct {
	// held are the files with records that stay, folders where those lie that do.
	held    map[schemas.Fingerprint]bool
	folders map[string]bool
	// behind says of files whether the logs that they are of have gone on for
	// long enough.
	behind map[schemas.Fingerprint]bool
	// nodes are how far the logs of each node have gone, clocks the ones that tell
	// most.
	nodes  map[clockPlace]int64
	clocks map[clockPlace]*clock
}

// undatedFiles is how many files without dates are kept of the log of a node: the
// youngest.
const undatedFiles = 100

// chooseFiles finds the files that are no more than a sum. The records that stay
// for what others look at, clocks and settings, hold none.
func (m *moving) chooseFiles() {
	c := m.old
	m.files = files{held: map[schemas.Fingerprint]bool{}, folders: map[string]bool{}, behind: map[schemas.Fingerprint]bool{}, nodes: map[clockPlace]int64{}, clocks: map[clockPlace]*clock{}}
	var last schemas.Fingerprint
	origins := make([]bool, len(c.store.origins))
	for n := range c.store.n {
		if m.keep[n] == gone {
			continue
		}
		r := c.store.at(n)
		origins[r.origin] = true
		if fp := r.id.Fingerprint(); fp != last || len(m.files.held) == 0 {
			m.files.held[fp], last = true, fp
		}
	}
	for i, o := range c.store.origins {
		if origins[i] {
			m.files.folders[folderOf(c.store.name(o.file))] = true
		}
	}
	for _, r := range c.logs.rows {
		place := clockPlace{cluster: r.cluster, node: r.node}
		if t, ok := m.files.nodes[place]; !ok || r.last > t {
			m.files.nodes[place] = r.last
		}
		m.chooseFilesOf(r)
	}
	for place := range c.clocks.places {
		m.files.clocks[place] = c.clockOfPlace(place)
	}
}

// chooseFilesOf decides which files of a row are behind. A file may be in several
// rows, and has to be in all.
func (m *moving) chooseFilesOf(r *logRow) {
	c := m.old
	decide := func(fp schemas.Fingerprint, behind bool) {
		if others, ok := m.files.behind[fp]; ok {
			behind = behind && others
		}
		m.files.behind[fp] = behind
	}
	var parts []uint64 // of the files without dates
	for fp, f := range r.files {
		if c.readUpTo(fp) == undated {
			parts = append(parts, f.part)
		}
	}
	slices.Sort(parts)
	first := uint64(0) // of the parts that stay
	if n := len(parts) - undatedFiles; n > 0 {
		first = parts[n]
	}
	for fp, f := range r.files {
		if t := c.readUpTo(fp); t == undated {
			decide(fp, f.part < first)
		} else {
			decide(fp, m.past(t, r))
		}
	}
	for _, number := range r.gapped {
		fp := c.gaps.list[number].file
		if r.files[fp] == nil {
			t := c.readUpTo(fp)
			decide(fp, t != undated && m.past(t, r))
		}
	}
}

// past reports whether the log of a row has gone on beyond t for longer than the
// limit, or, where it has not, the logs of others.
func (m *moving) past(t int64, r *logRow) bool {
	return r.last != undated && r.last-t > int64(m.limits.Lasting) || m.silent(t)
}

// rests reports whether all that is known of a file may go: it is behind, and no
// record that stays is in it.
func (m *moving) rests(fp schemas.Fingerprint) bool { return m.files.behind[fp] && !m.files.held[fp] }

// restsGap reports whether what is missing in a file has become a part of the sum
// of its log.
func (m *moving) restsGap(g *gapped) bool { return g.kind == gapNumbers && m.rests(g.file) }

// restsClock reports whether what is known of a clock may go: that of a file with
// it, that of a node when none of those who look at the same sender has heard it
// for longer than the limit. There are as many senders as addresses, those of
// phones at home among them. Of each node the clock that tells most stays.
func (m *moving) restsClock(x *clock) bool {
	if x.node == 0 {
		return m.rests(x.file)
	}
	for _, y := range m.old.clocks.senders[strings.ToLower(x.peer)] {
		if y.node != 0 && y.cluster == x.cluster && !m.unheard(y) {
			return false
		}
	}
	return m.files.clocks[x.placed()] != x
}

func (m *moving) unheard(x *clock) bool {
	now, ok := m.files.nodes[clockPlace{cluster: x.cluster, node: x.node}]
	return ok && now != undated && x.last != undated && (now-x.last > int64(m.limits.Lasting) || m.silent(x.last))
}

// settingsThatStay returns the settings that may still be looked at: of one host
// each once, and those of a dump that names none while anything stays of its
// folder.
func (m *moving) settingsThatStay(recs []uint32) []uint32 {
	c := m.old
	type setting struct{ node, folder, body string }
	seen := map[setting]bool{}
	recs = slices.Clone(recs)
	c.sort(recs)
	var stay []uint32
	for _, n := range recs {
		r := c.store.at(n)
		o := c.store.origins[r.origin]
		s := setting{node: strings.ToLower(c.store.name(o.node)), body: c.store.whole(r)}
		if s.node == "" {
			if s.folder = folderOf(c.store.name(o.file)); m.rests(r.id.Fingerprint()) && !m.files.folders[s.folder] {
				continue
			}
		}
		if !seen[s] {
			seen[s] = true
			stay = append(stay, n)
		}
	}
	return stay
}

// silent reports whether a log that ends at t has fallen silent.
func (m *moving) silent(t int64) bool {
	return m.limits.Silent > 0 && m.newest != undated && m.newest-t > int64(m.limits.Silent)
}

// readUpTo returns the watermark of a file, undated when it has none.
func (c *Correlator) readUpTo(fp schemas.Fingerprint) int64 {
	if x := c.facts.marks[place{file: fp}]; x != nil {
		return x.t
	}
	return undated
}

// newest returns the time that the logs of two have reached: of two nodes, or of
// files that name none. One whose clock is years ahead is alone with it.
func (c *Correlator) newest() int64 {
	type who struct {
		cluster, node uint32
		file          schemas.Fingerprint
	}
	reached := map[who]int64{}
	reach := func(w who, t int64) {
		if old, ok := reached[w]; !ok || t > old {
			reached[w] = t
		}
	}
	for _, r := range c.logs.rows {
		if r.node != 0 {
			reach(who{cluster: r.cluster, node: r.node}, r.last)
			continue
		}
		for fp := range r.files {
			reach(who{file: fp}, c.readUpTo(fp))
		}
	}
	first, second := int64(undated), int64(undated)
	for _, t := range reached {
		if t > first {
			first, second = t, first
		} else {
			second = max(second, t)
		}
	}
	return second
}
