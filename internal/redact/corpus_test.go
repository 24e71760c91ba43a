package redact_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// facts reads everything under paths and returns what each event says, keys
// that are masked apart, and the dialback keys.
func facts(t *testing.T, mask *redact.Masker, paths ...string) (list []string, keys map[string]string) {
	t.Helper()
	keys = map[string]string{}
	n := normalizer.New(normalizer.Parsers())
	var events schemas.EventBatch
	err := collector.Scan(context.Background(), collector.Options{Parsers: normalizer.Parsers()}, paths, nil, func(b *schemas.RecordBatch) error {
		mask.Mask(b)
		n.Normalize(&events, b)
		for i := range events.Events {
			e := &events.Events[i]
			fact := fmt.Sprint(e.ID, e.Record, e.Time, e.Source, e.Node, e.File, e.Line, e.Kind, e.Repairs)
			for _, k := range e.Keys {
				if k.Type == schemas.KeyDialbackKey {
					keys[fact] = strings.Clone(k.Value) // it lives as long as b
					k.Value = "…"
				}
				fact += fmt.Sprint(" ", k)
			}
			for _, a := range e.Attrs {
				fact += " " + a.Name
			}
			if e.SIP != nil {
				fact += fmt.Sprintf(" %+v", *e.SIP)
			}
			if e.XMPP != nil {
				fact += fmt.Sprintf(" %+v", *e.XMPP)
			}
			list = append(list, fact)
		}
		s := events.Span
		list = append(list, fmt.Sprint(s.File, s.Start, s.End, s.Lines, s.Records, s.Events, s.Silent, s.Unparsed, s.Headless, s.Repaired))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list, keys
}

func sameFacts(t *testing.T, paths ...string) {
	t.Helper()
	m := new(redact.Masker)
	clear, clearKeys := facts(t, nil, paths...)
	masked, maskedKeys := facts(t, m, paths...)
	if len(clear) < 10 {
		t.Fatalf("only %d events and spans: not worth comparing", len(clear))
	}
	if d := cmp.Diff(clear, masked); d != "" {
		t.Errorf("masking changes what is understood: %s", d)
	}
	for fact, key := range clearKeys {
		if got := maskedKeys[fact]; got != digestOf(key) {
			t.Errorf("dialback key %s became %q, want %s", key, got, digestOf(key))
		}
	}
	t.Logf("%d events and spans, %d dialback keys, masked: %v", len(clear), len(clearKeys), m.Counts())
}

func TestSameFactsInReferenceLogs(t *testing.T) {
	dir := reference.Path(t)
	sameFacts(t, dir+"/seeds", dir+"/corpus")
}

// fleet writes the logs of the simulated deployment below a folder, change
// applied to each line, and returns it.
func fleet(t *testing.T, change func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	for _, l := range simulate.Traces(time.Date(2024, 3, 4, 8, 0, 0, 0, time.UTC)) {
		path := filepath.Join(dir, filepath.FromSlash(l.File))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(change(l.Text)); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSameFactsInSimulation(t *testing.T) {
	sameFacts(t, fleet(t, func(line string) string { return line }))
}

// TestCanaries puts secrets that are found nowhere else into the logs of every
// product, in every form of the table and as they are encoded on their way,
// and looks for them in what is left.
func TestCanaries(t *testing.T) {
	const canary = "c4Nary"
	n, planted := 0, []string{}
	plant := func(line string) string {
		tt := secrets[n%len(secrets)]
		n++
		if tt.own {
			return line
		}
		text := tt.text
		for i := 0; strings.Contains(text, "«"); i++ {
			before, rest, _ := strings.Cut(text, "«")
			_, after, _ := strings.Cut(rest, "»")
			secret := fmt.Sprintf("%s%dx%dQ7w9Z2k5", canary, n, i)
			switch n % 5 {
			case 1:
				secret = base64.StdEncoding.EncodeToString([]byte(secret))
			case 2:
				secret = hex.EncodeToString([]byte(secret))
			case 3:
				secret = strings.ReplaceAll(url.QueryEscape("&"+secret), "4", "%34")
			}
			planted = append(planted, secret)
			text = before + secret + after
		}
		line = strings.TrimRight(line, "\r\n")
		if n%2 == 0 { // as another line of the record
			return line + "\n" + strings.TrimRight(text, "\r\n") + "\n"
		}
		return line + " " + strings.TrimRight(text, "\r\n") + "\n"
	}
	dir := fleet(t, plant)
	m := new(redact.Masker)
	var rest []byte
	err := collector.Scan(context.Background(), collector.Options{Parsers: normalizer.Parsers()}, []string{dir}, nil, func(b *schemas.RecordBatch) error {
		m.Mask(b)
		rest = append(rest, b.Blob...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(planted) < 100 {
		t.Fatalf("only %d canaries", len(planted))
	}
	for _, secret := range planted {
		if i := bytes.Index(rest, []byte(secret)); i >= 0 {
			t.Errorf("%s is left: …%s…", secret, rest[max(0, i-120):min(len(rest), i+60)])
		}
	}
	if i := bytes.Index(rest, []byte(canary)); i >= 0 {
		t.Errorf("a part is left: …%s…", rest[max(0, i-120):min(len(rest), i+60)])
	}
	t.Logf("%d canaries, masked: %v", len(planted), m.Counts())
}
