package collector

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestLateShare: an agent starts before the folder of its logs is mounted.
func TestLateShare(t *testing.T) {
	parent, journal := t.TempDir(), t.TempDir()
	dir := parent + "/share"
	text := string(benchLog(1 << 20))
	write(t, dir+"/a.log", []byte(text))
	s := newStore(t)
	s.lose = func(int) bool { return true }
	j := openJournal(t, journal)
	stop := start(t, follower(j, dir), s)
	s.until(func() bool { return len(s.texts()) == 1 && len(s.texts()[0]) == len(text) })
	stop()
	j.Close()
	if err := os.Rename(dir, parent+"/away"); err != nil {
		t.Fatal(err)
	}
	s = newStore(t)
	j = openJournal(t, journal)
	waiting := len(j.allUnacked())
	stop = start(t, follower(j, dir), s)
	s.until(func() bool { return len(s.gone()) == waiting })
	if got := s.gone(); waiting < 3 || len(slices.Compact(got)) != waiting {
		t.Errorf("%d batches are gone, reported at %v", waiting, got)
	}
	if err := os.Rename(parent+"/away", dir); err != nil {
		t.Fatal(err)
	}
	s.untilTexts(text)
	stop()
	if n := len(j.allUnacked()); n > 0 {
		t.Errorf("%d intents are left", n)
	}
}

// TestTwins: files that begin alike for longer than a Fingerprint covers.
func TestTwins(t *testing.T) {
	shared := logText("shared", 0, 80)
	if len(shared) < schemas.FingerprintBytes {
		t.Fatal("the files differ too early")
	}
	first, second := shared+logText("first", 0, 4000), shared+logText("second", 0, 3000)
	brief := shared + logText("brief", 0, 200)
	page := strings.Repeat("<p>boilerplate</p>\n", 100)
	tests := []struct {
		name  string
		texts []string
	}{
		{"logs", []string{first, second}},
		{"shorter log", []string{first, brief}},
		{"longer log", []string{brief, first}},
		{"documents", []string{page + "one\n", page + "two\n"}},
		{"long documents", []string{page + "one\n" + strings.Repeat(page, 50), page + "two\n"}},
	}
	for _, tt := range tests {
		for _, pack := range []func([]byte) []byte{bytes.Clone, gz} {
			dir, journal := t.TempDir(), t.TempDir()
			s := newStore(t)
			for i, text := range tt.texts {
				write(t, dir+"/"+string(rune('a'+i)), pack([]byte(text)))
				j := openJournal(t, journal)
				once(t, j, s, dir)
				j.Close()
			}
			if got := s.texts(); len(got) != 2 || !slices.Contains(got, tt.texts[0]) || !slices.Contains(got, tt.texts[1]) {
				t.Errorf("%s: %d files", tt.name, len(got))
			}
			before := s.sends
			once(t, openJournal(t, journal), s, dir)
			if s.sends != before {
				t.Errorf("%s: sent %d batches again", tt.name, s.sends-before)
			}
		}
	}
}

// TestTwinDocuments: the agent and Scan give documents the same Fingerprints.
func TestTwinDocuments(t *testing.T) {
	dir := t.TempDir()
	page := strings.Repeat("<p>boilerplate</p>\n", 100)
	write(t, dir+"/a", []byte(page+"one\n"))
	write(t, dir+"/b", []byte(page+"two\n"+strings.Repeat(page, 50)))
	s := newStore(t)
	once(t, nil, s, dir)
	prints := map[schemas.Fingerprint]bool{}
	for _, f := range scan(t, Options{}, dir) {
		prints[f.Fingerprint] = true
	}
	if len(prints) != 2 {
		t.Errorf("%d fingerprints", len(prints))
	}
	for id := range s.got {
		if !prints[id.fp] {
			t.Errorf("the agent calls %s otherwise", s.got[id].File.Path)
		}
	}
}

// TestLateTwin: files that differ behind what is compared of their beginnings.
func TestLateTwin(t *testing.T) {
	shared := logText("shared", 0, 4000)
	if len(shared) < wideBytes {
		t.Fatal("the files differ too early")
	}
	first := shared + logText("first", 0, 100)
	for _, pack := range []func([]byte) []byte{bytes.Clone, gz} {
		for _, loses := range []bool{false, true} {
			dir, journal := t.TempDir(), t.TempDir()
			s := newStore(t)
			s.lose = func(int) bool { return loses }
			write(t, dir+"/a.log", pack([]byte(first)))
			j := openJournal(t, journal)
			stop := start(t, follower(j, dir), s)
			s.untilTexts(first)
			stop()
			j.Close()
			os.Remove(dir + "/a.log")
			write(t, dir+"/b.log", pack([]byte(shared+logText("other", 0, 1000))))
			s.lose = nil
			once(t, openJournal(t, journal), s, dir)
			if got := s.problems(); !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, "a.log but differs before offset") }) {
				t.Errorf("problems %q", got)
			}
			if got := s.texts(); len(got) != 1 || got[0] != first {
				t.Error("the other file was mixed in")
			}
		}
	}
}

