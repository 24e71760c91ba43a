package web

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// templates reads what is embedded; a fault in it is one of the program.
func (h *Handler) templates() map[string]*template.Template {
	functions := template.FuncMap{
		"title": func(rule, summary string) string { return cmp.Or(h.opts.Title(rule), summary, rule) },
		"stamp": stamp, "clock": clock, "ago": ago, "machine": machine, "duration": duration, "period": period,
		"kind": kindWord, "kinds": schemas.SessionKinds, "outcomes": outcomes, "severities": severities,
		"number": number, "plural": plural, "base": base, "folder": folder, "field": keyWord, "lower": strings.ToLower,
		"searched": func(value string) string { return "/?q=" + url.QueryEscape(value) },
		"person":   func(value string) string { return "/user/" + url.PathEscape(value) },
		"add":      func(a, b int) int { return a + b },
		"loki":     h.lokiLink,
	}
	pages := map[string]*template.Template{}
	for _, name := range []string{"home", "findings", "finding", "session", "event", "user", "files", "error"} {
		pages[name] = template.Must(template.New("layout.html").Funcs(functions).
			ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+name+".html"))
	}
	return pages
}

// view is what the layout needs beside what a page shows.
type view struct {
	Title   string
	Query   string // what stands in the search field
	Tab     string // the part of the navigation that is marked
	Version string
	Page    any
}

// show writes a page.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, status int, name string, v view) error {
	v.Version = h.opts.Version
	var body bytes.Buffer
	if err := h.pages[name].Execute(&body, v); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	return write(w, r, status, "text/html; charset=utf-8", body.Bytes())
}

// part writes one named template of a page, without the layout.
func (h *Handler) part(w http.ResponseWriter, r *http.Request, name, define string, data any) error {
	var body bytes.Buffer
	if err := h.pages[name].ExecuteTemplate(&body, define, data); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
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

// stamp prints a time with its date, UTC.
func stamp(t time.Time) string {
	switch {
	case t.IsZero():
		return "no time"
	case !schemas.Dated(t):
		return clock(t) + " (no date)"
	}
	return t.UTC().Format("2006-01-02 ") + clock(t)
}

// clock prints a time of day to the millisecond.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04:05.000")
}

// machine prints a time for attribute datetime, "" for none.
func machine(t time.Time) string {
	if t.IsZero() || !schemas.Dated(t) {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// ago prints how long ago t was, roughly.
func ago(t time.Time) string {
	d := now().Sub(t)
	switch {
	case t.IsZero() || !schemas.Dated(t), d < 0:
		return ""
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return number(int(d.Hours()/24)) + " days ago"
}

// duration prints d in the unit a person would use.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return number(int(d.Hours()/24)) + " days"
}

// period prints how long a session took, "" when that is not known.
func period(from, to time.Time) string {
	if from.IsZero() || !to.After(from) {
		return ""
	}
	return duration(to.Sub(from))
}

func number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// base and folder are the last part of a path, which may lead into an archive,
// and what stands before it.
func base(p string) string {
	return path.Base(strings.ReplaceAll(strings.ReplaceAll(p, "!", "/"), `\`, "/"))
}

func folder(p string) string { return strings.TrimSuffix(p, base(p)) }

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
