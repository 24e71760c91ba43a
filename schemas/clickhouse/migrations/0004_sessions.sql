-- One row per revision of a session. Zero times are 1970-01-01.
CREATE TABLE IF NOT EXISTS sessions
(
    id FixedString(16),
    version UInt64 CODEC(Delta(8), ZSTD(1)),
    is_deleted UInt8 CODEC(ZSTD(1)),
    kind LowCardinality(String) CODEC(ZSTD(1)),
    outcome LowCardinality(String) CODEC(ZSTD(1)),
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    start DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    end DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    keys Array(String) CODEC(ZSTD(1)),
    key_scopes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    nodes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    sources Array(LowCardinality(String)) CODEC(ZSTD(1)),
    stage_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
    stage_starts Array(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    stage_ends Array(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    stage_outcomes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    summary String CODEC(ZSTD(1)),
    event_count UInt32 CODEC(ZSTD(1)),
    events Array(FixedString(16)) CODEC(ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1)),
    INDEX ix_start start TYPE minmax GRANULARITY 1,
    INDEX ix_keys keys TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_events events TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000
