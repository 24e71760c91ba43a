-- One row per fault of an input.
CREATE VIEW IF NOT EXISTS v_problems AS
SELECT
    lower(hex(s.fingerprint)) AS fingerprint,
    s.source AS source, s.cluster AS cluster, s.node AS node,
    p.1 AS file,
    p.2 AS line,
    p.3 AS message,
    p.4 AS hint,
    toBool(p.5) AS unread,
    s.inserted_at AS inserted_at
FROM spans AS s FINAL
ARRAY JOIN arrayZip(problem_files, problem_lines, problem_messages, problem_hints, problem_unread) AS p
