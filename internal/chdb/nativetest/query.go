package nativetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"

	"github.com/uctrace/uctrace/internal/chdb"
)

// query reads a statement, runs it and answers. The errors that it returns end
// the connection.
func (c *conn) query() error {
	var q chproto.Query
	if err := q.DecodeAware(c.in, c.revision); err != nil {
		return fmt.Errorf("query: %w", err)
	}
	compressed := q.Compression == chproto.CompressionEnabled
	if b, err := c.receive(compressed); err != nil || len(b.Columns) > 0 { // what ends the external tables
		return fmt.Errorf("query: data before it was asked for: %w", err)
	}
	err := c.server.interfere(Asked, q.Body)
	if err == nil {
		if insert, rows := strings.CutSuffix(q.Body, "FORMAT Native"); rows {
			err = c.insert(&q, insert, compressed)
		} else {
			err = c.run(&q, compressed)
		}
	}
	if ex, ok := errors.AsType[*chdb.Exception](err); ok {
		c.except(ex)
		return nil
	}
	if err != nil {
		return err
	}
	chproto.ServerCodeEndOfStream.Encode(&c.out)
	return nil
}

// run answers a statement that brings no rows.
func (c *conn) run(q *chproto.Query, compressed bool) error {
	blocks, err := c.ask(q, q.Body, nil)
	if err != nil {
		return err
	}
	if err := c.server.interfere(Done, q.Body); err != nil {
		return err
	}
	if len(blocks) == 0 {
		// A result without rows has its columns all the same.
		if b, err := c.columns(q, q.Body); err == nil {
			blocks = []*proto.Block{b}
		}
	}
	var rows uint64
	for _, b := range blocks {
		rows += uint64(b.Rows())
		if err := c.send(b, compressed); err != nil {
			return err
		}
	}
	chproto.ServerCodeProgress.Encode(&c.out)
	chproto.Progress{Rows: rows}.EncodeAware(&c.out, c.revision)
	chproto.Profile{Rows: rows, Blocks: uint64(len(blocks))}.EncodeAware(&c.out, c.revision)
	return nil
}

// insert tells the client the columns of the table, takes blocks until an
// empty one, and stores them as one.
func (c *conn) insert(q *chproto.Query, insert string, compressed bool) error {
	target := strings.TrimSpace(insert[len("INSERT INTO"):])
	table, list, _ := strings.Cut(target, "(")
	if list = strings.TrimSuffix(strings.TrimSpace(list), ")"); list == "" {
		list = "*"
	}
	sample, err := c.columns(q, "SELECT "+list+" FROM "+table)
	if err != nil {
		return err
	}
	chproto.TableColumns{Second: "columns format version: 1\n"}.EncodeAware(&c.out, c.revision)
	if err := c.send(sample, compressed); err != nil {
		return err
	}
	// The engine reads blocks as files have them: revision 0.
	var rows chproto.Buffer
	for {
		b, err := c.receive(compressed)
		if err != nil {
			return fmt.Errorf("%s: %w", insert, err)
		}
		if len(b.Columns) == 0 {
			break
		}
		if err := b.Encode(&rows, 0); err != nil {
			return fmt.Errorf("%s: %w", insert, err)
		}
	}
	if err := c.server.interfere(Sent, q.Body); err != nil {
		return err
	}
	if len(rows.Buf) > 0 {
		if _, err := c.ask(q, q.Body, rows.Buf); err != nil {
			return err
		}
	}
	return c.server.interfere(Done, q.Body)
}

// columns returns the columns of a query's result as a block without rows.
func (c *conn) columns(q *chproto.Query, query string) (*proto.Block, error) {
	blocks, err := c.ask(q, "DESCRIBE ("+query+")", nil)
	if err != nil {
		return nil, err
	}
	sample := emptyBlock()
	for _, b := range blocks {
		for row := range b.Rows() {
			name, kind := b.Columns[0].Row(row, false).(string), b.Columns[1].Row(row, false).(string)
			if err := sample.AddColumn(name, column.Type(kind)); err != nil {
				return nil, err
			}
		}
	}
	return sample, nil
}

// ask runs sql on the engine, with the settings and parameters of q.
func (c *conn) ask(q *chproto.Query, sql string, rows []byte) ([]*proto.Block, error) {
	values := url.Values{"default_format": {"Native"}, "database": {c.database}, "query": {sql}}
	for _, s := range q.Settings {
		values.Set(s.Key, s.Value)
	}
	for _, p := range q.Parameters {
		values.Set("param_"+p.Key, unquote(p.Value))
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://embedded/?"+values.Encode(), bytes.NewReader(rows))
	if err != nil {
		return nil, err
	}
	answer, err := c.server.engine.Transport().RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, exception(answer)
	}
	var blocks []*proto.Block
	in := chproto.NewReader(answer.Body)
	for {
		b := emptyBlock()
		err := b.Decode(in, 0)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return blocks, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the engine's answer to %s: %w", sql, err)
		}
		blocks = append(blocks, b)
	}
}

func exception(answer *http.Response) error {
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	code, err := strconv.Atoi(answer.Header.Get("X-ClickHouse-Exception-Code"))
	if err != nil { // the engine is closed: the server is going down
		return errors.Join(errCut, errors.New(string(text)))
	}
	return &chdb.Exception{Code: code, Text: strings.TrimSpace(string(text))}
}

// unquote undoes how a parameter is quoted on the wire; its value keeps the
// escapes of a text format, as over HTTP.
func unquote(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "'"), "'")
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\0`, "\x00").Replace(s)
}
