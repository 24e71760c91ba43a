package cucm

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// CallLog reads the call logs: cm/trace/ccm/calllogs/calllogs_00000001.txt,
// one row per SIP message of a call and per step of call control. Times are
// local, without a zone.
type CallLog struct{}

var (
	_ arena.Parser      = CallLog{}
	_ schemas.Noder     = CallLog{}
	_ schemas.Excerpter = CallLog{}
	_ schemas.Explainer = CallLog{}
)

// Source implements schemas.Parser.
func (CallLog) Source() schemas.Source { return schemas.CUCMCallLog }

// Match implements schemas.Parser.
func (CallLog) Match(_ string, head []byte) int {
	return match(head, func(line []byte) bool {
		_, ok := readRow(line)
		return ok
	})
}

// rowHead is what a row begins with.
//
//	2020/04/03 21:46:17.781|CC|SETUP|…
//	Line 11448: 2018/04/28_15:22:30.912|CC|SETUP|…
type rowHead struct {
	year   int
	month  time.Month
	day    int
	clock  time.Duration
	fields int // index of the first field behind the time
	mended text.Repairs
}

func readRow(b []byte) (h rowHead, ok bool) {
	if len(b) < 27 {
		return h, false
	}
	line := b
	if b[0]-'0' > 9 {
		if line, ok = text.TrimLinePrefix(b); !ok {
			return h, false
		}
		h.mended = text.LinePrefix
	}
	if h.year, h.month, h.day, ok = slashDate(line); !ok {
		return h, false
	}
	i := 10
	for i < len(line) && (line[i] == ' ' || line[i] == '_') {
		i++
	}
	if h.clock, ok = clock(line[i:]); !ok {
		return h, false
	}
	i += clockLen
	if i == len(line) || line[i] != '|' || !hasPrefix(line[i+1:], "SIP") && !hasPrefix(line[i+1:], "CC|") {
		return h, false
	}
	h.fields = len(b) - len(line) + i + 1
	return h, true
}

// Start implements schemas.Parser.
func (CallLog) Start(line []byte, prev time.Time) (time.Time, bool) {
	h, ok := readRow(line)
	if !ok {
		return time.Time{}, false
	}
	return onDay(h.year, h.month, h.day, h.clock, prev.Location()), true
}

// Node implements schemas.Noder: the folder of a collection.
func (CallLog) Node(path string, _ []byte) string { return pathNode(path) }

// Excerpt implements schemas.Excerpter: a row tells itself.
func (CallLog) Excerpt(line []byte) bool {
	_, ok := readRow(line)
	return ok
}

// Continues implements schemas.Excerpter: a row is one line.
func (CallLog) Continues(_, line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// Parse implements schemas.Parser.
func (p CallLog) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (CallLog) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	h, ok := readRow(r.Text)
	if !ok {
		if text.Blank(r.Text) {
			return dst
		}
		return append(dst, unparsed("no call log row"))
	}
	line, _ := text.Line(r.Text)
	var room [16]string
	row := split(room[:0], a.String(line[h.fields:]))
	var e schemas.Event
	switch kind := row[0]; kind {
	case "CC":
		if otherStep(row) {
			return dst
		}
		e, ok = controlRow(a, f, row)
	case "SIPL", "SIPT":
		e, ok = sipRow(a, f, row)
	default:
		ok = false
	}
	if !ok {
		e = unparsed("unknown call log row")
	}
	e.Repairs = h.mended.Append(e.Repairs)
	return append(dst, e)
}

// split cuts a row into its fields, without the blanks around them.
func split(fields []string, row string) []string {
	for {
		field, rest, more := strings.Cut(row, "|")
		fields = append(fields, strings.TrimSpace(field))
		if !more {
			return fields
		}
		row = rest
	}
}

