package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// clientScenarios are XMPP clients of other makers, and IM and Presence's own
// logs.
var clientScenarios = []Scenario{
	{Name: "pidgin", Title: "a Pidgin client signs in", Often: 4, Like: []string{"xmpp.sasl-silent", "xmpp.sasl-refused"}, tell: func(s *story) {
		p := s.pidgin()
		p.connect()
		s.pause(20*time.Millisecond, 4*time.Second)
		p.accepted()
	}},
	{Name: "pidgin-slow", Title: "a Pidgin client waits 12 s for its sign-in", Often: 2, Like: []string{"xmpp.sasl-silent"}, tell: func(s *story) {
		p := s.pidgin()
		p.connect()
		s.wait(12 * time.Second)
		p.accepted()
	}},
	{Name: "sasl-silent", Title: "the server offers mechanisms, takes the password and says nothing", Rules: []string{"xmpp.sasl-silent"}, tell: func(s *story) {
		s.pidgin().connect()
		s.expect("xmpp.sasl-silent", schemas.High)
	}},
	{Name: "sasl-refused", Title: "the server refuses the password", Rules: []string{"xmpp.sasl-refused"}, tell: func(s *story) {
		p := s.pidgin()
		p.connect()
		s.pause(17*time.Millisecond, 900*time.Millisecond)
		p.recv("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>")
		s.expect("xmpp.sasl-refused", schemas.Medium)
	}},
	{Name: "sasl-server-fault", Title: "the server has nobody to ask about the password", Rules: []string{"xmpp.sasl-server-fault"}, tell: func(s *story) {
		p := s.pidgin()
		p.connect()
		s.pause(17*time.Millisecond, 900*time.Millisecond)
		p.recv("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/></failure>")
		s.expect("xmpp.sasl-server-fault", schemas.High)
	}},
	{Name: "sasl-mechanism", Title: "the server does not know the mechanism that the client asks for", Rules: []string{"xmpp.sasl-mechanism"}, tell: func(s *story) {
		p := s.pidgin()
		p.connect()
		s.pause(17*time.Millisecond, 900*time.Millisecond)
		p.recv("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-mechanism/></failure>")
		s.expect("xmpp.sasl-mechanism", schemas.Medium)
	}},
	{Name: "sasl-other-mechanism", Title: "a client takes the second of two mechanisms", Often: 2, Like: []string{"xmpp.sasl-mechanism", "xmpp.sasl-server-fault"}, tell: func(s *story) {
		p := s.pidgin()
		p.connect()
		s.pause(17*time.Millisecond, 900*time.Millisecond)
		p.recv("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-mechanism/></failure>")
		s.wait(time.Second)
		p.accepted()
	}},
	{Name: "push-token", Title: "the token for push notifications is refused every ten minutes", Rules: []string{"imp.push-token"}, tell: func(s *story) {
		s.in()
		for range 2 {
			s.log4j("xcpconfigmgr", "XCPConfigMgr", "DEBUG", "Timer-1382", "xmlframework.XCPConfigMgr", "FetchAndStoreAccessToken: Calling createAccessToken() with granttype:refresh_token")
			s.log4j("xcpconfigmgr", "XCPConfigMgr", "ERROR", "Timer-1382", "utilities.TomcatTrustManager", "checkServerTrusted:entered")
			s.log4j("xcpconfigmgr", "XCPConfigMgr", "ERROR", "Timer-1382", "xmlframework.XCPConfigMgr", "400 Bad Request: invalid_request, unsupported_grant_type, invalid_client, invalid_refresh_token, tokenlimit_reached")
			s.log4j("xcpconfigmgr", "XCPConfigMgr", "DEBUG", "Timer-1382", "xmlframework.XCPConfigMgr", "fetchAndStoreAccessToken() Response received : 400")
			s.wait(10 * time.Minute)
		}
		s.expect("imp.push-token", schemas.Medium)
	}},
	{Name: "xcp-config", Title: "the XCP configuration cannot be decrypted", Rules: []string{"imp.xcp-config-undecryptable"}, tell: func(s *story) {
		s.in()
		s.log4j("xcpconfigmgr", "XCPConfigMgr", "INFO", "XCPConfigMgr", "security.Log4jEncLogger", "CCMENC::ERROR : Dkey decryption failed. Use recovery mechanism to decrypt data.")
		s.log4j("xcpconfigmgr", "XCPConfigMgr", "FATAL", "XCPConfigMgr", "security.Log4jEncLogger", "Decryption with static key failed as well. Fatal error javax.crypto.BadPaddingException: Error finalising cipher data: pad block corrupted")
		s.expect("imp.xcp-config-undecryptable", schemas.Critical)
	}},
	{Name: "certificate-untrusted", Title: "the issuer of a node's certificate is not in the trust store", Rules: []string{"imp.certificate-untrusted"}, tell: func(s *story) {
		s.in()
		far := s.impNode()
		s.log4j("cupicsa", "icSyncAgent", "ERROR", "Thread-137", "services.ServiceUtil", fmt.Sprintf("Got an exception setting up the HTTPS connection.\njavax.net.ssl.SSLException: Certificate not verified.\n\tat com.cisco.cup.services.ServiceUtil.init(ServiceUtil.java:118)\nCaused by: java.security.cert.CertificateException: Issuer for signed certificate [CN=%s,O=%s] not found : CN=%s-CA\n\tat com.cisco.cup.security.TLSTrustManager.checkServerTrusted(TLSTrustManager.java:309)", far, s.site.name, s.site.name))
		s.expect("imp.certificate-untrusted", schemas.High)
	}},
	{Name: "xcp-config-recovered", Title: "the XCP configuration is decrypted with the other key", Often: 2, Like: []string{"imp.xcp-config-undecryptable"}, tell: func(s *story) {
		s.in()
		s.log4j("xcpconfigmgr", "XCPConfigMgr", "INFO", "XCPConfigMgr", "security.Log4jEncLogger", "CCMENC::ERROR : Dkey decryption failed. Use recovery mechanism to decrypt data.")
		s.log4j("xcpconfigmgr", "XCPConfigMgr", "INFO", "XCPConfigMgr", "security.Log4jEncLogger", "Decryption with static key succeeded")
	}},
	{Name: "trust-noise", Title: "trace lines that are printed as errors", Often: 4, Like: []string{"imp.certificate-untrusted", "imp.push-token"}, tell: func(s *story) {
		s.in()
		s.log4j("xcpconfigmgr", "XCPConfigMgr", "ERROR", "Timer-1382", "utilities.TomcatTrustManager", "checkServerTrusted:entered")
		s.log4j("xcpconfigmgr", "XCPConfigMgr", "ERROR", "Timer-1382", "utilities.TomcatTrustManager", "checkServerTrusted:entered 2")
	}},
	{Name: "duplicate-user", Title: "two clusters have the same user", Rules: []string{"imp.duplicate-user"}, tell: func(s *story) {
		s.in()
		s.impAlarm("UC_ReplWatcher", 1, "DuplicateUserid", nil, "Duplicate userid detected")
		s.expect("imp.duplicate-user", schemas.High)
	}},
	{Name: "ha-failover", Title: "a presence server takes over from its peer", Rules: []string{"imp.ha-failover"}, tell: func(s *story) {
		s.in()
		s.impAlarm("UC_SRM", 2, "SRMFailover", []string{"FromNode=" + s.impNode(), "ToNode=" + s.site.imp.name, "Reason=Critical service down"}, "A failover was performed")
		s.expect("imp.ha-failover", schemas.Critical)
	}},
	{Name: "xcp-overload", Title: "a service of a presence server cannot write as fast as it is written to", Rules: []string{"imp.xcp-overload"}, tell: func(s *story) {
		s.in()
		s.impAlarm("UC_Xcp", 4, "XcpComponentWriteAlarmYellow", nil, "The size of the write buffer has exceeded the yellow mark")
		s.impAlarm("UC_Xcp", 3, "XcpComponentWriteAlarmRed", nil, "The size of the write buffer has exceeded the red mark")
		s.expect("imp.xcp-overload", schemas.High)
	}},
	{Name: "xcp-startup", Title: "the XMPP interface of a presence server does not start", Rules: []string{"imp.xcp-startup"}, tell: func(s *story) {
		s.in()
		s.impAlarm("UC_Xcp", 3, "XcpCmXmppdError", nil, "XCP CM (XMPP interface) service error")
		s.expect("imp.xcp-startup", schemas.High)
	}},
	{Name: "xcp-database", Title: "the rooms of a presence server have no database", Rules: []string{"imp.xcp-database"}, tell: func(s *story) {
		s.in()
		s.alarmAs(s.site.impSyslog(), "Cisco XCP Text Conference Manager", "UC_Xcp", 2, "XcpDBConnectError", nil, "XCP data access layer was unable to connect to the DB")
		s.expect("imp.xcp-database", schemas.High)
	}},
}

