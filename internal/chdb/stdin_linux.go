package chdb

import (
	"os"

	"golang.org/x/sys/unix"
)

// emptyStdin gives the process an empty standard input. The engine takes an
// INSERT whose data it finds nowhere else to be fed from there, so what
// somebody pipes into the program would land in a table, or break the
// statement.
func emptyStdin() error {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	return os.NewSyscallError("dup3", unix.Dup3(int(null.Fd()), unix.Stdin, 0))
}
