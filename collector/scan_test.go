package collector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/uctrace/uctrace/schemas"
)

const sample = "!2026-01-02T10:20:30 first host=alpha \n more\n!10:20:31 second\n!10:20:32 third\n"

// scan runs Scan and returns the files by path, in order.
func scan(t testing.TB, opts Options, paths ...string) []*file {
	t.Helper()
	return scanStdin(t, opts, nil, paths...)
}

func scanStdin(t testing.TB, opts Options, stdin io.Reader, paths ...string) []*file {
	t.Helper()
	if opts.Parsers == nil {
		opts.Parsers = bang
	}
	var files []*file
	var mu sync.Mutex
	err := Scan(t.Context(), opts, paths, stdin, func(b *schemas.RecordBatch) error {
		mu.Lock()
		defer mu.Unlock()
		for _, f := range files {
			if f.Path == b.File.Path {
				f.add(t, b)
				return nil
			}
		}
		files = append(files, new(file))
		files[len(files)-1].add(t, b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t testing.TB, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSameLogByEveryRoute(t *testing.T) {
	dir := t.TempDir()
	plain := scan(t, Options{}, write(t, dir+"/x.txt", []byte(sample)))[0]
	if len(plain.records) != 3 || !plain.eof || string(plain.text) != sample || plain.Node != "alpha" || plain.Source != schemas.CUCMSDL {
		t.Fatalf("plain file: %+v", plain)
	}
	gzipped := gz([]byte(sample))
	inner := zipped(t, "in/x.txt.gzo", string(gzipped))
	tests := []struct {
		name string
		data []byte
		path string // behind the archive's own
	}{
		{"x.txt.gz", gzipped, ""},
		{"misnamed.txt", gzipped, ""},
		{"twice.gz", gz(gzipped), ""},
		{"a.zip", zipped(t, "cm/trace/x.txt", sample), "!cm/trace/x.txt"},
		{"b.zip", zipped(t, "x.txt.gz", string(gzipped)), "!x.txt.gz"},
		{"c.zip", zipped(t, "inner.zip", string(inner)), "!inner.zip!in/x.txt.gzo"},
		{"d.tar", tarred(t, nil, "./d/x.txt", sample), "!d/x.txt"},
		{"e.tar.gz", gz(tarred(t, nil, "x.txt", sample)), "!x.txt"},
		{"f.tgz", gz(tarred(t, nil, "i.zip", string(inner))), "!i.zip!in/x.txt.gzo"},
		{"hostile.zip", zipped(t, "../../x.txt", sample), "!../../x.txt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, filepath.Join(dir, tt.name), tt.data)
			got := scan(t, Options{}, path)
			if len(got) != 1 || got[0].Path != path+tt.path {
				t.Fatalf("got %v", paths(got))
			}
			if !reflect.DeepEqual(got[0].records, plain.records) || !got[0].eof || len(got[0].problems) > 0 {
				t.Errorf("records differ:\n%s%v", got[0].lines(), got[0].problems)
			}
			from := scanStdin(t, Options{}, bytes.NewReader(tt.data), "-")
			if len(from) != 1 || from[0].Path != "-"+tt.path || !reflect.DeepEqual(from[0].records, plain.records) {
				t.Errorf("from stdin: %v", paths(from))
			}
		})
	}
}

func paths(files []*file) (p []string) {
	for _, f := range files {
		p = append(p, f.Path)
	}
	return p
}

func TestScanFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/b/2.log", []byte(sample))
	write(t, dir+"/b/1.log", []byte(sample))
	write(t, dir+"/a.log", []byte(sample))
	write(t, dir+"/empty.log", nil)
	write(t, dir+"/pub.example.com_1/2026-01-02_10-20-30/cm/x.txt", []byte("!10:20:30 a\n"))
	outside := write(t, t.TempDir()+"/outside.log", []byte(sample))
	for link, to := range map[string]string{"/in": dir + "/a.log", "/out": outside, "/loop": dir, "/nowhere": dir + "/gone"} {
		if err := os.Symlink(to, dir+link); err != nil {
			t.Skip(err)
		}
	}
	for _, workers := range []int{0, 4} {
		p := new(Progress)
		got := scan(t, Options{Node: "", Workers: workers, Progress: p}, dir)
		want := []string{"/a.log", "/b/1.log", "/b/2.log", "/empty.log", "/nowhere", "/out", "/pub.example.com_1/2026-01-02_10-20-30/cm/x.txt"}
		if workers == 0 {
			for i, f := range got {
				if i >= len(want) || f.Path != dir+want[i] {
					t.Fatalf("files %q", paths(got))
				}
			}
		}
		if len(got) != len(want) {
			t.Fatalf("files %q", paths(got))
		}
		byPath := map[string]*file{}
		for _, f := range got {
			byPath[strings.TrimPrefix(f.Path, dir)] = f
		}
		if f := byPath["/empty.log"]; !f.eof || f.batches != 1 || len(f.records) != 0 || len(f.problems) != 0 {
			t.Errorf("empty file: %+v", f)
		}
		if f := byPath["/out"]; len(f.problems) != 1 || !f.problems[0].Unread || f.eof {
			t.Errorf("link out of the folder: %+v", f)
		}
		if f := byPath[want[6]]; f.Node != "pub.example.com" {
			t.Errorf("node %q", f.Node)
		}
		s := p.State()
		if s.Bytes != s.TotalBytes || s.Files != s.TotalFiles || s.Bytes == 0 || s.Current == "" {
			t.Errorf("progress %+v", s)
		}
	}
}

func TestUTF16(t *testing.T) {
	text := sample + "é 😀\n"
	encode := func(order func(uint16) []byte, bom bool) []byte {
		var b []byte
		units := utf16.Encode([]rune(text))
		if bom {
			units = append([]uint16{0xfeff}, units...)
		}
		for _, u := range units {
			b = append(b, order(u)...)
		}
		return b
	}
	le := func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }
	be := func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }
	for name, data := range map[string][]byte{
		"le": encode(le, true), "be": encode(be, true), "le without mark": encode(le, false), "be without mark": encode(be, false),
	} {
		t.Run(name, func(t *testing.T) {
			got := scanStdin(t, Options{}, bytes.NewReader(data), "-")[0]
			if string(got.text) != text || len(got.records) != 3 || len(got.problems) != 1 {
				t.Errorf("%q %v", got.text, got.problems)
			}
			got = scanStdin(t, Options{}, bytes.NewReader(append(data, 'x')), "-")[0]
			if string(got.text) != text+"\uFFFD" {
				t.Errorf("half a character at the end: %q", got.text)
			}
		})
	}
	lone := scanStdin(t, Options{}, strings.NewReader("\xff\xfe!\x00\x00\xd8a\x00\x00\xdc"), "-")[0]
	if string(lone.text) != "!\uFFFDa\uFFFD" {
		t.Errorf("lone surrogates: %q", lone.text)
	}
}

