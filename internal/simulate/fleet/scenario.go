package fleet

import "slices"

// Scenario is one story and what a reader must make of it.
type Scenario struct {
	Name  string // words joined by hyphens
	Title string
	// Rules are the ids of the findings that it must lead to; empty for a
	// healthy one.
	Rules []string
	// Like are the rules that a healthy scenario is mistaken for: it looks
	// like their failures and is none.
	Like []string
	// Often is the weight with which it is told again; 0 is that of a
	// failure, 1.
	Often int
	tell  func(s *story)
}

func (s *Scenario) weight() int { return max(1, s.Often) }

// Healthy reports whether nothing is wrong in it.
func (s *Scenario) Healthy() bool { return len(s.Rules) == 0 }

// Scenarios lists what can be told.
func Scenarios() []Scenario {
	return slices.Concat(
		alikeScenarios, quietScenarios, quietEdgeScenarios, secondTryScenarios, clockScenarios, ourScenarios, rareScenarios, protoScenarios, moreScenarios, federationScenarios, edgeScenarios, mraScenarios, clientScenarios, callScenarios, failedCallScenarios, mediaScenarios, nodeScenarios, signInScenarios, impScenarios, registerScenarios,
	)
}
