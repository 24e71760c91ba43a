package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readConfigChanged reads a value that IM and Presence gave.
//
//	OnConfigChanged key : [CcmcipServer2] value : [192.168.0.12]
func readConfigChanged(s statement, dst []schemas.Event, _ *rule) []schemas.Event {
	name := until(after(s.message, "key : ["), "]")
	return s.config(dst, name, until(after(s.message, "value : ["), "]"))
}

// readNewServer reads a TFTP server that was set.
//
//	New tftpServer1 address:192.168.0.12
func readNewServer(s statement, dst []schemas.Event, _ *rule) []schemas.Event {
	name := until(after(s.message, "New "), " :")
	return s.config(dst, name, until(after(s.message, "address:"), " "))
}

// readUserJID reads the JID of the user.
//
//	User jid: user2@voiceinitiate.com
func readUserJID(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.config(dst, []byte("jid"), until(unwrap(after(s.message, r.needle)), " ,;"))
}

// readDownload reads that a file is fetched.
//
//	Downloading file http://192.168.0.12:6970/jabber-config.xml...
//	*-----* Downloading file from: https://10.106.92.196:6972/x.xml with a timeout of 10 seconds.
//	doGet(http://192.168.0.12:6970/user2.cnf.xml)
func readDownload(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := bytes.TrimRight(until(requestURL(s.message), " )"), ".")
	f := fact{stage: r.stage, outcome: r.outcome, host: urlHost(url), device: urlDevice(url)}
	if name := url[bytes.LastIndexByte(url, '/')+1:]; len(f.host) > 0 && len(name) > 0 {
		f.detail = name
	}
	return s.stage(dst, f)
}

// readDeviceConfig reads that the device's configuration has come.
//
//	fetchDeviceConfig() retrieved config for CSFrado
func readDeviceConfig(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	device := until(after(s.message, "retrieved config for "), " ,.")
	if len(device) == 0 {
		return dst
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, device: device})
}

// readRegState reads the registration state machine.
//
//	SIP_REG_STATE_REGISTERING ---> SIP_REG_STATE_REGISTERED
func readRegState(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "> SIP_REG_STATE_REGISTERED") {
		return dst
	}
	return s.stage(dst, fact{stage: r.stage, outcome: ok, detail: s.message})
}

// readSSLAlert reads a TLS failure of the softphone's connection; the record
// may describe several connections.
//
//	SSL alert read:fatal:handshake failure type=eSIP, isRelevant=true, server=URL server name:5061, … failureReason=eTLSFailure
func readSSLAlert(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.message, "type=eSIP") {
		return dst
	}
	host, _, _ := bytes.Cut(after(s.message, "server="), []byte(","))
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: s.message, host: host})
}

// readConnectionFailure reads why a device could not be controlled.
//
//	Connection Failure code: [eDeviceRegSelectedDeviceNotFound]
func readConnectionFailure(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	code := until(after(s.message, "["), "]")
	if len(code) == 0 || bytes.HasPrefix(code, []byte("eNo")) {
		return dst
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: code})
}

// readTelephony reads the state of the device connection. Disconnected is a
// failure only on the way to Connected: after it, it is a sign-out.
//
//	Telephony Service Device Connection Status changed from [Connecting] to [Disconnected]
func readTelephony(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	from := until(after(s.message, "from ["), "]")
	f := fact{stage: r.stage, detail: s.message}
	switch to := until(after(s.message, "to ["), "]"); string(to) {
	case "Connected":
		f.outcome = ok
	case "Connecting":
		f.outcome = enter
	case "Disconnected":
		if string(from) != "Connecting" {
			return dst
		}
		f.outcome = fail
	default:
		return dst
	}
	return s.stage(dst, f)
}
