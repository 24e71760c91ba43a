package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// edgeScenarios are what Expressways say about TLS, DNS, zones, calls and
// themselves. Each failure names a peer of its own.
var edgeScenarios = []Scenario{
	tlsFailure("tls-untrusted", "expressway.tls-untrusted-ca", "the peer's certificate is of an authority that is not trusted", "self signed certificate in certificate chain"),
	tlsFailure("tls-identity", "expressway.tls-identity", "the peer's certificate has another name than the zone", "Peer's TLS certificate identity was unacceptable"),
	tlsFailure("tls-we-are-refused", "expressway.tls-peer-rejects-us", "the peer does not trust our certificate", "sslv3 alert certificate unknown"),
	tlsFailure("tls-reset", "expressway.tls-reset", "the peer ends the handshake without a word", "No SSL error available, probably remote disconnect"),
	{Name: "tls-no-certificate", Title: "the peer gives no certificate", Rules: []string{"expressway.tls-no-client-cert"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		ip := s.inside(5)
		s.refused(x, s.address(ip), 5061)
		s.expect("expressway.tls-no-client-cert", schemas.High, subject(ip))
	}},
	{Name: "tls-scanner", Title: "a scanner has no certificate", Often: 3, Like: []string{"expressway.tls-no-client-cert", "expressway.tls-reset"}, tell: func(s *story) {
		s.in()
		_, ip := s.company("scanner")
		s.refused(s.site.edge, s.address(ip), 5061)
	}},
	{Name: "tcp-churn", Title: "connections come and go", Often: 6, Like: []string{"expressway.tls-reset", "expressway.tls-peer-rejects-us", "expressway.tcp-connect-failed"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		_, ip := s.company("peer")
		p := s.address(ip)
		s.network(x, "tcp", "DEBUG", ends(p, address{x.ip, 5061})+` Detail="TCP Connection Established"`)
		s.wait(4 * time.Second)
		s.network(x, "tcp", "DEBUG", ends(p, address{x.ip, 5061})+` Detail="TCP Connection Closed" Reason="Got EOF on socket"`)
	}},
	{Name: "tcp-failed", Title: "the peer of a call does not take the connection", Rules: []string{"expressway.tcp-connect-failed"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		_, ip := s.company("peer")
		local, peer := address{x.ip, 25000 + s.rng.IntN(4000)}, address{ip, 5061}
		s.network(x, "tcp", "DEBUG", ends(local, peer)+` Detail="TCP Connecting"`)
		s.wait(10144 * time.Millisecond)
		s.network(x, "tcp", "ERROR", ends(local, peer)+` Detail="TCP Connection Failed"`)
		s.expect("expressway.tcp-connect-failed", schemas.High, subject(ip))
	}},
	{Name: "dns", Title: "a name is found by SRV after there was no NAPTR", Often: 5, Like: []string{"expressway.dns-unresolved"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		domain, ip := s.company("peer")
		s.network(x, "dns", "DEBUG", `Detail="Sending DNS query" Name="`+domain+`" Type="NAPTR (IPv4 and IPv6)"`)
		s.network(x, "dns", "DEBUG", `Detail="Could not resolve hostname" Name="`+domain+`" Type="NAPTR (IPv4 and IPv6)"`)
		s.network(x, "dns", "DEBUG", `Detail="Sending DNS query" Name="_sips._tcp.`+domain+`" Type="SRV (IPv4 and IPv6)"`)
		s.network(x, "dns", "DEBUG", `Detail="Resolved hostname to:  ['IPv4''TCP''`+ip+`:5061'] (A/AAAA) Hostname:'sip.`+domain+`' Port:'5061' Priority:'5' TTL:'300' Weight:'10' (SRV) Number of relevant records retrieved: 1"`)
	}},
	{Name: "dns-unresolved", Title: "the peer's name is not found", Rules: []string{"expressway.dns-unresolved"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		domain, _ := s.company("gone")
		for _, q := range []struct{ name, typ string }{{domain, "NAPTR"}, {"_sips._tcp." + domain, "SRV"}, {"_sip._tcp." + domain, "SRV"}, {domain, "A/AAAA"}} {
			s.network(x, "dns", "DEBUG", fmt.Sprintf(`Detail="Sending DNS query" Name="%s" Type="%s (IPv4 and IPv6)"`, q.name, q.typ))
			s.network(x, "dns", "DEBUG", fmt.Sprintf(`Detail="Could not resolve hostname" Name="%s" Type="%s (IPv4 and IPv6)"`, q.name, q.typ))
		}
		s.expect("expressway.dns-unresolved", schemas.Medium, subject(domain))
	}},
	{Name: "zone-auth", Title: "the traversal zone has another password on the two sides", Rules: []string{"expressway.zone-auth-failed"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		ip := fmt.Sprintf("10.%d.7.%d", 20+s.site.no, s.w.next()%250)
		for range 3 {
			s.line(x, "tvcs:", "developer.nomodule", "WARN", ` CodeLocation="ppcmains/sip/sipproxy/SipProxyAuthentication.cpp(686)" Method="SipProxyAuthentication::checkDigestSAResponse" Thread="0x7f2485cb0700": calculated response does not match supplied response, calculatedResponse=`+s.hex(32)+`, response=`+s.hex(32))
			s.event(x, "Authentication Failed", fmt.Sprintf(`Service="SIP" Src-ip="%s" Src-port="25723" Detail="Incorrect authentication credential for user" Protocol="TLS" Method="OPTIONS"`, ip))
			s.wait(20 * time.Second)
		}
		s.expect("expressway.zone-auth-failed", schemas.High, subject(ip))
	}},
	{Name: "neighbour-down", Title: "a neighbour gatekeeper does not answer", Rules: []string{"expressway.zone-neighbour-down"}, tell: func(s *story) {
		s.in()
		peer := fmt.Sprintf("10.%d.6.%d:1719", 20+s.site.no, s.w.next()%250)
		s.event(s.site.core, "External Server Communications Failure", `Reason="gatekeeper timed out" Service="NeighbourGatekeeper" Detail="name:`+peer+`"`)
		s.expect("expressway.zone-neighbour-down", schemas.High, subject(peer))
	}},
	{Name: "licence-limit", Title: "the call licences are used up", Rules: []string{"expressway.licence-limit"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		s.event(x, "License Limit Reached", `Reason="License limit reached" Service="SIP" Detail="Rich media session license limit reached"`)
		s.raise(x, "30019", "warning", "Call license limit reached: You have reached your license limit of concurrent call licenses")
		s.expect("expressway.licence-limit", schemas.High, subject(x.name))
	}},
	{Name: "licence", Title: "a licence is granted, said twice", Often: 4, Like: []string{"expressway.licence-limit"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		iso, utc := x.stamp(s.t)
		id := s.uuid()
		s.line(x, "licensemanager:", "developer.licensemanager.service.manager", "INFO", ` CodeLocation="licensemanager(192)" Detail="License granted" call_id="`+id+`" lic_type="collabedge" tokens=2`)
		s.write(x.log(), fmt.Sprintf(`%s %s licensemanager: Level="INFO" Detail="License granted" call_id="%s" lic_type="collabedge tokens=2" UTCTime="%s"`, iso, x.name, id, utc))
	}},
	alarmed("time-skew", "expressway.time-skew", "25022", "the clocks of the two Expressways differ", "Time not synchronized over traversal zone: The system time of this server is different from that on a server on the other side of a traversal zone"),
	alarmed("ssh-tunnel", "expressway.ssh-tunnel", "35013", "the tunnels between the Expressways are down", "Unified Communications SSH tunnel failure: This system cannot communicate with one or more remote hosts"),
	alarmed("certificate-expiry", "expressway.certificate-expiry", "40068", "the server certificate ends soon", "Server certificate expiry: The server certificate will expire within 7 days"),
	alarmed("ptr-missing", "mra.ptr-missing", "25030", "the reverse name of Expressway-E is not found", "Reverse DNS lookup failure: Reverse DNS lookup of the Expressway-E failed, this can cause MRA login to fail"),
	alarmed("token-keys", "mra.token-undecryptable", "40054", "the keys of the access tokens have changed", "Token decryption failure: The authorization token of a client could not be decrypted"),
	alarmed("xmpp-address", "xmpp.configuration-error", "25024", "the XMPP services have no address of their own", "XMPP configuration error: The address of this server cannot be used"),
	alarmed("intrusion-protection", "expressway.intrusion-protection", "40056", "nobody is shut out who guesses passwords", "Intrusion protection: The automated detection service is not running"),
	alarmed("app-crash", "expressway.app-crash", "15019", "a process of the Expressway has failed", "Application failed: An unexpected software error was detected in tvcs"),
	{Name: "cluster-peer", Title: "a peer of the cluster does not answer", Rules: []string{"expressway.cluster-peer-down"}, tell: func(s *story) {
		s.ownEdges() // a restart of another story is no excuse
		s.in()
		x := s.site.core
		peer := fmt.Sprintf("%s-expc%d.%s", s.site.name, s.w.next(), s.site.domain)
		s.lineBare(x, `Module="developer.clusterdb.cdb" Level="ERROR" Node="clusterdb@`+x.fqdn()+`" PID="<0.159.0>" Detail="Failed connecting to node" Node="clusterdb@`+peer+`"`)
		s.raise(x, "20006", "warning", "Cluster database communication failure: The database is unable to replicate with one or more of the cluster peers")
		s.expect("expressway.cluster-peer-down", schemas.High)
	}},
	{Name: "config-change", Title: "somebody changes the configuration", Rules: []string{"expressway.config-change"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		iso, utc := x.stamp(s.t)
		s.write(x.log(), fmt.Sprintf(`%s %s httpd[15060]: web: Event="System Configuration Changed" Detail="xconfiguration xcpConfiguration is_federation_enabled - changed from: 0 to: 1" Src-ip="10.%d.3.%d" User="admin" Level="1" UTCTime="%s"`,
			iso, x.name, 20+s.site.no, s.w.next()%250, utc[:19]))
		s.expect("expressway.config-change", schemas.Info)
	}},
	{Name: "h245-reject", Title: "one media channel of a call is refused", Rules: []string{"expressway.media-olc-reject"}, tell: func(s *story) {
		s.in()
		x := s.site.core
		_, ip := s.company("room")
		s.network(x, "h323", "INFO", `Action="Sent" Dst-ip="`+ip+`" Dst-port="49162" Detail="Sending H.245 OpenLogicalChannelRejResponse "`)
		s.network(x, "h323", "DEBUG", `Dst-ip="`+ip+"\" Dst-port=\"49162\"\nSending H.245 PDU:\nvalue MultimediaSystemControlMessage ::= response : openLogicalChannelReject :\n{\nforwardLogicalChannelNumber 3,\ncause dataTypeNotSupported : NULL\n}\n")
		s.expect("expressway.media-olc-reject", schemas.Medium)
	}},
	{Name: "b2b-not-found", Title: "nobody knows the called address", Rules: []string{"expressway.call-not-found"}, tell: func(s *story) {
		b := s.b2b("sip:nobody@" + s.site.domain)
		b.searched(`Reason="Not Found" `, "found:false, searchtype:INVITE, Info:Policy Response")
		b.rejected("404", "Not Found")
		s.expect("expressway.call-not-found", schemas.Medium)
		s.allow("expressway.call-rejected")
	}},
	{Name: "b2b-policy", Title: "the call policy refuses a call", Rules: []string{"expressway.call-policy-reject"}, tell: func(s *story) {
		b := s.b2b("sip:board@" + s.site.domain)
		s.network(b.x, "cpl", "DEBUG", fmt.Sprintf(`Remote-ip="%s" Remote-port="%d" Detail="CPL: <rule unauthenticated-origin=".*" destination="board@.*" message-regex=""> matched "`, b.peer.ip, b.peer.port))
		s.network(b.x, "cpl", "DEBUG", fmt.Sprintf(`Remote-ip="%s" Remote-port="%d" Detail="CPL: <reject/> "`, b.peer.ip, b.peer.port))
		b.searched(`Reason="Forbidden" `, "found:false, searchtype:INVITE, Info:Policy Response")
		b.rejected("403", "Forbidden", fmt.Sprintf(`Warning: 399 %s:5061 "Policy Response"`, b.x.ip))
		s.expect("expressway.call-policy-reject", schemas.Low)
		s.allow("expressway.call-rejected")
	}},
	{Name: "b2b-loop", Title: "the search for a call comes back to where it was", Rules: []string{"expressway.call-loop"}, tell: func(s *story) {
		b := s.b2b("sip:round@" + s.site.domain)
		s.event(b.x, "Search Loop detected", `Service="SIP" `+b.ids())
		b.rejected("482", "Loop Detected")
		s.expect("expressway.call-loop", schemas.Medium)
		s.allow("expressway.call-rejected")
	}},
	{Name: "b2b-declined", Title: "the called person declines", Often: 3, Like: []string{"expressway.call-rejected"}, tell: func(s *story) {
		b := s.b2b("sip:ann@" + s.site.domain)
		b.searched("", "found:true, searchtype:INVITE, Info:Found")
		b.rejected("603", "Decline")
	}},
}

