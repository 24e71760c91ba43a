package clickhouse_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/chdb/nativetest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
	"github.com/uctrace/uctrace/sinks/sinktest"
)

// TestErrors says what each way to ClickHouse makes of the same faults.
func TestErrors(t *testing.T) {
	e := chdbtest.Open(t)
	ways := ways(t, e)
	sinks := make([]*clickhouse.Sink, len(ways))
	class := func(way int, b *schemas.SinkBatch, want clickhouse.Class) {
		t.Helper()
		err := sinks[way].Write(t.Context(), b)
		if err == nil || clickhouse.Classify(err) != want {
			t.Errorf("%s: class %d, want %d: %v", ways[way].name, clickhouse.Classify(err), want, err)
		}
	}
	for i, way := range ways {
		way.config.Database = way.name
		sinks[i] = openWay(t, way.config)
		class(i, &schemas.SinkBatch{Findings: []schemas.Finding{{Severity: 9}}}, clickhouse.Data) // an impossible severity
		for _, sql := range []string{"DROP TABLE events", "ALTER TABLE spans MODIFY COLUMN part LowCardinality(String)", "ALTER TABLE sessions DROP COLUMN summary"} {
			if err := sinks[i].Conn().Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		class(i, &schemas.SinkBatch{Events: []schemas.Event{{}}}, clickhouse.Broken)
		class(i, &schemas.SinkBatch{Spans: []schemas.Span{{}}}, clickhouse.Broken)
		class(i, &schemas.SinkBatch{Sessions: []schemas.Session{{}}}, clickhouse.Broken)
		if err := sinks[i].Conn().Exec(t.Context(), "DROP DATABASE "+way.name); err != nil {
			t.Fatal(err)
		}
		class(i, &schemas.SinkBatch{Findings: []schemas.Finding{{}}}, clickhouse.Broken)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range ways {
		class(i, &schemas.SinkBatch{Agents: []schemas.AgentStatus{{}}}, clickhouse.Retry)
	}
}

// trouble is what the native server of a test does wrong.
type trouble struct {
	at    nativetest.Moment
	err   error
	until chan struct{} // waits for it instead
}

// TestNativeOutage has a native server fail in all ways that it has, at each
// moment of an INSERT. Whatever Write says, the same batch goes in by the same
// sink when the server is well again, and is there once.
func TestNativeOutage(t *testing.T) {
	e := chdbtest.Open(t)
	var now atomic.Pointer[trouble]
	met := make(chan nativetest.Moment, 1)
	server := nativetest.New(t, e, nativetest.Options{Interfere: func(at nativetest.Moment, sql string) error {
		trouble := now.Load()
		if trouble == nil || trouble.at != at || !strings.HasPrefix(sql, "INSERT INTO events ") {
			return nil
		}
		met <- at
		if trouble.until != nil {
			<-trouble.until
		}
		return trouble.err
	}})
	d := &database{config: clickhouse.Config{URL: server.URL()}}
	d.Reopen(t)
	exception := func(code int, text string) error { return &chdb.Exception{Code: code, Text: "DB::Exception: " + text} }
	var stored []*schemas.SinkBatch
	next := func() *schemas.SinkBatch {
		b := sinktest.Batch(len(stored)*10, 10)
		stored = append(stored, b)
		return b
	}
	for _, tt := range []struct {
		name string
		trouble
		want clickhouse.Class
	}{
		{"hangs up when asked", trouble{at: nativetest.Asked, err: errors.New("cut")}, clickhouse.Retry},
		{"hangs up when it has the rows", trouble{at: nativetest.Sent, err: errors.New("cut")}, clickhouse.Retry},
		{"hangs up when it has stored them", trouble{at: nativetest.Done, err: errors.New("cut")}, clickhouse.Retry},
		{"too many parts", trouble{at: nativetest.Sent, err: exception(252, "Too many parts")}, clickhouse.Retry},
		{"read-only", trouble{at: nativetest.Asked, err: exception(242, "Table is in readonly mode")}, clickhouse.Retry},
		{"disk full", trouble{at: nativetest.Sent, err: exception(243, "Cannot reserve 1.00 MiB, not enough space")}, clickhouse.Retry},
		{"no memory, rows stored", trouble{at: nativetest.Done, err: exception(241, "Memory limit exceeded")}, clickhouse.Retry},
		{"no right", trouble{at: nativetest.Asked, err: exception(497, "Not enough privileges")}, clickhouse.Broken},
		{"a value it cannot take", trouble{at: nativetest.Sent, err: exception(321, "out of range")}, clickhouse.Data},
	} {
		b := next()
		now.Store(&tt.trouble)
		err := d.sink.Write(t.Context(), b)
		if err == nil || clickhouse.Classify(err) != tt.want {
			t.Errorf("%s: class %d, want %d: %v", tt.name, clickhouse.Classify(err), tt.want, err)
		}
		<-met
		now.Store(nil)
		if err := d.sink.Write(t.Context(), b); err != nil {
			t.Errorf("after %q: %v", tt.name, err)
		}
	}
	for _, at := range []nativetest.Moment{nativetest.Asked, nativetest.Sent, nativetest.Done} {
		b := next()
		slow := &trouble{at: at, until: make(chan struct{})}
		now.Store(slow)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-met
			cancel()
		}()
		if err := d.sink.Write(ctx, b); !errors.Is(err, context.Canceled) || !clickhouse.Retryable(err) {
			t.Errorf("a cancelled write to a server that says nothing at moment %d: %v", at, err)
		}
		now.Store(nil)
		if err := d.sink.Write(t.Context(), b); err != nil {
			t.Errorf("while it still says nothing at moment %d: %v", at, err)
		}
		close(slow.until)
	}
	b := next()
	server.Stop()
	if err := d.sink.Write(t.Context(), b); err == nil || !clickhouse.Retryable(err) {
		t.Errorf("nobody listens: %v", err)
	}
	server.Start(t)
	if err := d.sink.Write(t.Context(), b); err != nil {
		t.Errorf("it listens again: %v", err)
	}
	sinktest.Expect(t, d, stored...)
	if got, want := one(t, d.sink, "SELECT count() FROM events"), len(stored)*10; got != strconv.Itoa(want) {
		t.Errorf("%s events without FINAL, want %d", got, want)
	}
}

// TestNativeDeadline ends a write to a server that says nothing.
func TestNativeDeadline(t *testing.T) {
	silent := make(chan struct{})
	var quiet atomic.Bool
	server := nativetest.New(t, chdbtest.Open(t), nativetest.Options{Interfere: func(nativetest.Moment, string) error {
		if quiet.Load() {
			<-silent
		}
		return nil
	}})
	s := openWay(t, clickhouse.Config{URL: server.URL()})
	t.Cleanup(func() { close(silent) })
	quiet.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Write(ctx, sinktest.Batch(0, 1)); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) || !clickhouse.Retryable(err) {
		t.Errorf("%v", err)
	}
}

