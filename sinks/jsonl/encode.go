package jsonl

import (
	"strconv"

	"github.com/uctrace/uctrace/schemas"
)

// AppendRecord appends r, a record of file, to dst as one JSON object.
func AppendRecord(dst []byte, file *schemas.File, r *schemas.Record) []byte {
	return append(recordFields(append(dst, '{'), file, r), '}')
}

func recordFields(dst []byte, file *schemas.File, r *schemas.Record) []byte {
	dst = id(dst, "id", r.ID)
	dst = text(dst, "source", r.Source)
	dst = text(dst, "cluster", file.Cluster)
	dst = text(dst, "node", file.Node)
	dst = text(dst, "file", file.Path)
	dst = number(dst, "line", int64(r.Line))
	dst = number(dst, "lines", int64(r.Lines))
	dst = number(dst, "offset", r.Offset)
	dst = number(dst, "bytes", int64(len(r.Text)))
	dst = moment(dst, "time", r.Time)
	if !r.Head {
		dst = boolean(dst, "head", false)
	}
	dst = yes(dst, "glued", r.Glued)
	dst = yes(dst, "cut", r.Cut)
	return quote(name(dst, "text"), r.Text)
}

// AppendEvent appends e to dst as one JSON object.
func AppendEvent(dst []byte, e *schemas.Event) []byte {
	return append(eventFields(append(dst, '{'), e), '}')
}

func eventFields(dst []byte, e *schemas.Event) []byte {
	dst = id(dst, "id", e.ID)
	if !e.Record.IsZero() {
		dst = id(dst, "record", e.Record)
	}
	dst = moment(dst, "time", e.Time)
	dst = text(dst, "source", e.Source)
	dst = text(dst, "cluster", e.Cluster)
	dst = text(dst, "node", e.Node)
	dst = text(dst, "file", e.File)
	dst = positive(dst, "line", e.Line)
	dst = text(dst, "kind", e.Kind)
	dst = keys(dst, e.Keys)
	dst = append(name(dst, "attrs"), '{')
	for i := range e.Attrs {
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(quote(dst, e.Attrs[i].Name), ':')
		dst = quote(dst, e.Attrs[i].Value)
	}
	dst = append(dst, '}')
	if e.SIP != nil {
		dst = append(sipFields(append(name(dst, "sip"), '{'), e.SIP), '}')
	}
	if e.XMPP != nil {
		dst = append(xmppFields(append(name(dst, "xmpp"), '{'), e.XMPP), '}')
	}
	dst = text(dst, "text", e.Text)
	if len(e.Repairs) > 0 {
		dst = texts(dst, "repairs", e.Repairs)
		dst = strconv.AppendFloat(name(dst, "quality"), e.Quality(), 'f', -1, 64)
	}
	return dst
}

func sipFields(dst []byte, s *schemas.SIP) []byte {
	dst = text(dst, "direction", s.Direction)
	dst = text(dst, "transport", s.Transport)
	dst = text(dst, "peer", s.Peer)
	dst = text(dst, "local", s.Local)
	dst = text(dst, "method", s.Method)
	dst = text(dst, "request_uri", s.RequestURI)
	dst = positive(dst, "status", s.Status)
	dst = text(dst, "reason", s.Reason)
	dst = text(dst, "cseq", s.CSeq)
	dst = text(dst, "call_id", s.CallID)
	dst = text(dst, "from", s.From)
	dst = text(dst, "to", s.To)
	dst = text(dst, "contact", s.Contact)
	dst = text(dst, "user_agent", s.UserAgent)
	dst = text(dst, "session_id", s.SessionID)
	dst = moment(dst, "date", s.Date)
	dst = text(dst, "reason_header", s.ReasonHeader)
	dst = text(dst, "warning", s.Warning)
	dst = boolean(dst, "sdp", s.SDP)
	dst = boolean(dst, "wire", s.Wire)
	return yes(dst, "truncated", s.Truncated)
}

func xmppFields(dst []byte, x *schemas.XMPP) []byte {
	dst = text(dst, "stanza", x.Stanza)
	dst = text(dst, "from", x.From)
	dst = text(dst, "to", x.To)
	dst = text(dst, "id", x.ID)
	dst = text(dst, "type", x.Type)
	dst = text(dst, "direction", x.Direction)
	return text(dst, "role", x.Role)
}

// AppendSession appends s to dst as one JSON object. events is the number of
// events; their ids are not part of the output contract.
func AppendSession(dst []byte, s *schemas.Session) []byte {
	return append(sessionFields(append(dst, '{'), s), '}')
}

func sessionFields(dst []byte, s *schemas.Session) []byte {
	dst = id(dst, "id", s.ID)
	dst = text(dst, "kind", s.Kind)
	dst = text(dst, "outcome", s.Outcome)
	dst = text(dst, "cluster", s.Cluster)
	dst = moment(dst, "start", s.Start)
	dst = moment(dst, "end", s.End)
	dst = keys(dst, s.Keys)
	dst = texts(dst, "nodes", s.Nodes)
	dst = texts(dst, "sources", s.Sources)
	dst = number(dst, "events", int64(s.EventCount))
	dst = text(dst, "summary", s.Summary)
	dst = seen(dst, s)
	if len(s.Joins) > 0 {
		dst = append(name(dst, "joins"), '[')
		for i := range s.Joins {
			dst = join(append(item(dst), '{'), &s.Joins[i])
		}
		dst = append(dst, ']')
	}
	dst = append(name(dst, "stages"), '[')
	for i := range s.Stages {
		st := &s.Stages[i]
		dst = text(append(item(dst), '{'), "name", st.Name)
		dst = moment(dst, "start", st.Start)
		dst = moment(dst, "end", st.End)
		dst = append(text(dst, "outcome", st.Outcome), '}')
	}
	return append(dst, ']')
}

