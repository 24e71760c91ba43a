package chdb

import "testing"

func TestOutline(t *testing.T) {
	tests := []struct {
		sql    string
		verb   string
		format string
		before string // text from target on, for INSERTs with data
		data   string
		more   bool
	}{
		{sql: "", verb: ""},
		{sql: "-- a\n/* b; */ select 1", verb: "SELECT"},
		{sql: "SELECT ';' ; ", verb: "SELECT"},
		{sql: "SELECT 1; DROP TABLE t", verb: "SELECT", more: true},
		{sql: "SELECT 1 FORMAT JSON", verb: "SELECT", format: "JSON"},
		{sql: "SELECT 1 FORMAT JSON SETTINGS a = 1", verb: "SELECT", format: "JSON"},
		{sql: "SELECT format FROM t", verb: "SELECT"},
		{sql: "SELECT 'x FORMAT CSV'", verb: "SELECT"},
		{sql: "(SELECT 1) UNION ALL (SELECT 2)", verb: "SELECT"},
		{sql: "INSERT INTO t (a, `b)`) FORMAT Native", verb: "INSERT", format: "Native", before: "FORMAT Native"},
		{sql: "INSERT INTO t SETTINGS x = 1 FORMAT CSV\n1;2", verb: "INSERT", format: "CSV", before: "SETTINGS x = 1 FORMAT CSV\n1;2", data: "\n1;2"},
		{sql: "INSERT INTO t VALUES (1)", verb: "INSERT"},
		{sql: "INSERT INTO t SELECT 1 FORMAT CSV", verb: "INSERT", format: "CSV"},
		{sql: "insert into t from infile 'f' format CSV", verb: "INSERT", format: "CSV"},
	}
	for _, tt := range tests {
		t.Run(tt.sql, func(t *testing.T) {
			st := outline(tt.sql)
			if st.verb != tt.verb || st.format != tt.format || st.more != tt.more {
				t.Errorf("outline = %+v", st)
			}
			if got := tt.sql[st.dataAt:]; got != tt.data {
				t.Errorf("data = %q, want %q", got, tt.data)
			}
			before := ""
			if st.target > 0 {
				before = tt.sql[st.target:]
			}
			if before != tt.before {
				t.Errorf("target is before %q, want %q", before, tt.before)
			}
		})
	}
}

func FuzzOutline(f *testing.F) {
	f.Add("INSERT INTO t (a) SETTINGS b = 'c' FORMAT Native x")
	f.Add("SELECT `a\\`, 'b''c' /* d")
	f.Fuzz(func(t *testing.T, sql string) {
		st := outline(sql)
		if st.target < 0 || st.target > st.dataAt || st.dataAt > len(sql) {
			t.Errorf("outline(%q) = %+v", sql, st)
		}
		if st.takesData() && outline(sql[:st.dataAt]).format != st.format {
			t.Errorf("the statement without its data reads otherwise: %q", sql[:st.dataAt])
		}
	})
}
