-- One row, made when the database is first opened: a random id that tells this
-- database from one that was emptied, or put in its place.
CREATE TABLE IF NOT EXISTS database_identity
(
    id UUID DEFAULT generateUUIDv4(),
    created_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree
ORDER BY (created_at, id)
