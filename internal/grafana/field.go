package grafana

import (
	"maps"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const (
	green  = "green"
	yellow = "yellow"
	orange = "orange"
	red    = "red"
	purple = "purple"
	blue   = "blue"
	grey   = "text"
)

// outcomes and severities are coloured alike everywhere.
var (
	outcomeColors  = map[string]string{"ok": green, "failed": red, "open": blue, "unknown": grey}
	severityColors = map[string]string{"critical": purple, "high": red, "medium": orange, "low": yellow, "info": blue}
	classColors    = map[string]string{"request": blue, "progress": grey, "success": green, "expected": grey, "redirect": yellow, "failure": red}
	roleColors     = map[string]string{"proves": red, "context": grey, "counter": green}
)

// column says how a column of a table is shown.
type column struct {
	name   string
	width  int
	unit   string
	hidden bool
	wrap   bool
	bar    bool
	colors map[string]string
	limits []limit
	links  []link
}

// link is where a click on a cell leads.
type link struct {
	title, url string
	// outside opens a new tab: the target is no page of Grafana.
	outside bool
}

// hide names columns that links need and people do not.
func hide(names ...string) []column {
	var list []column
	for _, n := range names {
		list = append(list, column{name: n, hidden: true})
	}
	return list
}

func (c column) properties() []dashboard.DynamicConfigValue {
	var list []dashboard.DynamicConfigValue
	add := func(id string, value any) { list = append(list, dashboard.DynamicConfigValue{Id: id, Value: value}) }
	if c.hidden {
		add("custom.hidden", true)
	}
	if c.width > 0 {
		add("custom.width", c.width)
	}
	if c.unit != "" {
		add("unit", c.unit)
	}
	switch {
	case len(c.colors) > 0:
		options := map[string]any{}
		for i, value := range sortedKeys(c.colors) {
			options[value] = map[string]any{"color": c.colors[value], "index": i}
		}
		add("mappings", []any{map[string]any{"type": "value", "options": options}})
		add("custom.cellOptions", map[string]any{"type": "color-text"})
	case len(c.limits) > 0:
		add("thresholds", map[string]any{"mode": "absolute", "steps": steps(c.limits)})
		add("custom.cellOptions", map[string]any{"type": "color-text"})
	case c.bar:
		add("custom.cellOptions", map[string]any{"type": "gauge", "mode": "basic"})
	case c.wrap:
		add("custom.cellOptions", map[string]any{"type": "auto", "wrapText": true})
	}
	if len(c.links) > 0 {
		var links []any
		for _, l := range c.links {
			links = append(links, map[string]any{"title": l.title, "url": l.url, "targetBlank": l.outside})
		}
		add("links", links)
	}
	return list
}

// limit is a value from which on a colour holds.
type limit struct {
	from  float64
	color string
}

func thresholds(limits []limit) *dashboard.ThresholdsConfigBuilder {
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(steps(limits))
}

// steps begin with green, which holds below all limits.
func steps(limits []limit) []dashboard.Threshold {
	list := []dashboard.Threshold{{Color: green}}
	for _, l := range limits {
		list = append(list, dashboard.Threshold{Value: &l.from, Color: l.color})
	}
	return list
}

func fixedColor(name string) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "color", Value: map[string]any{"mode": "fixed", "fixedColor": name}}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// with adds columns to a list; one of the same name takes the other's place.
func with(list []column, more ...column) []column {
	for _, c := range more {
		list = slices.DeleteFunc(list, func(old column) bool { return old.name == c.name })
		list = append(list, c)
	}
	return list
}
