package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// readRequest reads that an HTTP request is made. The detail holds its
// number, by which its answer and its failure are found.
//
//	*-----* Configuring request #20 GET https://cucm.cisco.com:8443/cucm-uds/version
func readRequest(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := requestURL(s.message)
	stage := urlStage(url)
	if stage == "" {
		return dst
	}
	return s.stage(dst, fact{stage: stage, outcome: r.outcome, host: urlHost(url), detail: requestNumber(s.message), device: urlDevice(url)})
}

// readHTTP reads the status of an answer. Code 0 says that there was no HTTP
// answer, which is neither success nor failure; the curl line tells.
//
//	*-----* HTTP response code 200 for request #12 to https://10.106.92.196:6972/group-jabber-config.xml
//	*-----* HTTP response code 401 connect code 0 for request #4 to PII_CED_Exception{https://cucmpub.domain.com:8443/ [...]}
func readHTTP(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	status := digits(after(s.message, r.needle))
	url := requestURL(s.message)
	f := fact{stage: urlStage(url), host: urlHost(url), detail: requestNumber(s.message), device: urlDevice(url)}
	switch {
	case len(status) == 0 || len(url) == 0:
		return dst
	case f.stage != "":
	case string(status) == "0":
		// What this request asks for is no part of a sign-in; a failure of
		// the same number, which does not repeat the URL, is none either.
		return s.config(dst, f.detail, url)
	case has(url, ":8443") && has(url, "[...]") && (string(status) == "401" || string(status) == "403"):
		// The path is cut out: a question to UDS, by the port.
		f.stage, f.outcome, f.status = "uds-auth", enter, status
		return s.stage(dst, f)
	default:
		return dst
	}
	if string(status) == "0" {
		f.outcome = enter
		return s.stage(dst, f)
	}
	f.status = status
	switch status[0] {
	case '2':
		f.outcome = ok
	case '4', '5':
		f.outcome = fail
		if string(status) == "404" && has(url, "config.xml") {
			f.outcome = enter // a site need not have a jabber-config.xml
		}
		if f.stage == "home-cluster" && string(status) == "401" {
			f.stage = "uds-auth"
		}
	default:
		return dst
	}
	return s.stage(dst, f)
}

// readCurl reads the failure of an HTTP request. The URL stands in the lines
// with the same request number only.
//
//	There was an issue performing the call to curl_easy_perform for request #0: CERTIFICATE_VALIDATION_ERROR
func readCurl(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	detail := s.message
	if at := bytes.Index(detail, []byte("request #")); at >= 0 {
		detail = detail[at:]
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: detail})
}

// readCurlCode reads the result of libcurl, whose text is the better cause.
//
//	Request #20 got curlCode=[56] curl error message="[ Received HTTP code 503 from proxy after CONNECT ]" HttpClientResult=[UNKNOWN_ERROR] fips enabled=[false]
func readCurlCode(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	code := digits(after(s.message, "curlCode=["))
	if len(code) == 0 || string(code) == "0" || has(s.message, "HttpClientResult=[SUCCESS]") {
		return dst
	}
	detail := requestNumber(s.line)
	if why := bytes.Trim(until(after(s.message, "message=\""), "\""), "[] "); len(why) > 0 {
		detail = append(append(detail, ": "...), why...)
	}
	if result := until(after(s.message, "HttpClientResult=["), "]"); len(result) > 0 {
		detail = append(append(append(detail, " ("...), result...), ')')
	}
	return s.stage(dst, fact{stage: r.stage, outcome: r.outcome, detail: detail, status: digits(after(s.message, "Received HTTP code "))})
}

// requestNumber returns "request #20" of a message that names one.
func requestNumber(msg []byte) []byte {
	n := digits(after(msg, "equest #"))
	if len(n) == 0 {
		return nil
	}
	return append([]byte("request #"), n...)
}

// requestURL returns the URL that a message about a request ends with.
func requestURL(msg []byte) []byte {
	msg = unwrap(msg)
	at := bytes.Index(msg, []byte("http"))
	if at < 0 {
		return nil
	}
	return msg[at:]
}

// urlStage returns the stage of the sign-in that asks for url, "" for none.
func urlStage(url []byte) string {
	switch {
	case has(url, "cucm-uds/version"):
		return "uds-reach"
	case has(url, "cucm-uds/clusterUser"):
		return "home-cluster"
	case has(url, "/cucm-uds/"):
		return "uds-auth"
	case has(url, "get_edge_config"):
		return "edge"
	case has(url, "EPASSoap"):
		return "imp-soap"
	case has(url, ".cnf.xml"), has(url, "config.xml"), has(url, "DialRules.xml"):
		return "tftp"
	case has(url, "/vmrest/"):
		return "voicemail"
	}
	return ""
}

// urlDevice returns the device whose configuration file url is.
//
//	http://192.168.0.12:6970/user2.cnf.xml
func urlDevice(url []byte) []byte {
	end := bytes.Index(url, []byte(".cnf.xml"))
	if end < 0 {
		return nil
	}
	return url[bytes.LastIndexByte(url[:end], '/')+1 : end]
}
