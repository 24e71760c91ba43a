package chdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// build is a published build of libchdb that Locate may fetch.
type build struct {
	pkg, version string
	// integrity is the SHA-512 of the package file, as npm prints it
	// (dist.integrity). Nothing else is ever loaded.
	integrity string
	// member is the library inside the package file.
	member string
}

// builds are the pinned builds by GOOS/GOARCH. A platform enters the table
// with its integrity or not at all: an unverified library is not loaded.
var builds = map[string]build{
	"linux/amd64": {
		pkg:       "@chdb/lib-linux-x64-gnu",
		version:   "26.5.3",
		integrity: "sha512-fPrLmRt5Moor9yGz4mazbrNje4t7X9KB2mTGkXFWRxRBs2iKy8yh6jx11xsa0Qr3iDFMU/yHqd+bVdYJXu3QaQ==",
		member:    "package/libchdb.so",
	},
}

// libFile is the name of the library in the cache folder.
const libFile = "libchdb.so"

// LocateOptions says where Locate may look. The zero value looks in the
// user's cache folder and fetches with the npm on PATH.
type LocateOptions struct {
	// Path is the library the user named. It is used as it is and never
	// replaced by another one: when it is unusable, Locate fails.
	Path string
	// CacheDir keeps the fetched library between runs; empty means
	// uctrace/libchdb/<version> under os.UserCacheDir.
	CacheDir string
	// NPM is the npm client that fetches the library; empty means the one on
	// PATH.
	NPM string
	// Log is told about the fetch, which moves some 160 MB; nil is silent.
	Log *slog.Logger
}

// Attempt is a place where Locate looked in vain.
type Attempt struct {
	Place string
	Err   error
}

// NotFoundError says that no libchdb can be had: each place that was tried,
// why it failed, and what to do instead.
type NotFoundError struct{ Tried []Attempt }

// Error lists the places, one a line.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	b.WriteString("the embedded ClickHouse (libchdb) is not available; tried:")
	for _, a := range e.Tried {
		fmt.Fprintf(&b, "\n  %s: %v", a.Place, a.Err)
	}
	b.WriteString("\nto use a ClickHouse server instead, set clickhouse.url in the configuration or pass --clickhouse-url")
	return b.String()
}

// Unwrap returns the reasons.
func (e *NotFoundError) Unwrap() []error {
	errs := make([]error, len(e.Tried))
	for i, a := range e.Tried {
		errs[i] = a.Err
	}
	return errs
}

// Locate returns the absolute path of libchdb: the named one, else the one in
// the cache folder, else a freshly fetched one. Any number of processes may
// call it at once; one of them fetches, the others wait for it. The error is
// a *NotFoundError, or ctx.Err.
func Locate(ctx context.Context, opts LocateOptions) (string, error) {
	if opts.Path != "" {
		path, err := usable(opts.Path)
		if err != nil {
			return "", &NotFoundError{[]Attempt{{opts.Path + " (named explicitly, so nothing else is tried)", err}}}
		}
		return path, nil
	}
	platform := runtime.GOOS + "/" + runtime.GOARCH
	b, ok := builds[platform]
	if !ok {
		return "", &NotFoundError{[]Attempt{{"pinned builds", fmt.Errorf("none for %s", platform)}}}
	}
	dir := opts.CacheDir
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", &NotFoundError{[]Attempt{{"cache folder", err}}}
		}
		dir = filepath.Join(user, "uctrace", "libchdb", b.version)
	}
	cached := filepath.Join(dir, libFile)
	path, err := usable(cached)
	if err == nil {
		return path, nil
	}
	tried := []Attempt{{cached, err}}
	if err := fetch(ctx, b, dir, opts); err != nil {
		if ctx.Err() != nil {
			return "", fmt.Errorf("fetch libchdb: %w", ctx.Err())
		}
		return "", &NotFoundError{append(tried, Attempt{"npm package " + b.pkg + "@" + b.version, err})}
	}
	return usable(cached)
}

// usable returns the absolute form of path when a regular, non-empty file
// stands there.
func usable(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	fi, err := os.Stat(abs)
	var pathErr *os.PathError
	switch {
	case errors.As(err, &pathErr):
		return "", pathErr.Err
	case err != nil:
		return "", err
	case !fi.Mode().IsRegular():
		return "", errors.New("not a regular file")
	case fi.Size() == 0:
		return "", errors.New("the file is empty")
	}
	return abs, nil
}
