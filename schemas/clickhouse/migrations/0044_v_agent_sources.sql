-- What each agent has read of each kind of log since it was started, as it was
-- heard last. last is the latest time of a record, 1970-01-01 when none had one.
CREATE VIEW IF NOT EXISTS v_agent_sources AS
SELECT
    cluster, agent, state, time,
    item.1 AS source,
    item.2 AS records,
    item.3 AS last
FROM v_agents
ARRAY JOIN arrayZip(sources, source_records, source_last) AS item
