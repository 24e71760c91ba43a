package collector_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/schemas"
)

// TestStatus follows a file whose batches nobody takes at first.
func TestStatus(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.log")
	if err := os.WriteFile(path, []byte("a line\nanother line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status := &collector.Status{}
	f := &collector.Follower{Paths: []string{dir}, Poll: time.Millisecond, Quiet: 10 * time.Millisecond, Status: status}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	dones := make(chan func(error), 1)
	ended := make(chan error, 1)
	go func() {
		ended <- f.Run(ctx, func(_ context.Context, b *schemas.RecordBatch, done func(error)) error {
			dones <- done
			return nil
		})
	}()
	done := <-dones
	now := status.Now()
	if now.Unacked != 1 || now.Behind != 20 || now.Lag <= 0 || now.Bytes != 20 || now.Records == 0 || now.Headless != now.Records {
		t.Errorf("while nobody takes it: %+v", now)
	}
	done(nil)
	if now = status.Now(); now.Unacked != 0 || now.Behind != 0 || now.Lag != 0 || now.Bytes != 20 {
		t.Errorf("when it is stored: %+v", now)
	}
	if len(now.Sources) != 1 || now.Sources[0].Source != schemas.Unknown || now.Sources[0].Records != now.Records {
		t.Errorf("sources %+v", now.Sources)
	}
	for deadline := time.Now().Add(time.Minute); status.Now().Files != 1; {
		if time.Now().After(deadline) {
			t.Fatalf("files: %+v", status.Now())
		}
	}
	stop()
	<-ended
}
