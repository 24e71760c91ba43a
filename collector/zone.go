package collector

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// zoneBytes is how much of a log that prints local time is read ahead for
// something that tells the zone.
const zoneBytes = 4 << 20

// The logs that wait for their zone are held in memory: each at most
// heldBytes, all together at most allHeldBytes.
const (
	heldBytes    = 16 << 20
	allHeldBytes = 64 << 20
)

// zones finds out the zones of logs that print local time, while nobody has
// named one. A log may prove its own, or another log of the same node does:
// the head of an SDL trace prints the offset that the call logs beside it
// leave out. Such logs wait until everything else has been read, so that the
// order of the files does not matter.
type zones struct {
	mu    sync.Mutex
	proof map[string]proof // by node, or by path when nothing names it
	look  int              // number of the look at all files, of a Follower
	held  []heldLog
	bytes int
}

type proof struct {
	path    string
	look    int
	product string
	zone    *time.Location
}

type heldLog struct {
	kind  kind
	note  *schemas.Problem
	text  []byte
	fault error
}

// learn keeps what k tells about the clock of its node; of several logs the
// first in the order of paths has its way, but in a later look the later one:
// clocks change twice a year.
func (z *zones) learn(k *kind) {
	if k.zone == nil {
		return
	}
	node := nodeName(k.file.Node)
	if node == "" {
		node = "\x00" + k.file.Path // as one of the nodes that are not known
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if p, ok := z.proof[node]; ok && p.look == z.look && p.path <= k.file.Path {
		return
	}
	if z.proof == nil {
		z.proof = map[string]proof{}
	}
	z.proof[node] = proof{k.file.Path, z.look, productOf(k.file.Source), k.zone}
}

// hold keeps a log for later, false when there is no room.
func (z *zones) hold(h heldLog) bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.bytes+len(h.text) > allHeldBytes {
		return false
	}
	z.bytes += len(h.text)
	z.held = append(z.held, h)
	return true
}

// nodeName returns what the names of one host have in common: collections
// write it in lower case, logs with or without domain.
func nodeName(node string) string {
	if strings.Trim(node, "0123456789.:") != "" {
		node, _, _ = strings.Cut(node, ".")
	}
	return strings.ToLower(node)
}

// of returns what other logs have told of the clock that wrote file, nil for
// nothing: those of its node or, when nothing names that, those of all nodes of
// its product, if they agree.
func (z *zones) of(file *schemas.File) *time.Location {
	z.mu.Lock()
	defer z.mu.Unlock()
	if file.Node != "" {
		return z.proof[nodeName(file.Node)].zone
	}
	var all *time.Location
	for _, p := range z.proof {
		if p.product != productOf(file.Source) {
			continue
		}
		if all != nil && zoneName(all) != zoneName(p.zone) {
			return nil
		}
		all = p.zone
	}
	return all
}

// borrows reports whether other logs may tell the zone of k, which does not tell
// it itself: a log that prints local time, or an SDL trace of CUCM 8 or without
// its head. A client without a name may be anywhere; a node is where the others of
// its cluster are.
func (k *kind) borrows() bool {
	if _, asked := k.parser.(schemas.Zoner); !k.file.Source.LocalTime() && (!asked || k.file.Source != schemas.CUCMSDL) {
		return false
	}
	return k.file.Node != "" || productOf(k.file.Source) == "cucm"
}

// zoneName returns the name of zone, or its offset.
func zoneName(zone *time.Location) string {
	return cmp.Or(zone.String(), time.Time{}.In(zone).Format("-07:00"))
}

// productOf returns the product whose logs source is one of.
func productOf(source schemas.Source) string {
	product, _, _ := strings.Cut(string(source), ".")
	return product
}

// findZone sets the zone of k, and the date, when the beginning of its file tells
// it: up to zoneBytes of a log that prints local time, or lacks the head that
// tells both. begin returns the first size
// bytes, or all there are.
func (k *kind) findZone(begin func(size int) []byte) {
	z, ok := k.parser.(schemas.Zoner)
	if !ok {
		return
	}
	for size := headBytes; ; size *= 4 {
		// More may have been read; what tells the zone must not depend on it.
		text := begin(size)
		text = text[:min(len(text), size)]
		k.ask(func() { k.setZone(z.Zone(text)) })
		k.findDate(text)
		if k.zone != nil || !k.file.Source.LocalTime() && !k.undated() || len(text) < size || size >= zoneBytes {
			return
		}
	}
}

// zoneOf sets the zone of k when what the framer has gathered of the file, and
// what text still gives, tells it.
func (s *scanner) zoneOf(k *kind, text io.Reader, fault error) error {
	k.findZone(func(size int) []byte {
		if fault == nil {
			fault = s.framer.gather(text, size)
		}
		return s.framer.buf
	})
	return fault
}

// wait holds back a log of a node whose zone another log may tell; false when
// it is read at once. The error is that of text.
func (s *scanner) wait(k kind, text io.Reader, fault error, note *schemas.Problem) (held bool, _ error) {
	if k.zone != nil || !k.borrows() {
		return false, fault
	}
	f := &s.framer
	if fault == nil {
		if fault = f.gather(text, heldBytes); fault == nil {
			return false, nil // too long to wait
		}
	}
	return s.zones.hold(heldLog{k, note, slices.Clone(f.buf), fault}), fault
}

// release reads the logs that waited.
func (s *scanner) release() error {
	z := s.zones
	slices.SortFunc(z.held, func(a, b heldLog) int { return strings.Compare(a.kind.file.Path, b.kind.file.Path) })
	for _, h := range z.held {
		if zone := z.of(&h.kind.file); zone != nil {
			h.kind.setZone(zone)
		}
		f := &s.framer
		f.reset()
		copy(f.room(len(h.text)), h.text)
		f.gathered(len(h.text))
		if err := s.frame(h.kind, h.note, nil, h.fault); err != nil {
			return err
		}
	}
	return nil
}
