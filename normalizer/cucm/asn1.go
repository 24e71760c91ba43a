package cucm

import (
	"bytes"
	"net/netip"
	"strconv"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// h245 appends the event of a message of H.245, which the log prints in ASN.1
// value notation.
//
//	H245ASN - TtPid=(1) [0xe50b8198 1956 bytes] -Incoming #1 -value MultimediaSystemControlMessage ::= request : terminalCapabilitySet :
//	H245ASN - TtPid=(1) -Outgoing #4 -value MultimediaSystemControlMessage ::= request : openLogicalChannel :
func (t *trace) h245(dst []schemas.Event) ([]schemas.Event, bool) {
	line := t.words()
	v, ok := after(line, "SystemControlMessage ::= ")
	if !ok {
		return dst, false
	}
	f := fact{kind: schemas.KindDigitsSignal}
	f.with("protocol", protocolH245)
	_, v, _ = bytes.Cut(v, []byte(": ")) // behind request, response, command, indication
	f.with("message", word(v))
	switch {
	case bytes.Contains(line, []byte("-Incoming")):
		f.with("direction", dirIn)
	case bytes.Contains(line, []byte("-Outgoing")):
		f.with("direction", dirOut)
	}
	var room [64]byte
	if media := mediaAddress(room[:0], t.body); len(media) > 0 {
		f.with("detail", media)
	}
	return t.line(dst, &f), true
}

// mediaAddress appends the first transport address of an H.245 message.
//
//	mediaChannel unicastAddress : iPAddress :
//	    {
//	      network '0E3026FC'H,
//	      tsapIdentifier 17836
//	    }
func mediaAddress(dst, body []byte) []byte {
	v, ok := after(body, "network '")
	if !ok {
		return nil
	}
	if dst = appendHexAddr(append(dst, "media "...), v); dst == nil {
		return nil
	}
	if port, ok := after(v, "tsapIdentifier "); ok {
		dst = append(append(dst, ':'), leadingDigits(port)...)
	}
	return dst
}

// appendHexAddr appends the address that b begins with, which is four or
// sixteen octets in hex and ends with a quote; nil when it is none.
func appendHexAddr(dst, b []byte) []byte {
	var octet [16]byte
	n := 0
	for len(b) >= 2 && n < len(octet) {
		hi, lo := hexDigit(b[0]), hexDigit(b[1])
		if hi > 15 || lo > 15 {
			break
		}
		octet[n] = hi<<4 | lo
		n++
		b = b[2:]
	}
	if len(b) == 0 || b[0] != '\'' || n != 4 && n != 16 {
		return nil
	}
	addr, _ := netip.AddrFromSlice(octet[:n])
	if n == 16 {
		return append(addr.AppendTo(append(dst, '[')), ']')
	}
	return addr.AppendTo(dst)
}

// h225 appends the event of an H.225 message in ASN.1: what its Q.931 form
// does not say, the names and addresses of the sides and the call identifier.
//
//	SPROCRas - {
//	  h323-uu-pdu
//	  {
//	    h323-message-body setup :
//	      {
//	        sourceAddress
//	        {
//	          h323-ID : "RTR1"
//	        },
//	        conferenceID 'BBA1F10794AA11E68002001B53B46B00'H,
//	        sourceCallSignalAddress ipAddress :
//	          {
//	            ip '0A0100FC'H,
//	            port 11285
//	          },
func (t *trace) h225(dst []schemas.Event) ([]schemas.Event, bool) {
	v, ok := after(t.body, "h323-message-body ")
	if !ok {
		return dst, false
	}
	message, _ := text.Line(v)
	f := fact{kind: schemas.KindDigitsSignal}
	f.with("protocol", protocolH225)
	f.with("message", word(message))
	if a, ok := after(v, "SignalAddress ipAddress"); ok {
		var room [64]byte
		if a, ok = after(a, "ip '"); ok {
			peer := appendHexAddr(room[:0], a)
			if port, ok := after(a, "port "); ok && peer != nil {
				if n, err := strconv.Atoi(string(leadingDigits(port))); err == nil && n < 1<<16 {
					f.key(schemas.KeyAddr, bytes.Trim(peer, "[]"))
					peer = strconv.AppendInt(append(bytes.Clone(peer), ':'), int64(n), 10)
				}
			}
			f.with("peer", peer)
		}
	}
	if id, ok := after(v, "h323-ID : \""); ok {
		if i := bytes.IndexByte(id, '"'); i >= 0 && i < 256 {
			f.with("endpoint", id[:i])
		}
	}
	if id, ok := after(v, "conferenceID '"); ok {
		if i := bytes.IndexByte(id, '\''); i > 0 {
			f.with("detail", append([]byte("conferenceID "), id[:i]...))
		}
	}
	return t.emit(dst, &f, t.whole(), 0), true
}
