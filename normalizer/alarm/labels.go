package alarm

import "bytes"

// labels are names of parameters in messages without brackets, in the form of
// same. Another name is recognised when the value before it is a number.
var labels = map[string]bool{
	"appid": true, "clusterid": true, "nodeid": true, "devicename": true, "deviceipaddress": true,
	"devicemacaddress": true, "devicetype": true, "deviceid": true, "devicedescription": true, "ipaddress": true,
	"ipv6address": true, "macaddress": true, "protocol": true, "reasoncode": true, "reason": true,
	"connectingport": true, "port": true, "lastsignalreceived": true, "stationstate": true, "rtmtalertname": true,
	"alertname": true, "detail": true, "severitymatch": true, "matchedevent": true, "userid": true,
	"clientaddress": true, "clientipaddress": true, "severity": true, "eventtype": true, "resourceaccessed": true,
	"eventstatus": true, "compulsoryevent": true, "auditcategory": true, "componentid": true, "correlationid": true,
	"auditdetails": true, "description": true, "processname": true, "servicename": true, "errorcode": true,
	"errormessage": true, "username": true, "loginfrom": true, "timestamp": true, "interface": true,
	"siptrunkname": true, "gatewayname": true, "trunkname": true, "endpointname": true, "activegateway": true,
	"totalcoresfound": true, "coredetails": true, "localnodeid": true, "remotenodeid": true, "localapplicationid": true,
	"remoteapplicationid": true, "remoteipaddress": true, "linkid": true, "uniquelinkid": true, "routelist": true,
	"routelistname": true, "mediaresourcetype": true, "mediaresourcelistname": true, "hostname": true,
	"causecode": true, "diagnostic": true,
}

// maxLabel is how many words a label has at most: Number of Calls Rejected Due
// to Call Throttling.
const maxLabel = 8

// readLabels reads "Name:value Name:value" and returns the words before the
// first label, or b when there is none.
//
//	Device unregistered. Device name:SEP001122334455 Reason Code:6 App ID:Cisco CallManager …
func (p params) readLabels(b []byte) (_ params, text []byte) {
	from := 0 // where the value of the last label, or the text, begins
	has := false
	text = b
	for i := 0; i < len(b) && len(p) < maxParams; i++ {
		at := bytes.IndexByte(b[i:], ':')
		if at < 0 {
			break
		}
		i += at
		if clockColon(b, i) || i < from {
			continue
		}
		start := labelStart(b, from, i, has)
		if start < 0 {
			continue
		}
		if has {
			p[len(p)-1].value = bytes.TrimSpace(b[from:start])
		} else {
			text = bytes.TrimRight(b[:start], " ")
		}
		p = append(p, param{name: bytes.TrimSpace(b[start:i])})
		from, has = i+1, true
	}
	if has {
		p[len(p)-1].value = withoutCut(bytes.TrimSpace(b[from:]))
	}
	return p, text
}

// withoutCut removes the beginning of the last two labels from a value: a
// message that is too long ends anywhere.
//
//	App ID:Cisco CallManager Cluster  →  Cisco CallManager
func withoutCut(value []byte) []byte {
	for _, label := range [...]string{" Cluster ID", " Cluster", " Node ID", " Node"} {
		value = bytes.TrimSuffix(value, []byte(label))
	}
	return value
}

// clockColon reports whether the colon at b[i] is part of a time, an address
// or a URL.
func clockColon(b []byte, i int) bool {
	if i+2 < len(b) && b[i+1] == '/' && b[i+2] == '/' {
		return true
	}
	return i > 0 && i+1 < len(b) && hexDigit(b[i-1]) && hexDigit(b[i+1]) && (b[i-1]-'0' <= 9 || b[i+1]-'0' <= 9) && b[i+1] != ' ' &&
		!letterBefore(b, i)
}

// letterBefore reports whether the word before b[i] has a letter that is no
// hex digit.
func letterBefore(b []byte, i int) bool {
	for i--; i >= 0 && word(b[i]); i-- {
		if c := b[i] | 0x20; c > 'f' && c <= 'z' {
			return true
		}
	}
	return false
}

func hexDigit(c byte) bool { return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'f' }

// labelStart returns where the label before the colon at b[colon] begins, -1
// when the colon is part of a value. The value before it begins at from.
func labelStart(b []byte, from, colon int, has bool) int {
	best, start := -1, colon
	for n := 0; n < maxLabel && start > from; n++ {
		start = wordStart(b, from, start)
		if known(b[start:colon]) {
			best = start
		}
	}
	if best >= 0 {
		return best
	}
	value := skipBlanks(b, from)
	if has {
		// The label is all behind a value of one word that is a number.
		end := value
		for end < colon && b[end] != ' ' {
			end++
		}
		if end == value || !digits(b[value:end]) {
			return -1
		}
		value = skipBlanks(b, end)
	}
	if words(b[value:colon]) <= maxLabel && value < colon && b[value] >= 'A' && b[value] <= 'Z' && plainWords(b[value:colon]) {
		return value
	}
	return -1
}

func wordStart(b []byte, from, i int) int {
	for i > from && b[i-1] == ' ' {
		i--
	}
	for i > from && b[i-1] != ' ' {
		i--
	}
	return i
}

func known(name []byte) bool {
	var room [32]byte
	n := 0
	for _, c := range name {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c == '[' {
			break
		}
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			if n == len(room) {
				return false
			}
			room[n] = c
			n++
		}
	}
	return labels[string(room[:n])]
}

func words(b []byte) int { return bytes.Count(bytes.TrimSpace(b), []byte(" ")) + 1 }

// plainWords reports whether b holds nothing but what names are made of.
func plainWords(b []byte) bool {
	for _, c := range b {
		if !word(c) && c != ' ' && c != '.' && c != '/' && c != '-' && c != '[' && c != ']' && c != '(' && c != ')' {
			return false
		}
	}
	return true
}

func digits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return len(b) > 0
}
