package wire_test

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
	"github.com/vmihailenco/msgpack/v5"
)

var update = flag.Bool("update", false, "write the golden frames of this version")

// TestGolden decodes the frames that version 1 wrote when it was new. A frame
// that shipped is decoded for ever: after a change of the format the files of
// the old version stay, and a new version gets files of its own.
func TestGolden(t *testing.T) {
	sinceSessions, sinceFindings := sampleSince()
	for _, c := range []struct {
		name   string
		want   any
		frame  []byte
		decode func([]byte) (any, error)
	}{
		{"v1-records", sampleRecords(), wire.AppendRecords(nil, sampleRecords()), func(f []byte) (any, error) {
			b := new(schemas.RecordBatch)
			return b, wire.DecodeRecords(f, b)
		}},
		{"v1-events", sampleEvents(), wire.AppendEvents(nil, sampleEvents()), func(f []byte) (any, error) {
			b := new(schemas.EventBatch)
			return b, wire.DecodeEvents(f, b)
		}},
		{"v1-sessions", sampleSessions(), wire.AppendSessions(nil, sampleSessions()), func(f []byte) (any, error) {
			return wire.DecodeSessions(f)
		}},
		{"v1-findings", sampleFindings(), wire.AppendFindings(nil, sampleFindings()), func(f []byte) (any, error) {
			return wire.DecodeFindings(f)
		}},
		{"v1-sessions-seen", sampleSeen(), wire.AppendSessions(nil, sampleSeen()), func(f []byte) (any, error) {
			return wire.DecodeSessions(f)
		}},
		{"v1-sessions-since", sinceSessions, wire.AppendSessions(nil, sinceSessions), func(f []byte) (any, error) {
			return wire.DecodeSessions(f)
		}},
		{"v1-findings-since", sinceFindings, wire.AppendFindings(nil, sinceFindings), func(f []byte) (any, error) {
			return wire.DecodeFindings(f)
		}},
		{"v1-coverage", sampleCoverage(), wire.AppendCoverage(nil, sampleCoverage()), func(f []byte) (any, error) {
			return wire.DecodeCoverage(f)
		}},
		{"v1-agent", sampleAgent(), wire.AppendAgent(nil, sampleAgent()), func(f []byte) (any, error) {
			s := new(schemas.AgentStatus)
			return s, wire.DecodeAgent(f, s)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bin, txt := filepath.Join("testdata", c.name+".bin"), filepath.Join("testdata", c.name+".txt")
			if *update {
				write(t, bin, c.frame)
				write(t, txt, []byte(dump(t, c.frame)))
			}
			golden := read(t, bin)
			got, err := c.decode(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(string(read(t, txt)), dump(t, golden)); diff != "" {
				t.Error(diff)
			}
			if !bytes.Equal(payloadOf(t, c.frame), payloadOf(t, golden)) {
				t.Error("this build writes another payload than version 1 did; a field that is not at the end of its array needs a new version")
			}
		})
	}
}

// TestAppendedFieldsAreSkipped appends a field of every kind to every array
// of structs of the payload, as a newer build would.
func TestAppendedFieldsAreSkipped(t *testing.T) {
	frame := wire.AppendEvents(nil, sampleEvents())
	var top []any
	if err := msgpack.Unmarshal(payloadOf(t, frame), &top); err != nil {
		t.Fatal(err)
	}
	extra := []any{nil, 7, "later", []byte{1}, []any{1, []any{2}}, map[string]any{"a": 1}, 1.5}
	extend := func(v any) []any { return append(v.([]any), extra...) }
	events := top[1].([]any)
	for i, e := range events {
		fields := e.([]any)
		for _, at := range []int{12, 13} { // sip, xmpp
			if fields[at] != nil {
				fields[at] = extend(fields[at])
			}
		}
		for j, k := range fields[10].([]any) {
			fields[10].([]any)[j] = extend(k)
		}
		events[i] = extend(fields)
	}
	span := top[0].([]any)
	span[0] = extend(span[0])
	top[0] = extend(span)
	payload, err := msgpack.Marshal(extend(top))
	if err != nil {
		t.Fatal(err)
	}
	var got schemas.EventBatch
	if err := wire.DecodeEvents(frameOf(2, payload), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleEvents(), &got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// dump prints a frame as text: one line for each innermost array.
func dump(t *testing.T, frame []byte) string {
	t.Helper()
	var v any
	if err := msgpack.Unmarshal(payloadOf(t, frame), &v); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "version %d, kind %d\n", frame[0], frame[1])
	dumpValue(&b, v, 0)
	return b.String()
}

func dumpValue(b *strings.Builder, v any, depth int) {
	indent := strings.Repeat("  ", depth)
	switch v := v.(type) {
	case []any:
		fmt.Fprintf(b, "%s[%d]\n", indent, len(v))
		for _, e := range v {
			dumpValue(b, e, depth+1)
		}
	case []byte:
		fmt.Fprintf(b, "%sbin %s\n", indent, hex.EncodeToString(v))
	default:
		fmt.Fprintf(b, "%s%#v\n", indent, v)
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
