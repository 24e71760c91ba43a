package jabber

import (
	"bytes"
	"strconv"

	"github.com/uctrace/uctrace/schemas"
)

// connection is what a record says about a TCP or TLS connection of the SIP
// stack; empty fields are unknown.
type connection struct{ transport, local, peer, reason []byte }

// connection appends a sip.connection event.
func (s *statement) connection(dst []schemas.Event, state string, c connection) []schemas.Event {
	dst = s.event(dst, schemas.KindSIPConnection, "state", state)
	s.set(dst, fields{{"transport", c.transport}, {"local", c.local}, {"peer", c.peer}, {"reason", c.reason}})
	s.key(dst, schemas.KeyAddr, c.peer)
	return dst
}

// readConnect reads that a connection is being made.
//
//	[SIP][CONN][0] create TLS connection 10.10.10.10:5061-----10.10.10.1:5090.
func readConnect(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	c := connection{transport: bytes.ToLower(field(s.message, "create"))}
	local, peer, found := bytes.Cut(after(s.message, "connection"), []byte("--"))
	if found {
		c.local, c.peer = bytes.TrimSpace(local), bytes.Trim(until(bytes.TrimLeft(peer, "->"), " ,"), ".")
	}
	dst = s.connection(dst, "connecting", c)
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message, host: hostOf(c.peer)})
}

// hostOf returns host of host:port.
func hostOf(addr []byte) []byte {
	if at := bytes.LastIndexByte(addr, ':'); at >= 0 && bytes.IndexByte(addr, ':') == at {
		return addr[:at]
	}
	return addr
}

// readOpened reads that a connection is there.
//
//	<PRIMARY_CCM>: CC TCP socket opened: to <192.168.7.200>:<5060>, local_port: 51778 handle=<46>
func readOpened(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	peer := bytes.Map(func(r rune) rune {
		if r == '<' || r == '>' {
			return -1
		}
		return r
	}, until(after(s.message, "opened: to"), ", "))
	return s.connection(dst, "connected", connection{transport: bytes.ToLower(field(s.message, "CC ")), peer: peer})
}

// readRefusedConnection reads that a call manager could not be reached.
//
//	sip_tcp_create_connection: socket connect failed cpr_errno: 1 ipaddr: 10.48.47.136, port: 5060
//	sip_transport_setup_cc_conn: <PRIMARY_CCM>:tcp channel create error server addr=10.48.47.136, server port=5060 failed.
func readRefusedConnection(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	host, port := field(s.message, "ipaddr:"), digits(after(s.message, "port:"))
	if host == nil {
		host, port = field(s.message, "server addr="), digits(after(s.message, "server port="))
	}
	peer := host
	if len(host) > 0 && len(port) > 0 {
		peer = append(append(append([]byte(nil), host...), ':'), port...)
	}
	var reason []byte
	if errno := field(s.message, "cpr_errno:"); len(errno) > 0 {
		reason = append([]byte("cpr_errno: "), errno...)
	} else if role := until(after(s.head.message, "<"), ">"); len(role) > 0 {
		reason = append(append([]byte(nil), role...), ": channel create error"...)
	}
	return s.connection(dst, "failed", connection{transport: []byte("tcp"), peer: peer, reason: reason})
}

// readClosed reads that a socket is closed. Phones print memory for the
// address.
//
//	Socket fd: 3912 closed for connid 0 with address: 10.1.2.10, remote port: 5060
func readClosed(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	if !has(s.message, " closed for connid") {
		return dst
	}
	host, port := field(s.message, "address:"), digits(after(s.message, "remote port:"))
	if !bytes.ContainsAny(host, ".:") || len(port) == 0 {
		return dst
	}
	peer := append(append(append([]byte(nil), host...), ':'), port...)
	return s.connection(dst, "closed", connection{transport: []byte("tcp"), peer: peer})
}

// readLost reads why the connection to the active call manager ended.
//
//	Disconnected from Active Server (). unRegReason:12 Errno:0, Cause:1, Reason:[SOCKET_REMOTE_CLOSURE / CC_UNREG_REASON_CM_RESET_TCP]
func readLost(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	reason := until(after(s.head.message, "Reason:["), "]")
	if reason == nil {
		reason = until(s.message, "]")
	}
	host := until(after(s.head.message, "Active Server ("), ")")
	dst = s.connection(dst, "closed", connection{peer: host, reason: reason})
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: reason, host: host})
}

