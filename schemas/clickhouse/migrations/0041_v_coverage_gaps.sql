-- One row per part of a log that is missing, the last ones of each. Line is
-- where the log goes on.
CREATE VIEW IF NOT EXISTS v_coverage_gaps AS
SELECT
    cluster, node, source,
    file, line,
    gap_from AS from,
    gap_to AS to,
    gap_missed AS missing,
    why
FROM coverage FINAL
ARRAY JOIN
    gap_files AS file,
    gap_lines AS line,
    gap_froms AS gap_from,
    gap_tos AS gap_to,
    gap_missing AS gap_missed,
    gap_whys AS why
