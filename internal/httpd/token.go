package httpd

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// Trusted reports whether r presents the token, or none is asked for.
func (s *Server) Trusted(r *http.Request) bool {
	if s.settings.Token == "" {
		return true
	}
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		_, given, ok = r.BasicAuth()
	}
	// Of equal length whatever was given, so that the time tells nothing.
	want, have := sha256.Sum256([]byte(s.settings.Token)), sha256.Sum256([]byte(given))
	return ok && subtle.ConstantTimeCompare(want[:], have[:]) == 1
}

// refuse asks for the token. A browser asks its user, for whom it is the
// password.
func refuse(w http.ResponseWriter) {
	w.Header().Add("WWW-Authenticate", `Basic realm="uctrace: any user, the token as password", charset="UTF-8"`)
	w.Header().Add("WWW-Authenticate", `Bearer realm="uctrace"`)
	http.Error(w, "want the token of http.token", http.StatusUnauthorized)
}
