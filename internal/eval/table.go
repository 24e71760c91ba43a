package eval

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Print writes the tables of r.
func (r *Report) Print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "rule\tfailures\tfound\tright\twrong\tmilder\tother stage\tprecision\trecall\t")
	for i := range r.Rules {
		x := &r.Rules[i]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t\n", x.Name, x.Asked, x.Found, x.Right, x.Wrong, x.Milder, x.Elsewhere, x.Precision(), x.Recall())
	}
	fmt.Fprintln(w, "\t\t\t\t\t\t\t\t\t")
	fmt.Fprintln(w, "sessions\ttrue\tseen\tevents\tjoined\tfound\tpure\tlegs\tpurity\t")
	for _, k := range r.Sessions {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%.4f\t%.4f\t\n", k.Kind, k.True, k.Seen, k.Events, k.Joined, k.Found, k.Pure, share(k.Joined, k.Events), share(k.Pure, k.Found))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range []struct {
		title string
		list  []string
	}{
		{"not built", r.Unbuilt}, {"no scenario fails by", r.Untold}, {"wrong findings", r.False}, {"not found", r.Missed}, {"in pieces", r.Torn}, {"mixed", r.Mixed},
	} {
		if len(l.list) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(out, "\n%s (%d)\n  %s\n", l.title, len(l.list), strings.Join(l.list, "\n  ")); err != nil {
			return err
		}
	}
	return nil
}