func TestScanStops(t *testing.T) {
	dir := t.TempDir()
	for i := range 5 {
		write(t, fmt.Sprintf("%s/%d.log", dir, i), benchLog(1<<20))
	}
	stop := errors.New("stop")
	for _, workers := range []int{1, 3} {
		n := 0
		var mu sync.Mutex
		err := Scan(t.Context(), Options{Parsers: bang, Workers: workers}, []string{dir}, nil, func(*schemas.RecordBatch) error {
			mu.Lock()
			defer mu.Unlock()
			n++
			return stop
		})
		if !errors.Is(err, stop) || n > workers {
			t.Errorf("%v after %d calls", err, n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Scan(ctx, Options{}, []string{dir}, nil, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNodeOfPath(t *testing.T) {
	tests := map[string]string{
		"in/cucm-sub1.example.com_2/2019-08-27_23-23-37/cm/trace/ccm/sdl/SDL002_100_000001.txt": "cucm-sub1.example.com",
		"b.zip!pub.example.com/2016-10-18_16-47-42/cm/x.txt":                                    "pub.example.com",
		"b.zip!2016-10-18_16-47-42/cm/x.txt":                                                    "b.zip",
		"2016-10-18_16-47-42/cm/x.txt":                                                          "",
		"host_a/2016-10-18_16-47-42/x.txt":                                                      "host_a",
		"x.txt":                                                                                 "",
	}
	for path, want := range tests {
		if got := nodeOfPath(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
