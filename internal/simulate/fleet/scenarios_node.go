package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// nodeScenarios are what CUCM servers, gateways and SIP transports say about
// themselves. A finding about a server is one for all of its stories, so most
// of them name something that is theirs alone.
var nodeScenarios = []Scenario{
	{Name: "mgcp-lost", Title: "an MGCP gateway loses its server", Rules: []string{"cucm.mgcp-gateway-lost"}, tell: func(s *story) {
		s.in()
		gw := s.mgcpGateway()
		n := s.node()
		s.mgcp(n, gw, "RSIP %d *@"+gw+" MGCP 0.1\nRM: restart\nRD: 0")
		a := s.signal(n, fmt.Sprintf("%d,100,169,1.%d^*^*", n.id, s.w.next()), "MGCPRestartInProgress", "wait", fmt.Sprintf("MGCPManager(%d,100,166,9601)", n.id), fmt.Sprintf("MGCPInit(%d,100,168,1)", n.id), flags)
		s.traceAlarm(a, "CallManager", "MGCPGatewayLostComm", "Critical", 2, "MGCP gateway has lost communication with Unified CM", []string{"DeviceName:" + gw})
		s.expect("cucm.mgcp-gateway-lost", schemas.High, subject(gw))
	}},
	{Name: "mgcp-lost-with-trunk", Title: "an MGCP gateway loses its server, and so its D-channel", Rules: []string{"cucm.mgcp-gateway-lost"}, tell: func(s *story) {
		s.in()
		gw, n := s.mgcpGateway(), s.node()
		s.alarm(n, "UC_CALLMANAGER", 3, "DChannelOOS", []string{"ChannelId=24", "DeviceName=S0/SU1/DS1-0@" + gw, "Reason=2"}, "Indicates D-Channel is out of service")
		s.wait(3 * time.Second)
		a := s.signal(n, fmt.Sprintf("%d,100,169,1.%d^*^*", n.id, s.w.next()), "MGCPRestartInProgress", "wait", fmt.Sprintf("MGCPManager(%d,100,166,9601)", n.id), fmt.Sprintf("MGCPInit(%d,100,168,1)", n.id), flags)
		s.traceAlarm(a, "CallManager", "MGCPGatewayLostComm", "Critical", 2, "MGCP gateway has lost communication with Unified CM", []string{"DeviceName:" + gw})
		s.expect("cucm.mgcp-gateway-lost", schemas.High, subject(gw))
	}},
	{Name: "mgcp-keepalive", Title: "an MGCP gateway keeps in touch", Often: 5, Like: []string{"cucm.mgcp-gateway-lost"}, tell: func(s *story) {
		s.in()
		gw := s.mgcpGateway()
		n := s.node()
		for range 4 {
			id := s.mgcp(n, gw, "NTFY %d *@"+gw+" MGCP 0.1\nX: 0\nO: ")
			s.signal(n, fmt.Sprintf("%d,100,169,1.%d^*^*", n.id, s.w.next()), "MGCPNotifyRes", "wait", fmt.Sprintf("MGCPHandler(%d,100,169,1)", n.id), fmt.Sprintf("MGCPManager(%d,100,166,9608)", n.id), flags).
				info(fmt.Sprintf("MGCPHandler send msg SUCCESSFULLY to: %s\n200 %d \n", s.gateway(), id))
			s.wait(15 * time.Second)
		}
	}},
	{Name: "d-channel", Title: "the D-channel of a gateway goes down", Rules: []string{"cucm.d-channel-down"}, tell: func(s *story) {
		s.in()
		port := "S0/SU1/DS1-0@" + s.mgcpGateway()
		s.alarm(s.node(), "UC_CALLMANAGER", 3, "DChannelOOS", []string{"ChannelId=24", "DeviceName=" + port, "Reason=2"}, "Indicates D-Channel is out of service")
		s.expect("cucm.d-channel-down", schemas.High, subject(port))
	}},
	{Name: "d-channel-back", Title: "the D-channel of a gateway is down for seconds", Often: 2, Like: []string{"cucm.d-channel-down"}, tell: func(s *story) {
		s.in()
		port, n := "S0/SU1/DS1-0@"+s.mgcpGateway(), s.node()
		s.alarm(n, "UC_CALLMANAGER", 3, "DChannelOOS", []string{"ChannelId=24", "DeviceName=" + port, "Reason=2"}, "Indicates D-Channel is out of service")
		s.wait(20 * time.Second)
		s.alarm(n, "UC_CALLMANAGER", 6, "DChannelISV", []string{"ChannelId=24", "DeviceName=" + port}, "Indicates D-Channel is in service")
	}},
	{Name: "sdl-link", Title: "two servers of a cluster lose each other", Rules: []string{"cucm.sdl-link-lost"}, tell: func(s *story) {
		s.in()
		n := s.node()
		far := fmt.Sprintf("10.%d.9.%d", 20+s.site.no, s.w.next()%250)
		s.alarm(n, "UC_CALLMANAGER", 1, "SDLLinkOOS", []string{fmt.Sprintf("LocalNodeId=%d", n.id), "LocalApplicationID=100", "RemoteIPAddress=" + far, "RemoteNodeID=4", "RemoteApplicationID=100", "UniqueLinkID=" + fmt.Sprintf("%d:100:4:100", n.id)}, "SDL link to remote application is out of service")
		s.expect("cucm.sdl-link-lost", schemas.High, subject(far))
	}},
	{Name: "overload", Title: "a server throttles because it is overloaded", Rules: []string{"cucm.overload"}, tell: func(s *story) {
		s.in()
		n := s.node()
		s.alarm(n, "UC_CALLMANAGER", 1, "CodeYellowEntry", []string{"CodeYellowEntryLatency=20", "CodeYellowExitLatency=8", "CodeYellowDuration=5", "NumberOfCallsRejectedDueToCallThrottling=12"}, "Unified CM has entered the Code Yellow state")
		s.wait(5 * time.Second)
		s.alarm(n, "UC_CALLMANAGER", 2, "SignalCongestionEntry", []string{"Thread=SIP Handler Thread", "AverageDelay=22", "EntryLatency=20", "ExitLatency=8", "SampleSize=10"}, "Signal congestion has been detected")
		s.expect("cucm.overload", schemas.High, subject(n.name))
	}},
	{Name: "code-yellow-exit", Title: "the end of an overload before the log, marked as an error", Often: 2, Like: []string{"cucm.overload"}, tell: func(s *story) {
		s.in()
		s.alarm(s.site.nodes[0], "UC_CALLMANAGER", 3, "CodeYellowExit", []string{"ExpectedAverageDelay=0", "EntryLatency=20", "ExitLatency=8", "SampleSize=10"}, "Unified CM has exited the Code Yellow state")
	}},
	{Name: "crash", Title: "the CallManager service ends itself", Rules: []string{"cucm.service-crash"}, tell: func(s *story) {
		s.in()
		n := s.node()
		a := s.signal(n, fmt.Sprintf("%d,100,150,1.1^*^*", n.id), "SdlTimeout", "wait", fmt.Sprintf("SignalHandler(%d,100,5,1)", n.id), fmt.Sprintf("SdlTimerService(%d,100,3,1)", n.id), flags)
		a.info("IntentionalAbort - CallManager unable to process signals. This may be due to CPU or blocked function. Attempting to restart CallManager.")
		s.wait(30 * time.Second)
		s.alarmAs(n, "Cisco AMC Service", "UC_RTMT", 2, "RTMT_ALERT", []string{"AlertName=CoreDumpFileFound", fmt.Sprintf("AlertDetail= TotalCoresFound : 1 CoreDetails : The following lists up to 6 cores dumped by corresponding applications. Core1 : Cisco CallManager (core.%d.6.ccm.%d)", 2000+s.w.next(), s.t.Unix())}, "RTMT Alert")
		s.expect("cucm.service-crash", schemas.Critical, subject(n.name))
	}},
	{Name: "login-failed", Title: "somebody tries passwords at a server", Rules: []string{"cucm.login-failed"}, tell: func(s *story) {
		s.in()
		u := s.user()
		for range 5 {
			s.loginAlarm(u.node, u.id, u.ip, "cucm-uds")
			s.wait(3 * time.Second)
		}
		s.expect("cucm.login-failed", schemas.Medium, subject(u.id))
	}},
	{Name: "db-replication", Title: "the replication of the database has failed", Rules: []string{"cucm.db-replication"}, tell: func(s *story) {
		s.in()
		n := s.node()
		s.alarmAs(n, "Cisco DB Layer Monitor", "UC_DB", 2, "DBReplicationFailure", []string{"Reason=Replication setup failed on " + s.hex(4)}, "A combined alarm that indicates failure of the database replication")
		s.expect("cucm.db-replication", schemas.High, subject(n.name))
	}},
	{Name: "large-message", Title: "a SIP message is larger than the server takes", Rules: []string{"cucm.sip-message-too-large"}, tell: func(s *story) {
		s.in()
		n := s.node()
		_, ip := s.company("sbc")
		s.signal(n, n.inbound(ip, 27469), "SdlReadRsp", "wait", fmt.Sprintf("SIPTcp(%d,100,71,1)", n.id), fmt.Sprintf("SdlTCPConnection(%d,100,14,%d)", n.id, n.connection(ip+":27469")), "*TraceFlagOverrode").
			info(fmt.Sprintf("SIPTcp - Ignoring large message from %s:[27469]. Only allow up to 5000 bytes. Resetting connection.", ip))
		s.expect("cucm.sip-message-too-large", schemas.High, subject(ip))
	}},
	{Name: "phone-alarm-xml", Title: "a phone sends a report that is no XML", Rules: []string{"cucm.malformed-phone-message"}, tell: func(s *story) {
		u := s.user()
		s.begin(schemas.SessionOther)
		l := s.phoneLeg(u, u.dn)
		l.logged, l.half, l.cseq, l.ownTag = false, "", 1000, s.hex(9)
		s.receive(l, s.message(l, false, "REFER sip:"+u.node.ip+" SIP/2.0", "REFER", ""))
		s.signal(u.node, l.tag, "SIPReferInd", "wait", fmt.Sprintf("SIPStationInit(%d,100,72,1)", u.node.id), fmt.Sprintf("SIPHandler(%d,100,79,1)", u.node.id), flags).
			info("//XML/Error/Error: Expecting '>' after 'x-cisco-alarm'")
		s.send(l, l.tag, s.message(l, true, "SIP/2.0 400 Bad Request", "REFER", ""))
		s.expect("cucm.malformed-phone-message", schemas.Info, subject(u.phone()))
	}},
	{Name: "udp-unsent", Title: "a SIP message finds no connection and is dropped", Rules: []string{"cucm.udp-send-failed"}, tell: func(s *story) {
		s.in()
		n := s.node()
		s.signal(n, fmt.Sprintf("%d,100,255,1.%d^%s^*", n.id, s.w.next(), s.pbx()), "SIPSPISignal", "wait", fmt.Sprintf("SIPUdp(%d,100,70,1)", n.id), fmt.Sprintf("SIPHandler(%d,100,79,1)", n.id), "*TraceFlagOverrode").
			info("SIPUdp - wait_SdlSPISignal: No connection found, dropping the message")
		s.expect("cucm.udp-send-failed", schemas.High)
	}},
	{Name: "retries", Title: "a SIP request is repeated until its retries are used up", Rules: []string{"cucm.retries-exhausted"}, tell: func(s *story) {
		s.in()
		n := s.node()
		_, ip := s.company("peer")
		a := s.signal(n, fmt.Sprintf("%d,100,150,1.%d^*^*", n.id, s.w.next()), "SIPTimer", "wait", fmt.Sprintf("SIPHandler(%d,100,79,1)", n.id), fmt.Sprintf("SdlTimerService(%d,100,3,1)", n.id), flags)
		a.info(fmt.Sprintf("//SIP/Stack/Info/0x0xc225e30/ccsip_process_timer_expired: Out of retries. addr=%s, port=5060", ip))
		s.expect("cucm.retries-exhausted", schemas.High)
	}},
	{Name: "recording-failed", Title: "the recorder does not take a call", Rules: []string{"cucm.recording-failed"}, tell: func(s *story) {
		s.in()
		u := s.user()
		a := s.signal(u.node, u.node.inbound(u.ip, u.port), "RecordingCallSetupFail", "wait", fmt.Sprintf("RecordManager(%d,100,40,1)", u.node.id), fmt.Sprintf("Cdcc(%d,100,224,1)", u.node.id), flags)
		s.traceAlarm(a, "CallManager", "RecordingCallSetupFail", "Error", 3, "A call recording session could not be established", []string{"DeviceName:" + u.phone(), "RecorderAddress:8500", "CauseValue:47"})
		s.expect("cucm.recording-failed", schemas.Medium, subject(u.phone()))
	}},
	{Name: "sdl-noise", Title: "a server prints what looks like errors in every normal hour", Often: 5, Like: []string{"cucm.sdl-link-lost", "cucm.service-crash", "cucm.udp-send-failed"}, tell: func(s *story) {
		s.in()
		n := s.node()
		a := s.signal(n, n.answered(), "SIPSPISignal", "wait", fmt.Sprintf("SIPHandler(%d,100,79,1)", n.id), fmt.Sprintf("SIPTcp(%d,100,71,1)", n.id), "*TraceFlagOverrode")
		a.info("//SIP/Stack/Error/0x0/httpish_cache_header_val: DROPPING unregistered header Session-ID: " + s.hex(32) + ";remote=" + nilHalf)
		a.info("httpish_msg_free: Freeing NULL pointer!")
		a.info("!!ERROR!! -MediaManager-(252214)::isMTPNeededForDTMFInjectionFromOOBTo2833 DTMFMTPSide=1, MTPInsertReason=1")
		a.info("SMDMSharedData::findRemoteDeviceAny - Key=" + s.uuid() + " not in RemoteDeviceInfo hashmap")
		a.line("SdlError", "Destination process does not exist. SIPCdpc(2,100,85,25)")
		a.line("NetError", "binding socket mPort(0) family(AF_INET) only.")
	}},
}

// mgcpGateway names a gateway that no other story names.
func (s *story) mgcpGateway() string {
	return fmt.Sprintf("%s-vg%d.%s", s.site.name, s.w.next(), s.site.domain)
}

// mgcp writes a message from a gateway; format holds its transaction number,
// which is returned.
func (s *story) mgcp(n *node, _ string, format string) int {
	id := 248_000_000 + s.w.next()
	s.info(n, fmt.Sprintf("MGCPHandler received msg from: %s\n"+format+"\n", s.gateway(), id))
	return id
}
