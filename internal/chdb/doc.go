// Package chdb runs a real ClickHouse inside the process: libchdb, loaded at
// run time without cgo.
//
// Locate finds the library or fetches it once, Open starts the engine on a
// data directory, and the Engine is then reached like any ClickHouse server
// over its HTTP interface: in the process through Transport, which
// clickhouse-go takes as Options.TransportFunc, or over a socket through
// Handler, for Grafana, curl and every other HTTP client.
//
// The package holds no SQL and no schema of uctrace. libchdb can run one
// engine per process, and one process can use a data directory at a time.
package chdb
