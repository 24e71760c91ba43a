package normalizer_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// batch returns a batch of the records that texts are, all of source s.
func batch(s schemas.Source, texts ...string) *schemas.RecordBatch {
	b := &schemas.RecordBatch{File: schemas.File{Path: "x.log", Source: s, Cluster: "c1", Node: "cm1"}, EOF: true}
	for _, text := range texts {
		b.Records = append(b.Records, schemas.Record{
			Source: s, Offset: b.End, Line: len(b.Records) + 1, Lines: 1, Head: true, Text: []byte(text),
		})
		b.Blob = append(b.Blob, text...)
		b.End += int64(len(text))
	}
	b.File.Fingerprint = schemas.FingerprintOf(b.Blob)
	return b
}

func TestSpanCountsEveryRecordOnce(t *testing.T) {
	const head = "00000001.001 |10:00:00.000 |AppInfo  |"
	b := batch(schemas.CUCMSDL,
		head+"nothing\n",
		head+"DbMobility: can't find remdest 5737 in map\n",
		head+"DbMobility: can\u2019t find remdest 5737 in map\n",
		head+"SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to 10.1.1.1 on port 5060 index 5\n",
		"prose\n", "\n", "more \xff prose \ufffd\n",
	)
	b.Records[1].Time = time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)
	b.Records[2].Time = time.Date(2024, 5, 1, 9, 0, 0, 0, time.UTC)
	b.Records[0].Time = time.Date(1, 1, 1, 10, 0, 0, 0, time.UTC)
	b.Records[0].Glued = true
	b.Records[4].Head = false
	b.Records[5].Source, b.Records[6].Source = schemas.Unknown, schemas.Unknown
	var out schemas.EventBatch
	normalizer.New(normalizer.Parsers()).Normalize(&out, b)
	s := out.Span
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"records", s.Records, 7},
		{"lines", s.Lines, 7},
		{"events", s.Events, 4},
		{"silent", s.Silent, 2},
		{"unparsed", s.Unparsed, 3},
		{"headless", s.Headless, 1},
		{"repaired", s.Repaired, 2},
		{"damaged", s.Damaged, 2},
	} {
		check(t, c.what, c.got, c.want)
	}
	if !s.From.Equal(b.Records[2].Time) || !s.To.Equal(b.Records[1].Time) {
		t.Errorf("from %v to %v", s.From, s.To)
	}
	if s.Start != b.Start || s.End != b.End || !s.EOF || s.File != b.File {
		t.Errorf("span %+v", s)
	}
}

func TestEventDefaults(t *testing.T) {
	b := batch(schemas.CUCMSDL, "00000001.001 |10:00:00.000 |AppInfo  |DbMobility: found remdest cnumber = 1, devicepkid = x\n"+
		"k found in RemoteDeviceInfo hashmap - PID(s)=2 Name=1:RDP-a-2 is Active=1 Protocol=Remote Destination\n")
	r := &b.Records[0]
	r.Time, r.Line, r.Glued = time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC), 7, true
	var out schemas.EventBatch
	n := normalizer.New(normalizer.Parsers())
	n.Normalize(&out, b)
	n.Normalize(&out, b)
	check(t, "events", len(out.Events), 2)
	for i, e := range out.Events {
		if e.ID != b.File.Fingerprint.ID(r.Offset+int64(i)) || e.Record != b.File.Fingerprint.ID(r.Offset) {
			t.Errorf("event %d: id %s record %s", i, e.ID, e.Record)
		}
		if e.Time != r.Time || e.Line != 7+i || e.Source != r.Source || e.Node != "cm1" || e.Cluster != "c1" || e.File != "x.log" {
			t.Errorf("event %d: %+v", i, e)
		}
		if !slices.Contains(e.Repairs, "glued") {
			t.Errorf("event %d: repairs %v", i, e.Repairs)
		}
	}
}

func TestForSource(t *testing.T) {
	for _, s := range schemas.Sources() {
		// No line of a Jabber Guest server's own log has been seen.
		if normalizer.ForSource(s) == nil && s != schemas.JabberGuest {
			t.Errorf("no parser for %s", s)
		}
	}
}

func TestSilentRecordsAllocateNothing(t *testing.T) {
	for source, log := range map[schemas.Source][]byte{
		schemas.CUCMSDL: []byte(strings.Repeat("00000001.001 |10:00:00.000 |AppInfo  |SIPTcp - SdlRead bufferLen=1238\n"+
			"00000002.000 |10:00:00.000 |SdlSig   |DaReq   |wait   |Da(1,100,2,3)   |Cdcc(1,100,4,5)   |1,100,14,1.2^*^*   |[R:N] CI=1\n", 50)),
		schemas.CUCMSDI: []byte(strings.Repeat("04/17/2013 15:53:55.370 CCM|StationD: (1) CallState=12|<CLID::x><NID::y><CT::1,1,1,1>\n", 50)),
	} {
		b := golden.Batch(normalizer.ForSource(source), log, golden.Options{})
		n := normalizer.New(normalizer.Parsers())
		var out schemas.EventBatch
		if got := testing.AllocsPerRun(20, func() { n.Normalize(&out, b) }); got > 0 {
			t.Errorf("%s: %v allocations for %d records", source, got, len(b.Records))
		}
	}
}

