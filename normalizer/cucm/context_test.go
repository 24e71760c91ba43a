package cucm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

// subLines are two signals whose sub-lines stand among each other, one signal
// without sub-lines, and a sub-line that has lost its signal.
const subLines = `00000100.000 |10:00:00.001 |SdlSig   |SdlReadRsp   |wait  |SIPTcp(1,100,85,1)  |SdlTCPConnection(1,100,14,9)  |1,100,14,9.7^10.1.0.20^*  |*TraceFlagOverrode
00000101.000 |10:00:00.001 |SdlSig   |DaReq        |wait  |Da(1,100,216,1)     |Cdcc(1,100,224,5)             |1,100,14,9.8^10.1.0.21^SEP001122334455  |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0] CI=5001
00000102.000 |10:00:00.002 |SdlSig-S |DaReq        |wait  |Da(1,100,216,1)     |Cdcc(1,100,224,5)             |1,100,14,9.8^10.1.0.21^*  |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]
00000101.001 |10:00:00.002 |AppInfo  |DbMobility: can't find remdest 5737 in map
00000100.001 |10:00:00.002 |AppInfo  |DbMobility: can't find remdest 5738 in map
00000102.001 |10:00:00.003 |AppInfo  |DbMobility: can't find remdest 5739 in map
00000099.004 |10:00:00.003 |AppInfo  |DbMobility: can't find remdest 5740 in map
`

// TestSubLineHasTheTagOfItsSignal cuts the trace into two batches before every
// record: the tags must not depend on where.
func TestSubLineHasTheTagOfItsSignal(t *testing.T) {
	const want = "5737 1,100,14,9.8\n5738 1,100,14,9.7\n5739 1,100,14,9.8\n5740 \n"
	whole := golden.Batch(cucm.SDL{}, []byte(subLines), golden.Options{})
	for cut := range whole.Records {
		first, second := *whole, *whole
		first.Records, second.Records = whole.Records[:cut], whole.Records[cut:]
		first.End = whole.Records[cut].Offset
		second.Start = first.End
		second.Context = cucm.SDL{}.Context(nil, &first)
		if got := tags(&first) + tags(&second); got != want {
			t.Errorf("cut before record %d: tags\n%swant\n%s", cut, got, want)
		}
	}
}

// TestTagReachesNoFurtherThanItsWindow puts so much text between a signal and
// its sub-line that a number used again would be as likely.
func TestTagReachesNoFurtherThanItsWindow(t *testing.T) {
	signal, rest, _ := strings.Cut(subLines, "\n")
	between := strings.Repeat("00000200.000 |10:00:00.001 |SdlStat  |"+strings.Repeat("x", 962)+"\n", 66)
	_, sub, _ := strings.Cut(rest, "remdest 5737 in map\n")
	sub, _, _ = strings.Cut(sub, "\n")
	log := signal + "\n" + between + sub + "\n"
	whole := golden.Batch(cucm.SDL{}, []byte(log), golden.Options{})
	if got := tags(whole); got != "5738 \n" {
		t.Errorf("in one batch: %q", got)
	}
	first := *whole
	first.Records = whole.Records[:2]
	first.End = whole.Records[2].Offset
	last := schemas.RecordBatch{Records: whole.Records[2:], Start: first.End, End: whole.End}
	last.Context = cucm.SDL{}.Context(nil, &first)
	if got := tags(&last); got != "5738 \n" {
		t.Errorf("from the context: %q", got)
	}
}

// TestContextOfAnotherMakeIsHarmless reads contexts that no build writes.
func TestContextOfAnotherMakeIsHarmless(t *testing.T) {
	whole := golden.Batch(cucm.SDL{}, []byte(subLines), golden.Options{})
	good := cucm.SDL{}.Context(nil, whole)
	for cut := range good {
		b := *whole
		b.Start += 1 << 20
		b.Context = good[:cut]
		cucm.SDL{}.Context(nil, &b)
		tags(&b)
	}
}

// tags returns the number and the correlation tag of each miss in b.
func tags(b *schemas.RecordBatch) string {
	var out strings.Builder
	var events schemas.EventBatch
	normalizer.New([]schemas.Parser{cucm.SDL{}}).Normalize(&events, b)
	for i := range events.Events {
		e := &events.Events[i]
		if e.Kind == schemas.KindMobilityMiss {
			fmt.Fprintln(&out, e.Attr("number"), e.Key(schemas.KeyCorrelationTag))
		}
	}
	return out.String()
}
