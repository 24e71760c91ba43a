package httpd

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/uctrace/uctrace/internal/listen"
)

// Ask asks the listener of another process with the same settings for path and
// returns what it answers; the error says that it does not, or that all is not
// well. It is for health checks, which have nothing but the program.
func (s *Settings) Ask(ctx context.Context, path string) (string, error) {
	if s.Listen == listen.Off {
		return "", errors.New("http.listen is off, so there is nobody to ask")
	}
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{Proxy: nil}}
	scheme := "http://"
	if s.CertFile != "" {
		secure, err := s.own()
		if err != nil {
			return "", fmt.Errorf("http.cert_file: %w", err)
		}
		client.Transport, scheme = &http.Transport{Proxy: nil, TLSClientConfig: secure}, "https://"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return "", err
	}
	if s.Token != "" {
		req.Header.Set("Authorization", "Bearer "+s.Token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", path, resp.Status)
	}
	return string(body), err
}

// own trusts the certificate of cert_file, by whatever name it has: the one
// asked is this very program.
func (s *Settings) own() (*tls.Config, error) {
	data, err := os.ReadFile(s.CertFile)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("holds no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	name := cert.Subject.CommonName
	switch {
	case len(cert.DNSNames) > 0:
		name = cert.DNSNames[0]
	case len(cert.IPAddresses) > 0:
		name = cert.IPAddresses[0].String()
	}
	return &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12}, nil
}
