package read

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Hit is a session that a search found.
type Hit struct {
	Listed
	// By says what matched, for example "call_id 5a1b@10.1.1.1" or "party
	// 2001"; Exact is false when only a part of it did.
	By    string
	Exact bool
}

// MaxQuery bounds what is searched for, in bytes.
const MaxQuery = 256

// Search finds the sessions that text names: by a key (Call-ID, user, JID,
// device, xcoder and all others), by a number that called or was called, or by
// its id or that of one of its findings or events. When nothing has it whole, a
// part of a key or of a summary is enough, then an extension that is the end of
// a long number. The latest come first.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > MaxQuery {
		return nil, nil
	}
	limit = pageOf(limit)
	sessions, err := s.exact(ctx, text, limit)
	if err != nil {
		return nil, err
	}
	exact := len(sessions) > 0
	if !exact && len(text) > 1 {
		if sessions, err = s.partly(ctx, text, limit); err != nil {
			return nil, err
		}
	}
	if d := digits(text); len(sessions) == 0 && len(d) > leastExtension {
		if sessions, err = s.extensions(ctx, d, limit); err != nil {
			return nil, err
		}
	}
	listed, err := s.withFindings(ctx, sessions)
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, len(listed))
	for i := range listed {
		hits[i] = Hit{Listed: listed[i], By: matched(&listed[i].Session, text), Exact: exact}
	}
	return hits, nil
}

// exact returns the sessions that have text as a whole.
func (s *Store) exact(ctx context.Context, text string, limit int) ([]schemas.Session, error) {
	if id, err := schemas.ParseID(strings.ToLower(text)); err == nil {
		if list, err := s.byID(ctx, id, limit); err != nil || len(list) > 0 {
			return list, err
		}
	}
	w := new(where)
	w.add(`(hasAny(keys, ?) OR hasAny(splitByRegexp('[ ,]+', summary), ?))`, set(keyTexts(text)), set(Spellings(text)))
	return s.sessions(ctx, w, "ORDER BY start DESC, raw_id DESC LIMIT ?", limit)
}

// byID returns the session with an id, or those of the finding or the event
// that has it.
func (s *Store) byID(ctx context.Context, id schemas.ID, limit int) ([]schemas.Session, error) {
	w := new(where)
	w.add(`raw_id IN (
		SELECT toFixedString(unhex(?), 16)
		UNION ALL SELECT raw_session FROM v_findings WHERE raw_id = unhex(?)
		UNION ALL SELECT raw_session FROM v_session_events WHERE event = ?)`, id.String(), id.String(), id.String())
	return s.sessions(ctx, w, "ORDER BY start DESC, raw_id DESC LIMIT ?", limit)
}

// partly returns the sessions of which text is a part of a key or of what they
// are about.
func (s *Store) partly(ctx context.Context, text string, limit int) ([]schemas.Session, error) {
	w := new(where)
	needles := set(Spellings(text))
	w.add(`(multiSearchAnyCaseInsensitiveUTF8(summary, ?) OR arrayExists(k -> multiSearchAnyCaseInsensitiveUTF8(k, ?), keys))`, needles, needles)
	return s.sessions(ctx, w, "ORDER BY start DESC, raw_id DESC LIMIT ?", limit)
}

// extensions returns the sessions with a number that is the end of a longer one:
// who is searched for as +4969123 1003 is 1003 in the trace.
func (s *Store) extensions(ctx context.Context, number string, limit int) ([]schemas.Session, error) {
	w := new(where)
	w.add(`arrayExists(n -> length(n) >= ? AND match(n, '^[+]?[0-9]+$') AND endsWith(?, trim(LEADING '+' FROM n)),
		arrayConcat(splitByRegexp('[ ,]+', summary), arrayMap(k -> substring(k, 4), arrayFilter(k -> startsWith(k, 'dn:'), keys))))`, leastExtension, number)
	return s.sessions(ctx, w, "ORDER BY start DESC, raw_id DESC LIMIT ?", limit)
}

// keyTexts returns the keys that text may be, as column keys has them. Products
// differ in the case of users, devices and JIDs.
func keyTexts(text string) []string {
	var spellings []string
	for _, s := range Spellings(text) {
		spellings = append(spellings, s, strings.ToLower(s), strings.ToUpper(s))
	}
	slices.Sort(spellings)
	var list []string
	for _, s := range slices.Compact(spellings) {
		for _, typ := range schemas.KeyTypes() {
			list = append(list, string(typ)+":"+s)
		}
	}
	return list
}

// matched says what of a session text is.
func matched(s *schemas.Session, text string) string {
	forms, part, extension := Spellings(text), "", ""
	same := func(value string) bool {
		return slices.ContainsFunc(forms, func(f string) bool { return strings.EqualFold(f, value) })
	}
	holds := func(value string) bool {
		return slices.ContainsFunc(forms, func(f string) bool { return strings.Contains(strings.ToLower(value), strings.ToLower(f)) })
	}
	number := digits(text)
	for _, t := range schemas.KeyTypes() { // the surest first: a stream may be called as an xcoder is
		for _, k := range s.Keys {
			switch {
			case k.Type != t:
			case same(k.Value):
				return string(t) + " " + k.Value
			case part == "" && holds(k.Value):
				part = string(t) + " " + k.Value
			case t == schemas.KeyDN && extension == "" && extensionOf(k.Value, number):
				extension = k.Value
			}
		}
	}
	words := strings.FieldsFunc(s.Summary, func(r rune) bool { return r == ' ' || r == ',' })
	for i := 1; i < len(words); i++ {
		if same(words[i]) && slices.Contains([]string{"from", "to", "of"}, words[i-1]) {
			return "party " + words[i]
		}
		if extension == "" && extensionOf(words[i], number) {
			extension = words[i]
		}
	}
	if strings.EqualFold(s.ID.String(), text) {
		return "session " + s.ID.String()
	}
	if _, err := schemas.ParseID(strings.ToLower(text)); err == nil && part == "" {
		return "id " + text
	}
	if part == "" && !holds(s.Summary) && extension != "" {
		return "extension " + extension
	}
	return cmp.Or(part, "summary")
}

// spellings returns a key as products may write it; the node of a JID may be a
// user id.
func spellings(k schemas.Key) []string {
	name := string(k.Type) + ":"
	list := []string{name + k.Value, name + strings.ToLower(k.Value), name + strings.ToUpper(k.Value)}
	if node, _, ok := strings.Cut(k.Value, "@"); ok && k.Type == schemas.KeyJID {
		list = append(list, string(schemas.KeyUser)+":"+node)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
