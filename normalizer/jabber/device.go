package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// readDeviceConfig reads that the device's configuration has come.
//
//	fetchDeviceConfig() retrieved config for CSFrado
func readDeviceConfig(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	device := until(after(s.message, "retrieved config for "), " ,.")
	if len(device) == 0 {
		return dst
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, device: device})
}

// readDeviceXML reads the settings of the device's configuration file that
// decide where and how its phone registers. The file is printed over many
// lines, or in one; what is not known of it is left out.
//
//	Device Config: <device  xsi:type="axl:XIPPhone" ctiid="24" uuid="{6154365f-920b-dc71-b6ff-d23f602e94fb}">
//	<callManager>
//	<name>10.10.10.1</name>
func readDeviceXML(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	x := deviceXML{most: len(dst) + maxSettings}
	dst = x.line(s, dst, s.message, 0)
	n := 0
	for rest := s.rest; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		n++
		dst = x.line(s, dst, line, n)
	}
	return dst
}

// maxSettings bounds the settings of one file: five servers have six each.
const maxSettings = 64

// deviceXML follows where in the file a line stands.
type deviceXML struct {
	// server is true inside a callManager element.
	server bool
	most   int
}

// line appends the settings in the n-th line behind the first.
func (x *deviceXML) line(s *statement, dst []schemas.Event, line []byte, n int) []schemas.Event {
	for rest := line; len(dst) < x.most; {
		at := bytes.IndexByte(rest, '<')
		if at < 0 {
			break
		}
		rest = rest[at+1:]
		end := bytes.IndexByte(rest, '>')
		if end < 0 {
			break
		}
		tag := until(rest[:end], " /")
		closes := bytes.HasPrefix(rest, []byte("/callManager"))
		rest = rest[end+1:]
		switch {
		case closes:
			x.server = false
		case string(tag) == "callManager":
			x.server = true
		case x.server && string(tag) == "name", decisive(tag):
			value := until(rest, "<")
			if string(tag) == "name" {
				tag = []byte("callManager")
			}
			before := len(dst)
			if dst = s.setting(dst, tag, value); len(dst) > before && n > 0 {
				s.atLine(dst, n, bytes.TrimSpace(line))
			}
		}
	}
	return dst
}

// decisive reports whether the element tag of a device's configuration file
// says where and how it registers.
func decisive(tag []byte) bool {
	switch string(tag) {
	case "sipPort", "securedSipPort", "sipOAuthPort", "sipMRAOAuthPort", "sipOAuthMode", "processNodeName",
		"deviceSecurityMode", "transportLayerProtocol", "userId", "phoneLabel", "deviceName", "featureLabel",
		"loadInformation", "sipStack", "voiceMailPilotNumber", "ccmcipServer", "mraServiceDomain", "edgeConfigEnabled":
		return true
	}
	return false
}

// readServers reads the call managers and ports that the SIP stack was given.
//
//	ccm0=10.10.10.1 ccm1=10.10.10.2  ccm2= sip_oauth_port_0=5090 sip_oauth_port_1=5090 length=0
func readServers(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	const most = 16
	for n, word := range bytes.Fields(s.message) {
		name, value, _ := bytes.Cut(word, []byte("="))
		if n == most {
			break
		}
		if bytes.HasPrefix(name, []byte("ccm")) || bytes.HasPrefix(name, []byte("sip_")) {
			dst = s.setting(dst, name, value)
		}
	}
	return dst
}

// readOAuthMode reads whether the softphone registers with a token.
//
//	sip OAuth Mode=1
func readOAuthMode(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.setting(dst, []byte("sipOAuthMode"), digits(s.message[len(r.needle):]))
}

// readTransportTable reads a call manager of the SIP stack's table.
//
//	[SIP][TRANS][1] PRIMARY_CCM: IPv4 Addr: cucmsub.domain.local:5060 IPv6 Addr: :5060 transport: 4
//	sipTransportCfgTableInit: For PRIMARY_CCM: IPv4 Addr: 192.168.7.200 Port: 5060 listen Port: 5060 IPv6 Addr:  Port: 5060
func readTransportTable(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	addr := until(after(s.message, "IPv4 Addr:"), " ")
	if len(addr) == 0 || addr[0] == ':' || bytes.HasPrefix(addr, []byte("Port")) {
		return dst
	}
	if port := digits(after(s.message, " Port:")); bytes.IndexByte(addr, ':') < 0 && len(port) > 0 {
		addr = append(append(append([]byte(nil), addr...), ':'), port...)
	}
	return s.setting(dst, until([]byte(r.needle), ":"), addr)
}

// readDeviceName reads the name under which a phone registers.
//
//	sipSPIAddContactHeader: CFGID_DEVICE_NAME = SEP0011AABBCCDD
func readDeviceName(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	name := until(after(s.message, "="), " ,")
	n := len(dst)
	if dst = s.setting(dst, []byte(r.needle), name); len(dst) > n {
		s.key(dst, schemas.KeyDevice, name)
	}
	return dst
}
