package report

import (
	"encoding/json"
	"io"

	"github.com/uctrace/uctrace/internal/explain"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

// ExplainJSON writes the account of a file as one object on one line; records
// and events are in the encoding of package jsonl. The only errors are those
// of w.
func ExplainJSON(w io.Writer, a *explain.Account) error {
	t := &a.Total
	account := struct {
		File     string          `json:"file"`
		Source   schemas.Source  `json:"source"`
		Node     string          `json:"node,omitempty"`
		Zone     string          `json:"zone,omitempty"`
		Matches  []explain.Match `json:"matches"`
		Records  int             `json:"records"`
		Events   int             `json:"events"`
		Silent   int             `json:"silent"`
		Unparsed int             `json:"unparsed"`
		Kinds    []explain.Count `json:"kinds"`
		Reasons  []explain.Count `json:"silent_because"`
		Problems []string        `json:"problems,omitempty"`
		Strange  []reading       `json:"not_understood,omitempty"`
		Asked    []reading       `json:"asked,omitempty"`
	}{
		File: a.File.Path, Source: a.File.Source, Node: a.File.Node, Zone: a.File.Zone,
		Matches: a.Matches, Records: t.Records, Events: t.Events, Silent: t.Silent, Unparsed: t.Unparsed,
		Kinds: a.Kinds, Reasons: a.Silent, Strange: readings(a, a.Unparsed), Asked: readings(a, a.Asked),
	}
	for _, p := range t.Problems {
		account.Problems = append(account.Problems, p.Error())
	}
	return json.NewEncoder(w).Encode(account)
}

type reading struct {
	Record json.RawMessage   `json:"record"`
	Fields []field           `json:"fields"`
	Events []json.RawMessage `json:"events"`
}

type field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func readings(a *explain.Account, list []explain.Reading) []reading {
	out := make([]reading, len(list))
	for i := range list {
		r := &list[i]
		out[i].Record = jsonl.AppendRecord(nil, &a.File, &r.Record)
		for _, f := range r.Fields {
			out[i].Fields = append(out[i].Fields, field{f.Name, f.Value})
		}
		for j := range r.Events {
			out[i].Events = append(out[i].Events, jsonl.AppendEvent(nil, &r.Events[j]))
		}
	}
	return out
}
