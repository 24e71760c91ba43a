package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/listen"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/schemas"
)

// openNATS starts the embedded server, unless another is named, connects to it
// and makes the streams.
func (s *server) openNATS(ctx context.Context) error {
	c := &s.cfg.NATS
	if c.URL == "" {
		address := c.Listen
		if address == listen.Off {
			address = ""
		}
		nc := natsd.Config{
			Dir: filepath.Join(s.cfg.DataDir, "nats"), Listen: address, Token: c.Token,
			MaxStore: int64(c.MaxStore), SyncInterval: c.SyncEvery, Log: s.log,
		}
		if c.CertFile != "" {
			cert, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
			if err != nil {
				return fmt.Errorf("nats.cert_file: %w", err)
			}
			nc.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		}
		nats, err := natsd.Start(nc)
		switch {
		case errors.Is(err, natsd.ErrInUse):
			return fmt.Errorf("data_dir %s is in use by another uctraced", s.cfg.DataDir)
		case err != nil:
			return whyNotListening(ctx, "nats.listen", address, fmt.Errorf("start embedded NATS: %w", err))
		}
		s.nats = nats
		s.onClose(func() error { nats.Shutdown(); return nil })
	}
	b, err := s.connect(ctx, "uctraced")
	if err != nil {
		return err
	}
	s.bus = b
	s.connected.Store(true)
	s.onClose(func() error { b.Close(); return nil })
	if !answers(ctx, b) {
		s.log.Warn("no NATS server answers yet; waiting for it", "nats", s.natsAddress())
	}
	for stream, share := range streamShares {
		limits := bus.Limits{MaxBytes: int64(c.MaxStore) / 100 * share, MaxAge: c.MaxAge}
		if err := b.EnsureStreams(ctx, []schemas.Stream{stream}, limits); err != nil {
			return fmt.Errorf("make stream: %w", err)
		}
	}
	if err := b.EnsureSnapshots(ctx, int64(c.MaxStore)/100*snapshotShare); err != nil {
		return fmt.Errorf("make room for snapshots: %w", err)
	}
	return nil
}

// natsPatience is after how long a person is told that the start waits.
const natsPatience = 2 * time.Second

func answers(ctx context.Context, b *bus.Bus) bool {
	ctx, cancel := context.WithTimeout(ctx, natsPatience)
	defer cancel()
	return b.WaitConnected(ctx) == nil || errors.Is(ctx.Err(), context.Canceled)
}

// whyNotListening returns err, or why nobody can listen on address when that
// is the reason: the server only logs it.
func whyNotListening(ctx context.Context, key, address string, err error) error {
	if address == "" {
		return err
	}
	l, fault := listen.TCP(ctx, key, address)
	if fault != nil {
		return fault
	}
	return errors.Join(err, l.Close())
}

// streamShares divides nats.max_store among the streams, in percent. NATS
// sets the space aside at once; the rest is for the cursors.
var streamShares = map[schemas.Stream]int64{
	schemas.StreamRecords: 43, schemas.StreamEvents: 40, schemas.StreamSessions: 6, schemas.StreamFindings: 4,
	schemas.StreamCoverage: 1, schemas.StreamAgents: 1,
}

// snapshotShare is that of the correlator's snapshots.
const snapshotShare = 4

// connect returns a connection to the NATS server, the embedded one without a
// socket.
func (s *server) connect(ctx context.Context, name string) (*bus.Bus, error) {
	c := bus.Config{Name: name, Log: s.log, Token: s.cfg.NATS.Token}
	if s.nats != nil {
		c.InProcess = s.nats.InProcess()
	} else {
		c.URL, c.Creds, c.NKey, c.CAFile = s.cfg.NATS.URL, s.cfg.NATS.Creds, s.cfg.NATS.NKey, s.cfg.NATS.CAFile
	}
	b, err := bus.Connect(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return b, nil
}

func (s *server) natsAddress() string {
	if s.nats == nil {
		return program.Redact(s.cfg.NATS.URL)
	}
	return cmp.Or(s.nats.ClientURL(), noPort)
}
