package alarm

import "bytes"

// param is a parameter of an alarm, as printed, without the blanks around it.
type param struct{ name, value []byte }

// params are the parameters of an alarm in their order.
type params []param

// maxParams bounds the parameters of one alarm; the longest in the alarm
// catalogue has about thirty.
const maxParams = 64

// get returns the value of the first parameter that has one of names, which
// are in the form of same; nil when it is absent or empty.
func (p params) get(names ...string) []byte {
	for _, name := range names {
		for i := range p {
			if len(p[i].value) > 0 && same(p[i].name, name) {
				return p[i].value
			}
		}
	}
	return nil
}

// same reports whether name is canon, which is lower case, letters and digits
// only. Releases differ in blanks, points and capitals: "App ID", "AppID".
//
//	Device name [Optional].  is  devicename
func same(name []byte, canon string) bool {
	j := 0
	for i := range name {
		c := name[i]
		if c == '[' {
			break
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c < '0' || c > '9' && c < 'a' || c > 'z' {
			continue
		}
		if j >= len(canon) || canon[j] != c {
			return false
		}
		j++
	}
	return j == len(canon)
}

// read reads the parameters at the beginning of b, which is what follows a
// header, and returns the words behind them and how much of b both take.
//
//	%[DeviceName=SEP001122334455][Reason=13]: An endpoint has unregistered
//	CodeYellowEntry Expected Average Delay:7906 Entry Latency:20 … Node ID:cucm-1
//	% AlertName=CoreDumpFileFound AlertDetail= At Mon Aug …
func (p params) read(b, name []byte) (_ params, text []byte) {
	b = bytes.TrimLeft(b, " \t")
	tags, marked := bytes.CutPrefix(b, []byte("%"))
	tags = bytes.TrimLeft(tags, " ")
	switch {
	case len(tags) > 0 && tags[0] == '[' && (marked || bytes.IndexByte(tags[:min(len(tags), 80)], '=') > 0):
		return p.readTags(tags)
	case marked && bytes.IndexByte(tags, '=') > 0:
		return p.readBare(tags), nil
	}
	if p, text = p.readLabels(bytes.TrimLeft(bytes.TrimPrefix(b, name), " :")); len(p) == 0 {
		text = b
	}
	return p, text
}

// readTags reads [name=value] pairs. A value may hold brackets of its own, in
// pairs or not; blanks may stand between the pairs.
func (p params) readTags(b []byte) (_ params, text []byte) {
	for len(b) > 0 && b[0] == '[' {
		end, next := tagEnd(b)
		if name, value, ok := bytes.Cut(b[1:end], []byte("=")); ok && len(p) < maxParams {
			p = append(p, param{bytes.TrimSpace(name), bytes.TrimSpace(value)})
		}
		b = bytes.TrimLeft(b[next:], " ")
	}
	return p, bytes.TrimLeft(b, " :")
}

// tagEnd returns the index of the bracket that closes the pair b begins with,
// and the index behind it. A pair that is cut off ends with b.
func tagEnd(b []byte) (end, next int) {
	depth := 0
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '[':
			depth++
		case ']':
			if depth > 0 {
				depth--
			} else if tagsFollow(b[i+1:]) {
				return i, i + 1
			}
		}
	}
	if bytes.HasPrefix(b, []byte("[AlertDetail")) {
		return len(b), len(b)
	}
	for i := 1; i < len(b); i++ {
		if b[i] == ']' && tagsFollow(b[i+1:]) {
			return i, i + 1
		}
	}
	return len(b), len(b)
}

// tagsFollow reports whether b goes on as it does behind a pair: with the next
// one, with the colon before the text, or not at all.
func tagsFollow(b []byte) bool {
	b = bytes.TrimLeft(b, " \r")
	return len(b) == 0 || b[0] == '[' || b[0] == ':' || b[0] == '\n' || b[0] == '#' || b[0] == ')'
}

// readBare reads pairs whose brackets a web page or a mail has removed.
func (p params) readBare(b []byte) params {
	for len(b) > 0 && len(p) < maxParams {
		name, rest, ok := bytes.Cut(b, []byte("="))
		if !ok {
			break
		}
		end := len(rest)
		for i := 0; i+1 < len(rest); i++ {
			if rest[i] == ' ' && bareName(rest[i+1:]) {
				end = i
				break
			}
		}
		p = append(p, param{bytes.TrimSpace(name), bytes.TrimSpace(rest[:end])})
		b = bytes.TrimSpace(rest[end:])
	}
	return p
}

// bareName reports whether b begins with a name in one word and an equals
// sign.
func bareName(b []byte) bool {
	i := 0
	for i < len(b) && word(b[i]) {
		i++
	}
	return i > 2 && i < len(b) && b[i] == '=' && b[0] >= 'A' && b[0] <= 'Z'
}
