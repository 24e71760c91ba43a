package ruletest_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// TestStreamAgrees feeds the cases of the rules about sign-ins event by event,
// with an evaluation after each, forwards and backwards: the last revisions are
// what the whole says at once.
func TestStreamAgrees(t *testing.T) {
	rules, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for i := range rules {
		if !strings.HasPrefix(rules[i].Name, "jabber.") {
			continue
		}
		for _, c := range rules[i].Tests {
			t.Run(rules[i].Name+"/"+c.Name, func(t *testing.T) {
				batches := normalized(t, c.Log)
				for _, backwards := range []bool{false, true} {
					whole, revised := piecemeal(rules, batches, backwards)
					if !reflect.DeepEqual(whole, revised) {
						t.Errorf("backwards %t: at once\n%+v\none by one\n%+v", backwards, whole, revised)
					}
				}
			})
		}
	}
}

// normalized returns the events of a log.
func normalized(t *testing.T, log string) (list []schemas.EventBatch) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.txt")
	if err := os.WriteFile(path, []byte(log), 0o600); err != nil {
		t.Fatal(err)
	}
	n := normalizer.New(normalizer.Parsers())
	err := collector.Scan(t.Context(), collector.Options{Parsers: normalizer.Parsers(), Workers: 1}, []string{path}, nil, func(r *schemas.RecordBatch) error {
		var b schemas.EventBatch
		n.Normalize(&b, r)
		list = append(list, *b.Clone())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// piecemeal adds events one by one and returns the findings of the result, and
// those that the revisions amount to.
func piecemeal(rules []ruleset.Rule, batches []schemas.EventBatch, backwards bool) (whole, revised []schemas.Finding) {
	c := correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
	live := map[schemas.ID]schemas.Finding{}
	version := uint64(0)
	for _, b := range batches {
		c.Add(&schemas.EventBatch{Span: b.Span})
		events := slices.Clone(b.Events)
		if backwards {
			slices.Reverse(events)
		}
		for i := range events {
			version++
			c.Add(&schemas.EventBatch{Events: events[i : i+1]})
			for _, f := range c.Evaluate(version).Findings {
				if delete(live, f.ID); !f.Deleted {
					live[f.ID] = f
				}
			}
		}
	}
	for _, f := range live {
		revised = append(revised, f)
	}
	correlator.SortFindings(revised)
	whole = c.Result().Findings
	for _, list := range [][]schemas.Finding{whole, revised} {
		for i := range list {
			list[i].Version = 0
		}
	}
	return whole, revised
}
