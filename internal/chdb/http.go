package chdb

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	chproto "github.com/ClickHouse/ch-go/proto"
)

// Handler answers the HTTP interface of a ClickHouse server, as far as
// clients use it to query and to insert: GET and POST with the statement in
// query or in the body, database, settings and param_ values as parameters,
// default_format, Native with client_protocol_version, gzip and LZ4 bodies,
// /ping. A fault of a statement is its HTTP status, the header
// X-ClickHouse-Exception-Code and the text.
//
// As in ClickHouse, a GET may only read. There is no user and no password:
// whoever reaches the handler owns the data, so serve it on a loopback
// address. Pages of other sites are kept from writing through a browser.
// External tables, sessions and roles are not supported and answered with an
// error.
func (e *Engine) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ping", ok)
	mux.HandleFunc("/replicas_status", ok)
	mux.HandleFunc("/{$}", e.serve)
	return http.NewCrossOriginProtection().Handler(mux)
}

func ok(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "Ok.\n") }

func (e *Engine) serve(w http.ResponseWriter, r *http.Request) {
	req, err := newRequest(r)
	if err == nil && req.sql == "" {
		ok(w, r)
		return
	}
	if err == nil {
		err = e.answer(r.Context(), w, req)
	}
	if err != nil {
		fail(w, err)
	}
}

// answer runs the statement of req and writes its result to w. When it fails,
// nothing has been written.
func (e *Engine) answer(ctx context.Context, w http.ResponseWriter, req *request) error {
	sql := req.sql
	if req.data != nil {
		path, done, err := stage(req.data)
		if err != nil {
			return err
		}
		defer done()
		sql = sql[:req.outline.target] + "FROM INFILE " + quoteString(path) + " " + sql[req.outline.target:]
	}
	s, err := e.acquire(ctx)
	if err != nil {
		return err
	}
	defer e.release(s)
	if err := s.prepare(req.database, req.settings); err != nil {
		return err
	}
	if verb := req.outline.verb; verb == "SET" || verb == "USE" || req.outline.temporary || len(req.params) > 0 {
		s.spoiled = true
	}
	for name, value := range req.params {
		if err := s.exec("SET " + name + " = " + quoteString(value)); err != nil {
			return err
		}
	}
	return e.lib.run(s.conn, sql, req.format, func(result []byte) error {
		return req.reply(w, result)
	})
}

// reply writes a result, which it must not keep.
func (req *request) reply(w http.ResponseWriter, result []byte) error {
	format := req.format
	if req.outline.format != "" && req.outline.verb != "INSERT" {
		format = req.outline.format
	}
	if format == "Native" && (req.revision > 0 || req.compress) {
		var err error
		if result, err = reencode(result, req.revision, req.compress); err != nil {
			return err
		}
	}
	h := w.Header()
	h.Set("Content-Type", contentType(format))
	h.Set("Content-Length", strconv.Itoa(len(result)))
	h.Set("X-ClickHouse-Format", format)
	if req.queryID != "" {
		h.Set("X-ClickHouse-Query-Id", req.queryID)
	}
	w.WriteHeader(http.StatusOK)
	// The client is gone when this fails; the statement is done either way.
	_, _ = w.Write(result)
	return nil
}

func contentType(format string) string {
	switch {
	case strings.HasPrefix(format, "JSON"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(format, "CSV"):
		return "text/csv; charset=UTF-8"
	case strings.HasPrefix(format, "TabSeparated"), strings.HasPrefix(format, "TSV"):
		return "text/tab-separated-values; charset=UTF-8"
	case format == "Native":
		return "application/octet-stream"
	}
	return "text/plain; charset=UTF-8"
}

func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	if ex, ok := errors.AsType[*Exception](err); ok {
		status = ex.status()
		w.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(ex.Code))
	}
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	w.WriteHeader(status)
	io.WriteString(w, strings.TrimRight(err.Error(), "\n")+"\n")
}

// bodyReader undoes the compression of a request body: HTTP's gzip and, with
// decompress=1, ClickHouse's own framing.
func bodyReader(r *http.Request, native bool) (io.Reader, error) {
	var body io.Reader = r.Body
	switch enc := r.Header.Get("Content-Encoding"); enc {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, &Exception{codeBadRequest, "Code: 36. DB::Exception: " + err.Error()}
		}
		body = z
	default:
		return nil, &Exception{codeNotImplemented, "Code: 48. DB::Exception: Content-Encoding " + enc + " is not supported. (NOT_IMPLEMENTED)"}
	}
	if native {
		z := chproto.NewReader(body)
		z.EnableCompression()
		body = lz4Reader{z}
	}
	return body, nil
}

// lz4Reader reads ClickHouse's compressed framing. Its underlying reader
// wraps the end of the stream into an error, which io.Copy would report.
type lz4Reader struct{ *chproto.Reader }

func (r lz4Reader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
