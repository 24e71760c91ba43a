package natsd_test

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/uctrace/uctrace/internal/natsd"
)

func config(t *testing.T) natsd.Config {
	return natsd.Config{Dir: t.TempDir(), MaxStore: 64 << 20, Log: slog.New(slog.DiscardHandler)}
}

func TestDirectoryHasOneServer(t *testing.T) {
	c := config(t)
	s, err := natsd.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := natsd.Start(c); err == nil || !strings.Contains(err.Error(), "in use by another server") || !strings.Contains(err.Error(), c.Dir) {
		t.Errorf("a second server: %v", err)
	}
	if err := s.Health(); err != nil {
		t.Error(err)
	}
	s.Shutdown()
	if s.Health() == nil {
		t.Error("healthy after Shutdown")
	}
	if s, err = natsd.Start(c); err != nil {
		t.Fatalf("after Shutdown: %v", err)
	}
	s.Shutdown()
}

func TestStartErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	blocked := t.TempDir()
	if err := os.WriteFile(filepath.Join(blocked, server.JetStreamStoreDir), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		name, dir, listen, want string
	}{
		{"no directory", "", "", "not set"},
		{"a file", file, "", "not a directory"},
		{"a file in the directory", blocked, "", "storage directory"},
		{"address without port", t.TempDir(), "127.0.0.1", "missing port"},
		{"port", t.TempDir(), "127.0.0.1:x", "no port"},
		{"open to others", t.TempDir(), ":4222", "token and TLS"},
		{"address taken", t.TempDir(), taken.Addr().String(), "in use"},
	} {
		s, err := natsd.Start(natsd.Config{Dir: c.dir, Listen: c.listen, MaxStore: 1 << 20, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			s.Shutdown()
			t.Errorf("%s: started", c.name)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if c.dir != "" && c.dir != file { // the lock is free again
			if err := os.Remove(filepath.Join(c.dir, "LOCK")); err != nil && !os.IsNotExist(err) {
				t.Error(err)
			}
		}
	}
}

func TestListener(t *testing.T) {
	c := config(t)
	s, err := natsd.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	if s.ClientURL() != "" {
		t.Errorf("url without a listener: %q", s.ClientURL())
	}
	s.Shutdown()
	c.Listen = "127.0.0.1:0"
	if s, err = natsd.Start(c); err != nil {
		t.Fatal(err)
	}
	defer s.Shutdown()
	addr, ok := strings.CutPrefix(s.ClientURL(), "nats://127.0.0.1:")
	if !ok || addr == "0" {
		t.Errorf("url %q", s.ClientURL())
	}
}

// TestTLSLeavesTheProcessAlone: with TLS and a token for others, a client in
// the process connects without TLS.
func TestTLSLeavesTheProcessAlone(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	c := config(t)
	c.Listen, c.Token = "127.0.0.1:0", "secret"
	c.TLS = &tls.Config{Certificates: web.TLS.Certificates}
	s, err := natsd.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Shutdown()
	if !strings.HasPrefix(s.ClientURL(), "tls://") {
		t.Errorf("url %q", s.ClientURL())
	}
	conn, err := s.InProcess().InProcessConn()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	info := make([]byte, 4096)
	n, err := conn.Read(info)
	if err != nil || !bytes.HasPrefix(info[:n], []byte("INFO ")) || bytes.Contains(info[:n], []byte(`"tls_required":true`)) {
		t.Errorf("%q %v", info[:n], err)
	}
	if !bytes.Contains(info[:n], []byte(`"auth_required":true`)) {
		t.Error("no token is asked for")
	}
}

func TestWarnsOfALimitBeyondTheDisk(t *testing.T) {
	var out bytes.Buffer
	c := config(t)
	c.MaxStore, c.Log = 1<<60, slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := natsd.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	s.Shutdown()
	if !strings.Contains(out.String(), "exceeds the disk") {
		t.Errorf("log: %q", out.String())
	}
}
