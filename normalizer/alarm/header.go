package alarm

import "bytes"

// header is what stands between the stamp and the parameters of a CiscoLog
// message: %APPNAME-SEVERITY-MSGNAME. Names of releases before 8.0 hold more
// hyphens.
//
//	%UC_CALLMANAGER-2-SignalCongestionEntry:
//	%CCM_RTMT-RTMT-2-RTMT-ERROR-ALERT:
type header struct {
	at       int // index of the %
	facility []byte
	level    byte // '0' to '7'
	name     []byte
	body     int // index behind the colon
}

// The bounds of a header's parts, in bytes; the guide allows 24 for an
// application and 30 for a message name.
const (
	maxFacility = 64
	maxName     = 80
)

// findHeader returns the first header in b at or after from.
func findHeader(b []byte, from int) (h header, ok bool) {
	for from < len(b) {
		at := bytes.IndexByte(b[from:], '%')
		if at < 0 {
			return h, false
		}
		at += from
		if h, ok = readHeader(b, at); ok {
			return h, true
		}
		from = at + 1
	}
	return h, false
}

// readHeader reads the header whose % stands at b[at].
func readHeader(b []byte, at int) (h header, ok bool) {
	if !ours(b[at+1:]) {
		return h, false
	}
	i := at + 1
	for i < len(b) && i-at <= maxFacility && (word(b[i]) || b[i] == '-') {
		if b[i] == '-' && i+2 < len(b) && b[i+1] >= '0' && b[i+1] <= '7' && b[i+2] == '-' && i > at+1 {
			name, body := readName(b, i+3)
			return header{at: at, facility: b[at+1 : i], level: b[i+1], name: name, body: body}, body > 0
		}
		i++
	}
	return h, false
}

// ours reports whether b begins with an application of CUCM or of IM and
// Presence: routers and switches write headers of the same form.
func ours(b []byte) bool {
	return hasPrefixFold(b, "UC_") || hasPrefixFold(b, "CCM_") || hasPrefixFold(b, "CUP_") || hasPrefixFold(b, "CUPS_")
}

// readName reads the message name at b[i:] and returns the index behind the
// colon that follows, 0 when none does.
func readName(b []byte, i int) (name []byte, body int) {
	from := i
	for i < len(b) && i-from <= maxName && (word(b[i]) || b[i] == '-' || b[i] == '.') {
		i++
	}
	name = b[from:i]
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if len(name) == 0 || i >= len(b) || b[i] != ':' {
		return nil, 0
	}
	return name, i + 1
}

// word reports whether c may stand in a name.
func word(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_'
}

// presence are the beginnings of the facilities of IM and Presence alarms,
// behind UC_ or CCM_; System Error Messages for IM and Presence Service.
var presence = [...]string{
	"XCP", "SRM", "REPLWATCHER", "SOAPAPI", "PE-", "PE_", "ESP", "SIPPROXY", "CUP", "EPAS", "EPE", "IMDB", "ICSA",
	"INTERCLUSTER", "SYNCAGENT", "CONFIGAGENT", "CONFIG_AGENT", "OAM", "LOGINDATASTORE", "PRESENCE", "JSM", "MFT", "XMPP",
	"CLIENTPROFILE", "PROFILEAGENT", "JAVAAPPLICATIONS",
}

// isPresence reports whether the alarm with h is one of IM and Presence.
func (h *header) isPresence() bool {
	f := h.facility
	if i := bytes.IndexByte(f, '_'); i == 2 || i == 3 {
		f = f[i+1:]
	}
	if string(f) == "PE" {
		return true
	}
	for _, p := range presence {
		if hasPrefixFold(f, p) {
			return p != "JAVAAPPLICATIONS" || bytes.HasPrefix(h.name, []byte("Jabber"))
		}
	}
	return false
}

// isAlert reports whether the alarm with h is an alert of RTMT, which mostly
// repeats an alarm.
func (h *header) isAlert() bool {
	return bytes.Contains(h.facility, []byte("RTMT")) || bytes.HasPrefix(h.name, []byte("RTMT"))
}

// hasPrefixFold reports whether b begins with prefix, which is upper case.
func hasPrefixFold(b []byte, prefix string) bool {
	if len(b) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := b[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}
