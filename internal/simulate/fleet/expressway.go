package fleet

import (
	"fmt"
	"strings"
	"time"
)

// expressway is an Expressway-C or -E.
type expressway struct {
	*host
	pid    int // of its XMPP connection manager
	hash   int
	txn    int
	brief  bool // SIP at INFO: messages are summarised
	number int
}

// log is the log of a diagnostic logging bundle: event log, network log and
// developer log in one.
func (x *expressway) log() *logFile {
	return x.host.log("snapshot", func() *logFile {
		return &logFile{
			every: 8 * time.Second,
			path: func(int) string {
				return fmt.Sprintf("%s/expressway/diagnostic_log_%s_%s/loggingsnapshot_%s_%s.txt", x.site.name, x.name, x.site.w.start.UTC().Format("2006-01-02"), x.name, x.site.w.start.UTC().Format("2006-01-02_15_04_05"))
			},
			beat: x.beat,
		}
	})
}

// beat is a line that a healthy Expressway writes at DEBUG; some are of the
// XMPP process, because only a log with such lines shows what it received.
func (x *expressway) beat(at time.Time) string {
	x.number++
	iso, utc := x.stamp(at)
	switch x.number % 3 {
	case 0:
		return fmt.Sprintf("%s %s tvcs: UTCTime=\"%s\" Module=\"network.sip\" Level=\"DEBUG\":  Detail=\"Zone state: Active\"\n", iso, x.name, utc)
	case 1:
		return fmt.Sprintf("%s %s XCP_CM2[%d]: UTCTime=\"%s\" ThreadID=\"139747212576512\" Module=\"cm-2.%s\" Level=\"VBOSE\" CodeLocation=\"stanza.router.in\" Detail=\"router connection is up\"\n", iso, x.name, x.pid, utc, x.name)
	default:
		return fmt.Sprintf("%s %s UTCTime=\"%s\" Module=\"developer.clusterdb.cdb\" Level=\"INFO\" Node=\"clusterdb@%s\" PID=\"<0.159.0>\" Detail=\"Database is consistent\"\n", iso, x.name, utc, x.fqdn())
	}
}

// stamp returns what every line begins with and its UTCTime field, which is a
// few milliseconds apart from it.
func (x *expressway) stamp(at time.Time) (iso, utc string) {
	t := x.log().clock(at)
	return t.Format("2006-01-02T15:04:05.000-07:00"), t.UTC().Format("2006-01-02 15:04:05,000")
}

// line writes a line of a process that begins with UTCTime.
func (s *story) line(x *expressway, process, module, level, rest string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s %s UTCTime="%s" Module="%s" Level="%s"%s`, iso, x.name, process, utc, module, level, rest))
	s.wait(time.Millisecond)
}

// network writes a line of the network log.
func (s *story) network(x *expressway, module, level, pairs string) {
	s.line(x, "tvcs:", "network."+module, level, ":  "+pairs)
}

// event writes a line of the event log.
func (s *story) event(x *expressway, name, pairs string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s tvcs: Event="%s" %s Level="1" UTCTime="%s"`, iso, x.name, name, pairs, utc))
	s.wait(time.Millisecond)
}

// raise writes an alarm.
func (s *story) raise(x *expressway, id, severity, detail string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s alarm: Level="WARN" Event="Alarm Raised" Id="%s" UUID="%s" Severity="%s" Detail="%s" UTCTime="%s"`,
		iso, x.name, id, "5a1f2c3d-0000-4000-8000-0000000"+id, severity, detail, utc))
	s.wait(time.Millisecond)
}

// lowered writes the end of an alarm.
func (s *story) lowered(x *expressway, id, severity, detail string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s alarm: Level="INFO" Event="Alarm Lowered" Id="%s" UUID="%s" Severity="%s" Detail="%s" UTCTime="%s"`,
		iso, x.name, id, "5a1f2c3d-0000-4000-8000-0000000"+id, severity, detail, utc))
}

