// Package web is what people open in a browser: one page for each session and
// finding, lists of them, a search, and the JSON API behind it.
//
// It only reads. Pages work without scripts; app.js adds suggestions, the
// message beside the ladder, and the keyboard. Everything comes from this
// program: no page asks another host for anything, and its Content-Security-
// Policy allows nothing else.
package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
)

//go:embed templates static openapi.json
var files embed.FS

// Options are what the pages are made from.
type Options struct {
	// Store answers what is asked of the database.
	Store *read.Store
	// Raw returns the bytes of the record that an event is from, as they stand
	// in the log; ok is false when they are not kept any more. Nil: they never
	// are.
	Raw func(ctx context.Context, e *schemas.Event) (text []byte, ok bool, err error)
	// Title returns the heading of a rule, "" for an unknown one; nil knows none.
	Title func(rule string) string
	// Grafana is the address of the Grafana that has the raw lines in Loki, ""
	// for none. Pages link to it.
	Grafana string
	// Version is the program's.
	Version string
	Log     *slog.Logger
}

// Handler serves the pages and the API. Several goroutines may use it.
type Handler struct {
	opts  Options
	log   *slog.Logger
	pages map[string]*template.Template
	mux   *http.ServeMux
}

// New returns the handler.
func New(opts Options) *Handler {
	h := &Handler{opts: opts, log: opts.Log, mux: http.NewServeMux()}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if opts.Title == nil {
		h.opts.Title = func(string) string { return "" }
	}
	h.pages = h.templates()
	static, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // it is embedded
	}
	h.mux.Handle("GET /static/", http.StripPrefix("/static/", cached(http.FileServerFS(static))))
	for pattern, page := range map[string]page{
		"GET /{$}":                   h.home,
		"GET /findings":              h.findingList,
		"GET /finding/{id}":          h.finding,
		"GET /session/{id}":          h.session,
		"GET /session/{id}/{export}": h.export,
		"GET /event/{id}":            h.event,
		"GET /user/{key...}":         h.user,
		"GET /coverage":              h.coverage,
		"GET /agents":                h.agents,
		"GET /files":                 h.fileList,
	} {
		h.mux.Handle(pattern, h.serve(page, h.failed))
	}
	for _, r := range h.api() {
		h.mux.Handle("GET "+r.path, h.serve(r.page, problem))
	}
	h.mux.Handle("/api/", h.serve(func(http.ResponseWriter, *http.Request) error {
		return &fault{http.StatusNotFound, "there is no such part of the API", "/api/v1/openapi.json describes it"}
	}, problem))
	h.mux.Handle("/", h.serve(func(http.ResponseWriter, *http.Request) error {
		return &fault{http.StatusNotFound, "there is no such page", ""}
	}, h.failed))
	return h
}

// page answers a request, or returns why it cannot.
type page func(http.ResponseWriter, *http.Request) error

// fault is an error with what to tell the person who asked.
type fault struct {
	status int
	what   string
	hint   string
}

// Error implements error.
func (f *fault) Error() string { return f.what }

// policy lets pages use what this program serves and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP implements http.Handler. It answers GET and HEAD.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		refuse := &fault{http.StatusMethodNotAllowed, "only GET and HEAD are answered here: nothing can be changed", ""}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			problem(w, r, refuse)
		} else {
			h.failed(w, r, refuse)
		}
		return
	}
	h.mux.ServeHTTP(w, r)
}

// serve makes a handler of p; fail tells its errors.
func (h *Handler) serve(p page, fail func(http.ResponseWriter, *http.Request, *fault)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := p(w, r)
		if err == nil || r.Context().Err() != nil {
			return
		}
		f := explain(err)
		if f.status >= http.StatusInternalServerError {
			h.log.Warn("a page could not be made", "path", r.URL.Path, "error", err)
		}
		fail(w, r, f)
	})
}

// errPage: a template does not fit what it is given.
var errPage = errors.New("page")

// explain turns an error into what a person is told. What the database said
// goes to the log only.
func explain(err error) *fault {
	if f, ok := errors.AsType[*fault](err); ok {
		return f
	}
	switch {
	case errors.Is(err, read.ErrNotFound):
		return &fault{http.StatusNotFound, strings.TrimSuffix(err.Error(), ": not found") + " is not here", "it may be older than what is kept, or it was joined into another: search for one of its keys"}
	case errors.Is(err, read.ErrSlow):
		return &fault{http.StatusGatewayTimeout, "the database took too long to answer", "narrow the time or the filters"}
	}
	if errors.Is(err, errPage) {
		return &fault{http.StatusInternalServerError, "this page could not be made, which is a mistake of the program", "the log of uctraced says what is wrong"}
	}
	return &fault{http.StatusBadGateway, "the database does not answer", "the log of uctraced says why"}
}

// cached lets browsers keep static parts for a while; they change with the
// program only.
func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=300")
		next.ServeHTTP(w, r)
	})
}

// write sends a body, compressed when the client takes that and it is worth it.
func write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) error {
	head := w.Header()
	head.Set("Content-Type", contentType)
	if head.Get("Cache-Control") == "" {
		head.Set("Cache-Control", "no-cache")
	}
	head.Add("Vary", "Accept-Encoding")
	if len(body) > 2<<10 && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var small bytes.Buffer
		zip, _ := gzip.NewWriterLevel(&small, gzip.BestSpeed) // the level is a valid one
		if _, err := zip.Write(body); err != nil {
			return err
		}
		if err := zip.Close(); err != nil {
			return err
		}
		head.Set("Content-Encoding", "gzip")
		body = small.Bytes()
	}
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body)
	if err != nil {
		return nil //nolint:nilerr // the client went away: nobody is left to be told
	}
	return nil
}

// now is the clock of the pages, UTC.
func now() time.Time { return time.Now().UTC() }
