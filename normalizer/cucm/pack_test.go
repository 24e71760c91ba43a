package cucm

import "testing"

func TestSqueeze(t *testing.T) {
	for _, tt := range []struct {
		line, want string
		room       int
	}{
		{"", "", 9},
		{"a b", "a b", 9},
		{"a  b   c ", "a b c ", 9},
		{"    a", " a", 9},
		{"a    ", "a ", 9},
		{"abc   def", "abc d", 5},
		{"abc   def", "abc ", 4},
		{"abc   def", "ab", 2},
		{"ab  cd", "", 0},
	} {
		if got := squeeze(make([]byte, 0, tt.room), []byte(tt.line)); string(got) != tt.want {
			t.Errorf("%q in %d bytes: %q, want %q", tt.line, tt.room, got, tt.want)
		}
	}
}

// TestPackPart wants a part of the line to be found in the evidence, unless
// that is not the line any more.
func TestPackPart(t *testing.T) {
	line := []byte("number 5737 of 5737")
	for _, tt := range []struct {
		buf  string
		part []byte
		want span
	}{
		{"number 5737 of 5737", line[7:11], span{7, 11}},
		{"number 5737 of 5737", line[15:], span{15, 19}},
		{"number 57", line[7:11], span{9, 13}},
		{"no. 5737 of 5737", line[7:11], span{16, 20}},
		{"number 5737 of 5737", []byte("match"), span{19, 24}},
		{"number 5737 of 5737", nil, span{19, 19}},
	} {
		buf, got := packPart([]byte(tt.buf), len(tt.buf), line, tt.part)
		if got != tt.want || got.of(string(buf)) != string(tt.part) {
			t.Errorf("%q in %q: %v, %q", tt.part, tt.buf, got, got.of(string(buf)))
		}
	}
}
