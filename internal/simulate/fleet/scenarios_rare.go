package fleet

import (
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// rareScenarios are failures whose lines are documented or inferred, and what
// is healthy beside them.
var rareScenarios = []Scenario{
	{Name: "trunk-certificate", Title: "the server does not trust the certificate of a trunk's peer", Rules: []string{"cucm.tls-failed"}, tell: func(s *story) {
		peer := s.tlsErrors("Certificate verification failed:(Verification error:18)- self signed certificate for %s", "Certificate verification failed for %s")
		s.expect("cucm.tls-failed", schemas.High, subject(peer))
	}},
	{Name: "trunk-scanner", Title: "a scanner speaks something else than TLS to the secure port", Often: 3, Like: []string{"cucm.tls-failed"}, tell: func(s *story) {
		s.tlsErrors("TLS protocol error(ssl reason code=unknown protocol [252]),lib=SSL routines [20],fun=ssl23_get_client_hello [118], errno=0 for %s")
		s.allow("cucm.tls-failed") // reported, at low
	}},
	{Name: "b2b-no-common-media", Title: "the two ends of a call have no codec in common", Rules: []string{"expressway.call-rejected"}, tell: func(s *story) {
		b := s.b2b("sip:ann@" + s.site.domain)
		b.upstream("SIP/2.0 488 Not Acceptable Here")
		b.rejected("488", "Not Acceptable Here")
		s.expect("expressway.call-rejected", schemas.High)
	}},
	{Name: "presence-peer-gone", Title: "the Presence Engine of the other node stops", Rules: []string{"imp.presence-stale"}, tell: func(s *story) {
		s.in()
		n := s.ownImp()
		s.alarmAs(n, "Cisco Presence Engine", "UC_PE", 2, "PEPeerNodeFailure", []string{"PeerNode=" + n.name + "b"}, "The Presence Engine service on the peer node has failed.")
		s.expect("imp.presence-stale", schemas.Medium, subject(n.name))
	}},
	{Name: "presence-up", Title: "the Presence Engine of a node starts", Often: 2, Like: []string{"imp.presence-stale"}, tell: func(s *story) {
		s.in()
		s.alarmAs(s.site.impSyslog(), "Cisco Presence Engine", "UC_PE", 6, "PEStateUp", nil, "The Presence Engine is up.")
	}},
	{Name: "router-not-restarted", Title: "the XCP Router is not restarted after a change", Rules: []string{"xmpp.axl-no-restart"}, tell: func(s *story) {
		s.in()
		n := s.ownImp()
		s.alarmAs(n, "Cisco XCP Config Manager", "UC_XcpCM", 2, "XCPConfigMgrJabberRestartRequired", nil, "The XCP Config Manager has regenerated XCP XML files and the XCP Router must be restarted.")
		s.expect("xmpp.axl-no-restart", schemas.High, subject(n.name))
	}},
	{Name: "config-manager-up", Title: "the XCP Config Manager starts", Often: 2, Like: []string{"xmpp.axl-no-restart"}, tell: func(s *story) {
		s.in()
		s.alarmAs(s.site.impSyslog(), "Cisco XCP Config Manager", "UC_XcpCM", 6, "XCPConfigMgrStarted", nil, "The service has started.")
	}},
	{Name: "dialback-denied", Title: "the other domain is on no allow list", Rules: []string{"xmpp.dialback-denied"}, tell: func(s *story) {
		here, there := s.stream("WARN ", "policy.cpp:9", "domain {there} denied by privacy mode")
		s.expect("xmpp.dialback-denied", schemas.Medium, subject(there+">"+here))
	}},
	{Name: "dialback-tls", Title: "two federated servers do not agree on TLS", Rules: []string{"xmpp.dialback-tls"}, tell: func(s *story) {
		_, there := s.stream("ERROR", "tls.cpp:99", "TLS handshake failed")
		s.expect("xmpp.dialback-tls", schemas.High, subject(there))
	}},
	{Name: "federation-tls", Title: "two federated servers agree on TLS", Often: 2, Like: []string{"xmpp.dialback-tls", "xmpp.dialback-denied"}, tell: func(s *story) {
		s.stream("DEBUG", "tls.cpp:99", "TLS ready, no handshake failed, no domain denied")
	}},
}

// ownImp is an IM and Presence server that no other story has.
func (s *story) ownImp() *node {
	n := s.w.next()
	return &node{host: s.site.newHost(fmt.Sprintf("imp%d", n), 200+n%50), id: 9, alarms: &counter{last: 100, format: "%d"}}
}

// tlsErrors writes what the TLS layer of CUCM says of a peer, which it names.
func (s *story) tlsErrors(formats ...string) (peer string) {
	s.in()
	n := s.node()
	_, ip := s.company("peer")
	peer = fmt.Sprintf("%s:%d", ip, 7501)
	a := s.signal(n, fmt.Sprintf("%d,100,14,%d.1^%s^*", n.id, n.connection(peer), ip), "SdlReadRsp", "wait", fmt.Sprintf("SIPTcp(%d,100,71,1)", n.id), fmt.Sprintf("SdlSSLTCPConnection(%d,100,17,%d)", n.id, n.connection(peer)), "*TraceFlagOverrode")
	for _, f := range formats {
		a.info(fmt.Sprintf("[%d, 600, 17, %d]: HandleSSLError - ", n.id, n.connection(peer)) + fmt.Sprintf(f, peer))
	}
	return peer
}

// stream writes twice, half a minute apart, what the XCP connection manager
// says of a stream of another domain, {there}.
func (s *story) stream(level, location, detail string) (here, there string) {
	s.in()
	there, _ = s.company("stream")
	here, _ = s.company("own")
	detail = strings.ReplaceAll(detail, "{there}", there)
	for range 2 {
		s.xcp(s.site.edge, level, location, fmt.Sprintf("(%s, %s:%s, IN) %s", s.uuid(), here, there, detail))
		s.wait(30 * time.Second)
	}
	return here, there
}
