package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// alikeScenarios are healthy: each prints what a failure prints as well.
var alikeScenarios = []Scenario{
	{Name: "call-forwarded", Title: "a forwarded call that the carrier takes", Often: 3, Like: []string{"cucm.carrier-rejects-diversion"}, tell: func(s *story) {
		u := s.user()
		c := s.trunkIn(s.outsider())
		b := c.trunkOut("SIP_TRUNK_TO_CARRIER", s.gateway(), s.outsider())
		b.extra = []string{fmt.Sprintf("Diversion: <sip:%s@%s>;reason=unconditional;privacy=off;screen=yes", u.dn, c.node.ip)}
		c.offer(b)
		b.extra = nil
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "call-bandwidth", Title: "call admission control grants the bandwidth", Often: 3, Like: []string{"cucm.out-of-bandwidth"}, tell: func(s *story) {
		from, to := s.user(), s.user()
		c := s.open(s.phoneLeg(from, to.dn)).analyze()
		s.signal(c.node, c.tag, "PolicyAndCACReserveReq", "wait", fmt.Sprintf("LBMInterface(%d,100,84,1)", c.node.id), fmt.Sprintf("Cdcc(%d,100,224,1)", c.node.id), flags).
			info(fmt.Sprintf("LBMIF: CI: %d BW RSV>", c.ciA)).
			info(fmt.Sprintf("LBMIF: CI: %d RSV XML< (%d) id S A:Y,80 V:N,0 I:N,0", c.ciA, c.ciA)).
			info(fmt.Sprintf("LBMIF: CI: %d BW RSV<S", c.ciA))
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(b, c.a)
	}},
	{Name: "call-digits", Title: "somebody dials slowly, digit by digit", Often: 3, Like: []string{"cucm.long-post-dial-delay", "cucm.number-unallocated", "cucm.partition-blocked"}, tell: func(s *story) {
		from, to := s.user(), s.user()
		l := s.phoneLeg(from, to.dn[:1])
		c := s.open(l)
		l.extra = []string{"Event: kpml"}
		s.send(l, c.tag, s.message(l, true, fmt.Sprintf("SUBSCRIBE sip:%s@%s:%d SIP/2.0", l.their, l.ip, l.port), "SUBSCRIBE", ""))
		s.tick()
		s.receive(l, s.message(l, false, "SIP/2.0 200 OK", "SUBSCRIBE", ""))
		for i := range to.dn[1:] {
			s.pause(2500*time.Millisecond, 3500*time.Millisecond)
			m := s.message(l, false, fmt.Sprintf("NOTIFY sip:%s@%s:5060 SIP/2.0", l.own, l.node.ip), "NOTIFY", "")
			m.typ, m.body = "application/kpml-response+xml", fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><kpml-response version="1.0" code="200" text="OK" digits="%c" tag="dtmf"/>`, to.dn[1+i])
			s.receive(l, m)
			c.tag = l.tag
			s.tick()
			s.send(l, l.tag, s.message(l, true, "SIP/2.0 200 OK", "NOTIFY", ""))
		}
		l.extra = nil
		c.called = to.dn
		c.analyze()
		b := c.offer(c.bLeg(to))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(b, c.a)
	}},
	{Name: "database-good", Title: "a server reads that replication is good", Often: 3, Like: []string{"cucm.db-replication"}, tell: func(s *story) {
		s.in()
		n := s.node()
		s.signal(n, n.answered(), "DbStationAutoRegisterReq", "initialized", fmt.Sprintf("Db(%d,100,208,1)", n.id), fmt.Sprintf("StationD(%d,100,63,33760)", n.id), flags).
			info("   DriverManager::readStatusFile(/usr/local/cm/db/pubstatus.txt)").
			info("   DriverManager::readStatusFile(/usr/local/cm/db/pubstatus.txt) = Good")
	}},
	{Name: "search-options", Title: "a search for the target of an OPTIONS finds nothing", Often: 3, Like: []string{"expressway.call-not-found", "expressway.call-policy-reject"}, tell: func(s *story) {
		s.in()
		s.event(s.site.core, "Search Completed", fmt.Sprintf(`Reason="Not Found" Service="SIP" Src-alias-type="SIP" Src-alias="ping@%s" Dst-alias-type="SIP" Dst-alias="sip:%s:5060" Call-serial-number="%s" Tag="%s" Detail="found:false, searchtype:OPTIONS, Info:Policy Response"`,
			s.site.domain, s.site.nodes[1].ip, s.uuid(), s.uuid()))
	}},
	{Name: "zone-challenge", Title: "a traversal zone asks for credentials once and gets them", Often: 3, Like: []string{"expressway.zone-auth-failed"}, tell: func(s *story) {
		s.in()
		x, peer := s.site.edge, address{s.site.core.ip, 25000 + s.rng.IntN(4000)}
		id := s.hex(16) + "@" + peer.ip
		for i, start := range []string{"", "SIP/2.0 401 Unauthorised", "", "SIP/2.0 200 OK"} {
			m := sipMessage{start: start, headers: []string{
				fmt.Sprintf("Via: SIP/2.0/TLS %s;branch=z9hG4bK%s", peer, s.hex(16)), "Call-ID: " + id, fmt.Sprintf("CSeq: %d OPTIONS", 1+i/2),
				"From: <sip:" + peer.ip + ">;tag=" + s.hex(12), "To: <sip:" + x.ip + ":7001>",
			}}
			if start == "" {
				m.start = "OPTIONS sip:" + x.ip + ":7001;transport=tls SIP/2.0"
			}
			s.sip(x, start == "", address{x.ip, 7001}, peer, m)
		}
	}},
	{Name: "axl-answered", Title: "a peer's AXL request is answered in time", Often: 3, Like: []string{"imp.axl-slow"}, tell: func(s *story) {
		s.in()
		sequence := 1_563_080_000_000 + s.w.next()
		s.log4j("cupicsa", "icSyncAgent", "INFO", "http-bio-443-exec-743", "servletRouters.AXLFilter", fmt.Sprintf("AXL REQUEST :\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://schemas.xmlsoap.org/soap/envelope/\"><SOAP-ENV:Body><ns:executeSQLQuery sequence=\"%d\"><sql>SELECT count(*) from processnode</sql></ns:executeSQLQuery></SOAP-ENV:Body></SOAP-ENV:Envelope>", sequence))
		s.wait(900 * time.Millisecond)
		s.log4j("cupicsa", "icSyncAgent", "DEBUG", "http-bio-443-exec-743", "servletRouters.AXLFilter", fmt.Sprintf(`Final response String  : <?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><ns:executeSQLQueryResponse sequence="%d" xmlns:ns="http://www.cisco.com/AXL/API/8.0"><return><row><count>2</count></row></return></ns:executeSQLQueryResponse></soapenv:Body></soapenv:Envelope>`, sequence))
	}},
	{Name: "pidgin-srv", Title: "a third-party client finds its server by SRV", Often: 2, Like: []string{"xmpp.client-srv-missing"}, tell: func(s *story) {
		p := s.pidgin()
		p.say("dnssrv: querying SRV record for " + s.site.domain + ": _xmpp-client._tcp." + s.site.domain)
		p.say("dnssrv: found 1 SRV entries")
		p.connect()
		p.accepted()
	}},
	{Name: "mra-mailbox", Title: "somebody outside reads his voicemail", Often: 3, Like: []string{"mra.voicemail-forbidden", "mra.uds-missing", "mra.tls-cucm"}, tell: func(s *story) {
		o := s.outside().configured()
		o.soap()
		o.xmpp()
		o.config()
		o.get(fmt.Sprintf("https://%s-cuc1.%s/vmrest/mailbox/folders/inbox", s.site.name, s.site.domain), 200)
	}},
	{Name: "router-connects", Title: "the XMPP routers connect at the second try", Often: 2, Like: []string{"xmpp.router-7400"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		ip := s.inside(9)
		s.jabberd(x, "INFO", "mio.c:1109", fmt.Sprintf("Connecting on fd 28 to host '%s', port 7400", ip))
		s.jabberd(x, "INFO", "base_connection.cpp:88", "Connected to component jabberd-port-1."+s.site.core.name)
	}},
	{Name: "register-other-503", Title: "a server that has no room says 503 once, the next REGISTER is taken", Often: 2, Like: []string{"cucm.register-device-closing", "cucm.registration-refused"}, tell: func(s *story) {
		r := s.phoneRegistration(s.user())
		s.exchange(r, "SIP/2.0 503 Service Unavailable", "Retry-After: 5")
		s.wait(5 * time.Second)
		s.exchange(r, "SIP/2.0 200 OK", "Expires: 120")
		s.key(r.session, schemas.KeyAddr, r.leg.ip)
	}},
}
