package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// lookup reads the beginning of a name resolution, and its failure. The text
// of a failure was seen in no log; a Resolver line that speaks of failing is
// taken for one.
//
//	Starting resolver lookup for 'coluc.com:puny=coluc.com:service=_xmpp-server._tcp:defport=0'
func (l *xcpLine) lookup(dst []schemas.Event) []schemas.Event {
	host, service := lookedUp(l.detail)
	outcome := "enter"
	switch {
	case has(l.detail, "Starting resolver lookup for "):
		if host == nil {
			return l.unparsed(dst, "damaged resolver line")
		}
	case resolverFailed(l.detail):
		outcome = "fail"
	default:
		return dst
	}
	dst, e := l.about(dst, schemas.KindDialbackResolve, "", "")
	e.Attrs = l.attrs(e.Attrs, "host", host)
	e.Attrs = l.attrs(e.Attrs, "service", service)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: outcome})
	if outcome == "fail" {
		e.Attrs = l.attrs(e.Attrs, "detail", clip(l.detail))
	}
	if l.hasConnection {
		sender, target := l.connection.pair()
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "sender", Value: sender}, schemas.Attr{Name: "target", Value: target})
	}
	e.Keys = l.streamKeys(e.Keys, l.process())
	if host != nil {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDomain, Value: fold(string(host))})
	}
	return dst
}

// lookedUp returns the name and the service of a lookup.
func lookedUp(d []byte) (host, service []byte) {
	if at := bytes.Index(d, []byte(":puny=")); at > 0 {
		host = d[:at]
		host = host[bytes.LastIndexAny(host, "'\" ")+1:]
	} else if _, after, ok := bytes.Cut(d, []byte("host=")); ok {
		host = until(after, " ,;'\"\r\n")
	}
	if _, after, ok := bytes.Cut(d, []byte("service=")); ok {
		service = until(after, ": ,;'\"\r\n")
	}
	if !xmpp.Hostname(host) {
		host = nil
	}
	return host, service
}

func resolverFailed(d []byte) bool {
	for _, word := range [...]string{"ailed", "ailure", "no records", "No records", "not found", "timed out", "NXDOMAIN", "SERVFAIL"} {
		if has(d, word) {
			return true
		}
	}
	return false
}

// resolved reads the answer of a lookup.
//
//	(e5b18d01-…, vngtp.lab:coluc.com, IN) resolved dialback address for host=coluc.com method=SRV dns-timings=(TOTAL:0.003157 SRV:0.002885)
func (l *xcpLine) resolved(dst []schemas.Event) []schemas.Event {
	host, _ := lookedUp(l.detail)
	if host == nil {
		return l.unparsed(dst, "damaged resolver line")
	}
	dst, e := l.about(dst, schemas.KindDialbackResolve, "", "")
	e.Attrs = l.attrs(e.Attrs, "host", host)
	_, after, _ := bytes.Cut(l.detail, []byte("method="))
	e.Attrs = l.attrs(e.Attrs, "method", until(after, " ,;\r\n"))
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "outcome", Value: "ok"})
	if at := bytes.Index(l.detail, []byte("dns-timings=")); at >= 0 {
		e.Attrs = l.attrs(e.Attrs, "detail", clip(l.detail[at:]))
	}
	e.Keys = l.streamKeys(e.Keys, l.process())
	if l.hasConnection {
		sender, target := l.connection.pair()
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "sender", Value: sender}, schemas.Attr{Name: "target", Value: target})
	}
	e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDomain, Value: fold(string(host))})
	return dst
}

// opened reads the opening of a server stream. A client's stream is none of
// the dialback's business.
//
//	xcoder=94A9B60C8 onStreamOpen:: <stream:stream from='vngtp.lab' id='1327B794B' to='coluc.com' version='1.0' … xmlns='jabber:server' …/>
func (l *xcpLine) opened(dst []schemas.Event) []schemas.Event {
	e, ok := xmpp.Read(l.detail)
	if !ok || string(e.Name) != "stream:stream" {
		return l.unparsed(dst, "damaged stream header")
	}
	if string(e.XMLNS) == "jabber:client" {
		return dst
	}
	dst, ev := l.about(dst, schemas.KindDialbackStream, "", "")
	ev.Attrs = append(ev.Attrs, schemas.Attr{Name: "state", Value: "opened"})
	ev.Keys = l.streamKeys(ev.Keys, l.process())
	ev.Keys = l.key1(ev.Keys, schemas.KeyStream, e.ID)
	ev.XMPP = &schemas.XMPP{
		Stanza: "stream:stream", From: string(e.From), To: string(e.To), ID: string(e.ID), Direction: schemas.In,
	}
	return dst
}

// closed reads the end of a stream that only carried a db:verify; it is normal,
// XEP-0220 recommends it.
//
//	xcoder=94A9B60C8 closing stream used for dialback only
func (l *xcpLine) closed(dst []schemas.Event) []schemas.Event {
	return l.state(dst, "closed", "closing stream used for dialback only")
}

// state appends a dialback.stream event.
func (l *xcpLine) state(dst []schemas.Event, state, detail string) []schemas.Event {
	dst, e := l.about(dst, schemas.KindDialbackStream, "", "")
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "state", Value: state}, schemas.Attr{Name: "detail", Value: detail})
	scope := l.process()
	e.Keys = l.streamKeys(e.Keys, scope)
	if l.hasConnection {
		sender, target := l.connection.pair()
		e.Keys = append(e.Keys, l.pairKey(sender, target, scope))
	}
	return dst
}

// history reads a change of state of a connection. Only the change to
// CONNECTED was seen; the others are named after their words.
//
//	Connection state change: PENDING->CONNECTED: …
func (l *xcpLine) history(dst []schemas.Event) []schemas.Event {
	at := bytes.Index(l.detail, []byte("->"))
	if at < 0 {
		return dst
	}
	from, to := l.detail[:at], until(l.detail[at+2:], ": ,.\r\n")
	from = from[bytes.LastIndexByte(from, ' ')+1:]
	change := string(from) + "->" + string(to)
	switch string(to) {
	case "CONNECTED":
		return l.state(dst, "connected", change)
	case "CLOSED", "DISCONNECTED":
		return l.state(dst, "closed", change)
	case "FAILED", "ERROR":
		return l.state(dst, "failed", change)
	}
	return dst
}

// until returns b up to the first of the bytes in stop, which are few.
func until(b []byte, stop string) []byte {
	if len(stop) == 1 {
		if i := bytes.IndexByte(b, stop[0]); i >= 0 {
			return b[:i]
		}
		return b
	}
	const chunk = 64 // one of stop is near, or none
	for from := 0; from < len(b); from += chunk {
		part := b[from:min(len(b), from+chunk)]
		end := len(part)
		for j := range len(stop) {
			if i := bytes.IndexByte(part[:end], stop[j]); i >= 0 {
				end = i
			}
		}
		if end < len(part) {
			return b[:from+end]
		}
	}
	return b
}

// clip bounds a detail to what a person reads.
func clip(b []byte) []byte { return clipTo(b, 200) }

// clipTo returns the first line of b, at most so many bytes of it.
func clipTo(b []byte, most int) []byte {
	b = bytes.TrimSpace(b)
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		b = b[:i]
	}
	if len(b) > most {
		b = bytes.ToValidUTF8(b[:most], nil)
	}
	return b
}
