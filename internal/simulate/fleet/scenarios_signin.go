package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// signInScenarios are sign-ins on premises: one that works, and one that ends
// at each stage where it can.
var signInScenarios = []Scenario{
	{Name: "signin", Title: "somebody signs in on premises", Often: 20, Like: []string{"login.stuck", "jabber.srv-missing", "jabber.cucm-certificate", "jabber.webex-discovery-wins", "xmpp.sasl-silent", "jabber.tftp-config-missing", "sip.register-timeout", "jabber.bind-conflict", "jabber.xmpp-auth", "jabber.certificate-name"}, tell: func(s *story) {
		s.client(s.user()).until("")
	}},
	{Name: "signin-noise", Title: "a sign-in that works among lines that look like errors", Often: 5, Like: []string{"sip.socket-lost", "cti.device-or-line-closed", "jabber.uds-unreachable", "sip.oauth-port-mismatch"}, tell: func(s *story) {
		c := s.client(s.user()).until("register")
		c.say(atTransport, "[SIP][TRANS] No active 1: PRIMARY_CCM found! Using primary CUCM")
		c.say(atSipState, "getRegState() for line 1 ("+c.u.dn+") is NOT REGISTERED")
		c.say(atDevice, "Config not found for Key: [enable-secure-srst]. Using default value: []")
		c.say(atDevice, "key : [K] skipLocal : [0]  value: [] success: [false] configStoreName: [BootstrapConfigStore]")
		r := c.registration()
		c.exchange(r, "SIP/2.0 407 Proxy Authentication Required", `Proxy-Authenticate: Bearer realm="ccmsipline"`)
		c.exchange(r, "SIP/2.0 200 OK", "Expires: 120")
		c.say(atSipState, "SIP_REG_STATE_REGISTERING ---> SIP_REG_STATE_REGISTERED")
		c.say(atSocket, "CtiConnection: Socket disconnect failed!")
	}},
	{Name: "srv-missing", Title: "no SRV record of the domain is found", Rules: []string{"jabber.srv-missing"}, tell: func(s *story) {
		c := s.client(s.user()).until("discovery")
		c.dns("_cisco-uds._tcp", false)
		c.dns("_cuplogin._tcp", false)
		c.dns("_collab-edge._tls", false)
		c.say(atDiscovery, "ServiceDiscoveryHandlerResult return code FAILED_NO_SRV_RECORDS_FOUND")
		c.say(atDiscoFail, "Discovery Failure -> (id) name :: (1005) ServiceDiscoveryNoSRVRecordsFound")
		s.expect("jabber.srv-missing", schemas.High, stage("discovery"))
	}},
	{Name: "webex-wins", Title: "Webex answers the discovery of a domain that is on premises", Rules: []string{"jabber.webex-discovery-wins"}, tell: func(s *story) {
		c := s.client(s.user()).until("discovery")
		c.say(atCAS, "makeCasLookupForDomain result is 'Code: IS_WEBEX_CUSTOMER; Server: loginp.webexconnect.com; Url: https://loginp.webexconnect.com/cas/auth.do'")
		c.dns("_cisco-uds._tcp", true)
		s.expect("jabber.webex-discovery-wins", schemas.Medium, stage("network"))
		s.allow("login.stuck")
	}},
	{Name: "uds-unresolved", Title: "the address of the UDS server is not found", Rules: []string{"jabber.host-unresolved"}, tell: func(s *story) {
		c := s.client(s.user()).until("uds")
		c.broken(c.uds("version"), "UNRESOLVED_HOST_ERROR")
		c.failedDiscovery()
		s.expect("jabber.host-unresolved", schemas.High, stage("uds-reach"), subject(c.u.node.fqdn()))
	}},
	{Name: "uds-unreachable", Title: "the UDS server cannot be reached", Rules: []string{"jabber.uds-unreachable"}, tell: func(s *story) {
		c := s.client(s.user()).until("uds")
		c.broken(c.uds("version"), "HOST_UNREACHABLE_ERROR")
		c.failedDiscovery()
		s.expect("jabber.uds-unreachable", schemas.High, stage("uds-reach"), subject(c.u.node.fqdn()))
	}},
	{Name: "uds-proxy", Title: "a web proxy is in the way of UDS", Rules: []string{"jabber.uds-unreachable"}, tell: func(s *story) {
		c := s.client(s.user()).until("uds")
		n := c.ask("GET", c.uds("version"))
		s.wait(5 * time.Second)
		c.say(atCurl, fmt.Sprintf(`Request #%d got curlCode=[56] curl error message="[ Received HTTP code 503 from proxy after CONNECT ]" HttpClientResult=[UNKNOWN_ERROR]`, n))
		c.say(atCurl, fmt.Sprintf("There was an issue performing the call to curl_easy_perform for request #%d: UNKNOWN_ERROR", n))
		c.failedDiscovery()
		s.expect("jabber.uds-unreachable", schemas.High, stage("uds-reach"))
	}},
	{Name: "uds-certificate", Title: "the client does not trust CUCM's certificate", Rules: []string{"jabber.cucm-certificate"}, tell: func(s *story) {
		c := s.client(s.user()).until("uds")
		n := c.ask("GET", c.uds("version"))
		c.say(atCertCheck, "*-----* Certificate Verification Result: FAILURE")
		c.say(atCurl, fmt.Sprintf("There was an issue performing the call to curl_easy_perform for request #%d: CERTIFICATE_VALIDATION_ERROR", n))
		c.failedDiscovery()
		s.expect("jabber.cucm-certificate", schemas.High)
	}},
	{Name: "certificate-name", Title: "CUCM's certificate is for another name", Rules: []string{"jabber.certificate-name"}, tell: func(s *story) {
		c := s.client(s.user()).until("uds")
		c.ask("GET", c.uds("version"))
		c.say(atCert, "Verification of identity: '"+c.u.node.ip+"'  failed.")
		c.say(atCert, "Verification result : FAILURE reason : [CN_NO_MATCH UNKNOWN]")
		c.failedDiscovery()
		s.expect("jabber.certificate-name", schemas.High)
		s.allow("jabber.cucm-certificate")
	}},
	{Name: "no-home-cluster", Title: "no cluster is the user's home cluster", Rules: []string{"jabber.no-home-cluster"}, tell: func(s *story) {
		c := s.client(s.user()).until("uds")
		c.get(c.uds("version"), 200)
		c.get(c.uds("clusterUser?username="+c.u.id), 200)
		c.say(atLocatorNo, "No Home UDS Location found")
		c.say(atLocator, "LocatorUdsQuery has failed with result: NO_HOME_UDS_FOUND")
		c.say(atUDSResult, "locatorUdsResult=[NO_HOME_UDS_FOUND] ucmConfigResult=[2]")
		c.say(atDiscovery, "CUCM Result : Failed - User lookup failure.")
		s.expect("jabber.no-home-cluster", schemas.High, stage("home-cluster"))
	}},
	{Name: "wrong-password", Title: "CUCM rejects the password, and says so in an alarm", Rules: []string{"jabber.credentials-rejected"}, tell: func(s *story) {
		c := s.client(s.user()).until("auth")
		c.get(c.uds("user/"+c.u.id), 401)
		c.say(atHomeUDS, "Result of UDS result conversion - UDS Result: HOME_UDS_AUTHENTICATION_FAILED.")
		c.say(atUDSResult, "homeUdsResult=[HOME_UDS_AUTHENTICATION_FAILED] ucmConfigResult=[FAILED_TO_AUTHENTICATE_WITH_CALL_MANAGER]")
		s.expect("jabber.credentials-rejected", schemas.Medium, stage("uds-auth"))
		s.allow("cucm.login-failed")
		s.with(nil, func() { s.loginAlarm(c.u.node, c.u.id, c.u.ip, "cucm-uds") })
	}},
	{Name: "password-typo", Title: "a wrong password, then the right one", Often: 3, Like: []string{"jabber.credentials-rejected", "cucm.login-failed"}, tell: func(s *story) {
		c := s.client(s.user()).until("auth")
		c.get(c.uds("user/"+c.u.id), 401)
		c.say(atHomeUDS, "Result of UDS result conversion - UDS Result: HOME_UDS_AUTHENTICATION_FAILED.")
		s.allow("cucm.login-failed")
		s.with(nil, func() { s.loginAlarm(c.u.node, c.u.id, c.u.ip, "cucm-uds") })
		s.pause(6*time.Second, 15*time.Second)
		for _, step := range steps[3:] {
			step.do(c)
		}
		s.allow("jabber.credentials-rejected")
	}},
	{Name: "no-permission", Title: "the user lacks the role of an end user", Rules: []string{"jabber.permission-missing"}, tell: func(s *story) {
		c := s.client(s.user()).until("auth")
		c.get(c.uds("user/"+c.u.id), 403)
		c.say(atUDSResult, "Home Uds query failed responseCode =[403]")
		c.say(atHomeUDS, "Result of UDS result conversion - UDS Result: HOME_UDS_QUERY_FAILED.")
		s.expect("jabber.permission-missing", schemas.High, stage("uds-auth"))
	}},
	{Name: "refresh-token", Title: "the refresh token is no longer taken", Rules: []string{"jabber.refresh-token-failed"}, tell: func(s *story) {
		c := s.client(s.user()).until("auth")
		c.say(atToken, "Failed to get valid access token from refresh token, maybe server issue.")
		s.expect("jabber.refresh-token-failed", schemas.Medium, stage("sso"))
	}},
	{Name: "sso-page", Title: "the sign-on page does not load", Rules: []string{"jabber.sso-page-failed"}, tell: func(s *story) {
		c := s.client(s.user()).until("auth")
		c.say(atSSO, "OnNavigationCompleted( UnknownError )")
		s.expect("jabber.sso-page-failed", schemas.High, stage("sso"))
	}},
	{Name: "sso", Title: "sign-on by page works", Often: 4, Like: []string{"jabber.sso-page-failed", "jabber.refresh-token-failed"}, tell: func(s *story) {
		c := s.client(s.user()).until("auth")
		c.say(atToken, "SsoAuthRequest #1 not finished")
		c.say(atSSO, "OnNavigationCompleted( Success )")
		for _, step := range steps[3:] {
			step.do(c)
		}
	}},
	{Name: "stuck-xmpp", Title: "the XMPP server takes the connection and says nothing", Rules: []string{"login.stuck"}, tell: func(s *story) {
		c := s.client(s.user()).until("xmpp")
		c.say(atXMPP, "@XmppSDK: #0, CXmppClient::Connect , connecting to server by TCP connection......")
		c.say(atXMPP, "@XmppSDK: #0, CXmppClient::onStreamEvent, SessionState_Connecting")
		s.expect("login.stuck", schemas.Medium, stage("xmpp"))
	}},
	{Name: "stuck-soap", Title: "IM and Presence does not answer the SOAP login", Rules: []string{"login.stuck"}, tell: func(s *story) {
		c := s.client(s.user()).until("soap")
		c.soapAsked()
		s.expect("login.stuck", schemas.Medium, stage("imp-soap"))
	}},
	{Name: "stuck-uds", Title: "UDS does not answer", Rules: []string{"login.stuck"}, tell: func(s *story) {
		c := s.client(s.user()).until("uds")
		c.ask("GET", c.uds("version"))
		s.expect("login.stuck", schemas.Medium, stage("uds-reach"))
	}},
	{Name: "signin-slow", Title: "every stage takes long, and the sign-in works", Often: 3, Like: []string{"login.stuck", "xmpp.sasl-silent"}, tell: func(s *story) {
		c := s.client(s.user())
		for _, step := range steps {
			step.do(c)
			s.pause(4*time.Second, 9*time.Second)
		}
	}},
}

// failedDiscovery is what the client says after UDS could not be used.
func (c *client) failedDiscovery() {
	c.say(atDiscovery, "ServiceDiscoveryHandlerResult return code FAILED_UCM90_CONNECTION")
}
