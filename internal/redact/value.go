package redact

// assigned returns where the value begins that is assigned to the name ending
// at i, and by which quotation mark it is opened (n 0: by none).
//
//	token:1252341   token="…"   "access_token" : "…"   \"pin\":\"…\"   token%3D…
func (t *text) assigned(i int) (from, n int, double bool, slashes int, ok bool) {
	if n, _, _ := t.quote(i); n > 0 {
		i += n
	}
	i = t.blanks(i)
	switch {
	case t.at(i) == ':' && t.at(i+1) == ':': // a scope: Token::renew
		return 0, 0, false, 0, false
	case t.at(i) == '=' && t.at(i+1) == '>':
		i += 2
	case t.at(i) == ':' || t.at(i) == '=':
		i++
	case t.is(i, "%3d") || t.is(i, "%3a"):
		i += 3
	default:
		return 0, 0, false, 0, false
	}
	i = t.blanks(i)
	n, double, slashes = t.quote(i)
	return i + n, n, double, slashes, true
}

// value returns the value that is assigned to the name ending at i. A loose
// value may hold punctuation; it ends where another field seems to begin.
func (t *text) value(i int, loose bool) (from, to int, ok bool) {
	from, n, double, slashes, ok := t.assigned(i)
	switch {
	case !ok:
		return 0, 0, false
	case n > 0:
		to = t.closing(from, double, slashes)
	default:
		to = t.bare(from, loose)
	}
	return from, to, to > from
}

// bare returns the end of the value without quotation marks at i.
func (t *text) bare(i int, loose bool) int {
	for ; i < len(t.b); i++ {
		switch c := t.b[i]; c {
		case ' ', '\t', '\r', '\n', '<', '>', '|':
			return i
		case '"', '\'', ',', ';', ')', ']', '}', '&', '\\', 0xE2:
			n, _, _ := t.quote(i)
			if c == 0xE2 && n == 0 || c == '\\' && n == 0 && loose {
				continue
			}
			if !loose || t.fieldFollows(i+max(n, 1)) {
				return i
			}
		}
	}
	return i
}

// fieldFollows reports whether what stands at i, behind a punctuation mark, is
// no part of a value any more.
func (t *text) fieldFollows(i int) bool {
	if t.is(i, "amp;") {
		i += len("amp;")
	}
	switch t.at(i) {
	case 0, ' ', '\t', '\r', '\n', ',', ';', ')', ']', '}', '<', '>':
		return true
	}
	n, _, _ := t.quote(i)
	end := t.name(i + n)
	return n > 0 || end > i && (t.at(end) == '=' || t.at(end) == ':')
}

// named masks what the name b[from:to] stands for: the text of the element,
// the value assigned to it, the value of a property of that name.
//
//	<ns:password xsi:type="xsd:string">…</ns:password>
//	<property name="password" value="…"/>
func (t *text) named(r rule, from, to int, loose bool) {
	if open, element := t.element(from); element {
		if open {
			t.content(r, to)
		}
		return
	}
	if f, e, ok := t.value(to, loose); ok {
		if !t.trivial(f, e) {
			t.star(r, f, e)
		}
		return
	}
	n, _, _ := t.quote(to)
	if n == 0 {
		return
	}
	switch i := t.blanks(to + n); {
	case t.is(i, "value"):
		if f, e, ok := t.value(i+len("value"), loose); ok {
			t.star(r, f, e)
		}
	case t.at(i) == '>':
		t.star(r, i+1, t.contentEnd(i+1))
	}
}

// trivial reports whether b[from:to] is a word that tells no secret.
func (t *text) trivial(from, to int) bool {
	for _, w := range [...]string{"true", "false", "null"} {
		if to-from == len(w) && t.is(from, w) {
			return true
		}
	}
	return false
}

// token masks tokens.
//
//	[LoginMgr.dll]: login, cup, calc 1-time token(userid:user2@voiceinitiate.com, token:1252341)
//	… granttype:refresh_token, refreshToken:…
func (t *text) token(at int) {
	from, to := at-1, at+4
	if !t.is(from, "token") || letter(t.at(to)) || t.at(to) == '_' {
		return
	}
	if v, n, _, _, ok := t.assigned(to); ok && n == 0 && blank(t.at(v-1)) && t.word(v) {
		return // FetchAndStoreAccessToken: Calling createAccessToken()
	}
	t.named(token, from, to, false)
}

// word reports whether a word of prose begins at i.
func (t *text) word(i int) bool {
	from := i
	for letter(t.at(i)) && (i == from || t.b[i] >= 'a') {
		i++
	}
	return i > from && i-from < 16 && blank(t.at(i))
}

// saml masks SAMLResponse.
func (t *text) saml(at int) {
	if from := at - 2; t.is(from, "samlresponse") {
		t.named(token, from, from+len("samlresponse"), false)
	}
}

// code masks the authorization code of OAuth in a query. Short numbers are
// something else.
func (t *text) code(at int) {
	if !t.is(at+1, "code=") {
		return
	}
	from := at + len("?code=")
	to := t.bare(from, false)
	for i := from; i < to; i++ {
		if to-from > 4 || !digit(t.b[i]) {
			t.star(token, from, to)
			return
		}
	}
}

// jwt masks JSON Web Tokens (RFC 7519), whole or cut.
func (t *text) jwt(at int) {
	if t.b[at] != 'e' || t.b[at+1] != 'y' || t.b[at+2] != 'J' && t.b[at+2] != 'A' || base64Char(t.at(at-1)) && t.at(at-1) != '=' && t.at(at-1) != '/' {
		return
	}
	dots, to := 0, at
	for ; to < len(t.b) && (base64Char(t.b[to]) && t.b[to] != '/' && t.b[to] != '=' || t.b[to] == '.'); to++ {
		if t.b[to] == '.' {
			dots++
		}
	}
	if dots > 0 && to-at >= 20 || to == len(t.b) && to-at >= 12 {
		t.star(token, at, to)
	}
}

// session masks the ids of web sessions, which are as good as passwords.
func (t *text) session(from int) {
	if t.is(from, "jsessionid") {
		t.named(cookie, from, t.name(from), false)
	}
}

// xAuth masks the session of Mobile and Remote Access.
//
//	X-Auth=…
func (t *text) xAuth(at int) {
	if t.is(at, "x-auth") {
		t.named(cookie, at, at+len("x-auth"), false)
	}
}
