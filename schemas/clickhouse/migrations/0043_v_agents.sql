-- The agents that were heard within seven days, as they were heard last. state
-- is judged by the clock of the server: stopped in an orderly way, silent for
-- four times what it promised and a minute at least, lagging by five minutes or
-- more, or current. The findings agent.silent and agent.lagging say the same by
-- the time of the stream.
CREATE VIEW IF NOT EXISTS v_agents AS
SELECT
    cluster, agent,
    multiIf(
        stopped = 1, 'stopped',
        silent_for > greatest(4 * every, 60), 'silent',
        lag >= 300, 'lagging',
        'current') AS state,
    heard AS time,
    greatest(0, toFloat64(now64(3)) - toFloat64(heard)) AS silent_for,
    said, started, host, version, config, every,
    files, unreadable, behind_bytes, lag, unacked, read_bytes, records, headless, problems,
    problem_files, problem_lines, problem_messages, problem_hints,
    sources, source_records, source_last,
    round(toFloat64(said) - toFloat64(heard), 3) AS clock_ahead
FROM agents
WHERE (cluster, agent, heard) IN
(
    SELECT cluster, agent, max(heard)
    FROM agents
    WHERE heard > now64(6) - INTERVAL 7 DAY
    GROUP BY cluster, agent
)
LIMIT 1 BY cluster, agent
