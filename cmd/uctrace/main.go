// Command uctrace reads logs of CUCM, Jabber, IM and Presence and Expressway
// and says what went wrong, without a server.
//
// Rules of its output: stdout is data and nothing else. Talk goes to stderr,
// each line begins with "uctrace: ", lower case, no full stop; a hint is a line
// of its own. What cannot be read is said, counted, and never stops the rest.
// Colours and the progress line appear on terminals only.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// A reader that goes away (| head) is an error of the write, not the end
	// of the process, so that the terminal is left in order.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	m := &Main{Args: os.Args[1:], Env: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	os.Exit(m.Run(ctx))
}
