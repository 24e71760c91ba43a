package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/cdr"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// callRecord appends the event of a call detail record or a call management
// record that CUCM prints as it writes it to a file: the row is that of the
// file.
//
//	EnvProcessCdr::outputCdrData CDR data (size-510)- 1,3,2030,…
//	EnvProcessCdr::outputCmrData CMR data - 2,1,5,1,"2000",21411554,1549363621,2967,59340,0,0,0,0,0,"1e44e506-…","","StandAloneCluster","SEP001122334455",…
func (t *trace) callRecord(dst []schemas.Event) []schemas.Event {
	_, row, ok := bytes.Cut(t.words(), []byte("- "))
	if !ok {
		return dst
	}
	r := *t.record
	r.Text = row
	from := len(dst)
	dst = cdr.Calls{}.ParseIn(t.mem, dst, t.file, &r)
	for i := from; i < len(dst); i++ {
		if dst[i].Kind != schemas.KindUnparsed {
			line, _ := text.Line(t.whole())
			dst[i].Text = t.mem.Evidence(line, schemas.MaxEvidence)
			dst[i].Repairs = t.mended.Append(nil)
		}
	}
	return dst
}

// diagnostics appends the event of the figures of a leg that its process sends
// on to be written as a call management record. That record may be switched
// off. The tag names who caused the end of the call, not whose figures these
// are.
//
//	DbDiagnosticsReq |… globalCallId: 6006 nodeId: 2 directoryNum: 2003 dateTime: 1476823592 numberPacketsSent: 445 … numberPacketsLost: 1 jitter: 1 latency: 1 varVQMetrics: CCR=0.0100;ICR=0.0000;…
func (t *trace) diagnostics(dst []schemas.Event, s *sdlSig) []schemas.Event {
	f := fact{kind: schemas.KindCDRMedia}
	f.with("dn", figure(s.params, "directoryNum:"))
	f.with("packets_sent", figure(s.params, "numberPacketsSent:"))
	f.with("packets_received", figure(s.params, "numberPacketsReceived:"))
	f.with("packets_lost", figure(s.params, "numberPacketsLost:"))
	f.with("jitter", figure(s.params, "jitter:"))
	f.with("latency", figure(s.params, "latency:"))
	if f.value("packets_sent") == nil && f.value("packets_received") == nil {
		return dst
	}
	node, call := figure(s.params, "nodeId:"), figure(s.params, "globalCallId:")
	if len(node) > 0 && len(call) > 0 && string(call) != "0" {
		f.key(schemas.KeyGlobalCallID, append(append(bytes.Clone(node), '-'), call...))
	}
	metrics, _ := after(s.params, "varVQMetrics: ")
	from := len(dst)
	dst = t.line(dst, &f)
	t.metrics(&dst[from], metrics)
	return dst
}

// figure returns the value behind name, nil when there is none: the next word
// is then another name.
func figure(b []byte, name string) []byte {
	v := param(b, name)
	if v == nil || v[len(v)-1] == ':' {
		return nil
	}
	return v
}

// metrics adds the voice quality metrics of a leg under their own names in
// lower case.
//
//	CCR=0.0100;ICR=0.0000;…;VoRxCodec=G.729 Anne;CID=13;…
func (t *trace) metrics(e *schemas.Event, pairs []byte) {
	if len(pairs) == 0 {
		return
	}
	attrs := append(t.mem.Attrs(len(e.Attrs)+2+bytes.Count(pairs, []byte{'='})), e.Attrs...)
	add := func(name string, value []byte) {
		if len(value) > 0 && !hasAttr(attrs, name) {
			attrs = append(attrs, schemas.Attr{Name: name, Value: t.mem.String(value)})
		}
	}
	for len(pairs) > 0 {
		var pair []byte
		pair, pairs, _ = bytes.Cut(pairs, []byte{';'})
		name, value, _ := bytes.Cut(bytes.TrimSpace(pair), []byte{'='})
		if n := metricName(name); n != "" {
			if n == "vorxcodec" {
				add("codec", bytes.TrimSpace(value))
			}
			add(n, bytes.TrimSpace(value))
		}
	}
	e.Attrs = attrs
}

// metricName returns the name of a metric in lower case, "" when it is none.
func metricName(name []byte) string {
	if len(name) == 0 || len(name) > 40 {
		return ""
	}
	for _, c := range name {
		if (c|0x20 < 'a' || c|0x20 > 'z') && c-'0' > 9 {
			return ""
		}
	}
	return string(bytes.ToLower(name))
}
