-- One row per SIP message or summary of one, with what a ladder needs and
-- without the text, to be kept longer than events. endpoint_source says where
-- src and dst come from: socket_line is what the product printed beside the
-- message, calllog a row of the call log, header the top Via, inferred another
-- source, unknown that nobody said. A cause is that of Q.850, 0 for none.
CREATE TABLE IF NOT EXISTS sip_messages
(
    id FixedString(16) CODEC(ZSTD(1)),
    time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    dated UInt8 CODEC(ZSTD(1)),
    flags UInt8 CODEC(ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    file LowCardinality(String) CODEC(ZSTD(1)),
    line UInt32 CODEC(Delta(4), ZSTD(1)),
    direction LowCardinality(String) CODEC(ZSTD(1)),
    transport LowCardinality(String) CODEC(ZSTD(1)),
    src LowCardinality(String) CODEC(ZSTD(1)),
    dst LowCardinality(String) CODEC(ZSTD(1)),
    endpoint_source Enum8('unknown' = 0, 'socket_line' = 1, 'calllog' = 2, 'header' = 3, 'inferred' = 4) CODEC(ZSTD(1)),
    method LowCardinality(String) CODEC(ZSTD(1)),
    status UInt16 CODEC(ZSTD(1)),
    reason LowCardinality(String) CODEC(ZSTD(1)),
    cseq UInt32 CODEC(ZSTD(1)),
    cseq_method LowCardinality(String) CODEC(ZSTD(1)),
    call_id String CODEC(ZSTD(1)),
    session_id_local String CODEC(ZSTD(1)),
    session_id_remote String CODEC(ZSTD(1)),
    from_user LowCardinality(String) CODEC(ZSTD(1)),
    to_user LowCardinality(String) CODEC(ZSTD(1)),
    from_tag String CODEC(ZSTD(1)),
    to_tag String CODEC(ZSTD(1)),
    request_uri LowCardinality(String) CODEC(ZSTD(1)),
    user_agent LowCardinality(String) CODEC(ZSTD(1)),
    device LowCardinality(String) CODEC(ZSTD(1)),
    ci LowCardinality(String) CODEC(ZSTD(1)),
    net_id String CODEC(ZSTD(1)),
    cause UInt16 CODEC(ZSTD(1)),
    reason_header LowCardinality(String) CODEC(ZSTD(1)),
    warning LowCardinality(String) CODEC(ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1)),
    INDEX ix_call_id call_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_session_id (session_id_local, session_id_remote) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(inserted_at)
PARTITION BY toYYYYMMDD(time)
ORDER BY (toStartOfFiveMinutes(time), call_id, id)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1
