package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// settingsOf is whose settings they are: of a signature, in a cluster.
type settingsOf struct {
	sig     uint16
	cluster uint32 // symbol
}

// configure takes in record n, a setting that signature sig looks at. What it
// has said may have another cause now.
func (c *Correlator) configure(sig uint16, n uint32, e *schemas.Event) {
	key := settingsOf{sig, c.store.keys.symbol(e.Cluster)}
	c.signed.settings[key] = c.listed(c.signed.settings[key], n)
	c.signed.configured[sig] = true
}

// settleSettings has what signatures found evaluated again whose settings are new.
func (c *Correlator) settleSettings() {
	if len(c.signed.configured) == 0 {
		return
	}
	for i := range c.signed.incidents {
		if in := &c.signed.incidents[i]; c.signed.configured[in.sig] {
			c.forest.touch(in.root)
		}
	}
	for root, hits := range c.signed.sessions {
		if slices.ContainsFunc(hits, func(h hit) bool { return c.signed.configured[h.sig] }) {
			c.forest.touch(c.forest.find(root))
		}
	}
	clear(c.signed.configured)
}

// settingsFor returns the settings that the signature called name looks at, of
// the host that logged e: the dump of a configuration names no host, so it is
// taken for that of the logs in the same folder or archive.
func (c *Correlator) settingsFor(name string, e *schemas.Event) []*schemas.Event {
	sig := slices.IndexFunc(c.signed.sigs, func(s detect.Signature) bool { return s.Name == name })
	recs := slices.Clone(c.signed.settings[settingsOf{uint16(sig), c.store.keys.symbol(e.Cluster)}])
	c.sort(recs)
	var list []*schemas.Event
	for _, n := range recs {
		s := c.store.load(&c.eval.mem, n)
		if s.Node != "" && strings.EqualFold(s.Node, e.Node) || s.Node == "" && folderOf(s.File) == folderOf(e.File) {
			list = append(list, s)
		}
	}
	return list
}

// folderOf returns where a file lies: in a folder, or in an archive.
func folderOf(path string) string {
	return path[:max(0, strings.LastIndexAny(path, "/\\!"))]
}

// moveSettings takes over the settings that variants look at.
func (m *moving) moveSettings() {
	for key, recs := range m.old.signed.settings {
		key.cluster = m.fresh.store.keys.symbol(m.old.store.name(key.cluster))
		for _, n := range m.settingsThatStay(recs) {
			m.fresh.signed.settings[key] = append(m.fresh.signed.settings[key], m.moved[n])
		}
	}
}
