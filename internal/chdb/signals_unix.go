//go:build linux || darwin

package chdb

import (
	"fmt"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

// deadly are the signals that libchdb takes from the process, also when it is
// told not to: it sets them to their default, and a nil pointer in Go ends the
// process without a word, where it is a panic that is recovered and reported
// (chdb-core #221, mended after the version that is pinned).
var deadly = [...]syscall.Signal{
	syscall.SIGABRT, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGSEGV, syscall.SIGSYS, syscall.SIGTRAP, syscall.SIGTSTP,
}

// signals gives the handlers of deadly signals back to the Go runtime.
type signals struct {
	sigaction func(signal int32, act, old unsafe.Pointer) int32
}

func bindSignals() (*signals, error) {
	var s signals
	sym, err := purego.Dlsym(purego.RTLD_DEFAULT, "sigaction")
	if err != nil {
		return nil, fmt.Errorf("find sigaction: %w", err)
	}
	purego.RegisterFunc(&s.sigaction, sym)
	return &s, nil
}

// keep calls f and restores what the signals were bound to before. Two calls
// must not overlap. While f runs the handlers may be gone.
func (s *signals) keep(f func()) {
	// A struct sigaction is opaque here; it has 152 bytes in glibc, less elsewhere.
	var kept [len(deadly)][32]uint64
	for i, signal := range deadly {
		s.sigaction(int32(signal), nil, unsafe.Pointer(&kept[i]))
	}
	f()
	for i, signal := range deadly {
		s.sigaction(int32(signal), unsafe.Pointer(&kept[i]), nil)
	}
	runtime.KeepAlive(&kept)
}
