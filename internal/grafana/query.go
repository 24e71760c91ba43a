package grafana

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// ClickHousePlugin is the id of Grafana's ClickHouse datasource.
const ClickHousePlugin = "grafana-clickhouse-datasource"

// The formats in which the ClickHouse datasource hands on an answer.
const (
	FormatTimeSeries = 0
	FormatTable      = 1
	FormatLogs       = 2
	FormatTraces     = 3
)

var queryTypes = [...]string{FormatTimeSeries: "timeseries", FormatTable: "table", FormatLogs: "logs", FormatTraces: "traces"}

// Query is a query of a panel, an annotation or an alert rule to the ClickHouse
// datasource, which the foundation SDK has no type for.
type Query struct {
	RefID      string                `json:"refId"`
	Datasource *common.DataSourceRef `json:"datasource"`
	EditorType string                `json:"editorType"`
	QueryType  string                `json:"queryType"`
	Format     int                   `json:"format"`
	RawSQL     string                `json:"rawSql"`
	// IntervalMs and MaxDataPoints are set in alert rules.
	IntervalMs    int `json:"intervalMs,omitempty"`
	MaxDataPoints int `json:"maxDataPoints,omitempty"`
}

// ImplementsDataqueryVariant marks Query as a query.
func (Query) ImplementsDataqueryVariant() {}

// DataqueryType names the plugin.
func (Query) DataqueryType() string { return ClickHousePlugin }

// Equals reports whether other is the same query.
func (q Query) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(q, other) }

// Validate says what the plugin would not understand.
func (q Query) Validate() error {
	switch {
	case q.RefID == "":
		return errors.New("refId is missing")
	case q.Datasource == nil || q.Datasource.Uid == nil || q.Datasource.Type == nil:
		return errors.New("the datasource is missing")
	case q.EditorType != "sql":
		return fmt.Errorf("editorType %q: want sql", q.EditorType)
	case q.Format < 0 || q.Format >= len(queryTypes) || queryTypes[q.Format] != q.QueryType:
		return fmt.Errorf("format %d does not go with queryType %q", q.Format, q.QueryType)
	case q.RawSQL == "":
		return errors.New("rawSql is missing")
	}
	return nil
}

// Build makes Query its own builder.
func (q Query) Build() (variants.Dataquery, error) { return q, q.Validate() }

// QueryVariant tells the SDK how a Query is decoded: unknown fields are errors.
func QueryVariant() variants.DataqueryConfig {
	decode := func(raw []byte) (variants.Dataquery, error) {
		var q Query
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&q); err != nil {
			return nil, err
		}
		return q, q.Validate()
	}
	return variants.DataqueryConfig{Identifier: ClickHousePlugin, DataqueryUnmarshaler: decode, StrictDataqueryUnmarshaler: decode}
}

func clickHouse() common.DataSourceRef { return reference(ClickHousePlugin, "${datasource}") }
func loki() common.DataSourceRef       { return reference("loki", "${loki}") }

func reference(plugin, uid string) common.DataSourceRef {
	return common.DataSourceRef{Type: &plugin, Uid: &uid}
}

func ask(refID string, format int, sql string) Query {
	ds := clickHouse()
	return Query{RefID: refID, Datasource: &ds, EditorType: "sql", QueryType: queryTypes[format], Format: format, RawSQL: trim(sql)}
}
