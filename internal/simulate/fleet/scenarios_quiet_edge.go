package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// quietEdgeScenarios are what Expressways print in healthy hours and what
// differs in a word from a failure.
var quietEdgeScenarios = []Scenario{
	alarmOver("ssh-tunnel-again", "35013", "the tunnels come back after a restart", "Unified Communications SSH tunnel failure: This system cannot communicate with one or more remote hosts", "expressway.ssh-tunnel", "mra.ssh-tunnel"),
	alarmOver("token-keys-read", "40054", "the keys of the access tokens are read again", "Token decryption failure: The authorization token of a client could not be decrypted", "mra.token-undecryptable"),
	alarmOver("xmpp-address-found", "25024", "the XMPP services find their address after a restart", "XMPP configuration error: The address of this server cannot be used", "xmpp.configuration-error"),
	alarmOver("intrusion-protection-up", "40056", "intrusion protection starts after the rest", "Intrusion protection: The automated detection service is not running", "expressway.intrusion-protection"),
	alarmOver("federation-told", "25023", "the servers are told of federation at the second try", "XMPP Federation configuration warning: Failed to configure Unified CM IM and Presence Service servers with Expressway address for XMPP federation", "xmpp.axl-failed"),
	alarmOver("ptr-found", "25030", "the reverse name of Expressway-E is found again", "Reverse DNS lookup failure: Reverse DNS lookup of the Expressway-E failed, this can cause MRA login to fail", "mra.ptr-missing"),
	alarmOver("certificate-renewed", "40068", "the certificate is renewed in time", "Server certificate expiry: The server certificate will expire within 7 days", "expressway.certificate-expiry"),
	alarmOver("debug-switched-off", "15017", "the logs are at DEBUG for a minute", "Verbose log levels configured: One or more modules of the Network log or Support log are set to a level of Debug or Trace", "expressway.debug-left-on"),
	{Name: "restart-asked", Title: "an administrator looks around and restarts a process", Often: 2, Like: []string{"expressway.app-crash", "expressway.config-change"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		s.event(x, "Admin Session Start", `Service="Web" Src-ip="10.9.9.9" User="admin"`)
		s.event(x, "Application Exit", `Service="H323" Detail="tvcs exits for a restart" User="admin"`)
		s.event(x, "Application Start", `Service="H323" Detail="tvcs"`)
	}},
	{Name: "b2b-rings-long", Title: "a call rings for 40 seconds, a fork times out, then it is answered", Often: 2, Like: []string{"expressway.call-timeout", "expressway.call-upstream-5xx"}, tell: func(s *story) {
		b := s.b2b("sip:ann@" + s.site.domain)
		b.searched("", "found:true, searchtype:INVITE, Info:Found")
		b.upstream("SIP/2.0 503 Service Unavailable")
		b.upstream("SIP/2.0 180 Ringing")
		s.wait(40 * time.Second)
		b.upstream("SIP/2.0 200 OK")
		s.event(b.x, "Call Connected", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="%d" Src-alias-type="SIP" Src-alias="%s" Dst-alias-type="SIP" Dst-alias="%s" %s Protocol="TLS"`, b.peer.ip, b.peer.port, b.from, b.target, b.ids()))
	}},
	{Name: "search-twice", Title: "a destination is searched for in two zones and found in the second", Often: 2, Like: []string{"expressway.call-loop", "expressway.call-not-found"}, tell: func(s *story) {
		b := s.b2b("sip:ben@" + s.site.domain)
		s.event(b.x, "Search Attempted", fmt.Sprintf(`Service="SIP" Src-alias-type="SIP" Src-alias="%s" Dst-alias-type="SIP" Dst-alias="%s" %s Detail="searchtype:INVITE, no loop"`, b.from[4:], b.target, b.ids()))
		b.searched("", "found:true, searchtype:INVITE, Info:Found")
		b.upstream("SIP/2.0 200 OK")
	}},
	{Name: "h245-accepted", Title: "the media channels of a call are accepted", Often: 2, Like: []string{"expressway.media-olc-reject"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		_, ip := s.company("room")
		s.network(x, "h323", "INFO", `Action="Sent" Dst-ip="`+ip+`" Dst-port="49162" Detail="Sending H.245 OpenLogicalChannelAckResponse "`)
		s.network(x, "h323", "DEBUG", `Dst-ip="`+ip+"\" Dst-port=\"49162\"\nSending H.245 PDU:\nvalue MultimediaSystemControlMessage ::= response : openLogicalChannelAck :\n{\nforwardLogicalChannelNumber 3\n}\n")
	}},
	{Name: "strange-certificate", Title: "a stranger shows a certificate of his own once", Often: 3, Like: []string{"expressway.tls-untrusted-ca", "expressway.tls-identity", "mra.sasl-query-failed"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		_, ip := s.company("scanner")
		peer, local := s.address(ip), address{x.ip, 5061}
		s.network(x, "tcp", "DEBUG", ends(peer, local)+` Detail="TCP Connection Established"`)
		s.event(x, "Inbound TLS Negotiation Error", `Service="SIP" `+ends(peer, local)+` Detail="self signed certificate" Protocol="TLS"`)
		s.network(x, "tcp", "DEBUG", ends(peer, local)+` Detail="TCP Connection Closed" Reason="self signed certificate"`)
		s.xcp(x, "INFO", "CMAuth.cpp:205", "Querying auth component for SASL mechanisms")
	}},
	{Name: "time-server", Title: "the time server is slow to answer", Often: 2, Like: []string{"expressway.zone-neighbour-down"}, tell: func(s *story) {
		s.in()
		s.event(s.site.core, "External Server Communications Failure", `Reason="timed out" Service="NTP" Detail="name:ntp1.`+s.site.domain+`:123"`)
	}},
	{Name: "service-again", Title: "the check of a registration times out once and is done in the next minute", Like: []string{"mra.service-408"}, tell: func(s *story) {
		s.begin(schemas.SessionOther)
		x, core := s.site.edge, s.site.core
		id := s.hex(16) + "@127.0.0.1"
		for i, start := range []string{"", "SIP/2.0 408 Request Timeout", "", "SIP/2.0 200 OK"} {
			m := sipMessage{start: start, headers: []string{
				"Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bK" + s.hex(16), "Call-ID: " + id, fmt.Sprintf("CSeq: %d SERVICE", 1+i/2),
				"From: <sip:serviceproxy@" + x.ip + ">;tag=" + s.hex(12), "To: <sip:serviceserver@" + core.ip + ">", "Event: service",
			}}
			if start == "" {
				m.start = "SERVICE sip:serviceserver@" + core.ip + " SIP/2.0"
			}
			s.sip(x, start != "", address{x.ip, 7001}, address{core.ip, 5061}, m)
			s.wait(10 * time.Second)
		}
	}},
}

// alarmOver is an alarm of an Expressway that no other story has, which is over
// within a minute.
func alarmOver(name, id, title, detail string, like ...string) Scenario {
	return Scenario{Name: name, Title: title, Like: like, tell: func(s *story) {
		s.ownEdges()
		s.in()
		s.raise(s.site.edge, id, "warning", detail)
		s.wait(50 * time.Second)
		s.lowered(s.site.edge, id, "warning", detail)
	}}
}
