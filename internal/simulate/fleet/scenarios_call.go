package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// callScenarios are calls that work, in the shapes that are hard to join.
var callScenarios = []Scenario{
	{Name: "call-phone", Title: "a phone calls a phone", Often: 30, tell: func(s *story) {
		from, to := s.user(), s.user()
		c := s.open(s.phoneLeg(from, to.dn)).analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		c.talk()
		if s.rng.IntN(2) == 0 {
			c.hangUp(b, c.a)
		} else {
			c.hangUp(c.a, b)
		}
	}},
	{Name: "call-trunk-in", Title: "somebody outside calls a phone", Often: 15, Like: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		c := s.trunkIn(s.outsider())
		b := c.offer(c.bLeg(s.user()))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "call-trunk-out", Title: "a phone calls somebody outside", Often: 15, tell: func(s *story) {
		from := s.user()
		number := s.outsider()
		c := s.open(s.phoneLeg(from, "9"+number[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), number))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "call-shared-line", Title: "a shared line: one device does not know the call, the other takes it", Often: 4, Like: []string{"cucm.number-unallocated"}, tell: func(s *story) {
		from, to := s.user(), s.user()
		second := *to
		second.mac, second.port = fmt.Sprintf("0A%02X%08X", s.site.no, s.w.next()*0x101), to.port+1
		c := s.open(s.phoneLeg(from, to.dn)).analyze()
		b1 := c.offer(c.bLeg(to))
		b2 := c.bLeg(&second)
		c.invite(b2)
		c.refuse(b2, "SIP/2.0 404 Not Found")
		c.ring(b1)
		c.answer(b1)
		c.talk()
		c.hangUp(b1, c.a)
	}},
	{Name: "call-hunt", Title: "a hunt group: the first member does not answer, the second does", Often: 4, Like: []string{"cucm.hunt-no-answer"}, tell: func(s *story) {
		from, first, second := s.user(), s.user(), s.user()
		c := s.open(s.phoneLeg(from, s.pilot())).analyze()
		b1 := c.offer(c.bLeg(first))
		c.ring(b1)
		s.wait(12 * time.Second)
		c.cancel(b1)
		c.ciB = s.newCI(s.site)
		s.key(c.session, schemas.KeyCI, fmt.Sprint(c.ciB))
		s.control(c.node, "SETUP", c.ciA, c.ciB, c.caller, c.called, second.dn)
		b2 := c.offer(c.bLeg(second))
		c.ring(b2)
		c.answer(b2)
		c.talk()
		c.hangUp(c.a, b2)
	}},
	{Name: "call-transfer", Title: "a consulted transfer: two calls become one", Often: 4, tell: tellTransfer},
	{Name: "call-given-up", Title: "the caller hangs up while it rings", Often: 5, tell: func(s *story) {
		from, to := s.user(), s.user()
		c := s.open(s.phoneLeg(from, to.dn)).analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		s.pause(3*time.Second, 9*time.Second)
		s.receive(c.a, s.message(c.a, false, fmt.Sprintf("CANCEL sip:%s@%s:5060 SIP/2.0", to.dn, c.node.ip), "CANCEL", ""))
		c.tag = c.a.tag
		s.tick()
		s.send(c.a, c.tag, s.message(c.a, true, "SIP/2.0 200 OK", "CANCEL", ""))
		c.cancel(b)
		c.fail("SIP/2.0 487 Request Cancelled", 16)
	}},
	{Name: "call-busy", Title: "the called phone is busy", Often: 3, tell: func(s *story) {
		from, to := s.user(), s.user()
		c := s.open(s.phoneLeg(from, to.dn)).analyze()
		b := c.offer(c.bLeg(to))
		c.refuse(b, "SIP/2.0 486 Busy Here", "Reason: Q.850;cause=17")
		c.fail("SIP/2.0 486 Busy Here", 17, "Reason: Q.850;cause=17")
	}},
	{Name: "call-between-clusters", Title: "a call over an intercluster trunk, logged by both clusters", Often: 3, tell: tellBetweenClusters},
	{Name: "options-ping", Title: "OPTIONS pings answered with 483, as CUCM does", Often: 4, Like: []string{"cucm.call-loop"}, tell: func(s *story) {
		n := s.node()
		for range 3 {
			l := s.trunkLeg(n, "SIP_TRUNK_TO_GATEWAY", s.gateway(), "ping", n.ip)
			l.logged, l.half, l.ownTag = false, "", s.hex(9)
			s.receive(l, s.message(l, false, "OPTIONS sip:"+n.ip+":5060 SIP/2.0", "OPTIONS", ""))
			s.tick()
			s.send(l, l.tag, s.message(l, true, "SIP/2.0 483 Too Many Hops", "OPTIONS", ""))
			s.wait(20 * time.Second)
		}
	}},
}

// gateway is the address of the site's gateway to the public network.
func (s *story) gateway() string { return fmt.Sprintf("10.%d.0.%d", 20+s.site.no, 60) }

// pilot is the number of a hunt group.
func (s *story) pilot() string { return fmt.Sprintf("%d8%03d", s.site.no+2, s.w.next()%1000) }

// trunkIn begins a call that comes in over the trunk to the gateway. CUCM asks
// whether the caller's number is somebody's remote destination; it is not.
func (s *story) trunkIn(number string) *call {
	n := s.node()
	to := s.user()
	c := s.open(s.trunkLeg(n, "SIP_TRUNK_TO_GATEWAY", s.gateway(), number, to.dn))
	s.lookup(c, number, "")
	return c.analyze()
}

// lookup writes CUCM's search for the remote destination of a calling number;
// found is the name of the profile that it belongs to, "" for none.
func (s *story) lookup(c *call, number, found string) {
	n := c.node
	s.tick()
	a := s.signal(n, c.tag, "CcSetupInd", "wait", fmt.Sprintf("Cc(%d,100,220,1)", n.id), fmt.Sprintf("SIPCdpc(%d,100,85,%d)", n.id, c.globalCall%500), flags+fmt.Sprintf("CI=%d CI.branch=0", c.ciA))
	a.info(fmt.Sprintf("SPROC  getCtrlPid - callingNum=%s, inputCtrlPid=(%d,100,220,1)", number, n.id))
	a.info("CMUtility routeCallThroughCTIRD: no matching RemDestDynamic record exists for remdest [" + number + "]")
	a.info("DbMobility: getMatchedRemDest starts: cnumber = " + number)
	a.info("DbMobility: getMatchedRemDest: full match case")
	a.info("DbMobility SelectByDestination: no matching RemDestDynamic record exists for remdest [" + number + "]")
	if found == "" {
		a.info("DbMobility: can't find remdest " + number + " in map")
		return
	}
	pkid := s.uuid()
	a.info("DbMobility: found remdest cnumber = " + number + ", devicepkid = " + pkid)
	a.info(fmt.Sprintf("SMDMSharedData::findRemoteDeviceAny - Key=%s found in RemoteDeviceInfo hashmap - PID(s)=1 Name=%s:%s is Active=1 Protocol=Remote Destination", pkid, number, found))
}

// tellTransfer is a call that its second party hands to a third after talking
// to him: CUCM splits the two calls and joins their far ends.
func tellTransfer(s *story) {
	caller, helper, third := s.user(), s.user(), s.user()
	helper.node, third.node = caller.node, caller.node
	c := s.open(s.phoneLeg(caller, helper.dn)).analyze()
	b := c.offer(c.bLeg(helper))
	c.ring(b)
	c.answer(b)
	s.pause(5*time.Second, 10*time.Second)
	first := c.session

	s.in(first)
	consult := &call{s: s, node: c.node, session: first, a: s.phoneLeg(helper, third.dn), caller: helper.dn, called: third.dn, deviceA: helper.phone()}
	consult.newIDs()
	consult.a.ci, consult.a.ownTag = consult.ciA, s.ownTag(c.node, consult.ciA)
	consult.key(consult.a)
	s.receive(consult.a, s.message(consult.a, false, fmt.Sprintf("INVITE sip:%s@%s:5060 SIP/2.0", third.dn, c.node.ip), "INVITE", sdp(helper.ip, 24000, "0")))
	consult.tag = consult.a.tag
	s.tick()
	s.send(consult.a, consult.tag, s.message(consult.a, true, "SIP/2.0 100 Trying", "INVITE", ""))
	consult.analyze()
	t := consult.offer(consult.bLeg(third))
	consult.ring(t)
	consult.answer(t)
	s.pause(4*time.Second, 8*time.Second)

	refer := b
	refer.cseq, refer.extra = 103, []string{"Refer-To: <sip:" + third.dn + "@" + c.node.ip + "?Replaces=" + consult.a.callID + ">"}
	s.receive(refer, s.message(refer, false, fmt.Sprintf("REFER sip:%s@%s:5060 SIP/2.0", refer.own, c.node.ip), "REFER", ""))
	refer.extra = nil
	c.tag = refer.tag
	s.tick()
	s.send(refer, c.tag, s.message(refer, true, "SIP/2.0 202 Accepted", "REFER", ""))
	s.control(c.node, "SPLIT", c.ciA, c.ciB)
	s.control(c.node, "SPLIT", consult.ciA, consult.ciB)
	s.control(c.node, "JOIN", c.ciA, consult.ciB)
	for _, gone := range []*leg{b, consult.a} {
		gone.cseq++
		s.send(gone, c.tag, s.message(gone, true, fmt.Sprintf("BYE sip:%s@%s:%d SIP/2.0", gone.their, gone.ip, gone.port), "BYE", ""))
		s.pause(5*time.Millisecond, 20*time.Millisecond)
		s.receive(gone, s.answerTo(gone, false, "SIP/2.0 200 OK", "BYE"))
	}
	s.control(c.node, "RELEASE", c.ciB, 0, 0)
	s.control(c.node, "RELEASE", consult.ciA, 0, 0)
	c.talk()
	c.ciB = consult.ciB
	c.hangUp(c.a, t)
}

// tellBetweenClusters is a call that two clusters log: the INVITE between them
// has one Call-ID and in its From tag the call identifier of the cluster that
// sent it.
func tellBetweenClusters(s *story) {
	other := s.otherSite()
	from, to := s.user(), s.userAt(other)
	far := other.nodes[1]
	c := s.open(s.phoneLeg(from, to.dn)).analyze()
	out := c.offer(c.trunkOut("ICT_TO_"+upper(other.name), far.ip, to.dn))

	in := s.trunkLeg(far, "ICT_TO_"+upper(s.site.name), c.node.ip, from.dn, to.dn)
	in.callID, in.theirTag, in.half, in.agent = out.callID, out.ownTag, c.a.half, "Cisco-CUCM12.5"
	d := &call{s: s, node: far, session: c.session, a: in, caller: from.dn, called: to.dn, deviceA: in.device}
	d.newIDs()
	in.ci, in.ownTag = d.ciA, s.ownTag(far, d.ciA)
	out.theirTag = in.ownTag
	s.receive(in, s.message(in, false, fmt.Sprintf("INVITE sip:%s@%s:5060 SIP/2.0", to.dn, far.ip), "INVITE", ""))
	d.tag = in.tag
	d.analyze()
	b := d.offer(d.bLeg(to))
	d.ring(b)
	c.ring(out)
	s.pause(time.Second, 4*time.Second)
	d.answer(b)
	c.answer(out)
	c.talk()
	c.hangUp(c.a, out)
	d.hangUp(in, b)
}
