-- One row per revision of a finding, the highest version of an id holds. Zero
-- times are 1970-01-01. since, the time of the first proof, and rule are the same
-- in all revisions.
CREATE TABLE IF NOT EXISTS findings
(
    id FixedString(16),
    version UInt64 CODEC(Delta(8), ZSTD(1)),
    is_deleted UInt8 CODEC(ZSTD(1)),
    since DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    rule LowCardinality(String) CODEC(ZSTD(1)),
    severity Enum8('info' = 0, 'low' = 1, 'medium' = 2, 'high' = 3, 'critical' = 4) CODEC(ZSTD(1)),
    session FixedString(16) CODEC(ZSTD(1)),
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    dated UInt8 CODEC(ZSTD(1)),
    summary String CODEC(ZSTD(1)),
    cause String CODEC(ZSTD(1)),
    fix Array(String) CODEC(ZSTD(1)),
    stage LowCardinality(String) CODEC(ZSTD(1)),
    evidence_events Array(FixedString(16)) CODEC(ZSTD(1)),
    evidence_files Array(String) CODEC(ZSTD(1)),
    evidence_lines Array(UInt32) CODEC(ZSTD(1)),
    evidence_roles Array(LowCardinality(String)) CODEC(ZSTD(1)),
    evidence_texts Array(String) CODEC(ZSTD(1)),
    keys Array(String) CODEC(ZSTD(1)),
    key_scopes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    count UInt32 CODEC(ZSTD(1)),
    first_time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    last_time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1)),
    INDEX ix_id id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX ix_session session TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX ix_time time TYPE minmax GRANULARITY 1,
    INDEX ix_inserted_at inserted_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(since)
ORDER BY (toStartOfHour(since), rule, id)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1
