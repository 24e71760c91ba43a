package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/uctrace/uctrace/schemas"
)

// described is what the document says about one path.
type described struct {
	Get struct {
		Parameters []struct {
			Name, In string
			Required bool
		}
		Responses map[string]struct {
			Content map[string]struct{ Schema json.RawMessage }
		}
	}
}

// testDocument compares openapi.json with the handlers: the same paths, the same
// parameters, and answers that fit the schemas, with no field that these do not
// name.
func testDocument(t *testing.T, s *site) {
	text := s.ok(t, "/api/v1/openapi.json")
	var doc struct {
		OpenAPI string
		Paths   map[string]described
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatal(doc.OpenAPI, err)
	}
	paths := map[string]bool{}
	for _, e := range s.api() {
		paths[e.path] = true
		d, ok := doc.Paths[e.path]
		if !ok {
			t.Errorf("the document does not know %s", e.path)
			continue
		}
		var query, path []string
		for _, p := range d.Get.Parameters {
			if p.In == "query" {
				query = append(query, p.Name)
			} else {
				path = append(path, "{"+p.Name+"}")
			}
		}
		if !slices.Equal(slices.Sorted(slices.Values(query)), slices.Sorted(slices.Values(e.params))) {
			t.Errorf("%s has parameters %v, the document says %v", e.path, e.params, query)
		}
		for _, p := range path {
			if !strings.Contains(e.path, p) {
				t.Errorf("%s: the document has a parameter %s", e.path, p)
			}
		}
	}
	for path := range doc.Paths {
		if !paths[path] {
			t.Errorf("nothing answers %s", path)
		}
	}
	finding := s.withRule(t, "cucm.remote-destination-unmatched")
	_, jid := s.ofKind(t, schemas.SessionLogin, schemas.KeyJID)
	dialback, xcoder := s.ofKind(t, schemas.SessionFederation, schemas.KeyXcoder)
	examples := map[string][]string{
		"/api/v1/openapi.json":         {""},
		"/api/v1/search":               {"?q=" + url.QueryEscape(jid), "?q=" + xcoder + "&limit=1", "?q=7001", "?q=example", "?q=nothing+has+this"},
		"/api/v1/sessions":             {"", "?limit=500", "?kind=login&outcome=failed", "?from=2026-03-02&to=2026-03-02T08:10:00Z", "?cluster=none"},
		"/api/v1/sessions/{id}":        {finding.Session.String(), dialback.ID.String(), s.evil.ID.String()},
		"/api/v1/sessions/{id}/events": {finding.Session.String(), dialback.ID.String() + "/events?limit=3&offset=1", s.long.ID.String()},
		"/api/v1/events/{id}":          {finding.Evidence[0].Event.String(), finding.Evidence[1].Event.String() + "?raw=true"},
		"/api/v1/findings":             {"", "?limit=500", "?severity=high&limit=3", "?rule=" + finding.Rule, "?session=" + finding.Session.String()},
		"/api/v1/findings/{id}":        {finding.ID.String(), schemas.HashID("evil finding").String()},
		"/api/v1/groups":               {"", "?severity=critical", "?limit=500"},
		"/api/v1/timeline":             {"?key=" + url.QueryEscape(jid), "?key=nobody"},
		"/api/v1/files":                {"?limit=499", "?limit=2&offset=3", "?from=2026-03-02T08:00:00Z&to=2026-03-02T08:05:00Z"},
		"/api/v1/coverage":             {"", "?cluster=none"},
		"/api/v1/agents":               {"", "?cluster=" + url.QueryEscape("west")},
		"/api/v1/problems":             {"", "?cluster=none"},
		"/api/v1/clusters":             {""},
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		schema := schemaAt(t, text, "/paths/"+pointer(path)+"/get/responses/200/content/application~1json/schema")
		if len(examples[path]) == 0 {
			t.Errorf("no example of %s", path)
		}
		for _, example := range examples[path] {
			at := path + example
			if strings.Contains(path, "{id}") {
				id, query, _ := strings.Cut(example, "?")
				id, _, _ = strings.Cut(id, "/")
				at = strings.Replace(path, "{id}", id, 1) + "?" + query
			}
			fits(t, schema, at, s.ok(t, at))
		}
	}
}

func pointer(s string) string {
	return url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
}

func schemaAt(t *testing.T, document, at string) *jsonschema.Schema {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("openapi.json", v); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("openapi.json#" + at)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func fits(t *testing.T, schema *jsonschema.Schema, at, body string) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s does not fit the document: %v\n%.1000s", at, err, body)
	}
}

