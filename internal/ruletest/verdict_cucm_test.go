package ruletest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
)

// callRules are the rules about calls, trunks and phones that the table below
// speaks of; those about the platform have their own.
var callRules = []string{
	"cucm.transcoder-unavailable", "cucm.transcoder-throttled", "cucm.trunk-unreachable", "cucm.unknown-source",
	"cucm.register-device-closing", "cucm.sccp-registration-rejected", "cucm.device-type-mismatch",
	"cucm.endpoint-unregistered", "cucm.number-unallocated", "cucm.partition-blocked", "cucm.hunt-no-answer",
	"cucm.no-common-codec", "cucm.out-of-bandwidth", "cucm.sip-message-too-large", "cucm.malformed-phone-message",
	"cucm.carrier-rejects-diversion",
}

// cucmVerdict is what a sample of real logs must lead to.
type cucmVerdict struct {
	// finds are the findings, each as often as it is found.
	finds []string
	// calls is how many calls there are, -1 where the sample does not say.
	calls int
}

// cucmVerdicts are the samples with something in them. In the others none of
// the rules may find anything, and there is no call.
var cucmVerdicts = map[string]cucmVerdict{
	"calllogs-1150-cc-rows-split-join.log":    {calls: 10},
	"calllogs-blog-notepad-search-result.log": {calls: 1},
	"doc-1050-604-diversion.log":              {[]string{"cucm.carrier-rejects-diversion"}, 1},
	// Both recording legs of one recorded call, which they name (x-refci).
	"doc-1050-recording-udp-concatenated.log": {[]string{"cucm.transcoder-unavailable"}, 1},
	"sdi-guide-css-blocked.log":               {[]string{"cucm.partition-blocked"}, 0},
	"sdl-1052-h323-inbound-remdest-miss.log":  {calls: 1},
	"sdl-1052-mgcp-pri-inbound.log":           {calls: 1},
	"sdl-1052-register-503-shutting-down.log": {[]string{"cucm.register-device-closing"}, 0},
	"sdl-1052-sccp-registration-reject.log":   {[]string{"cucm.sccp-registration-rejected"}, 0},
	"sdl-1052-shared-line-404.log":            {calls: 1},
	"sdl-1150-hunt-cancel-487.log":            {calls: 1},
	"sdl-1150-hunt-no-answer-480.log":         {[]string{"cucm.hunt-no-answer"}, 1},
	"sdl-blog-transcoder-throttle.log":        {[]string{"cucm.transcoder-throttled"}, 0},

	// Fifteen calls in the call logs of the days before, four of which got the
	// announcement that the number does not exist, and the call of the trace.
	"collections/hunt_pilot.zip":   {append(slices.Repeat([]string{"cucm.number-unallocated"}, 4), "cucm.hunt-no-answer"), 16},
	"collections/inbound_h323.zip": {slices.Repeat([]string{"cucm.sccp-registration-rejected"}, 2), 6},
	"collections/inbound_mgcp.zip": {
		append(slices.Repeat([]string{"cucm.sccp-registration-rejected"}, 2), "cucm.register-device-closing"), 1,
	},
	"collections/phone_to_phone_same_node.zip": {calls: 1},
}

// TestVerdictCUCM holds the samples of CUCM logs against what is known about
// them: which rules find how much, and how many calls there were.
func TestVerdictCUCM(t *testing.T) {
	root := reference.Path(t, "corpus/cucm")
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	logs, _ := filepath.Glob(filepath.Join(root, "*.log"))
	zips, _ := filepath.Glob(filepath.Join(root, "collections", "*.zip"))
	met := 0
	for _, path := range append(logs, zips...) {
		name, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		want, known := cucmVerdicts[name]
		if known {
			met++
		}
		t.Run(strings.ReplaceAll(name, "/", " "), func(t *testing.T) {
			r, err := offline.Analyze(t.Context(), offline.Options{Paths: []string{path}, Rules: rules})
			if err != nil {
				t.Fatal(err)
			}
			judgeCUCM(t, &r, want)
		})
	}
	if met != len(cucmVerdicts) {
		t.Errorf("%d of %d samples were there", met, len(cucmVerdicts))
	}
}

func judgeCUCM(t *testing.T, r *correlator.Result, want cucmVerdict) {
	t.Helper()
	calls, got := 0, []string{}
	for _, s := range r.Sessions {
		if s.Kind == schemas.SessionCall {
			calls++
		}
	}
	for _, f := range r.Findings {
		if slices.Contains(callRules, f.Rule) {
			got = append(got, f.Rule)
		}
		if strings.Contains(f.Summary, "?") && strings.HasPrefix(f.Rule, "cucm.") {
			t.Errorf("a place of the summary has no value: %q", f.Summary)
		}
	}
	slices.Sort(got)
	wanted := slices.Sorted(slices.Values(want.finds))
	if !slices.Equal(got, wanted) {
		t.Errorf("found %q, want %q", got, wanted)
	}
	if want.calls >= 0 && calls != want.calls {
		t.Errorf("%d calls, want %d", calls, want.calls)
	}
}

// TestCapability3CallRulesOnSeeds checks that the documents in which engineers explain their
// traces lead to no failure of these rules: none of them is about one.
func TestCapability3CallRulesOnSeeds(t *testing.T) {
	root := reference.Path(t, "seeds")
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		r, err := offline.Analyze(t.Context(), offline.Options{Paths: []string{filepath.Join(root, f.Name())}, Rules: rules})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Findings {
			if slices.Contains(callRules, x.Rule) {
				t.Errorf("%s: %s: %s", f.Name(), x.Rule, x.Summary)
			}
		}
	}
}
