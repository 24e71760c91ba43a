package flow

import (
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/schemas"
)

// Register makes all metrics of the stages known to r, before a stage runs.
func Register(r *metrics.Registry) {
	newStreamMetrics(r)
	newNormalizerMetrics(r)
	newCorrelatorMetrics(r)
	newStoreMetrics(r)
	NewRawMetrics(r, "")
	newFleetMetrics(r)
}

// streamMetrics count what is wrong with the messages of a stream.
type streamMetrics struct{ lost, undecodable, refused *metrics.Counter }

func newStreamMetrics(r *metrics.Registry) streamMetrics {
	return streamMetrics{
		lost:        r.Counter("uctrace_stage_messages_lost_total", "Messages that left the stream before the stage had read them: the stream is too small or too old.", "stage", "stream"),
		undecodable: r.Counter("uctrace_stage_messages_undecodable_total", "Messages that the stage could not decode. They are left out, or become a problem in the results.", "stage", "stream"),
		refused:     r.Counter("uctrace_stage_messages_refused_total", "Results that their stream will never take, or too large for a message. A problem, or a shorter result, takes their place.", "stage", "stream"),
	}
}

// normalizerMetrics count what became of the records.
type normalizerMetrics struct {
	streamMetrics
	bytes, records, events, silent, unparsed, headless, repaired, damaged, problems *metrics.Counter
}

func newNormalizerMetrics(r *metrics.Registry) normalizerMetrics {
	return normalizerMetrics{
		streamMetrics: newStreamMetrics(r),
		bytes:         r.Counter("uctrace_normalizer_bytes_total", "Log text that was read, by the source of the file.", "source"),
		records:       r.Counter("uctrace_normalizer_records_total", "Records that were read.", "source"),
		events:        r.Counter("uctrace_normalizer_events_total", "Events that were made of the records.", "source"),
		silent:        r.Counter("uctrace_normalizer_records_silent_total", "Records that were understood and state no fact that is kept.", "source"),
		unparsed:      r.Counter("uctrace_normalizer_records_unparsed_total", "Records that no rule understands.", "source"),
		headless:      r.Counter("uctrace_normalizer_records_headless_total", "Records without a head: what stands before the first one, or continues a cut one.", "source"),
		repaired:      r.Counter("uctrace_normalizer_records_repaired_total", "Records that needed a repair.", "source"),
		damaged:       r.Counter("uctrace_normalizer_damaged_bytes_total", "Invalid bytes and replacement characters in the text.", "source"),
		problems:      r.Counter("uctrace_normalizer_problems_total", "Faults of the input that agents and normalizer met; unread says whether a part could not be read.", "source", "unread"),
	}
}

// span counts s.
func (m *normalizerMetrics) span(s *schemas.Span) {
	source := string(s.File.Source)
	m.bytes.Add(int(s.End-s.Start), source)
	m.records.Add(s.Records, source)
	m.events.Add(s.Events, source)
	for _, c := range []struct {
		counter *metrics.Counter
		n       int
	}{{m.silent, s.Silent}, {m.unparsed, s.Unparsed}, {m.headless, s.Headless}, {m.repaired, s.Repaired}, {m.damaged, s.Damaged}} {
		c.counter.Add(c.n, source)
	}
	for i := range s.Problems {
		unread := "no"
		if s.Problems[i].Unread {
			unread = "yes"
		}
		m.problems.Inc(source, unread)
	}
}

// correlatorMetrics tell what the correlator holds and finds.
type correlatorMetrics struct {
	streamMetrics
	heldEvents, heldSessions, heldOpen, heldFindings *metrics.Gauge
	replayed, compacted, sessions, findings          *metrics.Counter
	snapshots                                        *metrics.Counter
	evaluation, replay                               *metrics.Histogram
}

