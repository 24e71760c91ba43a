package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// ourScenarios are failures that the catalogues of formats do not name, and
// what is healthy beside them.
var ourScenarios = []Scenario{
	{Name: "carrier-forbids", Title: "the carrier forbids a call", Rules: []string{"cucm.call-rejected-by-peer"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_CARRIER", s.gateway(), c.called))
		c.refuse(b, "SIP/2.0 403 Forbidden")
		c.fail("SIP/2.0 403 Forbidden", 21, "Reason: Q.850;cause=21")
		s.expect("cucm.call-rejected-by-peer", schemas.Medium)
	}},
	{Name: "carrier-second", Title: "the first carrier has no line, the second takes the call", Often: 2, Like: []string{"cucm.call-rejected-by-peer", "cucm.trunk-credentials"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_CARRIER", s.gateway(), c.called))
		c.refuse(b, "SIP/2.0 503 Service Unavailable", "Reason: Q.850;cause=34")
		b = c.offer(c.trunkOut("SIP_TRUNK_TO_CARRIER_2", s.pbx(), c.called))
		s.receive(b, s.message(b, false, "SIP/2.0 407 Proxy Authentication Required", "INVITE", ""))
		b.cseq++
		s.send(b, b.tag, s.message(b, true, fmt.Sprintf("INVITE sip:%s@%s:%d SIP/2.0", b.their, b.ip, b.port), "INVITE", sdp(c.node.ip, 24000, "0")))
		c.ring(b)
		c.answer(b)
		c.talk()
		c.hangUp(c.a, b)
	}},
	{Name: "carrier-busy", Title: "the called person is busy, or declines", Often: 3, Like: []string{"cucm.call-rejected-by-peer"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_CARRIER", s.gateway(), c.called))
		c.refuse(b, "SIP/2.0 486 Busy Here", "Reason: Q.850;cause=17")
		c.fail("SIP/2.0 486 Busy Here", 17, "Reason: Q.850;cause=17")
	}},
	{Name: "carrier-asks", Title: "the carrier asks for credentials that CUCM does not have", Rules: []string{"cucm.trunk-credentials"}, tell: func(s *story) {
		c := s.open(s.phoneLeg(s.user(), "9"+s.outsider()[1:])).analyze()
		_, ip := s.company("carrier")
		b := c.offer(c.trunkOut("SIP_TRUNK_TO_CARRIER", ip, c.called))
		c.refuse(b, "SIP/2.0 407 Proxy Authentication Required", `Proxy-Authenticate: Digest realm="itsp.example", nonce="`+s.hex(16)+`"`)
		c.fail("SIP/2.0 407 Proxy Authentication Required", 21)
		s.expect("cucm.trunk-credentials", schemas.Medium, subject(ip))
	}},
	alarming("service-down", "cucm.service-down", "a service of a server is down", schemas.High, "Cisco AMC Service", "UC_RTMT", 2, "RTMT_ALERT", "AlertName=CriticalServiceDown", "AlertDetail= Service operational status is DOWN. Cisco CTIManager."),
	alarming("certificate-ends", "cucm.certificate-expiry", "a certificate of a server ends within a day", schemas.High, "Cisco Certificate Monitor", "UC_CERT", 1, "CertValidLessThanADay", "Message=Certificate expiration Notification. Certificate name:tomcat.pem Unit:tomcat Type:own-cert"),
	alarming("time-server-gone", "cucm.time-server", "a server does not reach a time server", schemas.Low, "Cisco AMC Service", "UC_RTMT", 2, "RTMT_ALERT", "AlertName=SyslogSeverityMatchFound", "AlertDetail= SeverityMatch - Critical ntpRunningStatus.sh: NTP server 10.12.0.33 is inactive. Verify the network to this server"),
	alarming("ils-password", "cucm.ils-authentication", "two clusters have different ILS passwords", schemas.Medium, "Cisco CallManager", "UC_CALLMANAGER", 3, "ILSPwdAuthenticationFailed", "RemoteClusterID=BRANCH"),
	{Name: "server-quiet", Title: "a server reports what is well", Often: 2, Like: []string{"cucm.service-down", "cucm.certificate-expiry", "cucm.time-server", "cucm.ils-authentication"}, tell: func(s *story) {
		s.in()
		n := s.ownNode()
		s.alarmAs(n, "Cisco AMC Service", "UC_RTMT", 2, "RTMT_ALERT", []string{"AlertName=CriticalServiceDown", "AlertDetail= Service operational status is DOWN. Cisco CTIManager."}, "RTMT Alert")
		s.wait(40 * time.Second)
		s.alarmAs(n, "Cisco CTIManager", "UC_SERVICEMANAGER", 6, "ServiceStarted", []string{"ServiceName=Cisco CTIManager"}, "A service has started")
		s.alarmAs(n, "Cisco Certificate Monitor", "UC_CERT", 6, "CertMonitorStarted", []string{"Message=Certificate monitor has checked all certificates"}, "The certificate monitor has started")
		s.alarm(n, "UC_CALLMANAGER", 6, "ILSClusterRegistered", []string{"RemoteClusterID=BRANCH"}, "A cluster has registered")
		s.alarmAs(n, "Cisco AMC Service", "UC_RTMT", 2, "RTMT_ALERT", []string{"AlertName=SyslogSeverityMatchFound", "AlertDetail= SeverityMatch - Alert sshd(pam_unix)[20038]: check pass; user unknown"}, "RTMT Alert")
	}},
	tlsFailure("tls-old-version", "expressway.tls-no-common-version", "the peer speaks an old version of TLS only", "tlsv1 alert protocol version"),
	{Name: "tls-old-scanner", Title: "a scanner offers old ciphers", Often: 2, Like: []string{"expressway.tls-no-common-version"}, tell: func(s *story) {
		s.in()
		x := s.site.edge
		_, ip := s.company("scanner")
		s.event(x, "Inbound TLS Negotiation Error", `Service="SIP" `+ends(s.address(ip), address{x.ip, 5061})+` Detail="no shared cipher" Protocol="TLS"`)
	}},
	{Name: "uds-error", Title: "UDS answers a sign-in with an error, and the client gives up", Rules: []string{"login.stuck"}, tell: func(s *story) {
		c := s.client(s.user()).until("auth")
		c.get(c.uds("user/"+c.u.id), 500)
		s.expect("login.stuck", schemas.High, stage("uds-auth"))
	}},
}

// alarming is an alarm of a server that no other story has.
func alarming(name, rule, title string, severity schemas.Severity, app, facility string, level int, alarm string, params ...string) Scenario {
	return Scenario{Name: name, Title: title, Rules: []string{rule}, tell: func(s *story) {
		s.in()
		n := s.ownNode()
		s.alarmAs(n, app, facility, level, alarm, params, alarm)
		s.expect(rule, severity, subject(n.name))
	}}
}
