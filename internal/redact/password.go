package redact

import "bytes"

// pass masks what a name with pass, passwd, password, passphrase or passcode
// in it stands for.
func (t *text) pass(at int) {
	to := at + len("pas")
	for _, w := range [...]string{"password", "passwd", "passphrase", "passcode", "pass"} {
		if !t.is(at, w) {
			continue
		}
		to = at + len(w)
		if w != "pass" {
			to = t.name(to)
		} else if letter(t.at(to)) || letter(t.at(at-1)) && (t.at(at-1) < 'a' || t.b[at] != 'P') {
			return // passthru, bypass
		}
		break
	}
	if to == at+len("pas") || t.is(to, "=madder=") { // the dump of an address by CUCM, without a password
		return
	}
	t.named(password, at, to, true)
}

func (t *text) pwd(at int) { t.named(password, at, t.name(at), true) }

func (t *text) secret(at int) {
	if from := at - 1; t.is(from, "secret") {
		t.named(password, from, t.name(from), true)
	}
}

// pin masks PINs; the name is too short to be looked for within others.
func (t *text) pin(at int) {
	if t.is(at+1, "pin") && !nameChar(t.at(at+4)) {
		t.named(password, at+1, at+4, false)
	}
}

// digestElement masks the digest credentials in AXL answers.
func (t *text) digestElement(at int) {
	from := at + 1
	if to := t.name(from); t.is(from, "digest") {
		if open, element := t.element(from); open && element {
			t.content(password, to)
		}
	}
}

// maxAuthority bounds what is searched for the end of a user's name and
// password in a URL.
const maxAuthority = 512

// url masks the password of a user in a URL. What stands at the end of a
// record may be one that was cut, unless it is a port.
func (t *text) url(at int) {
	from := at + len("://")
	if t.at(from-1) == '/' && t.at(from-2) == '\\' { // :\/\/
		if !t.is(from, "\\/") {
			return
		}
		from += len("\\/")
	}
	limit := min(len(t.b), from+maxAuthority)
	colon, number, i, sign := -1, true, from, -1
	for ; i < limit && t.b[i] > ' ' && bytes.IndexByte([]byte("/\\?#\"'<>|,"), t.b[i]) < 0; i++ {
		switch c := t.b[i]; {
		case c == ':' && colon < 0:
			colon = i
		case c == '@':
			sign = i
		case colon >= 0 && !digit(c):
			number = false
		}
	}
	switch {
	case colon < 0:
	case sign > colon:
		t.star(password, colon+1, sign)
	case sign < 0 && i == len(t.b) && !number && t.at(from) != '[':
		t.star(password, colon+1, i)
	}
}

// pem masks private keys. The rest of a key whose beginning was cut off is
// masked up to its last line.
func (t *text) pem(at int) {
	end := at + len("ey-")
	for t.at(end) == '-' {
		end++
	}
	line := max(t.lineStart(at), at-64)
	if !t.is(at, "ey-----") || t.find(line, at, "private k") < 0 {
		return
	}
	if t.find(line, at, "-end") < 0 {
		to := t.find(end, len(t.b), "-----end")
		if to < 0 {
			to = len(t.b)
		}
		t.star(privateKey, end, to)
		return
	}
	from := t.lineStart(at)
	to := from - 1
	for from > 0 && t.base64Line(t.lineStart(from-1)) {
		from = t.lineStart(from - 1)
	}
	if from <= to {
		t.star(privateKey, from, to)
	}
}

// base64Line reports whether the line at i is Base64 and nothing else.
func (t *text) base64Line(i int) bool {
	i = t.blanks(i)
	letters := false
	for base64Char(t.at(i)) && t.b[i] != '-' && t.b[i] != '_' {
		letters = letters || letter(t.b[i])
		i++
	}
	return letters && t.lineEnd(i) == i
}

// tail masks what a record without a head begins with when it looks like the
// rest of a secret: Base64 of 20 characters or more, hex of 32 or more, and
// the full lines of a PEM block.
func (t *text) tail() {
	i, upper, lower, number, hex := 0, false, false, false, true
	for ; i < len(t.b) && base64Char(t.b[i]); i++ {
		c := t.b[i]
		upper = upper || c >= 'A' && c <= 'Z'
		lower = lower || c >= 'a' && c <= 'z'
		number = number || digit(c)
		hex = hex && hexDigit(c)
	}
	if i >= 32 && hex || i >= 20 && upper && lower && number {
		t.star(tail, 0, i)
	}
	const pemLine = 64
	for from := 0; t.base64Line(from); {
		end := t.lineEnd(from)
		if from == 0 && end < pemLine {
			return
		}
		t.star(tail, from, end)
		if end-from < pemLine {
			return
		}
		from = t.skip(end)
	}
}

// secretNames are what the name of a setting has in it when its value is to
// be masked.
var secretNames = [...]string{"pass", "secret", "psk", "community", "private", "key"}

// configuration masks both values of a setting that is a secret.
//
//	Detail="xconfiguration xcpConfiguration is_federation_enabled - changed from: 0 to: 1"
func (t *text) configuration(at int) {
	name := at + len("iguration")
	if !t.is(at-len("xconf"), "xconfiguration") {
		return
	}
	const far = 256 // the name of a setting is shorter
	end := name
	for end < min(len(t.b), name+far) && t.b[end] != '\n' {
		end++
	}
	changed := t.find(name, end, "changed from:")
	until := changed
	if changed < 0 {
		until = end
	}
	secret := -1
	for _, s := range secretNames {
		if i := t.find(name, until, s); i >= 0 && (secret < 0 || i < secret) {
			secret = i
		}
	}
	switch {
	case secret < 0:
	case changed < 0: // a setting as the command line prints it
		t.named(configuration, secret, t.name(secret), true)
	default:
		t.change(changed+len("changed from:"), t.lineEnd(changed))
	}
}

// change masks what stands in b[from:to] up to the mark that closes the
// detail, and keeps the word between both values.
func (t *text) change(from, to int) {
	for i := from; i < to; i++ {
		n, double, _ := t.quote(i)
		if n == 0 || !double {
			continue
		}
		if c := t.at(i + n); c == 0 || c == '\r' || c == '\n' || blank(c) && t.at(t.name(i+n+1)) == '=' {
			to = i
			break
		}
	}
	from = t.blanks(from)
	word := " to:"
	if t.at(from) == '\'' {
		from++
		word = "' to:"
	}
	if mid := t.find(from, to, word); mid >= 0 {
		t.star(configuration, from, mid)
		from = t.blanks(mid + len(word))
	}
	if t.at(from) == '\'' {
		from++
		if to > from && t.b[to-1] == '\'' {
			to--
		}
	}
	t.star(configuration, from, to)
}
