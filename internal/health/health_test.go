package health_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/uctrace/uctrace/internal/health"
)

func TestAnswers(t *testing.T) {
	fine := health.Check{Name: "nats", Run: func(context.Context) (string, error) { return "in process", nil }}
	plain := health.Check{Name: "started", Run: func(context.Context) (string, error) { return "", nil }}
	down := health.Check{Name: "clickhouse", Run: func(context.Context) (string, error) {
		return "", errors.New("dial tcp 10.0.0.7:9000: connection refused")
	}}
	for _, tt := range []struct {
		name   string
		checks []health.Check
		asks   *http.Request
		status int
		want   string
	}{
		{"everything holds", []health.Check{plain, fine}, request("operator", ""), 200, "ready\nok    started\nok    nats  in process\n"},
		{"something does not", []health.Check{fine, down}, request("operator", ""), 503, "not ready\nok    nats  in process\nFAIL  clickhouse  dial tcp 10.0.0.7:9000: connection refused\n"},
		{"a stranger learns no addresses", []health.Check{fine, down}, request("", ""), 503, "not ready\nok    nats\nFAIL  clickhouse\n"},
		{"nothing to check", nil, request("", ""), 200, "ready\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b health.Board
			b.Add(tt.checks...)
			h := b.Handler("ready", func(r *http.Request) bool { return r.Header.Get("Authorization") != "" })
			for range 2 { // the second answer is the remembered one
				w := httptest.NewRecorder()
				h.ServeHTTP(w, tt.asks)
				if w.Code != tt.status || w.Body.String() != tt.want {
					t.Errorf("%d %q, want %d %q", w.Code, w.Body, tt.status, tt.want)
				}
			}
		})
	}
}

func TestJSON(t *testing.T) {
	var b health.Board
	b.Add(health.Check{Name: "streams", Run: func(context.Context) (string, error) { return "", errors.New("UC_EVENTS is full") }})
	w := httptest.NewRecorder()
	b.Handler("ready", func(*http.Request) bool { return true }).ServeHTTP(w, request("", "application/json"))
	var got struct {
		OK     bool
		Checks []health.Result
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.OK || len(got.Checks) != 1 || got.Checks[0] != (health.Result{Check: "streams", Why: "UC_EVENTS is full"}) {
		t.Errorf("%+v", got)
	}
}

// TestNoAnswerIsAnAnswer runs a check that never ends.
func TestNoAnswerIsAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b health.Board
		forever := make(chan struct{})
		defer close(forever)
		b.Add(health.Check{Name: "hung", Run: func(context.Context) (string, error) { <-forever; return "", nil }})
		if got := b.Results(t.Context()); len(got) != 1 || got[0].OK || got[0].Why != "no answer within 2s" {
			t.Errorf("%+v", got)
		}
	})
}

func request(token, accept string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/readyz", nil)
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	return r
}
