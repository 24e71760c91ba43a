package wire_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/s2"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

func TestRecordsRoundTrip(t *testing.T) {
	for name, want := range map[string]*schemas.RecordBatch{
		"every shape": sampleRecords(),
		"load":        load(),
		"empty":       {File: sampleFile, Start: 7, End: 7, EOF: true},
		"zero":        {},
	} {
		t.Run(name, func(t *testing.T) {
			frame := wire.AppendRecords([]byte("before"), want)
			if !bytes.HasPrefix(frame, []byte("before")) {
				t.Fatal("what stood in dst is gone")
			}
			var got schemas.RecordBatch
			for range 2 { // the second time into used memory
				if err := wire.DecodeRecords(frame[6:], &got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, &got, cmpopts.EquateEmpty()); diff != "" {
					t.Fatal(diff)
				}
			}
			if i := len(got.Records) - 1; i >= 0 && &got.Records[i].Text[0] != &got.Blob[got.Records[i].Offset-got.Start] {
				t.Error("Text is not a part of Blob")
			}
		})
	}
}

func TestEventsRoundTrip(t *testing.T) {
	var got schemas.EventBatch
	for _, want := range []*schemas.EventBatch{manyEvents(100), sampleEvents(), {}, {Span: sampleEvents().Span}, manyEvents(3)} {
		if err := wire.DecodeEvents(wire.AppendEvents(nil, want), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, &got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestSessionsAndFindingsRoundTrip(t *testing.T) {
	sessions, err := wire.DecodeSessions(wire.AppendSessions(nil, sampleSessions()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleSessions(), sessions, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	findings, err := wire.DecodeFindings(wire.AppendFindings(nil, sampleFindings()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleFindings(), findings, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// TestTimesAreExact compares times as structs: zero stays zero, a bare time
// of day stays in year 1, nanoseconds stay.
func TestTimesAreExact(t *testing.T) {
	for _, want := range []time.Time{
		{},
		time.Date(1, 1, 1, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Unix(0, 0).UTC(),
		time.Date(2026, 11, 1, 0, 0, 0, 1, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 1000, time.UTC),
	} {
		var got schemas.EventBatch
		b := schemas.EventBatch{Events: []schemas.Event{{Time: want}}}
		if err := wire.DecodeEvents(wire.AppendEvents(nil, &b), &got); err != nil {
			t.Fatal(err)
		}
		if got.Events[0].Time != want {
			t.Errorf("%v came back as %v", want, got.Events[0].Time)
		}
	}
	zone := time.FixedZone("CET", 3600)
	var got schemas.RecordBatch
	b := schemas.RecordBatch{Blob: []byte("x"), End: 1, Records: []schemas.Record{{Time: sampleTime.In(zone), Text: []byte("x")}}}
	if err := wire.DecodeRecords(wire.AppendRecords(nil, &b), &got); err != nil {
		t.Fatal(err)
	}
	if got.Records[0].Time != sampleTime {
		t.Errorf("a time with a zone came back as %v, want %v", got.Records[0].Time, sampleTime)
	}
}

// TestDamage flips every bit and cuts at every byte of a frame.
func TestDamage(t *testing.T) {
	frame := wire.AppendRecords(nil, sampleRecords())
	var b schemas.RecordBatch
	for i := range frame {
		if err := wire.DecodeRecords(frame[:i], &b); !errors.Is(err, wire.ErrCorrupt) {
			t.Fatalf("%d of %d bytes: %v", i, len(frame), err)
		}
		for bit := range 8 {
			damaged := bytes.Clone(frame)
			damaged[i] ^= 1 << bit
			if err := wire.DecodeRecords(damaged, &b); !errors.Is(err, wire.ErrCorrupt) {
				t.Fatalf("bit %d of byte %d: %v", bit, i, err)
			}
		}
	}
}

func TestVersions(t *testing.T) {
	frame := wire.AppendRecords(nil, sampleRecords())
	for _, c := range []struct {
		name          string
		version, kind byte
		want          error
	}{
		{"same", 1, 1, nil},
		{"newer version", 2, 1, wire.ErrVersion},
		{"newer kind", 1, 99, wire.ErrVersion},
		{"other kind", 1, 2, wire.ErrCorrupt},
		{"no version", 0, 1, wire.ErrCorrupt},
	} {
		f := bytes.Clone(frame)
		f[0], f[1] = c.version, c.kind
		reseal(f)
		var b schemas.RecordBatch
		if err := wire.DecodeRecords(f, &b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestBomb announces more than MaxPayload in a frame of a few bytes.
func TestBomb(t *testing.T) {
	block := s2.Encode(nil, make([]byte, wire.MaxPayload+1))
	f := frameOf(2, nil)
	f = append(f[:6], block...)
	reseal(f)
	var b schemas.EventBatch
	if n := allocated(func() {
		if err := wire.DecodeEvents(f, &b); !errors.Is(err, wire.ErrCorrupt) {
			t.Error(err)
		}
	}); n > 64<<10 {
		t.Errorf("%d bytes allocated for a bomb", n)
	}
}

// TestSplitEvents makes events that do not compress, several times as large
// as a message may be.
func TestSplitEvents(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	big := manyEvents(4000)
	for i := range big.Events {
		noise := make([]byte, schemas.MaxEvidence)
		for j := range noise {
			noise[j] = byte(rng.Uint32())
		}
		big.Events[i].Text = string(noise)
	}
	for _, max := range []int{wire.MaxMessage, 100 << 10, 4 << 10} {
		parts := wire.SplitEvents(big, max)
		if len(parts) < 2 {
			t.Fatalf("%d parts", len(parts))
		}
		var joined []schemas.Event
		at, counted := big.Span.Start, 0
		for i := range parts {
			frame := wire.AppendEvents(nil, &parts[i])
			if len(frame) > max {
				t.Errorf("part %d: %d bytes, more than %d", i, len(frame), max)
			}
			var got schemas.EventBatch
			if err := wire.DecodeEvents(frame, &got); err != nil {
				t.Fatal(err)
			}
			joined = append(joined, got.Events...)
			if got.Span.Start != at || (got.Span.End != at && i < len(parts)-1) {
				t.Errorf("part %d: span %d to %d does not tile", i, got.Span.Start, got.Span.End)
			}
			at = got.Span.End
			counted += got.Span.Events
			if got.Span.EOF != (i == len(parts)-1) {
				t.Errorf("part %d: EOF %v", i, got.Span.EOF)
			}
		}
		if at != big.Span.End || counted != big.Span.Events {
			t.Errorf("spans end at %d and count %d events", at, counted)
		}
		if !reflect.DeepEqual(joined, big.Events) {
			t.Error("the parts do not make the whole")
		}
	}
	if parts := wire.SplitEvents(sampleEvents(), wire.MaxMessage); len(parts) != 1 || !reflect.DeepEqual(parts[0], *sampleEvents()) {
		t.Error("a small batch was changed")
	}
	if parts := wire.SplitEvents(&schemas.EventBatch{Span: big.Span}, wire.MaxMessage); len(parts) != 1 {
		t.Error("a batch without events must still be sent")
	}
}

func TestSplitSessionsAndFindings(t *testing.T) {
	sessions := slices.Repeat(append(sampleSessions(), sampleSeen()...), 400)
	n := 0
	for _, part := range wire.SplitSessions(sessions, 8<<10) {
		n += len(part)
		if f := wire.AppendSessions(nil, part); len(f) > 8<<10 {
			t.Errorf("%d bytes", len(f))
		}
	}
	if n != len(sessions) {
		t.Errorf("%d of %d sessions", n, len(sessions))
	}
	findings := slices.Repeat(sampleFindings(), 400)
	n = 0
	for _, part := range wire.SplitFindings(findings, 8<<10) {
		n += len(part)
		if f := wire.AppendFindings(nil, part); len(f) > 8<<10 {
			t.Errorf("%d bytes", len(f))
		}
	}
	if n != len(findings) {
		t.Errorf("%d of %d findings", n, len(findings))
	}
	coverage := slices.Repeat(sampleCoverage(), 400)
	n = 0
	for _, part := range wire.SplitCoverage(coverage, 8<<10) {
		n += len(part)
		if f := wire.AppendCoverage(nil, part); len(f) > 8<<10 {
			t.Errorf("%d bytes", len(f))
		}
	}
	if n != len(coverage) {
		t.Errorf("%d of %d revisions", n, len(coverage))
	}
	if parts := wire.SplitSessions(nil, 8<<10); len(parts) != 0 {
		t.Error("parts of nothing")
	}
}

func TestRecordsThatDoNotTilePanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a frame that cannot be decoded was written")
		}
	}()
	wire.AppendRecords(nil, &schemas.RecordBatch{Blob: []byte("xy"), Records: []schemas.Record{{Text: []byte("x")}}})
}

func TestReuseAllocatesNothingPerRecord(t *testing.T) {
	b := load()
	var got schemas.RecordBatch
	frame := wire.AppendRecords(nil, b)
	dst := make([]byte, 0, cap(frame))
	if n := testing.AllocsPerRun(20, func() {
		dst = wire.AppendRecords(dst[:0], b)
		if err := wire.DecodeRecords(dst, &got); err != nil {
			t.Fatal(err)
		}
	}); n > 20 {
		t.Errorf("%.0f allocations for a batch of %d records", n, len(b.Records))
	}
}

// frameOf returns the frame of kind k around payload.
func frameOf(k byte, payload []byte) []byte {
	f := append([]byte{1, k, 0, 0, 0, 0}, s2.Encode(nil, payload)...)
	reseal(f)
	return f
}

func reseal(f []byte) {
	table := crc32.MakeTable(crc32.Castagnoli)
	binary.LittleEndian.PutUint32(f[2:], crc32.Update(crc32.Checksum(f[:2], table), table, f[6:]))
}

// payloadOf returns the uncompressed payload of the frame f.
func payloadOf(t testing.TB, f []byte) []byte {
	t.Helper()
	p, err := s2.Decode(nil, f[6:])
	if err != nil {
		t.Fatal(err)
	}
	return p
}
