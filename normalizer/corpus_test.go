package normalizer_test

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// normalize frames log with the parser of source and normalizes it.
func normalize(t testing.TB, source schemas.Source, log []byte, o golden.Options) *schemas.EventBatch {
	t.Helper()
	p := normalizer.ForSource(source)
	if p == nil {
		t.Fatalf("no parser for %s", source)
	}
	var out schemas.EventBatch
	normalizer.New(normalizer.Parsers()).Normalize(&out, golden.Batch(p, log, o))
	return &out
}

var (
	headCount = regexp.MustCompile(`record headers (\d+)`)
	sipCount  = regexp.MustCompile(`- SIP messages: (\d+)`)
)

// TestCorpusSlices compares slices of real SDL traces with the facts noted
// beside them, which another program counted.
func TestCorpusSlices(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus/cucm"), "sdl-*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		facts := readFile(t, path)
		m := headCount.FindStringSubmatch(facts)
		if m == nil {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			log := readFile(t, strings.TrimSuffix(path, ".md")+".log")
			got := normalize(t, schemas.CUCMSDL, []byte(log), golden.Options{})
			if want := m[1]; fmt.Sprint(got.Span.Records-got.Span.Headless) != want {
				t.Errorf("%d records with a head, want %s", got.Span.Records-got.Span.Headless, want)
			}
			wire := messages(got)
			if n := sipCount.FindStringSubmatch(facts); n != nil && n[1] != fmt.Sprint(len(wire)) {
				t.Errorf("%d messages, want %s", len(wire), n[1])
			}
			for _, e := range wire {
				if row := tableRow(e); !strings.Contains(facts, row) {
					t.Errorf("not in the table of messages: %s", row)
				}
			}
			if got.Span.Unparsed > 0 {
				t.Errorf("%d unparsed records", got.Span.Unparsed)
			}
		})
	}
}

// tableRow returns e as a row of the tables of messages, without its time.
func tableRow(e *schemas.Event) string {
	direction := map[schemas.Direction]string{schemas.In: "Incoming", schemas.Out: "Outgoing"}[e.SIP.Direction]
	what := e.SIP.Method
	if e.SIP.Status > 0 {
		what = strconv.Itoa(e.SIP.Status) + " " + e.SIP.Reason
	}
	return strings.Join([]string{
		"", direction, strings.ToUpper(e.SIP.Transport), e.SIP.Peer, e.Key(schemas.KeyNetID), what, e.SIP.CSeq, e.SIP.CallID,
	}, " | ")[1:] + " |"
}

// messages returns the events of b that are messages on the wire.
func messages(b *schemas.EventBatch) []*schemas.Event {
	var wire []*schemas.Event
	for i := range b.Events {
		if e := &b.Events[i]; e.Kind == schemas.KindSIPMessage && e.SIP.Wire {
			wire = append(wire, e)
		}
	}
	return wire
}

var (
	anyHead = regexp.MustCompile(`(?m)^\d{8}\.\d{3} \|\d\d:\d\d:\d\d\.\d{3} \|[A-Za-z-]+ *\|`)
	anyNet  = regexp.MustCompile(`(?m)^\[(\d+),NET\]`)
	anyCall = regexp.MustCompile(`(?m)^Call-ID: *(\S+)`)
	anyRow  = regexp.MustCompile(`(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{3}\|`)
	netRow  = regexp.MustCompile(`(?m)^[^|]*\|SIP[LT]\|(?:[^|]*\|){9}(\d+)\|([^|]*)\|`)
)

// TestCorpusCollections compares whole collections with counts made by regular
// expressions, and the call logs with the traces of the same node.
func TestCorpusCollections(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join(reference.Path(t, "corpus/cucm/collections"), "*.zip"))
	rows, joined := 0, 0
	for _, path := range paths {
		calls := map[string]string{}   // node and network number to Call-ID
		var logs []*schemas.EventBatch // the call logs
		eachMember(t, path, func(name string, data []byte) {
			switch {
			case strings.Contains(name, "/sdl/"):
				got := normalize(t, schemas.CUCMSDL, data, golden.Options{Path: name})
				check(t, name+": records", got.Span.Records, len(anyHead.FindAll(data, -1)))
				check(t, name+": silent and unparsed", got.Span.Headless+got.Span.Unparsed, 0)
				wire := messages(got)
				check(t, name+": messages", len(wire), len(anyNet.FindAll(data, -1)))
				if want := callIDs(data); !slices.Equal(eventCalls(wire), want) {
					t.Errorf("%s: Call-IDs differ from %d of the text", name, len(want))
				}
				for _, e := range wire {
					calls[scoped(e)] = e.SIP.CallID
					if e.SIP.Direction == "" || e.SIP.Peer == "" || !schemas.Dated(e.Time) || len(e.Repairs) > 0 {
						t.Errorf("%s:%d: %+v %v", name, e.Line, e.SIP, e.Repairs)
					}
				}
			case strings.Contains(name, "/calllogs/"):
				got := normalize(t, schemas.CUCMCallLog, data, golden.Options{Path: name})
				check(t, name+": rows", got.Span.Records, len(anyRow.FindAll(data, -1)))
				check(t, name+": unparsed", got.Span.Unparsed+got.Span.Silent, 0)
				check(t, name+": SIP rows", kinds(got, schemas.KindSIPSummary), len(netRow.FindAll(data, -1)))
				logs = append(logs, got)
			}
		})
		for _, b := range logs {
			for i := range b.Events {
				e := &b.Events[i]
				id, ok := calls[scoped(e)]
				if e.Kind != schemas.KindSIPSummary || !ok {
					continue
				}
				rows++
				if id == e.SIP.CallID {
					joined++
				}
			}
		}
	}
	if rows != joined || len(paths) > 0 && rows < 50 {
		t.Errorf("%d of %d call log rows have the Call-ID of the traced message", joined, rows)
	}
}

// scoped returns the network number of e with its node.
func scoped(e *schemas.Event) string {
	for _, k := range e.Keys {
		if k.Type == schemas.KeyNetID {
			return k.Scope + " " + k.Value
		}
	}
	return ""
}

func kinds(b *schemas.EventBatch, kind schemas.Kind) (n int) {
	for i := range b.Events {
		if b.Events[i].Kind == kind {
			n++
		}
	}
	return n
}

func callIDs(data []byte) []string {
	var ids []string
	for _, m := range anyCall.FindAllSubmatch(data, -1) {
		ids = append(ids, string(m[1]))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func eventCalls(wire []*schemas.Event) []string {
	var ids []string
	for _, e := range wire {
		ids = append(ids, e.SIP.CallID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func eachMember(t *testing.T, path string, do func(name string, data []byte)) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	for _, f := range z.File {
		if f.FileInfo().IsDir() || !strings.HasSuffix(f.Name, ".txt") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		do(f.Name, data)
	}
}

func check(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %d, want %d", what, got, want)
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
