package fleet

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// registerScenarios are registrations of phones and softphones.
var registerScenarios = []Scenario{
	{Name: "register", Title: "a phone registers and stays registered", Often: 20, Like: []string{"cucm.endpoint-unregistered", "sip.register-timeout"}, tell: func(s *story) {
		r := s.phoneRegistration(s.user())
		s.exchange(r, "SIP/2.0 200 OK", "Expires: 120")
		s.refresh(r, s.rng.IntN(3))
	}},
	{Name: "register-digest", Title: "a phone is asked for its digest credentials and gives them", Often: 5, Like: []string{"cucm.registration-refused"}, tell: func(s *story) {
		r := s.phoneRegistration(s.user())
		s.exchange(r, "SIP/2.0 401 Unauthorized", `WWW-Authenticate: Digest realm="ccmsipline",nonce="4bd0c1e2",algorithm=MD5`)
		s.exchange(r, "SIP/2.0 200 OK", "Expires: 120")
	}},
	{Name: "register-keepalive", Title: "a keep-alive to the secondary server: Expires 0, and no sign-off", Often: 5, Like: []string{"cucm.endpoint-unregistered"}, tell: func(s *story) {
		r := s.phoneRegistration(s.user())
		for range 3 {
			s.exchange(r, "SIP/2.0 200 OK", "Expires: 0")
			s.wait(30 * time.Second)
		}
	}},
	{Name: "register-closing", Title: "a registration is refused because the device is closing", Rules: []string{"cucm.register-device-closing"}, tell: func(s *story) {
		u := s.user()
		r := s.phoneRegistration(u)
		for range 2 {
			s.exchange(r, "SIP/2.0 503 Service Unavailable", warning(u.node, "Device handler is shutting down"))
			s.wait(4 * time.Second)
		}
		s.exchange(r, "SIP/2.0 200 OK", "Expires: 120")
		s.expect("cucm.register-device-closing", schemas.Info)
	}},
	{Name: "register-unknown", Title: "CUCM does not know a phone that registers", Rules: []string{"cucm.registration-refused"}, tell: func(s *story) {
		u := s.user()
		r := s.phoneRegistration(u)
		for range 3 {
			s.exchange(r, "SIP/2.0 404 Not Found", warning(u.node, "Auto-registration failed"))
			a := s.signal(u.node, r.leg.tag, "DbStationAutoRegisterErr", "auto_register", fmt.Sprintf("SIPStationD(%d,100,73,18400)", u.node.id), fmt.Sprintf("Db(%d,100,208,1)", u.node.id), flags)
			a.info("SIPStationD(18400) - sendRegisterResp: non-200 response code 404, ccbId 118, expires 0, warning Auto-registration failed")
			s.endpointAlarm(a, "EndPointTransientConnection", "An endpoint attempted to register but did not complete registration", []string{
				"ConnectingPort:5060", "DeviceName:" + u.phone(), "IPAddress:" + u.ip, "DeviceType:683", "Reason:29", "Protocol:SIP", "MACAddress:" + u.mac, "IPAddrAttributes:0", "LastSignalReceived:DbStationAutoRegisterErr",
			})
			s.wait(30 * time.Second)
		}
		s.expect("cucm.registration-refused", schemas.Medium, subject(u.phone()))
	}},
	{Name: "softphone-forbidden", Title: "CUCM refuses a softphone's registration", Rules: []string{"cucm.registration-refused"}, tell: func(s *story) {
		c := s.client(s.user()).until("register")
		r := c.registration()
		c.exchange(r, "SIP/2.0 403 Forbidden")
		s.in(r.session)
		s.expect("cucm.registration-refused", schemas.Medium, subject(c.u.csf()))
	}},
	{Name: "oauth-port", Title: "a softphone registers at the port of the other kind of client", Rules: []string{"sip.oauth-port-mismatch"}, tell: func(s *story) {
		c := s.client(s.user()).until("register")
		r := c.registration()
		c.exchange(r, "SIP/2.0 407 Proxy Authentication Required", `Proxy-Authenticate: Bearer realm="ccmsipline"`)
		c.exchange(r, "SIP/2.0 403 Forbidden", warning(c.u.node, "SIP OAuth Registration port Mismatch"))
		s.in(r.session)
		s.expect("sip.oauth-port-mismatch", schemas.High, subject(c.u.csf()))
	}},
	{Name: "register-on-trunk", Title: "a registration arrives at the port of a trunk", Rules: []string{"sip.register-on-trunk"}, tell: func(s *story) {
		u := s.user()
		r := s.phoneRegistration(u)
		s.exchange(r, "SIP/2.0 405 Method Not Allowed", warning(u.node, "SIP trunk disallows REGISTER"))
		s.expect("sip.register-on-trunk", schemas.High)
	}},
	{Name: "socket-lost", Title: "CUCM closes the softphone's connection", Rules: []string{"sip.socket-lost"}, tell: func(s *story) {
		c := s.client(s.user()).until("")
		s.in(c.session)
		s.pause(30*time.Second, 60*time.Second)
		c.say(atTransport, "Reason:[SOCKET_REMOTE_CLOSURE / CC_UNREG_REASON_CM_RESET_TCP]")
		c.say(atTransport, "cucm connecting failed!")
		s.expect("sip.socket-lost", schemas.High)
	}},
	{Name: "sip-tls", Title: "something else answers at the secure SIP port", Rules: []string{"sip.tls-failed"}, tell: func(s *story) {
		c := s.client(s.user()).until("register")
		c.say(atTransport, fmt.Sprintf("create TLS connection %s:49152-----%s:5061.", c.u.ip, c.u.node.ip))
		c.say(atHandyIron, fmt.Sprintf("SSL alert read:fatal:handshake failure type=eSIP, isRelevant=true, server=%s:5061, connectionState=eFailed, isEncrypted=true, failureReason=eTLSFailure, SSLErrorCode=336151568", c.u.node.fqdn()))
		s.expect("sip.tls-failed", schemas.High, stage("sip-register"))
	}},
	{Name: "register-unanswered", Title: "a registration is never answered", Rules: []string{"sip.register-timeout"}, tell: func(s *story) {
		c := s.client(s.user()).until("register")
		c.say(atSipState, "SIP_REG_STATE_IDLE ---> SIP_REG_STATE_REGISTERING")
		r := c.registration()
		c.exchange(r, "")
		s.wait(4 * time.Second)
		c.exchange(r, "")
		s.in(r.session)
		s.expect("sip.register-timeout", schemas.High)
		s.allow("login.stuck")
	}},
	{Name: "sccp-rejected", Title: "an SCCP phone is no device of the cluster", Rules: []string{"cucm.sccp-registration-rejected"}, tell: func(s *story) {
		u := s.user()
		n := u.node
		s.in()
		for range 2 {
			a := s.signal(n, n.inbound(u.ip, u.port), "SdlDataInd", "wait", fmt.Sprintf("StationInit(%d,100,62,1)", n.id), fmt.Sprintf("SdlTCPConnection(%d,100,14,%d)", n.id, n.connection(fmt.Sprintf("%s:%d", u.ip, u.port))), "*TraceFlagOverrode")
			a.info("StationInit: (0000000) InboundStim - StationRegisterMessageId [Normal Device priority]: ")
			tag := fmt.Sprintf("%d,100,62,1.%d^*^*", n.id, s.w.next())
			a = s.signal(n, tag, "DbStationAutoRegisterErr", "auto_register", fmt.Sprintf("StationD(%d,100,63,%d)", n.id, 33760), fmt.Sprintf("Db(%d,100,208,1)", n.id), flags)
			a.info("AddDevice returns Error: Autoregistration disabled")
			a.info("StationD:    (0033760) Error, auto_register_DbStationAutoRegisterErr")
			s.endpointAlarm(a, "EndPointTransientConnection", "An endpoint attempted to register but did not complete registration", []string{
				"ConnectingPort:2000", "DeviceName:" + u.phone(), "IPAddress:" + u.ip, "DeviceType:495", "Reason:29", "Protocol:SCCP", "MACAddress:" + u.mac, "IPAddrAttributes:3", "LastSignalReceived:DbStationAutoRegisterErr", "StationState:auto_register",
			})
			a.info("StationD:    (0033760) RegisterReject text='Error: DB Config'.")
			s.wait(22 * time.Second)
		}
		s.expect("cucm.sccp-registration-rejected", schemas.Medium, subject(u.phone()), noSession())
	}},
	{Name: "device-type", Title: "a phone registers as another model than it is", Rules: []string{"cucm.device-type-mismatch"}, tell: func(s *story) {
		u := s.user()
		s.in()
		a := s.signal(u.node, u.node.inbound(u.ip, u.port), "StationRegister", "wait_register", fmt.Sprintf("StationD(%d,100,63,33801)", u.node.id), fmt.Sprintf("StationInit(%d,100,62,1)", u.node.id), flags+"Name="+u.phone()+" Type=683")
		s.endpointAlarm(a, "DeviceTypeMismatch", "Device type mismatch between registering device and Unified CM", []string{
			"DBDeviceType:683", "DeviceType:684", "DeviceName:" + u.phone(),
		})
		s.endpointAlarm(a, "EndPointTransientConnection", "An endpoint attempted to register but did not complete registration", []string{
			"ConnectingPort:5060", "DeviceName:" + u.phone(), "IPAddress:" + u.ip, "DeviceType:684", "Reason:32", "Protocol:SIP", "MACAddress:" + u.mac,
		})
		s.expect("cucm.device-type-mismatch", schemas.Medium, subject(u.phone()), noSession())
	}},
	{Name: "unregistered", Title: "a phone's keep-alives end", Rules: []string{"cucm.endpoint-unregistered"}, tell: func(s *story) {
		u := s.user()
		s.in()
		a := s.signal(u.node, fmt.Sprintf("%d,100,150,1.1^*^*", u.node.id), "SIPStationDPrimaryLineTimeout", "wait", fmt.Sprintf("SIPStationD(%d,100,73,1169)", u.node.id), fmt.Sprintf("SdlTimerService(%d,100,3,1)", u.node.id), flags)
		a.info("SIPStationD(1169) - Primary Line Timeout -- shutting down")
		s.endpointAlarm(a, "EndPointUnregistered", "An endpoint has unregistered", unregistered(u, 13, "SIPStationDPrimaryLineTimeout"))
		s.expect("cucm.endpoint-unregistered", schemas.Medium, subject(u.phone()), noSession())
	}},
	{Name: "reset", Title: "an administrator resets a phone, and it comes back", Often: 3, Like: []string{"cucm.endpoint-unregistered"}, tell: func(s *story) {
		u := s.user()
		s.in()
		a := s.signal(u.node, fmt.Sprintf("%d,100,150,1.1^*^*", u.node.id), "StationReset", "wait", fmt.Sprintf("SIPStationD(%d,100,73,1171)", u.node.id), fmt.Sprintf("DeviceManager(%d,100,205,1)", u.node.id), flags)
		s.endpointAlarm(a, "EndPointUnregistered", "An endpoint has unregistered", unregistered(u, 9, "DeviceResetInitiated"))
		s.pause(8*time.Second, 25*time.Second)
		r := s.phoneRegistration(u)
		s.exchange(r, "SIP/2.0 200 OK", "Expires: 120")
	}},
	{Name: "phone-alarms", Title: "phones report their history", Often: 4, Like: []string{"cucm.endpoint-unregistered", "cucm.malformed-phone-message"}, tell: func(s *story) {
		u := s.user()
		s.in()
		a := s.signal(u.node, u.node.inbound(u.ip, u.port), "SdlDataInd", "wait", fmt.Sprintf("StationInit(%d,100,62,1)", u.node.id), fmt.Sprintf("SdlTCPConnection(%d,100,14,53787)", u.node.id), "*TraceFlagOverrode")
		s.endpointAlarm(a, "LastOutOfServiceInformation", "Information related to the last time the device was out of service", []string{"DeviceName:" + u.phone(), "DeviceIPv4Address:" + u.ip, "ReasonForOutOfService:25"})
		s.endpointAlarm(a, "DeviceImageDownloadStart", "Device has begun downloading the firmware load", []string{"DeviceName:" + u.phone(), "Active:sip88xx.12-8-1", "RequestedLoadId:sip88xx.14-0-1"})
	}},
}

func unregistered(u *user, reason int, last string) []string {
	return []string{
		"DeviceName:" + u.phone(), "IPAddress:" + u.ip, "Protocol:SIP", "DeviceType:683", "Description:" + u.name,
		fmt.Sprintf("Reason:%d", reason), "IPAddrAttributes:0", "LastSignalReceived:" + last,
	}
}
