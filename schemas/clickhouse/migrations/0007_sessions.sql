-- One row per revision of a session, the highest version of an id holds. Zero
-- times are 1970-01-01. since, the time of the event that names the session, and
-- kind are the same in all revisions, so that they stand side by side: start may
-- move. joins, sights, coverage and skews are lists, one column a field.
-- A text index on keys would take 48 B a session, more than half of all columns.
CREATE TABLE IF NOT EXISTS sessions
(
    id FixedString(16),
    version UInt64 CODEC(Delta(8), ZSTD(1)),
    is_deleted UInt8 CODEC(ZSTD(1)),
    since DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
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
    join_a_keys Array(String) CODEC(ZSTD(1)),
    join_a_scopes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    join_b_keys Array(String) CODEC(ZSTD(1)),
    join_b_scopes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    join_events Array(FixedString(16)) CODEC(ZSTD(1)),
    join_reasons Array(LowCardinality(String)) CODEC(ZSTD(1)),
    join_confidences Array(LowCardinality(String)) CODEC(ZSTD(1)),
    sight_nodes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    sight_sources Array(LowCardinality(String)) CODEC(ZSTD(1)),
    sight_events Array(UInt32) CODEC(ZSTD(1)),
    sight_levels Array(LowCardinality(String)) CODEC(ZSTD(1)),
    coverage_subjects Array(LowCardinality(String)) CODEC(ZSTD(1)),
    coverage_observable Array(UInt8) CODEC(ZSTD(1)),
    coverage_whys Array(String) CODEC(ZSTD(1)),
    skew_nodes Array(LowCardinality(String)) CODEC(ZSTD(1)),
    skew_files Array(LowCardinality(String)) CODEC(ZSTD(1)),
    skew_against Array(LowCardinality(String)) CODEC(ZSTD(1)),
    skew_offsets Array(Int64) CODEC(ZSTD(1)),
    skew_withins Array(Int64) CODEC(ZSTD(1)),
    skew_facts Array(UInt32) CODEC(ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1)),
    INDEX ix_id id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX ix_start start TYPE minmax GRANULARITY 1,
    INDEX ix_events events TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_keys keys TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version, is_deleted)
PARTITION BY toYYYYMM(since)
ORDER BY (toStartOfHour(since), kind, id)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, materialize_ttl_recalculate_only = 1
