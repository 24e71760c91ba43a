package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// failedCallScenarios are calls that fail, and those that only look so.
var failedCallScenarios = []Scenario{
	{Name: "remote-destination-short", Title: "a PBX sends the extension instead of the remote destination", Rules: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		u, to := s.user(), s.user()
		n := s.node()
		whole := "87" + u.dn
		good := s.open(s.trunkLeg(n, "SIP_TRUNK_TO_PBX", s.pbx(), whole, to.dn))
		s.lookup(good, whole, "RDP-"+u.id+"-"+u.dn)
		good.analyze()
		b := good.offer(good.bLeg(to))
		good.ring(b)
		good.answer(b)
		s.pause(3*time.Second, 5*time.Second)
		good.hangUp(good.a, b)
		s.wait(20 * time.Second)

		bad := s.open(s.trunkLeg(n, "SIP_TRUNK_TO_PBX", s.pbx(), u.dn, to.dn))
		s.lookup(bad, u.dn, "")
		bad.analyze()
		b = bad.offer(bad.bLeg(to))
		bad.ring(b)
		bad.answer(b)
		s.pause(3*time.Second, 5*time.Second)
		bad.hangUp(bad.a, b)
		s.expect("cucm.remote-destination-unmatched", schemas.Medium, subject(u.dn))
	}},
	{Name: "remote-destination", Title: "a mobile phone is recognised as a remote destination", Often: 4, Like: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		u, to := s.user(), s.user()
		number := s.outsider()
		c := s.open(s.trunkLeg(s.node(), "SIP_TRUNK_TO_GATEWAY", s.gateway(), number, to.dn))
		s.lookup(c, number, "RDP-"+u.id+"-"+u.dn)
		c.analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "unallocated", Title: "the dialled number does not exist", Rules: []string{"cucm.number-unallocated"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), fmt.Sprintf("7%05d", s.w.next()%100000)))
		c.noRoute("RouteThisPattern", 1)
		c.reject("SIP/2.0 404 Not Found", 1, "Reason: Q.850;cause=1")
		s.expect("cucm.number-unallocated", schemas.Medium)
	}},
	{Name: "blocked", Title: "the caller may not dial the number", Rules: []string{"cucm.partition-blocked"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "900"+fmt.Sprintf("%07d", s.w.next())))
		c.noRoute("BlockThisPattern", 21)
		c.reject("SIP/2.0 403 Forbidden", 21, "Reason: Q.850;cause=21")
		s.expect("cucm.partition-blocked", schemas.Low)
	}},
	{Name: "trunk-down", Title: "the peer of a trunk does not answer the connection", Rules: []string{"cucm.trunk-unreachable"}, tell: func(s *story) {
		number := s.outsider()
		trunk := fmt.Sprintf("SIP_TRUNK_TO_SBC_%d", s.w.next())
		c := s.open(s.phoneLeg(s.user(), "9"+number[1:])).analyze()
		s.tick()
		s.control(c.node, "OFFERED", c.ciA, c.ciB, c.caller, c.called, c.called, c.deviceA, trunk)
		s.wait(3 * time.Second)
		c.reject("SIP/2.0 503 Service Unavailable", 1459617833, "Reason: Q.850;cause=41")
		s.expect("cucm.trunk-unreachable", schemas.High, subject(trunk))
	}},
	{Name: "trunk-failover", Title: "the first trunk of a route list is down, the second takes the call", Often: 3, Like: []string{"cucm.trunk-unreachable", "cucm.route-list-exhausted"}, tell: func(s *story) {
		number := s.outsider()
		c := s.open(s.phoneLeg(s.user(), "9"+number[1:])).analyze()
		s.tick()
		s.control(c.node, "OFFERED", c.ciA, c.ciB, c.caller, c.called, c.called, c.deviceA, "SIP_TRUNK_TO_OLD_GATEWAY")
		s.wait(3 * time.Second)
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), number))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "route-list-exhausted", Title: "no member of the route list takes the call", Rules: []string{"cucm.route-list-exhausted"}, tell: func(s *story) {
		number := s.outsider()
		c := s.open(s.phoneLeg(s.user(), "9"+number[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), number))
		c.refuse(b, "SIP/2.0 503 Service Unavailable", "Reason: Q.850;cause=34")
		s.signal(c.node, c.tag, "CcDisconnInd", "wait", fmt.Sprintf("RouteListCdrc(%d,100,98,12)", c.node.id), fmt.Sprintf("RouteListControl(%d,100,97,3)", c.node.id), flags+fmt.Sprintf("CI=%d CI.branch=0", c.ciB)).
			info("RouteListCdrc::terminateCall - no more destinations in list")
		c.fail("SIP/2.0 503 Service Unavailable", 34, "Reason: Q.850;cause=34")
		s.expect("cucm.route-list-exhausted", schemas.High)
	}},
	{Name: "hunt-no-answer", Title: "nobody in the hunt group answers", Rules: []string{"cucm.hunt-no-answer"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), s.pilot())).analyze()
		b := c.offer(c.bLeg(s.user()))
		c.ring(b)
		s.wait(12 * time.Second)
		c.cancel(b)
		s.signal(c.node, c.tag, "CcDisconnReq", "wait", fmt.Sprintf("SIPCdpc(%d,100,85,10)", c.node.id), fmt.Sprintf("Cdcc(%d,100,224,1)", c.node.id), flags+fmt.Sprintf("CI=%d CI.branch=0", c.ciA)).
			info("//SIP/Stack/Info/0x0/act_sentalert_disconnect: Disconnect cause from ccapi :19 and sip_disc_cause: 480")
		c.fail("SIP/2.0 480 Temporarily Not Available", 19, "Reason: Q.850;cause=19")
		s.expect("cucm.hunt-no-answer", schemas.Info)
	}},
	{Name: "codec", Title: "the two sides have no codec in common", Rules: []string{"cucm.no-common-codec"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		c.refuse(b, "SIP/2.0 488 Not Acceptable Media", "Reason: Q.850;cause=65")
		c.fail("SIP/2.0 488 Not Acceptable Media", 65, "Reason: Q.850;cause=65")
		s.expect("cucm.no-common-codec", schemas.High)
	}},
	{Name: "reinvite-488", Title: "a change of a running call is refused, and the call lives on", Often: 2, Like: []string{"cucm.no-common-codec"}, tell: func(s *story) {
		from, to := s.user(), s.user()
		c := s.open(s.phoneLeg(from, to.dn)).analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		s.pause(5*time.Second, 20*time.Second)
		b.cseq = 102
		s.send(b, c.tag, s.message(b, true, fmt.Sprintf("INVITE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "INVITE", sdp(c.node.ip, 24000, "9")))
		s.pause(5*time.Millisecond, 50*time.Millisecond)
		s.receive(b, s.message(b, false, "SIP/2.0 488 Not Acceptable Media", "INVITE", ""))
		s.send(b, b.tag, s.message(b, true, fmt.Sprintf("ACK sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "ACK", ""))
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "unknown-source", Title: "a SIP request comes from an address that CUCM does not know", Rules: []string{"cucm.unknown-source"}, tell: func(s *story) {
		n := s.node()
		_, ip := s.company("stranger")
		c := s.open(s.trunkLeg(n, "", ip, "1000", s.user().dn))
		s.signal(n, c.tag, "SIPSetupInd", "wait", fmt.Sprintf("SIPHandler(%d,100,79,1)", n.id), fmt.Sprintf("SIPTcp(%d,100,71,1)", n.id), flags).
			info("SIPStationInit: forwardSIPSignal Unable to route message, Cannot find the SIP Device with Name=" + ip)
		c.fail("SIP/2.0 503 Service Unavailable", 0, warning(n, fmt.Sprintf("Unable to find a device handler for the request received on port 5060 from %s", ip)))
		s.expect("cucm.unknown-source", schemas.Medium, subject(ip))
	}},
	{Name: "diversion", Title: "the carrier refuses a forwarded call", Rules: []string{"cucm.carrier-rejects-diversion"}, tell: func(s *story) {
		u := s.user()
		c := s.trunkIn(s.outsider())
		b := c.trunkOut("SIP_TRUNK_TO_CARRIER", s.gateway(), s.outsider())
		b.extra = []string{fmt.Sprintf("Diversion: <sip:%s@%s>;reason=unconditional;privacy=off;screen=yes", u.dn, c.node.ip)}
		c.offer(b)
		c.refuse(b, "SIP/2.0 604 Does Not Exist Anywhere")
		c.fail("SIP/2.0 604 Does Not Exist Anywhere", 1, "Reason: Q.850;cause=1")
		s.expect("cucm.carrier-rejects-diversion", schemas.Medium)
		s.allow("cucm.number-unallocated")
	}},
	{Name: "call-loop", Title: "a call goes round until its hops are used up", Rules: []string{"cucm.call-loop"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_PBX", s.pbx(), c.called))
		c.refuse(b, "SIP/2.0 483 Too Many Hops")
		c.fail("SIP/2.0 500 Internal Server Error", 25)
		s.expect("cucm.call-loop", schemas.High)
	}},
	{Name: "out-of-bandwidth", Title: "call admission control refuses the bandwidth", Rules: []string{"cucm.out-of-bandwidth"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), s.user().dn)).analyze()
		s.signal(c.node, c.tag, "PolicyAndCACReserveReq", "wait", fmt.Sprintf("LBMInterface(%d,100,84,1)", c.node.id), fmt.Sprintf("Cdcc(%d,100,224,1)", c.node.id), flags).
			info(fmt.Sprintf("LBMIF: CI: %d BW RSV>", c.ciA)).
			info(fmt.Sprintf("LBMIF: CI: %d RSV XML< (%d) id S A:N,80 V:N,0 I:N,0", c.ciA, c.ciA))
		s.with(nil, func() {
			s.alarm(c.node, "UC_CALLMANAGER", 4, "LocationOutOfResource", []string{"LocationNumber=3", "LocationName=BRANCH_" + upper(s.hex(4)), "ResourceType=1"}, "A call through a location has failed")
		})
		c.fail("SIP/2.0 503 Service Unavailable", 125, "Reason: Q.850;cause=125")
		s.expect("cucm.out-of-bandwidth", schemas.High)
	}},
}

// pbx is the address of the site's old telephone system.
func (s *story) pbx() string { return fmt.Sprintf("10.%d.0.%d", 20+s.site.no, 61) }

// noRoute has CUCM find no route for the called number.
func (c *call) noRoute(flag string, cause int) {
	s, n := c.s, c.node
	s.tick()
	a := s.signal(n, c.tag, "DaReq", "wait", fmt.Sprintf("Da(%d,100,216,1)", n.id), fmt.Sprintf("Cdcc(%d,100,224,%d)", n.id, c.globalCall%500), flags+fmt.Sprintf(" CI=%d Fqdn=ti=1nd=%s", c.ciA, c.caller))
	a.info("Digit Analysis: getDaRes - Remote Destination [] isURI[1]")
	a.info(fmt.Sprintf(`Digit analysis: match(pi="2", fqcn="%s", cn="%s",plv="5", pss="INTERNAL_PT", TodFilteredPss="INTERNAL_PT", dd="%s",dac="0")`, c.caller, c.caller, c.called))
	if flag == "BlockThisPattern" {
		a.info("Digit analysis: analysis results")
		a.info(analysis(c.caller, c.called, "BLOCKED_PT", flag, cause))
	} else {
		a.info("Digit analysis: potentialMatches=NoPotentialMatchesExist")
	}
	s.control(n, "SETUP", c.ciA, c.ciB, c.caller, c.called, c.called)
	s.signal(n, c.tag, "CcRejInd", "wait", fmt.Sprintf("Cc(%d,100,225,1)", n.id), fmt.Sprintf("Cdcc(%d,100,224,%d)", n.id, c.globalCall%500), flags+fmt.Sprintf("CI=%d CI.branch=0  cv=%d", c.ciA, cause)).
		info(fmt.Sprintf("//SIP/SIPCdpc(%d)/ci=%d/ccbId=0/scbId=0/disconnect: ccb->cc_disc_cause (%d); ccb->sip_disc_cause(404)", 1, c.ciA, cause))
}
