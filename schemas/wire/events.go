package wire

import (
	"hash/maphash"

	"github.com/uctrace/uctrace/schemas"
	"github.com/vmihailenco/msgpack/v5"
)

// AppendEvents appends the frame of b to dst and returns it. It uses the spare
// capacity of dst as scratch memory: reuse dst. It keeps nothing of b. See
// SplitEvents for the size of the frame.
func AppendEvents(dst []byte, b *schemas.EventBatch) []byte {
	return seal(dst, kindEvents, eventsSize(b), func(w *writer) { w.eventBatch(b) })
}

// DecodeEvents decodes the frame data into b and reuses the memory of b: the
// events with their Keys, Attrs, Repairs, SIP and XMPP. The strings are
// copies. The errors are ErrVersion and ErrCorrupt; b holds nothing of use
// then.
func DecodeEvents(data []byte, b *schemas.EventBatch) error {
	return (&Decoder{Copy: true}).Events(data, b)
}

// Decoder decodes frames of events into memory that it uses again. The zero
// value is ready. One goroutine may use it.
type Decoder struct {
	// Copy makes the strings copies, which may be kept.
	Copy bool

	used, free [][]byte
	r          reader
}

// Reset takes back the memory of all strings that Events returned, unless
// they are copies.
func (d *Decoder) Reset() {
	d.free = append(d.free, d.used...)
	d.used = d.used[:0]
}

// Events is DecodeEvents, but that the strings of b hold only until Reset when
// Copy is false.
func (d *Decoder) Events(data []byte, b *schemas.EventBatch) error {
	var buf []byte
	if n := len(d.free); n > 0 {
		buf, d.free = d.free[n-1], d.free[:n-1]
	}
	payload, err := open(data, kindEvents, buf)
	if err != nil {
		return err
	}
	if d.Copy {
		d.free = append(d.free, payload[:0])
	} else {
		d.used = append(d.used, payload[:0])
	}
	r := &d.r
	if r.dec == nil {
		r.dec, r.seed, r.share = msgpack.NewDecoder(nil), maphash.MakeSeed(), !d.Copy
		if d.Copy {
			r.known = new([256]string)
		}
	}
	r.in, r.left, r.err = input{b: payload}, 1, nil
	r.dec.Reset(&r.in)
	if r.eventBatch(b); r.err != nil {
		*b = schemas.EventBatch{}
	}
	return r.err
}

func (w *writer) eventBatch(b *schemas.EventBatch) {
	w.array(2)
	w.span(&b.Span)
	w.array(len(b.Events))
	before := originOf(&b.Span)
	for i := range b.Events {
		w.event(&b.Events[i], &before)
	}
}

func (r *reader) eventBatch(b *schemas.EventBatch) {
	outer := r.enter(2)
	r.span(&b.Span)
	n, o := r.list(leastEvent)
	b.Events = grow(b.Events[:0], n)
	before := originOf(&b.Span)
	for i := range b.Events {
		r.event(&b.Events[i], &before)
	}
	r.endList(o)
	r.leave(outer)
}

// origin is where an event comes from; it is written only where it changes.
type origin struct{ source, cluster, node, file string }

func originOf(s *schemas.Span) origin {
	return origin{string(s.File.Source), s.File.Cluster, s.File.Node, s.File.Path}
}

// leastEvent is the size of the smallest event, in bytes: its array and two
// ids and one byte for each other field.
const leastEvent = 3 + 2*18 + (eventFields - 2)

const eventFields = 16

func (w *writer) event(e *schemas.Event, before *origin) {
	w.array(eventFields)
	w.id(e.ID)
	w.id(e.Record)
	w.time(e.Time)
	w.strOr(string(e.Source), before.source)
	w.strOr(e.Cluster, before.cluster)
	w.strOr(e.Node, before.node)
	w.strOr(e.File, before.file)
	*before = origin{string(e.Source), e.Cluster, e.Node, e.File}
	w.int(int64(e.Line))
	w.str(string(e.Kind))
	w.keys(e.Keys)
	w.array(2 * len(e.Attrs))
	for i := range e.Attrs {
		w.str(e.Attrs[i].Name)
		w.str(e.Attrs[i].Value)
	}
	w.sip(e.SIP)
	w.xmpp(e.XMPP)
	w.str(e.Text)
	w.strs(e.Repairs)
}

