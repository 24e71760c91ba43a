package fleet

import (
	"cmp"
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// client is a Jabber client on somebody's PC and its log.
type client struct {
	s       *story
	u       *user
	host    *host
	session int // the sign-in
	request int // number of the last HTTP request
	imp     string
	entered string // the user id as it is typed
	mra     bool
}

// client gives u a PC with Jabber; its clock is that of the site.
func (s *story) client(u *user) *client {
	h := &host{site: u.site, name: "pc-" + u.id, ip: u.ip, skew: time.Duration(s.rng.IntN(3000)-1500) * time.Millisecond, logs: map[string]*logFile{}}
	return &client{s: s, u: u, host: h, imp: u.site.imp.fqdn(), entered: u.id}
}

// log is the client's jabber.log, as a problem report holds it. It prints the
// local time of the PC; most of these PCs keep UTC.
func (c *client) log() *logFile {
	return c.host.log("jabber", func() *logFile {
		return &logFile{
			zone: cmp.Or(c.host.zone, time.UTC), rotate: 10 << 20, every: 15 * time.Second, since: c.s.t,
			path: func(part int) string {
				name := "jabber.log"
				if part > 0 {
					name = fmt.Sprintf("jabber.log.%d", part)
				}
				return fmt.Sprintf("%s/jabber/Jabber-Win-14.3.0.308392-%s-Windows_10_Enterprise-%s/%s",
					c.u.site.name, c.s.w.start.UTC().Format("20060102")+"_180000", c.u.id, name)
			},
			beat: func(at time.Time) string {
				return c.head(at, "DEBUG", `C:\jenkins\src\threading\TimerQueue.cpp`, 88, "csf.timer", "csf::TimerQueue::tick") + "timer queue is alive\n"
			},
		}
	})
}

// pathField is how many characters of "path(line)" a record shows: the last.
const pathField = 40

func (c *client) head(at time.Time, level, path string, line int, component, function string) string {
	place := fmt.Sprintf("%s(%d)", path, line)
	place = place[max(0, len(place)-pathField):]
	return fmt.Sprintf("%s %-5s [0x%08x] [%s] [%s] [%s] - ", c.log().clock(at).Format("2006-01-02 15:04:05,000"), level, 0x1200+line%7*0x88, place, component, function)
}

// say writes a record of one of the client's components.
func (c *client) say(p place, msg string) {
	c.s.write(c.log(), c.head(c.s.t, p.level, p.path, p.line, p.component, p.function)+msg)
	c.s.pause(3*time.Millisecond, 120*time.Millisecond)
}

// place is where in the client's code a record comes from.
type place struct {
	level, path string
	line        int
	component   string
	function    string
}

const jabberSource = `C:\jenkins\workspace\win32\`

var (
	atLaunch     = place{"INFO", jabberSource + `components\csf-logger\src\LogController.cpp`, 141, "LogController", "CSF::csflogger::LogController::Impl::init"}
	atDNS        = place{"INFO", jabberSource + `src\dnsutils\win32\win32DnsUtils.cpp`, 52, "csf.dns", "csf::dns::mapFromWindowsDNSResult"}
	atDNSWarn    = place{"WARN", jabberSource + `src\dnsutils\win32\win32DnsUtils.cpp`, 52, "csf.dns", "csf::dns::mapFromWindowsDNSResult"}
	atDiscovery  = place{"INFO", jabberSource + `services\impl\DiscoveryHandlerImpl.cpp`, 668, "service-discovery", "CSFUnified::DiscoveryHandlerImpl::evaluateServiceDiscoveryResult"}
	atDiscoFail  = place{"WARN", jabberSource + `services\impl\DiscoveryHandlerImpl.cpp`, 1061, "service-discovery", "CSFUnified::DiscoveryHandlerImpl::callOnFailedDiscoveryResultOnDispatcherThread"}
	atCAS        = place{"INFO", jabberSource + `services\impl\WebexCasLookup.cpp`, 210, "service-discovery", "CSFUnified::WebexCasLookupDirectorImpl::makeCasLookupForDomain"}
	atRequest    = place{"INFO", jabberSource + `netutils\src\http\CurlHttpUtils.cpp`, 1088, "csf.httpclient", "csf::http::CurlHttpUtils::configureEasyRequest"}
	atResponse   = place{"INFO", jabberSource + `netutils\src\http\BasicHttpClientImpl.cpp`, 675, "csf.httpclient", "csf::http::performRequest"}
	atCurl       = place{"WARN", jabberSource + `netutils\src\http\BasicHttpClientImpl.cpp`, 568, "csf.httpclient", "csf::http::executeImpl"}
	atCertCheck  = place{"INFO", jabberSource + `netutils\adapters\HttpCertAdapter.cpp`, 109, "csf.httpclient", "csf::netutils::adapters::HttpCertAdapter::verify"}
	atCert       = place{"DEBUG", jabberSource + `src\cert\common\PlatformVerificationHandler.cpp`, 58, "csf.cert", "csf::cert::PlatformVerificationHandler::handlePlatformVerificationResultSynchronously"}
	atLocator    = place{"WARN", jabberSource + `impl\ucm-config\uds\UdsProvider.cpp`, 761, "csf.config", "csf::ucm90::UdsProvider::getLocatorUdsInformation"}
	atLocatorNo  = place{"INFO", jabberSource + `ucm-config\uds\LocatorUdsResponse.cpp`, 82, "csf.config", "csf::ucm90::LocatorUdsResponse::parseResult"}
	atHomeUDS    = place{"DEBUG", jabberSource + `ucm-config\uds\HomeUdsHttpRequest.cpp`, 27, "csf.log", "csf::ucm90::HomeUdsHttpRequest::performHttpRequest"}
	atUDSResult  = place{"ERROR", jabberSource + `impl\ucm-config\UdsProvider.cpp`, 996, "csf.config", "csf::ucm90::UdsProvider::convertHomeUdsResult"}
	atAuth       = place{"INFO", jabberSource + `services\impl\AuthenticationHandler.cpp`, 240, "authentication-handler", "CSFUnified::AuthenticateImpl::doAuthenticate"}
	atSSO        = place{"INFO", jabberSource + `services\impl\BrowserListenerImpl.cpp`, 120, "BrowserListener-Logger", "CSFUnified::BrowserListenerImpl::SecureOnNavigationCompleted"}
	atToken      = place{"WARN", jabberSource + `services\impl\system\SingleSignOn.cpp`, 1310, "Single-Sign-On-Logger", "CSFUnified::SingleSignOn::Impl::handleRefreshTokenFailure"}
	atSoap       = place{"INFO", jabberSource + `jwcpp\CupSoapClient\CupSoapClientImpl.cpp`, 664, "csf.jwcpp", "CupSoapClientImpl::LoginAsync"}
	atEndpoint   = place{"INFO", jabberSource + `jwcpp\CupSoapClient\CupSoapClientImpl.cpp`, 1213, "csf.jwcpp", "CupSoapClientImpl::getEndpoint"}
	atLoginCup   = place{"INFO", jabberSource + `jabberwerx\jwcpp\LoginMgr\LoginCUPState.cpp`, 311, "csf.jwcpp", "CLoginCup::OnLoginFailed"}
	atAllConfig  = place{"INFO", jabberSource + `jabberwerx\jwcpp\LoginMgr\LoginCUPState.cpp`, 402, "csf.jwcpp", "CLoginCup::OnGetAllConfig"}
	atLoginError = place{"INFO", jabberSource + `services\adapters\imp\components\Login.cpp`, 129, "IMPServices", "CSFUnified::IMPStackCap::Login::OnLoginError"}
	atXMPP       = place{"INFO", jabberSource + `jabberwerx\jwcpp\xmppsdk\XmppClient.cpp`, 510, "csf.jwcpp", "CXmppClient::onStreamEvent"}
	atSend       = place{"DEBUG", jabberSource + `jabberwerx\jwcpp\gloox\src\clientbase.cpp`, 731, "csf.jwcpp", "gloox::ClientBase::onSend"}
	atRecv       = place{"DEBUG", jabberSource + `jabberwerx\jwcpp\gloox\src\clientbase.cpp`, 290, "csf.jwcpp", "gloox::ClientBase::handleTag"}
	atLeave      = place{"INFO", jabberSource + `jabberwerx\jwcpp\xmppsdk\XmppPresence.cpp`, 188, "csf.jwcpp", "CTriClient::HandleDisconnect"}
	atConfig     = place{"INFO", jabberSource + `adapters\imp\components\RetrieveConfig.cpp`, 44, "csf-unified.imp.Config", "CSFUnified::IMPStackCap::RetrieveConfigCommand::RetrieveConfig"}
	atBuddies    = place{"INFO", jabberSource + `imp\components\BuddyListCommands.cpp`, 31, "csf-unified.imp.BuddyListCommands", "CSFUnified::IMPStackCap::BuddyListCommands::GetUserJid"}
	atDownload   = place{"INFO", jabberSource + `ucm-config\tftp\TftpFileSet.cpp`, 220, "csf.config", "csf::ucm90::TftpFileSet::downloadFile"}
	atDevice     = place{"DEBUG", jabberSource + `src\callcontrol\ServicesManager.cpp`, 993, "csf.ecc", "csf::ecc::ServicesManager::fetchDeviceConfig"}
	atSipState   = place{"DEBUG", jabberSource + `sipcc\core\sipstack\ccsip_register.c`, 640, "csf.sip-call-control", "sip_reg_sm_change_state"}
	atSipMessage = place{"DEBUG", jabberSource + `sipcc\core\sipstack\ccsip_debug.c`, 1735, "csf.sip-call-control", "platform_print_sip_msg"}
	atTransport  = place{"ERROR", jabberSource + `sipcc\core\sipstack\sip_common_transport.c`, 1420, "csf.sip-call-control", "sip_transport_setup_cc_conn"}
	atStatus     = place{"INFO", jabberSource + `services\impl\TelephonyServiceImpl.cpp`, 1822, "jcf.tel.service", "CSFUnified::TelephonyServiceImpl::OnConnectionStatusChanged"}
	atHandyIron  = place{"WARN", jabberSource + `src\handyiron\CSecSSL.cpp`, 330, "csf.ecc.handyiron", "ssl_state_callback"}
	atProvider   = place{"WARN", jabberSource + `src\deskphoneprovider\DPProvider.cpp`, 598, "csf.ecc", "CDPProvider::HandleEvent_ProviderOpenCompleted"}
	atPDU        = place{"DEBUG", jabberSource + `src\deskphoneprovider\DPProvider.cpp`, 1274, "csf.ecc", "CDPProvider::DispatchTheMessage"}
	atSocket     = place{"ERROR", jabberSource + `src\deskphoneprovider\CtiConnection.cpp`, 260, "csf.ecc", "CtiConnection::SocketWorkItem::run"}
	atDirectory  = place{"ERROR", jabberSource + `person\adsource\ADPersonRecordSource.cpp`, 312, "csf.person.adsource", "csf::person::ADPersonSearcher::search"}
	atEdge       = place{"DEBUG", jabberSource + `netutils\src\edge\GlobalEdgeStateImpl.cpp`, 780, "csf.edge", "csf::edge::GlobalEdgeStateImpl::executeEdgeConfigRequest"}
	atTransform  = place{"DEBUG", jabberSource + `netutils\adapters\EdgeUtilsAdapter.cpp`, 63, "csf.netutils.adapters", "csf::netutils::adapters::EdgeUtilsAdapter::transformRequest"}
)

// launch begins the sign-in.
func (c *client) launch() {
	c.session = c.s.begin(schemas.SessionLogin)
	c.s.key(c.session, schemas.KeyUser, c.u.id)
	c.s.key(c.session, schemas.KeyJID, c.u.jid())
	c.say(atLaunch, "***** Jabber launched, start logging *****")
}

// dns writes the answer to one SRV question.
func (c *client) dns(name string, found bool) {
	if found {
		c.say(atDNS, "*-----* DNS query PII_CED_Exception{"+name+"."+c.u.site.domain+".} has succeeded.")
		return
	}
	c.say(atDNSWarn, "*-----* DNS query PII_CED_Exception{"+name+"."+c.u.site.domain+".} has failed: DNS name does not exist.")
}

// ask writes an HTTP request and returns its number.
func (c *client) ask(method, url string) int {
	c.request++
	c.say(atRequest, fmt.Sprintf("*-----* Configuring request #%d %s PII_CED_Exception{%s}", c.request, method, url))
	return c.request
}

// get writes an HTTP request and its answer.
func (c *client) get(url string, status int) {
	n := c.ask("GET", url)
	c.s.pause(10*time.Millisecond, 400*time.Millisecond)
	c.say(atResponse, fmt.Sprintf("*-----* HTTP response code %d connect code 0 for request #%d to PII_CED_Exception{%s}", status, n, url))
}

// broken writes an HTTP request that gets no answer, with curl's word for it.
func (c *client) broken(url, why string) {
	n := c.ask("GET", url)
	c.s.pause(time.Second, 4*time.Second)
	c.say(atCurl, fmt.Sprintf("There was an issue performing the call to curl_easy_perform for request #%d: %s", n, why))
	c.say(atResponse, fmt.Sprintf("*-----* HTTP response code 0 connect code 0 for request #%d to PII_CED_Exception{%s}", n, url))
}

func (c *client) uds(path string) string {
	return "https://" + c.u.node.fqdn() + ":8443/cucm-uds/" + path
}
