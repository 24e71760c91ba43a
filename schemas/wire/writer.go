package wire

import (
	"github.com/uctrace/uctrace/schemas"
	"github.com/vmihailenco/msgpack/v5"
)

// buffer is the io.Writer and io.ByteWriter that the encoder appends to. It
// never fails, which is why writer drops the encoder's errors.
type buffer struct{ b []byte }

func (w *buffer) Write(p []byte) (int, error) { w.b = append(w.b, p...); return len(p), nil }

func (w *buffer) WriteByte(c byte) error { w.b = append(w.b, c); return nil }

// writer encodes our field types as MessagePack.
type writer struct {
	enc *msgpack.Encoder
	out buffer
}

// encode appends what write writes to dst.
func encode(dst []byte, write func(*writer)) []byte {
	w := &writer{enc: msgpack.GetEncoder(), out: buffer{dst}}
	w.enc.Reset(&w.out)
	write(w)
	msgpack.PutEncoder(w.enc)
	return w.out.b
}

func (w *writer) array(n int) { _ = w.enc.EncodeArrayLen(n) }

func (w *writer) int(n int64) { _ = w.enc.EncodeInt(n) }

func (w *writer) uint(n uint64) { _ = w.enc.EncodeUint(n) }

func (w *writer) bool(b bool) { _ = w.enc.EncodeBool(b) }

func (w *writer) str(s string) { _ = w.enc.EncodeString(s) }

func (w *writer) nil() { _ = w.enc.EncodeNil() }

func (w *writer) bin(b []byte) {
	_ = w.enc.EncodeBytesLen(len(b)) // EncodeBytes would write nil for an empty slice
	_, _ = w.out.Write(b)
}

func (w *writer) id(id schemas.ID) {
	_ = w.enc.EncodeBytesLen(len(id))
	w.out.b = append(w.out.b, id[:]...)
}

// strOr writes s, or nil when it is the same as before.
func (w *writer) strOr(s, before string) {
	if s == before {
		w.nil()
		return
	}
	w.str(s)
}

func (w *writer) strs(list []string) {
	w.array(len(list))
	for _, s := range list {
		w.str(s)
	}
}
