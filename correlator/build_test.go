package correlator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// script builds batches from one line per event, so that a case reads like
// the log it stands for:
//
//	file edge-1 expressway.xcp node=e1
//	0 sip INVITE id=a from=5737 to=3250 in
//	- sip 200/INVITE id=a            (undated)
//	3 mobility.miss seq=7 number=5737
//	upto 60                          (the log goes on to second 60)
//
// The first word is the second of the event, "-" for an undated one. Words
// with = are attributes, except id, sid, ci, seq, tag, k, xc, conn, addr and
// pair, which are keys. Everything of a case begins at base.
type script struct {
	t       *testing.T
	batches []schemas.EventBatch
}

var base = time.Date(2024, 5, 17, 10, 0, 0, 0, time.UTC)

func build(t *testing.T, text string) []schemas.EventBatch {
	t.Helper()
	s := &script{t: t}
	var b *schemas.EventBatch
	for no, line := range strings.Split(strings.TrimSpace(text), "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		switch f[0] {
		case "file":
			s.batches = append(s.batches, schemas.EventBatch{})
			b = &s.batches[len(s.batches)-1]
			b.Span.File = schemas.File{Path: f[1], Source: schemas.Source(f[2]), Fingerprint: schemas.FingerprintOf([]byte(f[1]))}
			for _, w := range f[3:] {
				if v, ok := strings.CutPrefix(w, "node="); ok {
					b.Span.File.Node = v
				}
				if v, ok := strings.CutPrefix(w, "copy="); ok {
					b.Span.File.Fingerprint = schemas.FingerprintOf([]byte(v))
				}
			}
		case "upto":
			b.Span.To = at(f[1])
		case "skip":
			n, _ := strconv.Atoi(f[1])
			b.Span.Lines += n
		case "silent": // so many bytes that state nothing
			n, _ := strconv.ParseInt(f[1], 10, 64)
			b.Span.End += n
		default:
			s.event(b, f, no)
		}
	}
	return s.batches
}

func at(second string) time.Time {
	if second == "-" {
		return time.Time{}
	}
	n, err := strconv.ParseFloat(second, 64)
	if err != nil {
		panic(err)
	}
	return base.Add(time.Duration(n * float64(time.Second)))
}

func (s *script) event(b *schemas.EventBatch, f []string, no int) {
	b.Span.Lines++
	b.Span.Records++
	b.Span.End += 100
	file := b.Span.File
	e := schemas.Event{
		ID: file.Fingerprint.ID(b.Span.End), Time: at(f[0]), Kind: schemas.Kind(f[1]),
		Source: file.Source, Node: file.Node, File: file.Path, Line: b.Span.Lines,
		Text: strings.Join(f[1:], " "),
	}
	if e.Time.After(b.Span.To) {
		b.Span.To = e.Time
	}
	if !e.Time.IsZero() && (b.Span.From.IsZero() || e.Time.Before(b.Span.From)) {
		b.Span.From = e.Time
	}
	process := file.Node + "/XCP_CM2[" + file.Path + "]"
	words := f[2:]
	if e.Kind == "sip" || e.Kind == "sum" {
		e.Kind = schemas.KindSIPMessage
		e.SIP = &schemas.SIP{Method: f[2], Wire: f[1] == "sip"}
		if f[1] == "sum" {
			e.Kind = schemas.KindSIPSummary
		}
		if code, method, ok := strings.Cut(f[2], "/"); ok {
			e.SIP.Status, _ = strconv.Atoi(code)
			e.SIP.Method = method
		}
		words = f[3:]
	}
	for _, w := range words {
		name, v, ok := strings.Cut(w, "=")
		key := func(t schemas.KeyType, scope string) {
			e.Keys = append(e.Keys, schemas.Key{Type: t, Value: v, Scope: scope})
		}
		if !ok {
			switch w {
			case "in":
				e.SIP.Direction = schemas.In
			case "out":
				e.SIP.Direction = schemas.Out
			case schemas.Initiating, schemas.Receiving, schemas.Authoritative:
				e.XMPP = &schemas.XMPP{Stanza: "db:" + e.Kind.Family(), Role: w}
			}
			continue
		}
		switch name {
		case "id":
			key(schemas.KeyCallID, "")
			if e.SIP != nil {
				e.SIP.CallID = v
			}
		case "sid":
			key(schemas.KeySessionID, "")
		case "ci":
			key(schemas.KeyCI, "")
		case "seq":
			key(schemas.KeySequence, file.Fingerprint.String())
		case "tag":
			key(schemas.KeyCorrelationTag, "")
		case "k":
			key(schemas.KeyDialbackKey, "")
		case "xc":
			key(schemas.KeyXcoder, process)
		case "conn":
			key(schemas.KeyConnection, process)
		case "addr":
			key(schemas.KeyAddr, "")
		case "trk":
			key(schemas.KeyTrackingID, "")
		case "dom":
			key(schemas.KeyDomain, "")
		case "login":
			key(schemas.KeyLogin, file.Fingerprint.String())
		case "type":
			e.XMPP.Type = v
		case "cseq":
			e.SIP.CSeq = v + " " + e.SIP.Method
		case "agent":
			e.SIP.UserAgent = v
		case "at":
			e.SIP.Peer = v
		case "level":
			e.Text = `Level="` + v + `" ` + e.Text
		case "pair":
			key(schemas.KeyDialbackPair, process)
			from, to, _ := strings.Cut(v, ">")
			e.Attrs = append(e.Attrs, schemas.Attr{Name: "sender", Value: from}, schemas.Attr{Name: "target", Value: to})
		case "from", "to", "contact":
			e.Attrs = append(e.Attrs, schemas.Attr{Name: name + "_user", Value: v})
		default:
			e.Attrs = append(e.Attrs, schemas.Attr{Name: name, Value: v})
		}
	}
	b.Events = append(b.Events, e)
	b.Span.Events++
}

