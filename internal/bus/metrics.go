package bus

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/uctrace/uctrace/internal/metrics"
)

// Register makes the numbers of the connection known to r. of returns the Bus,
// nil while there is none yet.
func Register(r *metrics.Registry, of func() *Bus) {
	read := func(kind metrics.Kind, name, help string, value func(Stats) float64) {
		r.Read(kind, name, help, nil, func(emit metrics.Emit) {
			if b := of(); b != nil {
				emit(value(b.Stats()))
			}
		})
	}
	read(metrics.KindGauge, "uctrace_nats_connected", "1 while there is a connection to NATS.", func(s Stats) float64 { return number(s.Connected) })
	read(metrics.KindGauge, "uctrace_nats_denied", "1 since NATS has refused the credentials or a permission of this connection.", func(s Stats) float64 { return number(s.Denied != "") })
	read(metrics.KindCounter, "uctrace_nats_reconnects_total", "Connections after the first.", func(s Stats) float64 { return float64(s.Reconnects) })
	read(metrics.KindGauge, "uctrace_nats_publish_pending", "Messages that were handed over and are not stored yet.", func(s Stats) float64 { return float64(s.Pending) })
	read(metrics.KindCounter, "uctrace_nats_published_total", "Messages that a stream has stored.", func(s Stats) float64 { return float64(s.Published) })
	read(metrics.KindCounter, "uctrace_nats_publish_duplicates_total", "Messages among them that the stream held already.", func(s Stats) float64 { return float64(s.Duplicates) })
	r.Read(metrics.KindCounter, "uctrace_nats_publish_failures_total",
		"Attempts to publish that failed and are made again. full: the stream or its disk is full; timeout: no acknowledgement; disconnected; no-stream: none takes the subject, or it has no leader; final: no attempt can help; other.",
		[]string{"reason"}, func(emit metrics.Emit) {
			b := of()
			if b == nil {
				return
			}
			s := b.Stats()
			for reason := range failureNames {
				emit(float64(s.Failures[reason]), failureNames[reason])
			}
		})
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// failure is why an attempt to publish failed.
type failure uint8

const (
	failedFull failure = iota
	failedTimeout
	failedDisconnected
	failedNoStream
	failedFinal
	failedOther
	failures
)

var failureNames = [failures]string{
	failedFull: "full", failedTimeout: "timeout", failedDisconnected: "disconnected", failedNoStream: "no-stream", failedFinal: "final", failedOther: "other",
}

func failureOf(err error) failure {
	var api *jetstream.APIError
	switch {
	case hopeless(err):
		return failedFinal
	case errors.As(err, &api) && api.ErrorCode == codeStoreFailed:
		return failedFull
	case errors.Is(err, jetstream.ErrAsyncPublishTimeout), errors.Is(err, nats.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return failedTimeout
	case errors.Is(err, nats.ErrDisconnected), errors.Is(err, nats.ErrConnectionReconnecting), errors.Is(err, nats.ErrReconnectBufExceeded):
		return failedDisconnected
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders):
		return failedNoStream
	}
	return failedOther
}
