package cucm_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

// serviceFacts are what slices of real logs state beside the steps of calls.
// Each wanted line is found in the events as golden.Line prints them, as often
// as times says.
var serviceFacts = []struct {
	file    string
	sdi     bool
	excerpt bool
	want    []want
}{
	{file: "cucm/sdl-1052-mgcp-gateway-lost.log", want: []want{
		{1, []string{"registration.state state=unregistered device=*@rtp12-pkinane-SJ.pkinane.lab protocol=mgcp reason=graceful", "device=rtp12-pkinane-SJ.pkinane.lab"}},
		{1, []string{"alarm.raised name=MGCPGatewayLostComm severity=critical", "device=rtp12-pkinane-sj.pkinane.lab"}},
		{1, []string{"registration.state state=lost device=rtp12-pkinane-sj.pkinane.lab"}},
		{1, []string{"registration.state state=unregistered device=S0/SU2/DS1-0@rtp12-pkinane-SJ.pkinane.lab"}},
		{1, []string{"alarm.raised"}},
	}},
	{file: "cucm/sdl-1052-sccp-registration-reject.log", want: []want{
		{1, []string{"registration.state state=requested device=SEPF866F298E293 protocol=sccp type=495"}},
		{1, []string{`text="Autoregistration disabled" detail=AddDevice`}},
		{1, []string{"alarm.raised name=EndPointTransientConnection", "devicetype=495", "reason=29", "protocol=SCCP", "lastsignalreceived=DbStationAutoRegisterErr", "addr=192.168.38.33"}},
		{1, []string{"registration.state state=rejected device=SEPF866F298E293 type=495 reason=29 text=AutoRegisterDBError protocol=sccp"}},
		{1, []string{`registration.state state=rejected text="Error: DB Config" protocol=sccp`, "sequence=02523443"}},
		{1, []string{"alarm.raised"}},
	}},
	{file: "cucm/sdl-1052-register-503-shutting-down.log", want: []want{
		{1, []string{"registration.state state=requested device=SEPE0D173E52652 reason=24 detail=Last=phone-reg-rej"}},
		{1, []string{"sip.error error=shutting-down"}},
		{1, []string{`registration.state state=rejected reason=503 text="Device handler is shutting down"`}},
		{1, []string{"config.value name=ActiveLoad value=sip78xx.10-3-0-21dev.loads"}},
		{1, []string{"alarm.raised name=DeviceImageDownloadStart", "requestedloadid=sip78xx.11-5-1-18"}},
		{1, []string{"alarm.raised"}},
	}},
	{file: "cucm/sdl-blog-transcoder-throttle.log", want: []want{
		{1, []string{"media.resource resource=xcoder state=mismatch", "kbps(8)"}},
		{1, []string{"media.resource resource=mtp state=requested device=XCODE_HLSD_ISR", "ci=42684271", "sequence=33308546"}},
		{1, []string{"media.resource resource=mtp state=throttled", "configured throttle percent (95)"}},
		{1, []string{"media.resource resource=mtp state=failed code=0x2", "ci=42684271", "sequence=33308546"}},
		{4, []string{"media.resource"}},
		{0, []string{"mobility."}},
	}},
	{file: "cucm/doc-1050-recording-udp-concatenated.log", excerpt: true, want: []want{
		{1, []string{"media.resource resource=xcoder state=mismatch", "numXcoderRequired=2"}},
		{1, []string{`media.resource resource=xcoder state=none detail="no transcoder device configured"`}},
		{2, []string{"media.resource"}},
	}},
	{file: "cucm/sdl-blog-no-seq-en-dashes.log", want: []want{
		{1, []string{"registration.state state=requested contact=4971522036708@", "dn=4971522036708", "mended dashes"}},
		{1, []string{"registration.state state=unregistered", "expires=0"}},
		{1, []string{"registration.state state=requested reason=105"}},
		{1, []string{"config.value name=InactiveLoad value=sip78xx.10-1-1-9.loads"}},
		{4, []string{"08:32:16.866"}},
	}},
	{file: "cucm/sdi-2003-keepalive-full-tags.log", sdi: true, want: []want{
		{1, []string{"2003-12-29T14:49:01.602Z registration.state state=refreshed device=SEP003094C37F47 protocol=sccp", "correlation_tag=1,100,90,1.85832", "addr=172.16.240.11"}},
	}},
	{file: "jabber/win14_cti_no_permission_ctimanager_sdl.log", want: []want{
		{1, []string{`cti.response name=CtiUserSettingsRes detail="CTI Enabled = Disabled" user=jking`}},
		{1, []string{`cti.event name=ProviderOpenCompletedEvent number=2 code=0x8ccc005f text="Directory login failed - User not present in Standard CTI Users group."`}},
		{1, []string{"cti.event name=CtiProviderOpenFailure code=0x8ccc005f"}},
		{3, []string{"cti."}},
	}},
	{file: "cucm/sdl-1052-options-483-healthy.log", want: []want{
		{0, []string{"sip.error"}}, {0, []string{"state=rejected"}}, {0, []string{"state=failed"}}, {0, []string{"alarm.raised"}}, {0, []string{"media.error"}},
	}},
	{file: "cucm/sdl-1150-hunt-no-answer-480.log", want: []want{
		{0, []string{"sip.error"}}, {0, []string{"state=rejected"}}, {0, []string{"state=failed"}}, {0, []string{"media.error"}}, {0, []string{"state=refused"}},
	}},
	{file: "cucm/sdl-1150-hunt-cancel-487.log", want: []want{
		{0, []string{"sip.error"}}, {0, []string{"state=rejected"}}, {0, []string{"state=failed"}}, {0, []string{"media.error"}}, {0, []string{"state=refused"}},
	}},
}

type want struct {
	times int
	parts []string
}

func TestServiceFacts(t *testing.T) {
	for _, tt := range serviceFacts {
		t.Run(tt.file, func(t *testing.T) {
			var p schemas.Parser = cucm.SDL{}
			if tt.sdi {
				p = cucm.SDI{}
			}
			b := golden.Batch(p, reference.Log(t, "corpus", tt.file), golden.Options{Excerpt: tt.excerpt})
			var found []string
			for i := range b.Records {
				for _, e := range p.Parse(nil, &b.File, &b.Records[i]) {
					e.Time = b.Records[i].Time
					found = append(found, golden.Line(&e))
				}
			}
			for _, w := range tt.want {
				if n := count(found, w.parts); n != w.times {
					t.Errorf("%d events have %q, want %d:\n%s", n, w.parts, w.times, strings.Join(found, ""))
				}
			}
		})
	}
}

// count returns how many of the lines have all parts.
func count(lines, parts []string) (n int) {
next:
	for _, line := range lines {
		for _, part := range parts {
			if !strings.Contains(line, part) {
				continue next
			}
		}
		n++
	}
	return n
}
