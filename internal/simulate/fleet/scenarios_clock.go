package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// clockScenarios are clocks that differ, logs that are not whole, and names
// that are written in two ways.
var clockScenarios = []Scenario{
	{Name: "clock-ahead", Title: "the clock of a PC is 40 s ahead", Rules: []string{"trace.clock-skew"}, tell: func(s *story) {
		c := s.client(s.user())
		c.host.skew = 40 * time.Second
		c.until("")
		s.expect("trace.clock-skew", schemas.Info, subject(c.u.node.ip))
	}},
	{Name: "clock-behind", Title: "the clock of a PC is two minutes behind", Rules: []string{"trace.clock-skew"}, tell: func(s *story) {
		c := s.client(s.user())
		c.host.skew = -2 * time.Minute
		c.until("")
		s.expect("trace.clock-skew", schemas.Medium, subject(c.u.node.ip))
	}},
	{Name: "clock-abroad", Title: "a PC keeps the time of another zone", Often: 2, Like: []string{"trace.clock-skew"}, tell: func(s *story) {
		c := s.client(s.user())
		c.host.zone = time.FixedZone("+05:30", 5*3600+1800)
		c.until("")
	}},
	{Name: "trace-cut", Title: "lines were cut out of a trace", Rules: []string{"trace.gap"}, tell: func(s *story) {
		n := s.ownNode()
		s.callOn(n)
		n.seq.jump = 5000
		s.callOn(n)
		s.expect("trace.gap", schemas.Low, subject(n.name))
	}},
	{Name: "trace-runs-ahead", Title: "the numbers of a trace run ahead by some dozens", Like: []string{"trace.gap"}, tell: func(s *story) {
		n := s.ownNode()
		for range 3 {
			s.callOn(n)
			n.seq.jump = 40
		}
	}},
	{Name: "edge-at-info", Title: "an Expressway logs no SIP message, only what there was", Rules: []string{"trace.gap"}, tell: func(s *story) {
		s.ownEdges()
		s.site.edge.brief = true
		b := s.b2b("sip:ann@" + s.site.domain)
		b.upstream("SIP/2.0 200 OK")
		s.expect("trace.gap", schemas.Info, subject(s.site.edge.name))
	}},
	{Name: "mra-user-case", Title: "the user id is entered with a capital letter, and no phone service comes up", Rules: []string{"mra.user-id-case"}, tell: func(s *story) {
		o := s.outside()
		o.otherCase()
		s.wait(6 * time.Minute)
		o.say(atDevice, "Config not found for Key: [enable-secure-srst]. Using default value: []")
		s.expect("mra.user-id-case", schemas.Medium)
	}},
	{Name: "mra-user-same", Title: "the user id is entered with a capital letter, and the phone comes up", Often: 2, Like: []string{"mra.user-id-case"}, tell: func(s *story) {
		o := s.outside()
		o.otherCase()
		o.register("SIP/2.0 200 OK", "Expires: 120")
		o.say(atStatus, "Telephony Service Device Connection Status changed from [Connecting] to [Connected]")
	}},
}

// otherCase is a sign-in in which the user id is typed otherwise than CUCM has
// it; CUCM's address for the user's data has its own.
func (o *outside) otherCase() {
	o.entered = upper(o.u.id[:1]) + o.u.id[1:]
	o.configured()
	o.get(o.uds("user/"+o.u.id+"/devices"), 200)
	o.soap()
	o.xmpp()
	o.config()
}

// ownNode is a CUCM server that no other story has.
func (s *story) ownNode() *node {
	n := s.site.newNode(fmt.Sprintf("cucm-sub%d", s.w.next()))
	s.site.nodes = s.site.nodes[:len(s.site.nodes)-1]
	n.id = 100 + s.w.next() // correlation tags begin with it
	n.skew = 0
	return n
}

// callOn is a call between two phones of the node.
func (s *story) callOn(n *node) {
	from, to := s.user(), s.user()
	from.node, to.node = n, n
	c := s.open(s.phoneLeg(from, to.dn)).analyze()
	b := c.offer(c.bLeg(to))
	c.ring(b)
	c.answer(b)
	c.talk()
	c.hangUp(c.a, b)
}
