//go:build unix

package clickhouse

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// serverEnv names the program clickhouse-server. Debian's is of 2018, too old
// for the tables, and a server of its own all the same: the protocol, the blocks
// and the exceptions are ClickHouse's. task clickhouse sets it.
const serverEnv = "UCTRACE_CLICKHOUSE_SERVER"

// server is a clickhouse-server of this test, on loopback ports and in a folder
// of its own.
type server struct {
	addr, secure string // host:port, the second with TLS
	roots        *x509.CertPool

	t    *testing.T
	dir  string
	cmd  *exec.Cmd
	said *os.File
}

// startServer starts one that ends with the test.
func startServer(t *testing.T) *server {
	t.Helper()
	if os.Getenv(serverEnv) == "" {
		t.Skipf("no clickhouse-server: run task clickhouse, which sets %s", serverEnv)
	}
	s := &server{t: t, dir: t.TempDir(), addr: freeAddress(t), secure: freeAddress(t), roots: x509.NewCertPool()}
	port := func(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }
	s.certificate()
	s.write("config.xml", `<yandex>
<logger><level>warning</level><console>1</console></logger>
<tcp_port>`+port(s.addr)+`</tcp_port><tcp_port_secure>`+port(s.secure)+`</tcp_port_secure><listen_host>127.0.0.1</listen_host>
<openSSL><server><certificateFile>cert.pem</certificateFile><privateKeyFile>key.pem</privateKeyFile><verificationMode>none</verificationMode></server></openSSL>
<path>`+s.dir+`/data/</path><tmp_path>`+s.dir+`/tmp/</tmp_path><format_schema_path>`+s.dir+`/fs/</format_schema_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>5368709120</mark_cache_size><timezone>UTC</timezone>
</yandex>`)
	const local = `<networks><ip>127.0.0.1</ip></networks><quota>default</quota>`
	s.write("users.xml", `<yandex>
<profiles><default><allow_experimental_low_cardinality_type>1</allow_experimental_low_cardinality_type></default><reading><readonly>1</readonly></reading></profiles>
<users>
<default><password></password><profile>default</profile>`+local+`</default>
<writer><password>right</password><profile>default</profile>`+local+`</writer>
<reader><password></password><profile>reading</profile>`+local+`</reader>
</users>
<quotas><default/></quotas>
</yandex>`)
	s.run()
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			t.Logf("clickhouse-server: %s", log[max(0, len(log)-4000):])
		}
	})
	return s
}

// certificate makes one for 127.0.0.1 that signs itself.
func (s *server) certificate() {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(s.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(s.t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	must(s.t, err)
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.roots.AppendCertsFromPEM(cert)
	s.write("cert.pem", string(cert))
	s.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
}

func (s *server) write(name, text string) {
	s.t.Helper()
	must(s.t, os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600))
}

// run starts the process and waits until it answers.
func (s *server) run() {
	s.t.Helper()
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	must(s.t, err)
	s.said = log
	s.cmd = exec.Command(os.Getenv(serverEnv), "--config-file=config.xml")
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = s.dir, log, log
	must(s.t, s.cmd.Start())
	conn := s.connect(nil)
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = conn.Ping(ctx); err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("clickhouse-server does not answer: %v", err)
		}
	}
}

func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		_ = s.said.Close()
	}
}

// connect returns the driver with the options that the sink gives it.
func (s *server) connect(change func(*clickhouse.Options)) clickhouse.Conn {
	s.t.Helper()
	cfg := Config{URL: "clickhouse://" + s.addr, Database: "default"}
	opts, err := cfg.options()
	must(s.t, err)
	if change != nil {
		change(opts)
	}
	conn, err := clickhouse.Open(opts)
	must(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (s *server) tls() *tls.Config {
	return &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
