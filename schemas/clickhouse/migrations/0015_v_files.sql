-- One row per file. tiled is true when a chain of spans, each beginning where
-- the one before it ends, leads from 0 to bytes, complete when the end of the
-- file was reached as well.
--
-- Two agents that read one file cut it at different records, and their spans
-- overlap. A chain takes each byte from one span, and the sums, lines to
-- problems, are those of a chain: what lies inside of its spans or across them
-- is left out, as another report of the same bytes. Cuts are between records,
-- so every chain to an offset has the same sums, and one is kept for each that
-- a later span may still begin at. Where no span goes on, the chain that got
-- farthest goes on behind the gap. A chain is (gaps, end, sums), a part (start,
-- end). A span that covers no bytes has problems and nothing else to count.
CREATE VIEW IF NOT EXISTS v_files AS
SELECT
    fingerprint, file, source, cluster, node, bytes, first_time, last_time,
    chain.3.1 AS lines,
    chain.3.2 AS records,
    chain.3.3 AS events,
    chain.3.4 AS silent,
    chain.3.5 AS unparsed,
    chain.3.6 AS headless,
    chain.3.7 AS repaired,
    chain.3.8 AS damaged,
    chain.3.9 + loose_problems AS problems,
    arrayMap(p -> (p.1, p.2), covers) AS parts,
    toBool(chain.1 = 0 AND chain.2 = covered) AS tiled,
    toBool(tiled AND at_end) AS complete,
    inserted_at
FROM
(
    SELECT
        *,
        arrayFold(
            (chains, p) -> arrayConcat(
                arrayFilter(c -> c.2 >= p.1, chains),
                arrayMap(
                    c -> (c.1 + (c.2 < p.1), p.2, tuplePlus(c.3, p.3)),
                    arrayFilter(c -> (c.2 = p.1 OR (c.2 < p.1 AND c.2 = arrayMax(chains.2))) AND NOT has(chains.2, p.2), chains))),
            covers,
            [(toUInt64(0), toUInt64(0), CAST((0, 0, 0, 0, 0, 0, 0, 0, 0), 'Tuple(UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)'))]) AS chains,
        arraySort(c -> c.2, chains)[-1] AS chain
    FROM
    (
        SELECT
            lower(hex(s.fingerprint)) AS fingerprint,
            argMax(s.file, (s.end, s.inserted_at)) AS file,
            argMax(s.source, (s.end, s.inserted_at)) AS source,
            argMax(s.cluster, (s.end, s.inserted_at)) AS cluster,
            argMax(s.node, (s.end, s.inserted_at)) AS node,
            max(s.end) AS bytes,
            minIf(s.first_time, s.first_time > toDateTime64(0, 6, 'UTC')) AS first_time,
            max(s.last_time) AS last_time,
            sumIf(length(s.problem_messages), s.end = s.start) AS loose_problems,
            max(s.eof) AS at_end,
            max(s.inserted_at) AS inserted_at,
            maxIf(s.end, s.end > s.start) AS covered,
            arraySort(groupArrayIf(
                (s.start, s.end, (
                    toUInt64(s.lines), toUInt64(s.records), toUInt64(s.events), toUInt64(s.silent), toUInt64(s.unparsed),
                    toUInt64(s.headless), toUInt64(s.repaired), toUInt64(s.damaged), length(s.problem_messages))),
                s.end > s.start)) AS covers
        FROM spans AS s FINAL
        GROUP BY s.fingerprint, if(s.fingerprint = toFixedString('', 10), s.file, '')
    )
)
