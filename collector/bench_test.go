package collector

import (
	"bytes"
	"context"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// FuzzScan: whatever stands in an input, its files are tiled and nothing but
// Problems tells of faults.
func FuzzScan(f *testing.F) {
	f.Add([]byte(sample))
	f.Add(gz([]byte(sample)))
	f.Add(zipped(f, "a/b", sample, "c.gz", string(gz([]byte(sample)))))
	f.Add(gz(tarred(f, nil, "x", sample)))
	f.Add([]byte("\xff\xfe!\x001\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		limits := Limits{EntryBytes: 1 << 20, TotalBytes: 4 << 20, RatioFloor: 1 << 20}
		for _, got := range scanStdin(t, Options{Limits: limits}, bytes.NewReader(data), "-") {
			if !got.eof && len(got.problems) == 0 {
				t.Errorf("%s ends without a word", got.Path)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	data := benchLog(32 << 20)
	dir := b.TempDir()
	for _, bm := range []struct {
		name string
		path string
	}{
		{"plain", write(b, dir+"/a.log", data)},
		{"gzip", write(b, dir+"/a.log.gz", gz(data))},
		{"zip", write(b, dir+"/a.zip", zipped(b, "a.log", string(data)))},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				err := Scan(b.Context(), Options{Parsers: bang}, []string{bm.path}, nil, func(*schemas.RecordBatch) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFollowOnce reads with a Journal on disk.
func BenchmarkFollowOnce(b *testing.B) {
	data := benchLog(32 << 20)
	path := write(b, b.TempDir()+"/a.log", data)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		j := openJournal(b, b.TempDir())
		f := follower(j, path)
		f.Once = true
		err := f.Run(b.Context(), func(_ context.Context, _ *schemas.RecordBatch, done func(error)) error {
			done(nil)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		j.Close()
	}
}
