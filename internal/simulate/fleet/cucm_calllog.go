package fleet

import (
	"fmt"
	"strings"
	"time"
)

// calllog is the node's call log: a row for each SIP message of a call and for
// each step of call control.
func (n *node) calllog() *logFile {
	return n.log("calllog", func() *logFile {
		return &logFile{rotate: traceSize, path: func(part int) string {
			return fmt.Sprintf("%scm/trace/ccm/calllogs/calllogs_%08d.txt", n.collected(), part+1)
		}}
	})
}

func (s *story) calllogLine(n *node, text string) {
	l := n.calllog()
	s.write(l, l.clock(s.t).Format("2006/01/02 15:04:05.000")+"|"+text)
}

// row writes the row of a SIP message of a call. Before the call has an
// identifier it is 0.
func (s *story) row(l *leg, direction, net, tag string, m sipMessage) {
	if !l.logged {
		return
	}
	kind, ci := "SIPL", l.ci
	if l.trunk {
		kind = "SIPT"
	}
	if short := m.short(); !l.ours && l.cseq <= 101 && (short == "INVITE" || short == "100 Trying") {
		ci = 0
	}
	s.calllogLine(l.node, fmt.Sprintf("%s|%d|%s|%s|%s|5060|%s|%s|%d|%s|%s|%s|%s",
		kind, ci, l.transport, direction, l.node.ip, l.device, l.ip, l.port, tag, net, l.callID, m.short()))
}

// control writes a row of call control.
func (s *story) control(n *node, row string, fields ...any) {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = fmt.Sprint(f)
	}
	s.calllogLine(n, "CC|"+row+"|"+strings.Join(list, "|"))
	s.wait(time.Microsecond)
}
