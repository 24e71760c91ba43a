package collector

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestScanUnreadable(t *testing.T) {
	dir := t.TempDir()
	data := gz(benchLog(300_000))
	damagedZip := zipped(t, "x", sample)
	cutTar := gz(tarred(t, nil, "x", sample, "y", string(benchLog(100_000))))
	sealed := bytes.Replace(zipped(t, "x", sample, "y", sample), []byte("PK\x03\x04\x14\x00\x08"), []byte("PK\x03\x04\x14\x00\x09"), 1)
	sealed = bytes.Replace(sealed, []byte("PK\x01\x02\x14\x00\x14\x00\x08"), []byte("PK\x01\x02\x14\x00\x14\x00\x09"), 1)
	links := []tar.Header{
		{Name: "sym", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink},
		{Name: "hard", Linkname: "x", Typeflag: tar.TypeLink},
		{Name: "dev", Typeflag: tar.TypeChar},
	}
	deep := []byte(sample)
	for range 10 {
		deep = zipped(t, "d", string(deep))
	}
	binary := bytes.Repeat([]byte{0, 1, 2, 3, 'a'}, 1000)
	tests := []struct {
		name   string
		data   []byte
		want   []string // problems, "unread" in front where set
		files  int
		nonNil bool // some records came out all the same
	}{
		{"cut.gz", data[:len(data)/2], []string{"cut.gz: the gzip data has no end"}, 1, true},
		{"bad.gz", append(append([]byte{}, data[:len(data)-6]...), 1, 2, 3, 4, 5, 6), []string{"unread bad.gz: the gzip data is damaged"}, 1, true},
		{"head.gz", []byte("\x1f\x8b\x08\x00"), []string{"unread head.gz: the file ends in the middle"}, 1, false},
		{"bad.zip", damagedZip[:len(damagedZip)-10], []string{"unread bad.zip: the zip archive is damaged"}, 1, false},
		{"cut.tgz", cutTar[:len(cutTar)*2/3], []string{"cut.tgz!y: the gzip data has no end", "unread cut.tgz: the gzip data has no end"}, 3, true},
		{"sealed.zip", sealed, []string{"unread sealed.zip!x: the member is encrypted"}, 2, true},
		{"links.tar", tarred(t, links, "x", sample), []string{"links.tar!sym: skipped: it is a symbolic link", "links.tar!hard: skipped: it is a hard link", "links.tar!dev: skipped: it is a device"}, 4, true},
		{"deep.zip", deep, []string{"unread deep.zip!d!d!d!d!d: archives are nested deeper than 5"}, 1, false},
		{"x.png", append([]byte("\x89PNG\r\n\x1a\n"), binary...), []string{"x.png: not a log: a PNG image"}, 1, true},
		{"Jabber-Win.zip.ENC", binary, []string{"unread Jabber-Win.zip.ENC: this is an encrypted problem report of Jabber"}, 1, true},
		{"core", binary, []string{"core: not a log: binary data"}, 1, true},
		{"nul.log", []byte(sample + strings.Repeat("\x00", 50) + "\n" + sample), []string{"nul.log:5: NUL bytes in the text"}, 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, dir+"/"+tt.name, tt.data)
			t.Chdir(dir)
			got := scan(t, Options{}, tt.name)
			var problems []string
			records := 0
			for _, f := range got {
				for _, p := range f.problems {
					s := p.Error()
					if p.Unread {
						s = "unread " + s
					}
					problems = append(problems, s)
				}
				records += len(f.records)
			}
			ok := len(problems) == len(tt.want)
			for i := range min(len(problems), len(tt.want)) {
				ok = ok && strings.HasPrefix(problems[i], tt.want[i])
			}
			if !ok || len(got) != tt.files || (records > 0) != tt.nonNil {
				t.Errorf("files %q, %d records, problems %q, want %q", paths(got), records, problems, tt.want)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		got := scan(t, Options{}, dir+"/gone", dir+"/x.png")
		if len(got) != 2 || len(got[0].problems) != 1 || !got[0].problems[0].Unread {
			t.Errorf("got %+v", got)
		}
	})
}

func TestBombs(t *testing.T) {
	dir := t.TempDir()
	zeros := strings.Repeat("0", 1<<20)
	limits := Limits{EntryBytes: 100_000, TotalBytes: 250_000, Ratio: 50, RatioFloor: 50_000, Entries: 3}
	tests := []struct {
		name  string
		data  []byte
		want  string
		bytes int // at most
	}{
		{"ratio.gz", gz([]byte(zeros)), "not read further: the content unpacks to more than 50 times its size", 150_000},
		{"ratio.zip", zipped(t, "a", zeros, "b", sample), "times its size", 150_000},
		{"entry.tar", tarred(t, nil, "a", zeros, "b", sample), "is longer than", 120_000},
		{"total.tgz", gz(tarred(t, nil, "a", string(benchLog(90_000)), "b", string(benchLog(90_000)), "c", string(benchLog(90_000)))), "unpacks to more than", 250_000},
		{"entries.zip", zipped(t, "a", sample, "b", sample, "c", sample, "d", sample), "more than 3 entries", 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := scan(t, Options{Limits: limits}, write(t, filepath.Join(dir, tt.name), tt.data), write(t, dir+"/after", []byte(sample)))
			n, found := 0, 0
			for _, f := range got {
				n += len(f.text)
				for _, p := range f.problems {
					if strings.Contains(p.Message, tt.want) && p.Unread {
						found++
					}
				}
			}
			if found == 0 || n > tt.bytes {
				t.Errorf("%d bytes, %d problems %q: %+v", n, found, tt.want, got)
			}
			if last := got[len(got)-1]; !last.eof || len(last.records) != 3 {
				t.Error("the next file was not read")
			}
			if b := got[len(got)-2]; strings.HasSuffix(b.Path, "!b") && tt.name != "total.tgz" && string(b.text) != sample {
				t.Error("the next member was not read")
			}
		})
	}
}

func TestUnreadableFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a/x.log", []byte(sample))
	write(t, dir+"/b/x.log", []byte(sample))
	w := walker{readDir: func(name string) ([]os.DirEntry, error) {
		if filepath.Base(name) == "a" {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
		}
		return os.ReadDir(name)
	}}
	w.add(dir)
	if len(w.targets) != 2 || w.targets[0].problem == nil || !w.targets[0].problem.Unread || w.targets[1].path != dir+"/b/x.log" {
		t.Fatalf("targets %+v", w.targets)
	}
	if got := w.targets[0].problem.Error(); got != dir+"/a: permission denied" {
		t.Error(got)
	}
}