// inside is an address of the site that no other story has.
func (s *story) inside(net int) string {
	n := s.w.next()
	return fmt.Sprintf("10.%d.%d.%d", 20+s.site.no, net+10*(n/250%20), 1+n%250)
}

// refused writes a connection that ends because its peer shows no certificate.
func (s *story) refused(x *expressway, peer address, port int) {
	s.network(x, "tcp", "DEBUG", ends(peer, address{x.ip, port})+` Detail="TCP Connection Established"`)
	s.network(x, "tcp", "DEBUG", ends(peer, address{x.ip, port})+` Detail="TCP Connection Closed" Reason="no certificate returned"`)
}

// ends are the pairs of a connection.
func ends(from, to address) string {
	return fmt.Sprintf(`Src-ip="%s" Src-port="%d" Dst-ip="%s" Dst-port="%d"`, from.ip, from.port, to.ip, to.port)
}

func (s *story) address(ip string) address { return address{ip, 20000 + s.rng.IntN(40000)} }

// lineBare writes a line without the name of a process, as the database does.
func (s *story) lineBare(x *expressway, rest string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s UTCTime="%s" %s`, iso, x.name, utc, rest))
}

// tlsFailure is an outbound handshake that fails; Expressway says it thrice.
func tlsFailure(name, rule, title, detail string) Scenario {
	return Scenario{Name: name, Title: title, Rules: []string{rule}, tell: func(s *story) {
		s.in()
		x := s.site.core
		domain, ip := s.company("peer")
		local, peer := address{x.ip, 25000 + s.rng.IntN(4000)}, address{ip, 7001}
		s.network(x, "tcp", "DEBUG", ends(local, peer)+` Detail="TCP Connecting"`)
		s.network(x, "tcp", "DEBUG", ends(local, peer)+` Detail="TCP Connection Established"`)
		s.event(x, "Outbound TLS Negotiation Error", `Service="SIP" `+ends(local, peer)+` Detail="`+detail+`" Protocol="TLS" Common-name="`+domain+`"`)
		s.network(x, "tcp", "DEBUG", ends(local, peer)+` Detail="TCP Connection Closed" Reason="`+detail+`"`)
		s.expect(rule, schemas.High, subject(ip))
	}}
}

// alarmed is a state that Expressway has an alarm for.
func alarmed(name, rule, id, title, detail string) Scenario {
	return Scenario{Name: name, Title: title, Rules: []string{rule}, tell: func(s *story) {
		s.in()
		s.raise(s.site.edge, id, "warning", detail)
		s.expect(rule, schemas.Medium, subject(s.site.edge.name))
	}}
}
