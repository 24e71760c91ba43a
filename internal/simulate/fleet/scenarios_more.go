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
		_, ip := s.company("room")
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
		iso, utc := x.stamp(s.t)
		s.write(x.log(), fmt.Sprintf(`%s %s supervisor: UTCTime="%s" Level="ERROR" Event="Application Failed" Detail="An unexpected software error was detected in portforwarding.pyc" Remote="edge_%d.%s"`, iso, x.name, utc, s.w.next(), s.site.domain))
		s.expect("mra.ssh-tunnel", schemas.High)
		s.allow("expressway.app-crash")
	}},
	{Name: "room-missing", Title: "a chat room is on no server any more", Rules: []string{"imp.room-not-found"}, tell: func(s *story) {
		c := s.client(s.user()).until("")
		s.in(c.session)
		room := fmt.Sprintf("chat%d@conference-3-standaloneclusterff6b8.%s", s.w.next(), s.site.domain)
		c.wire(atRecv, "Recv", fmt.Sprintf("<presence from='%s' to='%s/jabber_6742' type='error'><error code='404' type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>", room, c.u.jid()))
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
