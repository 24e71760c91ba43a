package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// quietScenarios are what servers print in healthy hours and what differs in a
// word from a failure.
var quietScenarios = []Scenario{
	{Name: "dtmf-asked", Title: "the media manager asks about digits and can do without help", Often: 2, Like: []string{"cucm.dtmf-impossible"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called))
		s.signal(c.node, c.tag, "MXAgenaConnectInd", "wait", fmt.Sprintf("MediaManager(%d,100,140,%d)", c.node.id, c.ciA), fmt.Sprintf("MediaExchange(%d,100,139,1)", c.node.id), flags).
			info(fmt.Sprintf("!!ERROR!! -MediaManager-(%d)::isMTPNeededForDTMFInjectionFromOOBTo2833 DTMFMTPSide=1, MTPInsertReason=1", c.ciA)).
			info(fmt.Sprintf("MediaManager(%d)::checkDTMFCaps - DTMF unknown, party supports RFC2833", c.ciA))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "recording", Title: "the two recording calls of a call end with it", Often: 2, Like: []string{"cucm.recording-failed"}, tell: func(s *story) {
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
		for range 2 {
			s.begin(schemas.SessionCall)
			r := &call{s: s, node: c.node, session: s.on[0], a: c.a, caller: fmt.Sprintf("b00%011d", 10_000_000+s.w.next()), called: "8500", deviceA: from.phone(), b: []*leg{b}}
			r.newIDs()
			r.record(began, answered, 16)
		}
	}},
	{Name: "invite-repeated", Title: "an INVITE over UDP is repeated twice and then answered", Often: 2, Like: []string{"cucm.retries-exhausted", "cucm.udp-send-failed"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.trunkOut("SIP_TRUNK_TO_GATEWAY", s.gateway(), c.called)
		b.transport = "UDP"
		c.key(b)
		m := s.message(b, true, fmt.Sprintf("INVITE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "INVITE", sdp(c.node.ip, 24000, "0"))
		s.control(c.node, "OFFERED", c.ciA, c.ciB, c.caller, c.called, c.called, c.deviceA, b.device)
		for _, gap := range []time.Duration{500 * time.Millisecond, time.Second} {
			s.send(b, c.tag, m)
			s.wait(gap)
		}
		c.offer(b)
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "message-in-pieces", Title: "a long SIP message comes in two pieces", Often: 2, Like: []string{"cucm.sip-message-too-large"}, tell: func(s *story) {
		s.in()
		n := s.node()
		ip := s.gateway()
		s.signal(n, n.inbound(ip, 5060), "SdlReadRsp", "wait", fmt.Sprintf("SIPTcp(%d,100,71,1)", n.id), fmt.Sprintf("SdlTCPConnection(%d,100,14,%d)", n.id, n.connection(ip+":5060")), "*TraceFlagOverrode").
			info("SIPTcp - SdlRead bufferLen=1238").
			info("SIPTcp - Saving 1238 bytes of incomplete message data.")
	}},
	{Name: "trunk-ping", Title: "the peer of a trunk asks every minute whether CUCM is there", Often: 2, Like: []string{"cucm.unknown-source"}, tell: func(s *story) {
		n := s.node()
		for range 3 {
			l := s.trunkLeg(n, "SIP_TRUNK_TO_SBC", s.gateway(), "ping", n.ip)
			l.logged, l.half, l.ownTag = false, "", s.hex(9)
			s.receive(l, s.message(l, false, "OPTIONS sip:"+n.ip+":5060 SIP/2.0", "OPTIONS", ""))
			s.tick()
			l.extra = []string{"Warning: 399 " + n.name + ` "Device handler is busy"`}
			s.send(l, l.tag, s.message(l, true, "SIP/2.0 200 OK", "OPTIONS", ""))
			s.wait(time.Minute)
		}
	}},
	{Name: "sccp-registers", Title: "an SCCP phone drops its first connection and registers by the second", Often: 2, Like: []string{"cucm.sccp-registration-rejected", "cucm.device-type-mismatch"}, tell: func(s *story) {
		u := s.user()
		s.in()
		n := u.node
		a := s.signal(n, n.inbound(u.ip, u.port), "StationClose", "wait_register", fmt.Sprintf("StationD(%d,100,63,33810)", n.id), fmt.Sprintf("StationInit(%d,100,62,1)", n.id), flags)
		s.endpointAlarm(a, "EndPointTransientConnection", "An endpoint attempted to register but did not complete registration", []string{
			"ConnectingPort:2000", "DeviceName:" + u.phone(), "IPAddress:" + u.ip, "DeviceType:495", "Reason:6", "Protocol:SCCP", "MACAddress:" + u.mac,
		})
		s.wait(8 * time.Second)
		a = s.signal(n, n.inbound(u.ip, u.port), "StationRegister", "wait_register", fmt.Sprintf("StationD(%d,100,63,33811)", n.id), fmt.Sprintf("StationInit(%d,100,62,1)", n.id), flags+"Name="+u.phone()+" Type=495")
		a.info(fmt.Sprintf("StationD:    (0033811) RegisterAck keepAliveInterval=30 DeviceName=%s", u.phone()))
	}},
	{Name: "xcp-busy", Title: "a presence server is busy, and has its database back at once", Like: []string{"imp.xcp-overload", "imp.xcp-startup", "imp.xcp-database"}, tell: func(s *story) {
		s.in()
		s.impAlarm("UC_Xcp", 4, "XcpComponentWriteAlarmYellow", nil, "The size of the write buffer has exceeded the yellow mark")
		s.alarmAs(s.site.impSyslog(), "Cisco XCP Message Archiver", "UC_Xcp", 2, "XcpDBConnectError", nil, "XCP data access layer was unable to connect to the DB")
		s.wait(20 * time.Second)
		s.alarmAs(s.site.impSyslog(), "Cisco XCP Message Archiver", "UC_Xcp", 6, "XcpDBConnectRestore", nil, "XCP data access layer has restored the connection to the DB")
	}},
	{Name: "presence-fallback", Title: "users move back to their presence server, and a warning is cleared", Like: []string{"imp.ha-failover", "imp.duplicate-user"}, tell: func(s *story) {
		s.in()
		s.impAlarm("UC_SRM", 5, "SRMFallback", []string{"FromNode=" + s.site.imp.name, "ToNode=" + s.impNode()}, "A fallback was performed")
		s.log4j("cupicsa", "icSyncAgent", "INFO", "Timer-7", "services.Subscriber", "clear notification IMP: srm.automatic.failover.peerdown")
		s.log4j("cupicsa", "icSyncAgent", "INFO", "Timer-7", "services.UserCheck", "check for duplicate user ids: DuplicateUserid 0")
	}},
	{Name: "room-open", Title: "a chat room answers, another one is for members only", Often: 2, Like: []string{"imp.room-not-found"}, tell: func(s *story) {
		s.in()
		u := s.user()
		for _, rest := range []string{"type='result' xmlns='jabber:client'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", "type='error' xmlns='jabber:client'><error code='407' type='auth'><registration-required xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"} {
			s.component("txt-conf-1", "debug", "DiscoGear.cpp:240", fmt.Sprintf("Handling disco#info query: <iq from='chat%d@conference-3-standaloneclusterff6b8.%s' id='%s:%s:1' to='%s/jabber_7321' %s", s.w.next(), s.site.domain, s.hex(8), s.hex(4), u.jid(), rest))
		}
	}},
}
