package correlator

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// analyze reads files and returns the result.
func analyze(t *testing.T, paths ...string) Result {
	t.Helper()
	c, n := New(Config{}), normalizer.New(normalizer.Parsers())
	var b schemas.EventBatch
	err := collector.Scan(context.Background(), collector.Options{Parsers: normalizer.Parsers()}, paths, nil, func(r *schemas.RecordBatch) error {
		n.Normalize(&b, r)
		c.Add(&b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c.Result()
}

func TestSeeds(t *testing.T) {
	seeds := reference.Path(t, "seeds")
	tests := []struct {
		file  string
		want  []string
		say   []string
		notMe string // a key that no finding may have
	}{
		{"000_*", []string{"trace.clock-skew info"}, []string{"login ok", "registration ok", "16s ahead of that of pubcucm"}, ""},
		{"001_*", []string{"cucm.remote-destination-unmatched medium", "trace.clock-skew info"}, []string{"5737 was looked up but the remote destination is 875737 (RDP-marko-5737)"}, "AIC245C802CF7BDC00@"},
		{"002_*", []string{"xmpp.axl-401 high"}, []string{"federation ok", "dialback coluc.com → vngtp.lab, valid", "seen from initiating, receiving, authoritative"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			paths, _ := filepath.Glob(filepath.Join(seeds, tt.file))
			if len(paths) != 1 {
				t.Skip("no such reference log")
			}
			r := analyze(t, paths[0])
			if got := rules(r); !slices.Equal(got, tt.want) {
				t.Errorf("findings %q, want %q", got, tt.want)
			}
			for _, s := range tt.say {
				if !strings.Contains(outline(r), s) {
					t.Errorf("no %q", s)
				}
			}
			for _, f := range r.Findings {
				if tt.notMe != "" && slices.ContainsFunc(f.Keys, func(k schemas.Key) bool { return k.Value == tt.notMe }) {
					t.Errorf("%s on the healthy session", f.Rule)
				}
				if len(f.Evidence) == 0 || f.Evidence[0].Role != schemas.Proves {
					t.Errorf("%s has no proof", f.Rule)
				}
			}
			if t.Failed() {
				t.Log("\n" + outline(r))
			}
		})
	}
}

// TestSetOnCorpus checks the set property on real traces: hundreds of calls
// with legs, lookups, call-log rows and pings.
func TestSetOnCorpus(t *testing.T) {
	corpus := reference.Path(t, "corpus")
	for _, name := range []string{"cucm", "expressway", "jabber"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "cucm" {
				t.Skip("takes seconds")
			}
			var batches []schemas.EventBatch
			n := normalizer.New(normalizer.Parsers())
			opts := collector.Options{Parsers: normalizer.Parsers()}
			err := collector.Scan(context.Background(), opts, []string{filepath.Join(corpus, name)}, nil, func(r *schemas.RecordBatch) error {
				var b schemas.EventBatch
				n.Normalize(&b, r)
				batches = append(batches, *b.Clone())
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			checkSet(t, batches, 3)
		})
	}
}
