package bus_test

import (
	"crypto/tls"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/natsd"
)

// TestCertificateIsVerified connects with the right authority, and not with
// the system's.
func TestCertificateIsVerified(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	s := start(t, natsd.Config{Listen: "127.0.0.1:0", Token: "secret", TLS: &tls.Config{Certificates: web.TLS.Certificates}})
	dir := t.TempDir()
	ca, token := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "token")
	for name, data := range map[string][]byte{
		ca:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}),
		token: []byte(" secret\n"),
	} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good := connect(t, bus.Config{URL: s.ClientURL(), CAFile: ca, TokenFile: token})
	if err := good.WaitConnected(deadline(t)); err != nil {
		t.Fatal(err)
	}
	inside := connect(t, bus.Config{InProcess: s.InProcess(), Token: "secret"})
	if err := inside.WaitConnected(deadline(t)); err != nil {
		t.Fatal(err)
	}
	bad := connect(t, bus.Config{URL: s.ClientURL(), TokenFile: token})
	await(t, "the refusal to show", func() bool { return bad.Stats().LastError != "" })
	if bad.Stats().Connected {
		t.Error("connected to a server of an unknown authority")
	}
	t.Log(bad.Stats().LastError)
}
