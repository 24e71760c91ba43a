package grafana

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The dashboards' uids are public: links, alerts and bookmarks hold them.
const (
	Overview   = "uc-overview"
	User       = "uc-user"
	Call       = "uc-call"
	Login      = "uc-login"
	Federation = "uc-federation"
	Mobility   = "uc-mobility"
	Finding    = "uc-finding"
	Fleet      = "uc-fleet"
	Pipeline   = "uc-pipeline"
	Coverage   = "uc-coverage"
)

// DefaultPage is where uctraced serves its own page when nothing else is
// configured.
const DefaultPage = "http://127.0.0.1:8080"

// tag is on every dashboard; the list of dashboards in the head goes by it.
const tag = "uctrace"

// inCluster keeps a query to the chosen clusters.
const inCluster = "$__conditionalAll(cluster IN (${cluster:singlequote}), $cluster)"

// board is a dashboard in the making.
type board struct{ *dashboard.DashboardBuilder }

// newBoard begins a dashboard with what all have: the variables, the list of
// the others, what is marked on the time axis.
func newBoard(uid, title, about string, own ...cog.Builder[dashboard.VariableModel]) board {
	b := board{dashboard.NewDashboardBuilder(title)}
	b.Uid(uid).Description(about).Tags([]string{tag}).Timezone("browser").Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time("now-24h", "now").Refresh("1m").Editable()
	b.Link(dashboard.NewDashboardLinkBuilder("UC dashboards").Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{tag}).
		AsDropdown(true).IncludeVars(true).KeepTime(true))
	b.Link(dashboard.NewDashboardLinkBuilder("Session page").Type(dashboard.DashboardLinkTypeLink).Icon("external link").
		Url("${page}/").TargetBlank(true).Tooltip("Search by Call-ID, number, JID, device or xcoder"))
	b.Variables(append([]cog.Builder[dashboard.VariableModel]{
		datasource("datasource", "ClickHouse", ClickHousePlugin),
		datasource("loki", "Loki", "loki"),
		textBox("page", "Session page", "Address of uctraced's own page, as your browser reaches it", DefaultPage).Hide(dashboard.VariableHideHideVariable),
		choice("cluster", "Cluster", "SELECT cluster FROM v_spans WHERE $__timeFilter_ms(last_time) GROUP BY cluster ORDER BY cluster LIMIT 500"),
	}, own...))
	b.Annotations(annotations())
	return b
}

// add places panels from left to right, 24 columns to a row.
func (b board) add(panels ...cog.Builder[dashboard.Panel]) {
	for _, p := range panels {
		b.WithPanel(p)
	}
}

// done numbers the panels from top to bottom.
func (b board) done() (dashboard.Dashboard, error) {
	d, err := b.Build()
	if err != nil {
		return d, err
	}
	for i := range d.Panels {
		id := uint32(i + 1)
		if p := d.Panels[i].Panel; p != nil {
			p.Id = &id
		} else {
			d.Panels[i].RowPanel.Id = id
		}
	}
	return d, nil
}

// All returns the dashboards in the order in which a person meets them.
func All() ([]dashboard.Dashboard, error) {
	var all []dashboard.Dashboard
	for _, make := range []func() board{overview, user, call, login, federation, mobility, finding, fleet, pipeline, coverage} {
		b := make()
		d, err := b.done()
		if err != nil {
			return nil, fmt.Errorf("dashboard %d: %w", len(all)+1, err)
		}
		all = append(all, d)
	}
	return all, nil
}
