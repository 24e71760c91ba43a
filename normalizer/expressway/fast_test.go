package expressway

import (
	"bytes"
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// FuzzFast compares what is read of usual records at a glance with what is read
// of all others.
func FuzzFast(f *testing.F) {
	for _, seed := range []string{
		`UTCTime="2018-01-01 17:56:48,965" Module="network.tcp" Level="DEBUG":  Src-ip="192.0.2.1" Src-port="5061" Detail="TCP Connecting"`,
		`Event="Call Attempted" Src-alias-type="SIP" Src-alias="sip:a@b.example" Level="1" password="S3CRET" Tag="a=b"`,
		`Detail="CPL: <location clear="yes" url="sip:h;lr" diversion=""> added " Level="1" Reason=""`,
		`one="true"OutboundLegClientsencryption-mode=on Level=" 1 " tokens=2 Detail="x, Remote-SessionID=" x`,
		`Src-ip="	192.0.2.1" Src-port="5061"`,
		`Level="1" password="S3CRET"`,
		`Detail="x token=S3CRET" Level="1"`,
		`one="1"two="x Tag=7 y" Level="2"`,
		`Detail="Zone details"ZONETYPE_x Node="a" Node="b" Node="c" 1x="2" Src-ip="	1" Src-port=`, " \n",
		`Msg="GET https://h/x?token=S3CRET HTTP/1.1" Type="` + string(bytes.Repeat([]byte(`" a="`), 40)) + `" Cause="9"`,
		`Authorization: Digest nonce="abc", response="` + "\u201d\" User=\u201cx\u201d\r\n Level=\"INFO\"\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got pairs
		harmless := got.read(b)
		want := readAll(b[:min(len(b), maxPairs)])
		for i := passed + 1; i < fieldCount; i++ {
			if value := got.value(i); !bytes.Equal(value, want[i]) || (value == nil) != (want[i] == nil) {
				t.Errorf("%q: field %d is %q, want %q", b, i, value, want[i])
			}
		}
		if masked := mask(b); harmless && len(b) <= maxPairs && !bytes.Equal(b, masked) {
			t.Errorf("%q is no harmless text: %q", b, masked)
		}
		s := statement{first: b, file: &schemas.File{}, record: &schemas.Record{}}
		start := b[:min(len(b), schemas.MaxEvidence)]
		if got, want := s.evidence(b), text.Evidence(mask(start), schemas.MaxEvidence); got != want {
			t.Errorf("%q: evidence %q, want %q", b, got, want)
		}
		line, _ := cutLine(b)
		if got := s.header(); !bytes.Equal(got, line) {
			t.Errorf("%q: header %q, want %q", b, got, line)
		}
	})
}

// readAll reads the pairs of b with nextPair alone.
func readAll(b []byte) (values [fieldCount][]byte) {
	for i := 0; i < len(b) && bytes.IndexByte(b[i:], '=') >= 0; {
		name, value, next := nextPair(b, i)
		if name == nil {
			break
		}
		f := fieldOf(name)
		if f == fNode && values[fNode] != nil {
			f = fPeerNode
		}
		if values[f] == nil {
			values[f] = trimmed(value)
		}
		i = next
	}
	return values
}
