package redact

// schemes are the authentication schemes whose name is kept; a value without
// one is masked whole.
var schemes = [...]string{"basic", "bearer", "digest", "negotiate", "ntlm", "oauth", "kerberos", "mac"}

// authorization masks the credentials of a header (RFC 3261 section 20.7,
// RFC 9110 section 11.6.2). Of Digest, what identifies the user stays.
//
//	Proxy-Authorization: Bearer token="…"
//	Authorization: Digest username="1002",realm="ccmsipline",uri="sip:cucm-sub",response="…",nonce="…",algorithm=MD5
func (t *text) authorization(at int) {
	from := at - len("author")
	to := from + len("authorization")
	if !t.is(from, "authorization") || letter(t.at(to)) {
		return
	}
	v, n, double, slashes, ok := t.assigned(to)
	if !ok {
		return
	}
	if t.is(v, "digest") && !nameChar(t.at(v+len("digest"))) {
		if from >= t.params {
			t.logicalLine(from)
		}
		return
	}
	end := 0
	if n > 0 {
		end = t.closing(v, double, slashes)
	} else {
		end = t.headerEnd(v)
	}
	for _, s := range schemes {
		if rest := v + len(s); t.is(v, s) && rest < end && t.b[rest] <= ' ' {
			v = rest + 1
			break
		}
	}
	for v < end && blank(t.b[v]) {
		v++
	}
	t.star(authorization, v, end)
}

// headerEnd returns where the header value at i ends, folded lines included:
// before the next line that is not indented deeper than its own, or before
// another header on the same line, as web copies have them.
func (t *text) headerEnd(i int) int {
	indent := t.indent(t.lineStart(i))
	quoted := false
	for ; i < len(t.b); i++ {
		switch c := t.b[i]; c {
		case '"':
			quoted = !quoted
		case '\n':
			if t.indent(i+1) <= indent {
				if t.at(i-1) == '\r' {
					i--
				}
				return i
			}
		case '\\': // a line end, printed
			if next := t.at(i + 1); !quoted && (next == 'r' || next == 'n') && t.at(i+2) != ' ' {
				return i
			}
		case ' ', '\t', '|':
			if !quoted && t.header(i+1) {
				return i
			}
		}
	}
	return i
}

// indent returns by how many blanks the line at i is indented, 0 for a line
// of nothing else.
func (t *text) indent(i int) int {
	end := t.blanks(i)
	if c := t.at(end); c == '\r' || c == '\n' || c == 0 {
		return 0
	}
	return end - i
}

// header reports whether a header field begins at i.
func (t *text) header(i int) bool {
	if c := t.at(i); c < 'A' || c > 'Z' {
		return false
	}
	end := t.name(i)
	return end-i > 1 && end-i <= 40 && t.at(end) == ':' && blank(t.at(end+1))
}

// cookie masks the values of cookies and keeps their names and attributes.
//
//	Set-Cookie: X-Auth=…; Path=/; Domain=.vngtp.lab; Secure
//
// What else is called a cookie is a number that joins lines of a trace.
func (t *text) cookie(at int) {
	from := at - 1
	to := from + len("cookie")
	if !t.is(from, "cookie") {
		return
	}
	v, n, double, slashes, ok := t.assigned(to)
	if !ok {
		return
	}
	end := 0
	if n > 0 {
		end = t.closing(v, double, slashes)
	} else {
		end = t.headerEnd(v)
	}
	for i := v; i < end; i++ {
		i = min(t.skip(i), end)
		name := i
		for i < end && t.b[i] != ';' && t.b[i] != '=' {
			i++
		}
		if i == v || name == v && (i == end || t.b[i] != '=' || t.name(v) != i) {
			return
		}
		value := min(i+1, end)
		for i < end && t.b[i] != ';' {
			i++
		}
		if !t.cookieAttribute(name) {
			t.star(cookie, value, i)
		}
	}
}

func (t *text) cookieAttribute(i int) bool {
	for _, a := range [...]string{"path=", "domain=", "expires=", "max-age=", "samesite="} {
		if t.is(i, a) {
			return true
		}
	}
	return false
}

// challenge masks the parameters of the digest, or of the challenge, that name
// stands in at from.
func (t *text) challenge(from int, name string) {
	to := from + len(name)
	if from < t.params || !t.is(from, name) {
		return
	}
	if t.at(t.blanks(to)) == '=' {
		t.logicalLine(from)
		return
	}
	t.named(digest, from, to, false)
}

// logicalLine masks the digest parameters of the line that holds i and of the
// lines it is folded into.
func (t *text) logicalLine(i int) {
	from := t.lineStart(i)
	for folds := 0; from > t.params && folds < 16; folds++ {
		before := t.lineStart(from - 1)
		if t.indent(from) <= t.indent(before) {
			break
		}
		from = before
	}
	indent, to := t.indent(from), t.lineEnd(i)
	for to < len(t.b) {
		next := to
		for t.at(next) == '\r' || t.at(next) == '\n' {
			next++
		}
		if t.indent(next) <= indent {
			break
		}
		to = t.lineEnd(next)
	}
	t.parameters(max(from, t.params), to)
	t.params = to
}

var digestParameters = [...]string{"response", "cnonce", "nonce", "nextnonce", "opaque", "rspauth", "calculatedresponse"}

// parameters masks the digest parameters in b[from:to].
func (t *text) parameters(from, to int) {
	for i := from; i < to; i++ {
		if letter(t.at(i-1)) || !letter(t.b[i]) {
			continue
		}
		for _, p := range digestParameters {
			end := t.blanks(i + len(p))
			if t.is(i, p) && t.at(end) == '=' {
				i = t.parameter(t.blanks(end+1), to) - 1
				break
			}
		}
	}
}

// parameter masks the value at i and returns its end. A value whose closing
// mark was cut off ends where the next parameter begins.
func (t *text) parameter(i, limit int) int {
	n, _, _ := t.quote(i)
	i += n
	to := i
	for ; to < limit; to++ {
		c := t.b[to]
		if q, _, _ := t.quote(to); q > 0 || n == 0 && (c <= ' ' || c == ',' || c == '<' || c == '|') {
			break
		}
		if c == ',' {
			if end := t.name(t.skip(to + 1)); t.at(t.blanks(end)) == '=' {
				break
			}
		}
	}
	t.star(digest, i, to)
	return max(to, i)
}

// skip returns the index behind blanks and line ends at i.
func (t *text) skip(i int) int {
	for c := t.at(i); c != 0 && c <= ' '; c = t.at(i) {
		i++
	}
	return i
}

// response masks the answer of SASL, or that of a digest which stands alone.
//
//	calculatedResponse="3f3eeffbcf2b7245a955cdfe6c57f79f"
func (t *text) response(at int) {
	from := at - len("re")
	to := from + len("response")
	if !t.is(from, "response") || nameChar(t.at(to)) {
		return
	}
	if t.at(t.blanks(to)) != '=' {
		t.sasl(from)
		return
	}
	from, _, _, _, _ = t.assigned(to)
	to = from
	for base64Char(t.at(to)) {
		to++
	}
	const hash = 32 // an MD5 in hex, which web pages wrap
	rest := t.skip(to)
	end := t.hexEnd(rest)
	if total := to - from + end - rest; total == hash || total < hash && end == len(t.b) {
		to = end
	}
	if to-from >= 16 || to == len(t.b) {
		t.star(digest, from, to)
	}
}
