package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// settings is what uctrace can be told, whatever the command.
type settings struct {
	Source  schemas.Source   `yaml:"source" value:"KIND" help:"kind of the logs, for example cucm.sdl; empty recognises it"`
	TZ      config.Zone      `yaml:"tz" value:"ZONE" help:"zone of logs that print local time, for example Europe/Berlin or -04:00"`
	Date    config.Date      `yaml:"date" help:"date of logs that print only a time, YYYY-MM-DD"`
	Since   config.Moment    `yaml:"since" value:"TIME" help:"leave out what was logged before, for example 2026-01-05T10:15, in the zone of --tz, else UTC"`
	Until   config.Moment    `yaml:"until" value:"TIME" help:"leave out what was logged at this time or later"`
	Cluster string           `yaml:"cluster" value:"NAME" help:"UC cluster the logs belong to"`
	Node    string           `yaml:"node" value:"HOST" help:"host that wrote logs which do not name one"`
	Mask    bool             `yaml:"mask" help:"mask passwords, tokens, keys and message texts, as the agent does before it sends"`
	FailOn  schemas.Severity `yaml:"fail_on" default:"low" value:"SEVERITY" help:"least severity that makes the exit status 1: info, low, medium, high or critical"`
	Workers int              `yaml:"workers" value:"N" help:"files read at the same time; 0 for one a processor"`
	Rules   []string         `yaml:"rules" value:"PATH" help:"files and folders of your own rules, comma-separated"`
	Color   string           `yaml:"color" default:"auto" value:"WHEN" help:"colours: auto (on a terminal, unless NO_COLOR is set), always, whatever NO_COLOR says, or never"`
	Width   int              `yaml:"width" value:"N" help:"columns of the text report; 0 for those of the terminal"`
}

// readingSettings mean something to commands that read logs only, and
// reportSettings to analyze only.
var (
	reportSettings  = []string{"fail_on", "workers", "rules", "color", "width"}
	readingSettings = append([]string{"source", "tz", "date", "since", "until", "cluster", "node", "mask"}, reportSettings...)
)

func newSettings(s *settings) *config.Set {
	set := config.New(s)
	if dir, err := os.UserConfigDir(); err == nil {
		set.DefaultFile = filepath.Join(dir, "uctrace", "uctrace.yaml")
	}
	return set
}

// check finds what is wrong beyond the form of single values.
func (s *settings) check(set *config.Set) error {
	var errs []error
	if s.Source != "" && (!s.Source.Valid() || normalizer.ForSource(s.Source) == nil) {
		var names []string
		for _, known := range schemas.Sources() {
			names = append(names, string(known))
		}
		errs = append(errs, set.Errorf("source", "%q is no kind of log%s", s.Source, config.DidYouMean(string(s.Source), "", names)))
	}
	if err := schemas.ValidateName(s.Cluster); s.Cluster != "" && err != nil {
		errs = append(errs, set.Errorf("cluster", "%v", err))
	}
	if w := s.window(); !w.Since.IsZero() && !w.Until.IsZero() && !w.Since.Before(w.Until) {
		errs = append(errs, set.Errorf("until", "%s: want a time after that of since, %s", s.Until, s.Since))
	}
	if s.Color != "auto" && s.Color != "always" && s.Color != "never" {
		errs = append(errs, set.Errorf("color", "%q: want auto, always or never", s.Color))
	}
	if s.Workers < 0 {
		errs = append(errs, set.Errorf("workers", "%d: want 0 or more", s.Workers))
	}
	if s.Width < 0 || s.Width > 0 && s.Width < 40 {
		errs = append(errs, set.Errorf("width", "%d: want 40 or more, or 0", s.Width))
	}
	return errors.Join(errs...)
}

// masker returns nil when nothing is to be masked.
func (s *settings) masker() *redact.Masker {
	if !s.Mask {
		return nil
	}
	return new(redact.Masker)
}

// collector returns what the settings say about reading.
func (s *settings) collector() collector.Options {
	return collector.Options{
		Parsers: normalizer.Parsers(), Source: s.Source, Zone: s.TZ.Location, Date: s.Date.Time,
		Cluster: s.Cluster, Node: s.Node, Workers: s.Workers,
	}
}

// window returns the part of the logs that is wanted.
func (s *settings) window() offline.Window {
	return offline.Window{Since: s.Since.In(s.TZ.Location), Until: s.Until.In(s.TZ.Location)}
}
