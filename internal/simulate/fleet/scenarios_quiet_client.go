package fleet

import "time"

// secondTryScenarios are sign-ins in which something fails once, and the next
// try works: each prints what a failure prints.
var secondTryScenarios = []Scenario{
	secondTry("second-dns", "the name of the UDS server is found at the second try", "uds", []string{"jabber.host-unresolved"}, func(c *client) {
		c.broken(c.uds("version"), "UNRESOLVED_HOST_ERROR")
	}),
	secondTry("second-home", "the first server asked is no home of the user, the next one is", "auth", []string{"jabber.no-home-cluster"}, func(c *client) {
		c.get(c.uds("clusterUser?username="+c.u.id), 200)
		c.say(atLocatorNo, "No Home UDS Location found")
	}),
	secondTry("second-permission", "UDS refuses the user's data once, then gives them", "auth", []string{"jabber.permission-missing"}, func(c *client) {
		c.get(c.uds("user/"+c.u.id), 403)
		c.say(atHomeUDS, "Home Uds query failed responseCode =[403]")
	}),
	secondTry("second-imp", "the first IM and Presence server does not answer, the second one does", "soap", []string{"jabber.imp-unreachable", "jabber.imdb"}, func(c *client) {
		c.soapRefused("LERR_CUP_UNREACHABLE <9>:", `SOAP 1.2 fault: SOAP-ENV:Sender[no subcode] "Connection refused" Detail: connect failed in tcp_connect()`)
		c.soapRefused("LERR_CUP_INTERNAL_ERROR", `SOAP 1.2 fault: SOAP-ENV:Receiver[no subcode] "Internal server error" Detail: [no detail]`)
	}),
	secondTry("second-password", "the one-time password has run out, the next one is taken", "soap", []string{"jabber.imp-auth"}, func(c *client) {
		c.soapRefused("LERR_CUP_AUTH", `SOAP 1.2 fault: SOAP-ENV:Receiver[no subcode] "Authentication failure" Detail: [no detail]`)
	}),
	secondTry("second-trust", "somebody accepts the certificates of IM and Presence when he is asked", "soap", []string{"jabber.imp-certificate", "jabber.xmpp-certificate", "jabber.cucm-certificate"}, func(c *client) {
		c.soapRefused("LERR_CUP_CERT <11>:", `SOAP 1.2 fault: SOAP-ENV:Sender[no subcode] "SSL_ERROR_SSL error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed" Detail: SSL_connect error in tcp_connect()`)
		c.soap()
		c.connect()
		c.say(atXMPP, "@XmppSDK: #0, TLS handshake failed!")
		c.s.wait(6 * time.Second)
	}),
	secondTry("second-client", "an update is offered: the version is asked for and is new enough", "soap", []string{"jabber.client-too-old"}, func(c *client) {
		c.soapAsked()
		c.say(atLoginCup, "@LoginMgr: #0, CLoginCup::OnLoginFailed err-code: -1, err-string: The client does not meet the minimal version requirement. request-token:0")
		c.say(atAllConfig, "@LoginMgr: #0, client is updated, login again")
	}),
	{Name: "stream-moved", Title: "the messenger's stream is replaced and is up again at once", Like: []string{"jabber.stream-replaced", "jabber.bind-conflict"}, tell: func(s *story) {
		c := s.client(s.user()).until("tftp")
		c.wire(atRecv, "Recv", "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
		s.wait(2 * time.Second)
		c.xmpp()
		c.config()
		c.tftp()
		c.register()
	}},
	{Name: "directory-answers", Title: "the directory finds nobody of that name", Like: []string{"jabber.directory-unavailable"}, tell: func(s *story) {
		c := s.client(s.user()).until("")
		s.in(c.session)
		c.say(atDirectory, "searcher created, 0 results")
	}},
	{Name: "tls-goes-on", Title: "a TLS handshake for SIP that waits for more, and ends well", Like: []string{"sip.tls-failed"}, tell: func(s *story) {
		c := s.client(s.user()).until("register")
		c.say(atHandyIron, "SSL_connect: SSL_ERROR_WANT_READ")
		c.say(atHandyIron, "SSL_connect: SSL_ERROR_WANT_WRITE")
		c.register()
	}},
	{Name: "cti-slow", Title: "CTIManager takes its time with a login and then opens the provider", Like: []string{"cti.ldap-timeout", "cti.no-device"}, tell: func(s *story) {
		c := s.client(s.user()).until("register")
		c.say(atPDU, "[id=0] SendRequest Succeed., pdunames[msg.msgID]=PROVIDER_OPEN_REQUEST, msg.sequenceNumber=1")
		s.wait(9 * time.Second)
		c.say(atPDU, "[id=0] CDPProvider::DispatchTheMessage, nPduNum=126, pduName=PROVIDER_OPEN_COMPLETED_EVENT")
		c.say(atStatus, "Telephony Service Device Connection Status changed from [Connecting] to [Connected]")
	}},
	{Name: "method-not-allowed", Title: "a request that nobody needs is answered with 405", Like: []string{"sip.register-on-trunk"}, tell: func(s *story) {
		n := s.node()
		l := s.trunkLeg(n, "SIP_TRUNK_TO_GATEWAY", s.gateway(), "ping", n.ip)
		l.logged, l.half, l.ownTag = false, "", s.hex(9)
		s.receive(l, s.message(l, false, "PUBLISH sip:"+n.ip+":5060 SIP/2.0", "PUBLISH", ""))
		s.tick()
		s.send(l, l.tag, s.message(l, true, "SIP/2.0 405 Method Not Allowed", "PUBLISH", ""))
	}},
}

// secondTry is a sign-in in which fails happens before the stage.
func secondTry(name, title, stage string, like []string, fails func(c *client)) Scenario {
	return Scenario{Name: name, Title: title, Like: like, tell: func(s *story) {
		c := s.client(s.user()).until(stage)
		fails(c)
		s.wait(2 * time.Second)
		c.from(stage)
	}}
}

// from signs in from the stage called name on.
func (c *client) from(name string) {
	begun := false
	for _, step := range steps {
		if begun = begun || step.name == name; begun {
			step.do(c)
		}
	}
}

// soapRefused is a SOAP sign-in that ends with a fault.
func (c *client) soapRefused(code, fault string) {
	c.soapAsked()
	c.say(atLoginCup, "@LoginMgr: #0, CLoginCup::OnLoginFailed errtype: 37345, errcode: 30, hAsync: 1, bEdgeServerFlag: 0, errstring: "+fault)
	c.say(atLoginError, "OnLoginError: "+code)
}
