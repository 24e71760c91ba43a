package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// evaluateLogins makes one session per sign-in of a file: a new one begins
// where the client is launched again.
func (c *Correlator) evaluateLogins(r uint32) {
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
	file, user    string
	stages        [maxStages]schemas.Stage
	reached       int
	last          uint32
	lastOK        uint32 // plus one
	stage, result string // of the last step
}

const maxStages = 20

func (l *logins) add(n uint32, e *schemas.Event) {
	start := e.Attr("stage") == "start"
	if len(l.list) == 0 || start && l.beyond {
		l.list = append(l.list, &login{gist: newGist(schemas.SessionLogin, e), file: e.File, reached: -1})
		l.beyond = false
	}
	l.beyond = l.beyond || !start
	l.list[len(l.list)-1].add(n, e)
}

func (l *login) add(n uint32, e *schemas.Event) {
	l.gist.add(e)
	if l.user == "" {
		l.user = strings.TrimSpace(e.Attr("user"))
	}
	l.last, l.stage, l.result = n, e.Attr("stage"), e.Attr("outcome")
	if l.result == "ok" {
		l.lastOK = n + 1
	}
	i := slices.Index(loginStages, l.stage)
	if i < 0 {
		return
	}
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
	switch l.result {
	case "ok":
		st.Outcome = schemas.OutcomeOK
		l.reached = max(l.reached, i)
	case "fail":
		st.Outcome = schemas.OutcomeFailed
	case "enter":
		if st.Outcome != schemas.OutcomeOK {
			st.Outcome = schemas.OutcomeUnknown
		}
	}
}

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
	s := detect.Session{Session: l.session()}
	s.Login = &detect.Login{File: l.file, User: l.user, Last: c.store.load(&c.eval.mem, l.last), Reached: l.reached}
	if l.lastOK != 0 {
		s.Login.LastOK = c.store.load(&c.eval.mem, l.lastOK-1)
	}
	at := slices.Index(loginStages, l.stage)
	open := at >= 0 && l.result == "enter" && at > l.reached
	ok := func(stage string) bool {
		return l.stages[slices.Index(loginStages, stage)].Outcome == schemas.OutcomeOK
	}
	switch {
	case l.result == "fail":
		s.Outcome = schemas.OutcomeFailed
	case open:
		s.Outcome = schemas.OutcomeOpen
	case ok("telephony") || ok("sip-register") || ok("xmpp") && ok("config"):
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
	s.Summary = "sign-in"
	if l.user != "" {
		s.Summary += " of " + l.user
	}
	s.Summary += ", " + plural(len(s.Stages), "stage") + ", the last step is " + l.stage
	if l.result != "" {
		s.Summary += " (" + l.result + ")"
	}
	c.finish(&s)
}
