package offline_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/offline"
)

// TestCapability13QualityFallsWithDamage damages a trace more and more: each step is read,
// and is worth no more than the one before.
func TestCapability13QualityFallsWithDamage(t *testing.T) {
	head := "04/17/2013 15:53:55.370 CCM|"
	clean := head + "//SIP/SIPCdpc(0,0,0)/ci=0/ccbId=0/scbId=0/globalize: CallingNumber after stripAndPrependDigits 5737|\n" +
		head + "SPROC getCtrlPid - callingNum=5737, inputCtrlPid=(5,100,175,1)|\n" +
		head + "DbMobility: getMatchedRemDest starts: cnumber = 5737|\n" +
		head + "DbMobility: can't find remdest 5737 in map|\n"
	steps := []struct {
		name   string
		damage func(string) string
	}{
		{"clean", func(s string) string { return s }},
		{"curly quotes", func(s string) string { return strings.ReplaceAll(s, "'", "’") }},
		{"dashes", func(s string) string { return strings.ReplaceAll(s, " - ", " – ") }},
		{"glued lines", func(s string) string {
			return strings.Replace(s, "|\n"+head+"DbMobility: can", "|"+head+"DbMobility: can", 1)
		}},
		{"bytes of another encoding", func(s string) string { return strings.ReplaceAll(s, "–", "\x96") }},
		{"lost heads", func(s string) string { return strings.Replace(s, head, "", 1) }},
	}
	text, before := clean, 2.0
	for i, step := range steps {
		text = step.damage(text)
		path := filepath.Join(t.TempDir(), "trace.txt")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := offline.Analyze(t.Context(), offline.Options{Paths: []string{path}})
		if err != nil {
			t.Fatal(err)
		}
		q := r.Inputs[0].Quality()
		if q > before || i == 0 && q != 1 || i == len(steps)-1 && q >= 0.9 {
			t.Errorf("%s: quality %v after %v\n%s", step.name, q, before, text)
		}
		before = q
	}
}
