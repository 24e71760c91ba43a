package loki

import (
	"crypto/x509"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	library "github.com/grafana/loki-client-go/loki"
	"github.com/grafana/loki-client-go/pkg/backoff"
	"github.com/grafana/loki-client-go/pkg/urlutil"
	"github.com/prometheus/common/config"

	"github.com/uctrace/uctrace/schemas"
)

// Config says where Loki is and who writes to it.
type Config struct {
	// URL is http://loki:3100 or https://…; without a path it gets that of
	// the push API, /loki/api/v1/push. It holds no user.
	URL string
	// Tenant is sent as X-Scope-OrgID; empty sends none, as a Loki without
	// tenants wants it. It comes from here and never from what is stored.
	Tenant string
	// Username and Password are for basic authentication, Token for a bearer
	// token. They exclude each other.
	Username, Password, Token string
	// CAFile holds the authorities that may sign Loki's certificate; empty
	// means those of the system.
	CAFile string
	// Timeout bounds one push; 0 means 10 s.
	Timeout time.Duration
	// Pause is the wait before the second try, doubled up to 30 s; 0 means
	// 500 ms.
	Pause time.Duration
	// Dead takes what Loki refuses.
	Dead     Dead
	Observer Observer // nil: nobody looks
	Log      *slog.Logger
}

// tenantForm is what Loki accepts as a tenant. "." and ".." are refused too.
var tenantForm = regexp.MustCompile(`^[A-Za-z0-9!\-_.*'()]{1,150}$`)

// Invalid says which setting of a Config cannot work. It quotes no secret.
type Invalid struct {
	Setting string // url, tenant, username, token, ca_file
	Problem string
}

func (e *Invalid) Error() string { return e.Setting + ": " + e.Problem }

// Check returns what is wrong with cfg that can be known without Loki, an
// *Invalid, or nil.
func (cfg *Config) Check() error {
	if _, err := cfg.options(); err != nil {
		return err
	}
	if cfg.CAFile == "" {
		return nil
	}
	pem, err := os.ReadFile(cfg.CAFile)
	if err != nil {
		return &Invalid{"ca_file", err.Error()}
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return &Invalid{"ca_file", cfg.CAFile + " holds no certificate"}
	}
	return nil
}

// options returns the options of the library.
func (cfg *Config) options() (o library.Config, err error) {
	target, err := cfg.target()
	if err != nil {
		return o, err
	}
	switch {
	case cfg.Tenant != "" && (!tenantForm.MatchString(cfg.Tenant) || strings.Trim(cfg.Tenant, ".") == ""):
		return o, &Invalid{"tenant", strconv.Quote(cfg.Tenant) + ": want letters, digits and !-_.*'(), 150 at most"}
	case cfg.Token != "" && cfg.Username+cfg.Password != "":
		return o, &Invalid{"token", "and a user exclude each other"}
	case cfg.Password != "" && cfg.Username == "":
		return o, &Invalid{"username", "is empty, and the password needs a user"}
	}
	timeout := cfg.Timeout
	if timeout == 0 {
		timeout = 10 * time.Second
	}
	o = library.Config{
		URL: urlutil.URLValue{URL: target}, TenantID: cfg.Tenant, Timeout: timeout,
		// A push goes out with the first look after BatchWait; the library
		// looks every 10 ms.
		BatchWait: 10 * time.Millisecond, BatchSize: 1 << 30,
		BackoffConfig: backoff.BackoffConfig{MaxRetries: 1}, // one try: Sink waits, and can stop waiting
	}
	o.Client.TLSConfig.CAFile = cfg.CAFile
	o.Client.TLSConfig.MinVersion = config.TLSVersions["TLS12"]
	if cfg.Username != "" {
		o.Client.BasicAuth = &config.BasicAuth{Username: cfg.Username, Password: config.Secret(cfg.Password)}
	}
	if cfg.Token != "" {
		o.Client.Authorization = &config.Authorization{Type: "Bearer", Credentials: config.Secret(cfg.Token)}
	}
	return o, nil
}

// Identity tells the Loki and the tenant of cfg from others. It is no secret.
func (cfg *Config) Identity() string {
	u, err := cfg.target()
	if err != nil {
		return ""
	}
	return schemas.HashID("loki", u.Host, u.Path, cfg.Tenant).String()[:8]
}

// target returns the URL of the push API.
func (cfg *Config) target() (*url.URL, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Invalid{"url", "want http://host:3100 or https://host"}
	}
	if u.User != nil {
		return nil, &Invalid{"url", "holds a user; set username and password"}
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/loki/api/v1/push"
	}
	return u, nil
}
