package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// call is a call that a CUCM cluster runs: a leg that came in and those that
// went out for it.
type call struct {
	s          *story
	node       *node // runs the call
	session    int
	a          *leg
	ciA, ciB   int
	caller     string // as CUCM has it after its transformations
	called     string
	deviceA    string
	tag        string // of what happened last
	b          []*leg
	globalCall int
}

// newCI returns the next call identifier of the site.
func (s *story) newCI(at *site) int {
	at.ci++
	return at.ci
}

// ownTag is what CUCM puts into the From or To tag of its side of a leg.
func (s *story) ownTag(n *node, ci int) string {
	return fmt.Sprintf("%d~%s-%d", s.w.next()+20000, n.site.uuid, ci)
}

// phoneLeg is the leg of a user's desk phone that calls.
func (s *story) phoneLeg(u *user, to string) *leg {
	return &leg{
		node: u.node, device: u.phone(), ip: u.ip, port: u.port, transport: "TCP", callID: s.phoneCallID(u.mac, u.ip),
		own: to, their: u.dn, theirTag: lower(u.mac) + s.hex(12) + "-" + s.hex(8), half: s.phoneHalf(u.mac),
		agent: "Cisco-CP8841/12.8.1", cseq: 101, logged: true,
	}
}

// trunkLeg is a leg that comes in over a SIP trunk.
func (s *story) trunkLeg(n *node, trunk, ip, from, to string) *leg {
	return &leg{
		node: n, trunk: true, device: trunk, ip: ip, port: 5060, transport: "TCP", callID: upper(s.hex(8)) + "-" + upper(s.hex(8)) + "-" + upper(s.hex(8)) + "@" + ip,
		own: to, their: from, theirTag: upper(s.hex(8)) + "-" + upper(s.hex(4)), half: s.hex(32),
		agent: "Cisco-SIPGateway/IOS-16.12.5", cseq: 101, logged: true,
	}
}

// open begins a call session on the leg: the INVITE comes in and CUCM looks
// its number up.
func (s *story) open(a *leg) *call {
	c := &call{s: s, node: a.node, session: s.begin(schemas.SessionCall), a: a, caller: a.their, called: a.own, deviceA: a.device}
	c.newIDs()
	a.ci, a.ownTag = c.ciA, s.ownTag(a.node, c.ciA)
	c.key(a)
	s.receive(a, s.message(a, false, fmt.Sprintf("INVITE sip:%s@%s:5060 SIP/2.0", a.own, a.node.ip), "INVITE", sdp(a.ip, 24000+s.rng.IntN(4000)*2, "0 8")))
	c.tag = a.tag
	s.tick()
	s.send(a, a.tag, s.message(a, true, "SIP/2.0 100 Trying", "INVITE", ""))
	return c
}

func (c *call) newIDs() {
	c.ciA, c.ciB = c.s.newCI(c.node.site), c.s.newCI(c.node.site)
	c.globalCall = c.ciA % 100000
	c.s.key(c.session, schemas.KeyCI, fmt.Sprint(c.ciA))
	c.s.key(c.session, schemas.KeyCI, fmt.Sprint(c.ciB))
}

func (c *call) key(l *leg) {
	c.s.key(c.session, schemas.KeyCallID, l.callID)
	if l.half != "" {
		c.s.key(c.session, schemas.KeySessionID, l.half)
	}
}