// testFaults asks for what cannot be answered.
func testFaults(t *testing.T, s *site) {
	schema := schemaAt(t, s.ok(t, "/api/v1/openapi.json"), "/components/schemas/Error")
	none := strings.Repeat("0", 31) + "1"
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/api/v1/sessions/nonsense":                            {400, "32 hex digits"},
		"/api/v1/sessions/" + none:                             {404, "is not here"},
		"/api/v1/sessions/" + none + "/events":                 {404, "is not here"},
		"/api/v1/events/" + none:                               {404, "is not here"},
		"/api/v1/findings/" + none:                             {404, "is not here"},
		"/api/v1/sessions?limit=0":                             {400, "limit: want a number from 1 to 500"},
		"/api/v1/sessions?limit=x":                             {400, "limit"},
		"/api/v1/sessions?limit=501":                           {400, "limit"},
		"/api/v1/sessions?kind=cal":                            {400, "kind: \"cal\": want one of call"},
		"/api/v1/sessions?kidn=call":                           {400, "kidn: there is no such parameter"},
		"/api/v1/sessions?outcome=bad":                         {400, "outcome"},
		"/api/v1/sessions?from=yesterday":                      {400, "from"},
		"/api/v1/sessions?after=1-2":                           {400, "after"},
		"/api/v1/sessions?cluster=" + strings.Repeat("x", 300): {400, "cluster: at most 256"},
		"/api/v1/findings?severity=bad":                        {400, "severity"},
		"/api/v1/findings?session=x":                           {400, "session"},
		"/api/v1/events/" + none + "?raw=1":                    {400, "raw"},
		"/api/v1/search":                                       {400, "q"},
		"/api/v1/search?q=" + strings.Repeat("x", 300):         {400, "q: at most 256"},
		"/api/v1/timeline":                                     {400, "key"},
		"/api/v1/files?offset=-1":                              {400, "offset"},
		"/api/v1/nothing":                                      {404, "no such part"},
		"/api/":                                                {404, "no such part"},
	} {
		w := s.get(t, path)
		if w.Code != want.status || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), strings.Trim(fmt.Sprintf("%q", want.says), `"`)) {
			t.Errorf("%.80s: %d %s %s, want %d %q", path, w.Code, w.Header().Get("Content-Type"), w.Body, want.status, want.says)
		}
		fits(t, schema, path, w.Body.String())
	}
	for path, status := range map[string]int{
		"/nothing": 404, "/session/x": 400, "/session/" + none: 404, "/finding/" + none: 404, "/event/" + none: 404, "/session/" + s.long.ID.String() + "/ladder.exe": 404,
		"/?kind=x": 400, "/findings?severity=x": 400, "/user/nobody-at-all": 404, "/?q=" + strings.Repeat("x", 300): 400,
	} {
		w := s.get(t, path)
		if w.Code != status || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || !bytes.Contains(w.Body.Bytes(), []byte("</html>")) {
			t.Errorf("%.80s: %d %s, want a page with %d", path, w.Code, w.Header().Get("Content-Type"), status)
		}
	}
}

// testPaging walks through all lists in small steps and meets everything once.
func testPaging(t *testing.T, s *site) {
	type page struct {
		Sessions, Findings, Files, Events []struct {
			ID, Fingerprint string
		}
		Next any
	}
	walk := func(path, param string) []string {
		var all []string
		next := ""
		for range 500 {
			at := path
			if next != "" {
				at += "&" + param + "=" + url.QueryEscape(next)
			}
			p := answerOf[page](t, s, at)
			for _, item := range slices.Concat(p.Sessions, p.Findings, p.Files, p.Events) {
				all = append(all, item.ID+item.Fingerprint)
			}
			if p.Next == nil {
				break
			}
			next = fmt.Sprint(p.Next)
		}
		if unique := slices.Compact(slices.Sorted(slices.Values(all))); len(unique) != len(all) {
			t.Errorf("%s: %d of %d came twice", path, len(all)-len(unique), len(all))
		}
		return all
	}
	if n, want := len(walk("/api/v1/sessions?limit=7", "after")), len(s.result.Sessions)+3; n != want {
		t.Errorf("%d sessions, want %d", n, want)
	}
	if n, want := len(walk("/api/v1/findings?limit=7", "after")), len(s.result.Findings)+1; n != want {
		t.Errorf("%d findings, want %d", n, want)
	}
	if n, want := len(walk("/api/v1/files?limit=7", "offset")), len(s.result.Inputs); n != want {
		t.Errorf("%d files, want %d", n, want)
	}
	if n := len(walk("/api/v1/sessions/"+s.long.ID.String()+"/events?limit=499", "offset")); n != schemas.MaxSessionEvents {
		t.Errorf("%d events, want %d", n, schemas.MaxSessionEvents)
	}
}

// testMethods asks for a change.
func testMethods(t *testing.T, s *site) {
	for _, path := range []string{"/", "/api/v1/sessions", "/api/v1/nothing", "/static/app.js"} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			w := s.ask(t, method, path)
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d", method, path, w.Code)
			}
		}
		if w := s.ask(t, http.MethodHead, path); w.Body.Len() > 0 || w.Code >= 500 {
			t.Errorf("HEAD %s: %d with %d bytes", path, w.Code, w.Body.Len())
		}
	}
}
