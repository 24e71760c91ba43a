package bus

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/uctrace/uctrace/internal/listen"
)

// DefaultURL is where a NATS server listens by default.
const DefaultURL = nats.DefaultURL

// DefaultPrefetch is Config.Prefetch when that is 0.
const DefaultPrefetch = 8 << 20

// Config says how to reach the server. The zero Config is DefaultURL without
// credentials. Certificates are always verified.
type Config struct {
	// URL is nats://host:port or tls://host:port, or several, separated by
	// commas. A secret is sent only over tls:// or to this host.
	URL string
	// InProcess, when set, is used instead of URL.
	InProcess nats.InProcessConnProvider
	// Name is shown in the server's monitoring.
	Name string

	// At most one of Creds, NKey, TokenFile and Token is set. The first three
	// are paths; the files are read when connecting.
	Creds     string // user JWT and seed, as nsc writes it
	NKey      string // nkey seed
	TokenFile string // token, blanks around it are ignored
	Token     string

	// CAFile holds the PEM certificates that are trusted instead of the
	// system's; CertFile and KeyFile are this client's own.
	CAFile, CertFile, KeyFile string

	// InboxPrefix replaces _INBOX where permissions demand it.
	InboxPrefix string
	// Prefetch is how many bytes a Reader asks for ahead.
	Prefetch int
	// Log receives changes of state, a few lines each. Nil: slog.Default.
	Log *slog.Logger
}

const (
	reconnectWait = 250 * time.Millisecond
	reconnectMax  = 5 * time.Second
	pingInterval  = 10 * time.Second // finds a half-open link in 30 s
	dialTimeout   = 5 * time.Second
)

// options are the settings under which nothing is lost silently: the library's
// defaults give up after 60 reconnects, keep 8 MB of messages that nobody
// counts, and notice a dead link after four minutes.
func (c *Config) options() ([]nats.Option, error) {
	opts := []nats.Option{
		nats.Name(c.Name),
		nats.Timeout(dialTimeout),
		nats.MaxReconnects(-1),
		nats.RetryOnFailedConnect(true),
		nats.IgnoreAuthErrorAbort(), // credentials may be mended while we wait
		nats.ReconnectBufSize(-1),
		nats.PingInterval(pingInterval),
		nats.CustomReconnectDelay(func(attempts int) time.Duration {
			return backoff(attempts, reconnectWait, reconnectMax)
		}),
	}
	if c.InboxPrefix != "" {
		opts = append(opts, nats.CustomInboxPrefix(c.InboxPrefix))
	}
	secret, err := c.secret()
	if err != nil {
		return nil, err
	}
	opts = append(opts, secret...)
	if c.InProcess != nil {
		return append(opts, nats.InProcessServer(c.InProcess)), nil
	}
	secure, err := c.checkURL(len(secret) > 0)
	if err != nil {
		return nil, err
	}
	if c.CAFile != "" {
		opts = append(opts, nats.RootCAs(c.CAFile))
	}
	if (c.CertFile == "") != (c.KeyFile == "") {
		return nil, errors.New("nats: a client certificate needs its key, and a key its certificate")
	}
	if c.CertFile != "" {
		opts = append(opts, nats.ClientCert(c.CertFile, c.KeyFile))
	}
	if secure {
		opts = append(opts, nats.Secure(), minTLS)
	}
	return opts, nil
}

func minTLS(o *nats.Options) error {
	if o.TLSConfig == nil {
		o.TLSConfig = new(tls.Config)
	}
	o.TLSConfig.MinVersion = tls.VersionTLS12
	return nil
}

func (c *Config) secret() ([]nats.Option, error) {
	var opts []nats.Option
	if c.Creds != "" {
		if _, err := os.Stat(c.Creds); err != nil {
			return nil, fmt.Errorf("nats credentials: %w", err)
		}
		opts = append(opts, nats.UserCredentials(c.Creds))
	}
	if c.NKey != "" {
		opt, err := nats.NkeyOptionFromSeed(c.NKey)
		if err != nil {
			return nil, fmt.Errorf("nats nkey %s: %w", c.NKey, err)
		}
		opts = append(opts, opt)
	}
	if c.TokenFile != "" {
		token, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("nats token: %w", err)
		}
		opts = append(opts, nats.Token(strings.TrimSpace(string(token))))
	}
	if c.Token != "" {
		opts = append(opts, nats.Token(c.Token))
	}
	if len(opts) > 1 {
		return nil, errors.New("nats: set one of credentials, nkey, token file and token")
	}
	return opts, nil
}

// checkURL fills in the default URL and reports whether TLS is demanded.
func (c *Config) checkURL(secret bool) (secure bool, err error) {
	if c.URL == "" {
		c.URL = DefaultURL
	}
	for s := range strings.SplitSeq(c.URL, ",") {
		u, err := url.Parse(strings.TrimSpace(s))
		// The text is not quoted, nor is err, which quotes it: a password may
		// stand anywhere in a malformed URL.
		if err != nil {
			return false, errors.New("nats url: malformed: want nats://host:port or tls://host:port, special characters of a password as %XX")
		}
		if u.Hostname() == "" {
			return false, errors.New("nats url: no host: want nats://host:port or tls://host:port")
		}
		switch u.Scheme {
		case "tls", "wss":
			secure = true
		case "nats", "ws":
			if (secret || u.User != nil) && !listen.LoopbackHost(u.Hostname()) {
				return false, fmt.Errorf("nats url %s: use tls://, a secret is not sent in plain text", u.Redacted())
			}
		default:
			return false, fmt.Errorf("nats url %s: want nats:// or tls://", u.Redacted())
		}
	}
	return secure, nil
}
