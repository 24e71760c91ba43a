-- What of a session could be seen, and what could not, and why.
CREATE VIEW IF NOT EXISTS v_session_coverage AS
SELECT
    lower(hex(id)) AS session,
    id AS raw_session,
    kind AS session_kind,
    cluster,
    start AS session_start,
    subject,
    toBool(seen) AS observable,
    why
FROM sessions FINAL
ARRAY JOIN coverage_subjects AS subject, coverage_observable AS seen, coverage_whys AS why
WHERE is_deleted = 0
