-- One row per revision of what the logs of a cluster, node and source held, the
-- highest version of an id holds. Zero times are 1970-01-01.
CREATE TABLE IF NOT EXISTS coverage
(
    id FixedString(16) CODEC(ZSTD(1)),
    version UInt64 CODEC(Delta(8), ZSTD(1)),
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    files UInt32 CODEC(ZSTD(1)),
    bytes UInt64 CODEC(ZSTD(1)),
    lines UInt64 CODEC(ZSTD(1)),
    records UInt64 CODEC(ZSTD(1)),
    events UInt64 CODEC(ZSTD(1)),
    unparsed UInt64 CODEC(ZSTD(1)),
    damaged UInt64 CODEC(ZSTD(1)),
    levels Array(LowCardinality(String)) CODEC(ZSTD(1)),
    first DateTime64(6, 'UTC') CODEC(ZSTD(1)),
    last DateTime64(6, 'UTC') CODEC(ZSTD(1)),
    sequence UInt64 CODEC(ZSTD(1)),
    gap_files Array(String) CODEC(ZSTD(1)),
    gap_lines Array(UInt32) CODEC(ZSTD(1)),
    gap_froms Array(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    gap_tos Array(DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    gap_missing Array(UInt64) CODEC(ZSTD(1)),
    gap_whys Array(LowCardinality(String)) CODEC(ZSTD(1)),
    gap_count UInt32 CODEC(ZSTD(1)),
    missing UInt64 CODEC(ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000
