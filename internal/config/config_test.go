package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/schemas"
)

type settings struct {
	ClickHouse struct {
		URL      string        `yaml:"url" default:"http://localhost:8123" help:"where events are stored"`
		Password string        `yaml:"password" secret:"true" help:"of the database user"`
		Timeout  time.Duration `yaml:"timeout" default:"30s" help:"of one insert"`
	} `yaml:"clickhouse"`
	FailOn  schemas.Severity `yaml:"fail_on" default:"low" help:"severity"`
	Zone    config.Zone      `yaml:"tz" help:"zone"`
	Date    config.Date      `yaml:"date" help:"date"`
	Limit   config.Size      `yaml:"limit" default:"64MiB" help:"limit"`
	Workers int              `yaml:"workers" help:"workers"`
	Color   bool             `yaml:"color" default:"true" help:"color"`
	Paths   []string         `yaml:"paths" help:"paths"`
	Inputs  []input          `yaml:"inputs" help:"inputs"`
}

type input struct {
	Path  string `yaml:"path"`
	Node  string `yaml:"node" default:"cucm1"`
	Token string `yaml:"token" secret:"true"`
}

// load reads settings from a file (when yaml is not empty), variables and
// arguments.
func load(t *testing.T, yaml string, env, args []string) (*config.Set, settings, error) {
	t.Helper()
	var c settings
	s := config.New(&c)
	if yaml != "" {
		s.DefaultFile = filepath.Join(t.TempDir(), "u.yaml")
		if err := os.WriteFile(s.DefaultFile, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	s.Flags(fs)
	if _, err := config.ParseArgs(fs, args); err != nil {
		t.Fatal(err)
	}
	err := s.Load(env)
	return s, c, err
}

func TestPrecedence(t *testing.T) {
	const file = "clickhouse:\n  url: http://file\n"
	env := []string{"UCTRACE_CLICKHOUSE_URL=http://env", "OTHER=1"}
	args := []string{"--clickhouse-url", "http://flag"}
	tests := []struct {
		name, yaml string
		env, args  []string
		want       string
	}{
		{"default", "", nil, nil, "http://localhost:8123"},
		{"file over default", file, nil, nil, "http://file"},
		{"variable over file", file, env, nil, "http://env"},
		{"flag over variable", file, env, args, "http://flag"},
		{"empty variable is none", file, []string{"UCTRACE_CLICKHOUSE_URL="}, nil, "http://file"},
		{"empty key is none", "clickhouse:\n  url:\n", nil, nil, "http://localhost:8123"},
		{"empty group is none", "clickhouse:\n", nil, nil, "http://localhost:8123"},
		{"comments only", "# nothing\n", nil, nil, "http://localhost:8123"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, c, err := load(t, tt.yaml, tt.env, tt.args)
			if err != nil {
				t.Fatal(err)
			}
			if c.ClickHouse.URL != tt.want {
				t.Errorf("url = %q, want %q", c.ClickHouse.URL, tt.want)
			}
		})
	}
}

func TestValues(t *testing.T) {
	_, c, err := load(t, `
clickhouse: {timeout: 90d}
fail_on: high
tz: -04:00
date: 2013-04-26
limit: 1GiB
workers: 4
color: false
paths: ["a,b", c]
inputs:
  - path: /var/log/sdl
  - {path: /var/log/x, node: expe, token: s3cret}
`, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, offset := time.Date(2013, 1, 1, 0, 0, 0, 0, c.Zone.Location).Zone(); offset != -4*3600 {
		t.Errorf("tz offset = %d", offset)
	}
	if got := c.Date.Format(time.DateOnly); got != "2013-04-26" {
		t.Errorf("date = %s", got)
	}
	got := []any{c.ClickHouse.Timeout, c.FailOn, c.Limit, c.Workers, c.Color, c.Paths, c.Inputs}
	want := []any{
		90 * 24 * time.Hour, schemas.High, config.Size(1 << 30), 4, false,
		[]string{"a,b", "c"},
		[]input{{"/var/log/sdl", "cucm1", ""}, {"/var/log/x", "expe", "s3cret"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestListsFromFlagsAndVariables(t *testing.T) {
	_, c, err := load(t, "", []string{"UCTRACE_PATHS=a, b"}, nil)
	if err != nil || !cmp.Equal(c.Paths, []string{"a", "b"}) {
		t.Errorf("variable: %q, %v", c.Paths, err)
	}
	_, c, err = load(t, "paths: [x]", nil, []string{"--paths=a", "--paths", "b,c"})
	if err != nil || !cmp.Equal(c.Paths, []string{"a", "b", "c"}) {
		t.Errorf("flag: %q, %v", c.Paths, err)
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name, yaml string
		env, args  []string
		want       string
	}{
		{"unknown key", "clickhouse:\n  ulr: x\n", nil, nil, "u.yaml:2: clickhouse.ulr: unknown key, did you mean clickhouse.url?"},
		{"unknown group", "grafana:\n  url: x\n", nil, nil, "u.yaml:1: grafana: unknown key"},
		{"key twice", "workers: 1\nworkers: 2\n", nil, nil, "u.yaml:2: workers: stands twice in the file"},
		{"group is a value", "clickhouse: yes\n", nil, nil, "u.yaml:1: clickhouse: want names and values"},
		{"value is a group", "workers:\n  a: 1\n", nil, nil, "u.yaml:2: workers: want one value"},
		{"bad yaml", "workers: 1\nlimit: a: b\n", nil, nil, "u.yaml:2: mapping values are not allowed"},
		{"second document", "workers: 1\n---\nworkers: 2\n", nil, nil, "u.yaml:2: a second document begins"},
		{"bad duration", "clickhouse:\n  timeout: soon\n", nil, nil, `u.yaml:2: clickhouse.timeout: "soon": want a duration`},
		{"bad item", "inputs:\n  - pth: x\n", nil, nil, "u.yaml:2: inputs[0].pth: unknown key, did you mean inputs[0].path?"},
		{"nested list", "paths: [[a]]\n", nil, nil, "u.yaml:1: paths: want plain values"},
		{"bad number in variable", "", []string{"UCTRACE_WORKERS=many"}, nil, `environment UCTRACE_WORKERS: workers: "many": want a whole number`},
		{"unknown variable", "", []string{"UCTRACE_WORKER=1"}, nil, "environment UCTRACE_WORKER: unknown variable, did you mean UCTRACE_WORKERS?"},
		{"bad flag", "", nil, []string{"--tz", "Nowhere/Land"}, `flag --tz: tz: "Nowhere/Land": want a time zone`},
		{"bad severity", "", nil, []string{"--fail-on", "bad"}, `flag --fail-on: fail_on: severity "bad": want info`},
		{"named file missing", "", nil, []string{"--config", "nowhere.yaml"}, "flag --config: nowhere.yaml: no such file"},
		{"named file missing in variable", "", []string{"UCTRACE_CONFIG=nowhere.yaml"}, nil, "environment UCTRACE_CONFIG: nowhere.yaml: no such file"},
		{"secret and its file", "clickhouse: {password: a, password_file: b}\n", nil, nil, "clickhouse.password is set in the same place"},
		{"secret file missing", "", []string{"UCTRACE_CLICKHOUSE_PASSWORD_FILE=nowhere"}, nil, "clickhouse.password_file: open nowhere"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := load(t, tt.yaml, tt.env, tt.args)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestEveryFaultIsReported(t *testing.T) {
	_, _, err := load(t, "workers: a\nclickhouse:\n  timeout: b\n  no: c\n", []string{"UCTRACE_LIMIT=d"}, nil)
	if n := strings.Count(err.Error(), "\n") + 1; n != 4 {
		t.Errorf("%d faults reported, want 4:\n%v", n, err)
	}
}

func TestSecretFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte("hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The flag names a file, which wins over the variable's plain value.
	s, c, err := load(t, "", []string{"UCTRACE_CLICKHOUSE_PASSWORD=plain"}, []string{"--clickhouse-password-file", path})
	if err != nil {
		t.Fatal(err)
	}
	if c.ClickHouse.Password != "hush" {
		t.Errorf("password = %q", c.ClickHouse.Password)
	}
	var out strings.Builder
	if err := s.Show(&out, true); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hush") {
		t.Error("Show prints the secret:\n" + out.String())
	}
}

func TestForeignVariables(t *testing.T) {
	s := config.New(&settings{})
	s.Foreign = []string{"UCTRACE_SPOOL"}
	if err := s.Load([]string{"UCTRACE_SPOOL=/tmp"}); err != nil {
		t.Error(err)
	}
}

func TestErrorfNamesTheOrigin(t *testing.T) {
	s, _, err := load(t, "", []string{"UCTRACE_WORKERS=-1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := s.Errorf("workers", "want 1 or more").Error()
	if want := "environment UCTRACE_WORKERS: workers: want 1 or more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var e *config.Error
	if !errors.As(s.Errorf("limit", "x"), &e) || e.Origin != "default" {
		t.Errorf("origin of a default = %+v", e)
	}
}

func TestNewRefusesWhatCannotBeConfigured(t *testing.T) {
	for name, dst := range map[string]any{
		"no tag": &struct{ A string }{},
		"channel": &struct {
			A chan int `yaml:"a"`
		}{},
		"bad default": &struct {
			A int `yaml:"a" default:"x"`
		}{},
		"same flag": &struct {
			A string `yaml:"a_b"`
			B struct {
				B string `yaml:"b"`
			} `yaml:"a"`
		}{},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("New accepted the struct")
				}
			}()
			config.New(dst)
		})
	}
}
