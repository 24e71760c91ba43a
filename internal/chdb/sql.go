package chdb

import "strings"

// statement is what the handler has to know about a statement: just enough of
// its outline to place data and formats, found without parsing it.
type statement struct {
	// verb is the first word, in upper case.
	verb string
	// format is the name after FORMAT, "" when the statement names none.
	format string
	// target is where the FROM INFILE clause of an INSERT belongs: behind the
	// table and its column list. It is 0 when the INSERT brings its own
	// source, and for other statements.
	target int
	// dataAt is where the data of an INSERT with a FORMAT begins, else the
	// length of the statement.
	dataAt int
	// temporary is true when the statement makes something that lives as long
	// as the session.
	temporary bool
	// more is true when another statement follows after a semicolon.
	more bool
}

// outline reads the outline of sql. Quotes, comments and brackets are skipped;
// of nested text nothing is reported.
func outline(sql string) statement {
	st := statement{dataAt: len(sql)}
	sc := scanner{text: sql}
	source := false // the INSERT has VALUES, SELECT or a file
	formatAt := -1  // number of the word FORMAT
	if strings.HasPrefix(strings.TrimSpace(sql), "(") {
		st.verb = "SELECT"
	}
	for n := 0; ; n++ {
		word, at := sc.next()
		if word == "" {
			return st
		}
		if word == ";" {
			rest, _ := sc.next()
			st.more = rest != ""
			return st
		}
		upper := strings.ToUpper(word)
		switch {
		case st.verb == "":
			st.verb = upper
		case upper == "TEMPORARY":
			st.temporary = true
		case formatAt == n-1 && formatAt > 0:
			st.format = word
			if st.verb == "INSERT" && !source {
				st.dataAt = sc.pos
				return st
			}
		case st.format != "" && upper != "SETTINGS" && formatAt == n-2:
			// FORMAT was a name, as in SELECT format FROM t.
			st.format = ""
		case upper == "FORMAT":
			formatAt = n
			if st.verb == "INSERT" && !source && st.target == 0 {
				st.target = at
			}
		case st.verb != "INSERT":
		case upper == "SETTINGS" && st.target == 0 && !source:
			st.target = at
		case upper == "VALUES" || upper == "SELECT" || upper == "WITH" || upper == "FROM" || upper == "WATCH":
			source = true
			st.target = 0
		}
	}
}

// scanner yields the words of a statement that stand outside of quotes,
// comments and brackets.
type scanner struct {
	text string
	pos  int
}

// next returns the next word and its position, ";" for a semicolon, "" at the
// end.
func (s *scanner) next() (word string, at int) {
	depth := 0
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case c == '\'' || c == '"' || c == '`':
			s.skipQuoted(c)
		case strings.HasPrefix(s.text[s.pos:], "--"), c == '#':
			s.skipTo("\n")
		case strings.HasPrefix(s.text[s.pos:], "/*"):
			s.skipTo("*/")
		case c == '(' || c == '[' || c == '{':
			depth++
			s.pos++
		case c == ')' || c == ']' || c == '}':
			depth--
			s.pos++
		case isWord(c):
			at = s.pos
			for s.pos < len(s.text) && isWord(s.text[s.pos]) {
				s.pos++
			}
			if depth == 0 {
				return s.text[at:s.pos], at
			}
		case c == ';' && depth == 0:
			s.pos++
			return ";", s.pos - 1
		default:
			s.pos++
		}
	}
	return "", len(s.text)
}

// skipQuoted moves behind a literal that begins at pos; a backslash or a
// doubled quote keeps it open.
func (s *scanner) skipQuoted(quote byte) {
	for s.pos++; s.pos < len(s.text); s.pos++ {
		switch s.text[s.pos] {
		case '\\':
			s.pos++
		case quote:
			s.pos++
			return
		}
	}
	s.pos = len(s.text)
}

func (s *scanner) skipTo(end string) {
	i := strings.Index(s.text[s.pos:], end)
	if i < 0 {
		s.pos = len(s.text)
		return
	}
	s.pos += i + len(end)
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}
