package imp_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/imp"
)

// silentLog is a log of 4 n records of a Connection Manager and a Router in which
// people see each other and talk.
func silentLog(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "16:%02d:%02d.%03d |046f1b70| vbose| stanza.component.in xcoder=%09X received:: <presence from='u%d@example.com/jabber_7321' to='jdoe@example.com'><priority>24</priority><c xmlns='http://jabber.org/protocol/caps' node='http://jabber.cisco.com/caps/client' ver='AcN1/PEN8nq7AHD+9jpxMV4U6YM=' hash='sha-1'/></presence>\n", i/60%60, i%60, i%1000, i, i)
		fmt.Fprintf(&b, "16:%02d:%02d.%03d |debug ConnectionPool.cpp:166 connection pool checkout: ccm2/dbuser (success)\n", i/60%60, i%60, i%1000)
		fmt.Fprintf(&b, "16:%02d:%02d.%03d |debug IdsODBC.cpp:648 Performing SQL operation select userid, jsmid from enduser, enterprisenode where my_lower(xep106userid) = my_lower(?) and primarynodeid=id\n", i/60%60, i%60, i%1000)
		fmt.Fprintf(&b, "16:%02d:%02d.%03d |PID(25333) sip_sm.c(4977) SIPGW Partitioned Fed UA Header found in this request\n", i/60%60, i%60, i%1000)
		if i%25 == 0 {
			b.WriteString("  <show>away</show>\n  </presence>\n")
		}
	}
	return b.Bytes()
}

// BenchmarkSilent measures the records of which a log is full.
func BenchmarkSilent(b *testing.B) { golden.Benchmark(b, imp.Parser{}, silentLog(10000)) }
