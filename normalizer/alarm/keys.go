package alarm

import (
	"bytes"
	"strconv"

	"github.com/uctrace/uctrace/schemas"
)

// keys returns the join keys that parameters name.
func (s *statement) keys(p params) []schemas.Key {
	keys := s.mem.Keys(6)
	keys = s.key(keys, schemas.KeyDevice, p.get("devicename", "deviceid", "endpointname", "siptrunkname", "gatewayname", "trunkname"), s.file.Cluster)
	keys = s.key(keys, schemas.KeyUser, p.get("userid", "loginuserid", "user", "username"), s.file.Cluster)
	keys = s.key(keys, schemas.KeyAddr, p.client(), "")
	keys = s.key(keys, schemas.KeyDomain, p.get("domain", "domainname"), "")
	for _, name := range [...]string{"userjid", "sourceuserjid", "destinationuserjid"} {
		keys = s.key(keys, schemas.KeyJID, bareJID(p.get(name)), "")
	}
	if ci := p.get("ci", "callidentifier", "callid"); digits(ci) {
		keys = s.key(keys, schemas.KeyCI, ci, s.file.Cluster)
	}
	return keys
}

// client returns the address that an alarm is about.
func (p params) client() []byte {
	v := p.get("ipaddress", "deviceipaddress", "loginfrom", "loginipaddresshostname", "loginipaddress", "clientaddress",
		"clientipaddress", "remoteipaddress", "peeripaddress")
	if string(v) == "0.0.0.0" || bytes.IndexByte(v, ' ') >= 0 {
		return nil
	}
	return v
}

func (s *statement) key(keys []schemas.Key, t schemas.KeyType, value []byte, scope string) []schemas.Key {
	if len(value) == 0 || len(value) > 256 {
		return keys
	}
	v := s.keep(value)
	for i := range keys {
		if keys[i].Type == t && keys[i].Value == v {
			return keys
		}
	}
	return append(keys, schemas.Key{Type: t, Value: v, Scope: scope})
}

// bareJID returns jid without its resource, case-folded; nil when it is none.
func bareJID(jid []byte) []byte {
	jid, _, _ = bytes.Cut(jid, []byte("/"))
	if bytes.IndexByte(jid, '@') < 1 {
		return nil
	}
	return bytes.ToLower(jid)
}

// atoi returns the number that b begins with, -1 for none.
func atoi(b []byte) int {
	end := 0
	for end < len(b) && b[end]-'0' <= 9 {
		end++
	}
	n, err := strconv.Atoi(string(b[:end]))
	if err != nil {
		return -1
	}
	return n
}
