package jabber

import "slices"

// rules are the strings that say something. Where several stand in one message
// the first in this list counts, so the more specific stand first. All were
// seen in a log or in a Cisco document, unless the reader says otherwise. What
// looks like a failure and is none is left out:
//
//	No active 1: PRIMARY_CCM found! Using primary CUCM      every healthy start
//	CtiConnection: Socket disconnect failed!                every CTI tear-down
//	getRegState() … is NOT REGISTERED                       registration under way
//	ccappFeatureUpdated: REG_STATE event:line=1,state=1     a success, at ERR level
//	success: [false], Config not found for Key              look-ups in other stores
//	SsoAuthRequest #1 not finished                          a state
var rules = slices.Concat(sipRules, startRules, networkRules, signInRules, messagingRules, configRules, phoneRules, controlRules)

var sipRules = []rule{
	{"sipio-sent", "sip-register", "", readSIP},
	{"sipio-recv", "sip-register", "", readSIP},
	{"Rcvd:", "", "", readRepeat},
	{"Sent:", "", "", readRepeat},
}

// startRules are about the process itself.
var startRules = []rule{
	{"Jabber launched, start logging", "start", enter, readLaunch},
	{"Starting new instance of Cisco Jabber", "start", enter, readLaunch},
	{"Initializing plugin runtime", "start", ok, readPlain},
	{"LoginMgr started", "stack", enter, readText},
	{"PresenceClient started", "stack", enter, readText},
	{"Config started", "stack", enter, readText},
	{"BuddyList started", "stack", enter, readText},
	{"Presence started", "stack", enter, readText},
	{"IMP2P started", "stack", enter, readText},
	{"Group Chat started", "stack", enter, readText},
	{"EnterpriseGroups started", "stack", enter, readText},
	{"Initialized", "stack", ok, readInitialized},
	{"Changing lifecycle State to", "", "", readLifecycle},
	{"DEVICE_PRT_REPORT", "", "", readReportRequest},
	{"failed to get a searcher", "", "", readSearcher},
}

// networkRules are about where to sign in and how to get there; the URL of a
// request tells the stage.
var networkRules = []rule{
	{"makeCasLookupForDomain result is", "network", ok, readCAS},
	{"No CUP server specified", "discovery-srv", enter, readDomainList},
	{"with cached cup", "discovery-srv", ok, readCached},
	{"DNS query", "discovery-srv", "", readDNS},
	{"ServiceDiscoveryHandlerResult return code", "discovery", "", readDiscovery},
	{"Discovery Failure", "discovery", fail, readDiscoveryFailure},
	{"CUCM Result : Failed", "discovery", fail, readText},
	{"Failed to map authenticator Id", "discovery", fail, readText},
	{"There was an issue performing the call to curl_easy_perform", "uds-reach", fail, readCurl},
	{"got curlCode=", "uds-reach", fail, readCurlCode},
	{"got status line", "", "", readStatusLine},
	{"hdr->HTTP/", "", "", readStatusLine},
	{"HTTP response code", "", "", readHTTP},
	{"Configuring request", "", enter, readRequest},
}

