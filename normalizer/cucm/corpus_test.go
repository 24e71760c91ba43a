package cucm_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

// read returns the records of log and their events, as the running system
// makes them.
func read(p schemas.Parser, log []byte, o golden.Options) (*schemas.RecordBatch, *schemas.EventBatch) {
	batch := golden.Batch(p, log, o)
	var out schemas.EventBatch
	normalizer.New(normalizer.Parsers()).Normalize(&out, batch)
	return batch, &out
}

// lines returns the events of b, a line each.
func lines(b *schemas.EventBatch) string {
	var s strings.Builder
	for i := range b.Events {
		s.WriteString(golden.Line(&b.Events[i]))
	}
	return s.String()
}

// TestCorpusFacts wants from each of some real logs what a reader finds there.
// A line of want stands for an event that has all the parts between its
// semicolons; "2x" in front is how many such events there are.
func TestCorpusFacts(t *testing.T) {
	for _, tt := range corpusFacts {
		t.Run(tt.file, func(t *testing.T) {
			batch, out := read(tt.p, reference.Log(t, "corpus", tt.file), golden.Options{Excerpt: tt.excerpt})
			checkUntold(t, tt.p, batch)
			heads := 0
			for i := range batch.Records {
				if batch.Records[i].Head {
					heads++
				}
			}
			if heads != tt.heads {
				t.Errorf("%d record heads, want %d", heads, tt.heads)
			}
			events := strings.SplitAfter(lines(out), "\n")
			for _, want := range tt.want {
				times, parts := -1, want
				if n, rest, ok := strings.Cut(want, "x "); ok {
					if i, err := strconv.Atoi(n); err == nil {
						times, parts = i, rest
					}
				}
				found := 0
				for _, e := range events {
					if hasAll(e, strings.Split(parts, "; ")) {
						found++
					}
				}
				if times < 0 && found == 0 || times >= 0 && found != times {
					t.Errorf("%d events with %s, want %d", found, parts, times)
				}
			}
			if t.Failed() {
				t.Log(lines(out))
			}
		})
	}
}

