package cucm_test

import (
	"archive/zip"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/schemas"
)

// counts are the events of a kind that a trace must give, and how a search
// through its text counts them.
var counts = []struct {
	name  string
	lines *regexp.Regexp
	ours  func(e *schemas.Event) bool
}{
	{"heads", appInfo(`FileHead +\|UTC:`), ofKind(schemas.KindLogHead)},
	{"lookups", appInfo(`SdlSig +\|DaReq `), analysis(func(e *schemas.Event) bool { return e.Key(schemas.KeyCI) != "" })},
	{"matches", appInfo(`AppInfo +\|Digit analysis: match\(`), analysis(func(e *schemas.Event) bool {
		return e.Attr("outcome") == "" && e.Key(schemas.KeyCI) == ""
	})},
	{"potentials", appInfo(`AppInfo +\|Digit analysis: potentialMatches=`), analysis(func(e *schemas.Event) bool {
		return e.Attr("outcome") == "potential" || e.Attr("outcome") == "none"
	})},
	{"results", appInfo(`AppInfo +\|\|PretransformCallingPartyNumber=`), analysis(func(e *schemas.Event) bool { return e.Attr("outcome") == "match" })},
	{"MGCP", appInfo(`AppInfo +\|MGCPHandler (?:received msg from|send msg SUCCESSFULLY)[^\n]*\n\S`), protocol("mgcp")},
	{"Q.931 and H.225", appInfo(`AppInfo +\|(?:IsdnMsgData[12]=|SPROCRas - \{\n\s*h323-uu-pdu\s*\{\s*h323-message-body)`), protocol("q931", "h225")},
	{"H.245", appInfo(`AppInfo +\|H245ASN `), protocol("h245")},
	{"setups", appInfo(`SdlSig(?:-O)? *\|CcSetupReq +\|[^|]*\|[^|]*\|Cdcc\(`), row("SETUP")},
	{"rejects", appInfo(`SdlSig(?:-I)? *\|CcRejInd +\|[^|]*\|Cc\([^\n]* CV=[1-9]`), row("REJECT")},
	{"releases", appInfo(`SdlSig(?:-I)? *\|Cc(?:Rel|Disconn)Ind +\|[^|]*\|Cc\([^\n]* (?:CV|cv)=[1-9]`), row("RELEASE")},
	{"devices", appInfo(`AppInfo +\|LineCdpc\(\d+\): -dispatchToAllDevices-, sigName=CcSetupReq,`), func(e *schemas.Event) bool {
		return e.Kind == schemas.KindDigitsRoute && e.Key(schemas.KeyDevice) == e.Attr("member") && e.Attr("member") != ""
	}},
}

func appInfo(text string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)^\d{8}\.\d{3} \|\d\d:\d\d:\d\d\.\d{3} \|` + text)
}

func ofKind(k schemas.Kind) func(*schemas.Event) bool {
	return func(e *schemas.Event) bool { return e.Kind == k }
}

func analysis(also func(*schemas.Event) bool) func(*schemas.Event) bool {
	return func(e *schemas.Event) bool { return e.Kind == schemas.KindDigitsAnalysis && also(e) }
}

func protocol(names ...string) func(*schemas.Event) bool {
	return func(e *schemas.Event) bool {
		for _, n := range names {
			if e.Kind == schemas.KindDigitsSignal && e.Attr("protocol") == n {
				return true
			}
		}
		return false
	}
}

func row(name string) func(*schemas.Event) bool {
	return func(e *schemas.Event) bool { return e.Kind == schemas.KindCallSetup && e.Attr("row") == name }
}

// TestCollections counts facts in whole collections, and holds every row of
// their call logs against the trace of the same node.
func TestCollections(t *testing.T) {
	paths, _ := filepath.Glob(reference.Path(t, "corpus/cucm/collections") + "/*.zip")
	total, rows := map[string]int{}, 0
	for _, path := range paths {
		wire := map[string]*schemas.Event{} // node and network number to message
		var logged []schemas.Event
		eachMember(t, path, func(name string, data []byte) {
			switch {
			case strings.Contains(name, "/sdl/"):
				_, out := read(cucm.SDL{}, data, golden.Options{Path: name})
				for _, c := range counts {
					got, want := 0, len(c.lines.FindAll(data, -1))
					for i := range out.Events {
						if c.ours(&out.Events[i]) {
							got++
						}
					}
					if got != want {
						t.Errorf("%s: %d %s, want %d", name, got, c.name, want)
					}
					total[c.name] += want
				}
				for i := range out.Events {
					if e := &out.Events[i]; e.SIP != nil && e.SIP.Wire {
						wire[network(e)] = e
					}
				}
			case strings.Contains(name, "/calllogs/"):
				_, out := read(cucm.CallLog{}, data, golden.Options{Path: name})
				logged = append(logged, out.Events...)
			}
		})
		for i := range logged {
			e := &logged[i]
			m := wire[network(e)]
			if e.SIP == nil || m == nil {
				continue
			}
			rows++
			if e.SIP.CallID != m.SIP.CallID || e.SIP.Direction != m.SIP.Direction || e.SIP.Peer != m.SIP.Peer || e.SIP.Status != m.SIP.Status {
				t.Errorf("%s: %+v and %+v", network(e), e.SIP, m.SIP)
			}
			if a, b := e.Key(schemas.KeyCorrelationTag), m.Key(schemas.KeyCorrelationTag); a != b {
				t.Errorf("%s: the row has the tag %s, the message %q", network(e), a, b)
			}
		}
	}
	for _, c := range counts {
		if len(paths) > 0 && total[c.name] == 0 {
			t.Errorf("no collection has %s", c.name)
		}
	}
	if len(paths) > 0 && rows < 50 {
		t.Errorf("only %d rows have a message in a trace", rows)
	}
}

// network returns the network number of e with its node.
func network(e *schemas.Event) string {
	for _, k := range e.Keys {
		if k.Type == schemas.KeyNetID {
			return k.Scope + " " + k.Value
		}
	}
	return ""
}

// eachMember calls do for the text files in the archive at path.
func eachMember(t *testing.T, path string, do func(name string, data []byte)) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".txt") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		do(f.Name, data)
	}
}