// signInRules are about CUCM's verdict, certificates, single sign-on and
// Expressway.
var signInRules = []rule{
	{"No Home UDS Location found", "home-cluster", fail, readText},
	{"Locator UDS request has failed", "home-cluster", fail, readText},
	{"LocatorUdsQuery has failed with result", "home-cluster", fail, readUDSResult},
	{"locatorUdsResult=", "home-cluster", "", readUDSResult},
	{"homeUdsResult=", "uds-auth", "", readUDSResult},
	{"UDS Result:", "uds-auth", "", readUDSResult},
	{"Result from Home UDS query", "uds-auth", "", readUDSResult},
	{"Home Uds query failed", "uds-auth", fail, readUDSQuery},
	{"NO_HOME_UDS_FOUND", "home-cluster", fail, readText},
	{"HOME_UDS_AUTHENTICATION_FAILED", "uds-auth", fail, readText},
	{"FAILED_TO_AUTHENTICATE_WITH_CALL_MANAGER", "uds-auth", fail, readText},
	{"HOME_UDS_QUERY_FAILED", "uds-auth", fail, readText},
	{"AuthenticateImpl Authentication Failed", "uds-auth", fail, readText},
	{"Authentication failed", "uds-auth", fail, readRefused},
	{"Authentication Failed", "uds-auth", fail, readRefused},
	{"doAuthenticate", "uds-auth", "", readAuthenticate},

	{"Certificate Verification Result", "certificate", "", readVerdict},
	{"Verification result", "certificate", "", readVerdict},
	{"finalResult", "certificate", "", readVerdict},
	{"Verification of identity", "certificate", fail, readIdentity},
	{"Policy verification failed", "certificate", fail, readPolicy},

	{"OnNavigationCompleted", "sso", "", readNavigation},
	{"Failed to get valid access token from refresh token", "sso", fail, readText},
	{"Failed to call authorizeNext", "sso", fail, readText},

	{"edgeState =", "edge", ok, readText},
	{"Transformed Urls", "edge", ok, readTransformed},
	{"switching to next url", "edge", enter, readNextURL},
	{"Failed to retrieve EdgeConfig with error", "edge", fail, readText},
	{"HTTPClientCurl error", "edge", fail, readClientCurl},
	{"notify_http_done", "edge", "", readProvisioned},
	{"Server auth using", "edge", enter, readServerAuth},
	{"Edge TLS verification failed", "certificate", fail, readEdgeName},
	{"SSL certificate problem", "certificate", fail, readProblem},
	{"XAuth Cookie expiration time is invalid", "edge", fail, readText},
	{"Edge provisioning failed", "edge", fail, readEdgeFailed},
	{"getEdgeConfigResponse", "", "", readEdgeConfig},
	{"serviceConfig", "", "", readEdgeConfig},
	{"NameError", "", "", readEdgeConfig},
}

// messagingRules are about IM and Presence: the SOAP sign-in and XMPP.
var messagingRules = []rule{
	{"LERR_", "imp-soap", fail, readLERR},
	{"OnLoginFailed", "imp-soap", fail, readLoginFailed},
	{"does not meet the minimal version requirement", "imp-soap", fail, readText},
	{"LoginMgrImpl::Login", "imp-soap", enter, readLogin},
	{"CLoginCup::_connect", "imp-soap", enter, readPlain},
	{"soap-servers:", "imp-soap", enter, readSOAPServer},
	{"login cup async", "imp-soap", enter, readSOAPServer},
	{"endpoint:", "imp-soap", enter, readEndpoint},
	{"Signing into Presence Server", "imp-soap", enter, readSignOn},
	{"CLoginCup::OnGetAllConfig", "imp-soap", ok, readPlain},
	{"calc 1-time token", "imp-soap", ok, readToken},

	{"OnLoginSuccess", "xmpp", ok, readText},
	{"First Self Presence Received", "xmpp", ok, readText},
	{"Send:", "xmpp", "", readSent},
	{"Recv:", "xmpp", "", readReceived},
	{"CXmppClient::onResourceBindError", "xmpp", fail, readText},
	{"CXmppClient::Connect", "xmpp", enter, readPlain},
	{"SessionState_Connecting", "xmpp", enter, readPlain},
	{"starting TLS handshake", "xmpp", enter, readPlain},
	{"TLS handshake failed", "xmpp", fail, readXMPPHandshake},
	{"handleLeaveSession", "xmpp", fail, readLeave},
	{"CTriClient::HandleDisconnect", "xmpp", fail, readLeave},
}

