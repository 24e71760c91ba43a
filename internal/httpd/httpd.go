// Package httpd is the HTTP listener of a program: one address, one mux that
// the parts of the program add their handlers to, and what keeps strangers and
// large requests away from them.
//
//   - Other hosts reach it only over TLS and with a token (Settings.Check).
//   - Without a token it answers only requests to a loopback name, so that no
//     page of another site can reach it through the browser of somebody here.
//   - Requests that change something are refused when another site sends them.
//   - Every size and every wait is bounded.
package httpd

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"golang.org/x/net/netutil"

	"github.com/uctrace/uctrace/internal/listen"
	"github.com/uctrace/uctrace/internal/metrics"
)

const (
	maxConnections = 256
	maxHeader      = 64 << 10
	maxBody        = 1 << 20
	headerTimeout  = 10 * time.Second
	readTimeout    = 30 * time.Second
	writeTimeout   = 2 * time.Minute // a query may take a while, a profile 30 s
	idleTimeout    = 2 * time.Minute
	// patience is how long Close waits for requests under way.
	patience = 5 * time.Second
)

// Server is a listener with its mux. Its methods may be called from several
// goroutines.
type Server struct {
	settings Settings
	mux      *http.ServeMux
	http     *http.Server // nil without a listener
	url      string
	requests *metrics.Counter
	duration *metrics.Histogram
}

// Start listens and serves until Close. Handlers may be added before and
// after; m, which may be nil, counts the requests. With the address off the Server takes handlers and serves nobody.
func Start(ctx context.Context, settings Settings, m *metrics.Registry, log *slog.Logger) (*Server, error) {
	s := &Server{
		settings: settings, mux: http.NewServeMux(),
		requests: m.Counter("uctrace_http_requests_total", "Requests that the listener has answered.", "handler", "code"),
		duration: m.Histogram("uctrace_http_request_duration_seconds", "From a request to the end of its answer.", metrics.Durations, "handler"),
	}
	if settings.Pprof {
		s.profiles()
	}
	if settings.Listen == listen.Off {
		return s, nil
	}
	secure, err := settings.tls()
	if err != nil {
		return nil, err
	}
	l, err := listen.TCP(ctx, "http.listen", settings.Listen)
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler: s.guard(), TLSConfig: secure,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	s.url = "http://" + l.Addr().String() + "/"
	limited := netutil.LimitListener(l, maxConnections)
	serve := func() error { return s.http.Serve(limited) }
	if secure != nil {
		s.url = "https://" + l.Addr().String() + "/"
		serve = func() error { return s.http.ServeTLS(limited, "", "") }
	}
	go func() {
		if err := serve(); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the HTTP listener ended", "address", l.Addr().String(), "error", err)
		}
	}()
	return s, nil
}

// URL returns where the root is, "" without a listener.
func (s *Server) URL() string { return s.url }

// Handle adds a handler for a pattern of http.ServeMux. Clients need the
// token, if there is one.
func (s *Server) Handle(pattern string, h http.Handler) {
	s.mux.Handle(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.Trusted(r) {
			refuse(w)
			return
		}
		h.ServeHTTP(w, r)
	}))
}

// HandleOpen adds a handler that needs no token, for probes. What it tells
// strangers is up to it; see Trusted.
func (s *Server) HandleOpen(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// Close lets requests under way finish, for a moment, and ends the listener.
func (s *Server) Close() error {
	if s.http == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}

// profiles adds what net/http/pprof shows; Check has seen to it that only this
// host can ask.
func (s *Server) profiles() {
	s.Handle("GET /debug/pprof/", http.HandlerFunc(pprof.Index))
	s.Handle("GET /debug/pprof/cmdline", http.HandlerFunc(pprof.Cmdline))
	s.Handle("GET /debug/pprof/profile", http.HandlerFunc(pprof.Profile))
	s.Handle("GET /debug/pprof/symbol", http.HandlerFunc(pprof.Symbol))
	s.Handle("GET /debug/pprof/trace", http.HandlerFunc(pprof.Trace))
}

// guard returns the mux behind what holds for all requests.
func (s *Server) guard() http.Handler {
	inner := http.NewCrossOriginProtection().Handler(s.mux)
	return s.counted(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'") // a page says what it needs
		if s.settings.Token == "" && !loopbackName(r.Host) {
			http.Error(w, "this listener has no http.token, so it answers only to a loopback name such as localhost", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		inner.ServeHTTP(w, r)
	})
}

// counted counts requests by what handles them; what nobody handles has no
// name, so that strangers cannot make any.
func (s *Server) counted(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		answer := &answer{ResponseWriter: w}
		h(answer, r)
		s.requests.Inc(r.Pattern, strconv.Itoa(cmp.Or(answer.status, http.StatusOK)))
		s.duration.Since(begin, r.Pattern)
	})
}

// answer remembers the status.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	a.status = cmp.Or(a.status, status)
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// loopbackName reports whether the Host of a request is a name of this host
// that no other site can have.
func loopbackName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	return listen.LoopbackHost(host)
}
