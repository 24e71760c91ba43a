package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// moreScenarios are the rarer failures of the edge, of IM and Presence and of
// other clients.
var moreScenarios = []Scenario{
	{Name: "b2b-upstream-504", Title: "the other company's server does not reach its own", Rules: []string{"expressway.call-upstream-5xx"}, tell: func(s *story) {
		b := s.b2b("sip:ann@" + s.site.domain)
		b.upstream("SIP/2.0 504 Server time-out")
		b.rejected("504", "Server time-out")
		s.expect("expressway.call-upstream-5xx", schemas.High)
		s.allow("expressway.call-rejected")
	}},
	{Name: "b2b-timeout", Title: "nobody upstream answers a call", Rules: []string{"expressway.call-timeout"}, tell: func(s *story) {
		b := s.b2b("sip:ann@" + s.site.domain)
		b.upstream("")
		s.wait(32 * time.Second)
		b.rejected("408", "Request Timeout")
		s.expect("expressway.call-timeout", schemas.High)
		s.allow("expressway.call-rejected")
	}},
	{Name: "edge-registration-rejected", Title: "the Expressway refuses a registration", Rules: []string{"expressway.registration-rejected"}, tell: func(s *story) {
		s.in()
		ip := s.inside(4)
		alias := fmt.Sprintf("sip:room%d@%s", s.w.next(), s.site.domain)
		s.event(s.site.core, "Registration Requested", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="5060" Protocol="TCP" AOR="%s" Contact="%s" Call-id="%s"`, ip, alias, alias, s.hex(20)))
		s.event(s.site.core, "Registration Rejected", fmt.Sprintf(`Reason="Unknown domain" Service="SIP" Src-ip="%s" Src-port="5060" Protocol="TCP" AOR="%s" Contact="%s" Call-id="%s"`, ip, alias, alias, s.hex(20)))
		s.expect("expressway.registration-rejected", schemas.Medium, subject(alias))
	}},
	{Name: "edge-registration", Title: "a room system registers and refreshes", Often: 3, Like: []string{"expressway.registration-rejected"}, tell: func(s *story) {
		s.in()
		_, ip := s.company("room")
		alias := fmt.Sprintf("sip:room%d@%s", s.w.next(), s.site.domain)
		s.event(s.site.core, "Registration Requested", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="5060" Protocol="TCP" AOR="%s" Contact="%s"`, ip, alias, alias))
		s.event(s.site.core, "Registration Accepted", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="5060" Protocol="TCP" AOR="%s" Contact="%s"`, ip, alias, alias))
	}},
	{Name: "debug-left-on", Title: "a module is left at DEBUG", Rules: []string{"expressway.debug-left-on"}, tell: func(s *story) {
		s.in()
		s.raise(s.site.core, "15018", "warning", "Verbose log levels configured: One or more modules of the Network Log or Support Log are set to a level of Debug or Trace")
		s.expect("expressway.debug-left-on", schemas.Info)
	}},
	{Name: "alarm-over", Title: "an alarm that was lowered after a moment", Often: 3, Like: []string{"expressway.time-skew", "expressway.cluster-peer-down"}, tell: func(s *story) {
		s.ownEdges()
		s.in()
		const text = "Cluster database communication failure: The database is unable to replicate with one or more of the cluster peers"
		s.event(s.site.core, "Restart Requested", `Service="Clustering" User="admin"`)
		s.raise(s.site.core, "20006", "warning", text)
		s.wait(30 * time.Second)
		s.lowered(s.site.core, "20006", "warning", text)
		s.allow("expressway.cluster-peer-down")
	}},
	{Name: "mra-uds-missing", Title: "the edge configuration that Expressway-C returns is empty", Rules: []string{"mra.uds-missing"}, tell: func(s *story) {
		o := s.outside()
		o.challenge()
		n := o.asked(true)
		o.passed()
		o.provision("200 OK")
		o.returned(n, "200 OK", "Server: CE_C ECS", "Content-Type: text/xml", "", "<getEdgeConfigResponse><serviceConfig><service><name>_cuplogin</name><error>NameError</error></service></serviceConfig><userUdsServer></userUdsServer></getEdgeConfigResponse>")
		o.say(atEdge, "Edge provisioning failed! url='https://"+s.site.edge.fqdn()+":8443/', error='XML didn't contain UDS server address'")
		s.expect("mra.uds-missing", schemas.High)
		s.allow("mra.edge-config-failed")
	}},
	{Name: "mra-inside-url", Title: "an inside address is asked for from outside", Rules: []string{"mra.inside-url"}, tell: func(s *story) {
		o := s.outside().configured()
		o.soap()
		o.xmpp()
		o.config()
		o.broken("http://"+o.u.node.ip+":6970/CiscoJabberSetup.msi", "HOST_UNREACHABLE_ERROR")
		s.expect("mra.inside-url", schemas.Medium)
		s.allow("jabber.uds-unreachable")
	}},
	{Name: "mra-sasl-query", Title: "Expressway-C cannot ask IM and Presence for its mechanisms", Rules: []string{"mra.sasl-query-failed"}, tell: func(s *story) {
		s.in()
		s.xcp(s.site.core, "INFO", "CMAuth.cpp:211", "Failed to query auth component for SASL mechanisms")
		s.expect("mra.sasl-query-failed", schemas.High, subject(s.site.core.name))
	}},
	{Name: "mra-tunnel-name", Title: "the name of Expressway-E has an underscore and the tunnel fails", Rules: []string{"mra.ssh-tunnel"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		s.raise(x, "15019", "error", "Application failed: An unexpected software error was detected in portforwarding.pyc")
		s.expect("mra.ssh-tunnel", schemas.High)
		s.allow("expressway.app-crash")
	}},
	{Name: "mra-locked-out", Title: "an address tries too often and is shut out", Rules: []string{"mra.locked-out"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		_, ip := s.company("sleeper")
		for _, word := range []string{"Ban", "Unban"} {
			iso, _ := x.stamp(s.t)
			s.write(x.log(), fmt.Sprintf("%s %s fail2ban: fail2ban.actions: WARNING [http-ce-auth] %s %s", iso, x.name, word, ip))
			s.wait(10 * time.Minute)
		}
		s.expect("mra.locked-out", schemas.Medium, subject(ip))
	}},
	{Name: "sip-guesser", Title: "somebody outside guesses SIP passwords and is shut out", Often: 2, Like: []string{"mra.locked-out"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		_, ip := s.company("guesser")
		iso, _ := x.stamp(s.t)
		s.write(x.log(), fmt.Sprintf("%s %s fail2ban: fail2ban.actions: WARNING [sip-auth] Ban %s", iso, x.name, ip))
	}},
	{Name: "media-none", Title: "no media arrives on one side of a call", Rules: []string{"expressway.media-no-rx"}, tell: func(s *story) {
		s.ownEdges() // media that arrives for one call shows that the ports are open
		s.in()
		s.route("Creating", "UNDEFINED", 0)
		s.route("Creating", "UNDEFINED", 2)
		s.wait(50 * time.Second)
		s.route("Deleting", "UNDEFINED", 0)
		s.route("Deleting", "UNDEFINED", 2)
		s.expect("expressway.media-no-rx", schemas.Medium)
	}},
	{Name: "media", Title: "media arrives after the route was made", Often: 4, Like: []string{"expressway.media-no-rx"}, tell: func(s *story) {
		s.in()
		_, ip := s.company("phone")
		from := s.address(ip).String()
		s.route("Creating", "UNDEFINED", 0)
		s.route("Creating", "UNDEFINED", 2)
		s.wait(50 * time.Millisecond)
		s.route("Creating", from, 0)
		s.wait(20 * time.Second)
		s.route("Deleting", from, 0)
		s.route("Deleting", "UNDEFINED", 2)
	}},
	{Name: "one-way", Title: "a phone of an answered call receives nothing", Rules: []string{"cucm.one-way-audio-hint"}, tell: func(s *story) {
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
		c.quality(c.ciA, from, 2100, 0)
		c.quality(c.ciB, to, 2099, 2100)
		s.expect("cucm.one-way-audio-hint", schemas.Medium)
	}},
	{Name: "room-missing", Title: "a chat room is on no server any more", Rules: []string{"imp.room-not-found"}, tell: func(s *story) {
		s.in()
		u := s.user()
		room := fmt.Sprintf("chat%d@conference-3-standaloneclusterff6b8.%s", s.w.next(), s.site.domain)
		s.component("txt-conf-1", "debug", "DiscoGear.cpp:240", fmt.Sprintf("Handling disco#info query: <iq from='%s' id='%s:%s:1' to='%s/jabber_7321' type='error' xmlns='jabber:client'><query xmlns='http://jabber.org/protocol/disco#info'/><error code='404' type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", room, s.hex(8), s.hex(4), u.jid()))
		s.expect("imp.room-not-found", schemas.Medium, subject(room))
	}},
	{Name: "client-srv-missing", Title: "a third-party client finds no SRV record and asks the wrong servers", Rules: []string{"xmpp.client-srv-missing"}, tell: func(s *story) {
		p := s.pidgin()
		p.say("dnssrv: querying SRV record for " + s.site.domain + ": _xmpp-client._tcp." + s.site.domain)
		p.say("dnssrv: found 0 SRV entries, res_query returned an error")
		p.say("dnsquery: Performing DNS lookup for " + s.site.domain)
		p.say("proxy: Attempting connection to 10.0.0.4")
		s.wait(127 * time.Second)
		p.say("proxy: Error connecting to " + s.site.domain + ":5222 (Connection timed out).")
		s.expect("xmpp.client-srv-missing", schemas.Medium, subject(s.site.domain))
		s.allow("login.stuck")
	}},
	{Name: "xcp-paused", Title: "the connection manager stops listening because it is overloaded, then goes on", Often: 1, Like: []string{"xmpp.sasl-silent"}, tell: func(s *story) {
		s.in()
		s.impAlarm("UC_Xcp", 3, "XcpCmPauseSockets", nil, "The XCP Router has directed the XCP Connection Manager (CM) to pause listening on its socket due to load")
		s.wait(4 * time.Second)
		s.impAlarm("UC_Xcp", 6, "XcpCmResumeSockets", nil, "The XCP Router has directed the XCP Connection Manager (CM) to resume listening on its socket")
	}},
	{Name: "axl-slow", Title: "a peer's AXL answer takes more than a minute", Rules: []string{"imp.axl-slow"}, tell: func(s *story) {
		s.in()
		sequence := 1_563_080_000_000 + s.w.next()
		s.log4j("cupicsa", "icSyncAgent", "INFO", "http-bio-443-exec-742", "servletRouters.AXLFilter", fmt.Sprintf(`AXL REQUEST :
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body><ns:executeSQLQuery sequence="%d"><sql>SELECT count(*) from processnode</sql></ns:executeSQLQuery></SOAP-ENV:Body></SOAP-ENV:Envelope>`, sequence))
		s.wait(75 * time.Second)
		s.log4j("cupicsa", "icSyncAgent", "DEBUG", "http-bio-443-exec-742", "servletRouters.AXLFilter", fmt.Sprintf(`Final response String  : <?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><ns:executeSQLQueryResponse sequence="%d" xmlns:ns="http://www.cisco.com/AXL/API/8.0"><return><row><count>2</count></row></return></ns:executeSQLQueryResponse></soapenv:Body></soapenv:Envelope>`, sequence))
		s.expect("imp.axl-slow", schemas.Medium)
	}},
}

// component writes a line of an XCP component of IM and Presence, which prints
// the time of day and no date.
//
//	16:12:44.634 |046f1b70| debug| DiscoGear.cpp:240 Handling disco#info query: …
func (s *story) component(name, level, place, text string) {
	h := s.site.imp
	l := h.log(name, func() *logFile {
		return &logFile{zone: time.UTC, path: func(int) string {
			return fmt.Sprintf("%s/imp/%s/epas/trace/xcp/log/%s_00000001.log", s.site.name, h.fqdn(), name)
		}}
	})
	s.write(l, fmt.Sprintf("%s |046f1b70| %s| %s %s", l.clock(s.t).Format("15:04:05.000"), level, place, text))
}

// route writes a step in the life of a media route; the ports are those of the
// story, the second ones offset behind.
func (s *story) route(step, from string, offset int) {
	x := s.site.edge
	port := 36000 + 4*(s.no%2000) + offset
	s.network(x, "mediarouting", "DEBUG", fmt.Sprintf(`Action="Received" Detail="Route: %s: Packets Rxd on %s:%d (socket 0x556a7510b9c0) from %s Txd on %s:%d  (socket 0x556a70d11220)  to %s:48446"`, step, x.ip, port, from, x.ip, port+9000, s.site.core.ip))
}

// upstream passes the call on to Expressway-C's side and writes its answer, ""
// for none.
func (b *b2bCall) upstream(start string) {
	s := b.s
	to := address{s.site.core.ip, 7001}
	m := b.message("INVITE "+b.target+" SIP/2.0", "X-TAATag: "+b.tag)
	m.headers[0] = fmt.Sprintf("Via: SIP/2.0/TLS %s:7001;egress-zone=Traversal;branch=z9hG4bK%s;proxy-call-id=%s", b.x.ip, s.hex(20), b.serial)
	s.sip(b.x, false, address{b.x.ip, 7001}, to, m)
	if start == "" {
		return
	}
	s.wait(2 * time.Second)
	m.start = start
	s.sip(b.x, true, address{b.x.ip, 7001}, to, m)
}