// address is one end of a connection.
type address struct {
	ip   string
	port int
}

func (a address) String() string { return fmt.Sprintf("%s:%d", a.ip, a.port) }

// sip writes a SIP message as Expressway does: a summary, and at DEBUG the
// message, each of its lines behind a blank.
func (s *story) sip(x *expressway, received bool, local, peer address, m sipMessage) {
	x.hash++
	hash := fmt.Sprintf("%d%06d", 10_000_000_000+int64(x.hash)*7919, s.rng.IntN(1_000_000))
	action, verb, side := "Sent", "Sending", "Dst"
	if received {
		action, verb, side = "Received", "Receive", "Src"
	}
	ends := fmt.Sprintf(`Action="%s" Local-ip="%s" Local-port="%d" %s-ip="%s" %s-port="%d"`, action, local.ip, local.port, side, peer.ip, side, peer.port)
	local1, remote, _ := strings.Cut(m.header("Session-ID"), ";remote=")
	detail := fmt.Sprintf("CSeq=%s", strings.Fields(m.header("CSeq"))[0])
	rest := fmt.Sprintf("Call-ID=%s, From-Tag=%s, To-Tag=%s, Msg-Hash=%s, Local-SessionID=%s, Remote-SessionID=%s", m.header("Call-ID"), tagOf(m.header("From")), tagOf(m.header("To")), hash, local1, remote)
	to := "To=" + uriOf(m.header("To"))
	if method, request := m.request(); request {
		target := "Request-URI=" + strings.Fields(m.start)[1]
		if method == "REGISTER" {
			target = to
		}
		detail = fmt.Sprintf("%s Request Method=%s, %s, %s, %s", verb, method, detail, target, rest)
	} else {
		detail = fmt.Sprintf("%s Response Code=%s, Method=%s, %s, %s, %s", verb, strings.Fields(m.start)[1], method, detail, to, rest)
	}
	s.network(x, "sip", "INFO", ends+` Detail="`+detail+`"`)
	if x.brief {
		return
	}
	body := strings.ReplaceAll(strings.TrimSuffix(m.String(), "\r\n"), "\r\n", "\n ")
	s.network(x, "sip", "DEBUG", ends+` Msg-Hash="`+hash+"\"\n SIPMSG:\n |"+body+"\n |\n")
}

func tagOf(header string) string {
	_, tag, _ := strings.Cut(header, ";tag=")
	return tag
}

func uriOf(header string) string {
	_, uri, _ := strings.Cut(header, "<")
	uri, _, _ = strings.Cut(uri, ">")
	return uri
}

// http writes an HTTP message as the reverse proxy does.
func (s *story) http(x *expressway, detail, tracking string, peer address, message ...string) {
	iso, utc := x.stamp(s.t)
	side := "Dst"
	if strings.HasPrefix(detail, "Receive") {
		side = "Src"
	}
	s.write(x.log(), fmt.Sprintf("%s %s traffic_server[2030]: UTCTime=\"%s\" Module=\"network.http.trafficserver\" Level=\"DEBUG\": Detail=\"%s\" Txn-id=\"%d\" TrackingID=\"%s\" %s-ip=\"%s\" %s-port=\"%d\"\n HTTPMSG:\n |%s\n \n |\n",
		iso, x.name, utc, detail, 3000+x.txn, tracking, side, peer.ip, side, peer.port, strings.Join(message, "\n ")))
	s.pause(time.Millisecond, 8*time.Millisecond)
}

// xcp writes a line of the XMPP connection manager.
func (s *story) xcp(x *expressway, level, location, detail string) {
	iso, utc := x.stamp(s.t)
	s.write(x.log(), fmt.Sprintf(`%s %s XCP_CM2[%d]: UTCTime="%s" ThreadID="139747212576512" Module="cm-2.%s" Level="%-5s" CodeLocation="%s" Detail="%s"`,
		iso, x.name, x.pid, utc, x.name, level, location, detail))
	s.pause(time.Millisecond, 6*time.Millisecond)
}
