package collector

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// frameWithRestarts frames data in random chunks and goes on with another
// framer, restored from the written state, after every batch.
func frameWithRestarts(t *testing.T, opts Options, data []byte, rnd *rand.Rand) file {
	t.Helper()
	var got file
	var state frameState
	f := new(framer)
	f.emit = func(b *schemas.RecordBatch) error {
		text, err := json.Marshal(f.state())
		if err != nil {
			t.Fatal(err)
		}
		state = frameState{}
		if err := json.Unmarshal(text, &state); err != nil {
			t.Fatal(err)
		}
		got.add(t, b)
		return nil
	}
	k := opts.identify("test.log", data[:min(len(data), headBytes)])
	f.reset()
	f.as(k.file, opts.heads(k))
	at, seen := 0, 0
	for at < len(data) {
		n := min(1+rnd.IntN(400_000), len(data)-at)
		if rnd.IntN(2) == 0 {
			n = min(n, 1+rnd.IntN(200))
		}
		copy(f.room(n), data[at:at+n])
		if err := f.fed(n); err != nil {
			t.Fatal(err)
		}
		if err := f.flush(); err != nil {
			t.Fatal(err)
		}
		at += n
		if got.batches > seen {
			seen = got.batches
			at = int(state.Offset)
			f.restore(k.file, opts.heads(k), state)
		}
	}
	if err := f.finish(true); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRestore(t *testing.T) {
	doc := strings.Repeat("prose\nsee quoted: x\n more\n REQ no\n!10:20:30 y!10:20:31 z\n REQ a\nREQ b\nquoted: c\nREQ d\n", 8000)
	long := "prose " + strings.Repeat(strings.Repeat("x", 300_000)+"!10:20:30 glued "+strings.Repeat("y", 900_000)+"\n!10:20:31 z\n", 2)
	tests := []struct {
		name, in string
		source   schemas.Source
	}{
		{"log", string(benchLog(1 << 20)), ""},
		{"document", doc, ""},
		{"long lines", long, schemas.CUCMSDL},
		{"long lines in a document", long, ""},
		{"NUL and marks", "\uFEFF" + strings.Repeat("\x00\x00!10:20:30 a\n", 40000), schemas.CUCMSDL},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := Options{
				Parsers: []schemas.Parser{bangParser{}, dumpParser{}}, Source: tt.source,
				Date: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), Zone: time.FixedZone("X", 5*3600),
			}
			want := frameChunks(t, opts, []byte(tt.in), 1<<20)
			for seed := range uint64(3) {
				got := frameWithRestarts(t, opts, []byte(tt.in), rand.New(rand.NewPCG(seed, 7)))
				if len(got.records) != len(want.records) {
					t.Errorf("seed %d: %d records, want %d", seed, len(got.records), len(want.records))
				}
				for i := range min(len(got.records), len(want.records)) {
					g, w := got.records[i], want.records[i]
					if !reflect.DeepEqual(g, w) {
						g.Text, w.Text = g.Text[:min(40, len(g.Text))], w.Text[:min(40, len(w.Text))]
						t.Fatalf("seed %d: record %d\n%s\nwant\n%s", seed, i, fmt.Sprintf("%+v", g), fmt.Sprintf("%+v", w))
					}
				}
			}
		})
	}
}
