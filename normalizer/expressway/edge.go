package expressway

import (
	"bytes"
	"encoding/base64"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// edgeDomain returns the service domain that a request of mobile and remote
// access names, "" when it names none: the first part of its path is base64
// without padding, of the domain, or of the domain and of what is asked for
// inside.
//
//	/ZXhhbXBsZS5jb20/get_edge_config                   example.com
//	/ZXhhbXBsZS5jb20vaHR0cC8xMC4xLjIuMy82OTcw/a.xml    example.com/http/10.1.2.3/6970
func (s *statement) edgeDomain(path []byte) string {
	part := until(bytes.TrimPrefix(path, []byte("/")), "/")
	if len(part) < 4 || len(part) > 340 || len(part) == len(path) {
		return ""
	}
	buf := s.mem.Scratch()
	n, err := base64.RawStdEncoding.Decode(buf[:cap(buf)], part)
	if err != nil {
		return ""
	}
	domain := until(buf[:n], "/")
	if !xmpp.Hostname(domain) || bytes.IndexByte(domain, '.') < 1 {
		return ""
	}
	return s.mem.Keep(domain)
}

// configured returns the device whose configuration file a request asks for. It
// is what a client's requests and its REGISTER have in common: they use other
// connections, and neither names an identifier of the other. XMLDefault is the
// file of all devices that CUCM does not know yet.
//
//	/ZXhhbXBsZS5jb20vaHR0cC8xMC4xLjIuMy82OTcw/CSFAMY.cnf.xml   CSFAMY
func configured(path []byte) []byte {
	end := text.Index(path, ".cnf.xml", len(".cnf."))
	if end < 0 {
		return nil
	}
	device := path[bytes.LastIndexByte(path[:end], '/')+1 : end]
	if len(device) > 64 || bytes.EqualFold(device, []byte("XMLDefault")) {
		return nil
	}
	return device
}

// asker appends the key of the user whom the query of url names: by address
// where the client was given one, before it signs in.
//
//	/ZXhhbXBsZS5jb20/get_edge_sso?email=amy%40example.com
//	/cucm-uds/clusterUser?username=amy
func (s *statement) asker(keys []schemas.Key, url []byte) []schemas.Key {
	_, query, _ := bytes.Cut(url, []byte("?"))
	for pair := range bytes.SplitSeq(until(query, "# "), []byte("&")) {
		name, value, _ := bytes.Cut(pair, []byte("="))
		if n := string(name); n != "email" && n != "username" || len(value) == 0 || len(value) > maxAsker {
			continue
		}
		value = bytes.ReplaceAll(value, []byte("%40"), []byte("@"))
		if jid, ok := xmpp.ParseJID(string(value)); ok && jid.Node != "" {
			return append(keys, schemas.Key{Type: schemas.KeyJID, Value: jid.Bare()})
		}
		return s.userKey(keys, value)
	}
	return keys
}

// maxAsker bounds the name of a user in a query.
const maxAsker = 256

// ban reads that automated intrusion protection shuts an address out for a
// while. The product names its jails http-ce-auth (proxy authorization of mobile
// and remote access), sip-auth and so on; how the lines look was not seen and is
// taken from the program that writes them.
//
//	fail2ban: fail2ban.actions: WARNING [http-ce-auth] Ban 192.0.2.80
func (s *statement) ban(dst []schemas.Event) []schemas.Event {
	line, _ := cutLine(s.head.rest)
	kind := schemas.KindAlarmRaised
	before, addr, ok := bytes.Cut(line, []byte("] Ban "))
	if !ok {
		kind = schemas.KindAlarmCleared
		if before, addr, ok = bytes.Cut(line, []byte("] Unban ")); !ok {
			return dst
		}
	}
	addr = until(addr, " \",")
	jail := before[bytes.LastIndexByte(before, '[')+1:]
	dst, e := s.fact(dst, kind, 4, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "name", Value: "Intrusion protection"})
	e.Attrs = s.attrs(e.Attrs, "facility", jail)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "app", Value: "fail2ban"})
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, addr)
	return dst
}
