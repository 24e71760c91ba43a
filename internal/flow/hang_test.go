package flow_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// TestHangingClickHouse has a server that takes the bytes of an INSERT and never
// answers, while the stream grows: the INSERT is given up and made again, the
// stage says what it waits for, and what it holds of the stream stays as it is.
func TestHangingClickHouse(t *testing.T) {
	s := newStoring(t, patienceOfSink)
	reader, err := bus.Connect(s.ctx, bus.Config{InProcess: s.nats.InProcess(), Prefetch: 256 << 10, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()

	var hung atomic.Int32
	open := make(chan struct{})
	s.gate.set(func(r *http.Request) (*http.Response, error) {
		hung.Add(1)
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case <-open:
			return s.gate.engine.RoundTrip(r)
		}
	})
	const perMessage = 16
	s.start(reader, 10*perMessage)
	s.fat(100, perMessage)
	await(s.ctx, t, "an INSERT that hangs", func() bool { return hung.Load() > 0 })
	s.fat(300, perMessage)
	await(s.ctx, t, "the INSERT to be made again", func() bool { return hung.Load() > 1 })
	trouble := s.store.Trouble()
	if trouble == nil || !strings.Contains(trouble.Error(), "UC_EVENTS") || !strings.Contains(trouble.Error(), "no answer within 5s") {
		t.Errorf("the stage says %v", trouble)
	}
	// Two loads of the thousand rows that a day may bring, in strides of 16
	// messages, and what the reader has fetched: 256 KiB are 8 messages, asked
	// for again when half of them are read.
	const aLoad = (1000/perMessage + 16) / 16 * 16
	if held, all := s.held(), s.info(schemas.StreamEvents); held > 2*aLoad+16 || all.Msgs != 400 || all.Bytes < 12<<20 {
		t.Errorf("%d messages are held, of %d in the stream, %d bytes", held, all.Msgs, all.Bytes)
	}
	close(open)
	s.stored()
	if err := s.store.Trouble(); err != nil {
		t.Errorf("the stage says %v when all is stored", err)
	}
	s.stop()
	s.whole(400 * perMessage)
}

// fat publishes messages of n events each that compress badly.
func (s *storing) fat(messages, n int) {
	s.t.Helper()
	file := schemas.File{Path: "a.log", Source: schemas.CUCMSDL, Fingerprint: schemas.FingerprintOf([]byte("a"))}
	noise := make([]byte, 1024)
	for range messages {
		b := &schemas.EventBatch{Span: schemas.Span{File: file, Start: int64(s.sent) * 100, End: int64(s.sent+n) * 100, Records: n, Events: n}}
		for range n {
			if _, err := rand.Read(noise); err != nil {
				s.t.Fatal(err)
			}
			id := file.Fingerprint.ID(int64(s.sent) * 100)
			s.sent++
			b.Events = append(b.Events, schemas.Event{
				ID: id, Record: id, Time: time.Date(2026, 3, 4, 9, 0, 0, s.sent*1000, time.UTC), Source: file.Source, File: file.Path, Line: s.sent,
				Kind: schemas.KindUnparsed, Text: hex.EncodeToString(noise),
			})
		}
		err := s.pub.Publish(s.ctx, schemas.StreamEvents.Subject("", ""), fmt.Sprint(s.sent), wire.AppendEvents(nil, b), func(err error) {
			if err != nil {
				s.t.Error(err)
			}
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := s.pub.Flush(s.ctx); err != nil {
		s.t.Fatal(err)
	}
}

// held returns how many messages of the events stream its readers were given.
func (s *storing) held() (most uint64) {
	s.t.Helper()
	nc, err := nats.Connect("", nats.InProcessServer(s.nats.InProcess()))
	if err != nil {
		s.t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		s.t.Fatal(err)
	}
	stream, err := js.Stream(s.ctx, schemas.StreamEvents.Name)
	if err != nil {
		s.t.Fatal(err)
	}
	consumers := stream.ListConsumers(s.ctx)
	n := 0
	for c := range consumers.Info() {
		n++
		most = max(most, c.Delivered.Stream)
	}
	if err := consumers.Err(); err != nil || n == 0 {
		s.t.Fatal(n, err)
	}
	return most
}

// TestAnswersBeyondTheTimeout has a server that does each INSERT when the client
// has given it up: in turns before the client's repeat, and behind it.
func TestAnswersBeyondTheTimeout(t *testing.T) {
	s := newStoring(t, time.Second)
	var mu sync.Mutex
	seen, late := map[string]bool{}, map[string]*http.Request{}
	given, behind := 0, 0
	do := func(r *http.Request) error {
		resp, err := s.gate.engine.RoundTrip(r.Clone(context.WithoutCancel(r.Context())))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			text, _ := io.ReadAll(resp.Body)
			return fmt.Errorf("%s: %s", resp.Status, text)
		}
		return nil
	}
	s.gate.set(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		token := r.URL.Query().Get("insert_deduplication_token")
		if !seen[token] {
			seen[token] = true
			<-r.Context().Done()
			if given++; given%2 == 0 {
				late[token] = r
			} else if err := do(r); err != nil {
				t.Error(err)
			}
			return nil, r.Context().Err()
		}
		resp, err := s.gate.engine.RoundTrip(r)
		if r := late[token]; r != nil && err == nil {
			delete(late, token)
			behind++
			if err := do(r); err != nil {
				t.Error(err)
			}
		}
		return resp, err
	})
	s.start(s.bus, 0)
	for range 2 { // each of them a batch at least, and an INSERT of events and of spans each
		s.publish(20)
		s.stored()
	}
	s.stop()
	if given < 4 || behind < 2 || len(late) > 0 {
		t.Errorf("%d INSERTs were given up, %d done behind their repeat, %d never", given, behind, len(late))
	}
	s.whole(40)
}
