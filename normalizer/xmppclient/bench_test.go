package xmppclient_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/xmppclient"
)

// silentLog is a log of n records of a client that is signed in.
func silentLog(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "(10:%02d:%02d) jabber: Recv (ssl)(279): <presence from='u%d@example.com/Home' to='jdoe@example.com/Work'><priority>24</priority><c xmlns='http://jabber.org/protocol/caps' node='http://pidgin.im/' ver='AcN1/PEN8nq7AHD+9jpxMV4U6YM=' hash='sha-1'/><x xmlns='vcard-temp:x:update'><photo>aa2e46</photo></x></presence>\n", i/60%60, i%60, i)
		fmt.Fprintf(&b, "(10:%02d:%02d) blist: Updating buddy status for u%d@example.com (XMPP)\n", i/60%60, i%60, i)
		if i%25 == 0 {
			b.WriteString("Server Auth: 2048-bit RSA, Key Exchange: 2048-bit RSA, Compression: NULL\n")
		}
	}
	return b.Bytes()
}

// BenchmarkSilent measures the records of which a log is full.
func BenchmarkSilent(b *testing.B) { golden.Benchmark(b, xmppclient.Parser{}, silentLog(20000)) }
