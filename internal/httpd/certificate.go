package httpd

import (
	"crypto/tls"
	"os"
	"sync"
	"time"
)

// certificate is a key pair in files that somebody may renew.
type certificate struct {
	certFile, keyFile string

	mu     sync.Mutex
	stamp  time.Time
	loaded *tls.Certificate
}

// get returns the certificate. One that was renewed is read again; while the
// new pair cannot be used the one before stays.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	stamp, err := c.written()
	if err == nil && c.loaded != nil && stamp.Equal(c.stamp) {
		return c.loaded, nil
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.certFile, c.keyFile); err == nil {
			c.loaded, c.stamp = &pair, stamp
		}
	}
	if c.loaded != nil {
		return c.loaded, nil
	}
	return nil, err
}

// written returns when the later of the two files was written.
func (c *certificate) written() (time.Time, error) {
	var last time.Time
	for _, path := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(path)
		if err != nil {
			return last, err
		}
		if info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last, nil
}
