package wire_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
	"github.com/vmihailenco/msgpack/v5"
)

func TestGuard(t *testing.T) {
	for name, c := range map[string]struct {
		hex string
		ok  bool
	}{
		"nil":                    {"c0", true},
		"number":                 {"cd0102", true},
		"string":                 {"a3616263", true},
		"list":                   {"93010203", true},
		"map":                    {"8101a161", true},
		"ext":                    {"c70105ff", true},
		"depth 3":                {"919190", true},
		"nothing":                {"", false},
		"trailing":               {"c0c0", false},
		"unused code":            {"c1", false},
		"short number":           {"cd01", false},
		"short string":           {"a36162", false},
		"short length":           {"dd0001", false},
		"bomb":                   {"dd00ffffff", false},
		"bomb that fills uint32": {"ddffffffff", false},
		"map bomb":               {"dfffffffff", false},
		"bin bomb":               {"c6ffffffff", false},
		"missing element":        {"920101c0"[:4], false},
		"too deep":               {"9191919191", false},
	} {
		b, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(err)
		}
		if err := wire.Guard(b, 4); (err == nil) != c.ok || (err != nil && !errors.Is(err, wire.ErrCorrupt)) {
			t.Errorf("%s: %v, want ok = %v", name, err, c.ok)
		}
	}
	if err := wire.Guard(bytes.Repeat([]byte{0x91}, 4<<20), 16); err == nil {
		t.Error("four million nested arrays pass")
	}
	p := payloadOf(t, wire.AppendEvents(nil, manyEvents(100)))
	if n := testing.AllocsPerRun(10, func() { _ = wire.Guard(p, 16) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzGuard: what Guard passes, the library walks to the end.
func FuzzGuard(f *testing.F) {
	f.Add(payloadOf(f, wire.AppendEvents(nil, sampleEvents())))
	f.Add(payloadOf(f, wire.AppendRecords(nil, sampleRecords())))
	f.Add([]byte{0xdd, 0, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		if wire.Guard(b, 16) != nil {
			return
		}
		r := bytes.NewReader(b)
		dec := msgpack.NewDecoder(r)
		if err := dec.Skip(); err != nil {
			// The library refuses some extension types; it must not run over the end.
			if errors.Is(err, bytes.ErrTooLarge) {
				t.Fatal(err)
			}
			return
		}
		if r.Len() != 0 {
			t.Fatalf("the library stops %d bytes before the end", r.Len())
		}
	})
}

// maxGrowth bounds what decoding allocates, per byte of payload. The worst
// case is records of three bytes.
const maxGrowth = 48

// FuzzDecode: a hostile payload in a well-formed frame is refused or decoded,
// with bounded memory; what is decoded encodes and decodes to the same.
func FuzzDecode(f *testing.F) {
	f.Add(byte(1), payloadOf(f, wire.AppendRecords(nil, sampleRecords())))
	f.Add(byte(2), payloadOf(f, wire.AppendEvents(nil, sampleEvents())))
	f.Add(byte(3), payloadOf(f, wire.AppendSessions(nil, sampleSessions())))
	f.Add(byte(4), payloadOf(f, wire.AppendFindings(nil, sampleFindings())))
	f.Add(byte(2), payloadOf(f, wire.AppendSessions(nil, sampleSeen())))
	f.Add(byte(4), payloadOf(f, wire.AppendCoverage(nil, sampleCoverage())))
	f.Add(byte(5), payloadOf(f, wire.AppendAgent(nil, sampleAgent())))
	f.Add(byte(2), bytes.Repeat([]byte{0x90}, 1000))
	f.Fuzz(func(t *testing.T, kind byte, payload []byte) {
		frame := frameOf(kind%6+1, payload)
		var again func() error
		var err error
		if n := allocated(func() { again, err = decodeAny(t, frame) }); n > maxGrowth*uint64(len(payload))+64<<10 {
			t.Fatalf("%d bytes allocated for a payload of %d", n, len(payload))
		}
		if err != nil {
			if !errors.Is(err, wire.ErrCorrupt) {
				t.Fatal(err)
			}
			return
		}
		if err := again(); err != nil {
			t.Fatal(err)
		}
	})
}

// decodeAny decodes frame; again encodes and decodes the result once more.
func decodeAny(t *testing.T, frame []byte) (again func() error, err error) {
	same := func(a, b any) {
		if diff := cmp.Diff(a, b, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	}
	switch frame[1] {
	case 1:
		var a, b schemas.RecordBatch
		err = wire.DecodeRecords(frame, &a)
		return func() error {
			err := wire.DecodeRecords(wire.AppendRecords(nil, &a), &b)
			same(a, b)
			return err
		}, err
	case 2:
		var a, b schemas.EventBatch
		err = wire.DecodeEvents(frame, &a)
		return func() error {
			err := wire.DecodeEvents(wire.AppendEvents(nil, &a), &b)
			same(a, b)
			return err
		}, err
	case 3:
		a, err := wire.DecodeSessions(frame)
		return func() error {
			b, err := wire.DecodeSessions(wire.AppendSessions(nil, a))
			same(a, b)
			return err
		}, err
	case 5:
		a, err := wire.DecodeCoverage(frame)
		return func() error {
			b, err := wire.DecodeCoverage(wire.AppendCoverage(nil, a))
			same(a, b)
			return err
		}, err
	case 6:
		var a, b schemas.AgentStatus
		err = wire.DecodeAgent(frame, &a)
		return func() error {
			err := wire.DecodeAgent(wire.AppendAgent(nil, &a), &b)
			same(a, b)
			return err
		}, err
	default:
		a, err := wire.DecodeFindings(frame)
		return func() error {
			b, err := wire.DecodeFindings(wire.AppendFindings(nil, a))
			same(a, b)
			return err
		}, err
	}
}

// FuzzRecords: any text cut anywhere, with any times and lines, comes back.
func FuzzRecords(f *testing.F) {
	f.Add([]byte("one\ntwo\nthree"), int64(0), int64(1), 1, uint8(3))
	f.Add([]byte("\r\n\r\n"), int64(math.MinInt64), int64(math.MaxInt64), math.MaxInt, uint8(255))
	f.Fuzz(func(t *testing.T, text []byte, at, step int64, line int, bits uint8) {
		const limit = 9e15 // microseconds, the year 287,000
		b := schemas.RecordBatch{File: sampleFile, Start: step & (1<<47 - 1), Blob: text}
		size := int(bits%7) + 1
		for rest := text; len(rest) > 0; {
			n := min(size, len(rest))
			off := b.Start + int64(len(text)-len(rest))
			b.Records = append(b.Records, schemas.Record{
				ID: samplePrint.ID(off), Offset: off, Source: schemas.Sources()[(int(bits)+len(rest))%5],
				Time: time.UnixMicro(at % limit).Add(time.Duration(step % 1000)).UTC(),
				Line: line, Lines: len(rest) % 3, Head: bits&1 == 0, Glued: bits&2 == 0, Cut: len(rest)%2 == 0, Text: rest[:n],
			})
			rest = rest[n:]
			at, line = at+step, line+int(bits)
		}
		b.End = b.Start + int64(len(text))
		var got schemas.RecordBatch
		if err := wire.DecodeRecords(wire.AppendRecords(nil, &b), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
