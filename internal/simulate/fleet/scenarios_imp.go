package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// impScenarios are sign-ins that IM and Presence, TFTP, CTI or the directory
// stop.
var impScenarios = []Scenario{
	soapFailure("imp-certificate", "jabber.imp-certificate", "LERR_CUP_CERT <11>:", "the client does not trust the certificate of IM and Presence",
		`SOAP 1.2 fault: SOAP-ENV:Sender[no subcode] "SSL_ERROR_SSL error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed" Detail: SSL_connect error in tcp_connect()`),
	soapFailure("imp-unreachable", "jabber.imp-unreachable", "LERR_CUP_UNREACHABLE <9>:", "IM and Presence cannot be reached",
		`SOAP 1.2 fault: SOAP-ENV:Sender[no subcode] "Connection refused" Detail: connect failed in tcp_connect()`),
	soapFailure("imp-timeout", "jabber.imp-unreachable", "LERR_CUP_TIMEOUT", "IM and Presence does not answer in time",
		`SOAP 1.2 fault: SOAP-ENV:Sender[no subcode] "Operation interrupted or timed out" Detail: receive failed`),
	soapFailure("imp-auth", "jabber.imp-auth", "LERR_CUP_AUTH", "IM and Presence refuses the user",
		`SOAP 1.2 fault: SOAP-ENV:Receiver[no subcode] "Authentication failure" Detail: [no detail]`),
	soapFailure("imdb", "jabber.imdb", "LERR_CUP_INTERNAL_ERROR", "the in-memory database of IM and Presence fails",
		`SOAP 1.2 fault: SOAP-ENV:Receiver[no subcode] "Internal server error" Detail: [no detail]`),
	{Name: "client-too-old", Title: "the client is older than IM and Presence allows", Rules: []string{"jabber.client-too-old"}, tell: func(s *story) {
		c := s.client(s.user()).until("soap")
		c.soapAsked()
		c.say(atLoginCup, "@LoginMgr: #0, CLoginCup::OnLoginFailed err-code: -1, err-string: The client does not meet the minimal version requirement. request-token:0")
		s.expect("jabber.client-too-old", schemas.Medium, stage("imp-soap"))
	}},
	{Name: "xmpp-certificate", Title: "the client does not trust the XMPP certificate", Rules: []string{"jabber.xmpp-certificate"}, tell: func(s *story) {
		c := s.client(s.user()).until("xmpp")
		c.connect()
		c.say(atXMPP, "@XmppSDK: #0, TLS handshake failed!")
		c.say(atLeave, "@XmppSDK: #0, CTriClient::HandleDisconnect, handleLeaveSession, reason:13")
		c.say(atLoginError, "OnLoginError: LERR_JABBER_CERT <15>: Certificate Failure")
		s.expect("jabber.xmpp-certificate", schemas.High, stage("xmpp"))
	}},
	{Name: "xmpp-auth", Title: "the XMPP server refuses the session", Rules: []string{"jabber.xmpp-auth"}, tell: func(s *story) {
		c := s.client(s.user()).until("xmpp")
		c.connect()
		c.say(atLoginError, "OnLoginError: LERR_JABBER_AUTH <17>: Authentication error with server, for example, resource bind, TLS, create session or SASL error")
		s.expect("jabber.xmpp-auth", schemas.High, stage("xmpp"))
	}},
	{Name: "bind-conflict", Title: "another login holds the resource", Rules: []string{"jabber.bind-conflict"}, tell: func(s *story) {
		c := s.client(s.user()).until("xmpp")
		c.connect()
		c.sendAuth()
		c.wire(atRecv, "Recv", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		c.wire(atRecv, "Recv", fmt.Sprintf("<iq id='uid:%s:%s:00000000' type='error'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><error code='409' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", s.hex(8), s.hex(8)))
		c.say(atXMPP, "@XmppSDK: #0, CXmppClient::onResourceBindError")
		c.say(atLeave, "@XmppSDK: #0, CTriClient::HandleDisconnect, reason:16")
		s.expect("jabber.bind-conflict", schemas.High, stage("xmpp"))
	}},
	{Name: "stream-replaced", Title: "a second login takes the stream over", Rules: []string{"jabber.stream-replaced"}, tell: func(s *story) {
		c := s.client(s.user()).until("")
		s.in(c.session)
		c.wire(atRecv, "Recv", "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
		s.expect("jabber.stream-replaced", schemas.Medium)
	}},
	{Name: "tftp-missing", Title: "the device has no configuration file", Rules: []string{"jabber.tftp-config-missing"}, tell: func(s *story) {
		c := s.client(s.user()).until("tftp")
		c.download("jabber-config.xml", 200)
		c.download(c.u.csf()+".cnf.xml", 404)
		s.expect("jabber.tftp-config-missing", schemas.Medium, stage("tftp"), subject(c.u.csf()))
	}},
	{Name: "cti-ldap", Title: "the directory does not answer CTI in time", Rules: []string{"cti.ldap-timeout"}, tell: func(s *story) {
		c := s.provider()
		c.say(atProvider, "ProviderOpen failed: reason: 0x8ccc0075, Directory login failed - timeout")
		s.expect("cti.ldap-timeout", schemas.High, stage("cti"))
	}},
	{Name: "cti-permission", Title: "the user may not use CTI", Rules: []string{"cti.permission-missing"}, tell: func(s *story) {
		c := s.provider()
		c.say(atProvider, "ProviderOpen failed: reason: 0x8ccc005f, Directory login failed - User not present in Standard CTI Users group.")
		c.say(atSocket, "CtiConnection: Socket disconnect failed!")
		s.expect("cti.permission-missing", schemas.High, stage("cti"))
	}},
	{Name: "cti-device", Title: "the device may not be controlled", Rules: []string{"cti.device-or-line-closed"}, tell: func(s *story) {
		c := s.provider()
		c.say(atPDU, "FailureResponse , result= 0x8ccc00d2 , ( CTIERR_DEVICE_RESTRICTED )")
		s.expect("cti.device-or-line-closed", schemas.High, stage("cti"))
	}},
	{Name: "cti-line", Title: "the line may not be controlled", Rules: []string{"cti.device-or-line-closed"}, tell: func(s *story) {
		c := s.provider()
		c.say(atPDU, "[id=0] SendRequest Succeed., pdunames[msg.msgID]=LINE_OPEN_REQUEST, msg.sequenceNumber=5")
		c.say(atPDU, "[id=0] Received: , pdunames[nPduNum]=LINE_CLOSED_EVENT")
		s.expect("cti.device-or-line-closed", schemas.High, stage("cti"))
	}},
	{Name: "cti-no-device", Title: "the user has no device to control", Rules: []string{"cti.no-device"}, tell: func(s *story) {
		c := s.provider()
		c.say(atStatus, "Connection Failure code: [eDeviceRegSelectedDeviceNotFound]")
		s.expect("cti.no-device", schemas.High, stage("cti"))
	}},
	{Name: "cti", Title: "the desk phone is controlled", Often: 4, Like: []string{"cti.device-or-line-closed", "cti.permission-missing", "cti.no-device"}, tell: func(s *story) {
		c := s.provider()
		c.say(atStatus, "Telephony Service Device Connection Status changed from [Connecting] to [Connected]")
		c.say(atPDU, "[id=0] SendRequest Succeed., pdunames[msg.msgID]=LINE_OPEN_REQUEST, msg.sequenceNumber=5")
		c.say(atPDU, "[id=0] CDPProvider::DispatchTheMessage, nPduNum=139, pduName=LINE_OPENED_EVENT")
		s.wait(40 * time.Second)
		c.say(atPDU, "[id=0] Received: , pdunames[nPduNum]=LINE_CLOSED_EVENT")
		c.say(atSocket, "CtiConnection: Socket disconnect failed!")
	}},
	{Name: "directory-down", Title: "the directory refuses the search", Rules: []string{"jabber.directory-unavailable"}, tell: func(s *story) {
		c := s.client(s.user()).until("")
		s.in(c.session)
		c.say(atDirectory, "failed to get a searcher - COMException [0x80072027]")
		s.expect("jabber.directory-unavailable", schemas.Medium)
	}},
}

// soapFailure is a sign-in that ends in a SOAP fault.
func soapFailure(name, rule, code, title, fault string) Scenario {
	return Scenario{Name: name, Title: title, Rules: []string{rule}, tell: func(s *story) {
		c := s.client(s.user()).until("soap")
		c.soapRefused(code, fault)
		s.expect(rule, schemas.High, stage("imp-soap"))
	}}
}

// provider is a client that opens its CTI provider for desk phone control.
func (s *story) provider() *client {
	c := s.client(s.user()).until("register")
	c.say(atPDU, "[id=0] CDPProvider::DispatchTheMessage, nPduNum=126, pduName=PROVIDER_OPEN_COMPLETED_EVENT")
	return c
}
