package alarm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// quoted appends the alarms that b quotes, the lines of a record of which the
// first is number.
func (s *statement) quoted(dst []schemas.Event, b []byte, number int) []schemas.Event {
	for ; len(b) > 0; number++ {
		var line []byte
		line, b = text.Line(b)
		if bytes.IndexByte(line, '%') < 0 && !bytes.Contains(line, []byte("[Alert")) {
			continue
		}
		line, mended := text.Clean(line[:min(len(line), maxLine)])
		s.mended |= mended
		dst = s.quotedIn(dst, line, 0, number)
		if len(dst) == s.first {
			dst = s.bareAlert(dst, line, number)
		}
	}
	return dst
}

// quotedIn appends the alarms that line quotes behind from; number is that of
// line.
//
//	…[AlertDetail= At Tue Jul 05 12:03:01 EDT 2016 on node 10.1.0.5, the following … events generated: #012SeverityMatch :
//	Critical#012MatchedEvent : Jul 5 12:02:29 cucm-sub1 local7 2 ccm: 6838: cucm-sub1: Jul 05 2016 16:02:29.795 UTC :
//	%UC_CALLMANAGER-2-SignalCongestionEntry: %[…]: …#012AppID : Cisco Syslog Agent#012…
//
// An alert has three clocks: its own, that of the envelope, that of the alarm.
// The last is when the alarm was raised.
func (s *statement) quotedIn(dst []schemas.Event, line []byte, from, number int) []schemas.Event {
	alert := alertName(line)
	for {
		h, ok := findHeader(line, from)
		if !ok {
			return dst
		}
		base := max(from, h.at-maxPrefix)
		from = h.body
		stamp, at, found := stampBefore(line[base:h.at])
		if !found {
			continue
		}
		end := len(line)
		if i := bytes.Index(line[h.body:], []byte("#012")); i >= 0 {
			end = h.body + i
		}
		m := message{header: h, line: number, alert: alert, node: shortHost(hostBefore(line[base : base+at])), whole: line[base+at : end]}
		var raised time.Time
		if stamp.zoned {
			raised = stamp.time(time.Time{}, nearDay(s.record.Time, line))
		}
		var room [maxParams]param
		m.params, m.text = params(room[:0]).read(line[h.body:end], h.name)
		dst = s.message(dst, &m, raised)
	}
}

// nearDay returns a day near an alarm without a year: the record's, or what
// line prints.
func nearDay(record time.Time, line []byte) time.Time {
	if schemas.Dated(record) {
		return record
	}
	return dayIn(line)
}

// alertName returns the name of the alert in line, nil for none.
func alertName(line []byte) []byte {
	for _, mark := range [...]string{"[AlertName=", "RTMT Alert Name:"} {
		if i := bytes.Index(line, []byte(mark)); i >= 0 {
			v := line[i+len(mark):]
			end := 0
			for end < len(v) && word(v[end]) {
				end++
			}
			return v[:end]
		}
	}
	return nil
}

// bareAlert appends the alert in line, which has lost its head and quotes no
// alarm.
//
//	Event Message: (%[AlertName=LowAvailableVirtualMemory][AlertDetail= On Mon …]…
func (s *statement) bareAlert(dst []schemas.Event, line []byte, number int) []schemas.Event {
	at := bytes.Index(line, []byte("[AlertName="))
	if at < 0 {
		return dst
	}
	var room [maxParams]param
	m := message{line: number, whole: line}
	m.params, m.text = params(room[:0]).readTags(line[at:])
	m.header.name = m.params.get("alertname")
	if len(m.header.name) == 0 {
		return dst
	}
	return s.message(dst, &m, time.Time{})
}
