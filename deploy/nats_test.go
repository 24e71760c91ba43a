package deploy

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
)

// site is a folder with the NATS configuration, a certificate, and keys.
type site struct {
	t   *testing.T
	dir string
	ca  string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir()}
	for _, name := range []string{"nats-server.conf", "users.conf", "leaf.conf", "leaf-users.conf"} {
		s.write(name, read(t, "nats/"+name))
	}
	s.certificate()
	t.Setenv("NATS_CERT_FILE", s.ca)
	t.Setenv("NATS_KEY_FILE", filepath.Join(s.dir, "key.pem"))
	t.Setenv("NATS_CA_FILE", s.ca)
	t.Setenv("NATS_STORE_DIR", filepath.Join(s.dir, "store"))
	t.Setenv("NATS_LISTEN", "127.0.0.1:-1")
	t.Setenv("NATS_LEAF_LISTEN", "127.0.0.1:-1")
	return s
}

func (s *site) write(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// key makes an nkey and returns the file of its seed and its public half.
func (s *site) key(name string) (seedFile, public string) {
	s.t.Helper()
	pair, err := nkeys.CreateUser()
	if err != nil {
		s.t.Fatal(err)
	}
	seed, err := pair.Seed()
	if err != nil {
		s.t.Fatal(err)
	}
	if public, err = pair.PublicKey(); err != nil {
		s.t.Fatal(err)
	}
	return s.write(name+".nk", string(seed)), public
}

// admit adds what a script prints to a file of users.
func (s *site) admit(users, script string, args ...string) {
	s.t.Helper()
	out, err := exec.CommandContext(s.t.Context(), "sh", append([]string{"nats/" + script}, args...)...).Output()
	if err != nil {
		s.t.Fatal(err)
	}
	text := read(s.t, filepath.Join(s.dir, users))
	i := strings.LastIndex(text, "]")
	s.write(users, text[:i]+string(out)+text[i:])
}

func (s *site) start(conf string) *server.Server {
	s.t.Helper()
	opts, err := server.ProcessConfigFile(filepath.Join(s.dir, conf))
	if err != nil {
		s.t.Fatal(err)
	}
	opts.HTTPPort, opts.NoSigs, opts.NoLog = 0, true, true
	n, err := server.NewServer(opts)
	if err != nil {
		s.t.Fatal(err)
	}
	n.Start()
	s.t.Cleanup(func() { n.Shutdown(); n.WaitForShutdown() })
	if !n.ReadyForConnections(30 * time.Second) {
		s.t.Fatalf("%s: not ready", conf)
	}
	return n
}

// connect connects as our programs do.
func (s *site) connect(n *server.Server, seed, id string) *bus.Bus {
	s.t.Helper()
	c := bus.Config{URL: address(n), NKey: seed, CAFile: s.ca, Log: slog.New(slog.DiscardHandler)}
	if id != "" {
		c.InboxPrefix = "_INBOX." + id
	}
	b, err := bus.Connect(s.t.Context(), c)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(b.Close)
	return b
}

func address(n *server.Server) string { return "tls://" + n.Addr().String() }

// publish reports why a message is not stored, "" when it is.
func publish(t *testing.T, b *bus.Bus, subject string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	pub := b.Publisher(bus.PublisherOptions{AckTimeout: 10 * time.Second})
	if err := pub.Publish(ctx, subject, subject+fmt.Sprint(time.Now().UnixNano()), []byte("x"), func(error) {}); err != nil {
		t.Fatal(err)
	}
	stored := make(chan struct{})
	go func() {
		if pub.Flush(ctx) == nil {
			close(stored)
		}
	}()
	for {
		select {
		case <-stored:
			return ""
		case <-time.After(20 * time.Millisecond):
			if why := b.Stats().Denied; why != "" {
				return why
			}
		case <-ctx.Done():
			return "no answer"
		}
	}
}

// TestNATSPermissions starts a server with our configuration and does in it
// what our programs do, and what nobody may.
func TestNATSPermissions(t *testing.T) {
	s := newSite(t)
	seed, public := s.key("uctraced")
	agentSeed, agentPublic := s.key("agent")
	t.Setenv("UCTRACED_NKEY", public)
	t.Setenv("NATS_SERVER_NAME", "hub")
	s.admit("users.conf", "agent.sh", "lab", "collector-1", agentPublic)
	n := s.start("nats-server.conf")
	if !n.JetStreamEnabled() || n.JetStreamConfig().SyncAlways != true {
		t.Error("an acknowledged message is not on the disk")
	}

	uctraced := s.connect(n, seed, "")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := uctraced.EnsureStreams(ctx, schemas.Streams(), bus.Limits{MaxBytes: 1 << 20}); err != nil {
		t.Fatal(err)
	}
	cursor, err := uctraced.Cursor(ctx, "normalizer.test")
	if err != nil {
		t.Fatal(err)
	}
	if err := cursor.Set(ctx, bus.Position{Done: 1}); err != nil {
		t.Fatal(err)
	}

	for subject, may := range map[string]bool{
		"uc.records.lab.cucm_sdl":         true,
		"uc.agents.lab.collector-1":       true,
		"uc.records.other.cucm_sdl":       false,
		"uc.agents.lab.collector-2":       false,
		"uc.agents.tick":                  false,
		"uc.events.lab":                   false,
		"uc.findings.default":             false,
		"$KV.UC_CURSORS.normalizer":       false,
		"$JS.API.STREAM.PURGE.UC_RECORDS": false,
	} {
		agent := s.connect(n, agentSeed, "collector-1")
		if why := publish(t, agent, subject); (why == "") != may {
			t.Errorf("an agent publishes to %s: %q, may %v", subject, why, may)
		}
	}
	in, err := uctraced.Reader(ctx, schemas.StreamAgents, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if m, err := in.Next(ctx); err != nil || m.Subject != "uc.agents.lab.collector-1" {
		t.Errorf("the server reads %q %v", m.Subject, err)
	}

	t.Run("an agent reads nothing", func(t *testing.T) {
		s.refuses(n, agentSeed, "uc.>", "uc.agents.>", "_INBOX.>", "_INBOX.collector-2.>", "$JS.>", "$KV.>", ">")
	})
	t.Run("strangers stay outside", func(t *testing.T) {
		stranger, _ := s.key("stranger")
		auth, err := nats.NkeyOptionFromSeed(stranger)
		if err != nil {
			t.Fatal(err)
		}
		for name, opts := range map[string][]nats.Option{
			"another key": {auth, nats.RootCAs(s.ca)},
			"no key":      {nats.RootCAs(s.ca)},
			"a user":      {nats.RootCAs(s.ca), nats.UserInfo("uctraced", "uctraced")},
			"another CA":  {},
		} {
			if nc, err := nats.Connect(address(n), opts...); err == nil {
				nc.Close()
				t.Errorf("%s: let in", name)
			}
		}
	})
}

// refuses checks that the owner of seed may subscribe to none of subjects.
func (s *site) refuses(n *server.Server, seed string, subjects ...string) {
	auth, err := nats.NkeyOptionFromSeed(seed)
	if err != nil {
		s.t.Fatal(err)
	}
	faults := make(chan error, len(subjects))
	nc, err := nats.Connect(address(n), auth, nats.RootCAs(s.ca), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { faults <- err }))
	if err != nil {
		s.t.Fatal(err)
	}
	defer nc.Close()
	for _, subject := range subjects {
		if _, err := nc.SubscribeSync(subject); err != nil {
			s.t.Fatal(err)
		}
		select {
		case err := <-faults:
			if !strings.Contains(err.Error(), "Permissions Violation for Subscription") {
				s.t.Errorf("%s: %v", subject, err)
			}
		case <-time.After(20 * time.Second):
			s.t.Errorf("%s: let in", subject)
		}
	}
}

// TestNATSLeaf joins a leaf node to the server: its agent reaches the streams
// through it, and only for its own cluster.
func TestNATSLeaf(t *testing.T) {
	s := newSite(t)
	seed, public := s.key("uctraced")
	leafSeed, leafPublic := s.key("leaf")
	agentSeed, agentPublic := s.key("agent")
	t.Setenv("UCTRACED_NKEY", public)
	t.Setenv("NATS_SERVER_NAME", "hub")
	s.admit("users.conf", "leaf.sh", "lab", leafPublic)
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it only asks for a free port
	if err != nil {
		t.Fatal(err)
	}
	hubAddress := l.Addr().String()
	l.Close()
	t.Setenv("NATS_LEAF_LISTEN", hubAddress)
	hub := s.start("nats-server.conf")
	uctraced := s.connect(hub, seed, "")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := uctraced.EnsureStreams(ctx, schemas.Streams(), bus.Limits{MaxBytes: 1 << 20}); err != nil {
		t.Fatal(err)
	}

	t.Setenv("NATS_SERVER_NAME", "leaf")
	t.Setenv("NATS_LEAF_SEED", read(t, leafSeed))
	t.Setenv("AGENT_NKEY", agentPublic)
	t.Setenv("NATS_HUB", "tls://"+hubAddress)
	// An agent that its own site lets in for a cluster that is not the site's.
	foreignSeed, foreignPublic := s.key("foreign")
	s.admit("leaf-users.conf", "agent.sh", "other", "collector-9", foreignPublic)
	leaf := s.start("leaf.conf")
	if why := publish(t, s.connect(leaf, agentSeed, "collector-1"), "uc.records.lab.cucm_sdl"); why != "" {
		t.Errorf("through the leaf: %s", why)
	}
	if why := publish(t, s.connect(leaf, agentSeed, "collector-1"), "uc.agents.lab.collector-1"); why != "" {
		t.Errorf("through the leaf: %s", why)
	}
	foreign := s.connect(leaf, foreignSeed, "collector-9")
	short, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	pub := foreign.Publisher(bus.PublisherOptions{})
	if err := pub.Publish(short, "uc.records.other.cucm_sdl", "1", []byte("x"), func(error) {}); err != nil {
		t.Fatal(err)
	}
	if err := pub.Flush(short); err == nil {
		t.Log("flushed")
	}
	info, err := uctraced.StreamInfo(ctx, schemas.StreamRecords)
	if err != nil {
		t.Fatal(err)
	}
	if info.Msgs != 1 {
		t.Errorf("the records stream holds %d messages, want the one of the site's own cluster", info.Msgs)
	}
}

// TestScriptsRefuseNonsense: what they print goes into a configuration.
func TestScriptsRefuseNonsense(t *testing.T) {
	key := "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
	for _, args := range [][]string{
		{"agent.sh"},
		{"agent.sh", "lab", "collector-1", "SUACSECRET"},
		{"agent.sh", "lab", "collector.1", key},
		{"agent.sh", "*", "collector-1", key},
		{"agent.sh", "lab", "", key},
		{"leaf.sh", ">", key},
		{"leaf.sh", "lab", "key"},
	} {
		cmd := exec.CommandContext(t.Context(), "sh", append([]string{"nats/" + args[0]}, args[1:]...)...)
		cmd.Stderr = io.Discard
		if out, err := cmd.Output(); err == nil {
			t.Errorf("%q prints %s", args, out)
		}
	}
}

// certificate writes a self-signed certificate for 127.0.0.1 and its key.
func (s *site) certificate() {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "uctrace test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.ca = s.write("cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	s.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
}
