package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/listen"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

func (s *server) openClickHouse(ctx context.Context) error {
	c := &s.cfg.ClickHouse
	sc := clickhouse.Config{
		URL: c.URL, Database: c.Database, Username: c.Username, Password: c.Password, Timeout: c.Timeout, Log: s.log,
	}
	if c.CAFile != "" {
		roots, err := authorities(c.CAFile)
		if err != nil {
			return fmt.Errorf("clickhouse.ca_file: %w", err)
		}
		sc.TLS = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	if c.URL == "" {
		engine, err := s.openEngine(ctx)
		if err != nil {
			return err
		}
		sc.Transport = engine.Transport()
	}
	sink, err := s.openSink(ctx, sc)
	if err != nil {
		return err
	}
	s.sink = sink
	s.onClose(sink.Close)
	return sink.Retain(ctx, clickhouse.Retention{
		Events: c.Retention.Events, SIPMessages: c.Retention.SIP, Sessions: c.Retention.Sessions, Findings: c.Retention.Findings,
		Keys: c.Retention.Keys, Ledger: c.Retention.Ledger,
	}, s.log)
}

// openSink opens the tables. A server that cannot be reached may be starting
// too, so it gets clickhouse.wait; after that somebody must look, and a
// program that ended is seen sooner than one that waits.
func (s *server) openSink(ctx context.Context, sc clickhouse.Config) (*clickhouse.Sink, error) {
	if sc.Transport != nil {
		sink, err := clickhouse.Open(ctx, sc)
		if err != nil {
			return nil, fmt.Errorf("open embedded ClickHouse: %w", err)
		}
		return sink, nil
	}
	url := program.Redact(sc.URL)
	end := time.Now().Add(s.cfg.ClickHouse.Wait)
	for pause := 250 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		sink, err := openWithin(ctx, sc, max(time.Until(end), time.Second))
		switch {
		case err == nil:
			return sink, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !clickhouse.Retryable(err):
			return nil, fmt.Errorf("clickhouse.url %s: %w", url, err)
		case time.Now().Add(pause).After(end):
			return nil, fmt.Errorf("clickhouse.url %s: no ClickHouse server could be used there within %s: %w (an empty clickhouse.url starts the embedded one)",
				url, s.cfg.ClickHouse.Wait, innermost(err))
		}
		s.log.Warn("ClickHouse cannot be used yet; trying again", "url", url, "after", pause, "error", innermost(err))
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

func openWithin(ctx context.Context, sc clickhouse.Config, limit time.Duration) (*clickhouse.Sink, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return clickhouse.Open(ctx, sc)
}

// innermost drops what the driver was about to ask from an error of the
// network.
func innermost(err error) error {
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return network
	}
	return err
}

// authorities reads the certificates that a client trusts.
func authorities(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", path)
	}
	return pool, nil
}

// openEngine starts the ClickHouse of this process and its HTTP port.
func (s *server) openEngine(ctx context.Context) (*chdb.Engine, error) {
	library, err := chdb.Locate(ctx, chdb.LocateOptions{Path: s.cfg.ClickHouse.Library, Log: s.log})
	if err != nil {
		return nil, err
	}
	engine, err := chdb.Open(library, filepath.Join(s.cfg.DataDir, "clickhouse"))
	if err != nil {
		return nil, fmt.Errorf("start embedded ClickHouse: %w", err)
	}
	s.onClose(func() error { return s.closeEngine(engine) })
	if s.cfg.ClickHouse.Listen == listen.Off {
		return engine, nil
	}
	l, err := listen.TCP(ctx, "clickhouse.listen", s.cfg.ClickHouse.Listen)
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{Handler: engine.Handler(), ReadHeaderTimeout: 10 * time.Second, Addr: l.Addr().String()}
	go s.http.Serve(l) //nolint:errcheck // it serves until Close
	s.onClose(s.http.Close)
	return engine, nil
}

// enginePatience is how long the end of the server waits for the statements
// that people run.
const enginePatience = 3 * time.Second

// closeEngine cancels the statements that still run, which are not ours any
// more, and closes the engine. What cannot be cancelled ends with the process;
// the engine survives that as it survives a crash.
func (s *server) closeEngine(engine *chdb.Engine) error {
	closed := make(chan error, 1)
	go func() {
		cancelStatements(engine)
		closed <- engine.Close()
	}()
	select {
	case err := <-closed:
		return err
	case <-time.After(enginePatience):
		s.log.Warn("a ClickHouse statement still runs; ending without it")
		return nil
	}
}

func cancelStatements(engine *chdb.Engine) {
	ctx, cancel := context.WithTimeout(context.Background(), enginePatience)
	defer cancel()
	const sql = "KILL QUERY WHERE query NOT LIKE 'KILL QUERY%' ASYNC"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://embedded/", strings.NewReader(sql))
	if err != nil {
		return
	}
	if resp, err := engine.Transport().RoundTrip(req); err == nil {
		resp.Body.Close()
	}
}

// clickHouseAddress returns where people and Grafana reach the tables.
func (s *server) clickHouseAddress() string {
	switch {
	case s.cfg.ClickHouse.URL != "":
		return program.Redact(s.cfg.ClickHouse.URL)
	case s.http != nil:
		return "http://" + s.http.Addr + "/"
	}
	return noPort
}
