package grafana

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/logs"
	lokiquery "github.com/grafana/grafana-foundation-sdk/go/loki"
	"github.com/grafana/grafana-foundation-sdk/go/nodegraph"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// spec is what all panels have.
type spec struct {
	title string
	// about says what the panel answers; it stands behind the (i).
	about string
	// empty is shown in the place of a panel that has nothing to show.
	empty string
	sql   string
	w, h  uint32
}

// trim takes the indentation of the Go source from a query.
func trim(sql string) string {
	lines := strings.Split(strings.Trim(sql, "\n \t"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(strings.TrimPrefix(l, "\t\t"), " \t")
	}
	return strings.Join(lines, "\n")
}

// rows is a table.
func rows(s spec, columns ...column) *table.PanelBuilder {
	b := table.NewPanelBuilder().
		Title(s.title).Description(s.about).NoValue(s.empty).
		Datasource(clickHouse()).WithTarget(ask("A", FormatTable, s.sql)).
		Span(s.w).Height(s.h).
		Footer(common.NewTableFooterOptionsBuilder().Show(false).CountRows(false).Reducer([]string{}).Fields([]string{})).
		CellHeight(common.TableCellHeightSm).Align(common.FieldTextAlignmentAuto).Inspect(false)
	for _, c := range columns {
		b.OverrideByName(c.name, c.properties())
	}
	return b
}

// series draws numbers over time, one line or stack for each.
func series(s spec, unit string) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().
		Title(s.title).Description(s.about).NoValue(s.empty).
		Datasource(clickHouse()).WithTarget(ask("A", FormatTimeSeries, s.sql)).
		Span(s.w).Height(s.h).Unit(unit).Min(0).
		FillOpacity(10).ShowPoints(common.VisibilityModeAuto).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).ShowLegend(true)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending))
}

// bars is a series of counts, stacked.
func bars(s spec, colors map[string]string) *timeseries.PanelBuilder {
	b := series(s, "short").
		DrawStyle(common.GraphDrawStyleBars).FillOpacity(80).LineWidth(0).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A"))
	for _, name := range sortedKeys(colors) {
		b.OverrideByRegexp(`/\b`+name+`\b/`, []dashboard.DynamicConfigValue{fixedColor(colors[name])})
	}
	return b
}

// figure is one number, coloured from the given limits on.
func figure(s spec, unit string, limits ...limit) *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Title(s.title).Description(s.about).NoValue(s.empty).
		Datasource(clickHouse()).WithTarget(ask("A", FormatTable, s.sql)).
		Span(s.w).Height(s.h).Unit(unit).
		Thresholds(thresholds(limits)).
		ColorMode(common.BigValueColorModeValue).GraphMode(common.BigValueGraphModeNone).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Values(false))
}

// gauges is a bar for each row: a name and a number.
func gauges(s spec, unit string, limits ...limit) *bargauge.PanelBuilder {
	return bargauge.NewPanelBuilder().
		Title(s.title).Description(s.about).NoValue(s.empty).
		Datasource(clickHouse()).WithTarget(ask("A", FormatTable, s.sql)).
		Span(s.w).Height(s.h).Unit(unit).Min(0).
		Thresholds(thresholds(limits)).
		Orientation(common.VizOrientationHorizontal).DisplayMode(common.BarGaugeDisplayModeBasic).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Values(true).Calcs([]string{}).Fields("").Limit(25))
}

// graph draws nodes and what passes between them.
func graph(s spec, edges string) *nodegraph.PanelBuilder {
	return nodegraph.NewPanelBuilder().
		Title(s.title).Description(s.about).NoValue(s.empty).
		Datasource(clickHouse()).WithTarget(ask("nodes", FormatTable, s.sql)).WithTarget(ask("edges", FormatTable, edges)).
		Span(s.w).Height(s.h).
		OverrideByName("arc__ok", []dashboard.DynamicConfigValue{fixedColor(green)}).
		OverrideByName("arc__failed", []dashboard.DynamicConfigValue{fixedColor(red)})
}

// lines shows log lines that ClickHouse holds.
func lines(s spec) *logs.PanelBuilder {
	return logPanel(s).Datasource(clickHouse()).WithTarget(ask("A", FormatLogs, s.sql))
}

// raw shows whole log lines from Loki; its sql is LogQL.
func raw(s spec) *logs.PanelBuilder {
	ds := loki()
	return logPanel(s).Datasource(ds).WithTarget(lokiquery.NewDataqueryBuilder().
		RefId("A").Datasource(ds).Expr(trim(s.sql)).QueryType("range").EditorMode(lokiquery.QueryEditorModeCode).MaxLines(1000))
}

func logPanel(s spec) *logs.PanelBuilder {
	return logs.NewPanelBuilder().
		Title(s.title).Description(s.about).NoValue(s.empty).
		Span(s.w).Height(s.h).
		ShowTime(true).ShowLabels(false).ShowCommonLabels(false).WrapLogMessage(true).PrettifyLogMessage(false).EnableLogDetails(true).
		SortOrder(common.LogsSortOrderAscending).DedupStrategy(common.LogsDedupStrategyNone)
}

// traces is the trace view, which the SDK has no builder for.
type traces spec

// Build implements the SDK's builder of panels.
func (s traces) Build() (dashboard.Panel, error) {
	q, err := ask("A", FormatTraces, s.sql).Build()
	if err != nil {
		return dashboard.Panel{}, cog.MakeBuildErrors("traces", err)
	}
	ds := clickHouse()
	p := dashboard.NewPanel()
	p.Type, p.Title, p.Description, p.Datasource = "traces", &s.title, &s.about, &ds
	p.Targets = append(p.Targets, q)
	p.GridPos = &dashboard.GridPos{H: s.h, W: s.w}
	return *p, nil
}
