package collector

import (
	"os"
	"testing"
	"time"
)

// TestForgetsWhatIsGone follows a folder from which files vanish: the journal
// forgets them after a while, on the disk too, and keeps what is there, also in an
// archive that was read once. A file that comes back is sent again.
func TestForgetsWhatIsGone(t *testing.T) {
	dir, state := t.TempDir(), t.TempDir()
	j := openJournal(t, state)
	s := newStore(t)
	f := follower(j, dir)
	f.Forget = 60 * time.Millisecond
	stop := start(t, f, s)
	known := func() int {
		j.mu.Lock()
		defer j.mu.Unlock()
		return len(j.entries)
	}
	packed, kept := logText("packed", 0, 60), logText("kept", 0, 60)
	write(t, dir+"/old.zip", zipped(t, "jabber.log", packed))
	write(t, dir+"/kept.log", []byte(kept))
	s.untilTexts(packed, kept)
	gone := logText("gone", 0, 60)
	for range 2 { // the second time, the others have been there for longer than is remembered
		write(t, dir+"/gone.log", []byte(gone))
		await(t, func() bool { return known() == 3 && len(s.texts()) == 3 })
		if err := os.Remove(dir + "/gone.log"); err != nil {
			t.Fatal(err)
		}
		await(t, func() bool { return known() == 2 })
	}
	if s.again == 0 {
		t.Error("a file that came back was not sent again")
	}
	stop()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if j = openJournal(t, state); known() != 2 {
		t.Errorf("%d files are known after a restart, want 2", known())
	}
}

// await waits until is is true.
func await(t *testing.T, is func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); !is(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("still waiting")
		}
	}
}
