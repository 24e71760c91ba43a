-- The tables that were ordered by id alone make room for those that are
-- ordered by time. What they hold is moved by 0028 to 0030.
RENAME TABLE IF EXISTS events TO events_by_id, IF EXISTS sessions TO sessions_by_id, IF EXISTS findings TO findings_by_id