// sipRow reads the row of a SIP message of a line or a trunk: kind, CI,
// transport, direction, local address and port, device or trunk, remote
// address and port, correlation tag, network number, Call-ID, method or status.
//
//	SIPL|40010506|TCP|IN|10.1.0.6|5060|SEPF0B2E57940EE|10.1.0.9|50394|2,100,14,9.5^10.1.0.9^*|1162837|f0b2e579@10.1.0.9|INVITE
func sipRow(a *arena.Arena, f *schemas.File, row []string) (e schemas.Event, ok bool) {
	const columns = 13
	if len(row) < columns {
		return e, false
	}
	e.Kind = schemas.KindSIPSummary
	x := a.SIP()
	x.Transport, x.CallID = transportName(row[2]), row[11]
	x.Local = hostPort(row[4], row[5])
	x.Peer = hostPort(row[7], row[8])
	switch row[3] {
	case "IN":
		x.Direction = schemas.In
	case "OUT":
		x.Direction = schemas.Out
	default:
		return e, false
	}
	code, phrase, _ := strings.Cut(row[12], " ")
	if status, err := strconv.Atoi(code); err == nil && len(code) == 3 {
		x.Status, x.Reason = status, phrase
	} else {
		x.Method = row[12]
	}
	e.SIP = x
	tag, _, _ := strings.Cut(row[9], "^")
	e.Keys = a.Keys(5)
	e.Keys = appendKey(e.Keys, schemas.KeyCallID, row[11], "")
	e.Keys = appendCI(e.Keys, row[1], f)
	e.Keys = appendKey(e.Keys, schemas.KeyNetID, row[10], a.FileScope(f, appendNode))
	e.Keys = appendKey(e.Keys, schemas.KeyCorrelationTag, tag, f.Cluster)
	e.Keys = appendKey(e.Keys, schemas.KeyDevice, row[6], f.Cluster)
	e.Attrs = appendAttr(appendAttr(a.Attrs(2), "of", "calllog"), "device", row[6])
	return e, true
}

// transportName returns the name of a transport in lower case.
func transportName(printed string) string {
	for _, name := range [...]string{"tcp", "udp", "tls"} {
		if strings.EqualFold(printed, name) {
			return name
		}
	}
	return strings.ToLower(printed)
}

// controlRow reads a row of call control; ci is a leg, 0 is none. A cause is
// of Q.850, or of 32 bits as in a call detail record; 0 is the end of a leg
// that was split off.
//
//	CC|SETUP|ciA|ciB|calling|original called|final called
//	CC|OFFERED|ciA|ciB|calling|original called|final called|device A|device B
//	CC|REJECT|ciA|ciB|calling|original called|final called|cause
//	CC|RELEASE|ciA|ciB|cause
//	CC|SPLIT|ciA|ciB and CC|JOIN|ciA|ciB
func controlRow(a *arena.Arena, f *schemas.File, row []string) (e schemas.Event, ok bool) {
	if len(row) < 4 {
		return e, false
	}
	verb := row[1]
	e.Kind = schemas.KindCallSetup
	e.Keys = appendCI(appendCI(a.Keys(4), row[2], f), row[3], f)
	e.Attrs = append(a.Attrs(7), schemas.Attr{Name: "row", Value: verb})
	with := func(name string, i int) {
		if i < len(row) {
			e.Attrs = appendAttr(e.Attrs, name, row[i])
			if name == "cause" {
				e.Attrs = appendAttr(e.Attrs, "text", causeName(row[i]))
			}
		}
	}
	switch verb {
	case "SETUP", "OFFERED", "REJECT":
		with("calling", 4)
		with("called", 5)
		with("final", 6)
		if verb == "REJECT" {
			with("cause", 7)
		}
		if verb == "OFFERED" && len(row) > 8 {
			e.Keys = appendKey(e.Keys, schemas.KeyDevice, row[7], f.Cluster)
			e.Keys = appendKey(e.Keys, schemas.KeyDevice, row[8], f.Cluster)
			with("orig_device", 7)
			with("dest_device", 8)
		}
	case "RELEASE":
		with("cause", 4)
	case "SPLIT", "JOIN":
	default:
		return schemas.Event{}, false
	}
	return e, len(e.Keys) > 0
}

// otherStep reports whether row is a whole row of a step of call control that
// nothing is known of.
func otherStep(row []string) bool {
	if len(row) < 4 || row[1] == "" || strings.Trim(row[1], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" || strings.Trim(row[2], "0123456789") != "" {
		return false
	}
	switch row[1] {
	case "SETUP", "OFFERED", "REJECT", "RELEASE", "SPLIT", "JOIN":
		return false
	}
	return true
}

// appendCI appends the call identifier of a leg; it is 0 before the leg has
// one.
func appendCI(keys []schemas.Key, ci string, f *schemas.File) []schemas.Key {
	if strings.Trim(ci, "0123456789") != "" || ci == "0" {
		return keys
	}
	return appendKey(keys, schemas.KeyCI, ci, f.Cluster)
}

func hostPort(host, port string) string {
	if host == "" || port == "" {
		return host
	}
	if strings.IndexByte(host, ':') >= 0 {
		return "[" + host + "]:" + port
	}
	return host + ":" + port
}
