package httpd_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/httpd"
)

const token = "a-token-of-23-characters"

// TestWhatMayBeConfigured: what other hosts can reach has a token and TLS.
func TestWhatMayBeConfigured(t *testing.T) {
	for _, tt := range []struct {
		settings httpd.Settings
		faults   string // the names of the settings that cannot work
	}{
		{httpd.Settings{Listen: "off"}, ""},
		{httpd.Settings{Listen: "127.0.0.1:0"}, ""},
		{httpd.Settings{Listen: "127.0.0.1:0", Pprof: true}, ""},
		{httpd.Settings{Listen: "here"}, "listen"},
		{httpd.Settings{Listen: ":8080"}, "listen"},
		{httpd.Settings{Listen: "0.0.0.0:8080", Token: token}, "listen"},
		{httpd.Settings{Listen: "0.0.0.0:8080", CertFile: "c", KeyFile: "k"}, "listen"},
		{httpd.Settings{Listen: "0.0.0.0:8080", CertFile: "c", Token: token}, "cert_file"},
		{httpd.Settings{Listen: "0.0.0.0:8080", CertFile: "c", KeyFile: "k", Token: "short"}, "token"},
		{httpd.Settings{Listen: "0.0.0.0:8080", CertFile: "c", KeyFile: "k", Token: token}, ""},
		{httpd.Settings{Listen: "0.0.0.0:8080", CertFile: "c", KeyFile: "k", Token: token, Pprof: true}, "pprof"},
	} {
		var faults []string
		tt.settings.Check(func(name, format string, args ...any) {
			faults = append(faults, name)
			if text := fmt.Sprintf(format, args...); strings.Contains(text, "%!") || strings.Contains(text, tt.settings.Token) && tt.settings.Token != "" {
				t.Errorf("%+v: %s", tt.settings, text)
			}
		})
		if got := strings.Join(faults, " "); got != tt.faults {
			t.Errorf("%+v: faults %q, want %q", tt.settings, got, tt.faults)
		}
	}
}

// TestWhoIsAnswered asks in the ways of a person, of Prometheus, of a probe, of
// a page of another site and of a stranger.
func TestWhoIsAnswered(t *testing.T) {
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	for _, tt := range []struct {
		name   string
		token  string
		method string
		path   string
		host   string
		header string
		value  string
		status int
	}{
		{name: "person on this host", path: "/", status: 200},
		{name: "by the name localhost", path: "/", host: "localhost:1", status: 200},
		{name: "by IPv6", path: "/", host: "[::1]", status: 200},
		{name: "a name that another site made point here", path: "/", host: "evil.example:8080", status: 421},
		{name: "with a token the name does not matter", token: token, path: "/", host: "uctrace.example", header: "Authorization", value: "Bearer " + token, status: 200},
		{name: "no token", token: token, path: "/", status: 401},
		{name: "wrong token", token: token, path: "/", header: "Authorization", value: "Bearer " + token + "x", status: 401},
		{name: "browser", token: token, path: "/", header: "Authorization", value: "Basic YW5uOmEtdG9rZW4tb2YtMjMtY2hhcmFjdGVycw==", status: 200},
		{name: "browser, wrong password", token: token, path: "/", header: "Authorization", value: "Basic YW5uOmFubg==", status: 401},
		{name: "probe", token: token, path: "/livez", status: 200},
		{name: "unknown path", path: "/nothing", status: 404},
		{name: "form of another site", method: http.MethodPost, path: "/form", header: "Sec-Fetch-Site", value: "cross-site", status: 403},
		{name: "own form", method: http.MethodPost, path: "/form", header: "Sec-Fetch-Site", value: "same-origin", status: 200},
		{name: "profiles are off", path: "/debug/pprof/", status: 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, httpd.Settings{Listen: "127.0.0.1:0", Token: tt.token})
			s.Handle("GET /{$}", hello)
			s.Handle("POST /form", hello)
			s.HandleOpen("GET /livez", hello)
			method := http.MethodGet
			if tt.method != "" {
				method = tt.method
			}
			req, err := http.NewRequestWithContext(t.Context(), method, strings.TrimSuffix(s.URL(), "/")+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = tt.host
			if tt.header != "" {
				req.Header.Set(tt.header, tt.value)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != tt.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tt.status)
			}
			if resp.StatusCode == 401 && len(resp.Header.Values("WWW-Authenticate")) != 2 {
				t.Error("neither a browser nor a program learns what is wanted")
			}
			if got := resp.Header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options %q", got)
			}
		})
	}
}

func TestProfilesWhenAsked(t *testing.T) {
	s := start(t, httpd.Settings{Listen: "127.0.0.1:0", Pprof: true})
	if body := get(t, http.DefaultClient, s.URL()+"debug/pprof/goroutine?debug=1"); !strings.Contains(body, "goroutine profile") {
		t.Errorf("profile: %.100s", body)
	}
}

// TestBodyIsBounded sends more than anybody has reason to.
func TestBodyIsBounded(t *testing.T) {
	s := start(t, httpd.Settings{Listen: "127.0.0.1:0"})
	s.Handle("POST /", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		}
	}))
	resp, err := http.Post(s.URL(), "text/plain", io.LimitReader(zeros{}, 2<<20)) //nolint:noctx // it ends by itself
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", resp.StatusCode)
	}
}

// TestOffServesNobody and still takes handlers.
func TestOffServesNobody(t *testing.T) {
	s := start(t, httpd.Settings{Listen: "off"})
	s.Handle("/", http.NotFoundHandler())
	if s.URL() != "" {
		t.Errorf("URL %q", s.URL())
	}
}

// TestRenewedCertificate replaces the files under a running listener, at first
// by garbage.
func TestRenewedCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool := x509.NewCertPool()
	issue(t, pool, cert, key, 1)
	s := start(t, httpd.Settings{Listen: "127.0.0.1:0", CertFile: cert, KeyFile: key, Token: token})
	s.HandleOpen("GET /", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	if !strings.HasPrefix(s.URL(), "https://") {
		t.Fatalf("URL %s", s.URL())
	}
	serial := func() int64 {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
		resp, err := client.Get(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Fatalf("serial %d", n)
	}
	same := httpd.Settings{Listen: strings.TrimSuffix(strings.TrimPrefix(s.URL(), "https://"), "/"), CertFile: cert, KeyFile: key, Token: token}
	if answer, err := same.Ask(t.Context(), "/"); answer != "hello" || err != nil {
		t.Errorf("a health check hears %q %v", answer, err)
	}
	write(t, cert, []byte("no certificate"))
	later(t, cert, time.Minute)
	if n := serial(); n != 1 {
		t.Errorf("with a broken file: serial %d, want the certificate before", n)
	}
	issue(t, pool, cert, key, 2)
	later(t, cert, 2*time.Minute)
	if n := serial(); n != 2 {
		t.Errorf("after renewal: serial %d", n)
	}
}

func start(t *testing.T, settings httpd.Settings) *httpd.Server {
	t.Helper()
	s, err := httpd.Start(t.Context(), settings, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func get(t *testing.T, client *http.Client, url string) string {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// issue writes a self-signed certificate for 127.0.0.1 and adds it to pool.
func issue(t *testing.T, pool *x509.CertPool, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "uctrace"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool.AppendCertsFromPEM(block)
	write(t, certFile, block)
	write(t, keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// later moves the time of a file, which some systems keep in whole seconds.
func later(t *testing.T, path string, by time.Duration) {
	t.Helper()
	at := time.Now().Add(by)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}
