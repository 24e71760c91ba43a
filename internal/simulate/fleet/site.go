package fleet

import (
	"fmt"
	"time"
)

// site is one company: a CUCM cluster, IM and Presence, a pair of Expressways,
// its users and their devices.
type site struct {
	w      *world
	name   string
	domain string
	no     int
	zone   *time.Location
	// nodes are CUCM servers, the publisher first.
	nodes   []*node
	imp     *host
	impNode *node       // imp as a writer of alarms
	core    *expressway // Expressway-C
	edge    *expressway // Expressway-E
	oldNode *node       // of release 8
	uuid    string      // of the cluster, in its SIP tags
	ci      int         // the last call identifier
	people  int
}

// ownEdges gives the story a pair of Expressways that no other story uses, for
// faults that meet everybody who signs in there.
func (s *story) ownEdges() {
	n := s.w.next()
	own := *s.site
	own.people = 1000 + n // the people of the pair are nobody else's
	own.core = &expressway{host: s.site.newHost(fmt.Sprintf("expc%d", n), 100+n%100), pid: 4000 + n}
	own.edge = &expressway{host: s.site.newHost(fmt.Sprintf("expe%d", n), 100+n%100), pid: 12000 + n}
	s.site = &own
}

// host is a machine.
type host struct {
	site *site
	name string // short
	ip   string
	skew time.Duration
	zone *time.Location // of its logs, nil for that of the site
	logs map[string]*logFile
}

func (h *host) fqdn() string { return h.name + "." + h.site.domain }

// siteNames name the companies; more sites get numbers.
var siteNames = []string{"alpha", "bravo", "carbon", "delta", "ember", "fjord"}

// siteZones are the zones of their servers. All servers of a site share one.
var siteZones = []*time.Location{
	time.UTC, time.FixedZone("+02:00", 2*3600), time.FixedZone("-05:00", -5*3600), time.UTC,
}

func (w *world) newSite(n int) *site {
	name := siteNames[n%len(siteNames)]
	if n >= len(siteNames) {
		name = fmt.Sprintf("%s%d", name, n/len(siteNames)+1)
	}
	s := &site{
		w: w, name: name, domain: name + ".example", no: n, zone: siteZones[n%len(siteZones)],
		// Call identifiers of clusters do not overlap here, because nothing
		// in a trace says which cluster it is of.
		ci: 20_000_000 + 7_000_000*n + w.rng.IntN(100_000),
	}
	s.uuid = w.uuid()
	for _, short := range []string{"cucm-pub", "cucm-sub1", "cucm-sub2"} {
		s.newNode(short)
	}
	s.imp = s.newHost("imp1", 30)
	s.core = &expressway{host: s.newHost("expc1", 40), pid: 4000 + n}
	s.edge = &expressway{host: s.newHost("expe1", 41), pid: 12000 + 7*n}
	return s
}

// newHost adds a machine; its clock is up to two seconds off.
func (s *site) newHost(short string, last int) *host {
	return &host{
		site: s, name: s.name + "-" + short, ip: fmt.Sprintf("10.%d.0.%d", 20+s.no, last),
		skew: time.Duration(s.w.rng.IntN(4000)-2000) * time.Millisecond, logs: map[string]*logFile{},
	}
}

// log returns the host's log called name, made when it is not there.
func (h *host) log(name string, make func() *logFile) *logFile {
	if l := h.logs[name]; l != nil {
		return l
	}
	l := make()
	if l.zone == nil {
		l.zone = h.site.zone
	}
	l.skew = h.skew
	h.logs[name] = l
	h.site.w.logs = append(h.site.w.logs, l)
	return l
}

// user is a person with a phone number and devices.
type user struct {
	site *site
	id   string // login
	name string
	dn   string
	mac  string
	ip   string
	port int
	node *node // where the devices register
}

// firstNames are given to people in turn, with a number behind them.
var firstNames = []string{
	"ann", "ben", "cleo", "dan", "eva", "finn", "gita", "hugo", "ines", "jon", "kira", "leo", "mia", "nils", "olga", "paul",
	"rosa", "sam", "tara", "uwe", "vera", "wim", "xenia", "yann", "zoe",
}

// user returns somebody new at the story's site.
func (s *story) user() *user { return s.userAt(s.site) }

func (s *story) userAt(at *site) *user {
	at.people++
	n := s.w.next()
	name := firstNames[n%len(firstNames)]
	return &user{
		site: at, id: fmt.Sprintf("%s%d", name, at.people), name: fmt.Sprintf("%s %d", name, at.people),
		dn:  fmt.Sprintf("%d%04d", at.no+2, at.people),
		mac: fmt.Sprintf("02%02X%08X", at.no, 0x10000000+n*0x101),
		ip:  fmt.Sprintf("10.%d.%d.%d", 20+at.no, 100+n/250%100, 1+n%250), port: 49200 + s.rng.IntN(15000),
		node: at.nodes[1+s.rng.IntN(len(at.nodes)-1)],
	}
}

func (u *user) jid() string   { return u.id + "@" + u.site.domain }
func (u *user) phone() string { return "SEP" + u.mac }
func (u *user) csf() string   { return "CSF" + upper(u.id) }

// node returns a CUCM server of the site that runs calls.
func (s *story) node() *node { return s.site.nodes[1+s.rng.IntN(len(s.site.nodes)-1)] }

// otherSite returns another company.
func (s *story) otherSite() *site {
	return s.w.sites[(s.site.no+1+s.rng.IntN(len(s.w.sites)-1))%len(s.w.sites)]
}

// outsider returns a number in the public network that nobody else has.
func (s *story) outsider() string { return fmt.Sprintf("+1408555%04d", s.w.next()%10000) }

// company returns a domain that is no site of ours, and the address of its
// servers.
func (s *story) company(word string) (domain, ip string) {
	n := s.w.next()
	return fmt.Sprintf("%s%d.example", word, n), fmt.Sprintf("192.0.2.%d", 1+n%250)
}