func hasAll(s string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

var corpusFacts = []struct {
	file    string
	p       schemas.Parser
	excerpt bool
	heads   int
	want    []string
}{
	{"cucm/sdl-1052-h323-inbound-remdest-miss.log", cucm.SDL{}, false, 85, []string{
		"digits.signal protocol=h225 message=Setup direction=in calling=4085251015 called=2003; correlation_tag=2,100,14,53856.2",
		"digits.signal protocol=h225 message=setup; peer=14.48.38.252:11285; endpoint=RTR1",
		"digits.transform number=+14085251015 prefix=+1",
		"1x mobility.lookup number=+14085251015 by=calling; correlation_tag=2,100,14,53856.2",
		"1x mobility.miss number=+14085251015",
		"1x digits.analysis calling=+14085251015 called=2003; ci=49611479",
		"1x outcome=match; final=+14085251003; called=2003; route_block=RouteThisPattern",
	}},
	{"cucm/sdl-1052-mgcp-gateway-lost.log", cucm.SDL{}, false, 10, []string{
		`1x digits.signal protocol=mgcp message=RSIP direction=in; endpoint=*@rtp12-pkinane-SJ.pkinane.lab; detail="RM: graceful"`,
		"1x sip.message REGISTER 200 OK; call_id=bc16f516-6b801f97-3839ea3f-1e6a33ab@192.168.38.36; net_id=62861",
	}},
	{"cucm/sdl-1052-mgcp-keepalive.log", cucm.SDL{}, false, 10, []string{
		"2x digits.signal", "1x message=NTFY direction=in; addr=192.168.38.254", "1x message=200 direction=out", "0x sip.",
	}},
	{"cucm/sdl-1052-mgcp-pri-inbound.log", cucm.SDL{}, false, 99, []string{
		"1x digits.signal protocol=q931 message=Setup direction=in calling=5251015 called=5251003 reference=0082",
		"1x digits.analysis calling=+14085251015 called=1003; ci=49611469",
		"1x outcome=match; final=+19195741003",
		"1x mobility.miss number=+14085251015", "0x log.unparsed",
	}},
	{"cucm/sdl-1052-options-483-healthy.log", cucm.SDL{}, false, 123, []string{
		"4x sip.message", "2x sip.message OPTIONS 483 Too Many Hops", "2x call_id=ae00fa00-806184ad-67c7-626300e@192.168.38.6", "0x sip.error",
	}},
	{"cucm/sdl-1052-register-503-shutting-down.log", cucm.SDL{}, false, 91, []string{
		"1x sip.message REGISTER 503 Service Unavailable; cseq=\"102 REGISTER\"; call_id=e0d173e5-26520005-11dfaf50-5b1401fd@192.168.38.35",
	}},
	{"cucm/sdl-1052-sccp-registration-reject.log", cucm.SDL{}, false, 35, []string{"0x log.unparsed"}},
	{"cucm/sdl-1052-shared-line-404.log", cucm.SDL{}, false, 21, []string{
		"1x sip.message INVITE 404 Not Found; call_id=e48c4400-80618a11-67f6-626300e@192.168.38.6", "2x ci=49611480",
		"0x digits.call row=RELEASE",
	}},
	{"cucm/sdl-1150-filehead-midnight.log", cucm.SDL{}, false, 40, []string{
		"1x 2020-05-15T04:00:00.323Z log.head product=CCM version=11.5.1.17900-52 host=hqcucmsuba",
	}},
	{"cucm/sdl-1150-hunt-cancel-487.log", cucm.SDL{}, false, 99, []string{
		"3x call_id=4d831700-ebe11a0f-26-66ea8c0@192.168.110.6", "cseq=\"101 CANCEL\"", "487 Request Cancelled; cseq=\"101 INVITE\"",
	}},
	{"cucm/sdl-1150-hunt-no-answer-480.log", cucm.SDL{}, false, 160, []string{
		"1x 480 Temporarily Not Available; reason=Q.850;cause=19; call_id=002f5c7b-3693087f-6339ff30-4ef49848@192.168.111.103",
	}},
	{"cucm/sdl-1500-filehead-unverified.log", cucm.SDL{}, false, 2, []string{
		"1x 2026-09-20T; log.head product=CCM version=15.0.1.12900-234 host=UCM15-HQ-PUB address=10.197.206.141; zone=+00:00",
	}},
	{"cucm/sdl-blog-no-seq-en-dashes.log", cucm.SDL{}, false, 6, []string{"08:32:16.866 registration.state", "0x log.unparsed"}},
	{"cucm/sdl-blog-transcoder-throttle.log", cucm.SDL{}, false, 57, []string{"0x mobility.", "0x log.unparsed"}},
	{"cucm/sdi-2003-keepalive-full-tags.log", cucm.SDI{}, false, 1, []string{
		"2003-12-29T14:49:01.602Z; device=SEP003094C37F47; addr=172.16.240.11; correlation_tag=1,100,90,1.85832", "TCPHandle=000000046",
		"0x log.unparsed",
	}},
	{"cucm/sdi-guide-css-blocked.log", cucm.SDI{}, false, 16, []string{
		"1x digits.analysis calling=5000 called=1 css=\"RTP_NC_Hardwood:RTP_NC_Woodland:Local RTP\"",
		"1x outcome=none potential=NoPotentialMatchesExist; 08:38:59.703",
		"1x message=StartTone; detail=37=ReorderTone endpoint=0x6b88028",
		"1x message=KeypadButton; kpButton: *",
	}},
	{"cucm/doc-1050-604-diversion.log", cucm.SDL{}, false, 1, []string{
		"1x sip.message INVITE direction=out; call_id=3cf99080-a0e144ae-3692cb-50f040a@10.x.x.x; net_id=19580587; ci=40280558",
	}},
	{"cucm/doc-1050-recording-udp-concatenated.log", cucm.SDL{}, false, 13, []string{
		"net_id=902", "net_id=903", "net_id=905", "net_id=906", "net_id=907", "net_id=908", "net_id=909",
		"2x sip.message BYE; transport=udp; reason=Q.850;cause=47", "3x ci=49613642", "4x ci=49613645",
	}},
	{"cucm/doc-1200-register-and-normalization-int.log", cucm.SDL{}, false, 3, []string{
		"2x sip.message REGISTER", "1x sip.message REGISTER direction=in; device=test_secure; net_id=101339", "1x 200 OK direction=out; net_id=101341",
		"1x sip.summary; of=internal; net_id=101344",
	}},
	{"cucm/calllogs-1150-cc-rows-split-join.log", cucm.CallLog{}, false, 47, []string{
		"5x row=JOIN", "10x row=OFFERED", "16x row=RELEASE", "10x row=SETUP", "6x row=SPLIT", "47x digits.call",
	}},
	{"cucm/calllogs-blog-notepad-search-result.log", cucm.CallLog{}, false, 4, []string{
		"4x ci=55808087 | ci=55808096", "2x 2019-07-04T14:37:15.142Z digits.call row=SETUP calling=user@domain.com",
		"2x 2019-07-04T14:37:15.146Z digits.call row=OFFERED; device=SEP00D6FE047204 | device=10.96.26.126",
	}},
	{"jabber/win14_cti_no_permission_ctimanager_sdl.log", cucm.SDL{}, false, 3, []string{"0x log.unparsed"}},
}

var typeCounts = regexp.MustCompile(`(?m)^- record types: (.*)$`)

// TestCorpusTypes compares the types of the records with those that another
// program counted.
func TestCorpusTypes(t *testing.T) {
	paths, err := filepath.Glob(reference.Path(t, "corpus/cucm") + "/sdl-*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".md")
		m := typeCounts.FindSubmatch(reference.Log(t, "corpus/cucm", name+".md"))
		if m == nil {
			continue
		}
		batch, _ := read(cucm.SDL{}, reference.Log(t, "corpus/cucm", name+".log"), golden.Options{})
		got := map[string]int{}
		for i := range batch.Records {
			for _, a := range (cucm.SDL{}).Explain(nil, &batch.Records[i]) {
				if a.Name == "type" {
					got[a.Value]++
				}
			}
		}
		var counts []string
		for _, kind := range slices.Sorted(maps.Keys(got)) {
			counts = append(counts, fmt.Sprint(kind, " ", got[kind]))
		}
		want := strings.Split(string(m[1]), ", ")
		slices.Sort(want)
		if !slices.Equal(counts, want) {
			t.Errorf("%s: types %v, want %v", name, counts, want)
		}
	}
}

// TestCorpusZone infers the offset of an excerpt from the messages in it.
func TestCorpusZone(t *testing.T) {
	zone := cucm.SDL{}.Zone(reference.Log(t, "corpus/cucm/doc-1200-register-and-normalization-int.log"))
	if got := offsetOf(zone); got != "+05:30" {
		t.Errorf("offset %s, want +05:30", got)
	}
}

// TestCorpusTags reads the tail of a record that a slide has wrapped.
func TestCorpusTags(t *testing.T) {
	log := reference.Log(t, "corpus/cucm/sdi-2003-keepalive-full-tags.log")
	if node := (cucm.SDI{}).Node("", log); node != "172.16.240.119" {
		t.Errorf("node %q", node)
	}
	batch, _ := read(cucm.SDI{}, log, golden.Options{})
	got := fmt.Sprint(cucm.SDI{}.Explain(nil, &batch.Records[0]))
	for _, want := range []string{"{cluster EDPUB-Cluster}", "{tag 1,100,90,1.85832}", "{peer 172.16.240.11}", "{device SEP003094C37F47}"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
}

func offsetOf(zone *time.Location) string {
	if zone == nil {
		return ""
	}
	return time.Date(2024, 1, 1, 0, 0, 0, 0, zone).Format("-07:00")
}
