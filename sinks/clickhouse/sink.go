// Package clickhouse stores results in ClickHouse: a server, over its native
// or its HTTP protocol, or the embedded engine of internal/chdb.
//
// Open brings the database up to the schema of schemas/clickhouse. Write
// inserts each table of a batch synchronously, with one block of one partition
// in an INSERT, under a deduplication token made of the batch's token and the
// partition, so that a repeated Write leaves one copy. Rows that come again in another cut have the same keys and
// are folded by the tables; read the views v_*, which fold at once.
package clickhouse

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/schemas"
)

var _ schemas.Sink = (*Sink)(nil)

// DefaultDatabase holds the tables when Config names no other.
const DefaultDatabase = "uctrace"

// DefaultTimeout is far beyond what an INSERT takes.
const DefaultTimeout = 2 * time.Minute

// Config says where the database is. Either URL or Transport is needed.
type Config struct {
	// URL is clickhouse://host:9000 for the native protocol, http://host:8123
	// or https://host:8443 for HTTP. User, password, database and the
	// driver's options may stand in it; the fields below win.
	URL string
	// Transport answers HTTP requests in the place of a network; set it to
	// reach the embedded engine, which belongs to this process alone.
	Transport http.RoundTripper
	// Database is created when it is missing; empty means DefaultDatabase.
	Database string
	Username string
	Password string
	// TLS switches TLS on for the native protocol and configures it for HTTPS.
	TLS *tls.Config
	// Timeout bounds one INSERT, to its answer: a server may take the bytes and
	// then say nothing, or not even take them. 0 means DefaultTimeout.
	Timeout time.Duration
	Log     *slog.Logger
}

// Sink writes to one database. Several goroutines may use it.
type Sink struct {
	conn        driver.Conn
	database    string
	identity    string
	timeout     time.Duration
	http        bool                    // not the native protocol
	compression *clickhouse.Compression // nil for none
	// types holds the columns of each table, []clickhouse.ColumnNameAndType by
	// name, which the driver would ask for before each INSERT over HTTP. It
	// forgets them after a fault: the table may have changed.
	types sync.Map

	events   *table[schemas.Event]
	sessions *table[schemas.Session]
	findings *table[schemas.Finding]
	coverage *table[schemas.LogCoverage]
	agents   *table[schemas.AgentStatus]
	spans    *table[schemas.Span]
}

// Open connects, creates the database, applies the migrations that are missing
// and reads the identity of the database. It fails when the server cannot be reached; the caller retries.
func Open(ctx context.Context, cfg Config) (*Sink, error) {
	opts, err := cfg.options()
	if err != nil {
		return nil, err
	}
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	database := opts.Auth.Database
	if err := createDatabase(ctx, *opts); err != nil {
		return nil, fmt.Errorf("create database %s: %w", database, err)
	}
	conn, err := clickhouse.Open(opts)
	if err != nil {
		return nil, fmt.Errorf("open ClickHouse: %w", err)
	}
	if err := Migrate(ctx, conn, cfg.Transport != nil, log); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	identity, err := identify(ctx, conn)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	s := &Sink{conn: conn, database: database, identity: identity, timeout: cmp.Or(cfg.Timeout, DefaultTimeout), http: opts.Protocol == clickhouse.HTTP, compression: opts.Compression}
	s.makeTables()
	return s, nil
}

