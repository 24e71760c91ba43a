package redact

import (
	"encoding/binary"

	"github.com/uctrace/uctrace/schemas"
)

// scanner looks for pivots in a whole batch at once.
//
// A pivot is three bytes that stand in every form of a secret's name and are
// rare elsewhere: "oke" for token, "iza" for Authorization. Of any three
// consecutive bytes one pair begins at an even index, so looking at every
// second pair meets each pivot.
type scanner struct {
	blob    []byte
	records []schemas.Record

	next  int  // index of the record behind that of text
	start int  // of the record of text, in blob
	end   int  // of the record of text, in blob
	text  text // the record that holds the last pivot
}

func (s *scanner) scan() {
	b := s.blob
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if pairs[uint16(w)]|pairs[uint16(w>>16)]|pairs[uint16(w>>32)]|pairs[uint16(w>>48)] == 0 {
			continue
		}
		for p := i; p < i+8; p += 2 {
			if ends := pairs[uint16(w)]; ends != 0 {
				s.pair(p, ends)
			}
			w >>= 16
		}
	}
	for ; i+2 <= len(b); i += 2 {
		if ends := pairs[binary.LittleEndian.Uint16(b[i:])]; ends != 0 {
			s.pair(i, ends)
		}
	}
}

// pair looks at the pivots that the pair at i may open or close.
func (s *scanner) pair(i int, ends uint8) {
	b := s.blob
	if ends&closes != 0 && i > 0 {
		if p := pivotOf(b[i-1], b[i], b[i+1]); p != none {
			s.found(p, i-1)
		}
	}
	if ends&opens != 0 && i+2 < len(b) {
		if p := pivotOf(b[i], b[i+1], b[i+2]); p != none {
			s.found(p, i)
		}
	}
}

// found hands the pivot at index at of the blob to its rule.
func (s *scanner) found(p pivot, at int) {
	for at >= s.end {
		s.start = s.end
		if s.next < len(s.records) {
			s.end += len(s.records[s.next].Text)
			s.next++
		}
		if s.next == len(s.records) || s.end > len(s.blob) {
			s.end = len(s.blob)
		}
		s.text.begin(s.blob[s.start:s.end:s.end])
	}
	if at+pivotLen > s.end {
		return // it goes on in the next record
	}
	t := &s.text
	at -= s.start
	switch p {
	case inAuthorization:
		t.authorization(at)
	case inNonce:
		t.challenge(at-len("no"), "nonce")
	case inOpaque:
		t.challenge(at-len("op"), "opaque")
	case inResponse:
		t.response(at)
	case inCookie:
		t.cookie(at)
	case inSession:
		t.session(at - len("JS"))
	case inSessionPath:
		t.session(at + len(";"))
	case inXAuth:
		t.xAuth(at)
	case inToken:
		t.token(at)
	case inSAML:
		t.saml(at)
	case inCode:
		t.code(at)
	case inJWT:
		t.jwt(at)
	case inPass:
		t.pass(at)
	case inPwd:
		t.pwd(at)
	case inSecret:
		t.secret(at)
	case inPin:
		t.pin(at)
	case inDigestElement:
		t.digestElement(at)
	case inURL:
		t.url(at)
	case inCrypto:
		t.crypto(at)
	case inKeyLine:
		t.keyLine(at)
	case inKeyMgmt:
		t.keyMgmt(at)
	case inSASL:
		t.sasl(at + 1)
	case inBody:
		t.body(at)
	case inDialback:
		t.dialback(at)
	case inDialbackEnd:
		t.dialbackEnd(at)
	case inDigits:
		t.digits(at)
	case inButton:
		t.button(at)
	case inSignal:
		t.signal(at)
	case inPEM:
		t.pem(at)
	case inConfiguration:
		t.configuration(at)
	}
}

// tails masks what a record without a head begins with when it may be the
// rest of a secret: a record is cut at schemas.MaxRecord, wherever that is.
func (s *scanner) tails() {
	start := 0
	for i := range s.records {
		r := &s.records[i]
		end := min(start+len(r.Text), len(s.blob))
		if !r.Head && r.Offset > 0 {
			s.text.begin(s.blob[start:end:end])
			s.text.tail()
		}
		start = end
	}
}
