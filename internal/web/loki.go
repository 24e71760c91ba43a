package web

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// lokiLine returns where Grafana shows the record of an event, whole, "" when no
// Grafana is configured or nothing tells the time. Of the labels only the source
// is asked for: the node of a stream is that of the file, and an event of a
// syslog names its own.
func (h *Handler) lokiLine(e schemas.Event) string {
	return h.explore(&e, `record_id`, e.Record.String())
}

// lokiAround is lokiLine for the lines around it: those of its file.
func (h *Handler) lokiAround(e schemas.Event) string {
	return h.explore(&e, `file`, e.File)
}

// explore returns the address of Grafana's Explore for the lines that have a
// value in their structured metadata (sinks/loki writes it, docs/loki.md lists
// it), within half a minute of e.
func (h *Handler) explore(e *schemas.Event, name, value string) string {
	if h.opts.Grafana == "" || !schemas.Dated(e.Time) || e.Time.IsZero() {
		return ""
	}
	expr := `{job="uctrace", source=` + strconv.Quote(string(e.Source)) + `} | ` + name + `=` + strconv.Quote(value)
	query := map[string]any{"refId": "A", "datasource": map[string]string{"type": "loki", "uid": "uc-loki"}, "expr": expr}
	millis := func(d time.Duration) string { return strconv.FormatInt(e.Time.Add(d).UnixMilli(), 10) }
	pane := map[string]any{
		"datasource": "uc-loki", "queries": []any{query},
		"range": map[string]string{"from": millis(-30 * time.Second), "to": millis(30 * time.Second)},
	}
	panes, err := json.Marshal(map[string]any{"a": pane})
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(h.opts.Grafana, "/") + "/explore?" + url.Values{"schemaVersion": {"1"}, "orgId": {"1"}, "panes": {string(panes)}}.Encode()
}
