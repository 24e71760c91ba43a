package log4j

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
)

// access is a line of Tomcat's access log. The order of the fields is
// configured: the stamp in brackets, the words of the request line and the
// status behind it tell them.
//
//	[14/Apr/2018:19:10:51 -0400] 10.1.0.9 10.1.0.9 - - 8443 GET /cucm-uds/version HTTP/1.1 200 281 12
//	10.1.0.9 - alice [14/Apr/2018:19:10:51 -0400] "GET /cucm-uds/user/alice HTTP/1.1" 401 1071
type access struct {
	client, user, url, status []byte
}

// maxBefore bounds what stands before the stamp: an address and a user.
const maxBefore = 200

// readAccess reads a line of an access log and its time, in seconds since
// 1970.
func readAccess(line []byte) (a access, seconds int64, ok bool) {
	if len(line) < 40 {
		return a, 0, false
	}
	open := bytes.IndexByte(line[:min(len(line), maxBefore)], '[')
	if open < 0 || open > 0 && line[open-1] != ' ' {
		return a, 0, false
	}
	seconds, n := clfStamp(line[open+1:])
	if n == 0 {
		return a, 0, false
	}
	before, rest := bytes.TrimSpace(line[:open]), line[open+1+n:]
	at := bytes.Index(rest, []byte(" HTTP/"))
	if at < 0 {
		return a, 0, false
	}
	request := rest[:at]
	request = trimBlanks(request)
	var method []byte
	if quote := bytes.IndexByte(request, '"'); quote >= 0 {
		method, a.url = cut(request[quote+1:])
	} else {
		slash := bytes.Index(request, []byte(" /"))
		if slash < 0 {
			return a, 0, false
		}
		a.url = request[slash+1:]
		request = request[:slash]
		blank := bytes.LastIndexByte(request, ' ')
		method = request[blank+1:]
		if len(before) == 0 {
			before = request[:max(blank, 0)]
		}
	}
	_, tail := cut(rest[at+1:])
	a.status, _ = cut(tail)
	if len(a.status) != 3 || a.status[0] < '1' || a.status[0] > '5' || len(method) == 0 || method[0] < 'A' || method[0] > 'Z' {
		return a, 0, false
	}
	a.client, before = cut(before)
	for len(before) > 0 {
		var w []byte
		w, before = cut(before)
		if len(w) > 0 && string(w) != "-" && !bytes.Equal(w, a.client) && w[0]|0x20 >= 'a' && w[0]|0x20 <= 'z' {
			a.user = w
		}
	}
	return a, seconds, true
}

// cut cuts b at its first blank.
func cut(b []byte) (word, rest []byte) {
	word, rest, _ = bytes.Cut(b, []byte(" "))
	return word, trimBlanks(rest)
}

// clfStamp reads 14/Apr/2018:19:10:51 -0400] and returns its length with the
// bracket, 0 when b does not begin with it.
func clfStamp(b []byte) (seconds int64, n int) {
	const form = "14/Apr/2018:19:10:51 -0400]"
	if len(b) < len(form) || b[2] != '/' || b[6] != '/' || b[11] != ':' || b[20] != ' ' || b[26] != ']' {
		return 0, 0
	}
	d, ok := stamp.Two(b)
	month := monthOf(b[3:])
	c, ok2 := stamp.Two(b[7:])
	y, ok3 := stamp.Two(b[9:])
	clock, ok4 := stamp.Clock(b[12:])
	oh, ok5 := stamp.Two(b[22:])
	om, ok6 := stamp.Two(b[24:])
	if !ok || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 || month == 0 || d < 1 || d > 31 || oh > 14 || om > 59 {
		return 0, 0
	}
	offset := int64(oh*3600 + om*60)
	if b[21] == '-' {
		offset = -offset
	}
	return stamp.Days(c*100+y, month, d)*86400 + int64(clock) - offset, len(form)
}

// wanted reports whether a request says something about a user's service: it
// failed, or it is one of a sign-in.
func (a *access) wanted() bool {
	if a.status[0] >= '4' {
		return true
	}
	for _, p := range [...]string{"/cucm-uds/", "/ssosp/", "/emapp/", "/EPASSoap", "/epas", "/axl"} {
		if len(a.url) >= len(p) && string(a.url[:len(p)]) == p {
			return true
		}
	}
	return false
}
