package cucm_test

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

func FuzzSDL(f *testing.F)     { fuzz(f, cucm.SDL{}) }
func FuzzSDI(f *testing.F)     { fuzz(f, cucm.SDI{}) }
func FuzzCallLog(f *testing.F) { fuzz(f, cucm.CallLog{}) }

// fuzz begins with the logs of the fixtures.
func fuzz(f *testing.F, p schemas.Parser) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(a.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		golden.Check(t, p, log)
		if z, ok := p.(schemas.Zoner); ok {
			z.Zone(log)
		}
		b := golden.Batch(p, log, golden.Options{})
		checkUntold(t, p, b)
		for i := range b.Records {
			for _, a := range p.(schemas.Explainer).Explain(nil, &b.Records[i]) {
				if a.Name == "" || a.Value == "" {
					t.Fatalf("%q: empty field %q=%q", b.Records[i].Text, a.Name, a.Value)
				}
			}
		}
	})
}

// checkUntold parses the records of b once more as if framing had told nothing
// of them, neither that they have a head nor their lines: what it tells only
// saves a second look.
func checkUntold(t *testing.T, p schemas.Parser, b *schemas.RecordBatch) {
	t.Helper()
	for i := range b.Records {
		if _, sdl := p.(cucm.SDL); sdl && b.Records[i].Lines > 1 {
			continue // further lines may have a head without time
		}
		told, untold := b.Records[i], b.Records[i]
		untold.Head, untold.Lines = false, 0
		var want, got strings.Builder
		for _, e := range p.Parse(nil, &b.File, &untold) {
			want.WriteString(golden.Line(&e))
		}
		for _, e := range p.Parse(nil, &b.File, &told) {
			got.WriteString(golden.Line(&e))
		}
		if got.String() != want.String() {
			t.Fatalf("%q: got\n%swant\n%s", told.Text, &got, &want)
		}
	}
}
