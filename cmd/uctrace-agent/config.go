package main

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/httpd"
	"github.com/uctrace/uctrace/internal/listen"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// Config is what the agent can be told.
type Config struct {
	Paths    []string       `yaml:"paths" help:"files, folders and globs to follow; the same as the arguments"`
	Once     bool           `yaml:"once" help:"read what is there, wait until it is stored, and end"`
	StateDir string         `yaml:"state_dir" help:"folder of the journal: what was sent and acknowledged"`
	ID       string         `yaml:"id" help:"name of this agent; by default that of the host"`
	Status   time.Duration  `yaml:"status" value:"DURATION" default:"15s" help:"how often the agent says how it is"`
	Cluster  string         `yaml:"cluster" help:"UC cluster the logs belong to; empty for the default one"`
	Node     string         `yaml:"node" help:"host that wrote logs which do not name one"`
	Source   schemas.Source `yaml:"source" help:"kind of the logs, for example cucm.sdl; empty recognises it"`
	TZ       config.Zone    `yaml:"tz" help:"zone of logs that print local time, for example Europe/Berlin or -04:00, Local for that of this host; empty finds it out: SIP Date headers in a Jabber log, the SDL trace of the same node"`
	Date     config.Date    `yaml:"date" help:"date of logs that print only a time, YYYY-MM-DD"`
	Mask     bool           `yaml:"mask" default:"true" help:"replace secrets by asterisks before anything leaves this host"`
	Poll     time.Duration  `yaml:"poll" value:"DURATION" default:"250ms" help:"how often files are looked at"`
	Quiet    time.Duration  `yaml:"quiet" value:"DURATION" default:"2s" help:"how long a file must rest before its last record counts as whole"`

	NATS struct {
		URL    string `yaml:"url" default:"nats://127.0.0.1:4222" help:"NATS servers, comma-separated"`
		Creds  string `yaml:"creds" value:"FILE" help:"credentials file"`
		NKey   string `yaml:"nkey" value:"FILE" help:"file with the nkey seed, instead of creds"`
		Token  string `yaml:"token" secret:"true" help:"token"`
		CAFile string `yaml:"ca_file" help:"certificate authorities that may sign the servers' certificates"`
	} `yaml:"nats"`

	HTTP httpd.Settings `yaml:"http"`

	Log program.Log `yaml:"log"`
}

func newConfig() (*Config, *config.Set) {
	c := &Config{StateDir: defaultStateDir(), ID: defaultID(), HTTP: httpd.Settings{Listen: listen.Off}}
	set := config.New(c)
	set.DefaultFile = "/etc/uctrace/agent.yaml"
	return c, set
}

// defaultStateDir is the state folder that systemd gives, or one in the home
// of the user.
func defaultStateDir() string {
	if dir := os.Getenv("STATE_DIRECTORY"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "uctrace-agent-state"
	}
	return filepath.Join(home, ".local", "state", "uctrace-agent")
}

// defaultID is the name of the host.
func defaultID() string {
	host, err := os.Hostname()
	if err != nil {
		return "agent"
	}
	return schemas.CleanName(host)
}

// check finds what is wrong beyond the form of single values.
func (c *Config) check(set *config.Set) error {
	var errs []error
	fault := func(key, format string, args ...any) { errs = append(errs, set.Errorf(key, format, args...)) }
	if len(c.Paths) == 0 {
		fault("paths", "nothing to follow: name files or folders")
	}
	if err := schemas.ValidateName(c.Cluster); c.Cluster != "" && err != nil {
		fault("cluster", "%v", err)
	}
	if err := schemas.ValidateName(c.ID); err != nil {
		fault("id", "%v", err)
	}
	if c.Status < time.Second {
		fault("status", "want 1s or more")
	}
	c.HTTP.Check(func(name, format string, args ...any) { fault("http."+name, format, args...) })
	if c.Source != "" && (!c.Source.Valid() || normalizer.ForSource(c.Source) == nil) {
		fault("source", "%q is no source that can be read", c.Source)
	}
	if err := checkNATS(c.NATS.URL); err != nil {
		fault("nats.url", "%v", err)
	}
	if c.Poll <= 0 {
		fault("poll", "want more than 0")
	}
	return errors.Join(errs...)
}

// checkNATS does not quote the URLs, which may hold passwords.
func checkNATS(urls string) error {
	for text := range strings.SplitSeq(urls, ",") {
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil || u.Hostname() == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
			return errors.New("want nats://host:4222 or tls://host:4222, several separated by commas")
		}
	}
	return nil
}
