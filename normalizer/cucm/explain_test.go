package cucm_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

func TestExplain(t *testing.T) {
	type parser interface {
		schemas.Parser
		schemas.Explainer
	}
	tests := []struct {
		name string
		p    parser
		log  string
		want string
	}{
		{
			"a signal",
			cucm.SDL{},
			"00000001.000 |13:35:17.018 |SdlSig   |CcAlertInd |wait |Cc(2,100,220,1) |LineCdpc(2,100,175,6) |2,100,14,52.254^10.1.0.43^SEP001122334455 |[R:N-H:0,N:2,L:0,V:0,Z:0,D:0] CI=49611480",
			"sequence=00000001 time=13:35:17.018 type=SdlSig signal=CcAlertInd state=wait receiver=Cc(2,100,220,1) sender=LineCdpc(2,100,175,6) tag=2,100,14,52.254 peer=10.1.0.43 device=SEP001122334455 flags=R:N-H:0,N:2,L:0,V:0,Z:0,D:0 silent=no rule knows a fact in the parameters of this signal",
		},
		{
			"a copy",
			cucm.SDL{},
			"00000001.000 |13:35:17.018 |SdlSig-Q |DaReq |wait |Da(2,100,211,1) |Cdcc(2,100,219,6) |2,100,14,33.5^*^* |[R:N] CI=1",
			"sequence=00000001 time=13:35:17.018 type=SdlSig-Q signal=DaReq state=wait receiver=Da(2,100,211,1) sender=Cdcc(2,100,219,6) tag=2,100,14,33.5 flags=R:N silent=a queue prints a signal again that has a record of its own",
		},
		{
			"a rule",
			cucm.SDL{},
			"00000001.001 |13:35:17.018 |AppInfo  |DbMobility: can't find remdest 5737 in map",
			"sequence=00000001 time=13:35:17.018 type=AppInfo kind=mobility.miss rule=DbMobility: can't find remdest 5737 in",
		},
		{"statistics", cucm.SDL{}, "00000001.000 |13:35:17.018 |SdlStat  |Period: 6s", "sequence=00000001 time=13:35:17.018 type=SdlStat silent=statistics of the trace itself"},
		{"no head", cucm.SDL{}, "prose", "silent=no record head"},
		{
			"SDI",
			cucm.SDI{},
			"12/29/2003 14:49:01.602 CCM|StationD:    (0000109) DisplayText text='x'\n|<CLID::Lab-Cluster><NID::10.1.0.4>\n<CT::1,100,90,1.85832^10.1.2.11^*><IP::10.1.2.11><DEV::SEP001122334455>",
			"time=12/29/2003 14:49:01.602 service=CCM cluster=Lab-Cluster node=10.1.0.4 tag=1,100,90,1.85832 peer=10.1.2.11 device=SEP001122334455 silent=no rule knows a fact in this text",
		},
		{
			"SDI, eaten tags",
			cucm.SDI{},
			"07/21/2006 13:15:39.763 CCM|StationInit: (0000188) TimeDateReq.|<:LAB-CCM4-CLUSTER><:10.1.0.4><:2>",
			"time=07/21/2006 13:15:39.763 service=CCM cluster=LAB-CCM4-CLUSTER node=10.1.0.4 silent=no rule knows a fact in this text",
		},
		{"call log", cucm.CallLog{}, "2020/04/03 21:46:19.953|CC|RELEASE|40010506|40010507|47", "time=2020/04/03 21:46:19.953 row=CC step=RELEASE ci=40010506 peer ci=40010507 kind=digits.call rule=CC"},
		{"call log, other step", cucm.CallLog{}, "2020/04/03 21:46:19.953|CC|WHISPER|40010506|0", "time=2020/04/03 21:46:19.953 row=CC step=WHISPER ci=40010506 peer ci=0 silent=no rule knows this step of call control"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := golden.Batch(tt.p, []byte(tt.log), golden.Options{})
			if len(b.Records) != 1 {
				t.Fatalf("%d records", len(b.Records))
			}
			var fields []string
			for _, a := range tt.p.Explain(nil, &b.Records[0]) {
				fields = append(fields, a.Name+"="+a.Value)
			}
			if got := strings.Join(fields, " "); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestNodeOfHead finds the node of a file without a folder that names it.
func TestNodeOfHead(t *testing.T) {
	for want, head := range map[string]string{
		"CM15-PUB": "00000001.000 |13:35:15.018 |FileHead |UTC:+00:00,Date: 2026/09/20, AppName: CCM, HostName: CM15-PUB, HostIPAddress: 10.1.0.6\n",
	} {
		if got := (cucm.SDL{}).Node("x.txt", []byte(head)); got != want {
			t.Errorf("node %q, want %q", got, want)
		}
	}
	for want, head := range map[string]string{
		"10.1.0.4": "12/29/2003 14:49:01.602 CCM|x|<CLID::Lab-Cluster><NID::10.1.0.4>\n<CT::1,100,90,1.8>\n",
		"10.1.0.5": "12/29/2003 14:49:01.602 CCM|x|<:Lab-Cluster><:10.1.0.5><:2>\n",
		"":         "12/29/2003 14:49:01.602 CCM|x <sip:1@10.1.0.4>\n",
	} {
		if got := (cucm.SDI{}).Node("x.txt", []byte(head)); got != want {
			t.Errorf("node %q, want %q", got, want)
		}
	}
}
