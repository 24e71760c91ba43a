package report

import (
	"io"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

// JSON writes r as one document with the lists inputs, sessions, findings,
// coverage, logs and relations, each in the encoding of package jsonl. The only errors
// are those of w.
func JSON(w io.Writer, r correlator.Result) error {
	b := appendList([]byte("{\n"), "inputs", r.Inputs, jsonl.AppendInput)
	b = appendList(append(b, ",\n"...), "sessions", r.Sessions, jsonl.AppendSession)
	b = appendList(append(b, ",\n"...), "findings", r.Findings, jsonl.AppendFinding)
	b = appendList(append(b, ",\n"...), "coverage", r.Coverage, jsonl.AppendCoverage)
	b = appendList(append(b, ",\n"...), "logs", r.Logs, jsonl.AppendLogCoverage)
	b = appendList(append(b, ",\n"...), "relations", correlator.Relate(r.Sessions), jsonl.AppendRelation)
	_, err := w.Write(append(b, "\n}\n"...))
	return err
}

func appendList[T any](b []byte, name string, items []T, appendItem func([]byte, *T) []byte) []byte {
	b = append(append(append(b, '"'), name...), `":[`...)
	for i := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendItem(append(b, '\n'), &items[i])
	}
	return append(b, ']')
}
