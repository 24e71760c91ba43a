package offline_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// BenchmarkAnalyze measures the whole analysis of a corpus, and beside it what
// there is to compare it with: its first half, without the correlator; the
// framing of that; the work of wc -w; and finding the same fields by regular
// expressions, without doing anything with them. All but analyze-all run on one
// processor. The logs are made here, or those below the folder that
// UCTRACE_BENCH_LOGS names.
func BenchmarkAnalyze(b *testing.B) {
	dir, size := os.Getenv("UCTRACE_BENCH_LOGS"), int64(32<<20)
	if dir == "" {
		dir = b.TempDir()
		corpus(b, dir, int(size))
	} else {
		size = sizeOf(b, dir)
	}
	for _, bm := range []struct {
		name string
		run  func(b *testing.B, dir string) (facts int)
	}{
		{"analyze-all", func(b *testing.B, dir string) int { return events(b, dir, 0) }},
		{"analyze", func(b *testing.B, dir string) int { return events(b, dir, 1) }},
		{"parse", parsed},
		{"frame", framed},
		{"words", words},
		{"regexp", matched},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			facts := 0
			for b.Loop() {
				facts = bm.run(b, dir)
			}
			if facts == 0 {
				b.Error("found nothing")
			}
			b.ReportMetric(float64(facts), "facts")
		})
	}
}

func events(b *testing.B, dir string, workers int) (n int) {
	r, err := offline.Analyze(context.Background(), offline.Options{Options: collector.Options{Workers: workers}, Paths: []string{dir}})
	if err != nil {
		b.Fatal(err)
	}
	for i := range r.Inputs {
		n += r.Inputs[i].Events
	}
	return n
}

func parsed(b *testing.B, dir string) (n int) {
	parsers := normalizer.Parsers()
	normal := normalizer.New(parsers)
	var out schemas.EventBatch
	err := collector.Scan(context.Background(), collector.Options{Parsers: parsers}, []string{dir}, nil, func(batch *schemas.RecordBatch) error {
		normal.Normalize(&out, batch)
		n += len(out.Events)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func framed(b *testing.B, dir string) (n int) {
	err := collector.Scan(context.Background(), collector.Options{Parsers: normalizer.Parsers()}, []string{dir}, nil, func(batch *schemas.RecordBatch) error {
		n += len(batch.Records)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// words counts what stands between white space, byte by byte: as wc -w does in
// the C locale. In a UTF-8 locale wc decodes characters and takes several times
// as long.
func words(b *testing.B, dir string) (n int) {
	blank := [256]bool{' ': true, '\t': true, '\n': true, '\v': true, '\f': true, '\r': true}
	buf := make([]byte, 64<<10)
	read(b, dir, func(f io.Reader) error {
		in := false
		for {
			k, err := f.Read(buf)
			for _, c := range buf[:k] {
				if blank[c] {
					in = false
				} else if !in {
					in = true
					n++
				}
			}
			if err != nil {
				return err
			}
		}
	})
	return n
}

// matched counts the record heads, the header fields of SIP that an event has,
// and the pairs of Expressway that expressions find.
func matched(b *testing.B, dir string) (n int) {
	head := regexp.MustCompile(`^(?:(\d{8}\.\d{3}) \|(\d\d:\d\d:\d\d\.\d{3}) \|(\w[\w-]*) *\|` +
		`|(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d{3}) CCM\|` +
		`|(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (\w+) +\[(0x[0-9a-f]+)\] \[([^\]]+)\] \[([^\]]+)\] \[([^\]]+)\]` +
		`|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*) (\S+) ([\w.]+)(?:\[(\d+)\])?:)`)
	field := regexp.MustCompile(`^(Via|From|To|Call-ID|CSeq|Contact|Date|User-Agent|Server|Session-ID|Reason|Warning|Remote-Party-ID|Content-Type|Content-Length):\s*(.*)`)
	pair := regexp.MustCompile(`([\w-]+)="([^"]*)"`)
	const expressway = 2 * 11 // the group of its stamp
	read(b, dir, func(f io.Reader) error {
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			line := lines.Bytes()
			switch at := head.FindSubmatchIndex(line); {
			case at == nil:
				if field.FindSubmatchIndex(line) != nil {
					n++
				}
			case at[expressway] >= 0:
				n += 1 + len(pair.FindAllSubmatchIndex(line[at[1]:], -1))
			default:
				n++
			}
		}
		return lines.Err()
	})
	return n
}

// read gives the files below dir to do, one after the other.
func read(b *testing.B, dir string, do func(io.Reader) error) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := do(f); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func sizeOf(b *testing.B, dir string) (n int64) {
	read(b, dir, func(f io.Reader) error {
		k, err := io.Copy(io.Discard, f)
		n += k
		return err
	})
	return n
}
