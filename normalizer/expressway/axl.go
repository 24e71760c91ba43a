package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// axl reads a record of network.axl: a call of Expressway-C to the AXL service
// of IM and Presence, or its answer. The level is INFO even when the answer
// is 401.
//
//	Module="network.axl" Level="INFO" Action="Send" URL="https://cups.example.com:8443/axl/" Function="executeSQLQuery"
//	Module="network.axl" Level="INFO" … Function="executeSQLQuery" Status="401" Reason="None"
func (s statement) axl(dst []schemas.Event) []schemas.Event { return s.axlIn(dst, s.head.rest) }

// axlIn reads the call in b, which is the record or the quotation in it.
func (s statement) axlIn(dst []schemas.Event, b []byte) []schemas.Event {
	function, ok := value(b, "Function=")
	if !ok || len(function) == 0 {
		return dst
	}
	status, answered := value(b, "Status=")
	action, _ := value(b, "Action=")
	url, _ := value(b, "URL=")
	kind := schemas.KindAXLResponse
	switch {
	case answered && len(status) > 0:
	case string(action) == "Send":
		kind = schemas.KindAXLRequest
	default:
		return dst
	}
	e := s.event(kind, s.first)
	e.Attrs = s.attrs(e.Attrs, "function", function)
	if kind == schemas.KindAXLResponse {
		e.Attrs = s.attrs(e.Attrs, "status", status)
		// None is how Python prints that there is no reason.
		if reason, _ := value(b, "Reason="); string(reason) != "None" {
			e.Attrs = s.attrs(e.Attrs, "reason", reason)
		}
	}
	e.Attrs = s.attrs(e.Attrs, "url", url)
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, urlHost(url))
	return append(dst, e)
}

// urlHost returns the host of url, without port.
func urlHost(url []byte) []byte {
	_, rest, ok := bytes.Cut(url, []byte("://"))
	if !ok {
		return nil
	}
	host := until(rest, "/?# ")
	if bytes.HasPrefix(host, []byte("[")) {
		return until(host[1:], "]")
	}
	return until(host, ":")
}

var changedFrom = []byte("changed from:")

// config reads a change of the configuration. The cluster database and the
// web interface both log it.
//
//	… httpd[15060]: web: Event="System Configuration Changed" Detail="xconfiguration … - changed from: 'Permissive' to: 'Enforcing'" Src-ip="…" User="admin" Level="1" UTCTime="…"
//	Detail="xconfiguration xcpConfiguration is_federation_enabled - changed from: 0 to: 1"
func (s statement) config(dst []schemas.Event) []schemas.Event { return s.configIn(dst, s.head.rest) }

// configIn reads the change in b, which is the record or the quotation in it.
func (s statement) configIn(dst []schemas.Event, b []byte) []schemas.Event {
	name, change, ok := bytes.Cut(b, changedFrom)
	if !ok {
		return dst
	}
	if i := bytes.LastIndex(name, []byte("Detail=")); i >= 0 {
		name = name[i+len("Detail="):]
	}
	name = bytes.Trim(name, " \t\r\n\"-")
	from, to, ok := bytes.Cut(change, []byte(" to:"))
	if !ok || len(name) == 0 || bytes.IndexByte(from, '\n') >= 0 {
		return dst
	}
	from = bytes.Trim(from, " '")
	to = changedTo(to)
	e := s.event(schemas.KindConfigChange, s.first)
	e.Attrs = s.attrs(e.Attrs, "name", name)
	e.Attrs = s.attrs(e.Attrs, "from", from)
	e.Attrs = s.attrs(e.Attrs, "to", to)
	if user, ok := value(b, "User="); ok {
		e.Attrs = s.attrs(e.Attrs, "user", user)
	}
	return append(dst, e)
}

// changedTo returns the new value: in single quotes, or up to the quote that
// closes Detail.
func changedTo(b []byte) []byte {
	b = bytes.TrimLeft(b, " ")
	if len(b) > 0 && b[0] == '\'' {
		if end := bytes.IndexByte(b[1:], '\''); end >= 0 {
			return b[1 : 1+end]
		}
	}
	end := 0
	for end < len(b) && b[end] != '\n' && quoteLen(b[end:]) == 0 {
		end++
	}
	return bytes.TrimSpace(b[:end])
}
