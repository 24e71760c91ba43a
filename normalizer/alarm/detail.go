package alarm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// details returns the lines of an alert's details as parameters. They stand
// behind a sentence, with #012 for the line end. An alert that quotes an alarm
// has none of its own.
//
//	[AlertDetail=  Number of AuthenticationFailed events exceeds configured threshold … #012TimeStamp : 6/15/18 9:57
//	AM#012LoginFrom : 10.1.0.16#012UserID : alice#012Interface : cucm-uds#012AppID : Cisco Tomcat#012NodeID : cucm-2]
func (p params) details(dst params) params {
	detail := p.get("alertdetail")
	if _, quotes := findHeader(detail, 0); quotes {
		return dst
	}
	_, rest, _ := bytes.Cut(detail, []byte("#012"))
	for len(rest) > 0 && len(dst) < maxParams {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("#012"))
		name, value, ok := bytes.Cut(line, []byte(":"))
		name = bytes.TrimSpace(name)
		if ok && len(name) > 0 && words(name) <= maxLabel && plainWords(name) {
			dst = append(dst, param{name, bytes.TrimSpace(value)})
		}
	}
	return dst
}

// affected returns the node that an alert is about, nil when its detail does not
// say so. The alert itself is raised by the node that collects, whichever node is
// ill.
//
//	At Mon Aug 21 22:22:27 EST 2017 on node 10.1.0.5, the following CoreDumpFileFound events generated: …
//	Service operational status is DOWN. Cisco DirSync. The alert is generated on Fri Nov 22 18:07:01 EET 2019 on node cucm-2.
func (p params) affected() []byte {
	detail := bytes.TrimSpace(p.get("alertdetail", "detail"))
	if !bytes.HasPrefix(detail, []byte("At ")) {
		if _, detail, _ = bytes.Cut(detail, []byte("The alert is generated ")); detail == nil {
			return nil
		}
	}
	const sentence = 100 // from the time to the name of the events
	_, node, ok := bytes.Cut(detail[:min(len(detail), sentence)], []byte(" on node "))
	if !ok {
		return nil
	}
	if i := bytes.IndexAny(node, ", ;#"); i >= 0 {
		node = node[:i]
	}
	return bytes.TrimRight(node, ".")
}

// alertLogins appends the logins that an alert of AuthenticationFailed lists,
// one for each user that it names.
func (s *statement) alertLogins(dst []schemas.Event, m *message, alarm *schemas.Event) []schemas.Event {
	if string(m.params.get("alertname")) != "AuthenticationFailed" {
		return dst
	}
	var room [maxParams]param
	list := m.params.details(room[:0])
	for len(list) > 0 {
		// The lines of the next login begin where one of this repeats.
		n := 1
		for n < len(list) && list[:n].get(canonical(list[n].name)) == nil {
			n++
		}
		if one := list[:n]; one.get("userid") != nil {
			login := message{header: header{name: m.params.get("alertname")}, params: one}
			e := s.login(&login, alarm, "fail")
			e.Keys = s.keys(one)
			if node := one.get("nodeid"); node != nil {
				e.Node = s.mem.String(node)
			}
			dst = append(dst, e)
		}
		list = list[n:]
	}
	return dst
}

// canonical returns name in the form of same, when it is one of those that a
// login has; else a name that none has.
func canonical(name []byte) string {
	for _, c := range [...]string{"loginfrom", "userid", "interface", "appid", "clusterid", "nodeid"} {
		if same(name, c) {
			return c
		}
	}
	return "none"
}