// TestShortGrown: a shorter copy of a log that was short once is no new file.
func TestShortGrown(t *testing.T) {
	dir, journal := t.TempDir(), t.TempDir()
	s := newStore(t)
	text := logText("a", 0, 10)
	for range 2 {
		write(t, dir+"/a.log", []byte(text))
		j := openJournal(t, journal)
		once(t, j, s, dir)
		j.Close()
		text += logText("a", 10, 1000)
	}
	before := s.sends
	for i, n := range []int{schemas.FingerprintBytes, 3000, 9000} {
		write(t, dir+"/copy"+string(rune('0'+i)), gz([]byte(text[:n])))
	}
	once(t, openJournal(t, journal), s, dir)
	if s.sends != before {
		t.Errorf("%d batches of copies were sent", s.sends-before)
	}
}

func TestCopyOfShortTruncated(t *testing.T) {
	dir, journal := t.TempDir(), t.TempDir()
	path := dir + "/a.log"
	s := newStore(t)
	j := openJournal(t, journal)
	stop := start(t, follower(j, dir), s)
	text := ""
	for i := range 2 { // it has its identity before it is whole
		more := logText("a", 20*i, 20)
		appendTo(t, path, more)
		text += more
		s.untilTexts(text)
	}
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	s.until(func() bool { return slices.Contains(s.problems(), "the file was truncated: truncated_unread_bytes=0") })
	stop()
	j.Close()
	write(t, dir+"/a.log.1", []byte(text))
	once(t, openJournal(t, journal), s, dir)
	s.untilTexts(text)
}

func TestPackedEnds(t *testing.T) {
	path := write(t, t.TempDir()+"/a.gz", gz(benchLog(300_000)))
	s := newStore(t)
	stop := start(t, follower(nil, path), s)
	defer stop()
	s.until(func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		for id := range s.got {
			if id.eof {
				return true
			}
		}
		return false
	})
}

func TestNotesSurvive(t *testing.T) {
	dir, journal := t.TempDir(), t.TempDir()
	j := openJournal(t, journal)
	r := run{Follower: follower(nil), journal: j}
	head := []byte("\x89PNG\r\n\x1a\n picture")
	if _, err := r.entryOf(write(t, dir+"/x.png", head), head, final, nil); err != nil {
		t.Fatal(err)
	}
	j.Close() // as after a crash before the first batch
	for range 2 {
		j = openJournal(t, journal)
		s := newStore(t)
		once(t, j, s, dir)
		j.Close()
		if s.sends > 0 && !slices.Equal(s.problems(), []string{"not a log: a PNG image"}) || s.sends == 0 && len(j.lookup("", head).Notes) > 0 {
			t.Errorf("problems %q", s.problems())
		}
	}
}

// TestResendFault: a disk error is no short file.
func TestResendFault(t *testing.T) {
	s := newStore(t)
	f := follower(nil)
	r := run{Follower: f, ctx: t.Context(), send: s.send, journal: NewJournal(), reported: map[string]bool{}, resent: map[*intent]bool{}}
	r.log = slog.New(slog.DiscardHandler)
	e := &entry{File: schemas.File{Path: "a.log"}, Mode: modeRaw, State: startState(schemas.Unknown)}
	in := &intent{File: e.File, From: e.State, To: frameState{Offset: 5}}
	for _, tt := range []struct {
		fault error
		want  []string
	}{{io.EOF, nil}, {errGzipOpen, nil}, {errors.New("input/output error"), []string{"input/output error"}}} {
		r.cur = delivery{entry: e, file: e.File, src: &sequence{fault: tt.fault}}
		if sent, err := r.sendAgain(in); sent || err != nil {
			t.Error(sent, err)
		}
		if got := s.problems(); !slices.Equal(got, tt.want) {
			t.Errorf("%v: problems %q", tt.fault, got)
		}
	}
}

func TestFollowNamedPipe(t *testing.T) {
	path := fifo(t, filepath.Join(t.TempDir(), "pipe"))
	s := newStore(t)
	once(t, nil, s, path)
	for _, b := range s.got {
		if p := b.Problems[0]; !p.Unread || p.Message != "skipped: it is a pipe" {
			t.Errorf("%+v", p)
		}
	}
	if len(s.got) != 1 {
		t.Errorf("%d batches", len(s.got))
	}
}