// FuzzNormalize feeds any text to every parser: framed by its own heads, as a
// document, and as one record.
func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{
		"00000001.001 |10:00:00.000 |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 1.2.3.4 on port 5 index 6 with 7 bytes:\n[8,NET]\nSIP/2.0 200 OK\nCall-ID: x\nTo: <sip:1@h>;tag=1~22222222-4032-45f1-b1f5-e33cf471acec-900\n",
		"00000001.000 |10:00:00.000 |FileHead |UTC:-04:00,Date: 2016/10/18, HostName: x, \n00000002.001 |10:00:192.1 |AppInfo  |SPROC getCtrlPid \u2013 callingNum=5,\n",
		"04/26/2013 09:47:50.116 CCM|globalize: CallingNumber after stripAndPrependDigits 87573704/26/2013 09:47:50.116 CCM|SPROC  getCtrlPid - callingNum=1,|<CT::1>",
		"2020/04/03 21:46:17.777|SIPL|0|TCP|IN|1.1.1.1|5060|SEP|1.1.1.2|5|2,1^1^*|11|f@h|INVITE\n2020/04/03 21:46:17.781|CC|SETUP|4|5|1|2|3\n",
		"INVITE sip:a@b SIP/2.0\n\nVia: x\n\nFrom: \u201cMark\u201d 7@h>;tag=1\n\nCall-ID: x\n\nv=0\n",
	} {
		f.Add([]byte(seed))
	}
	parsers := normalizer.Parsers()
	f.Fuzz(func(t *testing.T, log []byte) {
		for _, p := range parsers {
			p.Match("x", log)
			for _, o := range []golden.Options{{}, {Excerpt: true}} {
				if _, ok := p.(schemas.Excerpter); o.Excerpt && !ok {
					continue
				}
				b := golden.Batch(p, log, o)
				var first, second schemas.EventBatch
				normalizer.New(parsers).Normalize(&first, b)
				normalizer.New(parsers).Normalize(&second, b)
				invariants(t, p, b, &first)
				unshared(t, p, b, first.Events)
				if a, b := lines(&first), lines(&second); a != b {
					t.Errorf("%s: not deterministic\n%s\n%s", p.Source(), a, b)
				}
			}
		}
	})
}

// unshared checks that the events that Parse gives, whose memory is their own,
// are those of a batch, which share theirs.
func unshared(t *testing.T, p schemas.Parser, b *schemas.RecordBatch, events []schemas.Event) {
	t.Helper()
	for i := range b.Records {
		r := &b.Records[i]
		for _, want := range p.Parse(nil, &b.File, r) {
			if len(events) == 0 || events[0].Record != r.ID {
				break // more events than the record has bytes
			}
			e := &events[0]
			events = events[1:]
			if e.Kind != want.Kind || want.Text != "" && e.Text != want.Text || !reflect.DeepEqual(e.SIP, want.SIP) || !reflect.DeepEqual(e.XMPP, want.XMPP) {
				t.Errorf("%s: %q gives %s, and in a batch %s", p.Source(), r.Text, golden.Line(&want), golden.Line(e))
			}
			for _, k := range want.Keys {
				if !slices.Contains(e.Keys, k) {
					t.Errorf("%s: %q has in a batch no key %v, but %v", p.Source(), r.Text, k, e.Keys)
				}
			}
			for _, a := range want.Attrs {
				if e.Kind != schemas.KindDNSLookup && !slices.Contains(e.Attrs, a) { // an answer is completed
					t.Errorf("%s: %q has in a batch no attribute %v, but %v", p.Source(), r.Text, a, e.Attrs)
				}
			}
		}
	}
}

func invariants(t *testing.T, p schemas.Parser, b *schemas.RecordBatch, out *schemas.EventBatch) {
	t.Helper()
	s := &out.Span
	if len(s.Problems) > 0 {
		t.Errorf("%s: %v", p.Source(), s.Problems)
	}
	withEvents := map[schemas.ID]bool{}
	for i := range out.Events {
		e := &out.Events[i]
		withEvents[e.Record] = true
		at := e.ID.Offset() - e.Record.Offset()
		if e.ID.Fingerprint() != b.File.Fingerprint || at < 0 || at >= int64(recordLen(b, e.Record.Offset())) {
			t.Errorf("%s: id %s outside of its record %s", p.Source(), e.ID, e.Record)
		}
		if !slices.Contains(families, e.Kind.Family()) {
			t.Errorf("%s: kind %q", p.Source(), e.Kind)
		}
		if len(e.Text) > schemas.MaxEvidence || !utf8.ValidString(e.Text) || strings.ContainsAny(e.Text, "\r\n") {
			t.Errorf("%s: evidence %q", p.Source(), e.Text)
		}
		for j, a := range e.Attrs {
			if a.Value == "" || slices.ContainsFunc(e.Attrs[:j], func(b schemas.Attr) bool { return b.Name == a.Name }) {
				t.Errorf("%s: attributes %v", p.Source(), e.Attrs)
			}
		}
		for _, k := range e.Keys {
			if k.Value == "" {
				t.Errorf("%s: empty key %s", p.Source(), k.Type)
			}
		}
	}
	if s.Records != len(b.Records) || s.Silent+s.Unparsed > s.Records || s.Records-s.Silent < len(withEvents) {
		t.Errorf("%s: %+v with events of %d records", p.Source(), s, len(withEvents))
	}
}

func recordLen(b *schemas.RecordBatch, offset int64) int {
	for i := range b.Records {
		if b.Records[i].Offset == offset {
			return len(b.Records[i].Text)
		}
	}
	return 0
}

func lines(b *schemas.EventBatch) string {
	var s strings.Builder
	for i := range b.Events {
		s.WriteString(golden.Line(&b.Events[i]))
	}
	return s.String()
}

var families = []string{
	"sip", "mobility", "digits", "media", "registration", "login", "dialback", "axl", "http", "tls", "dns", "alarm",
	"cti", "config", "cdr", "log",
}
