package flow

import (
	"errors"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func TestTrouble(t *testing.T) {
	s := &Store{Stream: schemas.StreamFindings}
	ago := func(d time.Duration) time.Time { return time.Now().Add(-d) }
	for _, test := range []struct {
		name  string
		since time.Time
		err   error
		want  string
	}{
		{"idle", time.Time{}, nil, ""},
		{"writing", ago(time.Second), nil, ""},
		{"refused", ago(10 * time.Second), errors.New("read-only"), "nothing of UC_FINDINGS has been stored for 10s: read-only"},
		{"no word", ago(50 * time.Second), nil, "nothing of UC_FINDINGS has been stored for 50s: the sink has not answered"},
	} {
		s.trouble = trouble{since: test.since, err: test.err}
		got := ""
		if err := s.Trouble(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
