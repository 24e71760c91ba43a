package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// protoScenarios are calls whose first leg is not SIP, calls with a detail
// record, and the traces of CUCM 8.
var protoScenarios = []Scenario{
	{Name: "call-mgcp", Title: "a call from an ISDN line at an MGCP gateway", Often: 6, Like: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		to := s.user()
		number := s.outsider()
		c := s.pri(s.node(), s.mgcpGateway(), number[1:], to.dn)
		s.lookup(c, number, "")
		c.analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(b, c.a)
		c.endPRI()
	}},
	{Name: "call-h323", Title: "a call from an H.323 gateway", Often: 5, Like: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		to := s.user()
		number := s.outsider()
		c := s.h225(s.node(), fmt.Sprintf("10.%d.0.62", 20+s.site.no), number[1:], to.dn)
		s.lookup(c, number, "")
		c.analyze()
		c.h225Out("CcCallProcReq", "H225CallProceedingMsg", "02")
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.h225Out("CcAlertReq", "H225AlertMsg", "01")
		c.answer(b)
		c.h225Out("CcSetupRes", "H225ConnectMsg", "07")
		c.talk()
		c.hangUp(b, c.a)
		c.h225Out("CcDisconnReq", "H225ReleaseCompleteMsg", "5A 08 02 80 90")
	}},
	{Name: "call-h323-beside", Title: "an H.323 call begins half a second after a SIP call", Often: 2, Like: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		first, second := s.user(), s.user()
		second.node = first.node
		c := s.open(s.phoneLeg(first, second.dn)).analyze()
		s.wait(500 * time.Millisecond)
		number := s.outsider()
		d := s.h225(first.node, fmt.Sprintf("10.%d.0.63", 20+s.site.no), number[1:], second.dn)
		s.lookup(d, number, "")
		d.analyze()
		s.in(c.session)
		b := c.offer(c.bLeg(second))
		c.ring(b)
		s.in(d.session)
		d.reject("", 17)
		d.h225Out("CcRejReq", "H225ReleaseCompleteMsg", "5A 08 02 80 91")
		s.in(c.session)
		c.answer(b)
		c.talk()
		c.hangUp(b, c.a)
	}},
	{Name: "call-sccp", Title: "a call from an SCCP phone, dialled digit by digit", Often: 5, tell: func(s *story) {
		to := s.user()
		c := s.sccp(s.user(), to.dn).analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		c.sccpMedia()
		c.talk()
		c.hangUp(b, c.a)
	}},
	{Name: "call-cdr", Title: "a call with its detail record", Often: 8, Like: []string{"cucm.one-way-audio-hint"}, tell: func(s *story) {
		from, to := s.user(), s.user()
		began := s.t
		c := s.open(s.phoneLeg(from, to.dn)).analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		answered := s.t
		c.talk()
		c.hangUp(c.a, b)
		c.record(began, answered, 16)
		c.quality(c.ciA, from, 2100, 2098)
		c.quality(c.ciB, to, 2099, 2100)
	}},
	{Name: "sdi-short", Title: "CUCM 8: a PBX sends the extension instead of the remote destination", Rules: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		u := s.user()
		s.sdiCall("87"+u.dn, "RDP-"+u.id+"-"+u.dn)
		s.wait(15 * time.Second)
		s.sdiCall(u.dn, "")
		s.expect("cucm.remote-destination-unmatched", schemas.Medium, subject(u.dn))
	}},
	{Name: "sdi", Title: "CUCM 8: somebody outside calls", Often: 3, Like: []string{"cucm.remote-destination-unmatched"}, tell: func(s *story) {
		s.sdiCall(s.outsider(), "")
	}},
}

