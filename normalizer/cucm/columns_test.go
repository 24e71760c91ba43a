package cucm

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

func TestSqueeze(t *testing.T) {
	for _, tt := range []struct {
		line, want string
		room       int
	}{
		{"", "", 9},
		{"a b", "a b", 9},
		{"a  b   c ", "a b c ", 9},
		{"    a", " a", 9},
		{"a    ", "a ", 9},
		{"abc   def", "abc d", 5},
		{"abc   def", "abc ", 4},
		{"abc   def", "ab", 2},
		{"ab  cd", "", 0},
	} {
		if got := squeeze(make([]byte, 0, tt.room), []byte(tt.line)); string(got) != tt.want {
			t.Errorf("%q in %d bytes: %q, want %q", tt.line, tt.room, got, tt.want)
		}
	}
}

// TestColumnsByteByByte wants of columns at random what going through them byte
// by byte gives.
func TestColumnsByteByByte(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		line := make([]byte, random.IntN(60))
		for i := range line {
			line[i] = "   \t|ab\xa0"[random.IntN(8)]
		}
		want := bytes.TrimSpace(line)
		if got := present(line); !bytes.Equal(got, want) || (got == nil) != (len(want) == 0) {
			t.Fatalf("%q without blanks is %q, want %q", line, got, want)
		}
		room := random.IntN(70)
		want = want[:0:0]
		for i, c := range line {
			if c != ' ' || i == 0 || line[i-1] != ' ' {
				want = append(want, c)
			}
		}
		want = want[:min(len(want), room)]
		if got := squeeze(make([]byte, 0, room), line); !bytes.Equal(got, want) {
			t.Fatalf("%q in %d bytes: %q, want %q", line, room, got, want)
		}
	}
}

// TestColumnTag wants of signals at random what cutting them at their bars gives.
func TestColumnTag(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		signal := make([]byte, random.IntN(24))
		for i := range signal {
			signal[i] = "|||^^ \nab"[random.IntN(9)]
		}
		var want []byte
		if columns := bytes.SplitN(signal, []byte{'|'}, 6); len(columns) == 6 {
			if i := bytes.IndexAny(columns[5], "^| \n"); i >= 0 && columns[5][i] == '^' {
				want = columns[5][:i]
			}
		}
		if got := columnTag(signal); !bytes.Equal(got, want) {
			t.Fatalf("%q has the tag %q, want %q", signal, got, want)
		}
	}
}

// TestGluedUsual wants of signals at random what looking at every byte tells:
// whether ".ddd |" stands where a head may be glued.
func TestGluedUsual(t *testing.T) {
	const head = "00000001.000 |10:00:00.000 |SdlSig   |"
	random := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		line := append(make([]byte, 0, 80), head...)
		for range random.IntN(40) {
			line = append(line, ".. ||12"[random.IntN(7)])
		}
		want := false
		for i := gluedFrom; i < len(line); i++ {
			want = want || line[i] == '|' && line[i-1] == ' ' && line[i-len(".001 ")] == '.'
		}
		if got := gluedUsual(line); got != want {
			t.Fatalf("%q: %v, want %v", line, got, want)
		}
	}
}

// TestFlatEvidence wants of heads at random, behind which a start line stands,
// the evidence that they have line by line.
func TestFlatEvidence(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	const start = "BYE sip:1 SIP/2.0"
	flat := 0
	for range 20_000 {
		head := make([]byte, random.IntN(12))
		for i := range head {
			head[i] = "\n\n\r ab\tcdefgh\x80"[random.IntN(14)]
		}
		record := append(append(bytes.Clone(head), '\n'), start...)
		n := len(record) - len(start)
		x := trace{record: &schemas.Record{Text: record}, body: record}
		got := string(x.appendEvidence(nil, n, record[n:]))
		if want := string(x.appendEvidence(nil, n, []byte(start))); got != want { // start stands elsewhere
			t.Fatalf("%q: %q, want %q", record, got, want)
		}
		if _, ok := appendFlat(nil, record, n, record[n:]); ok {
			flat++
		}
	}
	if flat == 0 {
		t.Error("no head is flat")
	}
}
