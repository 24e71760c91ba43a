package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// readTransformed reads the URLs of Expressway that replace one of the inside;
// the detail is what the first of them stands for.
//
//	Transformed Urls:https://vcse-test.example.com:8443/Y29ycC5l…/Autoupdate.xml https://vcse-mum.example.com:8443/…
func readTransformed(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := until(unwrap(after(s.message, ":")), " ")
	if !bytes.HasPrefix(url, []byte("https://")) || !has(url, ":8443/") {
		return dst // unchanged: not outside, or a request that is let through
	}
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, host: urlHost(url), detail: insideURL(url)})
}

// readNextURL reads that an Expressway did not answer and the next one is asked.
//
//	switching to next url: https://exp-e2.example.com:8443/…
func readNextURL(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	url := requestURL(s.message)
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, host: urlHost(url), detail: []byte("next url")})
}

// readEdgeFailed reads that an Expressway gave no usable configuration.
//
//	Edge provisioning failed! url= https://expe.example.com:8443, … XML didn't contain UDS server address
func readEdgeFailed(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	return s.stage(dst, &fact{stage: r.stage, outcome: r.outcome, detail: s.message, host: urlHost(until(requestURL(s.message), " ,"))})
}

// readEdgeConfig reads the answer of Expressway to get_edge_config: the SRV
// names that it looked up inside and did not find. That _cuplogin is missing is
// healthy where _cisco-uds is not.
//
//	<service><name>_cisco-uds</name><error>NameError</error></service>
func readEdgeConfig(s *statement, dst []schemas.Event, _ *rule) []schemas.Event {
	dst = s.edgeErrors(dst, s.message, 0)
	n := 0
	for rest := s.rest; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		n++
		dst = s.edgeErrors(dst, line, n)
	}
	return dst
}

// edgeErrors appends the failed look-ups in line, the n-th behind the first.
func (s *statement) edgeErrors(dst []schemas.Event, line []byte, n int) []schemas.Event {
	for from := 0; ; {
		at := bytes.Index(line[from:], []byte("<error>"))
		if at < 0 {
			return dst
		}
		before := line[from : from+at]
		from += at + len("<error>")
		why := until(line[from:], "<")
		name := bytes.LastIndex(before, []byte("<name>"))
		if name < 0 {
			continue
		}
		srv := until(before[name+len("<name>"):], "<")
		if len(srv) == 0 || len(why) == 0 {
			continue
		}
		dst = s.event(dst, schemas.KindDNSLookup, "type", "SRV", "outcome", fail)
		s.set(dst, fields{{"name", srv}, {"detail", why}})
		if n > 0 {
			s.atLine(dst, n, line)
		}
		if string(srv) == "_cisco-uds" {
			dst = s.stage(dst, &fact{stage: "edge", outcome: fail, detail: append(append(append([]byte(nil), srv...), ": "...), why...)})
			if n > 0 {
				s.atLine(dst, n, line)
			}
		}
	}
}
