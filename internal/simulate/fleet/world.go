package fleet

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// world is the deployment and everything that was logged in it so far.
type world struct {
	rng      *rand.Rand
	seed     uint64
	start    time.Time
	last     time.Time // of the last record of a story
	sites    []*site
	logs     []*logFile
	records  []record
	tickets  []ticket
	stories  []Story
	told     map[string]int // stories of each scenario
	sessions int
	serial   int // numbers everything that must be unique in the fleet
}

// record is what a product writes to one log at one moment.
type record struct {
	at       time.Time // by the right clock
	told     int
	log      *logFile
	text     string // line end included; tickets stand in it
	story    int    // index in world.stories, -1 for the background
	sessions []int
	group    *group
}

// group are records that rotation does not part.
type group struct{ records, written int }

func newWorld(o Options) *world {
	w := &world{
		rng: rand.New(rand.NewPCG(o.Seed, 0x7563747261636521)), seed: o.Seed,
		start: o.Start, last: o.Start, told: map[string]int{},
	}
	for i := range max(2, o.Sessions/500) {
		w.sites = append(w.sites, w.newSite(i))
	}
	return w
}

// next returns a number that was not returned before.
func (w *world) next() int {
	w.serial++
	return w.serial
}

// story tells one scenario: the writers hang on it.
type story struct {
	w    *world
	rng  *rand.Rand
	t    time.Time // now, by the right clock
	site *site
	no   int // index in world.stories
	on   []int
}

// tell tells sc from t on.
func (w *world) tell(sc *Scenario, t time.Time) {
	w.told[sc.Name]++
	id := fmt.Sprintf("%s-%04d", sc.Name, w.told[sc.Name])
	h := fnv.New64a()
	h.Write([]byte(id))
	s := &story{
		w: w, t: t, no: len(w.stories),
		rng: rand.New(rand.NewPCG(w.seed, h.Sum64())),
	}
	s.site = w.sites[s.rng.IntN(len(w.sites))]
	w.stories = append(w.stories, Story{ID: id, Scenario: sc.Name, Start: t})
	sc.tell(s)
	w.sessions += len(w.stories[s.no].Sessions)
}

func (s *story) truth() *Story { return &s.w.stories[s.no] }

// begin starts a session; the lines that follow belong to it.
func (s *story) begin(kind schemas.SessionKind) int {
	t := s.truth()
	t.Sessions = append(t.Sessions, Session{Kind: kind})
	n := len(t.Sessions) - 1
	s.in(n)
	return n
}

// in has the lines that follow belong to the sessions; none for lines that are
// about no session.
func (s *story) in(sessions ...int) { s.on = sessions }

// with runs tell with its lines in the sessions.
func (s *story) with(sessions []int, tell func()) {
	old := s.on
	s.on = sessions
	tell()
	s.on = old
}

// key notes a join key of session n.
func (s *story) key(n int, typ schemas.KeyType, value string) {
	x := &s.truth().Sessions[n]
	for _, k := range x.Keys {
		if k.Type == typ && k.Value == value {
			return
		}
	}
	x.Keys = append(x.Keys, schemas.Key{Type: typ, Value: value})
}

// expect notes a finding that must be there, on the session the story is in.
func (s *story) expect(rule string, severity schemas.Severity, more ...func(*Expectation)) {
	e := Expectation{Rule: rule, Severity: severity, Session: -1}
	if len(s.on) > 0 {
		e.Session = s.on[0]
	}
	for _, f := range more {
		f(&e)
	}
	t := s.truth()
	t.Expect = append(t.Expect, e)
}

func stage(name string) func(*Expectation)   { return func(e *Expectation) { e.Stage = name } }
func subject(name string) func(*Expectation) { return func(e *Expectation) { e.Subject = name } }
func noSession() func(*Expectation)          { return func(e *Expectation) { e.Session = -1 } }
func (s *story) allow(rules ...string)       { s.truth().Allow = append(s.truth().Allow, rules...) }
func (s *story) wait(d time.Duration)        { s.t = s.t.Add(d) }
func (s *story) pause(least, most time.Duration) {
	s.wait(least + time.Duration(s.rng.Int64N(int64(most-least)+1)))
}

// tick is the few milliseconds that a machine takes.
func (s *story) tick() { s.pause(200*time.Microsecond, 9*time.Millisecond) }

// write adds a record to log at the present moment.
func (s *story) write(log *logFile, text string) { s.writeIn(log, nil, text) }

func (s *story) writeIn(log *logFile, g *group, text string) {
	w := s.w
	w.add(record{at: s.t, log: log, text: text, story: s.no, sessions: s.on, group: g})
	if s.t.After(w.last) {
		w.last = s.t
	}
}

func (w *world) add(r record) {
	if !strings.HasSuffix(r.text, "\n") {
		r.text += "\n"
	}
	if r.group != nil {
		r.group.records++
	}
	r.told = len(w.records)
	w.records = append(w.records, r)
}

// ticket is a number that is only known when all lines are in order: counters
// of a node run by time, whoever uses them.
type ticket struct {
	counter *counter
	jump    int
	value   string
}

type counter struct {
	last   int
	format string
	jump   int // numbers that the next ticket leaves out
}

// ticket returns a placeholder for the next number of c at the time when it
// first appears in the logs.
func (w *world) ticket(c *counter) string {
	w.tickets = append(w.tickets, ticket{counter: c, jump: c.jump})
	c.jump = 0
	return fmt.Sprintf("\x00%08d", len(w.tickets)-1)
}
