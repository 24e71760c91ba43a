package jabber

import (
	"bytes"
	"encoding/base64"
)

// requestURL returns the URL that a message about a request ends with.
func requestURL(msg []byte) []byte {
	msg = unwrap(msg)
	at := bytes.Index(msg, []byte("http"))
	if at < 0 || !has(msg[at:min(len(msg), at+len("https://"))], "://") {
		return nil
	}
	return msg[at:]
}

// printed returns url as an attribute: one word, without user and password.
func printed(url []byte) []byte {
	url = until(url, " \t\"'<>)")
	at := bytes.Index(url, []byte("://"))
	if at < 0 {
		return url
	}
	end := at + 3 + len(until(url[at+3:], "/?#"))
	if i := bytes.LastIndexByte(url[at+3:end], '@'); i >= 0 {
		return append(append([]byte(nil), url[:at+3]...), url[at+3+i+1:]...)
	}
	return url
}

// urlAddr returns the host of url with the port where it names one.
func urlAddr(url []byte) []byte {
	_, rest, ok := bytes.Cut(printed(url), []byte("://"))
	if !ok {
		return nil
	}
	return until(rest, "/?#")
}

// urlHost returns the host of url, without port.
func urlHost(url []byte) []byte {
	addr := urlAddr(url)
	if bytes.HasPrefix(addr, []byte("[")) {
		return until(addr[1:], "]")
	}
	return until(addr, ":")
}

// urlStage returns the stage of the sign-in that asks for url, "" for none: a
// search for contacts is none.
func urlStage(url []byte) string {
	switch {
	case has(url, "/cucm-uds/"):
		switch {
		case has(url, "cucm-uds/version"):
			return "uds-reach"
		case has(url, "cucm-uds/clusterUser"):
			return "home-cluster"
		case has(url, "cucm-uds/users"):
			return ""
		}
		return "uds-auth"
	case has(url, "get_edge_config"):
		return "edge"
	case has(url, "get_edge_sso"), has(url, "/ssosp/"):
		return "sso"
	case has(url, "EPASSoap"):
		return "imp-soap"
	case has(url, ".cnf.xml"), has(url, "config.xml"), has(url, "DialRules.xml"),
		has(url, ".xml") && (has(url, ":6970/") || has(url, ":6972/")): // a group's file has a name of its own
		return "tftp"
	case has(url, "/vmrest/"):
		return "voicemail"
	}
	return ""
}

// urlDevice returns the device whose configuration file url is.
//
//	http://192.168.0.12:6970/user2.cnf.xml
func urlDevice(url []byte) []byte {
	end := bytes.Index(url, []byte(".cnf.xml"))
	if end < 0 {
		return nil
	}
	return url[bytes.LastIndexByte(url[:end], '/')+1 : end]
}

// urlUser returns the user whom url asks UDS or Expressway about.
//
//	https://cucm.example.com:8443/cucm-uds/clusterUser?username=jdoe
//	https://cucm.example.com:8443/cucm-uds/user/jdoe/devices
func urlUser(url []byte) []byte {
	for _, before := range [...]string{"cucm-uds/user/", "?username=", "&username="} {
		if at := bytes.Index(url, []byte(before)); at >= 0 {
			return until(url[at+len(before):], "/?&# \t[}")
		}
	}
	return nil
}

// insideURL returns what an Expressway URL stands for: its first path segment
// is base64 without padding of domain, protocol, host and port, or of the domain
// alone. It is nil for another URL.
//
//	https://exp-e.example.com:8443/Y29ycC5leGFtcGxlL2h0dHAvMTAuMTUuMC4zMy82OTcw/Autoupdate.xml  →  corp.example/http/10.15.0.33/6970
func insideURL(url []byte) []byte {
	_, rest, ok := bytes.Cut(url, []byte("://"))
	if !ok {
		return nil
	}
	_, rest, _ = bytes.Cut(rest, []byte("/"))
	segment := bytes.TrimRight(until(rest, "/?# \t"), "=")
	const least, most = 8, 512
	if len(segment) < least || len(segment) > most {
		return nil
	}
	enc := base64.RawStdEncoding
	if bytes.ContainsAny(segment, "-_") {
		enc = base64.RawURLEncoding
	}
	out := make([]byte, enc.DecodedLen(len(segment)))
	n, err := enc.Decode(out, segment)
	if err != nil || bytes.IndexByte(out[:n], '.') < 0 {
		return nil
	}
	for _, c := range out[:n] {
		if c <= ' ' || c > '~' {
			return nil
		}
	}
	return out[:n]
}
