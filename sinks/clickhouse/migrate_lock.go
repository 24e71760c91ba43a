package clickhouse

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// migrationLock keeps two programs from migrating at the same time. ClickHouse
// has no locks, but of two that create a table one succeeds: the lock is an
// empty table, its comment names the owner, who touches it from time to time.
// One that nobody touched for a lease was left by a process that is gone.
type migrationLock struct {
	conn  driver.Conn
	owner string
	held  time.Time // when it was last seen to be ours
	stop  context.CancelFunc
	done  sync.WaitGroup
}

const (
	lockTable = "schema_lock"
	// lockLease is how long an owner may be silent, lockTouch how often it is
	// heard, lockPoll how often others look.
	lockLease = time.Minute
	lockTouch = lockLease / 6
	lockPoll  = 200 * time.Millisecond
)

// errLockLost says that another program thought this one gone.
var errLockLost = errors.New("another program took over the migration")

// codeTableExists is TABLE_ALREADY_EXISTS.
const codeTableExists = 57

// takeLock waits until the lock is free. exclusive says that no other program
// can be at work, so that what is there is not in use.
func takeLock(ctx context.Context, conn driver.Conn, exclusive bool, log *slog.Logger) (*migrationLock, error) {
	owner := rand.Text()
	for waited := false; ; waited = true {
		err := conn.Exec(ctx, "CREATE TABLE "+lockTable+" (owner String) ENGINE = MergeTree ORDER BY owner COMMENT '"+owner+"'")
		if err == nil {
			break
		}
		if ex, ok := errors.AsType[*clickhouse.Exception](err); !ok || ex.Code != codeTableExists {
			return nil, fmt.Errorf("lock: %w", err)
		}
		gone, err := abandoned(ctx, conn)
		if err != nil {
			return nil, fmt.Errorf("lock: %w", err)
		}
		if gone || exclusive {
			if err := conn.Exec(ctx, "DROP TABLE IF EXISTS "+lockTable); err != nil {
				return nil, fmt.Errorf("lock: %w", err)
			}
			continue
		}
		if !waited {
			log.Info("another program brings the tables up to date; waiting for it")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPoll):
		}
	}
	l := &migrationLock{conn: conn, owner: owner, held: time.Now()}
	touching, stop := context.WithCancel(ctx)
	l.stop = stop
	l.done.Go(func() { l.touch(touching) })
	return l, nil
}

// unlock removes the lock of a process that was killed when all was done; with
// other programs about it may be one that is held, and its lease ends it.
func unlock(ctx context.Context, conn driver.Conn, exclusive bool) error {
	if !exclusive {
		return nil
	}
	if err := conn.Exec(ctx, "DROP TABLE IF EXISTS "+lockTable); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

// abandoned reports whether the owner of the lock was silent for a lease, by
// the clock of the server.
func abandoned(ctx context.Context, conn driver.Conn) (bool, error) {
	var gone uint8
	const sql = "SELECT max(dateDiff('second', metadata_modification_time, now())) > ? FROM system.tables WHERE database = currentDatabase() AND name = ?"
	err := conn.QueryRow(ctx, sql, int(lockLease/time.Second), lockTable).Scan(&gone)
	return gone == 1, err
}

func (l *migrationLock) touch(ctx context.Context) {
	tick := time.NewTicker(lockTouch)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// A fault shows at the next check.
			if l.check(ctx) == nil {
				_ = l.conn.Exec(ctx, "ALTER TABLE "+lockTable+" MODIFY COMMENT '"+l.owner+"'")
			}
		}
	}
}

// hold fails when the lock was lost, which takes a lease at least.
func (l *migrationLock) hold(ctx context.Context) error {
	if time.Since(l.held) < lockTouch {
		return nil
	}
	l.held = time.Now()
	return l.check(ctx)
}

// check fails when the lock belongs to somebody else.
func (l *migrationLock) check(ctx context.Context) error {
	var owner string
	const sql = "SELECT max(comment) FROM system.tables WHERE database = currentDatabase() AND name = ?"
	if err := l.conn.QueryRow(ctx, sql, lockTable).Scan(&owner); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if owner != l.owner {
		return errLockLost
	}
	return nil
}

// release gives the lock back. Where that fails the lease ends it.
func (l *migrationLock) release(ctx context.Context) {
	l.stop()
	l.done.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lockTouch)
	defer cancel()
	if l.check(ctx) == nil {
		_ = l.conn.Exec(ctx, "DROP TABLE IF EXISTS "+lockTable)
	}
}
