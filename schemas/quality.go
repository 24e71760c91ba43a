package schemas

import "math"

// Quality says how well the line of the event could be read: 1 for a line as
// the product writes it, less for each repair that it took (Repairs), down to
// 0.1. It falls with every further repair.
func (e *Event) Quality() float64 {
	q := 1.0
	for _, r := range e.Repairs {
		q -= weightOf(r)
	}
	return round(max(q, 0.1))
}

// weightOf is what a repair costs: little where only signs were changed, more
// where it was concluded what stood there.
func weightOf(repair string) float64 {
	switch repair {
	case "glued", "line-prefix", "blank-lines", "no-blank", "nbsp", "caret-m":
		return 0.05
	case "quotes", "dashes", "ellipsis", "entities", "latin-1", "wrapped":
		return 0.1
	}
	return 0.2
}

// Quality says how well a file could be read: the share of its records that were
// understood, where a mended one counts three quarters and damaged characters
// take from the whole; 1 for a file without records.
func (in *Input) Quality() float64 {
	if in.Records == 0 {
		return 1
	}
	n := float64(in.Records)
	q := (n - float64(in.Unparsed) - float64(in.Repaired)/4) / n
	if in.Bytes > 0 {
		q -= 10 * float64(in.Damaged) / float64(in.Bytes)
	}
	return round(min(1, max(q, 0)))
}

func round(q float64) float64 { return math.Round(q*100) / 100 }
