package fleet

import (
	"fmt"
	"strings"
	"time"
)

// node is a CUCM server.
type node struct {
	*host
	id      int // AppNodeId
	seq     *counter
	net     *counter
	events  map[int]int
	conns   map[string]int
	alarms  *counter
	started time.Time
}

func (s *site) newNode(short string) *node {
	rng := s.w.rng
	n := &node{
		host: s.newHost(short, 10+len(s.nodes)), id: len(s.nodes) + 1,
		seq:    &counter{last: 1_000_000 + rng.IntN(5_000_000), format: "%08d"},
		net:    &counter{last: 10_000 + rng.IntN(90_000), format: "%d"},
		alarms: &counter{last: rng.IntN(4000), format: "%d"},
		events: map[int]int{}, conns: map[string]int{}, started: s.w.start.Add(-time.Duration(rng.IntN(2000)) * time.Hour),
	}
	s.nodes = append(s.nodes, n)
	return n
}

// collected is the folder of a node in a collection of the Real-Time
// Monitoring Tool.
func (n *node) collected() string {
	product := "cucm"
	if n.host == n.site.imp {
		product = "imp"
	}
	return fmt.Sprintf("%s/%s/%s_%d/%s/", n.site.name, product, n.fqdn(), n.id, n.site.w.start.UTC().Format("2006-01-02")+"_18-00-00")
}

// traceSize is how large a trace file gets before the next one begins.
const traceSize = 700 << 10

// sdl is the node's SDL trace.
func (n *node) sdl() *logFile {
	return n.log("sdl", func() *logFile {
		return &logFile{
			rotate: traceSize,
			path: func(part int) string {
				return fmt.Sprintf("%scm/trace/ccm/sdl/SDL%03d_100_%06d.txt", n.collected(), n.id, 188+part)
			},
			head: func(part int, at time.Time) string {
				t := n.sdl().clock(at)
				return fmt.Sprintf("%s.000 |%s |FileHead |UTC:%s,Date: %s, AppName: CCM, AppId: 100, AppNodeId: %d, AppVersion: CUCM Install=12.5.1.14900-63 Build=12.5.1.14900-63, HostName: %s, HostIPAddress: %s, AppStartTime: %s, FileNumber: %d, TraceVer: 3.0\n",
					n.site.w.ticket(n.seq), t.Format("15:04:05.000"), t.Format("-07:00"), t.Format("2006/01/02"), n.id, n.name, n.ip,
					n.started.In(n.site.zone).Format("2006/01/02 15:04:05"), 642+part)
			},
			every: 10 * time.Second,
			beat: func(at time.Time) string {
				return n.head(at, n.site.w.ticket(n.seq), 0, "SdlSig") + n.columns("DbObjectCacheTimer", "initialized",
					fmt.Sprintf("Db(%d,100,213,1)", n.id), fmt.Sprintf("SdlTimerService(%d,100,3,1)", n.id),
					fmt.Sprintf("%d,100,150,1.1^*^*", n.id)) + "[T:H-H:0,N:0,L:0,V:0,Z:0,D:0]  AppCorr: 0\n"
			},
		}
	})
}

func (n *node) head(at time.Time, seq string, sub int, kind string) string {
	return fmt.Sprintf("%s.%03d |%s |%-9s|", seq, sub, n.sdl().clock(at).Format("15:04:05.000"), kind)
}

// columns are those of a signal, wider for the names of connections.
func (n *node) columns(signal, state, receiver, sender, tag string) string {
	wide, tags := 33, 41
	if strings.HasPrefix(sender, "SdlTCPConnection") {
		wide, tags = 93, 43
	}
	return fmt.Sprintf("%-39s|%-31s|%-33s|%-*s|%-*s|", signal, state, receiver, wide, sender, tags, tag)
}

// action is one signal and the lines of the thread that handles it: they share
// a number and a correlation tag.
type action struct {
	s    *story
	node *node
	seq  string
	sub  int
	tag  string
	set  *group
}

// signal writes the signal that begins an action.
func (s *story) signal(n *node, tag, name, state, receiver, sender, more string) *action {
	a := &action{s: s, node: n, seq: s.w.ticket(n.seq), tag: tag, set: &group{}}
	s.writeIn(n.sdl(), a.set, n.head(s.t, a.seq, 0, "SdlSig")+n.columns(name, state, receiver, sender, tag)+more)
	return a
}

// info writes a line of the action.
func (a *action) info(text string) *action { return a.line("AppInfo", text) }

func (a *action) line(kind, text string) *action {
	a.sub++
	a.s.wait(20 * time.Microsecond)
	a.s.writeIn(a.node.sdl(), a.set, a.node.head(a.s.t, a.seq, a.sub, kind)+text)
	return a
}

// flags are what a signal's last column begins with.
const flags = "[R:N-H:0,N:0,L:0,V:0,Z:0,D:0] "

// info writes a line that stands alone: some of CUCM's lines have a number of
// their own.
func (s *story) info(n *node, text string) {
	s.write(n.sdl(), n.head(s.t, s.w.ticket(n.seq), 0, "AppInfo")+text)
	s.wait(20 * time.Microsecond)
}

// connection returns the number of the TCP connection to a peer. The numbers of
// two clusters do not overlap here: correlation tags begin with a node's number
// and this one, and nothing in a trace says which cluster it is of.
func (n *node) connection(peer string) int {
	c, ok := n.conns[peer]
	if !ok {
		c = 50000 + 8000*n.site.no + len(n.conns)
		n.conns[peer] = c
	}
	return c
}

// inbound returns the correlation tag of the next read from a peer.
func (n *node) inbound(ip string, port int) string {
	c := n.connection(fmt.Sprintf("%s:%d", ip, port))
	n.events[c]++
	return fmt.Sprintf("%d,100,14,%d.%d^%s^*", n.id, c, n.events[c]+1, ip)
}

// answered returns the tag of an answer of the node's own services, which is
// what follows the location bandwidth manager carries.
func (n *node) answered() string {
	n.events[1]++
	return fmt.Sprintf("%d,100,14,1.%d^*^*", n.id, n.events[1])
}
