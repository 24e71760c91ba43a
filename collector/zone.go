package collector

import (
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
	proof map[string]proof // by node
	held  []heldLog
	bytes int
}

type proof struct {
	path string
	zone *time.Location
}

type heldLog struct {
	kind  kind
	note  *schemas.Problem
	text  []byte
	fault error
}

// learn keeps what path tells about the clock of its node; of several logs the
// first in the order of paths has its way.
func (z *zones) learn(k *kind) {
	node := nodeName(k.file.Node)
	if node == "" || k.zone == nil {
		return
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if p, ok := z.proof[node]; ok && p.path <= k.file.Path {
		return
	}
	if z.proof == nil {
		z.proof = map[string]proof{}
	}
	z.proof[node] = proof{k.file.Path, k.zone}
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

// zoneOf sets the zone of k when what f has gathered of the file, and what
// text still gives, tells it.
func (s *scanner) zoneOf(k *kind, text io.Reader, fault error) error {
	z, ok := k.parser.(schemas.Zoner)
	if !ok {
		return fault
	}
	f := &s.framer
	for size := headBytes; ; size *= 4 {
		if fault == nil {
			fault = f.gather(text, size)
		}
		// More may have been read; what tells the zone must not depend on it.
		k.setZone(z.Zone(f.buf[:min(len(f.buf), size)]))
		if k.zone != nil || !k.file.Source.LocalTime() || len(f.buf) < size || size >= zoneBytes {
			return fault
		}
	}
}

// wait holds back a log of a node whose zone another log may tell; false when
// it is read at once. The error is that of text.
func (s *scanner) wait(k kind, text io.Reader, fault error, note *schemas.Problem) (held bool, _ error) {
	if k.zone != nil || k.file.Node == "" || !k.file.Source.LocalTime() {
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
		if p, ok := z.proof[nodeName(h.kind.file.Node)]; ok {
			h.kind.setZone(p.zone)
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
