package loki

import (
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/uctrace/uctrace/schemas"
)

// stream is a label set. Loki keeps state for each, so labels are few and have
// few values; what differs from line to line is metadata.
type stream struct {
	labels model.LabelSet
}

// streams are the label sets met so far.
type streams struct {
	known map[streamKey]*stream
	nodes map[string]bool
}

type streamKey struct {
	source        schemas.Source
	cluster, node string
	upload        bool
}

// The labels. None of their names comes from a log, so none can be
// __tenant_id__, by which the library would be told another tenant.
const (
	labelJob     = "job"
	labelSource  = "source"
	labelCluster = "cluster"
	labelNode    = "node"
	labelOrigin  = "origin"

	originLive   = "live"
	originUpload = "upload"

	// manyNodes is the node of who comes after maxNodes others.
	manyNodes = "many"
)

const (
	maxNodes = 1000
	// liveFor is how old a line may be when it arrives and still be live. Loki
	// refuses in a stream what lies an hour (half of max_chunk_age) behind its
	// youngest line, so what comes late gets streams of its own.
	liveFor = 30 * time.Minute
)

func newStreams() streams {
	return streams{known: map[streamKey]*stream{}, nodes: map[string]bool{}}
}

// of returns the stream of record r, whose timestamp is at.
func (s *streams) of(b *schemas.RawBatch, r *schemas.Record, at time.Time) *stream {
	f := &b.Records.File
	key := streamKey{source: r.Source, cluster: f.Cluster, node: s.node(f.Node), upload: b.Arrived.Sub(at) > liveFor}
	if !key.source.Valid() {
		key.source = schemas.Unknown
	}
	if known, ok := s.known[key]; ok {
		return known
	}
	l := model.LabelSet{labelJob: "uctrace", labelSource: model.LabelValue(key.source), labelOrigin: originLive}
	if key.upload {
		l[labelOrigin] = originUpload
	}
	if key.cluster != "" {
		l[labelCluster] = model.LabelValue(value(key.cluster))
	}
	if key.node != "" {
		l[labelNode] = model.LabelValue(key.node)
	}
	n := &stream{labels: l}
	s.known[key] = n
	return n
}

// node returns the label of a node. Nodes are named by logs, so their number
// is bounded here.
func (s *streams) node(name string) string {
	name = value(name)
	if name == "" || s.nodes[name] {
		return name
	}
	if len(s.nodes) >= maxNodes {
		return manyNodes
	}
	s.nodes[name] = true
	return name
}

// value makes s a label value: short, printable, UTF-8.
func value(s string) string {
	if len(s) > 128 {
		s = s[:128]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
