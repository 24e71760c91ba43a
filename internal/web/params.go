package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
)

// pathID reads the id in the path.
func pathID(r *http.Request) (schemas.ID, error) {
	id, err := schemas.ParseID(strings.ToLower(r.PathValue("id")))
	if err != nil {
		return id, &fault{http.StatusBadRequest, "an id is 32 hex digits", "copy it from a list or a finding"}
	}
	return id, nil
}

func bad(name, format string, args ...any) error {
	return &fault{http.StatusBadRequest, name + ": " + fmt.Sprintf(format, args...), ""}
}

func tooLong(name string) error { return bad(name, "at most %d bytes", read.MaxQuery) }

// moment reads a time: RFC 3339, what an input of type datetime-local gives
// (UTC), a date, or milliseconds since 1970 as Grafana has them.
func moment(q url.Values, name string) (time.Time, error) {
	text := q.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil && len(text) >= 12 && len(text) <= 14 {
		return time.UnixMilli(ms).UTC(), nil
	}
	return time.Time{}, bad(name, "%.40q: want a time such as 2026-03-02T08:00:00Z", text)
}

// whole reads a number between least and most, 0 for none.
func whole(q url.Values, name string, least, most int) (int, error) {
	text := q.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, bad(name, "want a number from %d to %d", least, most)
	}
	return n, nil
}

// word reads one of a few words.
func word[S ~string](q url.Values, name string, words []S) (S, error) {
	text := S(q.Get(name))
	if text != "" && !slices.Contains(words, text) {
		return "", bad(name, "%.40q: want one of %s", text, strings.Trim(fmt.Sprint(words), "[]"))
	}
	return text, nil
}

func text(q url.Values, name string) (string, error) {
	v := q.Get(name)
	if len(v) > read.MaxQuery {
		return "", tooLong(name)
	}
	return v, nil
}

func cursor(q url.Values) (read.Cursor, error) {
	c, err := read.ParseCursor(q.Get("after"))
	if err != nil {
		return c, bad("after", "want what the page before gave as next")
	}
	return c, nil
}

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func sessionFilter(q url.Values) (f read.Filter, err error) {
	var errs [7]error
	f.Kind, errs[0] = word(q, "kind", schemas.SessionKinds())
	f.Outcome, errs[1] = word(q, "outcome", outcomes())
	f.Cluster, errs[2] = text(q, "cluster")
	f.From, errs[3] = moment(q, "from")
	f.To, errs[4] = moment(q, "to")
	f.After, errs[5] = cursor(q)
	f.Limit, errs[6] = whole(q, "limit", 1, read.MaxPage)
	return f, first(errs[:]...)
}

// maxCause bounds the cause that findings are asked for by.
const maxCause = 4096

func findingFilter(q url.Values) (f read.FindingFilter, err error) {
	var errs [9]error
	if s := q.Get("severity"); s != "" {
		errs[0] = f.AtLeast.UnmarshalText([]byte(s))
		if errs[0] != nil {
			errs[0] = bad("severity", "want info, low, medium, high or critical")
		}
	}
	f.Rule, errs[1] = text(q, "rule")
	if f.Cause = q.Get("cause"); len(f.Cause) > maxCause {
		errs[8] = bad("cause", "at most %d bytes", maxCause)
	}
	f.Cluster, errs[2] = text(q, "cluster")
	if s := q.Get("session"); s != "" {
		if f.Session, err = schemas.ParseID(s); err != nil {
			errs[3] = bad("session", "an id is 32 hex digits")
		}
	}
	f.From, errs[4] = moment(q, "from")
	f.To, errs[5] = moment(q, "to")
	f.After, errs[6] = cursor(q)
	f.Limit, errs[7] = whole(q, "limit", 1, read.MaxPage)
	return f, first(errs[:]...)
}
