package wire_test

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

var (
	samplePrint = schemas.FingerprintOf([]byte("sample"))
	sampleFile  = schemas.File{
		Path:        "bundle.zip!cm/trace/ccm/sdl/SDL001_100_000001.txt.gz",
		Fingerprint: samplePrint,
		Source:      schemas.CUCMSDL,
		Cluster:     "lab",
		Node:        "cucm-pub",
		Zone:        "-04:00",
	}
	sampleTime     = time.Date(2026, 3, 1, 23, 59, 59, 999_999_000, time.UTC)
	sampleProblems = []schemas.Problem{
		{File: "bundle.zip", Message: "archive ends early", Hint: "collect it again", Unread: true},
		{File: "a.txt", Line: 7, Message: "invalid UTF-8"},
	}
)

// sampleRecords holds every shape of record: dated, bare time of day, no time,
// nanoseconds, several lines, glued, cut, headless, another source.
func sampleRecords() *schemas.RecordBatch {
	b := &schemas.RecordBatch{File: sampleFile, Start: 1 << 33, EOF: true, Problems: sampleProblems, Context: []byte("00000000 1,100,14,7")}
	line := 41
	add := func(text string, rec schemas.Record) {
		rec.Line, rec.Offset = line, b.Start+int64(len(b.Blob))
		rec.ID = samplePrint.ID(rec.Offset)
		b.Blob = append(b.Blob, text...)
		rec.Text = []byte(text)
		b.Records = append(b.Records, rec)
	}
	sdl := schemas.CUCMSDL
	add("left over\r\n", schemas.Record{Source: sdl, Lines: 1})
	line++
	add("00000001.000 |23:59:59.999 |SdlSig   |x\n", schemas.Record{Source: sdl, Lines: 1, Head: true, Time: sampleTime})
	line++
	add("00000002.000 |00:00:00.001 |AppInfo  |a\nb\nc\n", schemas.Record{Source: sdl, Lines: 3, Head: true, Time: sampleTime.Add(2 * time.Millisecond)})
	line += 3
	add("half a line ", schemas.Record{Source: sdl, Lines: 1, Head: true, Time: time.Date(1, 1, 1, 7, 8, 9, 123_456_789, time.UTC)})
	add("00000003.000 |glued\n", schemas.Record{Source: sdl, Lines: 1, Head: true, Glued: true, Cut: true, Time: sampleTime})
	line += 5
	add("other source, lines skipped\n", schemas.Record{Source: schemas.SIPClient, Lines: 1, Head: true, Time: sampleTime.Add(-time.Hour)})
	line++
	add("no line end", schemas.Record{Source: schemas.SIPClient, Lines: 1, Head: true, Time: sampleTime.Add(time.Nanosecond)})
	b.End = b.Start + int64(len(b.Blob))
	return b
}

func sampleEvents() *schemas.EventBatch {
	return &schemas.EventBatch{
		Span: schemas.Span{
			File: sampleFile, Start: 100, End: 5000, From: sampleTime, To: sampleTime.Add(time.Minute),
			Lines: 12, Records: 9, Events: 3, Silent: 4, Unparsed: 1, Headless: 1, Repaired: 2, Damaged: 3,
			EOF: true, Problems: sampleProblems,
		},
		Events: []schemas.Event{
			{
				ID: samplePrint.ID(100), Record: samplePrint.ID(100), Time: sampleTime,
				Source: schemas.CUCMSDL, Cluster: "lab", Node: "cucm-pub", File: sampleFile.Path, Line: 3,
				Kind: schemas.KindSIPMessage,
				Keys: []schemas.Key{
					{Type: schemas.KeyCallID, Value: "1a2b@192.0.2.10"},
					{Type: schemas.KeyCI, Value: "31415926", Scope: "lab"},
				},
				Attrs: []schemas.Attr{{Name: "from_user", Value: "1001"}, {Name: "device", Value: "SEP001122334455"}},
				SIP: &schemas.SIP{
					Direction: schemas.In, Transport: "tcp", Peer: "192.0.2.10:5060", Local: "192.0.2.1:5060",
					Method: "INVITE", RequestURI: "sip:1002@192.0.2.1", Status: 503, Reason: "Service Unavailable",
					CSeq: "101 INVITE", CallID: "1a2b@192.0.2.10", From: "<sip:1001@192.0.2.10>;tag=1",
					To: "<sip:1002@192.0.2.1>", Contact: "<sip:1001@192.0.2.10:5060>", UserAgent: "Cisco-CP8861",
					SessionID: "ab;remote=cd", Date: sampleTime.Truncate(time.Second),
					ReasonHeader: "Q.850;cause=41", Warning: `399 x "y"`, SDP: true, Wire: true, Truncated: true,
				},
				Text: "INVITE sip:1002@192.0.2.1 SIP/2.0", Repairs: []string{"quotes", "glued"},
			},
			{
				ID: samplePrint.ID(101), Record: samplePrint.ID(100), Time: time.Date(1, 1, 1, 7, 8, 9, 1, time.UTC),
				Source: schemas.ExpresswayXCP, Node: "vcse", File: "other.txt", Line: 4,
				Kind: schemas.KindDialbackResult,
				XMPP: &schemas.XMPP{
					Stanza: "db:result", From: "a.example", To: "b.example", ID: "i", Type: "valid",
					Direction: schemas.Out, Role: schemas.Receiving,
				},
				Text: "übung",
			},
			{ID: samplePrint.ID(102), Record: samplePrint.ID(102), Source: schemas.ExpresswayXCP, Kind: schemas.KindGap},
		},
	}
}

