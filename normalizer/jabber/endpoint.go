package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// endpointHead reads the head of a record of a room endpoint (TC and CE): the
// seconds since it started, in hundredths, and the module. They are taken for
// those of the first day there is, so that order and distances are known.
//
//	83716.91 PROV I: notify_http_done: Received 401 (HTTP code=401) on request https://expe.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config/
func endpointHead(line []byte, prev time.Time) (head, bool) {
	n := len(digits(line))
	if n == 0 || n > 9 || len(line) < n+len(".00 PROV ") || line[n] != '.' || len(digits(line[n+1:])) != 2 || line[n+3] != ' ' {
		return head{}, false
	}
	module := until(line[n+4:], " ")
	for _, m := range endpointModules {
		if string(module) == m {
			h := head{shape: endpoint, time: uptime(line[:n+3], prev.Location()), component: module, message: trimBlanks(line[n+4+len(m):])}
			for _, level := range [...]string{"I: ", "W: ", "E: ", "D: ", "ERROR: ", "WARNING: "} {
				h.message = bytes.TrimPrefix(h.message, []byte(level))
			}
			return h, true
		}
	}
	return head{}, false
}

// uptime returns the time that is so many seconds, in hundredths, behind the
// first midnight.
func uptime(b []byte, zone *time.Location) time.Time {
	var n time.Duration
	for _, c := range b {
		if c != '.' {
			n = n*10 + time.Duration(c-'0')
		}
	}
	return time.Date(1, 1, 1, 0, 0, 0, 0, zone).Add(n * 10 * time.Millisecond)
}

// endpointModules are those that tell of the way over the Expressway-E.
var endpointModules = [...]string{"HttpClient", "PROV", "CertificateVerification"}

// gluedEndpoint returns where the next head of an endpoint begins in line at or
// after from, or -1: pages make one line of a whole log.
func gluedEndpoint(line []byte, from int) int {
	for i := from; i < len(line); i++ {
		at := bytes.IndexByte(line[i:], '.')
		if at < 0 {
			return -1
		}
		i += at
		start := i
		for start > from && line[start-1] >= '0' && line[start-1] <= '9' {
			start--
		}
		if start == i || line[start-1] != ' ' {
			continue
		}
		if _, ok := endpointHead(line[start:], time.Time{}); ok {
			return start
		}
	}
	return -1
}

// readClientCurl reads that a request of an endpoint got no answer.
//
//	HTTPClientCurl error (https://expe.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config/): 'Couldn't resolve host name'
func readClientCurl(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := until(requestURL(s.message), ") ")
	why := bytes.Trim(after(s.message, "): "), "' ")
	if len(why) == 0 {
		return dst
	}
	dst = s.event(dst, schemas.KindHTTPResponse, "direction", string(schemas.In))
	s.set(dst, fields{{"url", printed(url)}, {"error", why}})
	s.key(dst, schemas.KeyAddr, urlAddr(url))
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, host: urlHost(url), detail: why})
}

// readProvisioned reads how a request for the configuration of an endpoint ended.
// No answer at all is said by the line before.
//
//	notify_http_done: Received 401 (HTTP code=401) on request https://expe.example.com:8443/ZXhhbXBsZS5jb20/get_edge_config/
func readProvisioned(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	url, status := requestURL(after(s.message, " on request ")), digits(after(s.message, "Received "))
	if len(url) == 0 || len(status) != 3 {
		return dst
	}
	dst = s.event(dst, schemas.KindHTTPResponse, "direction", string(schemas.In))
	s.set(dst, fields{{"status", status}, {"url", printed(url)}})
	s.key(dst, schemas.KeyAddr, urlAddr(url))
	f := fact{stage: urlStage(url), host: urlHost(url), status: status}
	if f.outcome = verdict(f.stage, url, status); f.stage == "" || f.outcome == "" {
		return dst
	}
	return s.stage(dst, &f)
}

// readServerAuth reads as whom an endpoint signs in.
//
//	Server auth using Basic with user 'amy'
func readServerAuth(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	user := until(after(s.message, "with user '"), "'")
	if len(user) == 0 {
		return dst
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, user: user})
}

// readEdgeName reads that the certificate of an Expressway-E does not bear the
// domain of the edge.
//
//	Edge TLS verification failed: Edge domain 'example.com' and corresponding SRVName '_collab-edge._tls.example.com' not found in certificate SAN list
func readEdgeName(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	if !has(s.message, "not found in certificate") {
		return dst
	}
	return s.certificate(dst, fail, until(after(s.message, "Edge domain '"), "'"), []byte("identity"))
}

// readProblem reads what OpenSSL has against a certificate.
//
//	SSL certificate problem: self signed certificate in certificate chain
func readProblem(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.certificate(dst, fail, nil, after(s.message, r.needle+":"))
}
