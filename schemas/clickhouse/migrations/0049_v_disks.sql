-- How full the disks of the database are. Whoever asks needs SELECT on
-- system.disks.
CREATE VIEW IF NOT EXISTS v_disks AS
SELECT name AS disk, total_space AS total_bytes, free_space AS free_bytes, 1 - free_space / greatest(total_space, 1) AS used
FROM system.disks