// analyze has CUCM look the called number up and set the call up.
func (c *call) analyze() *call {
	s, n := c.s, c.node
	s.tick()
	a := s.signal(n, c.tag, "DaReq", "wait", fmt.Sprintf("Da(%d,100,216,1)", n.id), fmt.Sprintf("Cdcc(%d,100,224,%d)", n.id, c.globalCall%500),
		flags+fmt.Sprintf(" CI=%d Fqdn=ti=1nd=%s Cgpn=tn=0npi=0ti=1nd=%s DialedNum=tn=0npi=1ti=1nd=%s", c.ciA, c.caller, c.caller, c.called))
	a.info("Digit Analysis: star_DaReq: daReq.partitionSearchSpace(INTERNAL_PT), filteredPartitionSearchSpaceString(INTERNAL_PT), partitionSearchSpaceString(INTERNAL_PT)")
	a.info("Digit Analysis: getDaRes - Remote Destination [] isURI[1]")
	a.info(fmt.Sprintf(`Digit analysis: match(pi="2", fqcn="%s", cn="%s",plv="5", pss="INTERNAL_PT", TodFilteredPss="INTERNAL_PT", dd="%s",dac="0")`, c.caller, c.caller, c.called))
	a.info("Digit analysis: analysis results")
	a.info(analysis(c.caller, c.called, "INTERNAL_PT", "RouteThisPattern", 0))
	s.control(n, "SETUP", c.ciA, c.ciB, c.caller, c.called, c.called)
	s.tick()
	s.signal(n, c.tag, "PolicyAndCACAssociateReq", "wait", fmt.Sprintf("LBMInterface(%d,100,84,1)", n.id), fmt.Sprintf("Cdcc(%d,100,224,%d)", n.id, c.globalCall%500),
		flags+fmt.Sprintf("aCI=%d bCI=%d", c.ciA, c.ciB)).
		info(fmt.Sprintf("LBMIF: CI: %d ASSOC    %d", c.ciA, c.ciB))
	return c
}

// analysis is the result block of digit analysis.
func analysis(caller, called, partition, flag string, cause int) string {
	return fmt.Sprintf("|PretransformCallingPartyNumber=%s\n|CallingPartyNumber=%s\n|DialingPartition=%s\n|DialingPattern=%s\n|FullyQualifiedCalledPartyNumber=%s\n|PotentialMatches=NoPotentialMatchesExist\n|RouteBlockFlag=%s\n|RouteBlockCause=%d",
		caller, caller, partition, called, called, flag, cause)
}

// bLeg is the leg to a user's phone.
func (c *call) bLeg(u *user) *leg {
	s := c.s
	return &leg{
		node: u.node, device: u.phone(), ip: u.ip, port: u.port, transport: "TCP", callID: s.newCallID(u.node), ci: c.ciB, ours: true,
		own: c.caller, their: u.dn, ownTag: s.ownTag(u.node, c.ciB), half: s.phoneHalf(u.mac), far: c.a.half,
		agent: "Cisco-CP8841/12.8.1", cseq: 101, logged: true,
	}
}

// trunkOut is the leg to the peer of a trunk.
func (c *call) trunkOut(trunk, ip, number string) *leg {
	s := c.s
	return &leg{
		node: c.node, trunk: true, device: trunk, ip: ip, port: 5060, transport: "TCP", callID: s.newCallID(c.node), ci: c.ciB, ours: true,
		own: c.caller, their: number, ownTag: s.ownTag(c.node, c.ciB), half: s.hex(32), far: c.a.half,
		agent: "Cisco-SIPGateway/IOS-16.12.5", cseq: 101, logged: true,
	}
}

// offer offers the call to a leg. What goes out carries the tag of the answer
// of the location bandwidth manager, not of the INVITE that came in.
func (c *call) offer(b *leg) *leg {
	s := c.s
	c.s.tick()
	s.control(c.node, "OFFERED", c.ciA, c.ciB, c.caller, c.called, c.called, c.deviceA, b.device)
	c.invite(b)
	return b
}