func join(dst []byte, j *schemas.Join) []byte {
	dst = append(key(append(name(dst, "a"), '{'), &j.A), '}')
	dst = append(key(append(name(dst, "b"), '{'), &j.B), '}')
	dst = id(dst, "event", j.Event)
	dst = text(dst, "reason", j.Reason)
	return append(text(dst, "confidence", j.Confidence), '}')
}

// AppendFinding appends f to dst as one JSON object.
func AppendFinding(dst []byte, f *schemas.Finding) []byte {
	return append(findingFields(append(dst, '{'), f), '}')
}

func findingFields(dst []byte, f *schemas.Finding) []byte {
	dst = id(dst, "id", f.ID)
	dst = text(dst, "rule", f.Rule)
	dst = text(dst, "severity", f.Severity.String())
	dst = moment(dst, "time", f.Time)
	if !f.Session.IsZero() {
		dst = id(dst, "session", f.Session)
	}
	dst = text(dst, "cluster", f.Cluster)
	dst = text(dst, "summary", f.Summary)
	dst = text(dst, "cause", f.Cause)
	dst = texts(dst, "fix", f.Fix)
	dst = append(name(dst, "evidence"), '[')
	for i := range f.Evidence {
		e := &f.Evidence[i]
		dst = id(append(item(dst), '{'), "event", e.Event)
		dst = text(dst, "file", e.File)
		dst = positive(dst, "line", e.Line)
		dst = text(dst, "role", e.Role)
		dst = append(text(dst, "text", e.Text), '}')
	}
	dst = append(dst, ']')
	dst = keys(dst, f.Keys)
	dst = text(dst, "stage", f.Stage)
	dst = positive(dst, "count", f.Count)
	dst = moment(dst, "first", f.First)
	return moment(dst, "last", f.Last)
}

// AppendInput appends in to dst as one JSON object.
func AppendInput(dst []byte, in *schemas.Input) []byte {
	dst = text(append(dst, '{'), "path", in.Path)
	if in.Fingerprint != (schemas.Fingerprint{}) {
		dst = hexString(name(dst, "fingerprint"), in.Fingerprint[:])
	}
	dst = text(dst, "source", in.Source)
	dst = text(dst, "node", in.Node)
	dst = text(dst, "zone", in.Zone)
	dst = number(dst, "bytes", in.Bytes)
	dst = number(dst, "lines", int64(in.Lines))
	dst = number(dst, "records", int64(in.Records))
	dst = number(dst, "events", int64(in.Events))
	dst = number(dst, "silent", int64(in.Silent))
	dst = number(dst, "unparsed", int64(in.Unparsed))
	dst = number(dst, "headless", int64(in.Headless))
	dst = number(dst, "repaired", int64(in.Repaired))
	dst = number(dst, "damaged", int64(in.Damaged))
	if in.Records > 0 {
		dst = strconv.AppendFloat(name(dst, "quality"), in.Quality(), 'f', -1, 64)
	}
	dst = moment(dst, "from", in.From)
	dst = moment(dst, "to", in.To)
	return append(problems(dst, in.Problems), '}')
}

// AppendRelation appends r to dst as one JSON object.
func AppendRelation(dst []byte, r *schemas.Relation) []byte {
	dst = id(append(dst, '{'), "a", r.A)
	dst = id(dst, "b", r.B)
	dst = text(dst, "by", r.By)
	dst = text(dst, "value", r.Value)
	return append(text(dst, "confidence", r.Confidence), '}')
}

func keys(dst []byte, ks []schemas.Key) []byte {
	dst = append(name(dst, "keys"), '[')
	for i := range ks {
		dst = append(key(append(item(dst), '{'), &ks[i]), '}')
	}
	return append(dst, ']')
}

func key(dst []byte, k *schemas.Key) []byte {
	dst = quote(name(dst, "type"), k.Type)
	dst = quote(name(dst, "value"), k.Value)
	return text(dst, "scope", k.Scope)
}

func texts[S ~string](dst []byte, field string, list []S) []byte {
	dst = append(name(dst, field), '[')
	for _, s := range list {
		dst = quote(item(dst), s)
	}
	return append(dst, ']')
}

func problems(dst []byte, list []schemas.Problem) []byte {
	dst = append(name(dst, "problems"), '[')
	for i := range list {
		p := &list[i]
		dst = text(append(item(dst), '{'), "file", p.File)
		dst = positive(dst, "line", p.Line)
		dst = text(dst, "message", p.Message)
		dst = text(dst, "hint", p.Hint)
		dst = append(yes(dst, "unread", p.Unread), '}')
	}
	return append(dst, ']')
}
