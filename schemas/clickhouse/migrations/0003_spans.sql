-- The ledger: what became of each run of records. The spans of a file tile it.
-- A span that covers bytes is keyed by them. One that covers none only says
-- something, that the end was reached or what was wrong, and there may be
-- several at one offset: part is a hash of what it says, and of the path where
-- an input could not be read at all and so has no fingerprint. It is empty for
-- all others. batch is the message of the records stream that the records came
-- in, 0 when that is not known: as long as the stream holds it, it has their text.
CREATE TABLE IF NOT EXISTS spans
(
    fingerprint FixedString(10),
    start UInt64 CODEC(Delta(8), ZSTD(1)),
    end UInt64 CODEC(Delta(8), ZSTD(1)),
    part String CODEC(ZSTD(1)),
    file LowCardinality(String) CODEC(ZSTD(1)),
    source LowCardinality(String) CODEC(ZSTD(1)),
    cluster LowCardinality(String) CODEC(ZSTD(1)),
    node LowCardinality(String) CODEC(ZSTD(1)),
    first_time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    last_time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
    lines UInt32 CODEC(ZSTD(1)),
    records UInt32 CODEC(ZSTD(1)),
    events UInt32 CODEC(ZSTD(1)),
    silent UInt32 CODEC(ZSTD(1)),
    unparsed UInt32 CODEC(ZSTD(1)),
    headless UInt32 CODEC(ZSTD(1)),
    repaired UInt32 CODEC(ZSTD(1)),
    damaged UInt32 CODEC(ZSTD(1)),
    eof UInt8 CODEC(ZSTD(1)),
    problem_files Array(String) CODEC(ZSTD(1)),
    problem_lines Array(UInt32) CODEC(ZSTD(1)),
    problem_messages Array(String) CODEC(ZSTD(1)),
    problem_hints Array(String) CODEC(ZSTD(1)),
    problem_unread Array(UInt8) CODEC(ZSTD(1)),
    batch UInt64 CODEC(Delta(8), ZSTD(1)),
    inserted_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta(8), ZSTD(1))
)
ENGINE = ReplacingMergeTree(inserted_at)
ORDER BY (fingerprint, start, end, part)
SETTINGS non_replicated_deduplication_window = 10000
