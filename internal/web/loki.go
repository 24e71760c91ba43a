package web

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// lokiLink returns where Grafana shows the raw lines around an event, "" when
// no Grafana is configured or nothing tells the time.
func (h *Handler) lokiLink(e schemas.Event) string {
	if h.opts.Grafana == "" || !schemas.Dated(e.Time) || e.Time.IsZero() {
		return ""
	}
	query := map[string]any{"refId": "A", "datasource": map[string]string{"type": "loki", "uid": "uc-loki"}, "expr": selector(&e)}
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

// selector is the Loki stream that a log is in.
func selector(e *schemas.Event) string {
	labels := []string{"source=" + strconv.Quote(string(e.Source))}
	if e.Node != "" {
		labels = append(labels, "node="+strconv.Quote(e.Node))
	}
	if e.Cluster != "" {
		labels = append(labels, "cluster="+strconv.Quote(e.Cluster))
	}
	return "{" + strings.Join(labels, ", ") + "}"
}
