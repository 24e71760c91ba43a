package xmppclient_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/xmppclient"
	"github.com/uctrace/uctrace/schemas"
)

// TestCorpus reads the reference logs of a sign-in against IM and Presence: one
// that is refused, one that is never answered, one that is answered late.
func TestCorpus(t *testing.T) {
	common := []string{
		"enter connecting", "enter connected", "enter stream sent", "enter stream received", "enter starttls offered", "enter starttls",
		"enter proceed", "ok certificate", "enter stream sent", "enter stream received", "enter mechanisms: PLAIN CISCO-VTG-TOKEN", "enter auth PLAIN",
	}
	for _, test := range []struct {
		name    string
		records int
		steps   []string // behind the common ones
		last    string
	}{
		{
			"pidgin_imp_sasl_plain_not_authorized", 29,
			[]string{"fail not-authorized", "fail No worthy mechs found", "fail Not Authorised"},
			"16:54:30",
		},
		{"CONSTRUCTED_seed004_auth_sent_no_answer", 24, []string{"fail Ping timed out"}, "16:57:00"},
		{"CONSTRUCTED_seed004_auth_slow_but_ok", 21, []string{"enter authenticated"}, "16:54:41"},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := reference.Log(t, "corpus/imp/"+test.name+".log")
			if (xmppclient.Parser{}).Match("", log) != 100 {
				t.Error("not recognised")
			}
			b := golden.Batch(xmppclient.Parser{}, log, golden.Options{})
			if len(b.Records) != test.records {
				t.Errorf("%d records, want %d", len(b.Records), test.records)
			}
			var steps, streams, users []string
			var last string
			for _, e := range parse(b) {
				switch e.Kind {
				case schemas.KindUnparsed:
					t.Errorf("unparsed: %s", e.Text)
				case schemas.KindLoginStage:
					steps = append(steps, step(&e))
					last = recordTime(b, &e)
				case schemas.KindTLSHandshake, schemas.KindTLSCertificate:
					if e.Attr("outcome") == "fail" {
						t.Errorf("failed: %s", e.Text)
					}
				}
				streams, users = add(streams, e.Key(schemas.KeyStream)), add(users, e.Key(schemas.KeyJID))
			}
			if want := slices.Concat(common, test.steps); !slices.Equal(steps, want) {
				t.Errorf("steps\n%s\nwant\n%s", strings.Join(steps, "\n"), strings.Join(want, "\n"))
			}
			if !slices.Equal(streams, []string{"17124513C1DF"}) || !slices.Contains(users, "x@corp.example") {
				t.Errorf("streams %v, users %v", streams, users)
			}
			if last != test.last {
				t.Errorf("the last step is at %s, want %s", last, test.last)
			}
			if test.records == 29 {
				tls := b.Records[8]
				if tls.Lines != 3 || !strings.Contains(string(tls.Text), "Cipher Suite Name") {
					t.Errorf("the TLS record has %d lines: %s", tls.Lines, tls.Text)
				}
			}
		})
	}
}

// step names a stage event by what happened in it.
func step(e *schemas.Event) string {
	what := e.Attr("detail")
	if what == "" {
		what = e.Attr("stage")
	}
	return strings.TrimSpace(e.Attr("outcome") + " " + what + " " + e.Attr("mechanism"))
}

// recordTime returns the time of day of the record that states e.
func recordTime(b *schemas.RecordBatch, e *schemas.Event) string {
	for i := range b.Records {
		if strings.HasPrefix(string(b.Records[i].Text), e.Text[:min(len(e.Text), 60)]) {
			return b.Records[i].Time.Format("15:04:05")
		}
	}
	return ""
}

func add(list []string, value string) []string {
	if value == "" || slices.Contains(list, value) {
		return list
	}
	return append(list, value)
}
