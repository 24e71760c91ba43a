package correlator

import (
	"maps"
	"slices"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// evaluateAXL makes one session per host that a node sends AXL requests to.
func (c *Correlator) evaluateAXL(r uint32) {
	start := func() folder {
		return &provisioning{hosts: map[string]*axlHost{}, last: hostsOf{}}
	}
	c.folded(r, schemas.SessionProvisioning, start, c.compareRecords, c.sort).finish(c)
}

// provisioning reads the AXL traffic of one node.
type provisioning struct {
	hosts map[string]*axlHost
	last  hostsOf
}

// hostsOf are the hosts of AXL traffic, by the file whose last line names them.
type hostsOf map[schemas.Fingerprint]string

// of returns the host that e is about. A response line may name none: it answers
// the request before it.
func (h hostsOf) of(e *schemas.Event) string {
	fp, host := e.ID.Fingerprint(), e.Key(schemas.KeyAddr)
	if host == "" && e.Kind == schemas.KindAXLResponse {
		host = h[fp]
	}
	h[fp] = host
	return host
}

// axlHost is the traffic with one host.
type axlHost struct {
	gist
	node      string
	outcome   schemas.Outcome
	requests  int
	request   uint32 // the first one
	responses int
	status    string // of the last response
	refused   detect.Period
	proofs    []uint32 // the first requests refused, and the last
	good      uint32   // the first success behind them, plus one
}

func (p *provisioning) add(n uint32, e *schemas.Event, level levels) {
	name := p.last.of(e)
	h := p.hosts[name]
	if h == nil {
		h = &axlHost{gist: newGist(schemas.SessionProvisioning, e), node: e.Node, outcome: schemas.OutcomeOpen}
		p.hosts[name] = h
	}
	h.add(e, level)
	if e.Kind == schemas.KindAXLRequest {
		if h.requests++; h.requests == 1 {
			h.request = n
		}
		return
	}
	h.responses++
	h.status = e.Attr("status")
	switch {
	case len(h.status) != 3:
		return
	case h.status[0] == '2':
		h.outcome = schemas.OutcomeOK
		if h.good == 0 {
			h.good = n + 1
		}
	case h.status[0] >= '4':
		h.outcome = schemas.OutcomeFailed
	}
	if h.status == "401" {
		h.good = 0
		h.refused.Add(e.Time)
		if len(h.proofs) == detect.MaxProofs {
			h.proofs = h.proofs[:detect.MaxProofs-1]
		}
		h.proofs = append(h.proofs, n)
	}
}

func (p *provisioning) finish(c *Correlator) {
	for _, name := range slices.Sorted(maps.Keys(p.hosts)) {
		h, x := p.hosts[name], c.shareOf(name)
		requests, responses := h.requests+x.requests, h.responses+x.answers
		s := c.eval.begin(detect.Session{Session: x.whole(&h.gist)})
		s.AXL = &detect.AXL{Node: h.node, Host: name, Refused: h.refused, Proofs: c.load(h.proofs)}
		if h.requests > 0 {
			s.AXL.Request = c.store.load(&c.eval.mem, h.request)
		}
		if h.good != 0 {
			s.AXL.Good = c.store.load(&c.eval.mem, h.good-1)
		}
		s.Outcome = h.outcome
		s.Summary = "AXL"
		if name != "" {
			s.Summary += " to " + name
		}
		s.Summary += ", " + plural(requests, "request") + ", " + plural(responses, "response")
		if responses > 0 && h.status != "" {
			s.Summary += ", the last one " + h.status
		}
		c.finish(s)
	}
}
