package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/reference"
)

// line is what the tests read of a line of output.
type line struct {
	ID     string
	File   string
	Kind   string
	Offset int64
	Bytes  int64
	Head   *bool
	Text   string
	Keys   []struct{ Type, Value string }
	SIP    *struct{ Wire bool }
}

// run runs the program and returns its lines.
func run(t *testing.T, args ...string) []line {
	t.Helper()
	var out, talk bytes.Buffer
	m := &Main{Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &talk}
	if status := m.Run(context.Background()); status != exitOK {
		t.Fatalf("uctrace %s: exit status %d\n%s", strings.Join(args, " "), status, &talk)
	}
	var lines []line
	for dec := json.NewDecoder(&out); ; {
		var l line
		if err := dec.Decode(&l); err == io.EOF {
			return lines
		} else if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
}

// members returns the SDL files of a collection by the name that uctrace gives
// them.
func members(t *testing.T, path string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = z.Close() })
	files := map[string][]byte{}
	for _, f := range z.File {
		if !strings.Contains(f.Name, "/sdl/") || !strings.HasSuffix(f.Name, ".txt") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[path+"!"+f.Name] = text
	}
	return files
}

// TestCollection counts the record heads and the SIP messages of a whole trace
// collection with two regular expressions and compares.
func TestCollection(t *testing.T) {
	path := reference.Path(t, "corpus", "cucm", "collections", "inbound_h323.zip")
	head := regexp.MustCompile(`(?m)^\d{8}\.\d{3} \|\d\d:\d\d:\d\d\.\d{3} \|`)
	message := regexp.MustCompile(`(?m)^\[(\d+),NET\]`)

	records, messages, numbers := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, l := range run(t, "records", path) {
		if l.Head == nil || *l.Head {
			records[l.File]++
		}
	}
	for _, l := range run(t, "events", path) {
		if l.Kind != "sip.message" || !l.SIP.Wire {
			continue
		}
		messages[l.File]++
		for _, k := range l.Keys {
			if k.Type == "net_id" {
				numbers[l.File+" "+k.Value] = true
			}
		}
	}
	files := members(t, path)
	if len(files) < 4 {
		t.Fatalf("the collection has %d SDL files, want at least 4", len(files))
	}
	for name, text := range files {
		if want := len(head.FindAll(text, -1)); records[name] != want {
			t.Errorf("%s: %d records with a head, want %d", name, records[name], want)
		}
		found := message.FindAllSubmatch(text, -1)
		if messages[name] != len(found) {
			t.Errorf("%s: %d messages, want %d", name, messages[name], len(found))
		}
		for _, m := range found {
			if !numbers[name+" "+string(m[1])] {
				t.Errorf("%s: [%s,NET] is no event", name, m[1])
			}
		}
	}
}

// TestRecordsTile checks that the records of every file of the corpus follow
// each other without gap and overlap, from its first byte to its last.
func TestRecordsTile(t *testing.T) {
	for _, folder := range [][]string{{"seeds"}, {"corpus", "jabber"}, {"corpus", "expressway"}, {"corpus", "imp"}} {
		path := reference.Path(t, folder...)
		end := map[string]int64{}
		for _, l := range run(t, "records", path) {
			if l.Offset != end[l.File] {
				t.Errorf("%s: a record begins at %d, the one before ended at %d", l.File, l.Offset, end[l.File])
			}
			end[l.File] = l.Offset + l.Bytes
		}
		for file, n := range end {
			if info, err := os.Stat(file); err != nil || info.Size() != n {
				t.Errorf("%s: the records end at %d: %v", file, n, err)
			}
		}
		if len(end) == 0 {
			t.Errorf("%s: no record", path)
		}
	}
}

// TestSeedHeads counts the old trace heads of a web page, glued ones too.
func TestSeedHeads(t *testing.T) {
	path := reference.Path(t, "seeds", "001_4ea234f04dad1294.txt")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head := regexp.MustCompile(`\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d{3} CCM\|`)
	begins := 0
	for _, l := range run(t, "records", path) {
		if at := head.FindStringIndex(l.Text); at != nil && at[0] == 0 {
			begins++
		}
		if n := len(head.FindAllString(l.Text, -1)); n > 1 {
			t.Errorf("%d heads in one record: %q", n, l.Text)
		}
	}
	if want := len(head.FindAll(text, -1)); begins != want || want == 0 {
		t.Errorf("%d records begin with a head, want %d", begins, want)
	}
}
