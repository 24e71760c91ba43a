package sip

import (
	"bytes"
	"slices"
)

// Known reports whether name is the name of a SIP header field that the
// products write, in any case and not in its compact form. It tells a header
// line from prose with a colon.
func Known(name []byte) bool {
	return slices.ContainsFunc(known[:], func(k string) bool {
		return len(k) == len(name) && bytes.EqualFold(name, []byte(k))
	})
}

// exactly reports whether name is a known name as it is commonly written.
func exactly(name []byte) bool {
	return slices.ContainsFunc(known[:], func(k string) bool { return k == string(name) })
}

// knownEnd returns where in token a known name begins that token ends with,
// when what stands before it can only be the end of a value: a digit, or a
// small letter before a capital one. It is -1 when there is none.
//
//	1800Diversion  →  4
func knownEnd(token []byte) int {
	for _, k := range known {
		i := len(token) - len(k)
		if i < 1 || string(token[i:]) != k {
			continue
		}
		if c := token[i-1]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' && len(k) > 3 {
			return i
		}
	}
	return -1
}

// HeaderLine reports whether line is a header field of a known name, or of an
// extension name that has a hyphen (P-Charging-Vector, X-TAATag).
func HeaderLine(line []byte) bool {
	name, _ := cutName(line)
	return len(name) > 1 && (bytes.IndexByte(name, '-') > 0 || Known(name))
}

// BodyLine reports whether line is a line of a session description
// (RFC 8866: one letter and an equals sign), or the beginning of an XML or
// multipart one.
func BodyLine(line []byte) bool {
	return bodyLine(line) || len(line) > 2 && (line[0] == '<' || line[0] == '-' && line[1] == '-')
}

// bodyLine reports whether line is a line of a session description.
func bodyLine(line []byte) bool {
	return len(line) > 1 && line[1] == '=' && line[0] >= 'a' && line[0] <= 'z'
}

var known = [...]string{
	"Accept", "Accept-Encoding", "Accept-Language", "Alert-Info", "Allow", "Allow-Events", "Authorization",
	"CSeq", "Call-ID", "Call-Info", "Cisco-Guid", "Contact", "Content-Disposition", "Content-Encoding",
	"Content-ID", "Content-Language", "Content-Length", "Content-Type", "Date", "Diversion", "Error-Info",
	"Event", "Expires", "From", "Geolocation", "History-Info", "In-Reply-To", "Join", "MIME-Version",
	"Max-Forwards", "Min-Expires", "Min-SE", "Organization", "P-Asserted-Identity", "P-Charging-Vector",
	"P-Preferred-Identity", "Path", "Priority", "Privacy", "Proxy-Authenticate", "Proxy-Authorization",
	"Proxy-Require", "RAck", "RSeq", "Reason", "Recv-Info", "Record-Route", "Refer-To", "Referred-By",
	"Remote-Party-ID", "Replaces", "Reply-To", "Require", "Retry-After", "Route", "SIP-ETag", "SIP-If-Match",
	"Server", "Service-Route", "Session", "Session-Expires", "Session-ID", "Subject", "Subscription-State",
	"Supported", "Timestamp", "To", "Unsupported", "User-Agent", "Via", "WWW-Authenticate", "Warning",
	"X-TAATag", "Remote-CC", "Send-Info", "Target-Dialog", "Allow-Replaces", "Answer-Mode", "App-Info",
	"Authentication-Info", "Flow-Timer", "Identity", "Info-Package", "P-Access-Network-Info", "P-Called-Party-ID",
	"P-Visited-Network-ID", "Reject-Contact", "Request-Disposition", "Resource-Priority",
	"User-to-User", "Remote-Party-Id", "Call-Id", "Content-length",
}
