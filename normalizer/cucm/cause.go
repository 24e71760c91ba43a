package cucm

import "github.com/uctrace/uctrace/normalizer/internal/codes"

// cause adds a release cause as it is printed, and its name as the attribute
// name. It is a cause of Q.850, or one of 32 bits with the SIP response in its
// high byte. 0 is no cause.
func (f *fact) cause(printed []byte, name string) {
	if len(printed) == 0 || len(printed) == 1 && printed[0] == '0' {
		return
	}
	f.with("cause", printed)
	f.with(name, []byte(causeName(string(printed))))
}

// causeName returns the name of a cause, "" when it has none.
func causeName(printed string) string {
	var n uint64
	for i := range len(printed) {
		c := printed[i] - '0'
		if n = n*10 + uint64(c); c > 9 || n > 1<<32-1 {
			return ""
		}
	}
	_, name := codes.Q850Of(uint32(n))
	return name
}
