package clickhouse_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	ddl "github.com/uctrace/uctrace/schemas/clickhouse"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

func migrations(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(ddl.Migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	return names
}

func TestMigrationsAreNumberedSingleStatements(t *testing.T) {
	form := regexp.MustCompile(`^migrations/(\d{4})(_[a-z0-9_]+)(\.\d+\.\d+)?\.sql$`)
	// What can be run again: it makes or drops only what is not there, or
	// replaces a whole.
	idempotent := regexp.MustCompile(`IF (NOT )?EXISTS|CREATE OR REPLACE VIEW`)
	names := map[string]string{}
	for _, name := range migrations(t) {
		m := form.FindStringSubmatch(name)
		if m == nil {
			t.Errorf("%s: want NNNN_name.sql, or NNNN_name.MAJOR.MINOR.sql", name)
			continue
		}
		if other, ok := names[m[1]]; ok && other != m[2] {
			t.Errorf("%s and %s%s have one number", name, m[1], other)
		}
		if names[m[1]] = m[2]; m[1] != fmt.Sprintf("%04d", len(names)) {
			t.Errorf("%s: the next number is %04d", name, len(names))
		}
		sql, err := fs.ReadFile(ddl.Migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		if comments := regexp.MustCompile(`(?m)^--.*$`); strings.Contains(comments.ReplaceAllString(string(sql), ""), ";") {
			t.Errorf("%s: a semicolon; one statement a file", name)
		}
		if !idempotent.Match(sql) {
			t.Errorf("%s is not idempotent", name)
		}
	}
}

func TestMigrateTwice(t *testing.T) {
	e := chdbtest.Open(t)
	s := open(t, e, "")
	shape := func() [][]string {
		return query(t, s, "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name")
	}
	before := shape()
	applied := query(t, s, "SELECT name, sha256, applied_at FROM schema_migrations ORDER BY name")
	want := slices.DeleteFunc(migrations(t), func(name string) bool { return strings.Contains(strings.TrimSuffix(name, ".sql"), ".") })
	if len(applied) != len(want) {
		t.Errorf("%d migrations are recorded, want %d", len(applied), len(want))
	}
	open(t, e, "")
	for i, row := range shape() {
		if row[1] != before[i][1] {
			t.Errorf("%s changed", row[0])
		}
	}
	if again := query(t, s, "SELECT name, sha256, applied_at FROM schema_migrations ORDER BY name"); len(again) != len(applied) {
		t.Errorf("a second run recorded %d migrations more", len(again)-len(applied))
	}
}

func TestMigrateResumes(t *testing.T) {
	e := chdbtest.Open(t)
	s := open(t, e, "")
	// As after a crash between a statement and its record.
	for _, sql := range []string{"DELETE FROM schema_migrations WHERE name >= (SELECT max(name) FROM schema_migrations WHERE name LIKE '%\\_v\\_coverage')", "DROP VIEW v_coverage"} {
		if err := s.Conn().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if got := one(t, s, "SELECT max(name) LIKE '%\\_v\\_session\\_spans' FROM schema_migrations"); got != "1" {
		t.Fatal("the record of v_coverage is still there")
	}
	again := open(t, e, "")
	if got := one(t, again, "SELECT count() FROM v_coverage"); got != "0" {
		t.Errorf("v_coverage has %s rows", got)
	}
}

// TestForeignSchemaIsRefused opens databases that another build has made, and
// leaves them as they are.
func TestForeignSchemaIsRefused(t *testing.T) {
	const later = "INSERT INTO schema_migrations (name, sha256) VALUES ('9999_later', 'x')"
	for _, tt := range []struct {
		name string
		sql  []string
		want []string
	}{
		{"a later release", []string{later}, []string{"9999_later", "newer uctrace"}},
		{
			"a build before the first release",
			[]string{later, "DELETE FROM schema_migrations WHERE name LIKE '%\\_events'"},
			[]string{"9999_later is unknown", "_events was never applied", "development build", "drop the database", "data_dir"},
		},
		{
			"a changed statement",
			[]string{"INSERT INTO schema_migrations (name, sha256) SELECT name, 'other' FROM schema_migrations WHERE name = '0001_schema_migrations'"},
			[]string{"0001_schema_migrations differs", "development build", "drop the database"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := chdbtest.Open(t)
			s := open(t, e, "")
			for _, sql := range tt.sql {
				if err := s.Conn().Exec(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			const shape = "SELECT toString((count(), max(metadata_modification_time), (SELECT count() FROM schema_migrations))) FROM system.tables WHERE database = currentDatabase()"
			before := one(t, s, shape)
			_, err := clickhouse.Open(t.Context(), clickhouse.Config{Transport: e.Transport()})
			if err == nil || clickhouse.Classify(err) != clickhouse.Broken {
				t.Fatalf("error = %v", err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
			if got := one(t, s, shape); got != before {
				t.Errorf("the refused database is %s, was %s", got, before)
			}
		})
	}
}

func TestConfigIsRefused(t *testing.T) {
	for _, cfg := range []clickhouse.Config{{}, {URL: "ftp://u:secret@host"}, {URL: "http://u:secret@host:port"}} {
		_, err := clickhouse.Open(t.Context(), cfg)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: error %v", cfg, err)
		}
	}
}
