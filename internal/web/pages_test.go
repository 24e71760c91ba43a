package web

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
)

// testSearch finds sessions by everything that people have in hand.
func testSearch(t *testing.T, s *site) {
	type answer struct {
		Hits []struct {
			Session struct{ ID string }
			Matched string
			Exact   bool
		}
	}
	finding := s.withRule(t, "cucm.remote-destination-unmatched")
	call, callID := s.ofKind(t, schemas.SessionCall, schemas.KeyCallID)
	_, number, _ := strings.Cut(call.Summary, "call from ")
	number, _, _ = strings.Cut(number, " ")
	device, name := s.ofKind(t, schemas.SessionRegistration, schemas.KeyDevice)
	login, user := s.ofKind(t, schemas.SessionLogin, schemas.KeyUser)
	jabber, jid := s.ofKind(t, schemas.SessionLogin, schemas.KeyJID)
	dialback, xcoder := s.ofKind(t, schemas.SessionFederation, schemas.KeyXcoder)
	for _, tt := range []struct {
		q     string
		id    schemas.ID
		by    string
		exact bool
	}{
		{callID, call.ID, "call_id " + callID, true},
		{number, call.ID, "party " + number, true},
		{strings.ToLower(name), device.ID, "device " + name, true},
		{user, login.ID, "user " + user, true},
		{strings.ToUpper(jid), jabber.ID, "jid " + jid, true},
		{" " + xcoder + " ", dialback.ID, "xcoder " + xcoder, true},
		{call.ID.String(), call.ID, "session " + call.ID.String(), true},
		{finding.ID.String(), finding.Session, "id " + finding.ID.String(), true},
		{call.Events[0].String(), call.ID, "id " + call.Events[0].String(), true},
		{mac(name), device.ID, "device " + name, true},
		{number[:2] + " " + number[2:], call.ID, "party " + number, true},
		{"49691" + strings.TrimPrefix(number, "+"), call.ID, "extension " + number, false},
		{callID[:len(callID)-3], call.ID, "call_id " + callID, false},
	} {
		found := false
		for _, hit := range answerOf[answer](t, s, "/api/v1/search?limit=500&q="+url.QueryEscape(tt.q)).Hits {
			if hit.Session.ID == tt.id.String() {
				found = true
				if hit.Matched != tt.by || hit.Exact != tt.exact {
					t.Errorf("%q: matched %q (exact %v), want %q (%v)", tt.q, hit.Matched, hit.Exact, tt.by, tt.exact)
				}
			}
		}
		if !found {
			t.Errorf("%q does not find %s", tt.q, tt.id)
		}
		if page := s.get(t, "/?q="+url.QueryEscape(tt.q)); page.Code != http.StatusSeeOther && !strings.Contains(page.Body.String(), "/session/"+tt.id.String()) {
			t.Errorf("the page for %q does not show %s", tt.q, tt.id)
		}
	}
	for id, want := range map[schemas.ID]string{
		call.ID: "/session/" + call.ID.String(), finding.ID: "/finding/" + finding.ID.String(),
		call.Events[0]: "/session/" + call.ID.String() + "#e" + call.Events[0].String(),
	} {
		if w := s.get(t, "/?q="+strings.ToUpper(id.String())); w.Header().Get("Location") != want {
			t.Errorf("an id leads to %d %q, want %q", w.Code, w.Header().Get("Location"), want)
		}
	}
	for q, wants := range map[string][]string{
		"+1 (999) 000-1": {"+1 (999) 000-1</b>, <b>19990001</b>, <b>&#43;19990001|+1 (999) 000-1</b>, <b>19990001</b>", "The logs that are here are of 2026-03-02", `href="/coverage"`},
		user:             {"timeline of " + user},
		"e":              {"two characters at least"},
	} {
		page := s.ok(t, "/?q="+url.QueryEscape(q))
		for _, want := range wants {
			if !slices.ContainsFunc(strings.Split(want, "|"), func(w string) bool {
				return strings.Contains(page, strings.ReplaceAll(w, "+", "&#43;")) || strings.Contains(page, w)
			}) {
				t.Errorf("the page for %q does not say %q", q, want)
			}
		}
	}
	for _, q := range []string{"' OR 1=1 --", `\`, "%", "{x:String}", "?", "x') UNION ALL SELECT 1 --"} {
		if hits := answerOf[answer](t, s, "/api/v1/search?q="+url.QueryEscape(q)).Hits; len(hits) > 1 {
			t.Errorf("%q finds %d sessions", q, len(hits))
		}
	}
}

// mac returns the MAC address in the name of a phone, as its label prints it.
func mac(device string) string {
	var b strings.Builder
	for i, r := range strings.TrimPrefix(device, "SEP") {
		if i > 0 && i%2 == 0 {
			b.WriteByte(':')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// tags are what the policy of the pages forbids.
var tags = regexp.MustCompile(`(?i)<script>|<style|\sstyle=|\son[a-z]+=["']|(src|href|action)="(https?:)?//|javascript:`)

// testPages looks at every page for what would load or run something else.
func testPages(t *testing.T, s *site) {
	finding := s.withRule(t, "cucm.remote-destination-unmatched")
	login, user := s.ofKind(t, schemas.SessionLogin, schemas.KeyUser)
	dialback := s.withRule(t, "xmpp.dialback-invalid")
	joined := s.result.Sessions[slices.IndexFunc(s.result.Sessions, func(s schemas.Session) bool { return len(s.Joins) > 0 })]
	for path, wants := range map[string][]string{
		"/":                            {"What went wrong", "Sessions", "Older sessions"},
		"/?kind=federation&outcome=ok": {"dialback", "Reset"},
		"/?from=2026-03-02T08:00&to=1772438700000": {"sessions"},
		"/findings":                                    {"The caller&#39;s number", "Users, devices"},
		"/findings?rule=" + finding.Rule:               {finding.Cause[:20]},
		"/finding/" + finding.ID.String():              {"Cause", "To fix", "Evidence", "proves", "Look at the session"},
		"/session/" + finding.Session.String():         {"Ladder", "INVITE", `class="step note only-note proves"`, "messages.txt", "<td>cucm."},
		"/session/" + login.ID.String():                {"Stages", "discovery", `<rect x="`, "imeline of " + user},
		"/session/" + dialback.Session.String():        {"initiating", "receiving", "authoritative", "db:result", "db:verify"},
		"/session/" + joined.ID.String():               {"Why it is one session", "What could be seen"},
		"/event/" + finding.Evidence[0].Event.String(): {"How it is understood", "https://grafana.example/explore?"},
		"/user/" + url.PathEscape(user):                {"by user " + user, "sign-in"},
		"/files":                                       {"Coverage", "cucm.sdl", "whole"},
		"/coverage":                                    {"What cannot be seen"},
		"/agents":                                      {"kind of log"},
	} {
		w := s.get(t, path)
		body := w.Body.String()
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, body)
			continue
		}
		for _, want := range wants {
			any := false
			for word := range strings.SplitSeq(want, "|") {
				any = any || strings.Contains(body, word)
			}
			if !any {
				t.Errorf("%s does not say %q", path, want)
			}
		}
		for _, bad := range tags.FindAllStringIndex(body, -1) {
			if line := body[bad[0]:min(len(body), bad[0]+120)]; !strings.HasPrefix(line, `href="https://grafana.example/`) {
				t.Errorf("%s has %q", path, line)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s has the policy %q", path, csp)
		}
	}
}

// testEscaping shows words that are meant to do harm.
func testEscaping(t *testing.T, s *site) {
	for _, path := range []string{
		"/?from=2026-03-03", "/findings", "/?q=" + url.QueryEscape(harm), "/session/" + s.evil.ID.String(), "/finding/" + schemas.HashID("evil finding").String(),
		"/event/" + schemas.HashID("evil event").String(), "/event/" + schemas.HashID("evil event").String() + "?part=1", "/user/" + url.PathEscape(harm), "/user/" + url.PathEscape("<script>"),
		"/session/" + s.evil.ID.String() + "/ladder.svg",
	} {
		w := s.get(t, path)
		body := w.Body.String()
		if w.Code >= 500 || strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") || strings.Contains(body, `"javascript:`) {
			at := max(strings.Index(body, "<script>alert"), strings.Index(body, "<img src=x"), 0)
			t.Errorf("%s: %d …%s", path, w.Code, body[max(0, at-100):min(len(body), at+100)])
		}
	}
	if hits := s.ok(t, "/?q="+url.QueryEscape(harm)); !strings.Contains(hits, "1 session") {
		t.Errorf("the session is not found by its own words: %.500s", hits)
	}
}

func testExports(t *testing.T, s *site) {
	at := "/session/" + s.withRule(t, "cucm.remote-destination-unmatched").Session.String()
	for path, want := range map[string]struct{ contentType, says string }{
		"/ladder.svg":   {"image/svg+xml", "<svg xmlns"},
		"/ladder.txt":   {"text/plain; charset=utf-8", "── INVITE"},
		"/ladder.mmd":   {"text/plain; charset=utf-8", "sequenceDiagram"},
		"/ticket.md":    {"text/markdown; charset=utf-8", "**To fix:**"},
		"/messages.txt": {"text/plain; charset=utf-8", "\n---- 2026-03-02 "},
	} {
		w := s.get(t, at+path)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != want.contentType || !strings.Contains(w.Body.String(), want.says) {
			t.Errorf("%s: %d %s %.200s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if name := w.Header().Get("Content-Disposition"); !strings.Contains(name, "call-") || !strings.Contains(name, path[1:]) {
			t.Errorf("%s is called %s", path, name)
		}
	}
}

// testLongSession draws as many events as a session keeps.
func testLongSession(t *testing.T, s *site) {
	body := s.ok(t, "/session/"+s.long.ID.String())
	if n := strings.Count(body, `<li class="step `); n != schemas.MaxSessionEvents {
		t.Errorf("%d lines, want %d", n, schemas.MaxSessionEvents)
	}
	if !strings.Contains(body, "400 more events are not drawn") {
		t.Error("the page does not say that events are left out")
	}
	if size := len(body); size > 1000*schemas.MaxSessionEvents {
		t.Errorf("the page has %d bytes, %d a line", size, size/schemas.MaxSessionEvents)
	}
}

// testLastingSession draws what a session lists that goes on for days, and says
// how much more there is; its API has one page of events.
func testLastingSession(t *testing.T, s *site) {
	body := s.ok(t, "/session/"+s.lasting.ID.String())
	if n := strings.Count(body, `<li class="step `); n != 100 || !strings.Contains(body, "14,299 more events are not drawn") || strings.Contains(body, "not kept any more") {
		t.Errorf("%d lines are drawn, or the page does not say that events are left out", n)
	}
	if body := s.ok(t, "/api/v1/sessions/"+s.lasting.ID.String()+"/events?limit=100"); strings.Contains(body, `"next"`) {
		t.Error("the API promises events behind the last")
	}
}

// testEverySession opens the page of every sixth session.
func testEverySession(t *testing.T, s *site) {
	for i := 0; i < len(s.result.Sessions); i += 6 {
		session := &s.result.Sessions[i]
		if body := s.ok(t, "/session/"+session.ID.String()); !strings.Contains(body, `class="step `) && session.Kind == schemas.SessionCall {
			t.Errorf("nothing of %s %s is drawn", session.ID, session.Summary)
		}
	}
}

func testSlow(t *testing.T, s *site) {
	store := *s.opts.Store
	store.Patience = time.Nanosecond
	slow := site{Handler: New(Options{Store: &store})}
	for path, contentType := range map[string]string{"/": "text/html; charset=utf-8", "/api/v1/sessions": "application/problem+json"} {
		w := slow.get(t, path)
		if w.Code != http.StatusGatewayTimeout || w.Header().Get("Content-Type") != contentType || !strings.Contains(w.Body.String(), "too long") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// testGone asks for events that are not kept any more.
func testGone(t *testing.T, s *site) {
	gone := schemas.Session{ID: schemas.HashID("gone"), EventCount: 3}
	if events, err := s.opts.Store.Events(t.Context(), gone.ID, 0, 10); err != nil || len(events) != 0 {
		t.Errorf("%d events, %v", len(events), err)
	}
	events, err := s.opts.Store.Events(t.Context(), s.long.ID, 5, 2)
	if err != nil || len(events) != 2 || events[0].ID != s.long.Events[5] || events[1].ID != s.long.Events[6] {
		t.Errorf("%d events, %v: want the sixth and the seventh", len(events), err)
	}
}

// testGroups counts causes, not findings.
func testGroups(t *testing.T, s *site) {
	groups, err := s.opts.Store.Groups(t.Context(), read.FindingFilter{Limit: read.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	sum, seen := 0, map[[3]string]bool{}
	list := html.UnescapeString(s.ok(t, "/findings"))
	for _, g := range groups {
		sum += g.Count
		same, _, err := s.opts.Store.Findings(t.Context(), read.FindingFilter{Rule: g.Rule, Cause: g.Cause, Cluster: g.Cluster, Limit: read.MaxPage})
		if err != nil || len(same) < g.Count {
			t.Errorf("%s: %d findings of its cause, want %d: %v", g.Rule, len(same), g.Count, err)
		}
		if at := findingsOf(nil, g); g.Count > 1 && !strings.Contains(list, at) {
			t.Errorf("the list does not lead to %s", at)
		}
		key := [3]string{g.Rule, g.Cluster, g.Cause}
		if seen[key] {
			t.Errorf("%v comes twice", key)
		}
		seen[key] = true
	}
	if at := findingsOf(url.Values{"severity": {"low"}, "rule": {"x"}}, read.Group{Rule: "a.b", Cause: "c & d"}); at != "/findings?cause=c+%26+d&rule=a.b&severity=low" {
		t.Errorf("a group in a filtered list leads to %s", at)
	}
	if sum != len(s.result.Findings)+1 || len(groups) >= sum {
		t.Errorf("%d groups of %d findings, want fewer groups that hold all %d", len(groups), sum, len(s.result.Findings)+1)
	}
}

// testRaw shows the whole record where it is kept, and says so where it is not.
func testRaw(t *testing.T, s *site) {
	event := s.withRule(t, "cucm.remote-destination-unmatched").Evidence[0].Event
	if body := s.ok(t, "/event/"+event.String()+"?part=1"); !strings.Contains(body, "not kept here any more") {
		t.Errorf("the page does not say that the record is not kept: %s", body)
	}
	opts := s.opts
	opts.Raw = func(context.Context, *schemas.Event) ([]byte, bool, error) {
		return []byte("INVITE sip:1@h SIP/2.0\r\nTo: <x>\x01\xff\r\n\r\n"), true, nil
	}
	kept := site{Handler: New(opts)}
	body := kept.ok(t, "/event/"+event.String()+"?part=1")
	if !strings.Contains(body, "INVITE sip:1@h SIP/2.0\nTo: &lt;x&gt;\uFFFD\uFFFD</pre>") || strings.Contains(body, "not kept here any more") {
		t.Errorf("the record is shown as %s", body)
	}
}
