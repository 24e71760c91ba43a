package sip

// set keeps the value of a field that an event needs. Names are compared
// without case and in both forms (RFC 3261 section 7.3.3).
func (m *Message) set(name, value []byte) {
	if !m.setUsual(name, value) {
		m.setAny(name, value)
	}
}

// setUsual does what set does for names as nearly all are written; it reports
// false, and does nothing, for others.
func (m *Message) setUsual(name, value []byte) bool {
	switch string(name) {
	case "Via":
		keep(&m.Via, value)
		m.serial(value)
	case "From":
		keep(&m.From, value)
	case "To":
		keep(&m.To, value)
	case "Call-ID":
		keep(&m.CallID, value)
	case "CSeq":
		keep(&m.CSeq, value)
	case "Contact":
		keep(&m.Contact, value)
	case "Date":
		keep(&m.Date, value)
	case "User-Agent":
		keep(&m.UserAgent, value)
	case "Session-ID":
		keep(&m.SessionID, value)
	case "Content-Type":
		keep(&m.ContentType, value)
	case "Content-Length":
		m.contentLength(value)
	case "Max-Forwards", "Allow", "Allow-Events", "Supported", "Require", "Accept", "Route", "Content-Disposition", "Timestamp",
		"Recv-Info", "Min-SE", "Privacy", "Authorization": // no event needs them
	default:
		return false
	}
	return true
}

// setAny does what set does for a name in any case and form.
func (m *Message) setAny(name, value []byte) {
	if len(name) == 1 {
		m.setCompact(name[0]|0x20, value)
		return
	}
	c := name[0] | 0x20
	switch len(name) {
	case 2:
		if equalFold(name, "to") {
			keep(&m.To, value)
		}
	case 3:
		if equalFold(name, "via") {
			keep(&m.Via, value)
			m.serial(value)
		}
	case 4:
		switch {
		case c == 'f' && equalFold(name, "from"):
			keep(&m.From, value)
		case c == 'c' && equalFold(name, "cseq"):
			keep(&m.CSeq, value)
		case c == 'd' && equalFold(name, "date"):
			keep(&m.Date, value)
		case c == 'j' && equalFold(name, "join"):
			m.extra(join, value)
		}
	case 5:
		if c == 'e' && equalFold(name, "event") {
			m.extra(event, value)
		}
	case 6:
		switch {
		case c == 's' && equalFold(name, "server"):
			keep(&m.Server, value)
		case c == 'r' && equalFold(name, "reason"):
			keepBoth(&m.Reason, &m.Reason2, value)
		}
	case 7:
		switch {
		case c == 'c' && equalFold(name, "call-id"):
			keep(&m.CallID, value)
		case c == 'c' && equalFold(name, "contact"):
			keep(&m.Contact, value)
		case c == 'w' && equalFold(name, "warning"):
			keepBoth(&m.Warning, &m.Warning2, value)
		case c == 'e' && equalFold(name, "expires"):
			m.extra(expires, value)
		}
	case 10:
		switch {
		case c == 'u' && equalFold(name, "user-agent"):
			keep(&m.UserAgent, value)
		case c == 's' && equalFold(name, "session-id"):
			keep(&m.SessionID, value)
		case c == 'c' && equalFold(name, "cisco-guid"):
			m.extra(guid, value)
		}
	case 12:
		switch {
		case c == 'c' && equalFold(name, "content-type"):
			keep(&m.ContentType, value)
		case c == 'r' && equalFold(name, "record-route"):
			m.serial(value)
		}
	case 14:
		if equalFold(name, "content-length") {
			m.contentLength(value)
		}
	default:
		m.setOther(name, value)
	}
}

// setOther keeps the values of the fields of other lengths.
func (m *Message) setOther(name, value []byte) {
	c := name[0] | 0x20
	switch {
	case c == 'r' && equalFold(name, "refer-to"):
		m.extra(referTo, value)
	case c == 'r' && equalFold(name, "replaces"):
		m.extra(replaces, value)
	case c == 'x' && equalFold(name, "x-taatag"):
		m.extra(tag, value)
	case c == 'd' && equalFold(name, "diversion"):
		m.extra(diversion, value)
	case c == 'c' && equalFold(name, "call-info"):
		if id := Param(value, "gci"); len(id) > 0 {
			m.extra(gci, id)
		}
	case c == 'r' && equalFold(name, "referred-by"):
		m.extra(referredBy, value)
	case c == 's' && equalFold(name, "session-expires"):
		m.extra(sessionExpires, value)
	case c == 'r' && equalFold(name, "remote-party-id"):
		m.extra(remoteParty, value)
	case c == 'p' && equalFold(name, "p-asserted-identity"):
		m.extra(asserted, value)
	}
}

// setCompact keeps the value of a field in its compact form: RFC 3261 section
// 7.3.3, and o, r, x and b of RFC 6665, 3515, 4028 and 3892.
func (m *Message) setCompact(c byte, value []byte) {
	switch c {
	case 'v':
		keep(&m.Via, value)
		m.serial(value)
	case 'f':
		keep(&m.From, value)
	case 't':
		keep(&m.To, value)
	case 'i':
		keep(&m.CallID, value)
	case 'm':
		keep(&m.Contact, value)
	case 'c':
		keep(&m.ContentType, value)
	case 'l':
		m.contentLength(value)
	case 'o':
		m.extra(event, value)
	case 'r':
		m.extra(referTo, value)
	case 'x':
		m.extra(sessionExpires, value)
	case 'b':
		m.extra(referredBy, value)
	}
}

// isCompact reports whether name is the compact form of a field name, those
// that no event needs among them: s, k, e, u, a, j, d, y, n.
func isCompact(name []byte) bool {
	if len(name) != 1 {
		return false
	}
	switch name[0] | 0x20 {
	case 'v', 'f', 't', 'i', 'm', 'c', 'l', 'o', 'r', 'x', 'b', 's', 'k', 'e', 'u', 'a', 'j', 'd', 'y', 'n':
		return true
	}
	return false
}

func keep(dst *[]byte, value []byte) {
	if *dst == nil {
		*dst = value
	}
}

func keepBoth(first, second *[]byte, value []byte) {
	if *first == nil {
		*first = value
	} else {
		keep(second, value)
	}
}

func (m *Message) contentLength(value []byte) {
	n, digits := 0, 0
	for digits < len(value) && digits < 9 && value[digits] >= '0' && value[digits] <= '9' {
		n = n*10 + int(value[digits]-'0')
		digits++
	}
	if digits > 0 && m.ContentLength < 0 {
		m.ContentLength = n
	}
}
