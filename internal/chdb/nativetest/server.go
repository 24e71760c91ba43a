// Package nativetest puts the socket of a ClickHouse server in front of the
// embedded engine: it speaks the server's side of the native protocol, and
// every statement runs on the engine. With it a test reaches the real engine
// with the real schema the way a server elsewhere is reached: one connection
// for each of the client's, blocks of columns in both directions, compressed
// where the client wants it, exceptions as packets.
//
// A statement that is cancelled runs to its end. External tables, sessions and
// roles are answered with an exception.
package nativetest

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb"
)

// Revision of the protocol, that of ClickHouse 23.3 and what clickhouse-go
// speaks at most.
const Revision = 54460

// Moment is a point in the life of a statement.
type Moment int

// The moments, in their order. Sent comes for an INSERT alone.
const (
	Asked Moment = iota // the statement is here, nothing is answered
	Sent                // all rows are here, none is stored
	Done                // the statement has run, the client does not know
)

// Options of a server. The zero value lets everybody in without TLS.
type Options struct {
	TLS *tls.Config
	// Username and Password are the only ones that are let in.
	Username, Password string
	// Interfere, when set, is called at each moment of each statement, by
	// several goroutines. The client is told an error that is a
	// *chdb.Exception; any other error cuts the connection.
	Interfere func(at Moment, sql string) error
}

// Server is a ClickHouse server of this test on a loopback port.
type Server struct {
	// Addr is host and port; they stay when the server is stopped and started.
	Addr string

	engine  *chdb.Engine
	options Options
	logf    func(format string, args ...any)

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	accepted int
	serving  sync.WaitGroup
}

// New returns a server that listens, and is stopped with the test.
func New(t testing.TB, e *chdb.Engine, o Options) *Server {
	t.Helper()
	s := &Server{Addr: "127.0.0.1:0", engine: e, options: o, logf: t.Logf, conns: map[net.Conn]bool{}}
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

// URL is the server's address as the sink is given it.
func (s *Server) URL() string { return "clickhouse://" + s.Addr }

// Accepted returns how many connections there have been.
func (s *Server) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// Start listens again after Stop.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = l.Addr().String()
	if s.options.TLS != nil {
		l = tls.NewListener(l, s.options.TLS)
	}
	s.mu.Lock()
	s.listener = l
	s.mu.Unlock()
	s.serving.Go(func() { s.accept(l) })
}

// Stop closes the port and all connections, whatever they do, and waits until
// what runs on the engine has ended.
func (s *Server) Stop() {
	s.mu.Lock()
	_ = s.listener.Close()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}

func (s *Server) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.accepted++
		s.mu.Unlock()
		s.serving.Go(func() {
			if err := newConn(s, c).serve(); !gone(err) {
				s.logf("native server: %v", err)
			}
			_ = c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
	}
}

// errCut ends a connection because a test wants it.
var errCut = errors.New("cut by the test")

// interfere returns what the test wants to go wrong.
func (s *Server) interfere(at Moment, sql string) error {
	if s.options.Interfere == nil {
		return nil
	}
	err := s.options.Interfere(at, sql)
	if _, told := errors.AsType[*chdb.Exception](err); err == nil || told {
		return err
	}
	return errors.Join(errCut, err)
}
