package httpd

import (
	"crypto/tls"
	"fmt"

	"github.com/uctrace/uctrace/internal/listen"
)

// Settings are what a program can be told about its listener.
type Settings struct {
	Listen   string `yaml:"listen" value:"ADDRESS" default:"127.0.0.1:8080" help:"HTTP address of the page, of /livez, /readyz and /metrics; off for none"`
	CertFile string `yaml:"cert_file" help:"certificate of the listener; with key_file it speaks TLS. A renewed file is read without a restart"`
	KeyFile  string `yaml:"key_file" help:"private key of cert_file"`
	Token    string `yaml:"token" secret:"true" help:"what clients must present, as a bearer token or as the password of any user"`
	Pprof    bool   `yaml:"pprof" help:"serve /debug/pprof, on a loopback address only"`
}

// minToken is how long a token must be where it can be guessed at from other
// hosts.
const minToken = 16

// Check calls fault for each setting that cannot work; name is the last part
// of its key.
func (s *Settings) Check(fault func(name, format string, args ...any)) {
	if !listen.Valid(s.Listen) {
		fault("listen", "%q: want an address such as 127.0.0.1:8080, or off", s.Listen)
		return
	}
	if (s.CertFile == "") != (s.KeyFile == "") {
		fault("cert_file", "and http.key_file go together")
	}
	if listen.Loopback(s.Listen) {
		return
	}
	switch {
	case s.Token == "" || s.CertFile == "":
		fault("listen", "%s can be reached from other hosts: set http.token, http.cert_file and http.key_file", s.Listen)
	case len(s.Token) < minToken:
		fault("token", "want %d characters or more, because other hosts can try", minToken)
	}
	if s.Pprof {
		fault("pprof", "wants http.listen on a loopback address: a profile shows what the program has in memory")
	}
}

// tls returns nil when the listener speaks plain text.
func (s *Settings) tls() (*tls.Config, error) {
	if s.CertFile == "" {
		return nil, nil
	}
	c := &certificate{certFile: s.CertFile, keyFile: s.KeyFile}
	if _, err := c.get(nil); err != nil {
		return nil, fmt.Errorf("http.cert_file: %w", err)
	}
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}
