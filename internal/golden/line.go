package golden

import (
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Line returns e as one line with its line end: line, time, kind, what it says,
// attributes, keys, repairs, evidence. Absent parts are left out.
func Line(e *schemas.Event) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%d %s %s", e.Line, stamp(e.Time), e.Kind)
	if e.SIP != nil {
		sipParts(&s, e.SIP)
	}
	if x := e.XMPP; x != nil {
		fmt.Fprintf(&s, " <%s>", x.Stanza)
		pairs(&s, "from", x.From, "to", x.To, "id", x.ID, "type", x.Type, "direction", string(x.Direction), "role", x.Role)
	}
	for _, a := range e.Attrs {
		pairs(&s, a.Name, a.Value)
	}
	for _, k := range e.Keys {
		fmt.Fprintf(&s, " | %s=%s", k.Type, k.Value)
		if k.Scope != "" {
			fmt.Fprintf(&s, " in %s", k.Scope)
		}
	}
	if len(e.Repairs) > 0 {
		fmt.Fprintf(&s, " | mended %s", strings.Join(e.Repairs, " "))
	}
	if e.Text != "" {
		fmt.Fprintf(&s, " | %s", e.Text)
	}
	return s.String() + "\n"
}

func sipParts(s *strings.Builder, x *schemas.SIP) {
	fmt.Fprintf(s, " %s", x.Method)
	if x.Status > 0 {
		fmt.Fprintf(s, " %d %s", x.Status, x.Reason)
	}
	pairs(s, "direction", string(x.Direction), "transport", x.Transport, "peer", x.Peer, "local", x.Local,
		"uri", x.RequestURI, "cseq", x.CSeq, "from", x.From, "to", x.To, "contact", x.Contact, "agent", x.UserAgent,
		"session", x.SessionID, "reason", x.ReasonHeader, "warning", x.Warning)
	if !x.Date.IsZero() {
		pairs(s, "date", stamp(x.Date))
	}
	for _, flag := range []struct {
		name string
		on   bool
	}{{"sdp", x.SDP}, {"wire", x.Wire}, {"truncated", x.Truncated}} {
		if flag.on {
			s.WriteString(" +" + flag.name)
		}
	}
}

// pairs writes name=value for every value that is not empty.
func pairs(s *strings.Builder, kv ...string) {
	for i := 0; i+1 < len(kv); i += 2 {
		if v := kv[i+1]; strings.ContainsAny(v, " \"") {
			fmt.Fprintf(s, " %s=%q", kv[i], v)
		} else if v != "" {
			fmt.Fprintf(s, " %s=%s", kv[i], v)
		}
	}
}

func stamp(t time.Time) string {
	switch {
	case t.IsZero():
		return "-"
	case !schemas.Dated(t):
		return t.Format("15:04:05.000")
	}
	return t.Format("2006-01-02T15:04:05.000Z07:00")
}
