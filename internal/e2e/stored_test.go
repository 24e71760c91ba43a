//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/uctrace/uctrace/sinks/loki"
)

// stored sends logs through an agent and a server and looks at everything that
// is kept of them: the messages of all streams, as they are and uncompressed;
// all rows of all tables; all files, the journal and the logs of the programs
// among them; the pages and the API.
func stored(t *testing.T, logs string, mask bool, lokiURL string) *kept {
	t.Helper()
	k := &kept{bytes: map[string]int{}, hits: map[string]int{}, first: map[string]string{}}
	s := newSystem(t)
	web := freeAddress(t)
	flags := []string{"--http-listen", web, "--correlator-snapshot-every", "1"}
	if lokiURL != "" {
		flags = append(flags, "--loki-url", lokiURL)
	}
	s.startServer(flags...)
	var unmasked []string
	if !mask {
		unmasked = []string{"--mask=false"}
	}
	must(t, s.agent(append(unmasked, logs)...).wait(t))
	s.drained()
	if lokiURL != "" {
		sink := s.rawSink(loki.Config{URL: lokiURL})
		s.until(t.Context(), "the sink has everything", func() bool { return sink.position().behind == 0 })
	}
	if n := s.query("SELECT uniqExact(source) >= 10 FROM spans"); n != "1" {
		t.Errorf("the logs of too few products: %s", s.query("SELECT groupUniqArray(source) FROM spans"))
	}
	k.streams(t, s.nats)
	k.tables(s)
	k.pages(t, "http://"+web)
	must(t, s.server.stop(t))
	k.files(t, s.dir)
	return k
}

// streams looks at every message of every stream, object stores and key-value
// buckets among them.
func (k *kept) streams(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	nc, err := nats.Connect("nats://" + address)
	must(t, err)
	defer nc.Close()
	js, err := jetstream.New(nc)
	must(t, err)
	names := js.StreamNames(ctx)
	for name := range names.Name() {
		stream, err := js.Stream(ctx, name)
		must(t, err)
		state := stream.CachedInfo().State
		var object bytes.Buffer // pieces of a snapshot, one behind the other
		for seq := state.FirstSeq; seq <= state.LastSeq; seq++ {
			m, err := stream.GetMsg(ctx, seq)
			if err != nil {
				continue // it was deleted
			}
			k.look(name, []byte(m.Subject))
			for header, values := range m.Header {
				k.look(name, []byte(header+": "+strings.Join(values, "\n")))
			}
			k.look(name, m.Data)
			const frameHead = 6 // of the wire format; an S2 block follows
			if len(m.Data) > frameHead {
				if payload, err := s2.Decode(nil, m.Data[frameHead:]); err == nil {
					k.look(name, payload)
				}
			}
			if strings.HasPrefix(m.Subject, "$O.") && strings.Contains(m.Subject, ".C.") {
				object.Write(m.Data)
			}
		}
		if object.Len() > 0 {
			snapshot, err := io.ReadAll(s2.NewReader(&object))
			must(t, err)
			k.look(name, snapshot)
		}
	}
	must(t, names.Err())
}

// tables looks at all rows, the hidden ones too.
func (k *kept) tables(s *system) {
	s.t.Helper()
	list := s.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'")
	for table := range strings.Lines(list) {
		table = strings.TrimSpace(table)
		k.look("ClickHouse "+table, []byte(s.query("SELECT * FROM "+table+" FORMAT JSONEachRow")))
	}
}

// pages looks at what a person and a program are shown.
func (k *kept) pages(t *testing.T, base string) {
	t.Helper()
	get := func(place, path string) []byte {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
		must(t, err)
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		if resp.StatusCode != http.StatusOK && path != "/readyz" {
			t.Errorf("%s: %s", path, resp.Status)
		}
		k.look(place, body)
		return body
	}
	for _, path := range []string{"/", "/findings", "/coverage", "/agents", "/files", "/metrics", "/readyz"} {
		get("pages", path)
	}
	for _, path := range []string{"findings", "groups", "files", "coverage", "agents", "problems", "clusters", "search?q=ann"} {
		get("API", "/api/v1/"+path)
	}
	var list struct{ Sessions, Events []struct{ ID string } }
	must(t, json.Unmarshal(get("API", "/api/v1/sessions?limit=100"), &list))
	const some = 4
	if len(list.Sessions) < some {
		t.Fatalf("%d sessions", len(list.Sessions))
	}
	for _, x := range list.Sessions[:some] {
		get("API", "/api/v1/sessions/"+x.ID)
		get("pages", "/session/"+x.ID)
		for _, export := range []string{"ticket.md", "ladder.svg", "ladder.txt", "ladder.mmd"} {
			get("exports", "/session/"+x.ID+"/"+export)
		}
		must(t, json.Unmarshal(get("API", "/api/v1/sessions/"+x.ID+"/events?limit=10"), &list))
		for _, e := range list.Events {
			get("API", "/api/v1/events/"+e.ID+"?raw=true")
			get("pages", "/event/"+e.ID)
		}
	}
}

// files looks at every file below dir, as it is on the disk.
func (k *kept) files(t *testing.T, dir string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		parts := strings.Split(filepath.ToSlash(rel), "/")
		k.look("file "+strings.Join(parts[:min(2, len(parts))], "/"), data)
		return err
	}))
}
