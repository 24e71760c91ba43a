-- Sessions and their stages as the OpenTelemetry exporter would have stored
-- them, for dashboards made for its tables. A session is a root span, TraceId is
-- its id, a stage is a span of it. Duration is in nanoseconds.
CREATE VIEW IF NOT EXISTS otel_traces AS
SELECT
    span.2 AS Timestamp,
    lower(hex(id)) AS TraceId,
    concat(substring(lower(hex(id)), 1, 12), leftPad(lower(hex(toUInt16(span.6))), 4, '0')) AS SpanId,
    if(span.6 = 0, '', concat(substring(lower(hex(id)), 1, 12), '0000')) AS ParentSpanId,
    '' AS TraceState,
    span.1 AS SpanName,
    if(span.6 = 0, 'Server', 'Internal') AS SpanKind,
    if(cluster = '', 'uctrace', toString(cluster)) AS ServiceName,
    map('cluster', toString(cluster), 'nodes', arrayStringConcat(nodes, ','), 'sources', arrayStringConcat(sources, ',')) AS ResourceAttributes,
    'uctrace' AS ScopeName,
    '' AS ScopeVersion,
    map('kind', toString(kind), 'outcome', span.4, 'summary', summary, 'events', toString(event_count), 'keys', arrayStringConcat(keys, ' ')) AS SpanAttributes,
    toUInt64(greatest(dateDiff('microsecond', span.2, span.3), 0)) * 1000 AS Duration,
    multiIf(span.4 = 'failed', 'Error', span.4 = 'ok', 'Ok', 'Unset') AS StatusCode,
    if(span.4 = 'failed', summary, '') AS StatusMessage,
    CAST([] AS Array(DateTime64(6, 'UTC'))) AS `Events.Timestamp`,
    CAST([] AS Array(String)) AS `Events.Name`,
    CAST([] AS Array(Map(String, String))) AS `Events.Attributes`,
    CAST([] AS Array(String)) AS `Links.TraceId`,
    CAST([] AS Array(String)) AS `Links.SpanId`,
    CAST([] AS Array(String)) AS `Links.TraceState`,
    CAST([] AS Array(Map(String, String))) AS `Links.Attributes`,
    start AS SessionStart
FROM sessions FINAL
ARRAY JOIN arrayConcat(
    [(toString(kind), start, end, toString(outcome), '', 0)],
    arrayMap(
        (name, begin, finish, result, number) -> (toString(name), if(begin > toDateTime64('1970-01-02 00:00:00', 6, 'UTC'), begin, start), if(finish > toDateTime64('1970-01-02 00:00:00', 6, 'UTC'), finish, begin), toString(result), '', number),
        stage_names, stage_starts, stage_ends, stage_outcomes, arrayEnumerate(stage_names))) AS span
WHERE is_deleted = 0
