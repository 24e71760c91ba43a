package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readRequest reads that an HTTP request is made: the request itself, and the
// stage of the sign-in that needs it. The detail of the stage holds the number,
// by which its answer and its failure are found.
//
//	*-----* Configuring request #20 GET https://cucm.cisco.com:8443/cucm-uds/version
func readRequest(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := requestURL(s.message)
	number := digits(after(s.message, "request #"))
	if len(url) == 0 || len(number) == 0 {
		return dst
	}
	dst = s.event(dst, schemas.KindHTTPRequest, "direction", string(schemas.Out))
	s.set(dst, fields{{"number", number}, {"method", method(s.message)}, {"url", printed(url)}})
	s.key(dst, schemas.KeyAddr, urlAddr(url))
	user := urlUser(url)
	s.key(dst, schemas.KeyUser, user)
	stage := urlStage(url)
	if stage == "" {
		return dst
	}
	return s.stage(dst, &fact{
		stage: stage, outcome: r.outcome, host: urlHost(url), detail: requestNumber(s.message), device: urlDevice(url), user: user, number: number,
	})
}

// method returns the HTTP method in a message about a request.
func method(msg []byte) []byte {
	msg = after(msg, "request #")
	m := until(trimBlanks(msg[len(digits(msg)):]), " \t")
	if len(m) < 3 || !upper(m) {
		return nil
	}
	return m
}

// readHTTP reads the status of an answer. Code 0 says that there was no HTTP
// answer, which is neither success nor failure: the line of libcurl tells, and
// this one only which URL its number means.
//
//	*-----* HTTP response code 200 for request #12 to https://10.106.92.196:6972/group-jabber-config.xml
//	*-----* HTTP response code 401 connect code 0 for request #4 to PII_CED_Exception{https://cucmpub.domain.com:8443/ [...]}
func readHTTP(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	status := digits(trimBlanks(s.message[len(r.needle):]))
	if len(status) == 0 || !has(s.message, "://") {
		return dst
	}
	url := requestURL(s.message)
	if len(url) == 0 {
		return dst
	}
	if string(status) == "0" {
		status = nil
	}
	dst = s.event(dst, schemas.KindHTTPResponse, "direction", string(schemas.In))
	s.set(dst, fields{{"number", digits(after(s.message, "request #"))}, {"status", status}, {"url", printed(url)}})
	s.key(dst, schemas.KeyAddr, urlAddr(url))
	s.key(dst, schemas.KeyUser, urlUser(url))
	f := fact{
		stage: urlStage(url), host: urlHost(url), detail: requestNumber(s.message), device: urlDevice(url), user: urlUser(url), status: status,
		number: digits(after(s.message, "request #")),
	}
	if f.stage == "" {
		if string(status) != "401" && string(status) != "403" || !has(url, ":8443") || !has(url, "[...]") {
			return dst
		}
		// The path is cut out: a question to UDS, by the port. What it asked,
		// and so whether this is a failure, the next lines say.
		f.stage, f.outcome = "uds-auth", enter
		return s.stage(dst, &f)
	}
	if f.outcome = verdict(f.stage, url, status); f.outcome == "" {
		return dst
	}
	if f.stage == "home-cluster" && string(status) == "401" {
		f.stage = "uds-auth"
	}
	return s.stage(dst, &f)
}

// verdict returns the outcome that status means for a stage, "" for none.
func verdict(stage string, url, status []byte) string {
	switch {
	case len(status) == 0:
		return enter
	case status[0] == '2':
		return ok
	case status[0] != '4' && status[0] != '5':
		return ""
	case string(status) == "404" && stage == "tftp" && !has(url, ".cnf.xml"):
		return enter // a site need not have a jabber-config.xml
	}
	return fail
}

// readCurl reads the failure of an HTTP request. The URL stands in the lines
// with the same request number only.
//
//	There was an issue performing the call to curl_easy_perform for request #0: CERTIFICATE_VALIDATION_ERROR
func readCurl(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	detail := s.message
	if at := bytes.Index(detail, []byte("request #")); at >= 0 {
		detail = detail[at:]
	}
	number := digits(after(detail, "request #"))
	dst = s.unanswered(dst, number, after(detail, ":"), nil)
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: detail, number: number})
}

// readCurlCode reads the result of libcurl, whose text is the better cause.
//
//	Request #20 got curlCode=[56] curl error message="[ Received HTTP code 503 from proxy after CONNECT ]" HttpClientResult=[UNKNOWN_ERROR] fips enabled=[false]
func readCurlCode(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	code := digits(after(s.message, "curlCode=["))
	if len(code) == 0 || string(code) == "0" || has(s.message, "HttpClientResult=[SUCCESS]") {
		return dst
	}
	why := bytes.Trim(until(after(s.message, "message=\""), "\""), "[] ")
	if result := boxed(s.message, "HttpClientResult="); len(result) > 0 {
		why = append(append(append(append([]byte(nil), why...), " ("...), result...), ')')
	}
	why = bytes.TrimSpace(why)
	status := digits(after(s.message, "Received HTTP code "))
	number := digits(after(s.head.message, "equest #"))
	dst = s.unanswered(dst, number, why, status)
	detail := append(append(requestNumber(s.head.message), ": "...), why...)
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: bytes.TrimPrefix(detail, []byte(": ")), status: status, number: number})
}

// unanswered appends an http.response event for a request that libcurl failed.
func (s *statement) unanswered(dst []schemas.Event, number, why, status []byte) []schemas.Event {
	if len(why) == 0 {
		return dst
	}
	dst = s.event(dst, schemas.KindHTTPResponse, "direction", string(schemas.In))
	s.set(dst, fields{{"number", number}, {"status", status}, {"error", why}})
	return dst
}

// readStatusLine reads the status line of an answer where it refuses. That of
// a success is repeated, with the URL, when the request ends; that of a proxy
// is not.
//
//	Request #20 got status line: HTTP/1.1 503 Service Unavailable
func readStatusLine(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	line := after(s.message, "HTTP/")
	_, line, _ = bytes.Cut(line, []byte(" "))
	status := digits(line)
	if len(status) != 3 || status[0] < '4' {
		return dst
	}
	dst = s.event(dst, schemas.KindHTTPResponse, "direction", string(schemas.In))
	s.set(dst, fields{{"number", digits(after(s.head.message, "equest #"))}, {"status", status}, {"reason", line[3:]}})
	return dst
}

// requestNumber returns "request #20" of a message that names one.
func requestNumber(msg []byte) []byte {
	n := digits(after(msg, "equest #"))
	if len(n) == 0 {
		return nil
	}
	return append([]byte("request #"), n...)
}
