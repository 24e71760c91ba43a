package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// mraScenarios are sign-ins and calls from outside, over the Expressways.
var mraScenarios = []Scenario{
	{Name: "mra-signin", Title: "somebody signs in from outside", Often: 8, Like: []string{"mra.user-auth", "mra.401-no-upstream", "jabber.srv-missing", "mra.edge-config-failed", "mra.cookie-domain", "mra.inside-url"}, tell: func(s *story) {
		o := s.outside().configured()
		o.soap()
		o.xmpp()
		o.config()
		o.register("SIP/2.0 200 OK", "Expires: 120")
		o.say(atStatus, "Telephony Service Device Connection Status changed from [Connecting] to [Connected]")
	}},
	{Name: "mra-call", Title: "somebody outside calls somebody inside", Often: 5, tell: func(s *story) {
		o := s.outside().configured()
		o.register("SIP/2.0 200 OK", "Expires: 120")
		s.pause(2*time.Second, 9*time.Second)
		o.call(s.user())
	}},
	{Name: "mra-domain", Title: "the domain is not enabled for access from outside", Rules: []string{"mra.domain-forbidden"}, tell: func(s *story) {
		o := s.outside()
		n := o.asked(true)
		s.with([]int{o.mra, o.session}, func() {
			x := s.site.edge
			iso, utc := x.stamp(s.t)
			s.write(x.log(), fmt.Sprintf(`%s %s traffic_server[2030]: Event="Sending HTTP error response" Status="403" Reason="Forbidden" Dst-ip="%s" Dst-port="%d" TrackingID="%s" UTCTime="%s"`, iso, x.name, o.peer.ip, o.peer.port, o.tracking, utc))
		})
		o.returned(n, "403 Forbidden", "Server: CE_E")
		o.say(atEdge, "Failed to retrieve EdgeConfig with error:INTERNAL_ERROR")
		s.expect("mra.domain-forbidden", schemas.High)
		s.allow("mra.edge-config-failed")
	}},
	{Name: "edge-scanner", Title: "a scanner asks the edge for pages that are not there", Often: 4, Like: []string{"mra.domain-forbidden", "mra.locked-out"}, tell: func(s *story) {
		s.in()
		_, ip := s.company("scanner")
		peer := s.address(ip)
		x := s.site.edge
		x.txn++
		s.http(x, "Receive Request", "FOS_"+s.uuid(), peer, "GET /admin/login.php HTTP/1.1", "Host: "+x.ip)
		s.http(x, "Sending Response", "FOS_"+s.uuid(), peer, "HTTP/1.1 403 Forbidden", "Server: CE_E")
	}},
	{Name: "mra-password", Title: "CUCM rejects the password of somebody outside", Rules: []string{"mra.user-auth"}, tell: func(s *story) {
		o := s.outside()
		o.challenge()
		n := o.asked(true)
		o.passed()
		o.provision("401 Unauthorized")
		o.returned(n, "401 Unauthorized", `WWW-Authenticate: Basic realm="Cisco"`, "Server: CE_C ECS")
		s.expect("mra.user-auth", schemas.High, subject(o.u.id))
		s.allow("mra.edge-config-failed", "jabber.credentials-rejected")
	}},
	{Name: "mra-401-cached", Title: "Expressway-C answers 401 without asking CUCM", Rules: []string{"mra.401-no-upstream"}, tell: func(s *story) {
		s.ownEdges()
		s.outside().configured()
		s.wait(2 * time.Minute)
		o := s.outside()
		o.challenge()
		for range 4 {
			n := o.asked(true)
			o.passed()
			o.returned(n, "401 Unauthorized", `WWW-Authenticate: Basic realm="Cisco"`, "Server: CE_C ECS")
			s.wait(6 * time.Second)
		}
		s.expect("mra.401-no-upstream", schemas.High, subject(s.site.core.name))
		s.allow("mra.edge-config-failed", "jabber.credentials-rejected", "mra.user-auth")
	}},
	{Name: "mra-cookie", Title: "the cookie of the edge is for another domain", Rules: []string{"mra.cookie-domain"}, tell: func(s *story) {
		o := s.outside()
		o.challenge()
		n := o.asked(true)
		o.passed()
		o.provision("200 OK")
		domain, _ := s.company("inside")
		o.returned(n, "200 OK", "Server: CE_C ECS", "Set-Cookie: X-Auth=<CONCEALED>; Domain=."+domain+"; Path=/; Secure")
		o.say(atEdge, "XAuth Cookie expiration time is invalid or not available.")
		o.say(atEdge, "Failed to retrieve EdgeConfig with error:INTERNAL_ERROR")
		s.expect("mra.cookie-domain", schemas.High)
		s.allow("mra.edge-config-failed")
	}},
	{Name: "mra-next-hop", Title: "the Expressway-E does not reach the Expressway-C", Rules: []string{"mra.next-hop-failed"}, tell: func(s *story) {
		s.ownEdges()
		o := s.outside()
		n := o.asked(true)
		o.returned(n, "502 Next Hop Connection Failed", "Server: CE_E")
		o.say(atEdge, "Failed to retrieve EdgeConfig with error:INTERNAL_ERROR")
		s.expect("mra.next-hop-failed", schemas.High, subject(s.site.edge.name))
		s.allow("mra.edge-config-failed")
	}},
	{Name: "mra-next-hop-once", Title: "the Expressway-C is reached at the second try", Often: 2, Like: []string{"mra.next-hop-failed"}, tell: func(s *story) {
		o := s.outside()
		n := o.asked(true)
		o.returned(n, "502 Next Hop Connection Failed", "Server: CE_E")
		s.wait(2 * time.Second)
		o.configured()
	}},
	{Name: "mra-edge-config", Title: "the edge's configuration names no UDS server", Rules: []string{"mra.edge-config-failed"}, tell: func(s *story) {
		o := s.outside()
		o.challenge()
		o.say(atEdge, "Edge provisioning failed! url='https://"+s.site.edge.fqdn()+":8443/', error='XML didn't contain UDS server address'")
		s.expect("mra.edge-config-failed", schemas.High, stage("edge"))
		s.allow("mra.uds-missing")
	}},
	{Name: "mra-service-408", Title: "Expressway-C does not answer the check of a registration", Rules: []string{"mra.service-408"}, tell: func(s *story) {
		o := s.outside().configured()
		r := o.registration()
		l := r.leg
		m := s.ask(l)
		s.with([]int{r.session, o.session}, func() { o.say(atSipMessage, "sipio-sent---> "+lines(m)) })
		x, core := s.site.edge, s.site.core
		s.in(r.session)
		s.sip(x, true, address{x.ip, 5061}, o.peer, m)
		s.begin(schemas.SessionOther)
		id := s.hex(16) + "@127.0.0.1"
		service := func(start string) sipMessage {
			return sipMessage{start: start, headers: []string{
				"Via: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bK" + s.hex(16), "Call-ID: " + id, "CSeq: 1 SERVICE",
				"From: <sip:serviceproxy@" + x.ip + ">;tag=" + s.hex(12), "To: <sip:serviceserver@" + core.ip + ">",
				fmt.Sprintf("Route: <sip:%s:5061;transport=tls;zone-id=3;directed;lr>", core.ip), "Event: service",
			}}
		}
		s.sip(x, false, address{x.ip, 7001}, address{core.ip, 5061}, service("SERVICE sip:serviceserver@"+core.ip+" SIP/2.0"))
		s.network(x, "tcp", "DEBUG", ends(address{x.ip, 25044}, address{core.ip, 5061})+` Detail="TCP Connecting"`)
		s.wait(10 * time.Second)
		s.network(x, "tcp", "ERROR", ends(address{x.ip, 25044}, address{core.ip, 5061})+` Detail="TCP Connection Failed"`)
		s.sip(x, true, address{x.ip, 7001}, address{core.ip, 5061}, service("SIP/2.0 408 Request Timeout"))
		s.expect("mra.service-408", schemas.High)
		s.allow("expressway.tcp-connect-failed", "sip.register-timeout", "login.stuck", "expressway.call-timeout")
	}},
	{Name: "mra-tls-cucm", Title: "CUCM does not trust Expressway-C", Rules: []string{"mra.tls-cucm"}, tell: func(s *story) {
		o := s.outside().configured()
		x := s.site.core
		s.with([]int{o.mra, o.session}, func() {
			iso, _ := x.stamp(s.t)
			s.write(x.log(), fmt.Sprintf("%s %s traffic_server[2030]:[ET_NET 1]ERROR:SSL connection failed for '%s':error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca", iso, x.name, o.u.node.fqdn()))
		})
		s.expect("mra.tls-cucm", schemas.High, subject(o.u.node.fqdn()))
		s.allow("login.stuck")
	}},
	{Name: "mra-voicemail", Title: "the voicemail server is not on the allow list", Rules: []string{"mra.voicemail-forbidden"}, tell: func(s *story) {
		o := s.outside().configured()
		o.soap()
		o.xmpp()
		o.config()
		o.get(fmt.Sprintf("https://%s-cuc1.%s/vmrest/mailbox/folders/inbox", s.site.name, s.site.domain), 403)
		s.expect("mra.voicemail-forbidden", schemas.Medium, stage("voicemail"))
	}},
}