func newCorrelatorMetrics(r *metrics.Registry) correlatorMetrics {
	return correlatorMetrics{
		streamMetrics: newStreamMetrics(r),
		heldEvents:    r.Gauge("uctrace_correlator_events_held", "Events that the correlator keeps in memory."),
		heldSessions:  r.Gauge("uctrace_correlator_sessions_held", "Sessions that the correlator keeps in memory."),
		heldOpen:      r.Gauge("uctrace_correlator_sessions_open", "Sessions in memory that have not ended."),
		heldFindings:  r.Gauge("uctrace_correlator_findings_held", "Findings in memory."),
		replayed:      r.Counter("uctrace_correlator_replayed_messages_total", "Messages that were read again at the start to rebuild the state."),
		snapshots:     r.Counter("uctrace_correlator_snapshots_total", "Snapshots of the correlator's state that were stored."),
		compacted:     r.Counter("uctrace_correlator_compacted_events_total", "Events that were let go because what they belong to has come to rest."),
		sessions:      r.Counter("uctrace_correlator_session_revisions_total", "Revisions of sessions that were published; change is stated or withdrawn.", "kind", "change"),
		findings:      newFindingCounter(r),
		evaluation:    r.Histogram("uctrace_correlator_evaluation_duration_seconds", "One evaluation, without the publishing of its results.", metrics.Durations),
		replay:        r.Histogram("uctrace_correlator_replay_duration_seconds", "The replay at the start.", []float64{.1, 1, 10, 60, 300, 1800}),
	}
}

// changed counts revisions.
func (m *correlatorMetrics) changed(ch *correlator.Changes) {
	for i := range ch.Sessions {
		s := &ch.Sessions[i]
		m.sessions.Inc(string(s.Kind), changeOf(s.Deleted))
	}
	for i := range ch.Findings {
		countFinding(m.findings, &ch.Findings[i])
	}
}

func countFinding(c *metrics.Counter, f *schemas.Finding) {
	severity := f.Severity.String()
	if f.Deleted {
		severity = "" // a withdrawn revision has none
	}
	c.Inc(f.Rule, severity, changeOf(f.Deleted))
}

func newFindingCounter(r *metrics.Registry) *metrics.Counter {
	return r.Counter("uctrace_finding_revisions_total", "Revisions of findings that were published; change is stated or withdrawn.", "rule", "severity", "change")
}

// fleetMetrics tell how the agents are.
type fleetMetrics struct {
	streamMetrics
	agents   *metrics.Gauge
	findings *metrics.Counter
}

func newFleetMetrics(r *metrics.Registry) fleetMetrics {
	return fleetMetrics{
		streamMetrics: newStreamMetrics(r),
		agents:        r.Gauge("uctrace_agents", "Agents by state: current, lagging, silent, or stopped in an orderly way. v_agents says which.", "state"),
		findings:      newFindingCounter(r),
	}
}

func (m *fleetMetrics) states(counts map[string]int) {
	for state, n := range counts {
		m.agents.Set(float64(n), state)
	}
}

func (m *fleetMetrics) found(f *schemas.Finding) { countFinding(m.findings, f) }

func changeOf(withdrawn bool) string {
	if withdrawn {
		return "withdrawn"
	}
	return "stated"
}

// holds tells what is in memory.
func (m *correlatorMetrics) holds(h correlator.Held) {
	m.heldEvents.Set(float64(h.Events))
	m.heldSessions.Set(float64(h.Sessions))
	m.heldOpen.Set(float64(h.Open))
	m.heldFindings.Set(float64(h.Findings))
}

// storeMetrics tell how a sink takes what it is given.
type storeMetrics struct {
	streamMetrics
	rows, batches, retries, dead *metrics.Counter
	duration                     *metrics.Histogram
	waiting                      *metrics.Gauge
}

func newStoreMetrics(r *metrics.Registry) storeMetrics {
	return storeMetrics{
		streamMetrics: newStreamMetrics(r),
		rows:          r.Counter("uctrace_sink_rows_total", "Rows that the sink has stored.", "sink", "table"),
		batches:       r.Counter("uctrace_sink_batches_total", "Batches that the sink has stored.", "sink", "stream"),
		retries:       r.Counter("uctrace_sink_retries_total", "Attempts to store a batch that failed and are made again.", "sink", "stream", "reason"),
		dead:          r.Counter("uctrace_sink_dead_letters_total", "Rows that the sink refused for good and that were kept aside in dead-letter.jsonl.", "sink", "stream", "reason"),
		duration:      r.Histogram("uctrace_sink_write_duration_seconds", "One attempt to store a batch, successful or not.", metrics.Durations, "sink", "stream"),
		waiting:       r.Gauge("uctrace_sink_waiting", "1 while the sink does not take a batch and it is tried again.", "sink", "stream"),
	}
}

