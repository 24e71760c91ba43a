// Package grafana writes the dashboards of deploy/grafana: what each asks of
// ClickHouse, how it is drawn, and where a click leads. The program in generate
// writes them as JSON, which is committed.
//
// Dashboards read the views v_* only. Every panel names its datasource by a
// variable, every query over a table is bounded by the time range or by an id,
// and by a LIMIT. A row leads to the session page of uctraced and to its raw
// lines in Loki.
package grafana
