package nativetest_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/chdb/nativetest"
)

// TestClient is clickhouse-go on its own, with and without compression: rows
// in and out, settings, parameters, exceptions.
func TestClient(t *testing.T) {
	e := chdbtest.Open(t)
	s := nativetest.New(t, e, nativetest.Options{Username: "u", Password: "p"})
	for _, method := range []clickhouse.CompressionMethod{clickhouse.CompressionNone, clickhouse.CompressionLZ4, clickhouse.CompressionZSTD} {
		t.Run(method.String(), func(t *testing.T) {
			conn, err := clickhouse.Open(&clickhouse.Options{
				Addr: []string{s.Addr}, Auth: clickhouse.Auth{Username: "u", Password: "p"}, Compression: &clickhouse.Compression{Method: method},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			const create = "CREATE OR REPLACE TABLE t (n UInt64, s LowCardinality(String), a Array(String), d DateTime64(6, 'UTC') DEFAULT 7) ENGINE = MergeTree ORDER BY n"
			if err := conn.Exec(t.Context(), create); err != nil {
				t.Fatal(err)
			}
			batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t (s, n, a)")
			if err != nil {
				t.Fatal(err)
			}
			for i := range 70_000 { // several blocks of the engine
				if err := batch.Append("x", uint64(i), []string{"k", "\xff'\\\n"}); err != nil {
					t.Fatal(err)
				}
			}
			if err := batch.Send(); err != nil {
				t.Fatal(err)
			}
			var rows, limit uint64
			var keys []string
			ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 99}), clickhouse.WithParameters(clickhouse.Parameters{"from": "30'000"}))
			err = conn.QueryRow(ctx, "SELECT count(), any(a), toUInt64(getSetting('max_block_size')) FROM t WHERE n >= toUInt64(replaceAll({from:String}, '\\'', ''))").Scan(&rows, &keys, &limit)
			if err != nil || rows != 40_000 || limit != 99 || !reflect.DeepEqual(keys, []string{"k", "\xff'\\\n"}) {
				t.Errorf("%d rows, keys %q, setting %d, %v", rows, keys, limit, err)
			}
			all, err := conn.Query(t.Context(), "SELECT n FROM t ORDER BY n")
			if err != nil {
				t.Fatal(err)
			}
			for want := range uint64(70_000) {
				var n uint64
				if !all.Next() || all.Scan(&n) != nil || n != want {
					t.Fatalf("row %d is %d, %v", want, n, all.Err())
				}
			}
			if all.Next() || all.Err() != nil {
				t.Errorf("more rows, or %v", all.Err())
			}
			none, err := conn.Query(t.Context(), "SELECT n, s FROM t WHERE n > ?", 1<<40)
			if err != nil || none.Next() || !reflect.DeepEqual(none.Columns(), []string{"n", "s"}) {
				t.Errorf("an empty result: %v, %v", none, err)
			}
			err = conn.Exec(t.Context(), "SELECT nothing FROM t")
			if ex, ok := errors.AsType[*clickhouse.Exception](err); !ok || ex.Code != 47 {
				t.Errorf("an unknown column: %v", err)
			}
			if _, err := conn.PrepareBatch(t.Context(), "INSERT INTO nowhere (n)"); err == nil {
				t.Error("rows for a table that is not there")
			}
		})
	}
}