// configRules are about what the client is told to do.
var configRules = []rule{
	{"Retrieving config from Presence Server", "config", enter, readPlain},
	{"Config Retrieved from Presence Server", "config", ok, readPlain},
	{"OnConfigChanged key", "", "", readConfigChanged},
	{"key : [", "", "", readLookup},
	{"New tftpServer", "", "", readNewServer},
	{"User jid:", "", "", readUserJID},
	{"Cisco Support Field", "", "", readSupportField},
	{"Downloading file", "tftp", enter, readDownload},
	{"doGet(http", "tftp", enter, readDownload},
	{"retrieved config for", "tftp", ok, readDeviceConfig},
	{"Device Config:", "", "", readDeviceXML},
	{"sip OAuth Mode=", "", "", readOAuthMode},
	{"ccm0=", "", "", readServers},
	{"sip_mar_oauth_port_0=", "", "", readServers},
	{"PRIMARY_CCM: IPv4", "", "", readTransportTable},
	{"SECONDARY_CCM: IPv4", "", "", readTransportTable},
	{"TERTIARY_CCM: IPv4", "", "", readTransportTable},
	{"CFGID_DEVICE_NAME", "", "", readDeviceName},
}

// phoneRules are about the registration of the softphone.
var phoneRules = []rule{
	{"create TLS connection", "sip-register", enter, readConnect},
	{"create TCP connection", "sip-register", enter, readConnect},
	{"CC TCP socket opened", "", "", readOpened},
	{"CC TLS socket opened", "", "", readOpened},
	{"socket connect failed", "", "", readRefusedConnection},
	{"channel create error", "", "", readRefusedConnection},
	{"Socket fd:", "", "", readClosed},
	{"Handshake successful", "", "", readHandshakeOK},
	{"SIP_REG_STATE_", "sip-register", "", readRegState},
	{"ConnectionStatus change eRegistering", "sip-register", enter, readText},
	{"MGMT_STATE_REGISTERED", "sip-register", ok, readRegistered},
	{"Device Status: [eReady]", "sip-register", ok, readText},
	{"Starting expires timer", "sip-register", ok, readExpires},
	{"Starting fallback timer", "", "", readTimer},
	{"ALL LINES UN-REGISTERED", "", "", readAllLines},
	{"setting unreg reason to=", "", "", readUnregReason},
	{"Disconnected from Active Server", "sip-register", fail, readLost},
	{"SOCKET_REMOTE_CLOSURE", "sip-register", fail, readLost},
	{"cucm connecting failed", "sip-register", fail, readNotConnected},
	{"transpot crate failed", "sip-register", fail, readNotConnected},
	{"transport create failed", "sip-register", fail, readNotConnected},
	{"SSL alert read:fatal", "sip-register", fail, readSSLAlert},
	{"SSL_do_handshake", "", "", readSSLError},
}

// controlRules are about CTI Manager and the telephony service.
var controlRules = []rule{
	{"nPduNum=", "cti", "", readPDU},
	{"pdunames[nPduNum]", "cti", "", readReceivedPDU},
	{"SendRequest Succeed", "cti", "", readCTIRequest},
	{"ProviderOpen failed", "cti", fail, readProviderOpen},
	{"FailureResponse", "cti", fail, readFailureResponse},
	{"LINE_CLOSED_EVENT", "cti", fail, readText},
	{"Devices timeout", "cti", fail, readDevicesTimeout},
	{"Connection Failure code", "cti", fail, readConnectionFailure},
	{"TotalControllableDevices", "cti", fail, readControllable},
	{"Telephony Service Device Connection Status changed", "telephony", "", readTelephony},
}

// functionRules are functions whose records have one meaning whatever their
// message says. Those of the dispatcher name tasks, which is no fact about what
// they are called after.
var functionRules = []rule{
	{"enqueue", "", "", nil},
	{"executeTask", "", "", nil},
	{"OnDiscoveryFailed", "discovery", fail, readFailedFunction},
	{"OnSystemLoginFailed", "discovery", fail, readFailedFunction},
	{"OnAuthenticationFailed", "uds-auth", fail, readFailedFunction},
	{"handleFailedDiscoveryResult", "discovery", fail, readFailedFunction},
	{"singleSignOnFailedWithErrors", "sso", fail, readFailedFunction},
	{"noTokenInResultSignOn", "sso", fail, readFailedFunction},
	{"handleRefreshTokenFailure", "sso", fail, readFailedFunction},
	{"handleOpenFailed", "cti", fail, readOpenFailed},
}
