package collector

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// tableParser is bangParser for files that begin with a long row of names.
type tableParser struct{ bangParser }

func (tableParser) Alike(head []byte) bool { return true }

// TestFilesThatBeginAlike reads two files whose first kilobyte is the same: they
// are two files, and a copy of one is that one.
func TestFilesThatBeginAlike(t *testing.T) {
	names := "!10:20:30 " + strings.Repeat("column,", 300) + "\n"
	prints := map[schemas.Fingerprint]bool{}
	for _, text := range []string{names + "!10:20:31 one\n", names + "!10:20:31 two\n", names + "!10:20:31 one\n"} {
		opts := Options{Parsers: []schemas.Parser{tableParser{}}}
		prints[opts.identify("cdr", []byte(text)).file.Fingerprint] = true
	}
	if len(prints) != 2 {
		t.Errorf("%d fingerprints of three files, two of them alike", len(prints))
	}
	plain := Options{Parsers: bang}
	if a, b := plain.identify("a", []byte(names+"1")), plain.identify("b", []byte(names+"2")); a.file.Fingerprint != b.file.Fingerprint {
		t.Error("a log is told by more than its first kilobyte, so it changes while it grows")
	}
}
