package main

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/httpd"
	"github.com/uctrace/uctrace/internal/listen"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/sinks/loki"
)

// Config is what uctraced can be told.
type Config struct {
	DataDir string `yaml:"data_dir" help:"folder of the embedded NATS and ClickHouse"`

	NATS struct {
		URL       string        `yaml:"url" help:"NATS servers, comma-separated; empty starts an embedded one"`
		Listen    string        `yaml:"listen" value:"ADDRESS" default:"127.0.0.1:4222" help:"address of the embedded server for agents; off for none"`
		Creds     string        `yaml:"creds" value:"FILE" help:"credentials file for url"`
		NKey      string        `yaml:"nkey" value:"FILE" help:"file with the nkey seed for url, instead of creds"`
		Token     string        `yaml:"token" secret:"true" help:"token for url, and what the embedded server asks agents for"`
		CAFile    string        `yaml:"ca_file" help:"certificate authorities that may sign the servers' certificates"`
		CertFile  string        `yaml:"cert_file" help:"certificate of the embedded server; with key_file it speaks TLS"`
		KeyFile   string        `yaml:"key_file" help:"private key of cert_file"`
		MaxStore  config.Size   `yaml:"max_store" value:"SIZE" default:"10GiB" help:"disk space of all streams; agents wait when it is full"`
		MaxAge    time.Duration `yaml:"max_age" value:"DURATION" default:"72h" help:"how long the streams keep a message"`
		SyncEvery time.Duration `yaml:"sync_every" value:"DURATION" default:"0s" help:"how often the embedded server flushes to disk; 0s: before every acknowledgement"`
	} `yaml:"nats"`

	ClickHouse struct {
		URL      string        `yaml:"url" help:"ClickHouse server, clickhouse://host:9000 (with TLS clickhouse://host:9440?secure=true) or https://host:8443; empty starts an embedded one"`
		Database string        `yaml:"database" default:"uctrace" help:"database of the tables"`
		Username string        `yaml:"username" help:"user of url"`
		Password string        `yaml:"password" secret:"true" help:"password of url"`
		CAFile   string        `yaml:"ca_file" help:"certificate authorities that may sign the server's certificate"`
		Wait     time.Duration `yaml:"wait" value:"DURATION" default:"30s" help:"how long the start waits for the server at url"`
		Timeout  time.Duration `yaml:"timeout" value:"DURATION" default:"2m" help:"of one INSERT; without an answer by then it is made again, which leaves one copy"`
		Listen   string        `yaml:"listen" value:"ADDRESS" default:"127.0.0.1:8123" help:"HTTP address of the embedded ClickHouse for Grafana and curl; off for none"`
		Library  string        `yaml:"library" value:"FILE" help:"path of libchdb.so; empty fetches it once with the npm client"`

		Retention struct {
			Events   int `yaml:"events" value:"DAYS" default:"30" help:"how long events are kept, counted from when they arrived; 0 for ever"`
			SIP      int `yaml:"sip" value:"DAYS" default:"90" help:"how long SIP messages are kept without their text"`
			Sessions int `yaml:"sessions" value:"DAYS" default:"180" help:"how long sessions are kept"`
			Findings int `yaml:"findings" value:"DAYS" default:"400" help:"how long findings are kept"`
			Keys     int `yaml:"keys" value:"DAYS" default:"180" help:"how long it is known when a key was seen"`
			Ledger   int `yaml:"ledger" value:"DAYS" default:"400" help:"how long it is known what became of each file"`
		} `yaml:"retention"`
		MaxDiskUsed int         `yaml:"max_disk_used" value:"PERCENT" default:"0" help:"how full ClickHouse's disk may be before the oldest partitions are dropped; 0 for no limit"`
		MinDiskFree config.Size `yaml:"min_disk_free" value:"SIZE" default:"2GiB" help:"how much must be free on ClickHouse's disk before the oldest partitions are dropped; 0 for no limit"`
	} `yaml:"clickhouse"`

	Correlator struct {
		Keep          int `yaml:"keep" value:"EVENTS" default:"1000000" help:"events that are held, some 200 bytes each, before what has come to rest is let go"`
		SnapshotEvery int `yaml:"snapshot_every" value:"EVENTS" default:"500000" help:"events between two snapshots of what is held; a restart reads those behind the last one again"`
	} `yaml:"correlator"`

	HTTP httpd.Settings `yaml:"http"`

	Grafana struct {
		URL string `yaml:"url" help:"address of the Grafana that has the raw lines in Loki; the page links there"`
	} `yaml:"grafana"`

	Loki struct {
		URL      string        `yaml:"url" help:"Loki that raw lines are pushed to, http://host:3100; empty stores none"`
		Tenant   string        `yaml:"tenant" value:"NAME" help:"tenant of the lines (X-Scope-OrgID)"`
		Username string        `yaml:"username" help:"user of url"`
		Password string        `yaml:"password" secret:"true" help:"password of url"`
		Token    string        `yaml:"token" secret:"true" help:"bearer token for url, instead of a user"`
		CAFile   string        `yaml:"ca_file" help:"certificate authorities that may sign the server's certificate"`
		Timeout  time.Duration `yaml:"timeout" value:"DURATION" default:"10s" help:"of one push"`
	} `yaml:"loki"`

	Rules []string `yaml:"rules" value:"PATH" help:"files and folders of your own rules, comma-separated"`

	Log program.Log `yaml:"log"`
}

