package expressway

import (
	"bytes"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// alarm reads an alarm that is raised or cleared. UUID names the definition of
// the alarm, so it is the same on every peer; what Detail says before its
// first colon is the name, else the one that the manual gives the Id.
//
//	alarm: Level="WARN" Event="Alarm Raised" Id="20006" UUID="0f96695e-…" Severity="warning" Detail="Cluster database communication failure: The database is unable to replicate …"
func (s *statement) alarm(dst []schemas.Event, p *pairs, kind schemas.Kind) []schemas.Event {
	dst, e := s.fact(dst, kind, 6, 1)
	name := alarmName(p.value(fID))
	if i := bytes.Index(p.value(fDetail), []byte(": ")); i > 0 || name == "" {
		title := p.value(fDetail)
		if i > 0 {
			title = title[:i]
		}
		name = s.mem.String(clip(title))
	}
	e.Attrs = word1(e.Attrs, "name", name)
	e.Attrs = word1(e.Attrs, "severity", strings.ToLower(string(p.value(fSeverity))))
	e.Attrs = s.attrs(e.Attrs, "id", p.value(fID))
	e.Attrs = s.attrs(e.Attrs, "text", clip(p.value(fDetail)))
	e.Attrs = s.attrs(e.Attrs, "uuid", p.value(fUUID))
	e.Attrs = s.attrs(e.Attrs, "app", s.head.tag)
	return dst
}

// acknowledged reads that an administrator has seen an alarm.
func (s *statement) acknowledged(dst []schemas.Event, p *pairs) []schemas.Event {
	dst, e := s.fact(dst, schemas.KindAlarmAudit, 4, 2)
	e.Attrs = s.attrs(e.Attrs, "user", p.value(fUser))
	e.Attrs = s.attrs(e.Attrs, "type", p.value(fEvent))
	e.Attrs = s.attrs(e.Attrs, "resource", p.value(fID))
	e.Attrs = s.attrs(e.Attrs, "text", clip(p.value(fDetail)))
	e.Keys = s.userKey(e.Keys, p.value(fUser))
	e.Keys = s.key1(e.Keys, schemas.KeyAddr, p.value(fSrcIP))
	return dst
}

// alarmName returns what the alarm of this Id is about, "" for those that are
// not looked for (administrator guide, reference material, alarms).
func alarmName(id []byte) string {
	switch string(id) {
	case "15019":
		return "Application failed"
	case "20004":
		return "Cluster communication failure"
	case "20006":
		return "Cluster database communication failure"
	case "20007":
		return "Restart required"
	case "25021", "25022":
		return "Time not synchronized"
	case "25023":
		return "XMPP Federation configuration warning"
	case "25024":
		return "XMPP configuration error"
	case "25030":
		return "Reverse DNS lookup of the Expressway-E failed"
	case "25031":
		return "PTR name of the Expressway-E not in its certificate"
	case "30019", "30020":
		return "Call license limit"
	case "30021":
		return "TURN relay license limit"
	case "30022", "30023":
		return "Capacity warning"
	case "30028", "30031":
		return "Registration license limit"
	case "30047":
		return "Export limit on encrypted sessions"
	case "35013", "35014":
		return "Unified Communications SSH tunnel failure"
	case "40021":
		return "Remote logging enabled"
	case "40054":
		return "Token decryption failure"
	case "40056":
		return "Intrusion protection"
	case "40068", "40069":
		return "Server certificate expiry"
	}
	return ""
}

// cluster reads what the cluster database, the replication and the management
// framework say of a peer that is not there. Only warnings and errors state a
// fact: the manual's alarms 20004 and 20006 follow them. Node stands twice, the
// second is the peer.
//
//	Module="developer.clusterdb.cdb" Level="ERROR" Node="clusterdb@exp1" PID="<0.159.0>" Detail="Inconsistent Database" Context="from mnesia system - mnesia down" Node="clusterdb@exp2"
func (s *statement) cluster(dst []schemas.Event) []schemas.Event {
	level := levelOf(s.head.rest)
	if level != "error" && level != "warning" {
		return dst
	}
	var p pairs
	s.pairs(&p)
	if !p.has(fDetail) || bytes.HasPrefix(s.module, []byte("developer.management")) && !aboutPeers(p.value(fDetail)) {
		return dst
	}
	dst, e := s.fact(dst, schemas.KindAlarmRaised, 7, 1)
	e.Attrs = s.attrs(e.Attrs, "name", clip(p.value(fDetail)))
	e.Attrs = word1(e.Attrs, "severity", level)
	text := p.value(fReason)
	if len(text) == 0 {
		text = p.value(fContext)
	}
	e.Attrs = s.attrs(e.Attrs, "text", clip(text))
	e.Attrs = s.attrs(e.Attrs, "facility", s.module)
	e.Attrs = s.attrs(e.Attrs, "app", s.head.tag)
	peer := p.value(fPeerNode)
	e.Attrs = s.attrs(e.Attrs, "node", peer)
	if _, host, ok := bytes.Cut(peer, []byte("@")); ok {
		e.Keys = s.key1(e.Keys, schemas.KeyAddr, host)
	}
	return dst
}

func aboutPeers(detail []byte) bool {
	return holds(detail, "eer", "luster", "eplicat", "ynchron", "atabase")
}

// levelOf returns the severity that a record prints, in the words of an alarm;
// "" when it is none, as the digits of the event log.
func levelOf(rest []byte) string {
	at := text.Index(rest[:min(len(rest), 240)], `Level="`, 2)
	if at < 0 {
		return ""
	}
	switch v := rest[at+len(`Level="`):]; {
	case bytes.HasPrefix(v, []byte("ERROR")), bytes.HasPrefix(v, []byte("FATAL")):
		return "error"
	case bytes.HasPrefix(v, []byte("WARN")):
		return "warning"
	case bytes.HasPrefix(v, []byte("INFO")):
		return "info"
	case bytes.HasPrefix(v, []byte("DEBUG")), bytes.HasPrefix(v, []byte("TRACE")), bytes.HasPrefix(v, []byte("VBOSE")):
		return "debug"
	}
	return ""
}

// licence reads a licence that was granted. The license manager logs it twice;
// the line of the support log, which has a Module, is the repeat. call_id is
// neither the SIP Call-ID nor the serial number of the call.
//
//	licensemanager: Level="INFO" Detail="License granted" call_id="998d8187-…" lic_type="collabedge tokens=2" UTCTime="…"
func (s *statement) licence(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	if !p.has(fDetail) || !p.has(fLicence) {
		return dst
	}
	dst, e := s.fact(dst, schemas.KindSIPEvent, 4, 0)
	e.Attrs = s.attrs(e.Attrs, "event", p.value(fDetail))
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "service", Value: "license"})
	detail := p.value(fLicence)
	if p.has(fTokens) {
		detail = append(append(append([]byte(nil), detail...), " tokens="...), p.value(fTokens)...)
	}
	e.Attrs = s.attrs(e.Attrs, "detail", detail)
	e.Attrs = s.attrs(e.Attrs, "level", p.value(fLevel))
	return dst
}
