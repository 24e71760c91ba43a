// Package natsd runs the NATS server inside the process, for installations
// that have none of their own. It is an ordinary JetStream server with its
// data in one directory; package bus speaks to it as to any other.
//
// The package listens to no signals, keeps no state and never ends the
// process.
package natsd

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/uctrace/uctrace/internal/disk"
	"github.com/uctrace/uctrace/internal/listen"
)

// Config of a Server. Dir must be given, the rest has defaults.
type Config struct {
	// Dir holds the data. It is created when absent; one server at a time
	// may use it.
	Dir string
	// Listen is host:port for clients outside the process; port 0 takes a
	// free one. Empty: no listener. An address that other hosts reach needs
	// Token and TLS.
	Listen string
	// Token is what clients must present, in-process ones included. Empty:
	// nothing.
	Token string
	// TLS is for the listener. Nil: plain text.
	TLS *tls.Config
	// MaxStore bounds the data, in bytes, so that JetStream refuses messages
	// before the disk is full: out of disk it goes silent until it is
	// restarted. 0: 80 % of what the directory holds and the disk has free.
	MaxStore int64
	// SyncInterval is how long an acknowledged message may wait for fsync.
	// 0: every message is synced before it is acknowledged, the only setting
	// under which a single node loses nothing at a power cut.
	SyncInterval time.Duration
	// Log receives the server's messages. Nil: slog.Default.
	Log *slog.Logger
}

// ErrInUse says that another server has the directory.
var ErrInUse = errors.New("in use by another server")

// maxPayload is what schemas/wire.MaxMessage leaves room for headers in.
const maxPayload = 1 << 20

// maxMemory bounds consumers in memory, in bytes; streams are files.
const maxMemory = 64 << 20

// readyTimeout bounds the start, which reads the whole store after a crash.
const readyTimeout = 5 * time.Minute

// Server is a running NATS server.
type Server struct {
	nats   *server.Server
	lock   *os.File
	listen bool
}

// Start starts a server and returns when it accepts clients. The error says
// what is wrong with the configuration, the directory or the address.
func Start(c Config) (*Server, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	opts, err := c.options()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("nats data directory: %w", err)
	}
	lock, err := lockFile(filepath.Join(c.Dir, "LOCK"))
	if err != nil {
		return nil, fmt.Errorf("nats data directory %s: %w", c.Dir, err)
	}
	if opts.JetStreamMaxStore, err = c.maxStore(); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s := &Server{lock: lock, listen: c.Listen != ""}
	if err := s.start(opts, c.Log); err != nil {
		return nil, errors.Join(fmt.Errorf("start nats server in %s: %w", c.Dir, err), lock.Close())
	}
	return s, nil
}

func (s *Server) start(opts *server.Options, log *slog.Logger) error {
	var err error
	if s.nats, err = server.NewServer(opts); err != nil {
		return err
	}
	l := &logger{log: log}
	s.nats.SetLoggerV2(l, false, false, false)
	s.nats.Start() // a fatal fault is logged, and Start returns
	if err = l.fault(); err == nil && !s.nats.ReadyForConnections(readyTimeout) {
		err = fmt.Errorf("not ready after %s", readyTimeout)
	}
	if err == nil && !s.nats.JetStreamEnabled() {
		err = errors.New("jetstream is not enabled")
	}
	if err != nil {
		s.nats.Shutdown()
		s.nats.WaitForShutdown()
	}
	return err
}

// InProcessConn connects a client within the process. It makes Server a
// nats.InProcessConnProvider.
func (s *Server) InProcessConn() (net.Conn, error) { return s.nats.InProcessConn() }

// InProcess returns s as what bus.Config.InProcess takes.
func (s *Server) InProcess() *Server { return s }

// ClientURL returns the URL of the listener, "" when there is none.
func (s *Server) ClientURL() string {
	if !s.listen {
		return ""
	}
	return s.nats.ClientURL()
}

// Health returns why the server does not store messages, nil when it does.
// JetStream switches itself off when the disk fails or fills up, and stays off
// until the server is restarted.
func (s *Server) Health() error {
	switch {
	case !s.nats.Running():
		return errors.New("nats server is not running")
	case !s.nats.JetStreamEnabled():
		return errors.New("jetstream has switched itself off: free disk space and restart")
	}
	return nil
}

// Shutdown disconnects all clients, writes what is in memory and returns when
// the directory may be used again.
func (s *Server) Shutdown() {
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
	_ = s.lock.Close() // releases the lock; the file stays
}

func (c *Config) options() (*server.Options, error) {
	if c.Dir == "" {
		return nil, errors.New("nats data directory is not set")
	}
	opts := &server.Options{
		ServerName:         "uctrace",
		StoreDir:           c.Dir,
		JetStream:          true,
		JetStreamMaxMemory: maxMemory,
		MaxPayload:         maxPayload,
		SyncAlways:         c.SyncInterval <= 0,
		SyncInterval:       c.SyncInterval,
		Authorization:      c.Token,
		DontListen:         c.Listen == "",
		NoSigs:             true,
	}
	if opts.SyncAlways {
		opts.SyncInterval = 2 * time.Minute // of what is not a message, as the server's own default
	}
	if c.Listen == "" {
		return opts, nil
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return nil, fmt.Errorf("nats listen address: %w", err)
	}
	if opts.Port, err = strconv.Atoi(port); err != nil || opts.Port < 0 || opts.Port > 65535 {
		return nil, fmt.Errorf("nats listen address %s: %q is no port", c.Listen, port)
	}
	if opts.Port == 0 {
		opts.Port = server.RANDOM_PORT
	}
	if !listen.LoopbackHost(host) && (c.Token == "" || c.TLS == nil) {
		return nil, fmt.Errorf("nats listen address %s: other hosts can reach it, so it needs a token and TLS", c.Listen)
	}
	opts.Host = host
	if c.TLS != nil {
		opts.TLS, opts.TLSConfig, opts.TLSTimeout = true, c.TLS, 10
	}
	return opts, nil
}

// maxStore returns the limit in force and warns of one that the disk cannot
// hold.
func (c *Config) maxStore() (int64, error) {
	used, err := disk.Used(c.Dir)
	if err != nil {
		return 0, fmt.Errorf("nats data directory: %w", err)
	}
	free, err := disk.Free(c.Dir)
	if err != nil {
		return 0, fmt.Errorf("nats data directory: free space: %w", err)
	}
	if c.MaxStore <= 0 {
		return (used + free) / 5 * 4, nil
	}
	if c.MaxStore > used+free {
		c.Log.Warn("nats store limit exceeds the disk: a full disk stops the server until it is restarted",
			"dir", c.Dir, "limit_bytes", c.MaxStore, "used_bytes", used, "free_bytes", free)
	}
	return c.MaxStore, nil
}
