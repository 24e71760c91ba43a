package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// evaluateLogins makes one session per sign-in of a file: a new one begins
// where the client is launched again. A file may state facts about a client
// and no step of its sign-in.
func (c *Correlator) evaluateLogins(r uint32) {
	if c.forest.nodes[r].n == 0 {
		return
	}
	byPlace := func(a, b uint32) int { return c.store.at(a).id.Compare(c.store.at(b).id) }
	sort := func(recs []uint32) { slices.SortFunc(recs, byPlace) }
	c.folded(r, schemas.SessionLogin, func() folder { return &logins{} }, byPlace, sort).finish(c)
}

// logins reads the sign-ins of one file.
type logins struct {
	list   []*login
	beyond bool // the last one is past its first stage
}

// login is one sign-in.
type login struct {
	gist
	file, user string
	stages     [maxStages]schemas.Stage
	passed     [maxStages]bool
	// asked are the stages of the HTTP requests, by their number.
	asked         map[string]int
	last          uint32
	lastOK        uint32 // plus one
	stage, result string // of the last step
	begun, done   bool
}

const maxStages = 20

// add takes in a step. Facts that a rule looks at are no steps.
func (l *logins) add(n uint32, e *schemas.Event, level levels) {
	if e.Kind != schemas.KindLoginStage {
		return
	}
	start := e.Attr("stage") == "start"
	if len(l.list) == 0 || start && l.beyond {
		l.list = append(l.list, &login{gist: newGist(schemas.SessionLogin, e), file: e.File, asked: map[string]int{}})
		l.beyond = false
	}
	l.beyond = l.beyond || !start
	l.list[len(l.list)-1].add(n, e, level)
}

func (l *login) add(n uint32, e *schemas.Event, level levels) {
	l.gist.add(e, level)
	if l.user == "" {
		l.user = strings.TrimSpace(e.Attr("user"))
	}
	stage, result := e.Attr("stage"), e.Attr("outcome")
	if stage == "tftp" && result == "enter" && e.Attr("status") != "" {
		result = "ok" // a file that is not there and need not be
	}
	l.begun = l.begun || stage == "start"
	i, step := l.resolve(e, slices.Index(loginStages, stage), result)
	if !step {
		return
	}
	if i >= 0 {
		stage = loginStages[i]
	}
	if result == "fail" && l.done && i >= 0 && l.passed[i] {
		return // a client that is signed in loses a server
	}
	l.last, l.stage, l.result = n, stage, result
	if result == "ok" {
		l.lastOK = n + 1
	}
	if i >= 0 {
		l.mark(i, result, e)
	}
}

// resolve returns the stage of an event, and whether it is a step of the
// sign-in. A request that fails names only its number: the stage is that of
// the request, and one of which no stage is known is none of the sign-in. The
// line that repeats the URL of a request is no new step, nor is a status whose
// meaning the next lines say.
func (l *login) resolve(e *schemas.Event, i int, result string) (stage int, step bool) {
	number := e.Attr("number")
	if number == "" {
		return i, true
	}
	asked, known := l.asked[number]
	switch {
	case result == "enter":
		l.asked[number] = i
		return i, (!known || asked != i) && e.Attr("status") == ""
	case result == "fail" && e.Attr("host") == "":
		return asked, known
	}
	return i, true
}

// mark notes the outcome of stage i.
func (l *login) mark(i int, result string, e *schemas.Event) {
	st := &l.stages[i]
	if st.Name == "" {
		*st = schemas.Stage{Name: loginStages[i], Outcome: schemas.OutcomeUnknown}
	}
	if schemas.Dated(e.Time) {
		if st.Start.IsZero() {
			st.Start = e.Time
		}
		st.End = e.Time
	}
	switch result {
	case "ok":
		st.Outcome = schemas.OutcomeOK
		l.passed[i] = true
		l.done = l.ok("telephony") || l.ok("sip-register")
	case "fail":
		st.Outcome = schemas.OutcomeFailed
	case "enter":
		if st.Outcome != schemas.OutcomeOK {
			st.Outcome = schemas.OutcomeUnknown
		}
	}
}

func (l *login) ok(stage string) bool { return l.passed[slices.Index(loginStages, stage)] }

// loginStages are the names of the stages, in order.
var loginStages = schemas.LoginStages()

func (l *logins) finish(c *Correlator) {
	for i, one := range l.list {
		c.eval.from, c.eval.until = schemas.ID{}, schemas.ID{}
		if i > 0 {
			c.eval.from = one.first()
		}
		if i+1 < len(l.list) {
			c.eval.until = l.list[i+1].first()
		}
		one.finish(c)
	}
}

// first returns the id of the first event.
func (l *login) first() schemas.ID { return l.s.Events[0] }

// finish decides how a sign-in ended. A client with its phone registered is
// signed in; so is one that only does presence.
func (l *login) finish(c *Correlator) {
	s := c.eval.begin(detect.Session{Session: l.session()})
	s.Login = l.view(c)
	at := slices.Index(loginStages, l.stage)
	open := at >= 0 && l.result == "enter" && !l.done && !s.Login.Behind(l.stage)
	switch {
	case l.result == "fail":
		s.Outcome = schemas.OutcomeFailed
	case open:
		s.Outcome = schemas.OutcomeOpen
	case l.done || l.ok("xmpp"):
		s.Outcome = schemas.OutcomeOK
	}
	for i, st := range l.stages {
		if st.Name == "" {
			continue
		}
		if open && i == at {
			st.Outcome = schemas.OutcomeOpen
		}
		s.Stages = append(s.Stages, st)
	}
	s.Summary = l.summary(s)
	c.finish(s)
}

// view returns what the detectors see.
func (l *login) view(c *Correlator) *detect.Login {
	v := &detect.Login{File: l.file, User: l.user, Begun: l.begun, Done: l.done}
	if l.stage != "" {
		v.Last = c.store.load(&c.eval.mem, l.last)
	}
	if l.lastOK != 0 {
		v.LastOK = c.store.load(&c.eval.mem, l.lastOK-1)
	}
	for i, ok := range l.passed {
		if ok {
			v.Passed = append(v.Passed, loginStages[i])
		}
	}
	v.MRA = l.stages[slices.Index(loginStages, "edge")].Name != ""
	return v
}

func (l *login) summary(s *detect.Session) string {
	text := "sign-in"
	if l.user != "" {
		text += " of " + l.user
	}
	if s.Login.MRA {
		text += " through Expressway"
	}
	text += ", " + plural(len(s.Stages), "stage")
	if l.stage == "" {
		return text
	}
	text += ", the last step is " + l.stage
	switch l.result {
	case "":
		return text
	case "enter":
		return text + " (begun)"
	case "fail":
		return text + " (failed)"
	}
	return text + " (" + l.result + ")"
}
