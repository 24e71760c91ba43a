// Package rules holds the signatures that uctrace ships with: one YAML file a
// rule, with the cases that it is tested with. CONTRIBUTING.md shows how to
// write one; package ruleset reads them.
package rules

import "embed"

// FS holds the rule files, in one folder for each family of rule ids.
//
//go:embed */*.yaml
var FS embed.FS
