package chdb

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// Transport answers HTTP requests in the process, without a socket. The host
// of a request does not matter. With it, clickhouse-go works unchanged:
//
//	clickhouse.Open(&clickhouse.Options{
//		Protocol: clickhouse.HTTP,
//		Addr:     []string{"embedded"},
//		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return engine.Transport(), nil },
//	})
//
// A cancelled request returns at once; its statement runs to its end all the
// same, as it may on a server, so its outcome is unknown.
func (e *Engine) Transport() http.RoundTripper { return transport{e} }

type transport struct{ engine *Engine }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	done := make(chan *recorder, 1)
	go func() {
		rec := &recorder{header: http.Header{}, status: http.StatusOK}
		t.engine.serve(rec, r)
		if r.Body != nil {
			r.Body.Close()
		}
		done <- rec
	}()
	select {
	case rec := <-done:
		return rec.response(r), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// recorder keeps an answer as an http.ResponseWriter.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (rec *recorder) Header() http.Header         { return rec.header }
func (rec *recorder) WriteHeader(status int)      { rec.status = status }
func (rec *recorder) Write(p []byte) (int, error) { return rec.body.Write(p) }

func (rec *recorder) response(r *http.Request) *http.Response {
	return &http.Response{
		Status:        strconv.Itoa(rec.status) + " " + http.StatusText(rec.status),
		StatusCode:    rec.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        rec.header,
		Body:          io.NopCloser(bytes.NewReader(rec.body.Bytes())),
		ContentLength: int64(rec.body.Len()),
		Request:       r,
	}
}
