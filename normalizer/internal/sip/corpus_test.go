package sip_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// TestCorpus reads messages of reference logs, without what the logs say
// around them, and compares facts that are known.
func TestCorpus(t *testing.T) {
	for _, tt := range []struct {
		log     string
		message int // from 0
		want    map[string]string
	}{
		{"corpus/cucm/doc-1050-604-diversion.log", 1, map[string]string{
			"call_id": "3cf99080-a0e144ae-3692cb-50f040a@10.x.x.x", "method": "INVITE", "diversion": "9180", "asserted": "+612xxxxxxxx",
			"session_expires": "1800", "guid": "1022988416-0000065536-0000118822-0084870154", "ci": "40280558",
		}},
		{"corpus/cucm/doc-1050-recording-udp-concatenated.log", 0, map[string]string{
			"call_id": "ef7acf80-43d153e4-51-5a20300e@10.48.32.90", "recording_ci": "49613638", "recording_far_ci": "49613637",
			"recording_side": "far", "guid": "4017803136-0000065536-0000000002-1512058894", "from_user": "9110001", "ci": "49613645",
		}},
		{"corpus/cucm/doc-1200-register-and-normalization-int.log", 0, map[string]string{
			"device": "test_secure", "from_user": "8888", "expires": "3600", "method": "REGISTER",
			"call_id": "005056c0-0001027b-00001cf2-00001201@192.168.0.105", "repairs": "blank-lines",
		}},
		{"corpus/cucm/doc-1200-register-and-normalization-int.log", 1, map[string]string{
			"device": "test_secure", "to_user": "8888", "expires": "120", "method": "REGISTER", "status": "200", "date": "2018-04-14T13:41:08Z",
		}},
		{"seeds/001_4ea234f04dad1294.txt", 0, map[string]string{"method": "INVITE", "contact_user": "5737", "to_user": "3250", "from_user": ""}},
		{"seeds/001_4ea234f04dad1294.txt", 1, map[string]string{"method": "INVITE", "contact_user": "875737", "from_user": "875737"}},
	} {
		t.Run(tt.log, func(t *testing.T) {
			e := message(t, reference.Log(t, tt.log), tt.message)
			for name, want := range tt.want {
				if got := fact(e, name); got != want {
					t.Errorf("message %d: %s is %q, want %q", tt.message, name, got, want)
				}
			}
		})
	}
}

// message returns the event of the nth message of log, which ends where the
// next begins.
func message(t *testing.T, log []byte, n int) *schemas.Event {
	t.Helper()
	for ; ; n-- {
		at := sip.Find(log)
		if at < 0 {
			t.Fatal("no such message")
		}
		log = log[at:]
		first, _ := text.Line(log)
		end := len(log)
		if next := sip.Find(log[len(first):]); next >= 0 {
			end = len(first) + next
		}
		if n > 0 {
			log = log[end:]
			continue
		}
		var m sip.Message
		if !m.Parse(log[:end]) {
			t.Fatalf("not read: %q", log[:end])
		}
		var e schemas.Event
		sip.Describe(nil, &e, &m, "")
		for _, v := range [...][]byte{m.From, m.To} {
			if ci := sip.CI(v); ci != nil {
				e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCI, Value: string(ci)})
			}
		}
		return &e
	}
}

// fact returns a field, an attribute, a key or the repairs of e.
func fact(e *schemas.Event, name string) string {
	switch name {
	case "method":
		return e.SIP.Method
	case "status":
		return strconv.Itoa(e.SIP.Status)
	case "date":
		return e.SIP.Date.Format(time.RFC3339)
	case "repairs":
		return strings.Join(e.Repairs, " ")
	}
	if v := e.Attr(name); v != "" {
		return v
	}
	return e.Key(schemas.KeyType(name))
}
