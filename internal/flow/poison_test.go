package flow_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
	"github.com/uctrace/uctrace/sinks/clickhouse"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

// TestPoisonRows has rows that no table takes among ten thousand: those alone
// are kept aside, with the reason, and all others are stored once.
func TestPoisonRows(t *testing.T) {
	r := newRig(t, bus.Limits{})
	const messages, perMessage = 10, 1000
	poison := map[int]bool{0: true, 1: true, 4321: true, messages*perMessage - 1: true}
	var frames [][]byte
	for m := range messages {
		var list []schemas.Finding
		for i := m * perMessage; i < (m+1)*perMessage; i++ {
			f := schemas.Finding{ID: schemas.HashID("f", fmt.Sprint(i)), Version: 1, Rule: "r", Severity: schemas.High, Since: time.Date(2026, 3, 4, 9, 0, i, 0, time.UTC)}
			if poison[i] {
				f.Severity = 9
			}
			list = append(list, f)
		}
		frames = append(frames, wire.AppendFindings(nil, list))
	}
	r.publish(schemas.StreamFindings, frames...)

	sink, err := clickhouse.Open(r.ctx, clickhouse.Config{Transport: chdbtest.Open(t).Transport()})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	path := filepath.Join(t.TempDir(), "dead-letter.jsonl")
	dead, err := jsonl.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	store := &flow.Store{
		Bus: r.bus, Stream: schemas.StreamFindings, Sink: sink, SinkName: "clickhouse", Retryable: clickhouse.Retryable,
		Dead: dead, Log: slog.New(slog.DiscardHandler),
	}
	ctx, stop := context.WithCancel(r.ctx)
	ended := make(chan error, 1)
	go func() { ended <- store.Run(ctx) }()
	info := r.info(schemas.StreamFindings)
	await(r.ctx, t, "the sink", func() bool {
		at, err := r.bus.Position(r.ctx, flow.CursorName(store.Cursor(), info))
		return err == nil && at.Done >= info.Last
	})
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"SELECT count() FROM v_findings", "SELECT count() FROM findings"} {
		table, err := sink.Query(r.ctx, sql)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := table.Rows[0][0], fmt.Sprint(messages*perMessage-len(poison)); got != want {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	letters := map[string]bool{}
	for line := range bytes.Lines(data) {
		var letter struct{ Type, ID, Sink, Reason string }
		if err := json.Unmarshal(line, &letter); err != nil || letter.Type != "finding" || letter.Sink != "clickhouse" || !strings.Contains(letter.Reason, "severity") {
			t.Errorf("dead letter %.200s, %v", line, err)
		}
		letters[letter.ID] = true
	}
	for i := range poison {
		if id := schemas.HashID("f", fmt.Sprint(i)).String(); !letters[id] {
			t.Errorf("finding %d is no dead letter", i)
		}
	}
	if len(letters) != len(poison) {
		t.Errorf("%d dead letters, want %d", len(letters), len(poison))
	}
}
