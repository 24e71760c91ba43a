package grafana

import (
	"net/url"
	"strings"
)

// Links lead from a row: the SQL of a table returns what they name.

// sessionPage is the session in uctraced's own page, from a column session.
func sessionPage() link {
	return link{"Session page: ladder, waterfall, evidence", "${page}/session/${__data.fields.session}", true}
}

// findingPage is the finding in uctraced's own page, from a column finding.
func findingPage() link {
	return link{"Finding in the session page", "${page}/finding/${__data.fields.finding}", true}
}

// to leads to another dashboard with the datasources, the page and the time
// kept, and the named variables set: name, value, name, value …
func to(title, uid string, set ...string) link {
	var u strings.Builder
	u.WriteString("/d/" + uid + "?${__url_time_range}&${datasource:queryparam}&${loki:queryparam}&${page:queryparam}&${cluster:queryparam}")
	for i := 0; i < len(set); i += 2 {
		u.WriteString("&var-" + set[i] + "=" + set[i+1])
	}
	return link{title: title, url: u.String()}
}

// field is the value of a column of the row, fit for a URL.
func field(name string) string { return "${__data.fields." + name + ":percentencode}" }

// rawLine opens the whole line in Loki, from columns cluster, node, source,
// record, from_ms and to_ms.
func rawLine() link {
	return explore("Raw line in Loki", `{job="uctrace",cluster="`+field("cluster")+`",node="`+field("node")+`",source="`+field("source")+`"} | record_id="`+field("record")+`"`)
}

// rawLines opens the lines that hold a text in Loki, from columns cluster,
// needle, from_ms and to_ms.
func rawLines() link {
	return explore("Raw lines in Loki", `{job="uctrace",cluster="`+field("cluster")+`"} |= "`+field("needle")+`"`)
}

// explore opens Grafana's Explore with a LogQL query and the time of the row.
// The variables of the link stay as they are, everything else is escaped.
func explore(title, expr string) link {
	pane := `{"a":{"datasource":"${loki}","queries":[{"refId":"A","datasource":{"type":"loki","uid":"${loki}"},"expr":` + quote(expr) + `}],` +
		`"range":{"from":"${__data.fields.from_ms}","to":"${__data.fields.to_ms}"}}}`
	return link{title: title, url: "/explore?schemaVersion=1&orgId=1&panes=" + escapeAround(pane)}
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// escapeAround escapes s for a URL and leaves its ${…} as they are.
func escapeAround(s string) string {
	var b strings.Builder
	for s != "" {
		before, rest, found := strings.Cut(s, "${")
		b.WriteString(strings.ReplaceAll(url.QueryEscape(before), "+", "%20"))
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString("${" + name + "}")
		s = after
	}
	return b.String()
}
