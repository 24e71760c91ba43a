package chdb

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// maxSessions is how many statements run at once; more wait. A connection of
// libchdb runs one statement at a time, several connections run in parallel.
const maxSessions = 8

// limits keep the engine small inside a program that has other work: a query
// fails rather than take more than half of the host's memory, and caches are
// bounded for a host that is not a database server.
var limits = []string{
	"--max_server_memory_usage_to_ram_ratio=0.5",
	"--mark_cache_size=67108864",
	"--index_mark_cache_size=16777216",
	"--primary_index_cache_size=67108864",
	"--query_condition_cache_size=16777216",
	"--compiled_expression_cache_size=16777216",
}

// config is the engine's configuration file, for what limits cannot say.
//
//go:embed config.xml
var config []byte

// configFile is its name in the data directory, written at each Open.
const configFile = "uctrace-engine.xml"

// Engine is a running ClickHouse on a data directory. All methods may be
// called by several goroutines.
type Engine struct {
	lib  *library
	args []string
	lock *os.File
	// root stays connected as long as the engine is open: when the last
	// connection closes, libchdb stops.
	root *session
	// slots holds one token per statement that may run.
	slots chan struct{}

	// closing is closed by Close.
	closing chan struct{}
	stop    func()

	mu   sync.Mutex
	idle []*session
}

// Option changes how an engine is started.
type Option func(*[]byte)

// Users gives the engine the users, profiles and quotas of a configuration file
// of ClickHouse. Every statement runs as the user default, with its grants; the
// others can only be looked at.
func Users(file string) Option {
	return func(config *[]byte) {
		const end = "</clickhouse>"
		var escaped bytes.Buffer
		_ = xml.EscapeText(&escaped, []byte(file)) // a buffer takes everything
		*config = bytes.Replace(*config, []byte(end), []byte("<users_config>"+escaped.String()+"</users_config>\n"+end), 1)
	}
}

// Open starts the engine on the data directory dir, creating it. A process
// can have one Engine open; a directory belongs to one process at a time, and
// the error names the process that has it. The process loses its standard
// input, which the engine would read.
func Open(libPath, dir string, options ...Option) (*Engine, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open embedded ClickHouse: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open embedded ClickHouse: %w", err)
	}
	conf, content := filepath.Join(dir, configFile), bytes.Clone(config)
	for _, option := range options {
		option(&content)
	}
	if err := os.WriteFile(conf, content, 0o600); err != nil {
		lock.Close()
		return nil, fmt.Errorf("open embedded ClickHouse: %w", err)
	}
	e := &Engine{
		args:    append([]string{"clickhouse", "--path=" + dir, "--config-file=" + conf}, limits...),
		lock:    lock,
		slots:   make(chan struct{}, maxSessions),
		closing: make(chan struct{}),
	}
	e.stop = sync.OnceFunc(func() { close(e.closing) })
	if e.lib, err = load(libPath); err == nil {
		err = emptyStdin()
	}
	if err == nil {
		e.root, err = e.connect()
	}
	if err != nil {
		lock.Close()
		return nil, fmt.Errorf("open embedded ClickHouse on %s: %w", dir, err)
	}
	return e, nil
}

// lockDir takes dir for this process and leaves its id for the next one's
// error message.
func lockDir(dir string) (*os.File, error) {
	path := filepath.Join(dir, "uctrace.lock")
	f, err := tryLock(path)
	if errors.Is(err, errLocked) {
		holder := "another process"
		if pid, err := os.ReadFile(path); err == nil && len(pid) > 0 {
			holder = "process " + strings.TrimSpace(string(pid))
		}
		return nil, fmt.Errorf("the data directory %s is in use by %s", dir, holder)
	}
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(0), writeAt0(f, strconv.Itoa(os.Getpid())+"\n")); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func writeAt0(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

// Close waits for the statements that run, stops the engine and releases the
// data directory; statements that come later fail. A second Close does
// nothing. It must not be called by two goroutines at once.
func (e *Engine) Close() error {
	if e.root == nil {
		return nil
	}
	e.stop()
	for range maxSessions {
		e.slots <- struct{}{}
	}
	for _, s := range e.idle {
		e.lib.closeConn(s.conn)
	}
	e.lib.closeConn(e.root.conn)
	e.idle, e.root = nil, nil
	return e.lock.Close()
}

// errClosed answers statements after Close.
var errClosed = errors.New("the embedded ClickHouse is closed")

// acquire returns an idle session or connects a new one, waiting while
// maxSessions are at work. Every session goes back through release.
func (e *Engine) acquire(ctx context.Context) (*session, error) {
	select {
	case e.slots <- struct{}{}:
	case <-e.closing:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.idle); n > 0 {
		s := e.idle[n-1]
		e.idle = e.idle[:n-1]
		return s, nil
	}
	s, err := e.connect()
	if err != nil {
		<-e.slots
	}
	return s, err
}

// release gives s back. A session whose state is not known any more is
// closed instead.
func (e *Engine) release(s *session) {
	if s.spoiled {
		e.lib.closeConn(s.conn)
	} else {
		e.mu.Lock()
		e.idle = append(e.idle, s)
		e.mu.Unlock()
	}
	<-e.slots
}

func (e *Engine) connect() (*session, error) {
	conn, err := e.lib.open(e.args)
	if err != nil {
		return nil, err
	}
	return &session{lib: e.lib, conn: conn, database: "default"}, nil
}
