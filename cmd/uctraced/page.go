package main

import (
	"context"

	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/web"
)

// openPage adds the pages and the API to the listener, once the tables are
// there to be read.
func (s *server) openPage(context.Context) error {
	titles := map[string]string{}
	for _, d := range ruleset.Catalogue(s.rules) {
		titles[d.Name] = d.Title
	}
	s.web.Handle("/", web.New(web.Options{
		Store: read.New(s.sink.Conn()), Title: func(rule string) string { return titles[rule] },
		Grafana: s.cfg.Grafana.URL, Version: program.Version("uctraced"), Log: s.log,
	}))
	return nil
}
