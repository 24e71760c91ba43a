-- The events of one session, found by primary key:
--   SELECT * FROM v_session_timeline(session = '…32 hex digits…') ORDER BY time, raw_id
CREATE VIEW IF NOT EXISTS v_session_timeline AS
SELECT *
FROM v_events
WHERE raw_id IN (SELECT arrayJoin(events) FROM sessions FINAL WHERE id = unhex({session:String}) AND is_deleted = 0)
