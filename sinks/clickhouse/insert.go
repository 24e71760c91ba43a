package clickhouse

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// insert sends one block. token names it, "" one that has no name; it must come
// out the same when the block is written again. After an error the driver may
// still be reading the block.
func (s *Sink) insert(ctx context.Context, token, table, columns string, b *block) error {
	// Folding the rows of a block before it is written costs as much as all the
	// rest; readers fold anyway.
	settings := clickhouse.Settings{
		"async_insert": 0, "insert_deduplicate": 1, "optimize_on_insert": 0,
		// The tables that are filled from this one know the token too.
		"deduplicate_blocks_in_dependent_materialized_views": 1,
	}
	if token != "" {
		settings["insert_deduplication_token"] = token
	}
	types, err := s.columnTypes(ctx, table, columns)
	if err == nil {
		err = b.fits(types)
	}
	if err == nil {
		send := s.sendNative
		if s.http {
			send = s.sendHTTP
		}
		err = send(ctx, "INSERT INTO "+table+" ("+columns+")", settings, types, b)
	}
	if err != nil {
		s.types.Delete(table)
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

// fits compares the columns of b with those of the table that somebody may have
// changed: a server would convert what it is given, or call it wrong data.
func (b *block) fits(types []clickhouse.ColumnNameAndType) error {
	for i := range types {
		if c := &b.columns[i]; types[i].Type != string(c.kind) {
			return fmt.Errorf("%w: column %s is %s in the table, %s here", errTable, c.name, types[i].Type, c.kind)
		}
	}
	return nil
}

// sendHTTP sends the bytes of b as they are, or in the frames of ClickHouse's
// own compression, which the driver leaves to us.
func (s *Sink) sendHTTP(ctx context.Context, sql string, settings clickhouse.Settings, _ []clickhouse.ColumnNameAndType, b *block) error {
	var data io.Reader = b.pieces()
	if c := s.compression; c != nil && (c.Method == clickhouse.CompressionLZ4 || c.Method == clickhouse.CompressionZSTD) {
		settings["decompress"] = "1"
		data = b.compressed(c)
	}
	return s.conn.InsertFormat(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), "Native", sql, data)
}

// compressed returns the bytes of b in frames.
func (b *block) compressed(c *clickhouse.Compression) *frames {
	if b.frames == nil {
		b.frames = &frames{writer: compress.NewWriter(compress.Level(c.Level), compress.Method(c.Method)), window: make([]byte, 1<<20)}
	}
	b.frames.source, b.frames.out = b.pieces(), nil
	return b.frames
}

// frames reads source in compressed frames.
type frames struct {
	source io.Reader
	writer *compress.Writer
	window []byte
	out    []byte
}

func (f *frames) Read(dst []byte) (int, error) {
	if len(f.out) == 0 {
		n, err := io.ReadFull(f.source, f.window)
		if n == 0 {
			return 0, err
		}
		if err := f.writer.Compress(f.window[:n]); err != nil {
			return 0, err
		}
		f.out = f.writer.Data
	}
	n := copy(dst, f.out)
	f.out = f.out[n:]
	return n, nil
}

// sendNative gives the columns of b to the driver: prepared, filled and sent in
// one go, because an open INSERT holds a connection.
func (s *Sink) sendNative(ctx context.Context, sql string, settings clickhouse.Settings, types []clickhouse.ColumnNameAndType, b *block) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(settings), clickhouse.WithColumnNamesAndTypes(types))
	batch, err := s.conn.PrepareBatch(ctx, sql)
	if err != nil {
		return err
	}
	defer batch.Close()
	if err := b.lend(batch); err != nil {
		return fmt.Errorf("%w: %w", errData, err)
	}
	return batch.Send()
}

// columnTypes returns the columns that an INSERT names as the table has them.
func (s *Sink) columnTypes(ctx context.Context, table, columns string) ([]clickhouse.ColumnNameAndType, error) {
	if types, ok := s.types.Load(table); ok {
		return types.([]clickhouse.ColumnNameAndType), nil
	}
	rows, err := s.conn.Query(ctx, "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = ?", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	there := map[string]string{}
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, err
		}
		there[name] = kind
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var types []clickhouse.ColumnNameAndType
	for name := range strings.SplitSeq(columns, ", ") {
		kind, ok := there[name]
		if !ok {
			return nil, fmt.Errorf("%w: column %s is missing", errTable, name)
		}
		types = append(types, clickhouse.ColumnNameAndType{Name: name, Type: kind})
	}
	s.types.Store(table, types)
	return types, nil
}
