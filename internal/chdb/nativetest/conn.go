package nativetest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"

	"github.com/uctrace/uctrace/internal/chdb"
)

// conn is a client's connection, served by one goroutine.
type conn struct {
	server   *Server
	socket   net.Conn
	in       *chproto.Reader
	out      chproto.Buffer
	lz4      *compress.Writer
	revision int // the lower one of both sides
	database string
}

func newConn(s *Server, c net.Conn) *conn {
	return &conn{server: s, socket: c, in: chproto.NewReader(c), lz4: compress.NewWriter(compress.LevelZero, compress.LZ4)}
}

// gone reports whether err is how connections end.
func gone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, errCut) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// serve answers the client until it goes; its error says how.
func (c *conn) serve() error {
	if err := c.greet(); err != nil {
		return fmt.Errorf("handshake: %w", err)
	}
	for {
		code, err := c.in.UInt8()
		if err != nil {
			return err
		}
		switch chproto.ClientCode(code) {
		case chproto.ClientCodePing:
			chproto.ServerCodePong.Encode(&c.out)
		case chproto.ClientCodeCancel: // what it is about has run
		case chproto.ClientCodeQuery:
			err = c.query()
		default:
			err = fmt.Errorf("packet %d where a query is expected", code)
		}
		if err == nil {
			err = c.flush()
		}
		if err != nil {
			return err
		}
	}
}

// greet is the handshake: both say their revision, and who comes is checked.
func (c *conn) greet() error {
	switch code, err := c.in.UInt8(); {
	case err != nil:
		return err
	case code != byte(chproto.ClientCodeHello):
		return fmt.Errorf("packet %d", code)
	}
	var client chproto.ClientHello
	if err := client.Decode(c.in); err != nil {
		return err
	}
	o := &c.server.options
	if o.Username+o.Password != "" && (client.User != o.Username || client.Password != o.Password) {
		const authenticationFailed = 516
		c.except(&chdb.Exception{Code: authenticationFailed, Text: client.User + ": Authentication failed: password is incorrect, or there is no user with such name."})
		return errors.Join(c.flush(), io.EOF)
	}
	c.revision, c.database = min(client.ProtocolVersion, Revision), client.Database
	hello := chproto.ServerHello{Name: "ClickHouse", Major: 23, Minor: 3, Revision: Revision, Timezone: "UTC", DisplayName: "embedded"}
	hello.EncodeAware(&c.out, c.revision)
	if err := c.flush(); err != nil {
		return err
	}
	if chproto.FeatureAddendum.In(c.revision) {
		if _, err := c.in.Str(); err != nil { // the key of a quota
			return err
		}
	}
	return nil
}

func (c *conn) flush() error {
	_, err := c.socket.Write(c.out.Buf)
	c.out.Reset()
	return err
}

// except tells the client why a statement failed. The text of a packet has no
// code before and no name behind it.
func (c *conn) except(ex *chdb.Exception) {
	text := ex.Text
	if _, after, ok := strings.Cut(text, "DB::Exception: "); ok {
		text = after
	}
	chproto.ServerCodeException.Encode(&c.out)
	packet := chproto.Exception{Code: chproto.Error(ex.Code), Name: "DB::Exception", Message: "DB::Exception: " + text}
	packet.EncodeAware(&c.out, c.revision)
}

// receive reads a packet of data. A block without columns ends a series.
func (c *conn) receive(compressed bool) (*proto.Block, error) {
	code, err := c.in.UInt8()
	if err == nil && code == byte(chproto.ClientCodeCancel) {
		err = io.EOF // the driver hangs up after it
	}
	if err == nil && code != byte(chproto.ClientCodeData) {
		err = fmt.Errorf("packet %d where data are expected", code)
	}
	if err != nil {
		return nil, err
	}
	var head chproto.ClientData
	if err := head.DecodeAware(c.in, c.revision); err != nil {
		return nil, err
	}
	if compressed {
		c.in.EnableCompression()
		defer c.in.DisableCompression()
	}
	b := emptyBlock()
	if err := b.Decode(c.in, uint64(c.revision)); err != nil {
		return nil, fmt.Errorf("block: %w", err)
	}
	if head.TableName != "" {
		return nil, fmt.Errorf("external table %s: not supported", head.TableName)
	}
	return b, nil
}

// send writes a packet of data.
func (c *conn) send(b *proto.Block, compressed bool) error {
	chproto.ServerCodeData.Encode(&c.out)
	c.out.PutString("")
	start := len(c.out.Buf)
	if err := c.encode(b); err != nil {
		return err
	}
	if compressed {
		if err := c.lz4.Compress(c.out.Buf[start:]); err != nil {
			return err
		}
		c.out.Buf = append(c.out.Buf[:start], c.lz4.Data...)
	}
	return c.flush()
}

// encode appends b. Of a block without rows a server sends names and types; the
// driver's Encode begins the content of columns all the same.
func (c *conn) encode(b *proto.Block) error {
	if b.Rows() > 0 {
		return b.Encode(&c.out, uint64(c.revision))
	}
	if err := b.EncodeHeader(&c.out, uint64(c.revision)); err != nil {
		return err
	}
	for _, col := range b.Columns {
		c.out.PutString(col.Name())
		c.out.PutString(string(col.Type()))
		if chproto.FeatureCustomSerialization.In(c.revision) {
			c.out.PutBool(false)
		}
	}
	return nil
}

func emptyBlock() *proto.Block {
	return &proto.Block{ServerContext: &column.ServerContext{Timezone: time.UTC}}
}
