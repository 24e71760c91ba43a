package redact

// text is a record while it is masked.
type text struct {
	b []byte
	// params and keys are how far digest parameters and dialback keys are
	// done, so that a line is not read again for each of its parameters, and
	// no digest is taken for a key.
	params, keys int
	// key is where the last digest of a dialback key begins, which ends at keys.
	key  int
	hits [rules]uint64 // of all records
}

// begin turns to the record b.
func (t *text) begin(b []byte) { t.b, t.params, t.keys, t.key = b, 0, 0, 0 }

// star masks b[from:to], line breaks and indentation excepted. The digest of a
// dialback key is no secret: it stays behind a domain called secret.example.
func (t *text) star(r rule, from, to int) {
	changed, indent := false, false
	for i := from; i < to; i++ {
		switch c := t.b[i]; {
		case i >= t.key && i < t.keys:
		case c == '\n':
			indent = true
		case c == '\r', indent && blank(c):
		default:
			indent = false
			if c != '*' {
				t.b[i], changed = '*', true
			}
		}
	}
	if changed {
		t.hits[r]++
	}
}

// is reports whether lower, without upper case letters, stands at i in any case.
func (t *text) is(i int, lower string) bool {
	if i < 0 || len(t.b)-i < len(lower) {
		return false
	}
	for k := range len(lower) {
		if fold(t.b[i+k]) != lower[k] {
			return false
		}
	}
	return true
}

// at returns the byte at i, 0 outside of the record.
func (t *text) at(i int) byte {
	if i < 0 || i >= len(t.b) {
		return 0
	}
	return t.b[i]
}

// find returns where lower begins in b[from:to], -1 for nowhere.
func (t *text) find(from, to int, lower string) int {
	for i := from; i+len(lower) <= min(to, len(t.b)); i++ {
		if t.is(i, lower) {
			return i
		}
	}
	return -1
}

// blanks returns the index behind the blanks at i.
func (t *text) blanks(i int) int {
	for blank(t.at(i)) {
		i++
	}
	return i
}

// name returns the index behind the characters of a name at i.
func (t *text) name(i int) int {
	for nameChar(t.at(i)) {
		i++
	}
	return i
}

// lineEnd returns the index of the end of the line that holds i.
func (t *text) lineEnd(i int) int {
	for i < len(t.b) && t.b[i] != '\n' && t.b[i] != '\r' {
		i++
	}
	return i
}

// maxLine bounds what is searched for the beginning of a line, so that many
// secrets on one long line cost no more than on many short ones.
const maxLine = 4096

// lineStart returns the index of the beginning of the line that holds i.
func (t *text) lineStart(i int) int {
	for far := i - maxLine; i > 0 && i > far && t.b[i-1] != '\n'; {
		i--
	}
	return i
}

// quote returns the length of the quotation mark at i, 0 when there is none,
// whether it is a double one, and how many backslashes it begins with.
// Typographic marks and the escapes of XML count.
func (t *text) quote(i int) (n int, double bool, slashes int) {
	j := i
	for t.at(j) == '\\' && j-i < 8 {
		j++
	}
	slashes = j - i
	switch t.at(j) {
	case '"':
		return slashes + 1, true, slashes
	case '\'':
		return slashes + 1, false, slashes
	case '&':
		for _, e := range [...]string{"&quot;", "&#34;", "&apos;", "&#39;"} {
			if t.is(j, e) {
				return slashes + len(e), e == "&quot;" || e == "&#34;", slashes
			}
		}
	case 0xE2: // U+2018 … U+201F
		if c := t.at(j + 2); t.at(j+1) == 0x80 && c >= 0x98 && c <= 0x9F {
			return slashes + 3, c >= 0x9C, slashes
		}
	}
	return 0, false, 0
}

// closing returns where the value that begins at i ends: at the mark that
// closes it, at the end of the line when that was cut off.
func (t *text) closing(i int, double bool, slashes int) int {
	for i < len(t.b) && t.b[i] != '\n' && t.b[i] != '\r' {
		n, d, s := t.quote(i)
		switch {
		case n == 0:
			i++
		case d != double, slashes == 0 && s%2 == 1, slashes > 0 && s > slashes:
			i += n
		case slashes == 0:
			return i + s
		default:
			return i
		}
	}
	return i
}

func fold(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func digit(c byte) bool { return c >= '0' && c <= '9' }

func hexDigit(c byte) bool { return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func nameChar(c byte) bool {
	return letter(c) || digit(c) || c == '_' || c == '-' || c == '.'
}

// base64Char reports whether c is of Base64, either alphabet.
func base64Char(c byte) bool {
	return letter(c) || digit(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_'
}