func sampleSessions() []schemas.Session {
	return []schemas.Session{
		{
			ID: schemas.HashID("session"), Version: 1<<63 + 5, Kind: schemas.SessionLogin,
			Outcome: schemas.OutcomeFailed, Cluster: "lab", Start: sampleTime, End: sampleTime.Add(time.Second),
			Keys:    []schemas.Key{{Type: schemas.KeyUser, Value: "alice", Scope: "lab"}},
			Nodes:   []string{"pc", "cucm-pub"},
			Sources: []schemas.Source{schemas.JabberCSF, schemas.CUCMSDL},
			Stages: []schemas.Stage{
				{Name: "start", Start: sampleTime, End: sampleTime, Outcome: schemas.OutcomeOK},
				{Name: "uds-auth", Outcome: schemas.OutcomeFailed},
			},
			Summary: "alice could not sign in", Events: []schemas.ID{samplePrint.ID(1), samplePrint.ID(2)}, EventCount: 2500,
			Joins: []schemas.Join{{
				A: schemas.Key{Type: schemas.KeyCallID, Value: "a@b"}, B: schemas.Key{Type: schemas.KeyCI, Value: "31415926", Scope: "lab"},
				Event: samplePrint.ID(1), Reason: "the call log names both", Confidence: schemas.Certain,
			}},
		},
		{ID: schemas.HashID("gone"), Version: 2, Deleted: true},
	}
}

// sampleSeen is a session with what came later than version 1.
func sampleSeen() []schemas.Session {
	return []schemas.Session{{
		ID: schemas.HashID("seen"), Version: 3, Kind: schemas.SessionCall, Outcome: schemas.OutcomeOK, Start: sampleTime, End: sampleTime,
		Sights: []schemas.Sight{
			{Node: "cucm-pub", Source: schemas.CUCMSDL, Events: 12},
			{Source: schemas.ExpresswayTVCS, Events: 1, Levels: []string{"debug", "info"}},
		},
		Coverage: []schemas.Coverage{{Subject: "SIP on exp-e", Why: "network.sip is at INFO"}, {Subject: "calls", Observable: true, Why: "a log of it was given"}},
		Skews: []schemas.Skew{
			{Node: "exp-e", Against: "cucm-pub", Offset: -16 * time.Second, Within: time.Millisecond, Facts: 4},
			{File: "jabber.log", Against: "cucm-pub", Offset: time.Hour},
		},
	}}
}

// sampleSince are a session and a finding with the time of what names them, and
// the revisions that withdraw them.
func sampleSince() ([]schemas.Session, []schemas.Finding) {
	sessions := []schemas.Session{
		{ID: schemas.HashID("since"), Version: 3, Kind: schemas.SessionCall, Since: sampleTime, Start: sampleTime, End: sampleTime},
		{ID: schemas.HashID("gone"), Version: 4, Deleted: true, Kind: schemas.SessionCall, Since: sampleTime},
	}
	findings := []schemas.Finding{
		{ID: schemas.HashID("since"), Version: 3, Rule: "sip.timeout", Since: sampleTime, Time: sampleTime, First: sampleTime, Last: sampleTime},
		{ID: schemas.HashID("gone"), Version: 4, Deleted: true, Rule: "sip.timeout", Since: sampleTime},
	}
	return sessions, findings
}

func sampleCoverage() []schemas.LogCoverage {
	return []schemas.LogCoverage{
		{
			ID: schemas.HashID("coverage"), Version: 7, Cluster: "lab", Node: "cucm-pub", Source: schemas.CUCMSDL,
			Files: 2, Bytes: 1 << 40, Lines: 900, Records: 800, Events: 70, Unparsed: 6, Damaged: 5, Levels: []string{"debug"},
			First: sampleTime, Last: sampleTime.Add(time.Hour), Sequence: 1 << 50,
			Gaps: []schemas.LogGap{
				{File: "a.txt", Line: 7, From: sampleTime, To: sampleTime.Add(time.Second), Missing: 4000, Why: "numbers are missing"},
				{File: "b.txt", Why: "file cut"},
			},
			GapCount: 30, Missing: 90_000,
		},
		{ID: schemas.HashID("other"), Version: 1, Source: schemas.JabberCSF},
	}
}

