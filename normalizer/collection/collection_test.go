package collection_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/collection"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", collection.Parser{}) }

func FuzzText(f *testing.F) {
	f.Add([]byte("<?xml?><QueryResult>\n<Node name='a'><ServiceName name=\"b\"><FileName name=\"c\" size='1'>"))
	f.Add([]byte("a@b.c,W,2021-01-22 10:11:18.1,7d0ec34c-458f-4fd2-9d15-58accac4af00,jabber_1,\n<geoloc/>"))
	f.Add([]byte("<QueryResult><FileName name="))
	f.Fuzz(func(t *testing.T, log []byte) {
		golden.Check(t, collection.Parser{}, log)
		collection.Parser{}.Explain(nil, &schemas.Record{Text: log})
	})
}

func TestMatch(t *testing.T) {
	for log, want := range map[string]int{
		"<?xml version=\"1.0\"?>\n<QueryResult>\n": 100,
		"<?xml version=\"1.0\"?><QueryResult>":     100,
		"<?xml version=\"1.0\"?>\n<Envelope>\n":    0,
		"alice@example.com,W,2021-01-22 10:11:18.000001,7d0ec34c-458f-4fd2-9d15-58accac4af00,jabber_7151,\n": 100,
		"alice@example.com,W,noon,x,y,\n": 0,
		"Alice wrote to bob@example.com, who did not answer, nor did he call, it seems, that day.\n": 0,
	} {
		if got := (collection.Parser{}).Match("", []byte(log)); got != want {
			t.Errorf("%q: %d, want %d", log, got, want)
		}
	}
}

// TestOtherTextIsSilent wants no event of text that is unknown.
func TestOtherTextIsSilent(t *testing.T) {
	if e := (collection.Parser{}).Parse(nil, &schemas.File{}, &schemas.Record{Text: []byte("Some prose.\n"), Head: true}); len(e) > 0 {
		t.Errorf("%v", e)
	}
}

func TestCorpus(t *testing.T) {
	p := collection.Parser{}
	for name, want := range map[string][]string{
		"cucm/trace-collection-result.log": {
			"8 - log.collection service=Cisco CallManager node=192.168.38.6 file=/var/log/active/cm/trace/ccm/sdl/SDL002_100_000188.txt.gz bytes=332487 modified=Tue Oct 18 16:43:36 EDT 2016 |",
			"9 - log.collection service=Cisco CallManager node=192.168.38.6 file=/var/log/active/cm/trace/ccm/sdl/SDL002_100_000189.txt.gzo bytes=165402 modified=Tue Oct 18 16:47:47 EDT 2016 |",
			"12 - log.collection service=Cisco CallManager node=192.168.38.6 file=/var/log/active/cm/trace/ccm/calllogs/calllogs_00000001.txt.gzo bytes=2786 modified=Tue Oct 18 16:46:33 EDT 2016 |",
		},
		"imp/user_location_export_jid_resource_csv.log": {
			"1 - config.value name=resource value=jabber_7151 | jid=usera@example.com | userA@example.com,W,2021-01-22 10:11:18.000001,7d0ec34c-458f-4fd2-9d15-58accac4af00,jabber_7151,",
		},
	} {
		log, err := os.ReadFile(filepath.Join(reference.Path(t, "corpus"), name))
		if err != nil {
			t.Fatal(err)
		}
		if m := p.Match(name, log); m != 100 {
			t.Errorf("%s: Match gives %d", name, m)
		}
		b := golden.Batch(p, log, golden.Options{})
		var events []schemas.Event
		for i := range b.Records {
			events = p.Parse(events, &b.File, &b.Records[i])
		}
		if len(events) != len(want) {
			t.Fatalf("%s: %d events, want %d", name, len(events), len(want))
		}
		for i := range want {
			if got := strings.ReplaceAll(golden.Line(&events[i]), `"`, ""); !strings.HasPrefix(got, want[i]) {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
}
