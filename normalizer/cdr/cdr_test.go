package cdr_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/cdr"
	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

func TestCalls(t *testing.T) { golden.Run(t, "testdata/call-*.txtar", cdr.Calls{}) }

func TestMedia(t *testing.T) { golden.Run(t, "testdata/media-*.txtar", cdr.Media{}) }

func FuzzRows(f *testing.F) {
	for _, row := range []string{head, first, types, `2,1,5004,1,"2001",20381230,1588000065,3,4,5,6,7,8,9,"x","y","z","SEP1","CCR=1;MLQK=",60`, `1,2,3,"`, `"1";"2";"3";"4"`} {
		f.Add([]byte(row))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		golden.Check(t, cdr.Calls{}, log)
		b := golden.Batch(cdr.Calls{}, log, golden.Options{})
		b.Context = log
		var events []schemas.Event
		for i := range b.Records {
			events = cdr.Calls{}.Parse(events[:0], &b.File, &b.Records[i])
			cdr.Calls{}.Attach(nil, events, b, i)
		}
		cdr.Calls{}.Context(nil, b)
	})
}

const (
	head  = `"cdrRecordType","globalCallID_callManagerId","globalCallID_callId","origLegCallIdentifier","dateTimeOrigination","destLegCallIdentifier","callingPartyNumber","finalCalledPartyNumber","destCause_value","destDeviceName","x1","x2","x3"`
	types = `INTEGER,INTEGER,INTEGER,INTEGER,INTEGER,INTEGER,VARCHAR(50),VARCHAR(50),INTEGER,VARCHAR(129),INTEGER,INTEGER,INTEGER`
	first = `1,1,5004,20381230,1588000000,20381231,"2001","2002",47,"SEP001122334466",0,0,0`
)

// TestNamesGiveTheOrder reads a file with another order of columns, also where
// the row of names stands in a batch before.
func TestNamesGiveTheOrder(t *testing.T) {
	p := cdr.Calls{}
	b := golden.Batch(p, []byte(head+"\n"+types+"\n"+first+"\n"), golden.Options{})
	read := func(b *schemas.RecordBatch, i int) *schemas.Event {
		events := p.Parse(nil, &b.File, &b.Records[i])
		p.Attach(nil, events, b, i)
		return &events[0]
	}
	later := golden.Batch(p, []byte(first+"\n"), golden.Options{})
	later.Context = p.Context(nil, b)
	further := golden.Batch(p, []byte(first+"\n"), golden.Options{})
	further.Context = p.Context(nil, later)
	for _, e := range []*schemas.Event{read(b, 2), read(later, 0), read(further, 0)} {
		if e.Attr("final") != "2002" || e.Attr("dest_cause") != "47" || e.Attr("dest_device") != "SEP001122334466" || len(e.Keys) != 4 {
			t.Errorf("%s", golden.Line(e))
		}
	}
}

// TestCodesAreNotEvidence wants what callers dial to be let through left out.
func TestCodesAreNotEvidence(t *testing.T) {
	row := "1,1,5004,20381230,1588000000" + strings.Repeat(",0", 65) + `,"4711",0,0,0,0,0,0,"0815",""`
	events := cdr.Calls{}.Parse(nil, &schemas.File{}, &schemas.Record{Text: []byte(row)})
	if len(events) != 1 || strings.Contains(golden.Line(&events[0]), "4711") || strings.Contains(golden.Line(&events[0]), "0815") {
		t.Errorf("%v", events)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		log          string
		calls, media int
	}{
		{head + "\n" + types, 100, 0},
		{"\uFEFF" + head, 100, 0},
		{first, 100, 0},
		{`"cdrRecordType","globalCallID_callManagerId","directoryNum","callIdentifier","numberPacketsSent"`, 0, 100},
		{"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n", 0, 0},
		{"name,number\nalice,2001\n", 0, 0},
		{"", 0, 0},
	} {
		if got := (cdr.Calls{}).Match("", []byte(c.log)); got != c.calls {
			t.Errorf("%.40q: Calls.Match gives %d", c.log, got)
		}
		if got := (cdr.Media{}).Match("", []byte(c.log)); got != c.media {
			t.Errorf("%.40q: Media.Match gives %d", c.log, got)
		}
	}
}

func TestSources(t *testing.T) {
	p := cdr.Calls{}
	for row, want := range map[string]schemas.Source{
		head: schemas.CUCMCDR, types: schemas.CUCMCDR, first: schemas.CUCMCDR,
		`2,1,5004,1,"2001",20381230,1588000065,3,4,5,6,7,8,9,"x","y","z","SEP1","",60`: schemas.CUCMCMR,
		"INTEGER,INTEGER,INTEGER,INTEGER,VARCHAR(50),INTEGER":                          schemas.CUCMCMR,
	} {
		if got := p.SourceOf([]byte(row)); got != want {
			t.Errorf("%.30q: %s", row, got)
		}
	}
	if at, ok := p.Start([]byte(first), time.Time{}); !ok || at.Unix() != 1588000000 {
		t.Errorf("Start gives %v, %v", at, ok)
	}
}

