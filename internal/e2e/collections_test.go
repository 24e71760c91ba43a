//go:build unix

package e2e

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/reference"
)

// unzip writes the members of an archive below folder and returns their text
// by name.
func unzip(t *testing.T, archive, folder string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(archive)
	must(t, err)
	defer z.Close()
	files := map[string][]byte{}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		path := filepath.Join(folder, filepath.FromSlash(f.Name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, text, 0o600))
		files[f.Name] = text
	}
	return files
}

var (
	sdlHead = regexp.MustCompile(`(?m)^\d{8}\.\d{3} \|\d\d:\d\d:\d\d\.\d{3} \|`)
	netHead = regexp.MustCompile(`(?m)^\[(\d+),NET\]`)
)

// TestCapability8CollectionInEveryShape sends a trace collection in every shape, one after the other,
// and counts what must be in the tables with two regular expressions.
func TestCapability8CollectionInEveryShape(t *testing.T) {
	archive := reference.Path(t, "corpus", "cucm", "collections", "inbound_h323.zip")
	dir := t.TempDir()
	files := unzip(t, archive, filepath.Join(dir, "folder"))
	loose := filepath.Join(dir, "gzipped")
	must(t, os.Mkdir(loose, 0o700))
	heads, messages := 0, 0
	for name, text := range files {
		must(t, os.WriteFile(filepath.Join(loose, strings.ReplaceAll(name, "/", "_")+".gz"), gzipped(text, 1), 0o600))
		if strings.Contains(name, "/sdl/") {
			heads += len(sdlHead.FindAll(text, -1))
			messages += len(netHead.FindAll(text, -1))
		}
	}
	if heads == 0 || messages == 0 {
		t.Fatalf("the collection holds %d records and %d messages", heads, messages)
	}

	s := newSystem(t)
	s.startServer()
	var first string
	for i, send := range []struct{ journal, path string }{
		{"journal", archive},
		{"journal", archive},
		{"journal-of-another-host", archive},
		{"journal", filepath.Join(dir, "folder")},
		{"journal-of-a-third-host", filepath.Join(dir, "folder")},
		{"journal-of-a-fourth-host", loose},
	} {
		s.journal = filepath.Join(s.dir, send.journal)
		if err := s.agent(send.path).wait(t); err != nil {
			t.Fatalf("agent: %v", err)
		}
		s.drained()
		rows := s.rows() + "; " + s.query("SELECT count(), sum(records), sum(bytes), sum(problems), min(complete) FROM v_files")
		if i == 0 {
			first = rows
		} else if rows != first {
			t.Errorf("sending %d, %s with %s, changed the rows\nbefore: %s\nafter:  %s", i+1, filepath.Base(send.path), send.journal, first, rows)
		}
	}

	expect(t, s, "SELECT sum(records) - sum(headless) FROM v_files WHERE source = 'cucm.sdl'", strconv.Itoa(heads))
	expect(t, s, "SELECT count() FROM v_files", strconv.Itoa(len(files)))
	expect(t, s, "SELECT count() FROM v_files WHERE NOT complete", "0")
	expect(t, s, "SELECT count() FROM v_events WHERE kind = 'sip.message' AND sip_wire AND source = 'cucm.sdl'", strconv.Itoa(messages))
	for name, text := range files {
		for _, m := range netHead.FindAllSubmatch(text, -1) {
			if !strings.Contains(name, "/sdl/") {
				continue
			}
			expect(t, s, "SELECT count() FROM v_events WHERE sip_wire AND has(keys, 'net_id:"+string(m[1])+"') AND file LIKE '%"+filepath.Base(name)+"'", "1")
		}
	}
	doc := offline(t, archive)
	records, events := 0, 0
	for _, in := range doc.Inputs {
		records, events = records+in.Records, events+in.Events
	}
	expect(t, s, "SELECT sum(records), sum(events) FROM v_files", strconv.Itoa(records)+"\t"+strconv.Itoa(events))
	expect(t, s, "SELECT count() FROM v_findings", strconv.Itoa(len(doc.Findings)))
}
