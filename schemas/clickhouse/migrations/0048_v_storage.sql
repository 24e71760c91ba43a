-- What each table takes on the disk. Whoever asks needs SELECT on system.parts.
CREATE VIEW IF NOT EXISTS v_storage AS
SELECT
    table,
    sum(rows) AS stored_rows,
    sum(bytes_on_disk) AS disk_bytes,
    sum(data_uncompressed_bytes) AS raw_bytes,
    count() AS parts,
    uniqExact(partition) AS partitions,
    max(modification_time) AS changed_at
FROM system.parts
WHERE active AND database = currentDatabase()
GROUP BY table
