package simulate

import (
	"fmt"
	"strings"
	"time"
)

func jabberFile(pc string) string { return "jabber/" + pc + "/csf-unified.log" }

// csf writes a record of a Jabber log:
//
//	2013-12-01 00:27:31,448 INFO  [0x000003c8] [esets\adapters\imp\StackManager.cpp(118)] [csf-unified.imp.stackManager] [IMPStackCap::StackManager::initialise] - BuddyList started
func (s *script) csf(at time.Time, pc, level, place, component, function, msg string) {
	s.write(at, jabberFile(pc), fmt.Sprintf("%s,%s %-5s [0x000003c8] [%s] [%s] [%s] - %s",
		at.UTC().Format("2006-01-02 15:04:05"), at.UTC().Format(".000")[1:], level, place, component, function, msg))
}

// signIn writes a sign-in up to the opening of the XMPP stream, and returns
// when that was.
func (s *script) signIn(t time.Time, pc, user string) time.Time {
	const logins = `pstack\adapters\imp\LoginCommands.cpp(210)`
	steps := []struct{ place, component, function, msg string }{
		{`\plugin-runtime\impl\PluginRuntime.cpp(93)`, "plugin-runtime", "PluginRuntime::initialize", "Initializing plugin runtime"},
		{`src\controllers\src\LogController.cpp(61)`, "LogController", "csf::log::LogController::init", "***** Jabber launched, start logging *****"},
		{`esets\adapters\imp\StackManager.cpp(118)`, "csf-unified.imp.stackManager", "IMPStackCap::StackManager::initialise", "LoginMgr started"},
		{`esets\adapters\imp\StackManager.cpp(140)`, "csf-unified.imp.stackManager", "IMPStackCap::StackManager::initialise", "...Initialized"},
		{`src\dnsutils\win32\win32DnsUtils.cpp(52)`, "csf.dns", "csf::dns::mapFromWindowsDNSResult", "*-----* DNS query _cisco-uds._tcp.coluc.com. has succeeded."},
		{`iscovery\DiscoveryHandlerImpl.cpp(660)`, "service-discovery", "CSFUnified::DiscoveryHandlerImpl::evaluateServiceDiscoveryResult", "ServiceDiscoveryHandlerResult return code SUCCESS"},
		{logins, "csf-unified.imp.LoginCommands", "IMPStackCap::LoginCommands::SignOn", "Signing into Presence Server. Account: " + user + ", server: imp1.coluc.com, login mode: ON_PREM, result: 0"},
		{`src\cert\common\CertVerifier.cpp(410)`, "csf.cert", "cert::CertVerifier::checkResult", "finalResult: SUCCESS"},
		{`ets\adapters\imp\IMPStackCap.cpp(77)`, "JabberWerx", "IMPStackCap::Log::log", "[LoginMgr.dll]: CLoginCup::OnGetAllConfig"},
		{`ets\adapters\imp\IMPStackCap.cpp(77)`, "JabberWerx", "IMPStackCap::Log::log", "[XmppSDK.dll]: #0, CXmppClient::Connect , connecting to server by TCP connection......"},
		{`ets\adapters\imp\IMPStackCap.cpp(77)`, "JabberWerx", "IMPStackCap::Log::log", "[XmppSDK.dll]: #0, CXmppClient::onStreamEvent ,CXmppClient::onStreamEvent, SessionState_Connecting"},
	}
	for _, step := range steps {
		s.csf(t, pc, "INFO", step.place, step.component, step.function, step.msg)
		t = t.Add(120 * time.Millisecond)
	}
	return t
}

var loginScenarios = []Scenario{
	{"Ann signs in", "", func(s *script, t time.Time) {
		t = s.signIn(t, "pc-ann", "ann")
		s.csf(t, "pc-ann", "INFO", `s\imp\components\RetrieveConfig.cpp(44)`, "csf-unified.imp.Config", "IMPStackCap::RetrieveConfigCommand::RetrieveConfig", "Config Retrieved from Presence Server")
		s.csf(t.Add(50*time.Millisecond), "pc-ann", "INFO", `mp\components\BuddyListCommands.cpp(31)`, "csf-unified.imp.BuddyListCommands", "IMPStackCap::BuddyListCommands::GetUserJid", "User jid: ann@coluc.com")
		s.register(t.Add(400*time.Millisecond), "pc-ann", "CSFANN", "1002")
	}},
	{"Bob's password is never answered", "login.stuck", func(s *script, t time.Time) {
		s.signIn(t, "pc-bob", "bob")
	}},
}

// register writes a REGISTER and its 200, as the softphone logs them.
func (s *script) register(t time.Time, pc, device, dn string) {
	body := func(start string, date time.Time, more ...string) string {
		lines := append([]string{
			start,
			"Via: SIP/2.0/TCP 10.10.0.9:1588;branch=z9hG4bK00005888",
			"From: <sip:" + dn + "@cucm-sub>;tag=000c29e2fc390004000060d0-00005d12",
			"To: <sip:" + dn + "@cucm-sub>",
			"Call-ID: 000c29e2-fc390002-000070b6-00001a66@10.10.0.9",
			"Date: " + date.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"),
			"CSeq: 102 REGISTER",
		}, more...)
		return strings.Join(append(lines, "Content-Length: 0", "", ""), "\r\n")
	}
	contact := `Contact: <sip:6ee27b67-fbf0-5671-2759-64e50cb86304@10.10.0.9:1588;transport=tcp>;+u.sip!devicename.ccm.cisco.com="` + device + `";+u.sip!model.ccm.cisco.com="503"`
	const place = `\sipcc\core\sipstack\ccsip_debug.c(1041)`
	s.csf(t, pc, "DEBUG", place, "csf.sip-call-control", "platform_print_sip_msg", "sipio-sent---> "+body("REGISTER sip:cucm-sub SIP/2.0", t, "User-Agent: Cisco-CSF/9.3.2", contact))
	s.csf(t.Add(30*time.Millisecond), pc, "DEBUG", place, "csf.sip-call-control", "platform_print_sip_msg", "sipio-recv<--- "+body("SIP/2.0 200 OK", t, contact, "Expires: 120"))
}
