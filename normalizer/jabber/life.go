package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readLaunch reads that a new process begins to write; the numbers of requests
// and connections begin anew.
//
//	***** Jabber launched, start logging *****
//	Starting new instance of Cisco Jabber
func readLaunch(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	dst = s.event(dst, schemas.KindLogHead, "product", "Jabber")
	s.set(dst, fields{{"started", s.stamp()}})
	return readPlain(s, dst, r)
}

// stamp returns date and time as the head prints them, nil when it does not.
func (s *statement) stamp() []byte {
	line := bytes.TrimPrefix(atHead(s.line), []byte("-- "))
	const stamp = "2006-01-02 15:04:05,000"
	if len(line) < len(stamp) || line[4] != '-' || line[13] != ':' {
		return nil
	}
	return line[:len(stamp)]
}

// readLifecycle reads the state of the client as a whole.
//
//	Changing lifecycle State to: SIGNEDOUT
func readLifecycle(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	return s.received(dst, []byte("lifecycle"), until(after(s.message, ":"), " .,"))
}

// readReportRequest reads that CUCM asked for a problem report.
//
//	sip_platform_reset_req: ***********DEVICE_PRT_REPORT, requested***********
func readReportRequest(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	if !has(s.message, "requested") {
		return dst
	}
	return s.event(dst, schemas.KindLogMarker, "text", "remote problem report requested")
}

// readSearcher reads that the directory does not answer. It is no stage of a
// sign-in: contacts stay without names and photographs.
//
//	failed to get a searcher - COMException [0x80072027]
func readSearcher(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	dst = s.event(dst, schemas.KindAlarmRaised, "name", "directory")
	s.set(dst, fields{{"id", boxed(s.message, "COMException")}, {"text", s.message}, {"app", s.component}})
	return dst
}

// readInitialized reads the end of the stack's initialisation; other
// components print the word too.
//
//	[IMPStackCap::StackManager::initialise] – …Initialized
func readInitialized(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	if !has(s.line, "StackManager::initialise") {
		return dst
	}
	return readPlain(s, dst, r)
}
