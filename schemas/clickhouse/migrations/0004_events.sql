-- One row per event, a fact that never changes. dated says what time is worth:
-- 2 a date and a time, 1 a time of day on 1970-01-01, 0 nothing. keys are
-- "type:value", their scopes stand in key_scopes. attr_names and attr_values are
-- the attributes, the view makes a map of them, which is dear to insert. flags
-- are bits: 1 has SIP, 2 has XMPP, of a SIP message 4 has SDP, 8 crossed the
-- wire, 16 is truncated. record_xor is the id of the record, xor id: nearly all
-- zero, so it takes no space.
--
-- A window of time is a range of the primary key, inside of five minutes equal
-- kinds lie together, and of those the lines of a file. Files begin with random
-- ids, so in the order of ids a granule would hold small files from all over
-- the day. One event is found by the filter on its id, or faster by v_event.
-- Partitions are days of the event, what has no date is in 1970-01-01. Parts
-- are compact, two files instead of a hundred, until merges have made them big:
-- creating files is what small inserts would spend their time on.
CREATE TABLE IF NOT EXISTS events
(
    id FixedString(16) CODEC(ZSTD(1)),
    record_xor FixedString(16) CODEC(ZSTD(1)),
    time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    dated UInt8 CODEC(ZSTD(1)),
    flags UInt8 CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    file LowCardinality(String) CODEC(ZSTD(1)),
    line UInt32 CODEC(Delta(4), ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    keys Array(String) CODEC(ZSTD(1)),
    key_scopes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    attr_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
    attr_values Array(String) CODEC(ZSTD(1)),
    repairs Array(LowCardinality(String)) CODEC(ZSTD(1)),
    body String CODEC(ZSTD(1)),
    sip_direction LowCardinality(String) CODEC(ZSTD(1)),
    sip_transport LowCardinality(String) CODEC(ZSTD(1)),
    sip_peer String CODEC(ZSTD(1)),
    sip_local String CODEC(ZSTD(1)),
    sip_method LowCardinality(String) CODEC(ZSTD(1)),
    sip_request_uri String CODEC(ZSTD(1)),
    sip_status UInt16 CODEC(ZSTD(1)),
    sip_reason LowCardinality(String) CODEC(ZSTD(1)),
    sip_cseq LowCardinality(String) CODEC(ZSTD(1)),
    sip_call_id String CODEC(ZSTD(1)),
    sip_from String CODEC(ZSTD(1)),
    sip_to String CODEC(ZSTD(1)),
    sip_contact String CODEC(ZSTD(1)),
    sip_user_agent LowCardinality(String) CODEC(ZSTD(1)),
    sip_session_id String CODEC(ZSTD(1)),
    sip_date DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    sip_reason_header String CODEC(ZSTD(1)),
    sip_warning String CODEC(ZSTD(1)),
    xmpp_stanza LowCardinality(String) CODEC(ZSTD(1)),
    xmpp_from LowCardinality(String) CODEC(ZSTD(1)),
    xmpp_to LowCardinality(String) CODEC(ZSTD(1)),
    xmpp_id String CODEC(ZSTD(1)),
    xmpp_type LowCardinality(String) CODEC(ZSTD(1)),
    xmpp_direction LowCardinality(String) CODEC(ZSTD(1)),
    xmpp_role LowCardinality(String) CODEC(ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1)),
    INDEX ix_id id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_keys keys TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(inserted_at)
PARTITION BY toYYYYMMDD(time)
ORDER BY (toStartOfFiveMinutes(time), kind, id)
SETTINGS non_replicated_deduplication_window = 10000, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1
