package clickhouse

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	ddl "github.com/uctrace/uctrace/schemas/clickhouse"
)

var (
	// errNewer says that a later program has been here.
	errNewer = errors.New("this program does not know it: the database belongs to a newer uctrace, run that one or a later one")
	// errOther says that no release follows what is there.
	errOther = errors.New("a development build made these tables, and no release changes them: drop the database (of the embedded engine, remove the folder clickhouse in data_dir) and start again, what the streams hold is stored anew")
	// errOld says that the server cannot have the tables.
	errOld = errors.New("the ClickHouse server is too old")
)

// needed is the version of the server that views with parameters and rows that
// delete others came with. Older ones refuse some statement in words that do not
// say so.
var needed = version{23, 2}

// Migrate applies the statements of schemas/clickhouse that the connection's
// database has not seen, in order, and records each. A statement that was
// interrupted, or that ran and was not recorded, is run again; every one can
// be. Programs that migrate at the same time wait for one another; exclusive
// says that there is no other, and that a lock is one that a killed process
// left. A recorded statement that has changed since, or that this program does
// not know, is an error, which names it and says who made the database: a later
// program has applied all that this one has, a development build has not.
func Migrate(ctx context.Context, conn driver.Conn, exclusive bool, log *slog.Logger) error {
	return apply(ctx, conn, ddl.Migrations, exclusive, log)
}

