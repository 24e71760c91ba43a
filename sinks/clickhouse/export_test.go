package clickhouse

// Apply lets tests migrate with statements of their own.
var Apply = apply
