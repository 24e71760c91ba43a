// Package program holds what the programs have in common around their
// commands: exit statuses, the version, the logger, and how an error is
// printed.
package program

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"runtime"
	"runtime/debug"
	"strings"
)

// Exit statuses of uctraced and uctrace-agent. uctrace has its own.
const (
	ExitOK    = 0
	ExitFail  = 1
	ExitUsage = 2
)

// Version returns what "NAME version" prints: the module version, the commit
// when the build knows it, the Go version and the platform.
func Version(name string) string {
	version, commit := build()
	if commit != "" {
		commit = " " + commit
	}
	return fmt.Sprintf("%s %s%s %s %s/%s", name, version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// Release returns the version of the module, "development" without one.
func Release() string {
	version, _ := build()
	return version
}

// build returns the version of the module, and the commit when the build knows
// it.
func build() (version, commit string) {
	version = "development"
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			version = v
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				commit = s.Value[:12]
			}
		}
	}
	return version, commit
}

// PrintError writes err to w as "name: error", a line for each error that was
// joined into it.
func PrintError(w io.Writer, name string, err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && isJoin(err, joined.Unwrap()) {
		for _, e := range joined.Unwrap() {
			PrintError(w, name, e)
		}
		return
	}
	fmt.Fprintf(w, "%s: %v\n", name, err)
}

// isJoin reports whether err says no more than its parts do, as the errors of
// errors.Join. One that wraps several and says why is to be printed itself.
func isJoin(err error, parts []error) bool {
	texts := make([]string, len(parts))
	for i, e := range parts {
		texts[i] = e.Error()
	}
	return err.Error() == strings.Join(texts, "\n")
}

// Redact returns URLs, separated by commas, without their passwords, for
// messages.
func Redact(urls string) string {
	list := strings.Split(urls, ",")
	for i, s := range list {
		u, err := url.Parse(strings.TrimSpace(s))
		if err != nil {
			list[i] = "(malformed URL)"
			continue
		}
		list[i] = u.Redacted()
	}
	return strings.Join(list, ",")
}

// Log is the part of a configuration that says how a program logs.
type Log struct {
	Level  Level  `yaml:"level" default:"info" help:"debug, info, warn or error"`
	Format Format `yaml:"format" default:"text" help:"text or json"`
}

// Logger returns the logger that c describes.
func (c Log) Logger(w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.Level(c.Level)}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// Level is the least severity that is logged.
type Level slog.Level

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *Level) UnmarshalText(b []byte) error {
	for _, known := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if strings.EqualFold(string(b), known.String()) {
			*l = Level(known)
			return nil
		}
	}
	return fmt.Errorf("%q: want debug, info, warn or error", b)
}

// MarshalText implements encoding.TextMarshaler.
func (l Level) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(slog.Level(l).String())), nil
}

// Format is how log lines are written.
type Format string

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Format) UnmarshalText(b []byte) error {
	if s := string(b); s != "text" && s != "json" {
		return fmt.Errorf("%q: want text or json", s)
	}
	*f = Format(b)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (f Format) MarshalText() ([]byte, error) { return []byte(f), nil }
