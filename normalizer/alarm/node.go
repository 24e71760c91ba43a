package alarm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// Node implements schemas.Noder: the host that the alarms in head come from,
// when it is one.
func (Parser) Node(_ string, head []byte) string {
	var node []byte
	for rest := head; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		h, ok := readHead(line, time.Time{})
		if !ok || !h.alarm {
			continue
		}
		host := shortHost(h.origin(line))
		if node != nil && host != nil && !bytes.EqualFold(node, host) {
			return ""
		}
		if host != nil {
			node = host
		}
	}
	return string(node)
}

// origin returns the host that raised the alarm in line: the one that it names
// as its node, else the one that sent it. An alert names the node of RTMT.
func (h *head) origin(line []byte) []byte {
	if !h.header.isAlert() {
		for _, mark := range [...]string{"[NodeID=", "[Node ID="} {
			if i := bytes.LastIndex(line, []byte(mark)); i >= 0 {
				id, _, _ := bytes.Cut(line[i+len(mark):], []byte("]"))
				if id = bytes.TrimSpace(id); len(id) > 0 {
					return id
				}
			}
		}
	}
	if h.envelope != nil {
		return h.envelope
	}
	return h.host
}

// shortHost returns host without its domain; an address stays whole.
func shortHost(host []byte) []byte {
	if len(bytes.Trim(host, "0123456789.:")) == 0 {
		return host
	}
	host, _, _ = bytes.Cut(host, []byte("."))
	return host
}

// Zone implements schemas.Zoner: what the local time of an envelope is ahead
// of the alarm's own, which is UTC.
//
//	Nov 28 10:15:02 cucm-1 local7 4 : 118: cucm-1: Nov 28 2015 08:15:02.331 UTC :  %UC_LOGIN-4-…  →  +02:00
func (Parser) Zone(head []byte) *time.Location {
	const quarter = 15 * 60
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		outer, n := readMoment(trimPriority(line))
		if n == 0 || outer.zoned {
			continue
		}
		h, ok := readHead(line, time.Time{})
		if !ok || !h.alarm || h.envelope == nil {
			continue
		}
		inner, _, found := stampBefore(line[:h.header.at])
		if !found || !inner.zoned || inner.offset != 0 {
			continue
		}
		ahead := outer.clock - inner.clock
		switch {
		case inner.day == outer.day:
		case ahead < 0:
			ahead += 24 * 3600
		default:
			ahead -= 24 * 3600
		}
		// The envelope is written up to some seconds later.
		offset := (ahead+quarter/2+24*3600)/quarter*quarter - 24*3600
		if late := ahead - offset; late < -60 || late > 120 || offset < -12*3600 || offset > 14*3600 {
			continue
		}
		return time.FixedZone("", offset)
	}
	return nil
}
