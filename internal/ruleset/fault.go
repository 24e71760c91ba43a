package ruleset

import (
	"errors"
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v4"
)

// yamlFault says where and why the file path is no rule file, each fault as
// "FILE:LINE: what is wrong".
func yamlFault(path string, err error) error {
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	var faults []error
	switch {
	case errors.As(err, &many):
		for _, e := range many.Errors {
			faults = append(faults, located(path, e))
		}
	case errors.As(err, &one):
		faults = append(faults, located(path, one))
	default:
		faults = append(faults, fmt.Errorf("%s: %w", path, err))
	}
	return errors.Join(faults...)
}

// unknownField is what the YAML reader says about a key that no rule has. The
// Go type that it goes on with is of no use to who writes the file.
var unknownField = regexp.MustCompile(`^field (.*) not found in type .*`)

func located(path string, e *yaml.LoadError) error {
	if e.Mark.Line == 0 { // no document is in it
		return fmt.Errorf("%s: the file holds no rule", path)
	}
	message := e.Message
	if m := unknownField.FindStringSubmatch(message); m != nil {
		message = fmt.Sprintf("unknown key %q", m[1])
	}
	return fmt.Errorf("%s:%d: %s", path, e.Mark.Line, message)
}
