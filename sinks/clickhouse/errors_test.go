package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func TestClassify(t *testing.T) {
	exception := func(code int32) error { return fmt.Errorf("insert: %w", &clickhouse.Exception{Code: code}) }
	tests := []struct {
		err  error
		want Class
	}{
		{context.DeadlineExceeded, Retry},
		{errors.New("connection reset by peer"), Retry},
		{exception(252), Retry}, // TOO_MANY_PARTS
		{exception(242), Retry}, // TABLE_IS_READ_ONLY
		{exception(99999), Retry},
		{exception(53), Data}, // TYPE_MISMATCH
		{fmt.Errorf("x: %w", errData), Data},
		{exception(60), Broken},  // UNKNOWN_TABLE
		{exception(516), Broken}, // AUTHENTICATION_FAILED
		{exception(164), Broken}, // READONLY
		{fmt.Errorf("x: %w", &tls.CertificateVerificationError{Err: errors.New("who signed it?")}), Broken},
		{fmt.Errorf("x: %w", errOther), Broken},
	}
	for _, tt := range tests {
		if got := Classify(tt.err); got != tt.want || Retryable(tt.err) != (got == Retry) {
			t.Errorf("Classify(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	conf := &tls.Config{ServerName: "ch.example", MinVersion: tls.VersionTLS12}
	tests := []struct {
		name     string
		cfg      Config
		protocol clickhouse.Protocol
		addr     string
		auth     clickhouse.Auth
		tls      bool
	}{
		{"native", Config{URL: "clickhouse://u:p@ch.example:9000/db"}, clickhouse.Native, "ch.example:9000", clickhouse.Auth{Database: "db", Username: "u", Password: "p"}, false},
		{"http", Config{URL: "http://ch.example:8123"}, clickhouse.HTTP, "ch.example:8123", clickhouse.Auth{Database: DefaultDatabase, Username: "default"}, false},
		{"https", Config{URL: "https://ch.example:8443"}, clickhouse.HTTP, "ch.example:8443", clickhouse.Auth{Database: DefaultDatabase, Username: "default"}, true},
		{"fields win", Config{URL: "clickhouse://u:p@ch.example:9440/db", Database: "d2", Username: "u2", Password: "p2", TLS: conf}, clickhouse.Native, "ch.example:9440", clickhouse.Auth{Database: "d2", Username: "u2", Password: "p2"}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts, err := tt.cfg.options()
			if err != nil {
				t.Fatal(err)
			}
			auth := clickhouse.Auth{Database: opts.Auth.Database, Username: opts.Auth.Username, Password: opts.Auth.Password}
			if opts.Protocol != tt.protocol || opts.Addr[0] != tt.addr || auth.Database != tt.auth.Database || auth.Password != tt.auth.Password || (opts.TLS != nil) != tt.tls {
				t.Errorf("protocol %v, address %v, auth %+v, TLS %v", opts.Protocol, opts.Addr, auth, opts.TLS != nil)
			}
			if tt.auth.Username != "default" && auth.Username != tt.auth.Username {
				t.Errorf("user %q, want %q", auth.Username, tt.auth.Username)
			}
		})
	}
}
