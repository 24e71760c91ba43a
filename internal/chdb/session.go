package chdb

import (
	"strings"
	"unsafe"
)

// session is one connection of libchdb: a current database and settings, and
// one statement at a time.
type session struct {
	lib      *library
	conn     unsafe.Pointer
	database string
	settings map[string]string
	// spoiled is set when the session's state is not what database and
	// settings say.
	spoiled bool
}

// prepare brings the session to the database and exactly the settings of the
// next statement. Only what differs from the last statement costs a call.
func (s *session) prepare(database string, settings map[string]string) error {
	if database == "" {
		database = "default"
	}
	if database != s.database {
		if err := s.exec("USE " + quoteName(database)); err != nil {
			return err
		}
		s.database = database
	}
	var b strings.Builder
	assign := func(name, value string) {
		if b.Len() == 0 {
			b.WriteString("SET ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(name + " = " + value)
	}
	for name := range s.settings {
		if _, ok := settings[name]; !ok {
			assign(name, "DEFAULT")
		}
	}
	for name, value := range settings {
		if old, ok := s.settings[name]; !ok || old != value {
			assign(name, quoteString(value))
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if err := s.exec(b.String()); err != nil {
		s.spoiled = true
		return err
	}
	s.settings = settings
	return nil
}

func (s *session) exec(sql string) error {
	return s.lib.run(s.conn, sql, "Null", func([]byte) error { return nil })
}

// quoteName quotes an identifier.
func quoteName(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(s) + "`"
}

// quoteString quotes a string literal.
func quoteString(s string) string {
	return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(s) + "'"
}