// resultOf adds all batches in order.
func resultOf(batches []schemas.EventBatch) Result { return resultWith(Config{}, batches) }

func resultWith(cfg Config, batches []schemas.EventBatch) Result {
	c := New(cfg)
	for i := range batches {
		c.Add(&batches[i])
	}
	return c.Result()
}

// outline prints what a person would check.
func outline(r Result) string {
	var b strings.Builder
	for _, s := range r.Sessions {
		fmt.Fprintf(&b, "%s %s events=%d | %s\n", s.Kind, s.Outcome, s.EventCount, s.Summary)
		if len(s.Stages) > 0 {
			for _, st := range s.Stages {
				fmt.Fprintf(&b, " %s=%s", st.Name, st.Outcome)
			}
			b.WriteByte('\n')
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "! %s %s stage=%s n=%d | %s\n", f.Rule, f.Severity, f.Stage, f.Count, f.Summary)
	}
	return b.String()
}

// rules returns the findings as "rule severity".
func rules(r Result) []string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, f.Rule+" "+f.Severity.String())
	}
	slices.Sort(list)
	return list
}

// blind reports whether the result says it could not judge a subject.
func blind(r Result, subject, why string) bool {
	return slices.ContainsFunc(r.Coverage, func(c schemas.Coverage) bool {
		return !c.Observable && strings.Contains(c.Subject, subject) && strings.Contains(c.Why, why)
	})
}

const healthyDialback = `file i expressway.xcp node=e1
0 dialback.result initiating k=K pair=coluc.com>vngtp.lab xc=34A9B60C8
0.1 dialback.timer seconds=30 pair=coluc.com>vngtp.lab xc=34A9B60C8
upto 60
file r expressway.xcp node=e2
0.2 dialback.result receiving k=K pair=coluc.com>vngtp.lab xc=05E295A2B
0.3 dialback.resolve host=coluc.com outcome=enter
0.4 dialback.resolve host=coluc.com outcome=ok conn=g sender=coluc.com target=vngtp.lab
0.5 dialback.verify receiving k=K pair=coluc.com>vngtp.lab conn=g
0.8 dialback.verify receiving k=K pair=coluc.com>vngtp.lab conn=g type=valid
upto 60
file a expressway.xcp node=e3
0.6 dialback.stream state=opened xc=94A9B60C8
0.7 dialback.verify authoritative k=K pair=coluc.com>vngtp.lab xc=94A9B60C8
0.9 dialback.stream state=closed xc=94A9B60C8
upto 60`

// without drops the lines of a log that hold one of the words.
func without(log string, words ...string) string {
	lines := strings.Split(log, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(l, w) })
	}), "\n")
}

// undate takes the dates off a log.
func undate(log string) string {
	lines := strings.Split(log, "\n")
	for i, l := range lines {
		if f := strings.Fields(l); f[0] != "file" && f[0] != "upto" {
			lines[i] = "-" + strings.TrimPrefix(l, f[0])
		}
	}
	return without(strings.Join(lines, "\n"), "upto")
}
