package chdb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// reencode turns Native blocks of revision 0, which is what the engine
// writes, into those of the client's revision: they have a block head and a
// flag per column more. compressed adds ClickHouse's LZ4 framing.
func reencode(result []byte, revision uint64, compressed bool) ([]byte, error) {
	var out chproto.Buffer
	var z *compress.Writer
	if compressed {
		z = compress.NewWriter(compress.LevelZero, compress.LZ4)
	}
	r := chproto.NewReader(bytes.NewReader(result))
	for {
		block := proto.Block{ServerContext: &column.ServerContext{Timezone: time.UTC}}
		err := block.Decode(r, 0)
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return out.Buf, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the engine's answer: %w", err)
		}
		start := len(out.Buf)
		if err := block.Encode(&out, revision); err != nil {
			return nil, fmt.Errorf("write the engine's answer: %w", err)
		}
		if !compressed {
			continue
		}
		if err := z.Compress(out.Buf[start:]); err != nil {
			return nil, fmt.Errorf("compress the engine's answer: %w", err)
		}
		out.Buf = append(out.Buf[:start], z.Data...)
	}
}
