package jabber

import "github.com/uctrace/uctrace/schemas"

// The outcomes of a stage.
const (
	enter = "enter"
	ok    = "ok"
	fail  = "fail"
)

// rules are the strings that say something about a sign-in. Where several
// stand in one message the first in this list counts, so the more specific
// stand first. All were seen in a log or in a Cisco document, unless the
// reader says otherwise. What looks like a failure and is none is left out:
//
//	No active 1: PRIMARY_CCM found! Using primary CUCM      every healthy start
//	CtiConnection: Socket disconnect failed!                every CTI tear-down
//	getRegState() … is NOT REGISTERED                       registration under way
//	ccappFeatureUpdated: REG_STATE event:line=1,state=1     a success, at ERR level
//	success: [false], Config not found for Key              look-ups in other stores
//	SsoAuthRequest #1 not finished                          a state
var rules = [...]rule{
	{"sipio", "sip-register", "", readSIP},
	{"Rcvd:", "sip-register", "", readRepeat},
	{"Sent:", "sip-register", "", readRepeat},

	// Error codes of the sign-in window.
	{"LERR_CUP_", "imp-soap", fail, readText},
	{"LERR_JABBER_", "xmpp", fail, readText},

	// Process start and stack.
	{"Jabber launched, start logging", "start", enter, readPlain},
	{"Starting new instance of Cisco Jabber", "start", enter, readPlain},
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

	// Where to sign in.
	{"makeCasLookupForDomain result is", "network", ok, readText},
	{"No CUP server specified", "discovery-srv", enter, readDomainList},
	{"with cached cup", "discovery-srv", ok, readCached},
	{"DNS query", "discovery-srv", "", readDNS},
	{"ServiceDiscoveryHandlerResult return code", "discovery", "", readDiscovery},
	{"Discovery Failure", "discovery", fail, readText},
	{"CUCM Result : Failed", "discovery", fail, readText},
	{"Failed to map authenticator Id", "discovery", fail, readText},

	// HTTP: the URL tells the stage.
	{"There was an issue performing the call to curl_easy_perform", "uds-reach", fail, readCurl},
	{"got curlCode=", "uds-reach", fail, readCurlCode},
	{"HTTP response code", "", "", readHTTP},
	{"Configuring request", "", enter, readRequest},

	// UDS.
	{"No Home UDS Location found", "home-cluster", fail, readText},
	{"NO_HOME_UDS_FOUND", "home-cluster", fail, readText},
	{"HOME_UDS_AUTHENTICATION_FAILED", "uds-auth", fail, readText},
	{"FAILED_TO_AUTHENTICATE_WITH_CALL_MANAGER", "uds-auth", fail, readText},
	{"Home Uds query failed", "uds-auth", fail, readUDSQuery},
	{"HOME_UDS_QUERY_FAILED", "uds-auth", fail, readText},
	{"AuthenticateImpl Authentication Failed", "uds-auth", fail, readText},
	{"doAuthenticate", "uds-auth", "", readAuthenticate},

	// Certificates, single sign-on, edge.
	{"Certificate Verification Result", "certificate", "", readVerdict},
	{"Verification result", "certificate", "", readVerdict},
	{"finalResult", "certificate", "", readVerdict},
	{"Verification of identity", "certificate", fail, readIfFailed},
	{"Policy verification failed", "certificate", fail, readText},
	{"OnNavigationCompleted", "sso", "", readNavigation},
	{"Failed to get valid access token from refresh token", "sso", fail, readText},
	{"Failed to call authorizeNext", "sso", fail, readText},
	{"edgeState =", "edge", ok, readText},
	{"Transformed Urls", "edge", ok, readTransformed},
	{"Failed to retrieve EdgeConfig with error", "edge", fail, readText},
	{"XAuth Cookie expiration time is invalid", "edge", fail, readText},
	{"Edge provisioning failed", "edge", fail, readText},

	// SOAP sign-in to IM and Presence.
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

	// XMPP.
	{"Send:", "xmpp", "", readSent},
	{"Recv:", "xmpp", "", readReceived},
	{"CXmppClient::onResourceBindError", "xmpp", fail, readText},
	{"CXmppClient::Connect", "xmpp", enter, readPlain},
	{"SessionState_Connecting", "xmpp", enter, readPlain},
	{"starting TLS handshake", "xmpp", enter, readPlain},
	{"TLS handshake failed", "xmpp", fail, readText},
	{"handleLeaveSession", "xmpp", fail, readLeave},
	{"CTriClient::HandleDisconnect", "xmpp", fail, readLeave},

	// Configuration.
	{"Retrieving config from Presence Server", "config", enter, readPlain},
	{"Config Retrieved from Presence Server", "config", ok, readPlain},
	{"OnConfigChanged key", "config", "", readConfigChanged},
	{"New tftpServer", "config", "", readNewServer},
	{"User jid:", "config", "", readUserJID},
	{"Downloading file", "tftp", enter, readDownload},
	{"doGet(http", "tftp", enter, readDownload},
	{"fetchDeviceConfig", "tftp", ok, readDeviceConfig},

	// Softphone registration.
	{"create TLS connection", "sip-register", enter, readText},
	{"SIP_REG_STATE_REGISTERING --", "sip-register", "", readRegState},
	{"ConnectionStatus change eRegistering", "sip-register", enter, readText},
	{"MGMT_STATE_REGISTERED", "sip-register", ok, readText},
	{"Device Status: [eReady]", "sip-register", ok, readText},
	{"SOCKET_REMOTE_CLOSURE", "sip-register", fail, readText},
	{"cucm connecting failed", "sip-register", fail, readText},
	{"transpot crate failed", "sip-register", fail, readText},
	{"SSL alert read:fatal", "sip-register", fail, readSSLAlert},

	// Desk phone control and telephony.
	{"PROVIDER_OPEN_COMPLETED_EVENT", "cti", enter, readPlain},
	{"ProviderOpen failed", "cti", fail, readText},
	{"FailureResponse", "cti", fail, readText},
	{"LINE_CLOSED_EVENT", "cti", fail, readText},
	{"Connection Failure code", "cti", fail, readConnectionFailure},
	{"Telephony Service Device Connection Status changed", "telephony", "", readTelephony},
}

// readPlain states the stage and nothing else.
func readPlain(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome})
}

// readText states the stage with the message as detail.
func readText(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: s.message})
}