// thirdParty is a Pidgin client with its debug log.
type thirdParty struct {
	s    *story
	u    *user
	host *host
	in   int
}

func (s *story) pidgin() *thirdParty {
	u := s.user()
	p := &thirdParty{s: s, u: u, host: &host{site: u.site, name: "linux-" + u.id, ip: u.ip, logs: map[string]*logFile{}}}
	p.in = s.begin(schemas.SessionLogin)
	s.key(p.in, schemas.KeyJID, u.jid())
	return p
}

// log is what "pidgin -d" prints: the time of day and no date.
func (p *thirdParty) log() *logFile {
	return p.host.log("pidgin", func() *logFile {
		return &logFile{
			zone: time.UTC, every: 15 * time.Second, since: p.s.t,
			path: func(int) string { return fmt.Sprintf("%s/clients/pidgin-%s.log", p.u.site.name, p.u.id) },
			beat: func(at time.Time) string { return at.Format("(15:04:05) ") + "util: Writing file blist.xml\n" },
		}
	})
}

func (p *thirdParty) say(text string) {
	p.s.write(p.log(), p.log().clock(p.s.t).Format("(15:04:05) ")+text)
	p.s.pause(5*time.Millisecond, 300*time.Millisecond)
}

func (p *thirdParty) send(stanza string) {
	p.say(fmt.Sprintf("jabber: Sending (ssl) (%s): %s", p.u.jid(), stanza))
}

