package clickhouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	ddl "github.com/uctrace/uctrace/schemas/clickhouse"
)

// errChanged says that a migration is not the one that was applied.
var errChanged = errors.New("the statement differs from the one that was applied")

// Migrate applies the statements of schemas/clickhouse that the connection's
// database has not seen, in order, and records each. Running it twice, or by
// two processes at once, changes nothing more, because every statement is
// idempotent. A recorded statement that has changed since is an error.
func Migrate(ctx context.Context, conn driver.Conn, log *slog.Logger) error {
	return migrate(ctx, conn, ddl.Migrations, log)
}

// Migrations returns how many there are.
func Migrations() int {
	names, _ := fs.Glob(ddl.Migrations, "migrations/*.sql") // the pattern is well-formed
	return len(names)
}

func migrate(ctx context.Context, conn driver.Conn, files fs.FS, log *slog.Logger) error {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	var done map[string]string
	for i, name := range names {
		sql, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		name = strings.TrimSuffix(path.Base(name), ".sql")
		hash := sha256.Sum256(sql)
		sum := hex.EncodeToString(hash[:])
		if old, ok := done[name]; ok && old == sum {
			continue
		} else if ok {
			return fmt.Errorf("migrate %s: %w", name, errChanged)
		}
		if err := conn.Exec(ctx, string(sql)); err != nil {
			return fmt.Errorf("migrate %s: %w", name, err)
		}
		// The first statement makes the table that knows about the others.
		if i == 0 {
			if done, err = applied(ctx, conn); err != nil {
				return fmt.Errorf("migrate: %w", err)
			}
			if old, ok := done[name]; ok && old != sum {
				return fmt.Errorf("migrate %s: %w", name, errChanged)
			} else if ok {
				continue
			}
		}
		if err := conn.Exec(ctx, "INSERT INTO schema_migrations (name, sha256) VALUES (?, ?)", name, sum); err != nil {
			return fmt.Errorf("migrate %s: record: %w", name, err)
		}
		log.Info("applied a ClickHouse migration", "name", name)
	}
	return nil
}

// applied returns the recorded migrations: name and SHA-256.
func applied(ctx context.Context, conn driver.Conn) (map[string]string, error) {
	rows, err := conn.Query(ctx, "SELECT name, sha256 FROM schema_migrations FINAL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	done := map[string]string{}
	for rows.Next() {
		var name, sum string
		if err := rows.Scan(&name, &sum); err != nil {
			return nil, err
		}
		done[name] = sum
	}
	return done, rows.Err()
}

// quoteName quotes an identifier.
func quoteName(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`").Replace(s) + "`"
}
