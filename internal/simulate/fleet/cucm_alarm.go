package fleet

import (
	"fmt"
	"strings"
	"time"
)

// endpointAlarm writes an alarm into a trace, three times as CUCM does: as it
// is raised, as text and as a record of its own.
func (s *story) endpointAlarm(a *action, name, description string, params []string) {
	s.traceAlarm(a, "CallManager", name, "Error", 3, description, params)
}

func (s *story) traceAlarm(a *action, class, name, severity string, level int, description string, params []string) {
	n := a.node
	common := []string{"AppID:Cisco CallManager", "ClusterID:" + n.site.cluster(), "NodeID:" + n.name}
	first, rest := "", make([]string, 0, len(params)+3)
	for i, p := range append(append([]string{}, params...), common...) {
		k, v, _ := strings.Cut(p, ":")
		if i == 0 {
			first = k + " : " + v
			continue
		}
		rest = append(rest, k+" : "+v)
	}
	a.info(fmt.Sprintf("GenAlarm: AlarmName = %s, subFac = %sKeyParam = , severity = %d, AlarmMsg = %s\n%s\n", name, strings.ToUpper(class), level, first, strings.Join(rest, "\n")))
	words := make([]string, 0, len(params))
	words = append(words, params...)
	a.info(fmt.Sprintf("%s - %s %s App ID:Cisco CallManager Cluster ID:%s Node ID:%s", name, description, strings.Join(words, " "), n.site.cluster(), n.name))
	a.line("AlarmErr", fmt.Sprintf("AlarmClass: %s, AlarmName: %s, AlarmSeverity: %s, AlarmMessage: , AlarmDescription: %s, AlarmParameters:  %s, %s,",
		class, name, severity, description, strings.Join(params, ", "), strings.Join(common, ", ")))
}

// cluster is the cluster's name in CUCM's own parameters.
func (s *site) cluster() string { return "StandAloneCluster" }

// syslog is the node's CiscoSyslog file.
func (n *node) syslog() *logFile {
	return n.log("syslog", func() *logFile {
		return &logFile{path: func(int) string { return n.collected() + "syslog/CiscoSyslog" }}
	})
}

// alarm writes an alarm as syslog has it: local time in front, the alarm's own
// time in UTC behind it.
//
//	Nov 28 10:15:02 cucmpub local7 4 : 118: cucmpub.corp.example: Nov 28 2015 08:15:02.331 UTC :  %UC_LOGIN-4-AuthenticationFailed: %[…]: text
func (s *story) alarm(n *node, facility string, severity int, name string, params []string, text string) {
	s.alarmAs(n, "Cisco CallManager", facility, severity, name, params, text)
}

func (s *story) alarmAs(n *node, app, facility string, severity int, name string, params []string, text string) {
	l := n.syslog()
	t := l.clock(s.t)
	var b strings.Builder
	for _, p := range append(append([]string{}, params...), "AppID="+app, "ClusterID="+n.site.cluster(), "NodeID="+n.name) {
		b.WriteString("[" + p + "]")
	}
	s.write(l, fmt.Sprintf("%s %s local7 %d : %s: %s: %s UTC :  %%%s-%d-%s: %%%s: %s",
		t.Format("Jan 02 15:04:05"), n.name, severity, s.w.ticket(n.alarms), n.fqdn(), t.UTC().Format("Jan 02 2006 15:04:05.000"),
		facility, severity, name, b.String(), text))
	s.wait(time.Millisecond)
}

// loginAlarm is what Tomcat says about a login that it refused.
func (s *story) loginAlarm(n *node, user, ip, face string) {
	s.alarmAs(n, "Cisco Tomcat", "UC_LOGIN", 4, "AuthenticationFailed", []string{
		"LoginFrom=" + ip, "TimeStamp=" + s.t.UTC().Format("01/02/06 3:04 PM"), "UserID=" + user, "Interface=" + face,
	}, "Login Authentication failed.")
}
