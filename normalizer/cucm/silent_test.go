package cucm_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/normalizer/internal/arena"
)

// TestSilentRecordsCostNoMemory parses what most of a trace is.
func TestSilentRecordsCostNoMemory(t *testing.T) {
	const sdl = "00000001.000 |10:00:00.000 |SdlSig   |DbObjectCacheTimer                     |initialized                    |Db(2,100,208,1)                  |SdlTimerService(2,100,3,1)       |2,100,146,1.1^*^*                        |[T:H-H:0,N:0,L:0,V:0,Z:0,D:0]  AppCorr: 0\n" +
		"00000002.000 |10:00:00.000 |SdlSig-Q |DaReq                                  |wait                           |Da(2,100,211,1)                  |Cdcc(2,100,219,6)                |2,100,14,33.5^10.1.2.3^*                 |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]  CI=1\n" +
		"00000002.001 |10:00:00.000 |AppInfo  |//SIP/Stack/Info/0x0/ccsip_process_sipspi_queue_event: ccsip_spi_get_msg_type returned: 2\n" +
		"00000002.002 |10:00:00.000 |AppInfo  |DET-SDPMsg- sBandwidth:: enabledMask=0x0 as=0 ct=0 tias=0 maxprate=0\n" +
		"00000002.003 |10:00:00.000 |AppInfo  |SIPTcp - SdlRead bufferLen=911\n" +
		"00000002.004 |10:00:00.000 |AppInfo  |StationD:    (0000109) DisplayText text='x'\n" +
		"00000002.005 |10:00:00.000 |AppInfo  |Digit analysis: patternUsage=2\n" +
		"00000002.006 |10:00:00.000 |AppInfo  |HuntListCdrc::sendDStopInd\n" +
		"00000002.007 |10:00:00.000 |AppInfo  |MGCPHandler received RESP header w/ transId= 26\n" +
		"00000003.000 |10:00:00.000 |SdlStat  |Period: 6s #Lines: 26\n"
	const sdi = "04/17/2013 15:53:55.370 CCM|StationD:    (0000109) SelectSoftKeys instance=1|<CLID::Lab><NID::10.1.0.1><CT::1,100,175,1.1><IP::10.1.2.3><DEV::SEP001122334455>\n" +
		"04/17/2013 15:53:55.371 CCM|RouteList - RouteGroup count=''1''|<CLID::Lab><NID::10.1.0.1><CT::1,100,175,1.1><IP::><DEV::>\n"
	for _, tt := range []struct {
		p   arena.Parser
		log string
	}{{cucm.SDL{}, sdl}, {cucm.SDI{}, sdi}} {
		var mem arena.Arena
		batch := golden.Batch(tt.p, []byte(tt.log), golden.Options{})
		for i := range batch.Records {
			r := &batch.Records[i]
			if events := tt.p.Parse(nil, &batch.File, r); len(events) > 0 {
				t.Errorf("%q: %s", r.Text, golden.Line(&events[0]))
			}
			if n := testing.AllocsPerRun(100, func() { tt.p.ParseIn(&mem, nil, &batch.File, r) }); n > 0 {
				t.Errorf("%q: %v allocations", r.Text, n)
			}
		}
	}
}
