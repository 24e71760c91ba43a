package lokitest

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Mood is how a Proxy treats what comes.
type Mood int

// The moods.
const (
	Fine   Mood = iota
	Busy        // 429, nothing passes
	Broken      // 500, nothing passes
	Cut         // the connection breaks, nothing passes
	Mute        // it passes, and the connection breaks before the answer
	Slow        // it passes, half a second late
	Hung        // nothing passes and nothing is answered until the mood changes
	Moods       // how many there are
)

// String names the mood.
func (m Mood) String() string {
	return [...]string{"fine", "busy", "broken", "cut", "mute", "slow", "hung"}[m]
}

// Proxy stands between a sink and a Loki and fails as its mood says.
type Proxy struct {
	*httptest.Server

	mu      sync.Mutex
	mood    Mood
	changed chan struct{} // closed when the mood changes
	met     map[Mood]int
}

// NewProxy returns a Proxy to l, which is Fine. It ends with the test.
func NewProxy(t *testing.T, l *Loki) *Proxy {
	t.Helper()
	target, err := url.Parse(l.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{changed: make(chan struct{}), met: map[Mood]int{}}
	to := httputil.NewSingleHostReverseProxy(target)
	to.ErrorLog = nil
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mood, changed := p.meet()
		switch mood {
		case Busy:
			http.Error(w, "ingestion rate limit exceeded", http.StatusTooManyRequests)
			return
		case Broken:
			http.Error(w, "at least 1 live replicas required, could only find 0", http.StatusInternalServerError)
			return
		case Cut:
			panic(http.ErrAbortHandler)
		case Mute:
			to.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case Slow:
			<-time.After(500 * time.Millisecond)
		case Hung:
			select {
			case <-changed:
			case <-r.Context().Done():
			}
			panic(http.ErrAbortHandler)
		}
		to.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		p.Be(Fine)
		p.Close()
	})
	return p
}

// Be changes the mood.
func (p *Proxy) Be(m Mood) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mood = m
	close(p.changed)
	p.changed = make(chan struct{})
}

// Met returns how many requests met the mood.
func (p *Proxy) Met(m Mood) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.met[m]
}

func (p *Proxy) meet() (Mood, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.met[p.mood]++
	return p.mood, p.changed
}
