-- Events as the OpenTelemetry exporter would have stored them, for dashboards
-- made for its tables. SpanId is the end of the event's id.
CREATE VIEW IF NOT EXISTS otel_logs AS
SELECT
    time AS Timestamp,
    toDateTime(time) AS TimestampTime,
    '' AS TraceId,
    lower(hex(substring(e.id, 9, 8))) AS SpanId,
    toUInt8(0) AS TraceFlags,
    multiIf(
        kind = 'log.unparsed' OR kind = 'log.gap' OR endsWith(kind, '.error'), 'WARN',
        attr_values[indexOf(attr_names, 'outcome')] = 'fail' OR sip_status >= 400 OR kind = 'alarm.raised', 'ERROR',
        'INFO') AS SeverityText,
    toUInt8(transform(SeverityText, ['INFO', 'WARN', 'ERROR'], [9, 13, 17], 0)) AS SeverityNumber,
    toString(source) AS ServiceName,
    body AS Body,
    '' AS ResourceSchemaUrl,
    map('cluster', toString(cluster), 'node', toString(node), 'file', toString(file), 'line', toString(line)) AS ResourceAttributes,
    '' AS ScopeSchemaUrl,
    'uctrace' AS ScopeName,
    '' AS ScopeVersion,
    CAST(map() AS Map(String, String)) AS ScopeAttributes,
    mapFromArrays(arrayConcat(attr_names, ['event_id']), arrayConcat(attr_values, [lower(hex(e.id))])) AS LogAttributes,
    toString(kind) AS EventName
FROM events AS e FINAL
