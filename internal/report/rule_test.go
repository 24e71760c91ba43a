package report_test

import (
	"io"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

func TestRuleGolden(t *testing.T) {
	d := detect.Detector{
		Name: "cucm.call-loop", Title: "A call runs in a circle", Severity: schemas.High,
		Doc: `A number leads back to where the call came from, until Max-Forwards
runs out.

**Needs:** one of

- 483 Too Many Hops on an INVITE
- the same Call-ID on three nodes, with a Max-Forwards that falls from message
  to message

**Silent for:** OPTIONS, which phones answer with 483 on purpose.`,
	}
	o := report.Options{Width: 60}
	golden(t, "rule.txt", func(w io.Writer) error { return report.Rule(w, d, o) })
	other := detect.Detector{Name: "xmpp.axl-401", Title: "AXL login refused", Severity: schemas.Critical}
	golden(t, "rules.txt", func(w io.Writer) error { return report.Rules(w, []detect.Detector{d, other}, o) })
}
