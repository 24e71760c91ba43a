package expressway

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Explain implements schemas.Explainer: what stands before the first pair, the
// pairs in their order, and the rule that reads the record, or why it is
// silent.
func (p Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	h, ok := readHead(r.Text, time.Time{})
	s := statement{file: &schemas.File{}, record: r, head: h, first: r.Text}
	if ok {
		dst = explainHead(dst, r.Text, &h)
	} else {
		s.head.rest = r.Text
	}
	dst = explainPairs(dst, s.head.rest)
	events := p.Parse(nil, s.file, r)
	if len(events) == 0 {
		return add(dst, "silent", []byte(s.whySilent(ok)))
	}
	name := ruleNames[s.route()]
	if !ok {
		name = "a quotation without head: " + name
	}
	if events[0].Kind == schemas.KindUnparsed {
		name += "; it is damaged: " + events[0].Attr("why")
	}
	return add(dst, "rule", []byte(name))
}

// explainHead appends what stands before rest, in its order.
func explainHead(dst []schemas.Attr, text []byte, h *head) []schemas.Attr {
	before := text[:len(text)-len(h.rest)]
	if rest, _ := trimPriority(before); len(rest) < len(before) && before[0] == '<' {
		dst = add(dst, "priority", before[:bytes.IndexByte(before, '>')+1])
		before = rest
	}
	if !h.time.IsZero() {
		stamp := before
		for _, next := range [...][]byte{h.host, h.tag} {
			if at := cap(before) - cap(next); next != nil && at > 0 && at <= len(before) {
				stamp = before[:at]
				break
			}
		}
		dst = add(dst, "stamp", bytes.TrimSpace(stamp))
	}
	dst = add(dst, "host", h.host)
	dst = add(dst, "process", h.tag)
	return add(dst, "pid", h.pid)
}

// explainPairs appends the pairs that stand before the block of a message.
func explainPairs(dst []schemas.Attr, b []byte) []schemas.Attr {
	if at := blockAt(b); at >= 0 {
		b = b[:at]
	}
	if settingLine(b) {
		return dst
	}
	for i := 0; i < len(b); {
		name, value, next := nextPair(b, i)
		if name == nil {
			break
		}
		i = next
		value = bytes.TrimSpace(mask(value))
		if string(name) == "Level" {
			value = levelMeaning(value)
		}
		if secretName(name) {
			value = []byte("***")
		}
		dst = add(dst, string(name), value)
	}
	return dst
}

func add(dst []schemas.Attr, name string, value []byte) []schemas.Attr {
	if len(value) == 0 {
		return dst
	}
	return append(dst, schemas.Attr{Name: name, Value: string(value)})
}

// levelMeaning adds which of the two kinds of level this is.
func levelMeaning(value []byte) []byte {
	meaning := " (severity)"
	switch string(value) {
	case "1":
		meaning = " (level of the event log, no severity: calls, registrations, faults)"
	case "2":
		meaning = " (level of the event log, no severity: protocol messages)"
	case "3":
		meaning = " (level of the event log, no severity: keepalives and SIP of calls)"
	case "4":
		meaning = " (level of the event log, no severity: SIP of the network)"
	}
	return append(bytes.Clone(value), meaning...)
}

// whySilent says why the record gives no event.
func (s *statement) whySilent(head bool) string {
	if !head {
		return "no record head, and nothing that is quoted from one"
	}
	switch read := s.route(); {
	case read != silent:
		return silences[read]
	case len(s.module) > 0:
		return "Module " + string(s.module) + " tells how the work is done, not what came of it"
	}
	return "text without pairs, as a line of a traceback"
}

// ruleNames says what a rule recognises a record by.
var ruleNames = [...]string{
	silent:           "the words of the quotation",
	ruleSIP:          `Module="network.sip": a SIPMSG block is the message, an INFO line its summary`,
	ruleDump:         `Module="developer.sip": a SIP start line at the end of the first line; an internal copy`,
	ruleEvent:        `Event=: a line of the event log`,
	ruleXCP:          `process XCP_*: the words of Detail, and CodeLocation`,
	ruleHTTP:         `Module="network.http…": Detail, Action or Message, and the HTTPMSG block`,
	ruleTCP:          `Module="network.tcp": Detail="TCP …"`,
	ruleDNS:          `Module="network.dns": the beginning of Detail`,
	ruleSSL:          `Module="developer.ssl": a warning or an error about a handshake`,
	ruleTraffic:      `traffic_server: a line in the words of the proxy`,
	ruleH323:         `Module="network.h323": Detail, or the printed PDU`,
	ruleRoute:        `Module="network.mediarouting": Detail="Route: …"`,
	rulePolicy:       `Module="network.cpl": a rejection, or the rule that matched`,
	ruleSearch:       `Module="network.search": the search rule that is considered`,
	ruleDirectory:    `Module="network.ldap": a lookup that failed`,
	ruleDigest:       `Module="developer.nomodule": a digest that does not fit`,
	ruleProvisioning: `edgeconfigprovisioning: Detail tells a verdict on a user`,
	ruleAXL:          `Module="network.axl": Function with Action="Send", or with Status`,
	ruleCluster:      `cluster database, replication or management: a warning or an error`,
	ruleLicence:      `licensemanager: Detail and lic_type`,
	ruleConfig:       `Detail="xconfiguration … changed from: … to: …"`,
	ruleTunnel:       `portforwarding or ssh: words of a failure`,
	ruleMarker:       `DEBUG_MARKER: a mark in the diagnostic log`,
	ruleSetting:      `*c or *s: a dump of configuration or status`,
}

// silences says why a record of a rule may hold no fact.
var silences = [...]string{
	silent:           "",
	ruleSIP:          "the header of a message whose block is not there",
	ruleDump:         "no message is printed in it",
	ruleEvent:        "the event has no name",
	ruleXCP:          "nothing about a dialback, a connection or a fault",
	ruleHTTP:         "neither a request nor a response",
	ruleTCP:          "no change of state of the connection",
	ruleDNS:          "neither a query nor an answer",
	ruleSSL:          "a step of a handshake that goes on or has succeeded",
	ruleTraffic:      "the proxy names no server that it could not talk to",
	ruleH323:         "the printed PDU of a message that the INFO line tells",
	ruleRoute:        "no route is made or deleted",
	rulePolicy:       "a step of the policy that lets the call go on",
	ruleSearch:       "a rule that does not match, as most do",
	ruleDirectory:    "that credentials were found is no verdict",
	ruleDigest:       "nothing about a digest",
	ruleProvisioning: "no verdict on a user",
	ruleAXL:          "neither a request nor an answer",
	ruleCluster:      "the cluster at work: neither a warning nor an error about a peer",
	ruleLicence:      "no licence is granted",
	ruleConfig:       "no setting is named",
	ruleTunnel:       "no failure of a tunnel",
	ruleMarker:       "",
	ruleSetting:      "a setting without value, or the end of a part",
}
