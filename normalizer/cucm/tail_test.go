package cucm

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestTail wants of tails at random, most in the usual order, what reading tag
// by tag finds in them.
func TestTail(t *testing.T) {
	names := [...]string{"CLID", "NID", "CT", "IP", "DEV"}
	values := [...]string{"", "Lab", "10.1.2.3", "1,100,175,1.1", "2,100,14,5.9^10.1.0.2^*", "^", " Lab ", "Lab\u00a0", strings.Repeat("9", 200)}
	random := rand.New(rand.NewPCG(9, 10))
	asked := 0
	for range 50_000 {
		var b strings.Builder
		b.WriteString("text|")
		for _, name := range names {
			switch random.IntN(12) {
			case 0:
				continue
			case 1:
				name = names[random.IntN(len(names))]
			case 2:
				name = ""
			case 3:
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "<%s::%s>", name, values[random.IntN(len(values))])
		}
		body := []byte(b.String())
		x := trace{record: &schemas.Record{Text: body}, body: body, tail: true}
		x.readCauser()
		var want tailTags
		want.read(body[tailStart(body):], 0)
		if !bytes.Equal(x.tag, want.tag) || !bytes.Equal(x.ip, want.ip) || !bytes.Equal(x.device, want.device) {
			t.Fatalf("%q: tag %q, address %q, device %q, want %q, %q, %q", body, x.tag, x.ip, x.device, want.tag, want.ip, want.device)
		}
		if x.place > 0 {
			asked++
		}
	}
	if asked == 0 {
		t.Error("no tail is usual")
	}
}
