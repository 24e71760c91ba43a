package clickhouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Identity returns the random id that the database got when it was first
// opened, as a UUID in lower case. It stays as long as the database does:
// where it differs from the one a position was noted for, what that position
// counts as stored is not in this database. Two programs that open an empty
// database at the same moment may see different ones until they open it again.
func (s *Sink) Identity() string { return s.identity }

// identify returns the identity of the connection's database and gives it one
// when it has none, also after a crash between the table and its row.
func identify(ctx context.Context, conn driver.Conn) (string, error) {
	const insert = "INSERT INTO database_identity (id) SELECT generateUUIDv4() WHERE (SELECT count() FROM database_identity) = 0"
	if err := conn.Exec(ctx, insert); err != nil {
		return "", fmt.Errorf("write the identity of the database: %w", err)
	}
	var id string
	// The first row is the oldest, and the same for all who look later.
	const read = "SELECT toString(id) FROM database_identity ORDER BY created_at, id LIMIT 1"
	if err := conn.QueryRow(ctx, read).Scan(&id); err != nil {
		return "", fmt.Errorf("read the identity of the database: %w", err)
	}
	return id, nil
}