func (c *call) invite(b *leg) {
	s := c.s
	c.b = append(c.b, b)
	c.key(b)
	half := b.half
	b.half, b.tag = nilHalf, b.node.answered()
	s.tick()
	s.send(b, b.tag, s.message(b, true, fmt.Sprintf("INVITE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "INVITE", ""))
	b.half, b.theirTag = half, s.hex(16)
	s.pause(5*time.Millisecond, 40*time.Millisecond)
	s.receive(b, s.message(b, false, "SIP/2.0 100 Trying", "INVITE", ""))
}

// provisional has leg b answer with a provisional response, and CUCM pass it on.
func (c *call) ring(b *leg) {
	s := c.s
	s.pause(80*time.Millisecond, 300*time.Millisecond)
	s.receive(b, s.message(b, false, "SIP/2.0 180 Ringing", "INVITE", ""))
	c.tag = b.tag
	s.tick()
	if c.a.half != "" && c.a.far == "" {
		c.a.far = b.half
	}
	if c.a.callID != "" {
		s.send(c.a, b.tag, s.message(c.a, true, "SIP/2.0 180 Ringing", "INVITE", ""))
	}
}

// answer has leg b take the call.
func (c *call) answer(b *leg) {
	s := c.s
	s.pause(time.Second, 6*time.Second)
	s.receive(b, s.message(b, false, "SIP/2.0 200 OK", "INVITE", sdp(b.ip, 20000+s.rng.IntN(4000)*2, "0")))
	c.tag = b.tag
	s.tick()
	s.send(b, b.tag, s.message(b, true, fmt.Sprintf("ACK sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "ACK", ""))
	if c.a.callID == "" {
		return
	}
	s.send(c.a, b.tag, s.message(c.a, true, "SIP/2.0 200 OK", "INVITE", sdp(b.ip, 20000, "0")))
	s.pause(5*time.Millisecond, 30*time.Millisecond)
	s.receive(c.a, s.message(c.a, false, fmt.Sprintf("ACK sip:%s@%s:5060 SIP/2.0", c.a.own, c.a.node.ip), "ACK", ""))
}

// hangUp ends the call from the side of x; y is the other leg.
func (c *call) hangUp(x, y *leg) {
	s := c.s
	x.cseq = max(102, x.cseq+1)
	y.cseq = max(102, y.cseq+1)
	if x.callID != "" {
		s.receive(x, s.message(x, false, fmt.Sprintf("BYE sip:%s@%s:5060 SIP/2.0", x.own, x.node.ip), "BYE", ""))
		c.tag = x.tag
	}
	s.tick()
	if y.callID != "" {
		s.send(y, c.tag, s.message(y, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", y.their, y.ip, y.port), "BYE", ""))
	}
	if x.callID != "" {
		s.send(x, c.tag, s.answerTo(x, true, "SIP/2.0 200 OK", "BYE"))
	}
	s.pause(10*time.Millisecond, 80*time.Millisecond)
	if y.callID != "" {
		s.receive(y, s.answerTo(y, false, "SIP/2.0 200 OK", "BYE"))
	}
	c.release(16)
}

// answerTo is a response to a request of the other side in a dialog.
func (s *story) answerTo(l *leg, sent bool, start, method string) sipMessage {
	return s.message(l, sent, start, method, "")
}

func (c *call) release(cause int) {
	c.s.control(c.node, "RELEASE", c.ciA, c.ciB, cause)
}

// talk is how long people talk.
func (c *call) talk() { c.s.pause(8*time.Second, 70*time.Second) }

// refuse ends leg b with a final response that CUCM does not pass on.
func (c *call) refuse(b *leg, start string, headers ...string) {
	s := c.s
	s.pause(20*time.Millisecond, 200*time.Millisecond)
	b.extra = headers
	s.receive(b, s.message(b, false, start, "INVITE", ""))
	b.extra = nil
	c.tag = b.tag
	s.tick()
	s.send(b, b.tag, s.message(b, true, fmt.Sprintf("ACK sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "ACK", ""))
}

// fail ends the call towards its caller with a final response.
func (c *call) fail(start string, cause int, headers ...string) {
	s := c.s
	s.tick()
	if c.a.callID != "" {
		c.a.extra = headers
		s.send(c.a, c.tag, s.message(c.a, true, start, "INVITE", ""))
		c.a.extra = nil
		s.pause(5*time.Millisecond, 30*time.Millisecond)
		s.receive(c.a, s.message(c.a, false, fmt.Sprintf("ACK sip:%s@%s:5060 SIP/2.0", c.a.own, c.a.node.ip), "ACK", ""))
	}
	if cause > 0 {
		c.release(cause)
	}
}

// reject ends a call that was never released: its caller gets a final response
// and the call log says REJECT.
func (c *call) reject(start string, cause int, headers ...string) {
	c.s.control(c.node, "REJECT", c.ciA, c.ciB, c.caller, c.called, c.called, cause)
	c.fail(start, 0, headers...)
}

// cancel takes back the offer to leg b.
func (c *call) cancel(b *leg) {
	s := c.s
	s.send(b, c.tag, s.message(b, true, fmt.Sprintf("CANCEL sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "CANCEL", ""))
	s.pause(5*time.Millisecond, 30*time.Millisecond)
	s.receive(b, s.message(b, false, "SIP/2.0 200 OK", "CANCEL", ""))
	s.receive(b, s.message(b, false, "SIP/2.0 487 Request Cancelled", "INVITE", ""))
	s.tick()
	s.send(b, b.tag, s.message(b, true, fmt.Sprintf("ACK sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "ACK", ""))
}
