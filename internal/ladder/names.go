package ladder

import (
	"cmp"
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// names tells which node has which address. Logs print the address of the
// other side; the node's own has to be concluded.
type names struct {
	byAddr map[string]string
	// clients are the names of the files of clients, which name no host.
	clients map[string]string
	// spelling is how a node is written, by its name in lower case.
	spelling map[string]string
	// copies are those of a message that name their other side.
	copies map[message][]*schemas.Event
}

// message is what the copies of one message, at its two ends and at the proxies
// between, have in common.
type message struct {
	callID, cseq, method string
	status               int
}

func messageOf(m *schemas.SIP) message { return message{m.CallID, m.CSeq, m.Method, m.Status} }

func namesOf(events []schemas.Event) names {
	n := names{byAddr: map[string]string{}, clients: map[string]string{}, spelling: map[string]string{}, copies: map[message][]*schemas.Event{}}
	for i := range events {
		e := &events[i]
		if e.Node == "" {
			n.client(e)
		}
		own := n.own(e)
		for _, addr := range n.addresses(e) {
			n.learn(addr, own)
		}
	}
	n.pair(events)
	for i := range events {
		n.peer(&events[i])
	}
	return n
}

// pair finds the two ends of messages that both sides logged: each prints the
// address of the other.
func (n *names) pair(events []schemas.Event) {
	sent := map[message]*schemas.Event{}
	for i := range events {
		e := &events[i]
		m := e.SIP
		if m == nil || !m.Wire || m.Peer == "" {
			continue
		}
		key := messageOf(m)
		n.copies[key] = append(n.copies[key], e)
		if m.Direction == schemas.Out {
			sent[key] = e
			continue
		}
		if out := sent[key]; out != nil && n.own(out) != n.own(e) && meet(out.SIP, m) {
			n.learn(host(out.SIP.Peer), n.own(e))
			n.learn(host(m.Peer), n.own(out))
			delete(sent, key)
		}
	}
}

// meet reports whether what was sent can be what arrived: a proxy passes a
// message on with its Call-ID and number, so the addresses decide where they
// are printed.
func meet(out, in *schemas.SIP) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && host(a) != host(b) }
	return !differ(out.Peer, in.Local) && !differ(out.Local, in.Peer)
}

func (n *names) learn(addr, name string) {
	if n.byAddr[addr] == "" {
		n.byAddr[addr] = name
	}
}

// client names the client that wrote e's file by its device, or its user.
func (n *names) client(e *schemas.Event) {
	if e.Source != schemas.JabberCSF && e.Source != schemas.XMPPClient && e.Source != schemas.SIPClient {
		return
	}
	name := cmp.Or(e.Attr("device"), e.Key(schemas.KeyDevice), e.Key(schemas.KeyJID), e.Key(schemas.KeyUser))
	if old := n.clients[e.File]; name != "" && (old == "" || len(name) < len(old)) {
		n.clients[e.File] = name
	}
}

// own returns the name of the node that logged e, in the spelling met first:
// collections write it in lower case, logs as it was configured.
func (n *names) own(e *schemas.Event) string {
	if e.Node != "" {
		folded := strings.ToLower(e.Node)
		if n.spelling[folded] == "" {
			n.spelling[folded] = e.Node
		}
		return n.spelling[folded]
	}
	return cmp.Or(n.clients[e.File], path.Base(strings.ReplaceAll(e.File, "!", "/")))
}

// addresses returns what e tells about the address of the node that logged it:
// the local address, and the host of the Call-ID of a dialog that it begins; an
// Expressway, which is a proxy, passes on those of others.
func (n *names) addresses(e *schemas.Event) []string {
	m := e.SIP
	if m == nil {
		return nil
	}
	var list []string
	if m.Local != "" {
		list = append(list, host(m.Local))
	}
	proxy := strings.HasPrefix(string(e.Source), "expressway.")
	if !proxy && m.Direction == schemas.Out && m.Status == 0 && (m.Method == "INVITE" || m.Method == "REGISTER" || m.Method == "OPTIONS") {
		if _, at, ok := strings.Cut(m.CallID, "@"); ok && isAddr(at) && !strings.Contains(m.To, "tag=") {
			list = append(list, at)
		}
	}
	return list
}

// peer names the other side of e by the device that CUCM says it is.
func (n *names) peer(e *schemas.Event) {
	if e.SIP == nil || e.SIP.Peer == "" || e.Node == "" {
		return
	}
	addr := host(e.SIP.Peer)
	device := cmp.Or(e.Attr("device"), e.Key(schemas.KeyDevice))
	if device != "" && e.SIP.Direction == schemas.In {
		n.learn(addr, device)
	}
}

// other returns the name of the other side of a message.
func (n *names) other(e *schemas.Event) string {
	addr := host(e.SIP.Peer)
	if addr == "" {
		return cmp.Or(n.met(e), "the other side")
	}
	return cmp.Or(n.byAddr[addr], addr)
}

// met returns the name of the node that logged the other end of e, whose log
// does not print its other side; "" for none.
func (n *names) met(e *schemas.Event) string {
	own := n.own(e)
	for _, copy := range n.copies[messageOf(e.SIP)] {
		if copy.SIP.Direction != e.SIP.Direction && n.byAddr[host(copy.SIP.Peer)] == own {
			return n.own(copy)
		}
	}
	return ""
}

func (n *names) addrsOf(name string) []string {
	var list []string
	for addr, of := range n.byAddr {
		if of == name && addr != name {
			list = append(list, addr)
		}
	}
	slices.Sort(list)
	return list
}

func host(addr string) string {
	if i := strings.LastIndexByte(addr, ':'); i >= 0 && strings.Trim(addr[i+1:], "0123456789") == "" {
		addr = addr[:i]
	}
	return strings.Trim(addr, "[]")
}

func isAddr(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}
