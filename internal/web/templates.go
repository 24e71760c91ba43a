package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
)

// templates reads what is embedded; a fault in it is one of the program.
func (h *Handler) templates() map[string]*template.Template {
	functions := template.FuncMap{
		"title": func(rule, summary string) string { return cmp.Or(h.opts.Title(rule), summary, rule) },
		"stamp": stamp, "clock": clock, "ago": ago, "machine": machine, "duration": duration, "period": period,
		"kind": kindWord, "kinds": schemas.SessionKinds, "outcomes": outcomes, "severities": severities,
		"number": number, "number64": func(n any) string { return grouped(fmt.Sprint(n)) }, "offset": offset,
		"differs": func(d time.Duration) bool { return d.Abs() >= 2*time.Second }, "plural": plural, "base": base, "tail": tail, "size": size, "folder": folder, "field": keyWord, "lower": strings.ToLower,
		"searched": func(value string) string { return "/?q=" + url.QueryEscape(value) },
		"person":   func(value string) string { return "/user/" + url.PathEscape(value) },
		"within":   findingsOf, "without": allFindings,
		"add":  func(a, b int) int { return a + b },
		"loki": h.lokiLine, "around": h.lokiAround,
	}
	pages := map[string]*template.Template{}
	for _, name := range []string{"home", "findings", "finding", "session", "event", "user", "coverage", "agents", "files", "error"} {
		pages[name] = template.Must(template.New("layout.html").Funcs(functions).
			ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+name+".html"))
	}
	return pages
}

// findingsOf is the address of the findings of one cause, as filter narrows
// them.
func findingsOf(filter url.Values, g read.Group) string {
	q := url.Values{"rule": {g.Rule}, "cause": {g.Cause}, "cluster": {g.Cluster}}
	for _, name := range []string{"severity", "from", "to"} {
		q.Set(name, filter.Get(name))
	}
	return "/findings" + query(q)
}

// allFindings is the address of all causes, as filter narrows them.
func allFindings(filter url.Values) string {
	q := url.Values{}
	for _, name := range []string{"severity", "cluster", "from", "to"} {
		q.Set(name, filter.Get(name))
	}
	return "/findings" + query(q)
}

// query writes the parameters that have a value.
func query(q url.Values) string {
	for name := range q {
		if q.Get(name) == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// view is what the layout needs beside what a page shows.
type view struct {
	Title   string
	Query   string // what stands in the search field
	Tab     string // the part of the navigation that is marked
	Version string
	Path    string    // of the page, for who has it on paper
	Now     time.Time // when it was made
	Page    any
}

// show writes a page.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, status int, name string, v view) error {
	v.Version, v.Path, v.Now = h.opts.Version, r.Host+r.URL.RequestURI(), now()
	var body bytes.Buffer
	if err := h.pages[name].Execute(&body, v); err != nil {
		return fmt.Errorf("%w %s: %w", errPage, name, err)
	}
	return write(w, r, status, "text/html; charset=utf-8", body.Bytes())
}

// part writes one named template of a page, without the layout.
func (h *Handler) part(w http.ResponseWriter, r *http.Request, name, define string, data any) error {
	var body bytes.Buffer
	if err := h.pages[name].ExecuteTemplate(&body, define, data); err != nil {
		return fmt.Errorf("%w %s: %w", errPage, name, err)
	}
	return write(w, r, http.StatusOK, "text/html; charset=utf-8", body.Bytes())
}

// failed tells a person why there is no page.
func (h *Handler) failed(w http.ResponseWriter, r *http.Request, f *fault) {
	v := view{Title: f.what, Query: r.URL.Query().Get("q"), Page: struct {
		Status     int
		What, Hint string
	}{f.status, f.what, f.hint}}
	w.Header().Set("Cache-Control", "no-store")
	if err := h.show(w, r, f.status, "error", v); err != nil {
		h.log.Error("the page of an error could not be made", "error", err)
		http.Error(w, f.what, f.status)
	}
}

func outcomes() []schemas.Outcome {
	return []schemas.Outcome{schemas.OutcomeFailed, schemas.OutcomeOK, schemas.OutcomeOpen, schemas.OutcomeUnknown}
}

func severities() []schemas.Severity {
	return []schemas.Severity{schemas.Critical, schemas.High, schemas.Medium, schemas.Low, schemas.Info}
}

func kindWord(k schemas.SessionKind) string {
	switch k {
	case schemas.SessionLogin:
		return "sign-in"
	case schemas.SessionFederation:
		return "dialback"
	case schemas.SessionMRA:
		return "MRA"
	}
	return string(k)
}

// keyWord is what a person calls a kind of key.
func keyWord(t schemas.KeyType) string {
	words := map[schemas.KeyType]string{
		schemas.KeyCallID: "Call-ID", schemas.KeyCI: "CI", schemas.KeySessionID: "Session-ID", schemas.KeyJID: "JID", schemas.KeyDN: "number",
		schemas.KeyXcoder: "xcoder", schemas.KeyAddr: "address", schemas.KeyGlobalCallID: "global call id", schemas.KeyNetID: "NET id",
	}
	return cmp.Or(words[t], strings.ReplaceAll(string(t), "_", " "))
}

// keyGroup are the keys of one type.
type keyGroup struct {
	Name   string
	Person bool // they name a person or a device
	Values []string
}

// shownKeys are the types of key that a person looks for, in the order shown.
var shownKeys = []schemas.KeyType{
	schemas.KeyUser, schemas.KeyJID, schemas.KeyDevice, schemas.KeyDN, schemas.KeyCallID, schemas.KeyCI, schemas.KeyGlobalCallID, schemas.KeySessionID,
	schemas.KeyDomain, schemas.KeyXcoder, schemas.KeyStream, schemas.KeyConnection, schemas.KeyCallSerial, schemas.KeyTag, schemas.KeyTrackingID, schemas.KeyAddr,
}

// groupKeys orders keys for a person and leaves out what only machines use.
func groupKeys(keys []schemas.Key) []keyGroup {
	var groups []keyGroup
	for _, t := range shownKeys {
		g := keyGroup{Name: keyWord(t), Person: slices.Contains([]schemas.KeyType{schemas.KeyUser, schemas.KeyJID, schemas.KeyDevice}, t)}
		for _, k := range keys {
			if k.Type == t && !slices.Contains(g.Values, k.Value) {
				g.Values = append(g.Values, k.Value)
			}
		}
		if len(g.Values) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}
