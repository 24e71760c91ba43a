package collector

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// logText returns n records of the log called name.
func logText(name string, from, n int) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "!10:%02d:%02d %s record %d\n", i/60%60, i%60, name, i)
		if i%3 == 0 {
			b.WriteString("  goes on\n")
		}
	}
	return b.String()
}

func TestFollowGrows(t *testing.T) {
	path := t.TempDir() + "/jabber.log"
	s := newStore(t)
	stop := start(t, follower(nil, path), s)
	defer stop()
	want := ""
	for i := range 20 {
		text := logText("a", i*50, 50)
		appendTo(t, path, text)
		want += text
		s.until(func() bool {
			got := s.texts()
			return len(got) == 1 && len(got[0]) > len(want)-100 // the last record is held back
		})
	}
	s.untilTexts(want)
	appendTo(t, path, "!10:20:30 not complete")
	appendTo(t, path, " but now\n")
	s.untilTexts(want + "!10:20:30 not complete but now\n")
}

func TestFollowShort(t *testing.T) {
	dir := t.TempDir()
	j := openJournal(t, t.TempDir())
	s := newStore(t)
	stop := start(t, follower(j, dir), s)
	want := logText("a", 0, 3)
	appendTo(t, dir+"/a.log", want)
	s.untilTexts(want)
	for i := range 4 {
		stop()
		j.Close()
		j = openJournal(t, j.file.dir)
		stop = start(t, follower(j, dir), s)
		text := logText("a", 3+20*i, 20)
		want += text
		appendTo(t, dir+"/a.log", text)
		s.untilTexts(want)
	}
	// Another file that begins alike is another file.
	other := want[:len(want)/2] + logText("b", 0, 60)
	write(t, dir+"/b.log", []byte(other))
	if len(want) < 2*schemas.FingerprintBytes {
		t.Fatal("the files differ too early")
	}
	s.untilTexts(want, other)
	stop()
}

func TestFollowRotation(t *testing.T) {
	dir := t.TempDir()
	path := dir + "/jabber.log"
	s := newStore(t)
	stop := start(t, follower(openJournal(t, t.TempDir()), dir), s)
	defer stop()
	var want []string
	for i := range 30 {
		text := logText(fmt.Sprint("file", i), 0, 100)
		appendTo(t, path, text[:len(text)/2])
		for n := 9; n > 0; n-- {
			os.Rename(fmt.Sprintf("%s.%d", path, n), fmt.Sprintf("%s.%d", path, n+1))
		}
		if i%3 == 0 { // the writer still has the old file open
			appendTo(t, path, text[len(text)/2:])
			os.Rename(path, path+".1")
		} else {
			os.Rename(path, path+".1")
			appendTo(t, path+".1", text[len(text)/2:])
		}
		want = append(want, text)
		if i%9 == 8 {
			s.until(func() bool { return len(s.texts()) == i+1 })
		}
	}
	s.untilTexts(want...)
}

func TestFollowTruncation(t *testing.T) {
	path := t.TempDir() + "/a.log"
	s := newStore(t)
	stop := start(t, follower(nil, path), s)
	defer stop()
	first, second := logText("first", 0, 100), logText("second", 0, 100)
	appendTo(t, path, first+"!10:20:30 cut off")
	s.untilTexts(first)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	s.until(func() bool { return slices.Contains(s.problems(), "the file was truncated: truncated_unread_bytes=0") })
	appendTo(t, path, second)
	s.untilTexts(first+"!10:20:30 cut off", second)
}

func TestFollowCopyTruncate(t *testing.T) {
	dir := t.TempDir()
	path := dir + "/a.log"
	s := newStore(t)
	stop := start(t, follower(nil, dir), s)
	defer stop()
	var want []string
	for i := range 5 {
		text := logText(fmt.Sprint("file", i), 0, 200)
		appendTo(t, path, text)
		write(t, fmt.Sprintf("%s/copy%d", dir, i), []byte(text))
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
		want = append(want, text)
		s.untilTexts(want...)
	}
}

func TestFollowCopies(t *testing.T) {
	dir := t.TempDir()
	s := newStore(t)
	j := openJournal(t, t.TempDir())
	stop := start(t, follower(j, dir), s)
	text := logText("a", 0, 300)
	half := len(text) / 2
	open := gz([]byte(text[:half]))
	write(t, dir+"/SDL001.txt.gzo", open[:len(open)-20])
	s.until(func() bool { return len(s.texts()) == 1 })
	write(t, dir+"/SDL001.txt.gz", gz([]byte(text)))
	s.untilTexts(text)
	write(t, dir+"/run2/SDL001.txt", []byte(text))
	write(t, dir+"/run3.zip", zipped(t, "x/SDL001.txt", text, "y", logText("b", 0, 100)))
	s.untilTexts(text, logText("b", 0, 100))
	stop()
	if s.again > 0 {
		t.Errorf("%d batches came twice", s.again)
	}
	j.Close()
	before := s.sends
	once(t, openJournal(t, j.file.dir), s, dir)
	s.untilTexts(text, logText("b", 0, 100))
	if s.sends > before+1 { // the end of the open .gzo's log
		t.Errorf("%d batches were sent by a second run", s.sends-before)
	}
}

func TestOnce(t *testing.T) {
	dir := t.TempDir()
	journal := t.TempDir()
	big := string(benchLog(3 << 20))
	write(t, dir+"/big.log", []byte(big))
	write(t, dir+"/empty.log", nil)
	write(t, dir+"/short.log", []byte("!10:20:30 x"))
	write(t, dir+"/x.zip", zipped(t, "a", sample, "b.gz", string(gz([]byte(big)))))
	s := newStore(t)
	j := openJournal(t, journal)
	once(t, j, s, dir)
	if got := s.texts(); len(got) != 3 || !slices.Contains(got, big) || !slices.Contains(got, sample) {
		t.Fatalf("%d files", len(got))
	}
	if len(s.problems()) > 0 {
		t.Error(s.problems())
	}
	j.Close()
	before := s.sends
	j = openJournal(t, journal)
	once(t, j, s, dir)
	if s.sends != before {
		t.Errorf("the second run sent %d batches", s.sends-before)
	}
	appendTo(t, dir+"/short.log", " goes on\n!10:20:31 y\n")
	once(t, j, s, dir)
	if got := s.texts(); !slices.Contains(got, "!10:20:30 x goes on\n!10:20:31 y\n") {
		t.Errorf("%.200q", got)
	}
}

// TestFollowSameAsScan: a followed file gives the records that Scan gives.
func TestFollowSameAsScan(t *testing.T) {
	path := write(t, t.TempDir()+"/a.log", benchLog(2<<20))
	want := scan(t, Options{}, path)[0].records
	s := newStore(t)
	once(t, nil, s, path)
	var got []schemas.Record
	for _, b := range s.got {
		got = append(got, b.Records...)
	}
	slices.SortFunc(got, func(a, b schemas.Record) int { return a.ID.Compare(b.ID) })
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
}
