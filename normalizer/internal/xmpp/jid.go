package xmpp

import "strings"

// JID is an XMPP address (RFC 7622). Node and Domain are folded to lower
// case, because Cisco databases keep them in mixed case and the wire in lower
// case; Resource is as printed.
type JID struct{ Node, Domain, Resource string }

// ParseJID splits s. The resource is what follows the first slash (RFC 7622
// section 3.2): that of a chat room occupant may itself be a JID. It reports
// false when s has no domain, or blanks or quotes in node or domain, which no
// address has.
//
//	chat558@conference-3.example.com/user@example.com/jabber_12137
func ParseJID(s string) (JID, bool) {
	var j JID
	bare, resource, _ := strings.Cut(s, "/")
	j.Resource = resource
	if at := strings.IndexByte(bare, '@'); at >= 0 {
		if at == 0 {
			return JID{}, false
		}
		j.Node, bare = strings.ToLower(bare[:at]), bare[at+1:]
	}
	j.Domain = strings.ToLower(strings.TrimRight(bare, "."))
	if j.Domain == "" || strings.ContainsAny(j.Domain, " \t\r\n\"'<>@,;()[]{}") || strings.ContainsAny(j.Node, " \t\r\n\"&<>:") {
		return JID{}, false
	}
	return j, true
}

// Bare returns node@domain, or the domain alone.
func (j JID) Bare() string {
	if j.Node == "" {
		return j.Domain
	}
	return j.Node + "@" + j.Domain
}
