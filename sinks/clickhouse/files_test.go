package clickhouse_test

import (
	"fmt"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
)

// lines is a span of a file whose records have one line and ten bytes each.
func lines(f schemas.File, start, end int64) schemas.Span {
	n := int(end-start) / 10
	return schemas.Span{File: f, Start: start, End: end, Lines: n, Records: n, Events: n - 1, Silent: 1}
}

func TestFiles(t *testing.T) {
	e := chdbtest.Open(t)
	f := schemas.File{Path: "a.txt", Fingerprint: fp}
	span := func(start, end int64) schemas.Span { return lines(f, start, end) }
	says := func(at int64, eof bool, messages ...string) schemas.Span {
		s := schemas.Span{File: f, Start: at, End: at, EOF: eof}
		for _, m := range messages {
			s.Problems = append(s.Problems, schemas.Problem{File: f.Path, Message: m})
		}
		return s
	}
	faulty := span(0, 250)
	faulty.Problems = []schemas.Problem{{File: f.Path, Message: "cut"}}
	tests := []struct {
		name  string
		spans []schemas.Span
		// bytes, lines, records, problems, tiled, complete
		want string
	}{
		{"one reader", []schemas.Span{span(0, 100), span(100, 250)}, "250 25 25 0 true false"},
		{"two readers, one reads in one go", []schemas.Span{span(0, 100), span(100, 250), span(0, 250)}, "250 25 25 0 true false"},
		{"two readers, cut across each other", []schemas.Span{span(0, 100), span(100, 250), span(0, 150), span(150, 250)}, "250 25 25 0 true false"},
		{"two readers that meet in the middle", []schemas.Span{span(0, 50), span(50, 100), span(0, 100), span(100, 150), span(150, 200), span(100, 200)}, "200 20 20 0 true false"},
		{"the longer span is a dead end", []schemas.Span{span(0, 100), span(100, 250), span(0, 150)}, "250 25 25 0 true false"},
		{"one of two has a gap", []schemas.Span{span(0, 100), span(200, 250), span(0, 150), span(150, 250)}, "250 25 25 0 true false"},
		{"both have the gap", []schemas.Span{span(0, 100), span(0, 50), span(50, 100), span(200, 250), span(200, 230), span(230, 250)}, "250 15 15 0 false false"},
		{"no beginning", []schemas.Span{span(50, 100), span(100, 250)}, "250 20 20 0 false false"},
		{"the end, then a fault", []schemas.Span{span(0, 250), says(250, true), says(250, false, "it is gone")}, "250 25 25 1 true true"},
		{"a fault, then the end", []schemas.Span{span(0, 250), says(250, false, "locked"), says(250, true)}, "250 25 25 1 true true"},
		{"the end with a gap", []schemas.Span{span(0, 100), span(200, 250), says(250, true)}, "250 15 15 0 false false"},
		{"faults in front of a span", []schemas.Span{span(0, 100), says(100, false), says(100, false, "a"), says(100, false, "b", "c"), span(100, 250)}, "250 25 25 3 true false"},
		{"a fault that two readers met", []schemas.Span{faulty, span(0, 100), span(100, 250)}, "250 25 25 1 true false"},
		{"no bytes", []schemas.Span{says(0, true)}, "0 0 0 0 true true"},
	}
	s := open(t, e, "")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := schemas.FingerprintOf([]byte(tt.name))
			for i := range tt.spans {
				tt.spans[i].File.Fingerprint = file
				if err := s.Write(t.Context(), &schemas.SinkBatch{Spans: tt.spans[i : i+1]}); err != nil {
					t.Fatal(err)
				}
			}
			const sql = "SELECT bytes, lines, records, problems, tiled, complete FROM v_files WHERE fingerprint = ?"
			if got := fmt.Sprint(query(t, s, sql, file.String())); got != "[["+tt.want+"]]" {
				t.Errorf("got %s, want [[%s]]", got, tt.want)
			}
		})
	}
}

func TestIdentity(t *testing.T) {
	e := chdbtest.Open(t)
	first := open(t, e, "").Identity()
	if again := open(t, e, "").Identity(); again != first || len(first) != 36 {
		t.Errorf("identity %q, %q when opened again", first, again)
	}
	s := open(t, e, "other")
	if s.Identity() == first {
		t.Errorf("two databases have the identity %q", first)
	}
	if err := s.Conn().Exec(t.Context(), "DROP DATABASE other"); err != nil {
		t.Fatal(err)
	}
	if again := open(t, e, "other").Identity(); again == s.Identity() {
		t.Errorf("a database that was dropped and made again has the identity %q as before", again)
	}
}

func TestIdentityAfterACrash(t *testing.T) {
	e := chdbtest.Open(t)
	s := open(t, e, "")
	if err := s.Conn().Exec(t.Context(), "TRUNCATE TABLE database_identity"); err != nil {
		t.Fatal(err)
	}
	if again := open(t, e, "").Identity(); len(again) != 36 || again == s.Identity() {
		t.Errorf("identity %q where the row was not written", again)
	}
	if got := one(t, s, "SELECT count() FROM database_identity"); got != "1" {
		t.Errorf("%s identities, want 1", got)
	}
}
