package alarm

import "bytes"

// secret reports whether a parameter of this name may hold a credential.
func secret(name []byte) bool {
	for _, w := range secrets {
		if bytes.Contains(name, []byte(w)) {
			return true
		}
	}
	return same(name, "pin")
}

// secrets are parts of the names of parameters that hold credentials, without
// their first letter, which may be a capital.
var secrets = [...]string{"assword", "assphrase", "oken", "ecret"}

// mask returns line without the values of secret parameters; line itself is
// not changed.
//
//	…[UserJid=alice@example.com][Token=***][NodeID=imp-1]: client alarm
func mask(line []byte) []byte {
	for _, w := range secrets {
		for from := 0; ; {
			at := bytes.Index(line[from:], []byte(w))
			if at < 0 {
				break
			}
			from += at + len(w)
			i := from
			for i < len(line) && (word(line[i]) || line[i] == ' ') {
				i++
			}
			if i == len(line) || line[i] != '=' {
				continue
			}
			end := bytes.IndexByte(line[i:], ']')
			if end < 0 {
				end = len(line) - i
			}
			if end < 2 || string(line[i+1:i+end]) == "***" {
				continue
			}
			line = append(append(append(make([]byte, 0, len(line)+3), line[:i+1]...), "***"...), line[i+end:]...)
		}
	}
	return line
}
