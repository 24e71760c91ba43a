package schemas_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func TestIDHoldsFileAndOffset(t *testing.T) {
	f := schemas.FingerprintOf([]byte("02523380.000 |16:22:49.350 |FileHead |UTC:-04:00"))
	for _, offset := range []int64{0, 1, 255, 1 << 31, 1<<40 + 7} {
		id := f.ID(offset)
		if id.Fingerprint() != f || id.Offset() != offset {
			t.Errorf("ID(%d) = %v: fingerprint %v, offset %d", offset, id, id.Fingerprint(), id.Offset())
		}
		back, err := schemas.ParseID(id.String())
		if err != nil || back != id {
			t.Errorf("ParseID(%q) = %v, %v", id.String(), back, err)
		}
	}
	if f.ID(1).Compare(f.ID(256)) >= 0 {
		t.Error("ids of one file do not sort by offset")
	}
}

func TestFingerprintCoversTheFirstKilobyteOnly(t *testing.T) {
	head := strings.Repeat("x", schemas.FingerprintBytes)
	if schemas.FingerprintOf([]byte(head)) != schemas.FingerprintOf([]byte(head+"more")) {
		t.Error("bytes after the first kilobyte change the fingerprint")
	}
	if schemas.FingerprintOf([]byte(head)) == schemas.FingerprintOf([]byte(head[1:])) {
		t.Error("a shorter file has the same fingerprint")
	}
}

func TestHashIDDelimitsItsParts(t *testing.T) {
	if schemas.HashID("ab", "c") == schemas.HashID("a", "bc") {
		t.Error(`HashID("ab","c") equals HashID("a","bc")`)
	}
}

func TestParseIDNamesWhatIsWrong(t *testing.T) {
	for _, s := range []string{"", "12", strings.Repeat("g", 32), strings.Repeat("0", 33)} {
		if _, err := schemas.ParseID(s); err == nil {
			t.Errorf("ParseID(%q) accepts it", s)
		}
	}
}

func TestSubjectKeepsNamesInsideTheirToken(t *testing.T) {
	got := schemas.StreamRecords.Subject("acme", "a.b>*", "")
	if want := "uc.records.acme.a_b__.default"; got != want {
		t.Errorf("subject = %q, want %q", got, want)
	}
	if err := schemas.ValidateName("a.b"); err == nil {
		t.Error(`ValidateName("a.b") accepts it`)
	}
}

func TestSeed(t *testing.T) {
	zone := time.FixedZone("", -4*3600)
	if s := schemas.Seed(time.Time{}, zone); schemas.Dated(s) || s.Location() != zone {
		t.Errorf("Seed without date = %v", s)
	}
	day := time.Date(2016, 10, 18, 9, 0, 0, 0, time.UTC)
	if s := schemas.Seed(day, zone); s.Format("2006-01-02 15:04 -0700") != "2016-10-18 00:00 -0400" {
		t.Errorf("Seed with date = %v", s)
	}
}

func TestSeverityText(t *testing.T) {
	for s := schemas.Info; s <= schemas.Critical; s++ {
		var back schemas.Severity
		if err := back.UnmarshalText([]byte(s.String())); err != nil || back != s {
			t.Errorf("%v reads back as %v, %v", s, back, err)
		}
	}
	var s schemas.Severity
	if err := s.UnmarshalText([]byte("grave")); err == nil {
		t.Error(`"grave" is accepted`)
	}
}

func TestProblemIsLocated(t *testing.T) {
	for want, p := range map[string]schemas.Problem{
		"a.zip!b.txt:12: bad head": {File: "a.zip!b.txt", Line: 12, Message: "bad head"},
		"a.txt: is empty":          {File: "a.txt", Message: "is empty"},
	} {
		if got := p.Error(); got != want {
			t.Errorf("Error() = %q, want %q", got, want)
		}
	}
}

// TestEventDocNamesEveryKind holds event.md against the constants.
func TestEventDocNamesEveryKind(t *testing.T) {
	doc := read(t, "event.md")
	inDoc := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z.]+)` \\|").FindAllStringSubmatch(doc, -1) {
		inDoc[m[1]] = true
	}
	inCode := map[string]bool{}
	for _, m := range regexp.MustCompile(`Kind\w+\s+Kind = "([a-z.]+)"`).FindAllStringSubmatch(read(t, "event.go"), -1) {
		inCode[m[1]] = true
	}
	if len(inCode) < 10 {
		t.Fatalf("found only %d kinds in event.go", len(inCode))
	}
	for _, k := range schemas.Kinds() {
		if !inCode[string(k)] {
			t.Errorf("Kinds lists %s, which is no constant", k)
		}
	}
	if n := len(schemas.Kinds()); n != len(inCode) {
		t.Errorf("Kinds lists %d of %d kinds", n, len(inCode))
	}
	for k := range inCode {
		if !inDoc[k] {
			t.Errorf("event.md has no row for %s", k)
		}
	}
	for k := range inDoc {
		if !inCode[k] {
			t.Errorf("event.md names %s, which is no kind", k)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHalves(t *testing.T) {
	b := schemas.SinkBatch{Spans: make([]schemas.Span, 3), Events: make([]schemas.Event, 2), Findings: make([]schemas.Finding, 4)}
	first, second := b.Halves()
	if len(first.Events) != 2 || len(first.Findings) != 2 || first.Len() != 4 || len(second.Findings) != 2 || len(second.Spans) != 3 || second.Len() != 5 {
		t.Errorf("halves %+v and %+v", first, second)
	}
	one := schemas.SinkBatch{Agents: make([]schemas.AgentStatus, 2)}
	if first, second = one.Halves(); first.Len() != 1 || second.Len() != 1 {
		t.Errorf("halves of two rows have %d and %d", first.Len(), second.Len())
	}
}