// TestExplain wants a rule for a record and a reason for the other rows.
func TestExplain(t *testing.T) {
	for row, want := range map[string]string{first: "rule=call detail record", head: "silent=the row of names"} {
		a := cdr.Calls{}.Explain(nil, &schemas.Record{Text: []byte(row)})
		if last := a[len(a)-1]; last.Name+"="+last.Value != want {
			t.Errorf("%.20q: %v", row, a)
		}
	}
}

// attacher is a parser of this package.
type attacher interface {
	arena.Parser
	arena.Attacher
}

// corpus returns the events of a reference file.
func corpus(t *testing.T, name string, p attacher) []schemas.Event {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(reference.Path(t, "corpus/cucm"), name))
	if err != nil {
		t.Fatal(err)
	}
	if m := p.Match(name, log); m != 100 {
		t.Errorf("Match gives %d", m)
	}
	b := golden.Batch(p, log, golden.Options{})
	if len(p.Context(nil, b)) != 0 {
		t.Error("the order is not the standard one")
	}
	var events []schemas.Event
	for i := range b.Records {
		from := len(events)
		events = p.Parse(events, &b.File, &b.Records[i])
		p.Attach(nil, events[from:], b, i)
	}
	return events
}

// says reports every fact that an event does not state: an attribute, or a key
// as type:value.
func says(t *testing.T, e *schemas.Event, facts ...string) {
	t.Helper()
	line := strings.ReplaceAll(golden.Line(e), `"`, "")
	for _, f := range facts {
		if !strings.Contains(line, " "+f) {
			t.Errorf("%s is not in %s", f, line)
		}
	}
}

func TestCorpusCalls(t *testing.T) {
	events := corpus(t, "cdr-flat-file.log", cdr.Calls{})
	if len(events) != 3 {
		t.Fatalf("%d events, want 3", len(events))
	}
	says(t, &events[0], "| global_call_id=2-25449", "orig_addr=10.248.64.14", "dest_cause=41", "conversation=47874239", "| ci=47874246",
		"| session_id=3bc79d8d00105000a000cc7f750586b7", "| device=SEPCC7F750586B7", "originated=2025-04-18T16:32:10Z")
	says(t, &events[1], "| global_call_id=2-25448", "dest_cause=41", "conversation=47874240", "called=5030079981")
	says(t, &events[2], "| global_call_id=2-25447", "calling=5033466594", "called=5033466593", "final=5033466593", "orig_cause=16",
		"orig_cause_text=Normal call clearing", "| ci=47874239", "| ci=47874240", "duration=11", "dest_addr=10.248.64.17",
		"connected=2025-04-18T16:32:10Z", "disconnected=2025-04-18T16:32:21Z", "orig_device=SEPCC7F750586B7", "dest_device=SEPCC8E7148AD29")
	for i := range events {
		mac := strings.TrimPrefix(strings.ToLower(events[i].Attr("orig_device")), "sep")
		if !strings.HasSuffix(events[i].Key(schemas.KeySessionID), mac) {
			t.Errorf("session id %s is not that of %s", events[i].Key(schemas.KeySessionID), mac)
		}
		if events[2].Attr("dest_cause") != "" || events[0].Attr("connected") != "" {
			t.Error("0 is stated")
		}
	}
}

func TestCorpusMedia(t *testing.T) {
	events := corpus(t, "cmr-flat-file.log", cdr.Media{})
	if len(events) != 2 {
		t.Fatalf("%d events, want 2", len(events))
	}
	says(t, &events[0], "| global_call_id=2-25447", "| ci=47874239", "device=SEPCC7F750586B7", "packets_sent=559", "packets_received=555",
		"packets_lost=0", "duration=11", "dn=5033466594", "codec=G.711 u-la", "latency=1", "jitter=0")
	says(t, &events[1], "| ci=47874240", "device=SEPCC8E7148AD29", "packets_sent=555", "packets_received=559", "ccr=0.0011", "maxjitter=8",
		"packets_lost=0", "| session_id=45a03cac00105000a000cc8e7148ad29", "| session_id=0e7ca15300105000a000cc7f750586b7")
}

func BenchmarkRows(b *testing.B) {
	row := `1,2,25447,47874239,1744993928,2,0,239138826,"2001","alice",0,16,4,239138826,22018,4,20,0,0,0,0,0,0,"0","0",47874240,2,0,289470474,"2002","2002","alice",0,0,4,289470474,31598,4,20,0,0,0,0,0,0,"0","0",1744993930,1744993941,"2002","ed56fecd","OnNet","OnNet","OnNet","OnNet",11,"SEP001122334455","SEP001122334466",12,0,0,0,0,0,0,"lab",0,"","",0,"",3,3,0,0,64,64,"","","","10.1.0.9","10.1.0.10"` + strings.Repeat(",0", 45) + `,"0e7ca15300105000a000001122334455","45a03cac00105000a000001122334466"` + "\n"
	log := bytes.Repeat([]byte(row), 200)
	golden.Benchmark(b, cdr.Calls{}, log)
	batch := golden.Batch(cdr.Calls{}, log, golden.Options{})
	b.Run("arena", func(b *testing.B) {
		b.SetBytes(int64(len(log)))
		b.ReportAllocs()
		var mem arena.Arena
		var events []schemas.Event
		for b.Loop() {
			mem.Reset()
			events = events[:0]
			for i := range batch.Records {
				events = cdr.Calls{}.ParseIn(&mem, events, &batch.File, &batch.Records[i])
			}
		}
	})
}
