package loki

import (
	"fmt"
	"sync"
)

// failure is a run of the entries of a push that was dropped.
type failure struct {
	from, to int
	*fault
}

// failures is the log of the library, which is where it says why it dropped
// what it dropped.
type failures struct {
	count func() (sent, dropped uint64)

	mu   sync.Mutex
	base uint64 // entries finished before this push
	// dropped is what was dropped before this push.
	dropped uint64
	runs    []run
	fatal   error
}

// run is where the library stood when it logged a failure.
type run struct {
	from    uint64 // entries finished
	dropped uint64 // entries dropped
	fault   *fault
}

// Log implements the logger of go-kit. The library calls it in its one
// goroutine.
func (l *failures) Log(keyvals ...any) error {
	var msg string
	var status int
	var cause error
	for i := 0; i+1 < len(keyvals); i += 2 {
		switch keyvals[i] {
		case "msg":
			msg, _ = keyvals[i+1].(string)
		case "status":
			status, _ = keyvals[i+1].(int)
		case "error":
			cause, _ = keyvals[i+1].(error)
		}
	}
	sent, dropped := l.count()
	l.mu.Lock()
	defer l.mu.Unlock()
	switch msg {
	case "final error sending batch":
		l.runs = append(l.runs, run{from: sent + dropped, dropped: dropped, fault: faultOf(status, cause)})
	case "error encoding batch": // such entries are counted nowhere
		l.fatal = fmt.Errorf("loki-client-go cannot encode a push: %w", cause)
	}
	return nil
}

// begin starts a push. The one before is over.
func (l *failures) begin() {
	sent, dropped := l.count()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.base, l.dropped, l.runs = sent+dropped, dropped, nil
}

// after reports whether n entries are finished, and which of them failed.
func (l *failures) after(n int) (failed []failure, over bool, err error) {
	sent, dropped := l.count()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fatal != nil || sent+dropped-l.base < uint64(n) {
		return nil, false, l.fatal
	}
	for i, r := range l.runs {
		end := dropped
		if i+1 < len(l.runs) {
			end = l.runs[i+1].dropped
		}
		from := int(r.from - l.base)
		failed = append(failed, failure{from: from, to: from + int(end-r.dropped), fault: r.fault})
	}
	return failed, true, nil
}