// TestServersAreChecked opens a server of each protocol that has a certificate:
// it must be signed by somebody who is trusted, and the password must be right.
func TestServersAreChecked(t *testing.T) {
	e := chdbtest.Open(t)
	web := httptest.NewUnstartedServer(e.Handler())
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	trusting := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	native := nativetest.New(t, e, nativetest.Options{TLS: &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}, Username: "u", Password: "p"})
	for _, tt := range []struct {
		name   string
		config clickhouse.Config
		says   string
	}{
		{"https", clickhouse.Config{URL: web.URL, TLS: trusting}, ""},
		{"https, nobody trusts it", clickhouse.Config{URL: web.URL}, "certificate"},
		{"native", clickhouse.Config{URL: native.URL(), TLS: trusting, Username: "u", Password: "p"}, ""},
		{"native, user in the URL", clickhouse.Config{URL: "clickhouse://u:p@" + native.Addr, TLS: trusting}, ""},
		{"native, nobody trusts it", clickhouse.Config{URL: native.URL() + "?secure=true", Username: "u", Password: "p"}, "certificate"},
		{"native, wrong password", clickhouse.Config{URL: native.URL(), TLS: trusting, Username: "u", Password: "secret"}, "Authentication failed"},
	} {
		s, err := clickhouse.Open(t.Context(), tt.config)
		if tt.says != "" {
			if err == nil || clickhouse.Classify(err) != clickhouse.Broken || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: class %d: %v", tt.name, clickhouse.Classify(err), err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if err := s.Write(t.Context(), sinktest.Batch(0, 10)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
