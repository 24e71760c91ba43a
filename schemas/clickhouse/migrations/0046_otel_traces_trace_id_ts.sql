-- When a trace was, for what reads otel_traces by its id.
CREATE VIEW IF NOT EXISTS otel_traces_trace_id_ts AS
SELECT lower(hex(id)) AS TraceId, start AS Start, end AS End
FROM sessions FINAL
WHERE is_deleted = 0
