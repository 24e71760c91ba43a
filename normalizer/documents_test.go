package normalizer_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// TestCorpusDocuments compares traces as web pages and slides have them with
// the facts noted beside them.
func TestCorpusDocuments(t *testing.T) {
	tests := []struct {
		file   string
		source schemas.Source
		heads  int
		nets   []string // network numbers of the messages on the wire
		calls  []string // their Call-IDs
		kinds  map[schemas.Kind]int
	}{
		{
			file: "doc-1050-recording-udp-concatenated.log", source: schemas.CUCMSDL, heads: 13,
			nets:  []string{"902", "903", "905", "906", "907", "908", "909"},
			calls: []string{"ef7acf80-43d153e4-50-5a20300e@10.48.32.90", "ef7acf80-43d153e4-51-5a20300e@10.48.32.90"},
		},
		{
			file: "doc-1050-604-diversion.log", source: schemas.CUCMSDL, heads: 1,
			nets: []string{"19580587"}, calls: []string{"3cf99080-a0e144ae-3692cb-50f040a@10.x.x.x"},
		},
		{
			file: "doc-1200-register-and-normalization-int.log", source: schemas.CUCMSDL, heads: 3,
			nets:  []string{"101339", "101341"},
			kinds: map[schemas.Kind]int{schemas.KindSIPSummary: 1},
		},
		{file: "sdl-blog-transcoder-throttle.log", source: schemas.CUCMSDL, heads: 57},
		{file: "sdl-blog-no-seq-en-dashes.log", source: schemas.CUCMSDL, heads: 6},
		{file: "sdl-1500-filehead-unverified.log", source: schemas.CUCMSDL, heads: 2},
		{file: "sdi-guide-css-blocked.log", source: schemas.CUCMSDI, heads: 16},
		{file: "sdi-2003-keepalive-full-tags.log", source: schemas.CUCMSDI, heads: 1},
		{
			file: "calllogs-1150-cc-rows-split-join.log", source: schemas.CUCMCallLog, heads: 47,
			kinds: map[schemas.Kind]int{schemas.KindCallSetup: 47},
		},
		{
			file: "calllogs-blog-notepad-search-result.log", source: schemas.CUCMCallLog, heads: 4,
			kinds: map[schemas.Kind]int{schemas.KindCallSetup: 4},
		},
	}
	dir := reference.Path(t, "corpus/cucm")
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			log := []byte(readFile(t, filepath.Join(dir, tt.file)))
			if got := best(tt.file, log); got != tt.source {
				t.Errorf("taken for %s, want %s", got, tt.source)
			}
			got := normalize(t, tt.source, log, golden.Options{})
			check(t, "records with a head", got.Span.Records-got.Span.Headless, tt.heads)
			wire := messages(got)
			var nets []string
			for _, e := range wire {
				nets = append(nets, e.Key(schemas.KeyNetID))
			}
			if !slices.Equal(nets, tt.nets) {
				t.Errorf("network numbers %v, want %v", nets, tt.nets)
			}
			if calls := eventCalls(wire); tt.calls != nil && !slices.Equal(calls, tt.calls) {
				t.Errorf("Call-IDs %v, want %v", calls, tt.calls)
			}
			for kind, n := range tt.kinds {
				check(t, string(kind), kinds(got, kind), n)
			}
		})
	}
}

// best returns the source of the parser that is most sure of log.
func best(path string, log []byte) schemas.Source {
	source, sure := schemas.Unknown, 0
	for _, p := range normalizer.Parsers() {
		if n := p.Match(path, log[:min(len(log), 64<<10)]); n > sure {
			source, sure = p.Source(), n
		}
	}
	return source
}

// TestMatchCorpus finds for every CUCM trace the right parser among all.
func TestMatchCorpus(t *testing.T) {
	want := map[string]schemas.Source{"sdl": schemas.CUCMSDL, "sdi": schemas.CUCMSDI, "calllogs": schemas.CUCMCallLog}
	paths, _ := filepath.Glob(filepath.Join(reference.Path(t, "corpus"), "*/*.log"))
	for _, path := range paths {
		name := filepath.Base(path)
		kind, _, _ := strings.Cut(name, "-")
		got := best("renamed.txt", []byte(readFile(t, path)))
		if source, ok := want[kind]; ok && got != source {
			t.Errorf("%s: taken for %s", path, got)
		}
		folder := filepath.Base(filepath.Dir(path))
		if folder != "cucm" && folder != "imp" && !strings.Contains(name, "_sdl") && strings.HasPrefix(string(got), "cucm.") {
			t.Errorf("%s: taken for %s", path, got)
		}
	}
}

// TestSeedLookup reads the two remote destination lookups that a web page
// explains among other things, as quotations.
func TestSeedLookup(t *testing.T) {
	paths, _ := filepath.Glob(filepath.Join(reference.Path(t, "seeds"), "001_*.txt"))
	if len(paths) == 0 {
		t.Skip("no seed")
	}
	log := []byte(readFile(t, paths[0]))
	if got := best(paths[0], log); strings.HasPrefix(string(got), "cucm.") || got == schemas.SIPClient {
		t.Errorf("a document is taken for %s", got)
	}
	got := normalize(t, schemas.CUCMSDI, log, golden.Options{Excerpt: true})
	counts := map[schemas.Kind]int{}
	for i := range got.Events {
		e := &got.Events[i]
		counts[e.Kind]++
		if e.Kind == schemas.KindMobilityRemDest && (e.Attr("number") != "875737" || e.Attr("dn") != "5737" || e.Attr("active") != "1") {
			t.Errorf("remote destination %v", e.Attrs)
		}
	}
	check(t, "misses", counts[schemas.KindMobilityMiss], 2) // the line and its quotation in the prose
	check(t, "found", counts[schemas.KindMobilityFound], 1)
	check(t, "remote destinations", counts[schemas.KindMobilityRemDest], 2)
	check(t, "transforms", counts[schemas.KindDigitsTransform], 4)
	calls := normalize(t, schemas.SIPClient, log, golden.Options{Excerpt: true})
	if ids := eventCalls(messages(calls)); !slices.Equal(ids, []string{"AIBD1912FE6B7F686C@10.xx.6.x02", "AIC245C802CF7BDC00@"}) {
		t.Errorf("Call-IDs %q", ids)
	}
}

// TestDeclaration wants the first line of an XML file to be no line that nobody
// understands: every collection of the Real-Time Monitoring Tool has one.
func TestDeclaration(t *testing.T) {
	n := normalizer.New(normalizer.Parsers())
	var out schemas.EventBatch
	for text, unparsed := range map[string]int{"<?xml version=\"1.0\"?>\n": 0, "<?xml version=\"1.0\"?><what><is/></what>\n": 1, "prose\n": 1} {
		b := schemas.RecordBatch{Blob: []byte(text), End: int64(len(text)), Records: []schemas.Record{{Source: schemas.Unknown, Line: 1, Lines: 1, Text: []byte(text)}}}
		if n.Normalize(&out, &b); out.Span.Unparsed != unparsed || out.Span.Silent != 1-unparsed {
			t.Errorf("%q: %d not understood, %d silent; want %d and %d", text, out.Span.Unparsed, out.Span.Silent, unparsed, 1-unparsed)
		}
	}
}
