package chdb

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// packageFile returns a package file with the members, and its integrity.
func packageFile(t *testing.T, members map[string]string) ([]byte, string) {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	w := tar.NewWriter(z)
	for name, text := range members {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(buf.Bytes())
	return buf.Bytes(), "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
}

// npmScript writes an npm that delivers pack and notes each run in the file
// "runs" beside it.
func npmScript(t *testing.T, pack []byte) (npm, runs string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script in the place of npm")
	}
	dir := t.TempDir()
	tgz, runs := filepath.Join(dir, "p.tgz"), filepath.Join(dir, "runs")
	npm = filepath.Join(dir, "npm")
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >> %s\ncp %s ./lib-1.0.0.tgz\n", runs, tgz)
	if err := errors.Join(os.WriteFile(tgz, pack, 0o600), os.WriteFile(npm, []byte(script), 0o700)); err != nil {
		t.Fatal(err)
	}
	return npm, runs
}

func TestFetchOnce(t *testing.T) {
	pack, integrity := packageFile(t, map[string]string{"package/a.txt": "other", "package/libchdb.so": "the library"})
	npm, runs := npmScript(t, pack)
	b := build{"@scope/lib", "1.0.0", integrity, "package/libchdb.so"}
	dir := filepath.Join(t.TempDir(), "cache")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := fetch(t.Context(), b, dir, LocateOptions{NPM: npm}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err := os.ReadFile(filepath.Join(dir, libFile)); err != nil || string(got) != "the library" {
		t.Errorf("library = %q, %v", got, err)
	}
	if got, _ := os.ReadFile(runs); string(got) != "pack @scope/lib@1.0.0 --ignore-scripts --silent\n" {
		t.Errorf("npm runs:\n%s", got)
	}
	left, err := filepath.Glob(filepath.Join(dir, "fetch-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestFetchRefuses(t *testing.T) {
	pack, integrity := packageFile(t, map[string]string{"package/libchdb.so": "the library"})
	npm, _ := npmScript(t, pack)
	tests := []struct {
		name, npm, integrity, member, want string
	}{
		{"another package", npm, "sha512-AAAA", "package/libchdb.so", "not the pinned one"},
		{"no library inside", npm, integrity, "package/other.so", "the package has no package/other.so"},
		{"npm missing", filepath.Join(t.TempDir(), "npm"), integrity, "package/libchdb.so", "npm pack"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			err := fetch(t.Context(), build{"@scope/lib", "1.0.0", tt.integrity, tt.member}, dir, LocateOptions{NPM: tt.npm})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
			if _, err := os.Stat(filepath.Join(dir, libFile)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a refused library stands in the cache: %v", err)
			}
		})
	}
}

func TestExtractBounded(t *testing.T) {
	pack, _ := packageFile(t, map[string]string{"package/libchdb.so": "more than eight"})
	dir := t.TempDir()
	path := filepath.Join(dir, "p.tgz")
	if err := os.WriteFile(path, pack, 0o600); err != nil {
		t.Fatal(err)
	}
	err := extract(path, "package/libchdb.so", filepath.Join(dir, "out"), 8)
	if err == nil || !strings.Contains(err.Error(), "limit of 8") {
		t.Errorf("error = %v", err)
	}
}

func TestLocateNamedIsNeverReplaced(t *testing.T) {
	cache := t.TempDir()
	if err := os.WriteFile(filepath.Join(cache, libFile), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Locate(t.Context(), LocateOptions{Path: filepath.Join(t.TempDir(), "gone.so"), CacheDir: cache})
	var notFound *NotFoundError
	if !errors.As(err, &notFound) || len(notFound.Tried) != 1 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error = %v", err)
	}
}

func TestLocateNamesEveryPlace(t *testing.T) {
	if _, ok := builds[runtime.GOOS+"/"+runtime.GOARCH]; !ok {
		t.Skip("no pinned build for this platform")
	}
	cache := t.TempDir()
	_, err := Locate(t.Context(), LocateOptions{CacheDir: cache, NPM: filepath.Join(cache, "no-npm")})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{filepath.Join(cache, libFile), "npm package", "clickhouse.url", "--clickhouse-url"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q:\n%v", want, err)
		}
	}
}
