-- From when to when events with a key were seen, so that whoever looks for a
-- key need not search all days.
CREATE TABLE IF NOT EXISTS key_ts
(
    key String CODEC(ZSTD(1)),
    scope LowCardinality(String) CODEC(ZSTD(1)),
    first SimpleAggregateFunction(min, DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    last SimpleAggregateFunction(max, DateTime64(6, 'UTC')) CODEC(ZSTD(1)),
    inserted_at SimpleAggregateFunction(max, DateTime('UTC')) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (key, scope)
SETTINGS non_replicated_deduplication_window = 10000
