-- The ledger, repeats folded.
CREATE VIEW IF NOT EXISTS v_spans AS
SELECT
    lower(hex(s.fingerprint)) AS fingerprint,
    file, source, cluster, node,
    start, end, first_time, last_time,
    lines, records, events, silent, unparsed, headless, repaired, damaged,
    toBool(s.eof) AS eof,
    problem_files, problem_lines, problem_messages, problem_hints, problem_unread,
    inserted_at
FROM spans AS s FINAL
