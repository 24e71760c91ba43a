package chdb

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// request is an HTTP request of a ClickHouse client, understood.
type request struct {
	sql     string
	outline statement
	// data is the data of an INSERT, nil when the statement needs none.
	data     io.Reader
	database string
	// format is the format of the result when the statement names none.
	format string
	// revision is the client's version of the Native format, 0 when the
	// client did not say.
	revision uint64
	compress bool
	queryID  string
	settings map[string]string
	params   map[string]string
}

// reserved are the parameters that are no settings; those that are false
// change nothing here.
var reserved = map[string]bool{
	"query": false, "database": false, "default_format": false, "client_protocol_version": false,
	"query_id": false, "quota_key": false, "user": false, "password": false, "compress": false,
	"decompress": false, "wait_end_of_query": false, "buffer_size": false, "stacktrace": false,
	"readonly": false, "session_id": true, "session_timeout": true, "session_check": true, "role": true,
}

// newRequest reads r. Its faults are Exceptions, or errors of the body.
func newRequest(r *http.Request) (*request, error) {
	q := r.URL.Query()
	req := &request{
		database: firstOf(q.Get("database"), r.Header.Get("X-ClickHouse-Database")),
		format:   firstOf(q.Get("default_format"), r.Header.Get("X-ClickHouse-Format"), "TabSeparated"),
		compress: q.Get("compress") == "1",
		queryID:  q.Get("query_id"),
		settings: map[string]string{},
		params:   map[string]string{},
	}
	if v := q.Get("client_protocol_version"); v != "" {
		if _, err := fmt.Sscan(v, &req.revision); err != nil {
			return nil, exception(codeBadRequest, "BAD_ARGUMENTS", "client_protocol_version %q is not a number", v)
		}
	}
	for name, values := range q {
		unsupported, known := reserved[name]
		switch {
		case unsupported:
			return nil, exception(codeNotImplemented, "NOT_IMPLEMENTED", "parameter %s is not supported by the embedded engine", name)
		case known:
		case !isName(name):
			return nil, exception(codeBadRequest, "BAD_ARGUMENTS", "%q is not the name of a setting", name)
		case strings.HasPrefix(name, "param_"):
			req.params[name] = values[0]
		default:
			req.settings[name] = values[0]
		}
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return nil, exception(codeNotImplemented, "NOT_IMPLEMENTED", "external tables are not supported by the embedded engine")
	}
	if err := req.readStatement(r, q.Get("query"), q.Get("decompress") == "1"); err != nil {
		return nil, err
	}
	if req.outline.more {
		return nil, exception(codeSyntaxError, "SYNTAX_ERROR", "multi-statements are not allowed")
	}
	readonly := r.Method != http.MethodPost || q.Get("readonly") == "1" || q.Get("readonly") == "2"
	if readonly && req.sql != "" && !req.outline.reads() {
		return nil, exception(codeReadonly, "READONLY", "cannot execute the query in readonly mode; over HTTP, method %s implies it", r.Method)
	}
	return req, nil
}

// readStatement joins the query parameter and the body, as ClickHouse does:
// the body goes on where the parameter ends, and what follows the FORMAT of
// an INSERT is its data.
func (req *request) readStatement(r *http.Request, sql string, decompress bool) error {
	var body io.Reader = http.NoBody
	if r.Method == http.MethodPost && r.Body != nil {
		var err error
		if body, err = bodyReader(r, decompress); err != nil {
			return err
		}
	}
	sql = strings.TrimLeft(sql, space)
	st := outline(sql)
	if !st.takesData() {
		rest, err := io.ReadAll(body)
		if err != nil {
			return fmt.Errorf("read the request body: %w", err)
		}
		if len(rest) > 0 {
			sql = strings.TrimLeft(sql+"\n"+string(rest), space)
			st = outline(sql)
		}
		body = http.NoBody
	}
	if st.takesData() {
		inline := strings.TrimLeft(sql[st.dataAt:], " \t\r;")
		inline = strings.TrimPrefix(inline, "\n")
		req.data = io.MultiReader(strings.NewReader(inline), body)
		sql = sql[:st.dataAt]
	}
	req.sql, req.outline = sql, st
	return nil
}

const space = " \t\r\n"

// takesData reports whether the statement is an INSERT whose rows come with
// the request, in a named format.
func (st *statement) takesData() bool { return st.verb == "INSERT" && st.target > 0 && st.format != "" }

// reads reports whether the statement only reads.
func (st *statement) reads() bool {
	switch st.verb {
	case "SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXISTS", "EXPLAIN":
		return true
	}
	return false
}

func exception(code int, name, format string, args ...any) *Exception {
	return &Exception{code, fmt.Sprintf("Code: %d. DB::Exception: %s. (%s)", code, fmt.Sprintf(format, args...), name)}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// isName reports whether s can be the name of a setting or of a parameter.
func isName(s string) bool {
	for i := range len(s) {
		if !isWord(s[i]) || s[i] >= 0x80 {
			return false
		}
	}
	return s != ""
}
