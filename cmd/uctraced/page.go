package main

import (
	"context"

	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/web"
	"github.com/uctrace/uctrace/schemas"
)

// openPage adds the pages and the API to the listener, once the tables are
// there to be read.
func (s *server) openPage(context.Context) error {
	titles := map[string]string{}
	for _, d := range ruleset.Catalogue(s.rules) {
		titles[d.Name] = d.Title
	}
	store := read.New(s.sink.Conn())
	texts := &flow.Texts{Bus: s.bus, Batches: store.Batches}
	s.web.Handle("/", web.New(web.Options{
		Store: store, Title: func(rule string) string { return titles[rule] },
		Raw: func(ctx context.Context, e *schemas.Event) ([]byte, bool, error) {
			return texts.Text(ctx, e.Record)
		},
		Grafana: s.cfg.Grafana.URL, Version: program.Version("uctraced"), Log: s.log,
	}))
	return nil
}