// stored counts the rows of b.
func (m *storeMetrics) stored(sink string, stream schemas.Stream, b *schemas.SinkBatch) {
	m.batches.Inc(sink, stream.Name)
	for _, t := range []struct {
		table string
		n     int
	}{{"spans", len(b.Spans)}, {"events", len(b.Events)}, {"sessions", len(b.Sessions)}, {"findings", len(b.Findings)}, {"coverage", len(b.Coverage)}, {"agents", len(b.Agents)}} {
		if t.n > 0 {
			m.rows.Add(t.n, sink, t.table)
		}
	}
}

// RawMetrics tell how a schemas.RawSink takes what it is given: the sink calls
// the methods.
type RawMetrics struct {
	storeMetrics
	leftOut *metrics.Counter
	sink    string
}

// NewRawMetrics returns those of the sink called sink.
func NewRawMetrics(r *metrics.Registry, sink string) *RawMetrics {
	return &RawMetrics{
		storeMetrics: newStoreMetrics(r), sink: sink,
		leftOut: r.Counter("uctrace_sink_left_out_total", "Records that the sink of raw lines leaves out, by reason: blank ones have no visible character.", "sink", "reason"),
	}
}

// Stored counts lines; their size is not kept.
func (m *RawMetrics) Stored(lines, _ int) { m.rows.Add(lines, m.sink, "lines") }

// LeftOut counts a blank record.
func (m *RawMetrics) LeftOut() { m.leftOut.Inc(m.sink, "blank") }

// Retried counts a push that is made again.
func (m *RawMetrics) Retried(reason string) {
	m.retries.Inc(m.sink, schemas.StreamRecords.Name, reason)
}

// Refused counts a line in the dead letters.
func (m *RawMetrics) Refused(reason string) {
	m.dead.Inc(m.sink, schemas.StreamRecords.Name, reason)
}

// Waiting tells whether the sink takes nothing at the moment.
func (m *RawMetrics) Waiting(now bool) {
	v := 0.0
	if now {
		v = 1
	}
	m.waiting.Set(v, m.sink, schemas.StreamRecords.Name)
}

// Register makes what w sees known to r.
func (w *Watch) Register(r *metrics.Registry) {
	perStream := func(name, help string, kind metrics.Kind, value func(bus.Info) float64) {
		r.Read(kind, name, help, []string{"stream"}, func(emit metrics.Emit) {
			for name, info := range w.Last().Streams {
				emit(value(info), name)
			}
		})
	}
	perStream("uctrace_stream_messages", "Messages in the stream.", metrics.KindGauge, func(s bus.Info) float64 { return float64(s.Msgs) })
	perStream("uctrace_stream_bytes", "Size of the stream.", metrics.KindGauge, func(s bus.Info) float64 { return float64(s.Bytes) })
	perStream("uctrace_stream_limit_bytes", "Size at which the stream takes no more and its writers wait.", metrics.KindGauge, func(s bus.Info) float64 { return float64(s.MaxBytes) })
	perStream("uctrace_stream_stored_messages_total", "Messages that the stream has ever taken.", metrics.KindCounter, func(s bus.Info) float64 { return float64(s.Last) })

	perStage := func(name, help string, value func(*Lag) float64) {
		r.Read(metrics.KindGauge, name, help, []string{"stage", "stream"}, func(emit metrics.Emit) {
			lags := w.Last().Lags
			for i := range lags {
				emit(value(&lags[i]), lags[i].Stage, lags[i].Stream)
			}
		})
	}
	perStage("uctrace_stage_lag_messages", "Messages in the stream that the stage has not worked off.", func(l *Lag) float64 { return float64(l.Messages) })
	perStage("uctrace_stage_lag_seconds", "Age of the oldest message that the stage has not worked off, 0 when there is none.", func(l *Lag) float64 { return l.Age.Seconds() })
	perStage("uctrace_stage_still_seconds", "For how long the stage has had messages to work off and has not moved.", func(l *Lag) float64 { return l.Still.Seconds() })
	r.Read(metrics.KindGauge, "uctrace_streams_seen_timestamp_seconds", "When the streams were looked at last; older than half a minute means that NATS does not answer.", nil, func(emit metrics.Emit) {
		if at := w.Last().At; !at.IsZero() {
			emit(float64(at.UnixNano()) / 1e9)
		}
	})
}