func (r *reader) event(e *schemas.Event, before *origin) {
	outer := r.enter(eventFields)
	r.fixed(e.ID[:])
	r.fixed(e.Record[:])
	e.Time = r.time()
	before.source = r.strOr(before.source)
	before.cluster = r.strOr(before.cluster)
	before.node = r.strOr(before.node)
	before.file = r.strOr(before.file)
	e.Source, e.Cluster = schemas.Source(before.source), before.cluster
	e.Node, e.File = before.node, before.file
	e.Line = int(r.int())
	e.Kind = schemas.Kind(r.str())
	e.Keys = r.keys(e.Keys)
	n, o := r.list(1)
	e.Attrs = grow(e.Attrs[:0], n/2)
	for i := range e.Attrs {
		e.Attrs[i] = schemas.Attr{Name: r.str(), Value: r.str()}
	}
	r.leave(o)
	e.SIP = r.sip(e.SIP)
	e.XMPP = r.xmpp(e.XMPP)
	e.Text = r.text()
	e.Repairs = r.strs(e.Repairs)
	r.leave(outer)
}

// The flags of a SIP message.
const (
	flagSDP = 1 << iota
	flagWire
	flagTruncated
)

const sipFields = 20

func (w *writer) sip(s *schemas.SIP) {
	if s == nil {
		w.nil()
		return
	}
	var flags int64
	if s.SDP {
		flags |= flagSDP
	}
	if s.Wire {
		flags |= flagWire
	}
	if s.Truncated {
		flags |= flagTruncated
	}
	w.array(sipFields)
	w.int(flags)
	w.str(string(s.Direction))
	w.str(s.Transport)
	w.str(s.Peer)
	w.str(s.Local)
	w.str(s.Method)
	w.str(s.RequestURI)
	w.int(int64(s.Status))
	w.str(s.Reason)
	w.str(s.CSeq)
	w.str(s.CallID)
	w.str(s.From)
	w.str(s.To)
	w.str(s.Contact)
	w.str(s.UserAgent)
	w.str(s.SessionID)
	w.time(s.Date)
	w.str(s.ReasonHeader)
	w.str(s.Warning)
}

// sip fills s, or a new SIP when s is nil. It returns nil for an event that
// has none.
func (r *reader) sip(s *schemas.SIP) *schemas.SIP {
	if r.none() {
		return nil
	}
	if s == nil {
		s = new(schemas.SIP)
	}
	outer := r.enter(sipFields)
	flags := r.int()
	*s = schemas.SIP{
		Direction:    schemas.Direction(r.str()),
		Transport:    r.str(),
		Peer:         r.str(),
		Local:        r.str(),
		Method:       r.str(),
		RequestURI:   r.str(),
		Status:       int(r.int()),
		Reason:       r.str(),
		CSeq:         r.str(),
		CallID:       r.str(),
		From:         r.str(),
		To:           r.str(),
		Contact:      r.str(),
		UserAgent:    r.str(),
		SessionID:    r.str(),
		Date:         r.time(),
		ReasonHeader: r.str(),
		Warning:      r.str(),
		SDP:          flags&flagSDP != 0,
		Wire:         flags&flagWire != 0,
		Truncated:    flags&flagTruncated != 0,
	}
	r.leave(outer)
	return s
}

const xmppFields = 7

func (w *writer) xmpp(x *schemas.XMPP) {
	if x == nil {
		w.nil()
		return
	}
	w.array(xmppFields)
	w.str(x.Stanza)
	w.str(x.From)
	w.str(x.To)
	w.str(x.ID)
	w.str(x.Type)
	w.str(string(x.Direction))
	w.str(x.Role)
}

func (r *reader) xmpp(x *schemas.XMPP) *schemas.XMPP {
	if r.none() {
		return nil
	}
	if x == nil {
		x = new(schemas.XMPP)
	}
	outer := r.enter(xmppFields)
	*x = schemas.XMPP{
		Stanza:    r.str(),
		From:      r.str(),
		To:        r.str(),
		ID:        r.str(),
		Type:      r.str(),
		Direction: schemas.Direction(r.str()),
		Role:      r.str(),
	}
	r.leave(outer)
	return x
}
