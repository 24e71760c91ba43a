package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// analyzed is the result of an analysis and how to read its logs again.
type analyzed struct {
	opts   offline.Options
	result correlator.Result
}

// study analyses paths for a command that shows one session.
func (c *call) study(ctx context.Context, paths []string) (*analyzed, error) {
	if slices.Contains(paths, "-") {
		return nil, &usageError{"standard input cannot be read twice", "save it to a file"}
	}
	all, err := c.rules()
	if err != nil {
		return nil, err
	}
	a := &analyzed{opts: offline.Options{Rules: all, Options: c.settings.collector(), Paths: paths, Mask: c.settings.masker(), Window: c.settings.window()}}
	a.opts.Progress = new(collector.Progress)
	defer c.console.progress(a.opts.Progress)()
	if a.result, err = offline.Analyze(ctx, a.opts); err != nil {
		return nil, err
	}
	unread := false
	for i := range a.result.Inputs {
		for j := range a.result.Inputs[i].Problems {
			if p := &a.result.Inputs[i].Problems[j]; p.Unread {
				c.console.problem(p)
				unread = true
			}
		}
	}
	if unread && len(a.result.Sessions) == 0 {
		return nil, errors.New("no session: an input could not be read")
	}
	return a, nil
}

// events returns the events of a session, in their order.
func (a *analyzed) events(ctx context.Context, s *schemas.Session) ([]schemas.Event, error) {
	o := a.opts
	o.Progress = new(collector.Progress)
	return offline.Select(ctx, o, s.Events)
}

// proofs returns the events that findings about s rest on.
func (a *analyzed) proofs(s *schemas.Session) map[schemas.ID]bool {
	proofs := map[schemas.ID]bool{}
	for i := range a.result.Findings {
		f := &a.result.Findings[i]
		if f.Session != s.ID {
			continue
		}
		for _, e := range f.Evidence {
			if e.Role == schemas.Proves {
				proofs[e.Event] = true
			}
		}
	}
	return proofs
}

// session returns the one session that a person means: by the beginning of its
// id, by the value of one of its keys, or, when nothing is named, the one that
// stands out.
func (a *analyzed) session(id, key string) (*schemas.Session, error) {
	var list []*schemas.Session
	for i := range a.result.Sessions {
		s := &a.result.Sessions[i]
		switch {
		case id != "" && !strings.HasPrefix(s.ID.String(), id):
		case key != "" && !about(s, key):
		default:
			list = append(list, s)
		}
	}
	switch {
	case len(list) == 0 && len(a.result.Sessions) == 0:
		return nil, &usageError{"there is no session in these logs", `"uctrace explain PATH" says what was understood`}
	case len(list) == 0:
		return nil, &usageError{fmt.Sprintf("no session has %s", cmp.Or(id, key)), `"uctrace analyze --sessions all" lists them`}
	case id == "" && key == "":
		return a.outstanding(list), nil
	case len(list) > 1:
		return nil, &usageError{fmt.Sprintf("%d sessions have %s: %s", len(list), cmp.Or(id, key), idsOf(list)), "name one with --session"}
	}
	return list[0], nil
}

// about reports whether s is what key names.
func about(s *schemas.Session, key string) bool {
	_, ok := report.About(s, key)
	return ok
}

// outstanding returns the session that a reader looks for first: the one with
// the gravest finding, else one that failed, else the longest.
func (a *analyzed) outstanding(list []*schemas.Session) *schemas.Session {
	return slices.MaxFunc(list, func(x, y *schemas.Session) int {
		return cmp.Or(cmp.Compare(a.trouble(x), a.trouble(y)), cmp.Compare(x.EventCount, y.EventCount), y.ID.Compare(x.ID))
	})
}

// healthy returns the session of a kind that went best, the longest of several;
// nil when there is none of the kind.
func (a *analyzed) healthy(kind schemas.SessionKind) *schemas.Session {
	var best *schemas.Session
	for i := range a.result.Sessions {
		s := &a.result.Sessions[i]
		if s.Kind != kind {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(a.trouble(best), a.trouble(s)), cmp.Compare(s.EventCount, best.EventCount)) > 0 {
			best = s
		}
	}
	return best
}

// trouble ranks a session by how badly it went.
func (a *analyzed) trouble(s *schemas.Session) int {
	n := 0
	for i := range a.result.Findings {
		if f := &a.result.Findings[i]; f.Session == s.ID {
			n = max(n, 10+int(f.Severity))
		}
	}
	if s.Outcome == schemas.OutcomeFailed {
		n = max(n, 5)
	}
	return n
}

func idsOf(list []*schemas.Session) string {
	var ids []string
	for _, s := range list[:min(len(list), 5)] {
		ids = append(ids, fmt.Sprintf("%.12s (%s)", s.ID, s.Summary))
	}
	if more := len(list) - len(ids); more > 0 {
		ids = append(ids, fmt.Sprintf("%d more", more))
	}
	return strings.Join(ids, "; ")
}
