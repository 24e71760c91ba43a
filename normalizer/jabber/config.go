package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readConfigChanged reads a value that IM and Presence gave.
//
//	OnConfigChanged key : [CcmcipServer2] value : [192.168.0.12]
func readConfigChanged(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	return s.received(dst, boxed(s.message, "key :"), boxed(s.message, "value :"))
}

// readNewServer reads a TFTP server that was set.
//
//	New tftpServer1 address:192.168.0.12
func readNewServer(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	name := until(after(s.message, "New "), " :")
	return s.received(dst, name, until(after(s.message, "address:"), " "))
}

// readUserJID reads the JID of the user.
//
//	User jid: user2@voiceinitiate.com
func readUserJID(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.received(dst, []byte("jid"), until(unwrap(after(s.message, r.needle)), " ,;"))
}

// readLookup reads a setting that a part of the client asked for. The client
// prints one with every question, so only those are kept that say where it
// signs in, as whom, and with what.
//
//	key : [ConfigurationFile] skipLocal : [0]  value: [group-jabber-config.xml] success: [true] configStoreName: [BootstrapConfigStore]
func readLookup(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	name := until(s.message[len("key : ["):], "]")
	if !decides(name) || !has(s.message, "success: [true]") {
		return dst
	}
	return s.setting(dst, name, boxed(s.message, "value:"))
}

// decides reports whether the setting name decides how a client signs in. The
// names are parameters of jabber-config.xml, of the installer, and of the
// service profile (Parameters Reference Guide for Cisco Jabber).
func decides(name []byte) bool {
	var low [40]byte
	if len(name) > len(low) {
		return false
	}
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	switch string(low[:len(name)]) {
	case "configurationfile", "tftpserver1", "tftpserver2", "tftpserver3", "tftpserveraddress",
		"ccmcipserver1", "ccmcipserver2", "ctiserver1", "ctiserver2", "ctiserveraddress",
		"presenceserver", "presenceserveraddress", "presenceserverurl", "presenceservertype", "presence_domain", "cupserver",
		"servicesdomain", "voiceservicesdomain", "servicedomain", "webservicesdomain", "sipdomain", "mailid", "userdomain",
		"servicediscoveryexcludedservices", "excluded_services", "excludedservices", "authenticator",
		"sso_enabled", "ssoenabled", "sso_org_domain", "productmode", "product_mode", "loginresource", "login_resource",
		"remoteaccess", "remote_access", "mobility_enabled", "allowupdatesviaexpressway", "updateurl",
		"telephony_enabled", "presence_enabled", "voicemail_enabled", "dialviaoffice",
		"directoryservertype", "primaryservername", "secondaryservername", "connectiontype", "serverport1", "usessl",
		"voicemailserver", "vvm_mailstore_server_0", "voicemailservice_server", "voicemailservice_usecredentialsfrom",
		"enableprtencryption", "enable_prt_encryption", "prtlogserverurl", "otherphone", "devicename", "softphonedevicename":
		return true
	}
	return false
}

// readSupportField reads the configuration file that the device names.
//
//	Detected that the "Cisco Support Field" has the following content: ConfigurationFile=jabber-config-test.xml
func readSupportField(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	return s.setting(dst, []byte("ConfigurationFile"), field(s.message, "ConfigurationFile="))
}

// readDownload reads that a file is fetched.
//
//	Downloading file http://192.168.0.12:6970/jabber-config.xml...
//	*-----* Downloading file from: https://10.106.92.196:6972/x.xml with a timeout of 10 seconds.
//	doGet(http://192.168.0.12:6970/user2.cnf.xml)
func readDownload(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := bytes.TrimRight(until(requestURL(s.message), " )"), ".")
	f := fact{stage: r.stage, outcome: r.outcome, host: urlHost(url), device: urlDevice(url)}
	if name := url[bytes.LastIndexByte(url, '/')+1:]; len(f.host) > 0 && len(name) > 0 {
		f.detail = name
	}
	return s.stage(dst, &f)
}

// readTelephony reads the state of the device connection. Disconnected is a
// failure only on the way to Connected: after it, it is a sign-out.
//
//	Telephony Service Device Connection Status changed from [Connecting] to [Disconnected]
func readTelephony(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	from := boxed(s.message, "from")
	f := fact{stage: r.stage, detail: s.message}
	switch to := boxed(s.message, "to "); string(to) {
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
	return s.stage(dst, &f)
}
