package ruleset

import (
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/uctrace/uctrace/schemas"
)

// file is a rule file as it is written.
type file struct {
	ID       string           `yaml:"id"`
	Title    string           `yaml:"title"`
	Severity schemas.Severity `yaml:"severity"`
	Subject  list             `yaml:"subject"`
	Sessions list             `yaml:"sessions"`
	Per      list             `yaml:"per"`
	Match    []matcher        `yaml:"match"`
	Needs    []companion      `yaml:"needs"`
	With     []companion      `yaml:"with"`
	Clear    []companion      `yaml:"clear"`
	Expect   []companion      `yaml:"expect"`
	Over     []companion      `yaml:"over"`
	Context  []matcher        `yaml:"context"`
	AtLeast  int              `yaml:"at_least"`
	Within   time.Duration    `yaml:"within"`
	Burst    time.Duration    `yaml:"burst"`
	Once     list             `yaml:"once"`
	Raise    []raise          `yaml:"raise"`
	Grade    []grade          `yaml:"grade"`
	Variants []variant        `yaml:"variants"`
	Unless   list             `yaml:"unless"`
	Summary  string           `yaml:"summary"`
	Cause    string           `yaml:"cause"`
	Fix      []string         `yaml:"fix"`
	Stage    string           `yaml:"stage"`
	Doc      doc              `yaml:"doc"`
	Tests    []Test           `yaml:"tests"`
}

// doc is what "uctrace rules show" prints.
type doc struct {
	What   string `yaml:"what"`
	Needs  string `yaml:"needs"`
	Silent string `yaml:"silent"`
	// Strings says where the texts it looks for come from: seen in a log,
	// documented by the vendor, or inferred.
	Strings    string   `yaml:"strings"`
	References []string `yaml:"references"`
}

type matcher struct {
	Kind  list      `yaml:"kind"`
	Where yaml.Node `yaml:"where"`
	// The rest is what the proofs are worth, see detect.Weight.
	AtLeast  int               `yaml:"at_least"`
	Distinct string            `yaml:"distinct"`
	Over     time.Duration     `yaml:"over"`
	Within   time.Duration     `yaml:"within"`
	Severity *schemas.Severity `yaml:"severity"`
	Needs    []companion       `yaml:"needs"`
}

// variant is a cause under some settings.
type variant struct {
	When  []matcher `yaml:"when"`
	Cause string    `yaml:"cause"`
	Fix   []string  `yaml:"fix"`
}

type companion struct {
	For    yaml.Node     `yaml:"for"`
	Kind   list          `yaml:"kind"`
	Where  yaml.Node     `yaml:"where"`
	Within time.Duration `yaml:"within"`
	Before bool          `yaml:"before"`
	After  bool          `yaml:"after"`
	Same   list          `yaml:"same"`
	// Anywhere is true when it need not be about the same subject.
	Anywhere bool `yaml:"anywhere"`
	// Alike are fields in which only upper and lower case differ.
	Alike list `yaml:"alike"`
	// Elsewhere looks beyond what the finding is about: the other hosts.
	Elsewhere bool `yaml:"elsewhere"`
}

type raise struct {
	Field    string           `yaml:"field"`
	AtLeast  int              `yaml:"at_least"`
	Severity schemas.Severity `yaml:"severity"`
}

type grade struct {
	For      yaml.Node        `yaml:"for"`
	With     *companion       `yaml:"with"`
	Severity schemas.Severity `yaml:"severity"`
}

// condition is a condition that is more than a value or a list of values.
type condition struct {
	Contains list     `yaml:"contains"`
	Prefix   string   `yaml:"prefix"`
	Suffix   string   `yaml:"suffix"`
	Matches  string   `yaml:"matches"`
	Min      *float64 `yaml:"min"`
	Max      *float64 `yaml:"max"`
	Not      list     `yaml:"not"`
	Any      list     `yaml:"any"`
	Present  bool     `yaml:"present"`
	Absent   bool     `yaml:"absent"`
}

// list is one value or several.
type list []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (l *list) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = list{n.Value}
		return nil
	}
	var several []string
	if err := n.Decode(&several); err != nil {
		return err
	}
	*l = several
	return nil
}

// Test is a case that a rule is tested with: logs, and what it finds in them.
type Test struct {
	Name string `yaml:"name"`
	// Log is the text of a log; Files are several, by name.
	Log    string            `yaml:"log"`
	Files  map[string]string `yaml:"files"`
	Source schemas.Source    `yaml:"source"`
	// Date is the day of logs that print only a time, 2026-01-05 when absent.
	Date string `yaml:"date"`
	// Finds is how many findings of the rule there are; other rules do not
	// count.
	Finds int `yaml:"finds"`
	// Severity and Summary, a part of it, are what the first finding has.
	Severity *schemas.Severity `yaml:"severity"`
	Summary  string            `yaml:"summary"`
	Stage    string            `yaml:"stage"`
	Count    int               `yaml:"count"`
}