// options turns cfg into the driver's options.
func (cfg *Config) options() (*clickhouse.Options, error) {
	opts := &clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{"embedded"}}
	switch {
	case cfg.Transport != nil:
		opts.TransportFunc = func(*http.Transport) (http.RoundTripper, error) { return cfg.Transport, nil }
	case cfg.URL != "":
		dsn, err := dsn(cfg.URL)
		if err != nil {
			return nil, err
		}
		if opts, err = clickhouse.ParseDSN(dsn); err != nil {
			return nil, fmt.Errorf("ClickHouse URL: %w", err)
		}
		if opts.Compression == nil {
			opts.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
		}
		if cfg.TLS != nil {
			opts.TLS = cfg.TLS
		}
	default:
		return nil, errors.New("ClickHouse: neither a URL nor the embedded engine is configured")
	}
	opts.Auth.Database = firstOf(cfg.Database, opts.Auth.Database, DefaultDatabase)
	opts.Auth.Username = firstOf(cfg.Username, opts.Auth.Username)
	opts.Auth.Password = firstOf(cfg.Password, opts.Auth.Password)
	opts.ClientInfo.Products = append(opts.ClientInfo.Products, struct{ Name, Version string }{"uctrace", "1"})
	opts.MaxOpenConns, opts.MaxIdleConns = 8, 8
	opts.ConnMaxLifetime = time.Hour
	return opts, nil
}

// dsn returns the URL as the driver wants it: https needs secure=true beside
// it. Its errors do not quote the URL, which may hold a password.
func dsn(raw string) (string, error) {
	u, err := url.Parse(raw)
	if parse, ok := errors.AsType[*url.Error](err); ok {
		err = parse.Err
	}
	if err != nil {
		return "", fmt.Errorf("ClickHouse URL: %w", err)
	}
	if q := u.Query(); u.Scheme == "https" && !q.Has("secure") {
		q.Set("secure", "true")
		u.RawQuery = q.Encode()
	}
	return u.String(), nil
}

func createDatabase(ctx context.Context, opts clickhouse.Options) error {
	name := opts.Auth.Database
	opts.Auth.Database = "default"
	conn, err := clickhouse.Open(&opts)
	if err != nil {
		return err
	}
	err = conn.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+quoteName(name))
	return errors.Join(err, conn.Close())
}

// Conn returns the driver's connection pool, for queries. It closes with the
// Sink.
func (s *Sink) Conn() driver.Conn { return s.conn }

// Database returns the name of the database.
func (s *Sink) Database() string { return s.database }

// Close implements schemas.Sink.
func (s *Sink) Close() error { return s.conn.Close() }

// Write implements schemas.Sink. The spans come last, so that a stored span
// tells that its events are stored. Classify says what to do about an error;
// after any error the same batch may be written again.
func (s *Sink) Write(ctx context.Context, b *schemas.SinkBatch) error {
	if err := validate(b); err != nil {
		return err
	}
	if err := s.events.write(ctx, s, b.Token, b.Events); err != nil {
		return err
	}
	if err := s.sessions.write(ctx, s, b.Token, b.Sessions); err != nil {
		return err
	}
	if err := s.findings.write(ctx, s, b.Token, b.Findings); err != nil {
		return err
	}
	if err := s.coverage.write(ctx, s, b.Token, b.Coverage); err != nil {
		return err
	}
	if err := s.agents.write(ctx, s, b.Token, b.Agents); err != nil {
		return err
	}
	return s.spans.write(ctx, s, b.Token, b.Spans)
}

func (s *Sink) makeTables() {
	s.events = newTable("events", eventFields, func(e *schemas.Event) int64 { return dayOf(e.Time) })
	s.sessions = newTable("sessions", sessionFields, func(x *schemas.Session) int64 { return monthOf(x.Since) })
	s.findings = newTable("findings", findingFields, func(f *schemas.Finding) int64 { return monthOf(f.Since) })
	s.coverage = newTable("coverage", coverageFields, nil)
	s.agents = newTable("agents", agentFields, nil)
	s.spans = newTable("spans", spanFields, nil)
}

// validate refuses what the tables cannot hold before a block is begun: a
// value refused half-way would spoil the rows beside it.
func validate(b *schemas.SinkBatch) error {
	for i := range b.Findings {
		if s := b.Findings[i].Severity; s > schemas.Critical {
			return fmt.Errorf("finding %s: %w: %s", b.Findings[i].ID, errData, s)
		}
	}
	return nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
