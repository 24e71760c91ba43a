package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"strings"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

var recordsCommand = command{
	name: "records", args: "PATH[:LINE]…", short: "print what the logs hold, one record a line",
	help: `
A record is what the product wrote at one moment. Every byte of a file belongs
to exactly one record; nothing is interpreted. With a line number only the
record on that line is printed. The output is one JSON object a line.
`,
	examples: `  uctrace records SDL001_100_000001.txt.gz | head -3
  unzip -p collection.zip 'sdl/*' | uctrace records --source cucm.sdl -
`,
	flags:   streamFlags,
	without: reportSettings,
	run: func(ctx context.Context, c *call) (int, error) {
		return c.stream(ctx, func(dst []byte, b *schemas.RecordBatch, wanted func(*schemas.Record) bool) []byte {
			for i := range b.Records {
				if !wanted(&b.Records[i]) {
					continue
				}
				dst = append(jsonl.AppendRecord(dst, &b.File, &b.Records[i]), '\n')
			}
			return dst
		})
	},
}

var eventsCommand = command{
	name: "events", args: "PATH[:LINE]…", short: "print what the logs mean, one event a line",
	help: `
An event is one fact that a log states: a SIP message, a lookup that failed, a
stage of a sign-in. A log that is there twice counts once. With a line number
only what the record on that line states is printed. The output is one JSON
object a line.
`,
	examples: `  uctrace events collection.zip | jq -r 'select(.kind == "sip.message") | [.time, .sip.method, .sip.status] | @tsv'
  uctrace events --tz Europe/Berlin csf-unified.log | jq -c 'select(.kind == "log.unparsed")'
`,
	flags:   streamFlags,
	without: reportSettings,
	run: func(ctx context.Context, c *call) (int, error) {
		n := normalizer.New(normalizer.Parsers())
		seen := newOnce()
		var events schemas.EventBatch
		return c.stream(ctx, func(dst []byte, b *schemas.RecordBatch, wanted func(*schemas.Record) bool) []byte {
			b = seen.first(b)
			n.Normalize(&events, b)
			next := events.Events
			for i := range b.Records {
				r := &b.Records[i]
				print := wanted(r)
				for ; len(next) > 0 && next[0].Record == r.ID; next = next[1:] {
					if print {
						dst = append(jsonl.AppendEvent(dst, &next[0]), '\n')
					}
				}
			}
			return dst
		})
	},
}

func streamFlags(fs *flag.FlagSet, o *options) {
	fs.StringVar(&o.format, "format", "jsonl", "`form` of the output: jsonl")
}

// stream reads everything once, in order, and writes the lines that appendTo
// makes of the wanted records of each batch. What is written ends with a whole
// line, also when ctx ends.
func (c *call) stream(ctx context.Context, appendTo func(dst []byte, b *schemas.RecordBatch, wanted func(*schemas.Record) bool) []byte) (status int, err error) {
	if err := oneOf("format", c.format, "jsonl"); err != nil {
		return 0, err
	}
	if err := c.needPath(); err != nil {
		return 0, err
	}
	out := bufio.NewWriterSize(c.Stdout, 256<<10)
	defer func() { err = errors.Join(err, out.Flush()) }()
	var line []byte
	return c.read(ctx, placesOf(c.args), func(b *schemas.RecordBatch, wanted func(*schemas.Record) bool) error {
		line = appendTo(line[:0], b, wanted)
		_, err := out.Write(line)
		return err
	})
}

// read reads the places once, in order, masks what is to be masked, and hands
// over the batches with what is wanted of them; the first error of emit ends
// it. What cannot be read is said on stderr.
func (c *call) read(ctx context.Context, at places, emit func(b *schemas.RecordBatch, wanted func(*schemas.Record) bool) error) (status int, err error) {
	opts := c.settings.collector()
	opts.Workers = 1
	opts.Progress = new(collector.Progress)
	if _, terminal := terminalSize(c.Stdout); !terminal {
		defer c.console.progress(opts.Progress)()
	}
	mask, window, left, kept := c.settings.masker(), c.settings.window(), offline.LeftOut{}, 0
	path, found := "", at.whole()
	wanted := func(r *schemas.Record) bool {
		is := at.wants(path, r.Line, r.Line+r.Lines-1)
		found = found || is
		return is
	}
	err = collector.Scan(ctx, opts, at.roots(), interruptible(ctx, c.Stdin), func(b *schemas.RecordBatch) error {
		if err := ctx.Err(); err != nil {
			return err // an interrupted read looks like the end of the input
		}
		for i := range b.Problems {
			c.console.problem(&b.Problems[i])
			if b.Problems[i].Unread {
				status = exitUnread
			}
		}
		window.Keep(b, &left)
		kept += len(b.Records)
		mask.Mask(b)
		path = b.File.Path
		return emit(b, wanted)
	})
	if err == nil && kept == 0 && left.Records > 0 {
		err = &offline.EmptyWindowError{Window: window, Out: left}
	}
	if err == nil && !found && status == exitOK {
		err = &usageError{"no record at " + strings.Join(c.args, ", "), "lines count from 1; members of an archive stand behind !"}
	}
	return status, err
}

// needPath is for commands that read logs.
func (c *call) needPath() error {
	if len(c.args) == 0 {
		return &usageError{"no PATH given", "name files, folders or archives, or - for standard input"}
	}
	return nil
}

// interruptible returns a reader of r whose Read returns when ctx ends,
// although that of a terminal or a pipe may not. It is for one goroutine.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	return &interruptibleReader{ctx: ctx, r: r, buf: make([]byte, 256<<10), done: make(chan readResult, 1)}
}

type interruptibleReader struct {
	ctx  context.Context
	r    io.Reader
	buf  []byte
	rest []byte // of buf, not given out yet
	err  error
	done chan readResult
}

type readResult struct {
	n   int
	err error
}

func (i *interruptibleReader) Read(p []byte) (int, error) {
	if len(i.rest) == 0 && i.err == nil {
		// An interrupted read goes on into buf, which nobody looks at again.
		go func() {
			n, err := i.r.Read(i.buf)
			i.done <- readResult{n, err}
		}()
		select {
		case d := <-i.done:
			i.rest, i.err = i.buf[:d.n], d.err
		case <-i.ctx.Done():
			i.err = i.ctx.Err()
		}
	}
	if len(i.rest) == 0 {
		return 0, i.err
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	return n, nil
}