// sdi is the node's trace as CUCM 8 writes it.
func (n *node) sdi() *logFile {
	return n.log("sdi", func() *logFile {
		return &logFile{
			rotate: traceSize, zone: time.UTC, every: 10 * time.Second,
			path: func(part int) string { return fmt.Sprintf("%scm/trace/ccm/sdi/ccm%08d.txt", n.collected(), part+1) },
			beat: func(at time.Time) string {
				return n.sdi().clock(at).Format("01/02/2006 15:04:05.000") + " CCM|StationInit - InboundStim - KeepAliveMessage - Send KeepAlive to Device Controller. DeviceName=SEP001122334455, TCPHandle=000000046, IPAddr=" + n.ip +
					", Port=49888, Device Controller=[1,89,40]|<CLID::" + n.site.cluster() + "><NID::" + n.ip + "><CT::1,100,90,1.85832><IP::" + n.ip + "><DEV::SEP001122334455>\n"
			},
		}
	})
}

func (s *story) sdiLine(n *node, tag, msg string) {
	l := n.sdi()
	s.write(l, fmt.Sprintf("%s CCM|%s|<CLID::%s><NID::%s><CT::%s><IP::%s><DEV::>", l.clock(s.t).Format("01/02/2006 15:04:05.000"), msg, n.site.cluster(), n.ip, tag, s.pbx()))
}

// sdiCall is a call from the PBX over UDP in a trace of CUCM 8; found is the
// remote destination profile of the caller's number, "" for none. The node
// writes no other trace.
func (s *story) sdiCall(number, found string) {
	n := s.site.old()
	to := s.user()
	session := s.begin(schemas.SessionCall)
	l := s.trunkLeg(n, "SIP_TRUNK_TO_PBX", s.pbx(), number, to.dn)
	l.transport, l.half, l.ownTag, l.agent = "UDP", "", s.hex(9), "Aastra 400"
	s.key(session, schemas.KeyCallID, l.callID)
	tag := fmt.Sprintf("1,100,14,%d.1", s.w.next())
	invite := s.message(l, false, fmt.Sprintf("INVITE sip:%s@%s:5060 SIP/2.0", to.dn, n.ip), "INVITE", "").String()
	s.sdiLine(n, tag, fmt.Sprintf("//SIP/SIPUdp/wait_SdlDataInd: Incoming SIP UDP message size %d from %s:[5060]:\n%s", len(invite), s.pbx(), invite))
	s.wait(2 * time.Millisecond)
	s.sdiLine(n, tag, "//SIP/SIPCdpc(0,0,0)/ci=0/ccbId=0/scbId=0/globalize: Performing stripAndPrependDigits - Prefix data = , Strip Data = 0")
	s.sdiLine(n, tag, "//SIP/SIPCdpc(0,0,0)/ci=0/ccbId=0/scbId=0/globalize: CallingNumber after stripAndPrependDigits "+number)
	s.sdiLine(n, tag, "SPROC getCtrlPid - callingNum="+number+", inputCtrlPid=(5,100,175,1)")
	s.sdiLine(n, tag, "DbMobility: getMatchedRemDest starts: cnumber = "+number)
	s.sdiLine(n, tag, "DbMobility: getMatchedRemDest: full match case")
	if found == "" {
		s.sdiLine(n, tag, "DbMobility: can't find remdest "+number+" in map")
	} else {
		pkid := s.uuid()
		s.sdiLine(n, tag, "DbMobility:initRemDest: device pkid ["+pkid+"]")
		s.sdiLine(n, tag, "DbMobility: found DN association for remdest ["+number+"]")
		s.sdiLine(n, tag, "DbMobility: found remdest cnumber = "+number+", devicepkid = "+pkid)
		s.sdiLine(n, tag, pkid+" found in RemoteDeviceInfo hashmap - PID(s)=2 Name="+number+":"+found+" is Active=1 Protocol=Remote Destination")
	}
	for _, start := range []string{"SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"} {
		s.pause(5*time.Millisecond, 900*time.Millisecond)
		s.sdiLine(n, tag, fmt.Sprintf("//SIP/SIPUdp/wait_SdlSPISignal: Outgoing SIP UDP message to %s:[5060]:\n%s", s.pbx(), s.message(l, true, start, "INVITE", "").String()))
	}
}

// old is a server of release 8 that the site has not replaced yet.
func (s *site) old() *node {
	if s.oldNode == nil {
		s.oldNode = s.newNode("cucm8")
		s.nodes = s.nodes[:len(s.nodes)-1]
	}
	return s.oldNode
}