func (p *thirdParty) recv(stanza string) {
	p.say(fmt.Sprintf("jabber: Recv (ssl)(%d): %s", len(stanza), stanza))
}

// connect is the sign-in up to the password.
func (p *thirdParty) connect() {
	imp := p.u.site.imp.fqdn()
	stream := upper(p.s.hex(12))
	p.say("proxy: Connecting to " + imp + ":5222.")
	p.say("proxy: Connected to " + imp + ":5222.")
	p.say(fmt.Sprintf("jabber: Sending (%s): <stream:stream to='%s' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>", p.u.jid(), p.u.site.domain))
	p.say(fmt.Sprintf("jabber: Recv (158): <stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' xml:lang='en-US.UTF-8' id='%s' from='%s' version='1.0'>", stream, p.u.site.domain))
	p.say("jabber: Recv (107): <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>")
	p.say(fmt.Sprintf("jabber: Sending (%s): <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", p.u.jid()))
	p.say("jabber: Recv (50): <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
	p.say("nss: SSL version 3.3 using 128-bit AES with 160-bit SHA1 MAC")
	p.recv("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms></stream:features>")
	p.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>password removed</auth>")
}

// accepted is the rest of a sign-in that works: the stream begins anew, and
// the client gets its resource.
func (p *thirdParty) accepted() {
	p.recv("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	p.send(fmt.Sprintf("<stream:stream to='%s' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>", p.u.site.domain))
	p.recv("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></stream:features>")
	p.send("<iq type='set' id='purple1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>pidgin</resource></bind></iq>")
	p.recv(fmt.Sprintf("<iq id='purple1' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>%s/pidgin</jid></bind></iq>", p.u.jid()))
}

// log4j writes a line of a Java service of IM and Presence.
//
//	2024-07-16 17:21:43,958 ERROR [Timer-1382] xmlframework.XCPConfigMgr - 400 Bad Request: …
func (s *story) log4j(folder, name, level, thread, logger, msg string) {
	h := s.site.imp
	l := h.log(name, func() *logFile {
		return &logFile{zone: time.UTC, path: func(part int) string {
			return fmt.Sprintf("%s/imp/%s/epas/trace/%s/log4j/%s%08d.log", s.site.name, h.fqdn(), folder, lower(name), part)
		}}
	})
	s.write(l, fmt.Sprintf("%s %-5s [%s] %s - %s", l.clock(s.t).Format("2006-01-02 15:04:05,000"), level, thread, logger, msg))
	s.pause(time.Millisecond, 30*time.Millisecond)
}

// impAlarm writes an alarm of IM and Presence as syslog has it.
func (s *story) impAlarm(facility string, severity int, name string, params []string, text string) {
	s.alarmAs(s.site.impSyslog(), "Cisco IM and Presence", facility, severity, name, params, text)
}

// impSyslog is the IM and Presence server as a writer of alarms.
func (s *site) impSyslog() *node {
	if s.impNode == nil {
		s.impNode = &node{host: s.imp, id: 9, alarms: &counter{last: 100, format: "%d"}}
	}
	return s.impNode
}
