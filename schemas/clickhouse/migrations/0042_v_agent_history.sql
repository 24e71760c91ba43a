-- Every status of every agent. lag and every are seconds; clock_ahead is how far
-- the agent's clock is before that of the stream, what the way took included.
CREATE VIEW IF NOT EXISTS v_agent_history AS
SELECT
    cluster, agent, heard AS time, said, started, host, version, config, every, stopped,
    files, unreadable, behind_bytes, lag, unacked, read_bytes, records, headless, problems,
    problem_files, problem_lines, problem_messages, problem_hints,
    sources, source_records, source_last,
    round(toFloat64(said) - toFloat64(heard), 3) AS clock_ahead,
    inserted_at
FROM agents FINAL
