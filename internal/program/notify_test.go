package program_test

import (
	"net"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/uctrace/uctrace/internal/program"
)

func TestReadyTellsSystemd(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("systemd is not there")
	}
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	if err := program.Ready(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	n, err := conn.Read(buf)
	if err != nil || string(buf[:n]) != "READY=1" {
		t.Errorf("%q %v", buf[:n], err)
	}
	t.Setenv("NOTIFY_SOCKET", "")
	if err := program.Ready(); err != nil {
		t.Errorf("without systemd: %v", err)
	}
}
