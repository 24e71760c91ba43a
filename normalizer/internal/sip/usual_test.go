package sip

import (
	"bytes"
	"reflect"
	"testing"
)

// FuzzUsual wants the short way through the header fields of a message as it was
// sent to end where the long one does.
func FuzzUsual(f *testing.F) {
	for _, seed := range []string{
		"Via: SIP/2.0/TCP 10.3.10.147:5060;branch=z9\r\nFrom: \"User\" <sip:7175@10.1.1.10>;tag=37\r\nCall-ID: d6@10.3.10.147\r\nCSeq: 101 INVITE\r\nX-Own-Header: 1\r\nContent-Length: 3\r\n\r\nv=0",
		"v:x\r\ni:y\r\nCSeq:1 ACK\r\n folded\r\n\r\n",
		"Via : x\r\n-a: b\r\nv=0\r\na=rtpmap:9 G722\r\n",
		"\r\nVia: x\r\r\nCall-ID: \r\ncseq:\t1 BYE \r\n:\r\n\r\n<x:y>\r\n",
		"Call-ID: a\r\nCSeq: 1 X\r\nContent-Type: message/sipfrag\r\nSIP/2.0 200 OK\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		short, long := Message{wire: true, ContentLength: -1}, Message{wire: true, ContentLength: -1}
		short.header(b)
		long.fields(b, 0)
		if !reflect.DeepEqual(short, long) {
			t.Errorf("%+v, want %+v", short, long)
		}
		for line := range bytes.Lines(b) {
			if got, want := colonIn(line), bytes.IndexByte(line, ':'); got != want {
				t.Errorf("%q: a colon at %d, want %d", line, got, want)
			}
		}
	})
}