// newConfig returns the defaults and their description.
func newConfig() (*Config, *config.Set) {
	c := &Config{DataDir: defaultDataDir()}
	set := config.New(c)
	set.DefaultFile = "/etc/uctrace/uctraced.yaml"
	return c, set
}

// defaultDataDir is the state folder that systemd gives, or one in the home of
// the user.
func defaultDataDir() string {
	if dir := os.Getenv("STATE_DIRECTORY"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "uctrace-data"
	}
	return filepath.Join(home, ".local", "share", "uctrace")
}

// check finds what is wrong beyond the form of single values.
func (c *Config) check(set *config.Set) error {
	var errs []error
	fault := func(key, format string, args ...any) { errs = append(errs, set.Errorf(key, format, args...)) }
	if _, err := ruleset.All(c.Rules); err != nil {
		fault("rules", "%v", err)
	}
	if c.DataDir == "" && (c.NATS.URL == "" || c.ClickHouse.URL == "") {
		fault("data_dir", "is empty, and the embedded parts need a folder")
	}
	if (c.NATS.CertFile == "") != (c.NATS.KeyFile == "") {
		fault("nats.cert_file", "and nats.key_file go together")
	}
	for _, l := range []struct{ key, address string }{{"nats.listen", c.NATS.Listen}, {"clickhouse.listen", c.ClickHouse.Listen}} {
		if !listen.Valid(l.address) {
			fault(l.key, "%q: want an address such as 127.0.0.1:4222, or off", l.address)
		}
	}
	if u, err := url.Parse(c.Grafana.URL); c.Grafana.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		fault("grafana.url", "want http://host:3000 or https://host")
	}
	if c.Correlator.Keep < 1 {
		fault("correlator.keep", "want 1 or more")
	}
	if c.Correlator.SnapshotEvery < 1 {
		fault("correlator.snapshot_every", "want 1 or more")
	}
	if c.NATS.MaxStore < minStore {
		fault("nats.max_store", "want 32MiB or more")
	}
	for _, r := range []struct {
		key  string
		days int
	}{
		{"events", c.ClickHouse.Retention.Events},
		{"sip", c.ClickHouse.Retention.SIP},
		{"sessions", c.ClickHouse.Retention.Sessions},
		{"findings", c.ClickHouse.Retention.Findings},
		{"keys", c.ClickHouse.Retention.Keys},
		{"ledger", c.ClickHouse.Retention.Ledger},
	} {
		if r.days < 0 || r.days > maxDays {
			fault("clickhouse.retention."+r.key, "%d: want days, %d at most, or 0 for ever", r.days, maxDays)
		}
	}
	if p := c.ClickHouse.MaxDiskUsed; p < 0 || p > 99 {
		fault("clickhouse.max_disk_used", "%d: want a percentage from 1 to 99, or 0 for no limit", p)
	}
	if c.ClickHouse.Timeout <= 0 {
		fault("clickhouse.timeout", "want a time above 0s")
	}
	if err := checkClickHouseURL(c.ClickHouse.URL); err != nil {
		fault("clickhouse.url", "%v", err)
	}
	if c.Loki.URL != "" {
		lc := c.loki()
		if bad, ok := errors.AsType[*loki.Invalid](lc.Check()); ok {
			fault("loki."+bad.Setting, "%s", bad.Problem)
		}
	}
	if c.Loki.Timeout <= 0 {
		fault("loki.timeout", "want a time above 0s")
	}
	if c.NATS.URL == "" && !listen.Loopback(c.NATS.Listen) && (c.NATS.Token == "" || c.NATS.CertFile == "") {
		fault("nats.listen", "%s can be reached from other hosts: set nats.token, nats.cert_file and nats.key_file", c.NATS.Listen)
	}
	if c.ClickHouse.URL == "" && !listen.Loopback(c.ClickHouse.Listen) {
		fault("clickhouse.listen", "%s can be reached from other hosts, and the embedded ClickHouse asks nobody for a password: use a loopback address, or a server through clickhouse.url", c.ClickHouse.Listen)
	}
	c.HTTP.Check(func(name, format string, args ...any) { fault("http."+name, format, args...) })
	return errors.Join(errs...)
}

// maxDays is what a column of ClickHouse can count to.
const maxDays = 36500

// minStore leaves room for a message of the largest size in each stream.
const minStore = 32 << 20

// checkClickHouseURL does not quote the URL, which may hold a password.
func checkClickHouseURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || !slices.Contains([]string{"clickhouse", "tcp", "http", "https"}, u.Scheme) {
		return errors.New("want clickhouse://host:9000, http://host:8123 or https://host:8443")
	}
	return nil
}