// apply is Migrate with the statements of files.
func apply(ctx context.Context, conn driver.Conn, files fs.FS, exclusive bool, log *slog.Logger) error {
	all, err := migrations(files)
	if err == nil {
		err = migrate(ctx, conn, all, exclusive, log)
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Migrations returns how many there are.
func Migrations() int {
	all, _ := migrations(ddl.Migrations) // a test reads them
	return len(all)
}

// migration is a numbered statement, or the variants of it that fit different
// versions of the server.
type migration struct {
	name     string
	variants []variant // the highest version first
}

type variant struct {
	since version // of the server
	sql   string
	sum   string // SHA-256
}

// migrations reads NNNN_name.sql and NNNN_name.MAJOR.MINOR.sql, which takes its
// place from that version of the server on.
func migrations(files fs.FS) ([]migration, error) {
	paths, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, p := range paths {
		sql, err := fs.ReadFile(files, p)
		if err != nil {
			return nil, err
		}
		hash := sha256.Sum256(sql)
		v := variant{sql: string(sql), sum: hex.EncodeToString(hash[:])}
		name, since, found := strings.Cut(strings.TrimSuffix(path.Base(p), ".sql"), ".")
		if found {
			if v.since, err = parseVersion(since); err != nil {
				return nil, fmt.Errorf("%s: %w", p, err)
			}
		}
		at := slices.IndexFunc(all, func(m migration) bool { return m.name == name })
		if at < 0 {
			at = len(all)
			all = append(all, migration{name: name})
		}
		all[at].variants = append(all[at].variants, v)
	}
	for i := range all {
		slices.SortFunc(all[i].variants, func(a, b variant) int { return b.since.compare(a.since) })
	}
	slices.SortFunc(all, func(a, b migration) int { return cmp.Compare(a.name, b.name) })
	return all, nil
}

// is reports whether sum is that of a variant: the server may have been another
// version when it was applied.
func (m *migration) is(sum string) bool {
	return slices.ContainsFunc(m.variants, func(v variant) bool { return v.sum == sum })
}

// on returns the variant for a server.
func (m *migration) on(server version) (variant, error) {
	for _, v := range m.variants {
		if server.compare(v.since) >= 0 {
			return v, nil
		}
	}
	return variant{}, fmt.Errorf("%s: needs ClickHouse %v or newer, this is %v", m.name, m.variants[len(m.variants)-1].since, server)
}

func migrate(ctx context.Context, conn driver.Conn, all []migration, exclusive bool, log *slog.Logger) error {
	missing, err := unapplied(ctx, conn, all)
	if err != nil {
		return err
	}
	if len(missing) == 0 {
		return unlock(ctx, conn, exclusive)
	}
	server, err := serverVersion(ctx, conn)
	if err != nil {
		return err
	}
	if server.compare(needed) < 0 {
		return fmt.Errorf("%w: this is %v, the tables need %v or newer", errOld, server, needed)
	}
	lock, err := takeLock(ctx, conn, exclusive, log)
	if err != nil {
		return err
	}
	defer lock.release(ctx)
	// Somebody else may have done it while this one waited.
	if missing, err = unapplied(ctx, conn, all); err != nil {
		return err
	}
	var todo []record
	for i, m := range missing {
		if err := lock.hold(ctx); err != nil {
			return err
		}
		v, err := m.on(server)
		if err != nil {
			return err
		}
		if err := conn.Exec(ctx, v.sql); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		todo = append(todo, record{m.name, v.sum})
		if makes(v.sql) && i < len(missing)-1 {
			continue
		}
		if err := note(ctx, conn, todo); err != nil {
			return err
		}
		log.Info("applied ClickHouse migrations", "first", todo[0].name, "last", m.name)
		todo = todo[:0]
	}
	return nil
}

// makes reports whether the statement only makes what is missing, or replaces a
// view, so that it can be run again whatever came behind it. Such statements are
// recorded together: a record costs as much as they do.
func makes(sql string) bool {
	for line := range strings.Lines(sql) {
		if !strings.HasPrefix(line, "--") {
			return strings.Contains(line, " IF NOT EXISTS ") || strings.HasPrefix(line, "CREATE OR REPLACE VIEW ")
		}
	}
	return false
}

// record is that a migration was applied.
type record struct{ name, sum string }

// note writes records in one block.
func note(ctx context.Context, conn driver.Conn, records []record) error {
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO schema_migrations (name, sha256)")
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	defer batch.Close()
	for _, r := range records {
		if err := batch.Append(r.name, r.sum); err != nil {
			return fmt.Errorf("record %s: %w", r.name, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

// unapplied returns what is not recorded as applied.
func unapplied(ctx context.Context, conn driver.Conn, all []migration) ([]*migration, error) {
	done, err := applied(ctx, conn)
	if err != nil {
		return nil, err
	}
	var missing []*migration
	for i := range all {
		m := &all[i]
		switch sum, ok := done[m.name]; {
		case !ok:
			missing = append(missing, m)
		case !m.is(sum):
			return nil, fmt.Errorf("%s differs from what was applied: %w", m.name, errOther)
		}
		delete(done, m.name)
	}
	if len(done) == 0 {
		return missing, nil
	}
	unknown := slices.Max(slices.Collect(maps.Keys(done)))
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s is unknown and %s was never applied: %w", unknown, missing[0].name, errOther)
	}
	return nil, fmt.Errorf("%s: %w", unknown, errNewer)
}

// applied returns the recorded migrations, name and SHA-256, none for a new
// database.
func applied(ctx context.Context, conn driver.Conn) (map[string]string, error) {
	done := map[string]string{}
	var exists uint8
	const look = "SELECT count() > 0 FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'"
	if err := conn.QueryRow(ctx, look).Scan(&exists); err != nil || exists == 0 {
		return done, err
	}
	rows, err := conn.Query(ctx, "SELECT name, sha256 FROM schema_migrations FINAL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, sum string
		if err := rows.Scan(&name, &sum); err != nil {
			return nil, err
		}
		done[name] = sum
	}
	return done, rows.Err()
}

// version is the major and the minor version of a server.
type version [2]int

func (v version) String() string { return fmt.Sprintf("%d.%d", v[0], v[1]) }

func (v version) compare(w version) int { return slices.Compare(v[:], w[:]) }

func parseVersion(s string) (v version, err error) {
	if _, err = fmt.Sscanf(s, "%d.%d", &v[0], &v[1]); err != nil {
		return v, fmt.Errorf("version %q: want MAJOR.MINOR", s)
	}
	return v, nil
}

func serverVersion(ctx context.Context, conn driver.Conn) (version, error) {
	var s string
	if err := conn.QueryRow(ctx, "SELECT version()").Scan(&s); err != nil {
		return version{}, err
	}
	return parseVersion(s)
}

// quoteName quotes an identifier.
func quoteName(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(s) + "`"
}
