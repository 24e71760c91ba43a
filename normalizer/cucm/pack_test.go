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
