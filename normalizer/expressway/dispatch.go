package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// A rule says what reads a record.
type rule uint8

// The rules. A record of silent states nothing we keep.
const (
	silent rule = iota
	ruleSIP
	ruleDump
	ruleEvent
	ruleXCP
	ruleHTTP
	ruleTCP
	ruleDNS
	ruleSSL
	ruleTraffic
	ruleH323
	ruleRoute
	rulePolicy
	ruleSearch
	ruleDirectory
	ruleDigest
	ruleProvisioning
	ruleAXL
	ruleCluster
	ruleLicence
	ruleConfig
	ruleTunnel
	ruleMarker
	ruleSetting
	ruleBan
)

// parse appends the events of the record.
func (s *statement) parse(dst []schemas.Event) []schemas.Event {
	switch s.route() {
	case ruleSIP:
		return s.sip(dst)
	case ruleDump:
		return s.sipDump(dst)
	case ruleEvent:
		return s.eventLine(dst)
	case ruleXCP:
		return s.xcp(dst)
	case ruleHTTP:
		return s.http(dst)
	case ruleTCP:
		return s.tcp(dst)
	case ruleDNS:
		return s.dns(dst)
	case ruleSSL:
		return s.ssl(dst)
	case ruleTraffic:
		return s.trafficText(dst)
	case ruleH323:
		return s.h323(dst)
	case ruleRoute:
		return s.mediaRoute(dst)
	case rulePolicy:
		return s.policy(dst)
	case ruleSearch:
		return s.search(dst)
	case ruleDirectory:
		return s.directory(dst)
	case ruleDigest:
		return s.digest(dst)
	case ruleProvisioning:
		return s.provisioning(dst)
	case ruleAXL:
		return s.axl(dst)
	case ruleCluster:
		return s.cluster(dst)
	case ruleLicence:
		return s.licence(dst)
	case ruleConfig:
		return s.config(dst)
	case ruleTunnel:
		return s.tunnel(dst)
	case ruleMarker:
		return s.marker(dst)
	case ruleSetting:
		return s.dump(dst)
	case ruleBan:
		return s.ban(dst)
	}
	return dst
}

// route returns the rule of the record. It is decided by the process and by the
// first pairs: most records of a log are of modules that are silent.
func (s *statement) route() rule {
	rest := s.head.rest
	switch {
	case isXCP(s.head.tag):
		return ruleXCP
	case len(rest) > 1 && rest[0] == '*':
		return ruleSetting
	}
	rest = pastUTC(rest)
	if len(rest) == 0 {
		return silent
	}
	switch rest[0] {
	case 'M':
		if value, ok := bytes.CutPrefix(rest, []byte(`Module="`)); ok {
			s.module = value[:max(0, bytes.IndexByte(value, '"'))]
			if read := byModule(s.module); read != silent || !isTunnel(s.head.tag) {
				return read
			}
			return ruleTunnel
		}
	case 'E':
		if bytes.HasPrefix(rest, []byte(`Event="`)) {
			return ruleEvent
		}
	case 'L', 'N', 'D', 'U', 'A', 'C', 'P':
		if startsWithName(rest) {
			return s.byTag()
		}
	case '[':
		return ruleTraffic
	}
	return s.byText()
}

// pastUTC returns rest behind its leading UTCTime.
func pastUTC(rest []byte) []byte {
	if leadLen(rest) != len(utcTime) {
		return rest
	}
	b, open := rest[len(utcTime):], 0
	if len(b) == 0 || b[0] != '"' {
		if open = bytes.IndexByte(b[:min(len(b), 4)], '"'); open < 0 {
			return rest
		}
	}
	end := bytes.IndexByte(b[open+1:], '"')
	if end < 0 || end > 40 {
		return rest
	}
	b = b[open+1+end+1:]
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	return b
}

// byModule returns what reads the records of module.
func byModule(module []byte) rule {
	if name, ok := bytes.CutPrefix(module, []byte("network.")); ok {
		return networkRule(name)
	}
	if name, ok := bytes.CutPrefix(module, []byte("developer.")); ok {
		return developerRule(name)
	}
	return silent
}

func networkRule(name []byte) rule {
	switch string(name) {
	case "sip":
		return ruleSIP
	case "tcp":
		return ruleTCP
	case "dns":
		return ruleDNS
	case "h323":
		return ruleH323
	case "cpl":
		return rulePolicy
	case "search":
		return ruleSearch
	case "mediarouting":
		return ruleRoute
	case "ldap":
		return ruleDirectory
	case "axl":
		return ruleAXL
	}
	if bytes.HasPrefix(name, []byte("http")) {
		return ruleHTTP
	}
	return silent
}

// developerRule knows the modules of the support log that tell of a failure,
// or repeat a message.
func developerRule(name []byte) rule {
	if len(name) < 3 {
		return silent
	}
	switch name[0] {
	case 's':
		if name[1] == 'i' { // sip.leg, sip.leg.collabedgeutils
			return ruleDump
		}
		if string(name) == "ssl" {
			return ruleSSL
		}
	case 'n':
		if string(name) == "nomodule" {
			return ruleDigest
		}
	case 'c':
		if bytes.HasPrefix(name, []byte("clusterdb.")) {
			return ruleCluster
		}
	case 'r':
		if bytes.HasPrefix(name, []byte("replication")) {
			return ruleCluster
		}
	case 'm':
		if bytes.HasPrefix(name, []byte("management.")) {
			return ruleCluster
		}
	case 'e':
		if bytes.HasPrefix(name, []byte("edgeconfigprovisioning")) {
			return ruleProvisioning
		}
	}
	return silent
}

// byTag returns what reads a record that begins with another pair: an alarm, a
// licence, a sign-in.
//
//	alarm: Level="WARN" Event="Alarm Raised" Id="20006" …
//	licensemanager: Level="INFO" Detail="License granted" …
func (s *statement) byTag() rule {
	near := s.head.rest[:min(len(s.head.rest), 160)]
	if found := bytes.Contains(near, []byte(` Event="`)); found {
		return ruleEvent
	}
	switch string(s.head.tag) {
	case "licensemanager":
		return ruleLicence
	case "edgeconfigprovisioning":
		return ruleProvisioning
	}
	if isTunnel(s.head.tag) {
		return ruleTunnel
	}
	if has(s.head.rest, "xconfiguration ") && bytes.Contains(s.head.rest, changedFrom) {
		return ruleConfig
	}
	return silent
}

// byText returns what reads a record that is text: one line of a traceback,
// mostly.
func (s *statement) byText() rule {
	if isTunnel(s.head.tag) {
		return ruleTunnel
	}
	switch string(s.head.tag) {
	case "traffic_server":
		return ruleTraffic
	case "DEBUG_MARKER":
		return ruleMarker
	}
	if bytes.HasPrefix(s.head.tag, []byte("fail2ban")) { // fail2ban.actions, fail2ban-server
		return ruleBan
	}
	line, _ := cutLine(s.head.rest)
	if has(line[:min(len(line), 200)], "DEBUG_MARKER") {
		return ruleMarker
	}
	return silent
}

// isTunnel reports whether the process makes the SSH tunnels between
// Expressway-C and Expressway-E.
func isTunnel(tag []byte) bool {
	switch string(tag) {
	case "portforwarding", "ssh", "sshd":
		return true
	}
	return false
}
