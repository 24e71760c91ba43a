package chdb

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// maxLibrary bounds the unpacked library, in bytes; the pinned one has
// 559,044,752.
const maxLibrary = 1 << 30

// fetch puts the library of b into dir, or finds that another process just
// did. Nothing appears in dir under the library's name unless it is complete,
// verified and on disk.
func fetch(ctx context.Context, b build, dir string, opts LocateOptions) error {
	npm := opts.NPM
	if npm == "" {
		var err error
		if npm, err = exec.LookPath("npm"); err != nil {
			return errors.New("npm is not installed (it fetches the library by package name)")
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := waitLock(ctx, filepath.Join(dir, ".lock"))
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := usable(filepath.Join(dir, libFile)); err == nil {
		return nil
	}

	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	log.Info("fetching the embedded ClickHouse library, once", "package", b.pkg, "version", b.version, "into", dir)
	begin := time.Now()
	tmp, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	pack, err := npmPack(ctx, npm, b, tmp)
	if err != nil {
		return err
	}
	if err := verify(pack, b.integrity); err != nil {
		return err
	}
	lib := filepath.Join(tmp, libFile)
	if err := extract(pack, b.member, lib, maxLibrary); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := os.Rename(lib, filepath.Join(dir, libFile)); err != nil {
		return err
	}
	log.Info("embedded ClickHouse library is in place", "took", time.Since(begin).Round(time.Millisecond))
	return syncDir(dir)
}

// npmPack downloads the package file of b into dir with the npm client, which
// knows the user's registry, proxy and credentials, and returns its path.
func npmPack(ctx context.Context, npm string, b build, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, npm, "pack", b.pkg+"@"+b.version, "--ignore-scripts", "--silent")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	// npm starts children that inherit stderr; a stuck one must not hold up
	// a cancelled fetch.
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("npm pack: %w%s", err, firstLines(stderr.String(), 3))
	}
	packs, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil {
		return "", err
	}
	if len(packs) != 1 {
		return "", fmt.Errorf("npm pack left %d package files, want 1%s", len(packs), firstLines(stderr.String(), 3))
	}
	return packs[0], nil
}

// firstLines returns at most n non-empty lines of s as the tail of an error.
func firstLines(s string, n int) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" && len(lines) < n {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return ": " + strings.Join(lines, "; ")
}

// verify compares the SHA-512 of the file with integrity ("sha512-<base64>").
func verify(path, integrity string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha512.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(h.Sum(nil)); got != integrity {
		return fmt.Errorf("the package is not the pinned one: its integrity is %s, want %s", got, integrity)
	}
	return nil
}

// extract writes the one member of the package file to dst and syncs it.
func extract(pack, member, dst string, limit int64) error {
	f, err := os.Open(pack)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return fmt.Errorf("the package has no %s", member)
		}
		if err != nil {
			return err
		}
		if h.Name != member || h.Typeflag != tar.TypeReg {
			continue
		}
		if h.Size > limit {
			return fmt.Errorf("%s has %d bytes, more than the limit of %d", member, h.Size, limit)
		}
		return writeSynced(dst, t)
	}
}

func writeSynced(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o500)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// waitLock takes the lock file, waiting for its holder until ctx ends.
func waitLock(ctx context.Context, path string) (unlock func(), err error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		f, err := tryLock(path)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}
