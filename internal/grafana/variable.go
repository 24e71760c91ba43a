package grafana

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// datasource lets the reader choose among the datasources of a plugin.
func datasource(name, label, plugin string) *dashboard.DatasourceVariableBuilder {
	return dashboard.NewDatasourceVariableBuilder(name).Label(label).Type(plugin).Multi(false).IncludeAll(false)
}

// textBox is a variable that is typed.
func textBox(name, label, about, value string) *dashboard.TextBoxVariableBuilder {
	text := dashboard.StringOrMap{String: &value}
	current := dashboard.StringOrArrayOfString{String: &value}
	return dashboard.NewTextBoxVariableBuilder(name).Label(label).Description(about).DefaultValue(text).
		Current(dashboard.VariableOption{Text: current, Value: current}).
		Options([]dashboard.VariableOption{{Text: current, Value: current}})
}

// choice is a variable with the values that a query returns, any number of
// them or all.
func choice(name, label, sql string) *dashboard.QueryVariableBuilder {
	all, text := "$__all", "All"
	return query(name, label, sql).Multi(true).IncludeAll(true).
		Current(dashboard.VariableOption{
			Text:  dashboard.StringOrArrayOfString{ArrayOfString: []string{text}},
			Value: dashboard.StringOrArrayOfString{ArrayOfString: []string{all}},
		})
}

// derived is a hidden variable: the one value that a query returns.
func derived(name, sql string) *dashboard.QueryVariableBuilder {
	return query(name, name, sql).Multi(false).IncludeAll(false).Hide(dashboard.VariableHideHideVariable)
}

func query(name, label, sql string) *dashboard.QueryVariableBuilder {
	return dashboard.NewQueryVariableBuilder(name).Label(label).Datasource(clickHouse()).
		Query(dashboard.StringOrMap{Map: map[string]any{"editorType": "sql", "rawSql": sql}}).Definition(sql).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Sort(dashboard.VariableSortDisabled)
}

// annotations mark on every time axis what an engineer looks for first: what
// was changed or restarted before it went wrong, and where nothing was seen.
func annotations() []cog.Builder[dashboard.AnnotationQuery] {
	mark := func(name, color, sql string, on bool) cog.Builder[dashboard.AnnotationQuery] {
		return dashboard.NewAnnotationQueryBuilder().Name(name).Datasource(clickHouse()).Enable(on).Hide(false).
			IconColor(color).Target(ask("annotation", FormatTable, sql))
	}
	return []cog.Builder[dashboard.AnnotationQuery]{
		mark("Critical findings", red, `
		SELECT found_at AS time, concat(severity, ' · ', rule, ' · ', summary) AS text, family AS tags
		FROM v_finding_list
		WHERE $__timeFilter_ms(since) AND level = 4 AND `+inCluster+`
		ORDER BY since DESC
		LIMIT 200`, true),
		mark("Configuration changes", blue, `
		SELECT e.time AS time, concat(node, ': ', attrs['name'], if(attrs['to'] = '', '', concat(' set to ', attrs['to'])), if(attrs['user'] = '', '', concat(' by ', attrs['user']))) AS text, node AS tags
		FROM v_events AS e
		WHERE $__timeFilter_ms(e.time) AND kind IN ('config.change', 'alarm.audit') AND `+inCluster+`
		ORDER BY e.time DESC
		LIMIT 200`, true),
		mark("Restarts and failovers", orange, `
		SELECT e.time AS time, concat(node, ': ', attrs['name'], ' ', attrs['reason'], ' ', left(attrs['text'], 200)) AS text, node AS tags
		FROM v_events AS e
		WHERE $__timeFilter_ms(e.time) AND kind = 'alarm.raised' AND match(attrs['name'], '(?i)(start|stop|restart|failover|crash|shutdown|StateUp|StateDown)') AND `+inCluster+`
		ORDER BY e.time DESC
		LIMIT 200`, true),
		mark("Nothing was read", grey, `
		SELECT silent_from AS time, silent_to AS timeEnd, concat('no line of ', source, ' on ', if(node = '', 'a client', node), ' was read') AS text, source AS tags
		FROM v_silences
		WHERE silent_to >= $__fromTime_ms AND silent_from <= $__toTime_ms AND minutes >= 10 AND node != '' AND `+inCluster+`
		ORDER BY silent_from DESC
		LIMIT 100`, false),
	}
}