func sampleFindings() []schemas.Finding {
	return []schemas.Finding{
		{
			ID: schemas.HashID("finding"), Version: 3, Rule: "sip.timeout", Severity: schemas.Critical,
			Session: schemas.HashID("session"), Cluster: "lab", Time: sampleTime,
			Summary: "no answer", Cause: "the peer is down", Fix: []string{"start it", "check the trunk"}, Stage: "sip-register",
			Evidence: []schemas.Evidence{{Event: samplePrint.ID(1), File: "a.txt", Line: 3, Role: schemas.Proves, Text: "INVITE"}},
			Keys:     []schemas.Key{{Type: schemas.KeyDN, Value: "1001", Scope: "lab"}},
			Count:    4, First: sampleTime, Last: sampleTime.Add(time.Hour),
		},
		{ID: schemas.HashID("withdrawn"), Version: 9, Deleted: true},
	}
}

// load makes a batch of the size and shape of a busy SDL trace: one line in
// five is a message of several lines.
func load() *schemas.RecordBatch {
	b := &schemas.RecordBatch{File: sampleFile, Start: 1 << 20}
	line, at := 1, sampleTime
	for i := 0; len(b.Blob) < schemas.MaxBatch; i++ {
		text := fmt.Sprintf("%08d.000 |16:23:08.%03d |SdlSig   |StationRegister |wait |StationInit(1,100,73,%d) |StationD(1,100,72,%d) |1,100,14,%d^192.0.2.%d^SEP00112233%04X |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]\n", i, i%1000, i*7, i*13, i*31, i%250, i)
		lines := 1
		if i%5 == 0 {
			text += fmt.Sprintf("INVITE sip:%d@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.%d:5060;branch=z9hG4bK%x\r\nCall-ID: %x@192.0.2.9\r\n\r\n", i, i%250, i*977, i*1009)
			lines = 5
		}
		at = at.Add(time.Duration(i%7) * time.Millisecond)
		off := b.Start + int64(len(b.Blob))
		b.Records = append(b.Records, schemas.Record{
			ID: samplePrint.ID(off), Source: schemas.CUCMSDL, Time: at, Line: line, Lines: lines, Offset: off, Head: true,
			Text: []byte(text),
		})
		b.Blob = append(b.Blob, text...)
		line += lines
	}
	b.End = b.Start + int64(len(b.Blob))
	return b
}

// manyEvents makes n events like those of one busy trunk.
func manyEvents(n int) *schemas.EventBatch {
	b := &schemas.EventBatch{Span: sampleEvents().Span}
	for i := range n {
		e := sampleEvents().Events[0]
		sip := *e.SIP
		e.ID, e.Record = samplePrint.ID(int64(i*700)), samplePrint.ID(int64(i*700))
		e.Time, e.Line = sampleTime.Add(time.Duration(i)*time.Millisecond), 10*i
		sip.CallID = fmt.Sprintf("%08x-%d@192.0.2.10", i*2654435761, i)
		e.SIP = &sip
		e.Keys = []schemas.Key{{Type: schemas.KeyCallID, Value: sip.CallID}, e.Keys[1]}
		e.Text = fmt.Sprintf("%08d.000 |16:23:08.%03d |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 192.0.2.10 on port 5060 index %d with 1234 bytes: INVITE", i, i%1000, i)
		b.Events = append(b.Events, e)
	}
	b.Span.Events = n
	return b
}

func sampleAgent() *schemas.AgentStatus {
	return &schemas.AgentStatus{
		Agent: "collector-1", Cluster: "lab", Host: "logs1.example", Version: "v1.2.3", Config: "0123456789ab",
		Started: sampleTime.Add(-time.Hour), Time: sampleTime, Every: 15 * time.Second, Stopped: true,
		Files: 12, Unreadable: 1, Behind: 4096, Lag: 90 * time.Second, Unacked: 3,
		Bytes: 1 << 40, Records: 1 << 33, Headless: 7, ProblemCount: 9, Problems: sampleProblems,
		Sources: []schemas.AgentSource{{Source: schemas.CUCMSDL, Records: 100, Last: sampleTime}, {Source: schemas.Unknown}},
		Away:    []schemas.AgentAway{{Cluster: "lab", Agent: "collector-2", Silent: sampleTime}, {Agent: "c", Lags: sampleTime}},
	}
}
