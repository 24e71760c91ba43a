-- One row per status of an agent: the history of the fleet. heard is when the
-- stream took it, said and started are by the agent's own clock. Zero times are
-- 1970-01-01. A status that comes again has the same key.
CREATE TABLE IF NOT EXISTS agents
(
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    agent LowCardinality(String) CODEC(ZSTD(1)),
    heard DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    said DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    started DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    host LowCardinality(String) CODEC(ZSTD(1)),
    version LowCardinality(String) CODEC(ZSTD(1)),
    config LowCardinality(String) CODEC(ZSTD(1)),
    every Float64 CODEC(ZSTD(1)),
    stopped UInt8 CODEC(ZSTD(1)),
    files UInt32 CODEC(Delta(4), ZSTD(1)),
    unreadable UInt32 CODEC(ZSTD(1)),
    behind_bytes UInt64 CODEC(ZSTD(1)),
    lag Float64 CODEC(ZSTD(1)),
    unacked UInt32 CODEC(ZSTD(1)),
    read_bytes UInt64 CODEC(Delta(8), ZSTD(1)),
    records UInt64 CODEC(Delta(8), ZSTD(1)),
    headless UInt64 CODEC(Delta(8), ZSTD(1)),
    problems UInt64 CODEC(ZSTD(1)),
    problem_files Array(String) CODEC(ZSTD(1)),
    problem_lines Array(UInt32) CODEC(ZSTD(1)),
    problem_messages Array(String) CODEC(ZSTD(1)),
    problem_hints Array(String) CODEC(ZSTD(1)),
    sources Array(LowCardinality(String)) CODEC(ZSTD(1)),
    source_records Array(UInt64) CODEC(ZSTD(1)),
    source_last Array(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (cluster, agent, heard)
TTL toDateTime(heard) + INTERVAL 30 DAY
SETTINGS non_replicated_deduplication_window = 10000