// readNotConnected reads that a connection was given up.
//
//	sip_regmgr_on_transport_cucm_connecting_failed: [1] cucm connecting failed!
//	[SIP][TRANS][1] transpot crate failed!
func readNotConnected(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	dst = s.connection(dst, "failed", connection{reason: s.message})
	return readText(s, dst, r)
}

// registered is what a record says about a registration.
type registered struct{ device, reason, name, detail, contact, callID []byte }

// registered appends a registration.state event; state may be "": what the
// record says is then no change of it.
func (s *statement) registered(dst []schemas.Event, state string, p registered) []schemas.Event {
	dst = s.event(dst, schemas.KindRegistrationState, "state", state, "protocol", "sip")
	s.set(dst, fields{
		{"device", p.device}, {"reason", p.reason}, {"text", p.name}, {"detail", p.detail}, {"contact", p.contact},
	})
	s.key(dst, schemas.KeyDevice, p.device)
	s.key(dst, schemas.KeyCallID, p.callID)
	return dst
}

// readRegState reads the registration state machine. It is IDLE for a moment
// at every refresh, so leaving REGISTERED is no loss.
//
//	97/1, sip_reg_sm_change_state: Registration state change: SIP_REG_STATE_REGISTERING ---> SIP_REG_STATE_REGISTERED
func readRegState(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	const prefix = "SIP_REG_STATE_"
	from, to, found := bytes.Cut(s.message[len(prefix):], []byte(prefix))
	from, to = until(from, " -"), until(to, " .,")
	if !found || len(to) == 0 || bytes.Equal(from, to) {
		return dst
	}
	state, f := "", fact{stage: r.stage, detail: s.message}
	switch string(to) {
	case "REGISTERED":
		state, f.outcome = "registered", ok
	case "REGISTERING":
		state, f.outcome = "requested", enter
	}
	dst = s.registered(dst, state, registered{detail: s.message})
	if f.outcome != ok {
		return dst
	}
	return s.stage(dst, &f)
}

// readRegistered reads that the softphone is registered.
//
//	setState: new registration state = MGMT_STATE_REGISTERED
func readRegistered(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	dst = s.registered(dst, "registered", registered{detail: s.message})
	return readText(s, dst, r)
}

// readExpires reads how soon the registration is to be refreshed.
//
//	97/1, ccsip_handle_ev_2xx: Starting expires timer (115 sec)
func readExpires(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	dst = s.registered(dst, "", registered{detail: s.message})
	return readText(s, dst, r)
}

// readTimer reads that the SIP stack waits before it tries a call manager
// again.
//
//	120/1, sip_regmgr_retry_timer_start: Starting fallback timer (120 sec)
func readTimer(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	return s.registered(dst, "", registered{detail: s.message})
}

// readAllLines reads that all lines lost their registration.
//
//	ui_update_registration_state_all_lines: ***********ALL LINES UN-REGISTERED****************
func readAllLines(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.registered(dst, "unregistered", registered{detail: []byte(r.needle)})
}

// readUnregReason reads the reason that CUCM is told at the next registration.
//
//	setUnregReason: setting unreg reason to=12
func readUnregReason(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	reason := digits(s.message[len(r.needle):])
	n, err := strconv.Atoi(string(reason))
	if err != nil || n == 0 {
		return dst
	}
	state := "unregistered"
	if n <= 17 { // the connection, not somebody's will
		state = "lost"
	}
	return s.registered(dst, state, registered{reason: reason, name: []byte(outOfService[n])})
}

// outOfService names the reasons of the alarm LastOutOfServiceInformation
// (Cisco Unified Serviceability, alarm catalogue Phone).
var outOfService = map[int]string{
	10: "TCPtimedOut",
	12: "TCPucmResetConnection",
	13: "TCPucmAbortedConnection",
	14: "TCPucmClosedConnection",
	15: "SCCPKeepAliveFailure",
	16: "TCPdeviceLostIPAddress",
	17: "TCPDeviceRegistrationTimedOut",
	18: "TCPclosedConnectHighPriorityUcm",
	20: "TCPclosedUserInitiatedReset",
	22: "TCPclosedUcmInitiatedReset",
	23: "TCPclosedUcmInitiatedRestart",
	24: "TCPClosedRegistrationReject",
}
