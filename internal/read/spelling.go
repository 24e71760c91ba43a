package read

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// Spellings returns text as products may write it: a number without blanks and
// dashes, with and without its plus; a MAC address as it stands in the name of a
// phone. The first is text itself.
func Spellings(text string) []string {
	list := []string{text}
	if d := digits(text); d != "" {
		list = append(list, d, "+"+d)
	}
	if mac := macOf(text); mac != "" {
		list = append(list, "SEP"+mac, mac)
	}
	var set []string
	for _, s := range list {
		if !slices.Contains(set, s) {
			set = append(set, s)
		}
	}
	return set
}

// leastNumber is how many digits a number has at least, leastExtension those of
// an extension that is looked for at the end of a longer number.
const (
	leastNumber    = 3
	leastExtension = 4
)

// digits returns the digits of a telephone number, "" when text is none. People
// write it with blanks, dashes, dots, slashes and brackets.
func digits(text string) string {
	if _, err := netip.ParseAddr(text); err == nil {
		return ""
	}
	rest, _ := strings.CutPrefix(strings.TrimSpace(text), "+")
	var d []rune
	for _, r := range rest {
		switch {
		case r >= '0' && r <= '9':
			d = append(d, r)
		case !strings.ContainsRune(" -./()\u00a0\u2011", r):
			return ""
		}
	}
	if len(d) < leastNumber {
		return ""
	}
	return string(d)
}

// macOf returns the twelve digits of a MAC address, "" when text is none. A
// phone is called SEP and its MAC address.
func macOf(text string) string {
	text = strings.ToUpper(strings.TrimSpace(text))
	text = strings.TrimPrefix(text, "SEP")
	var mac strings.Builder
	for _, r := range text {
		switch {
		case unicode.Is(unicode.ASCII_Hex_Digit, r):
			mac.WriteRune(r)
		case !strings.ContainsRune(":-.", r):
			return ""
		}
	}
	if mac.Len() != 12 {
		return ""
	}
	return mac.String()
}

// extensionOf reports whether number, as a log has it, is the end of the longer
// one that was searched for.
func extensionOf(number, searched string) bool {
	return len(number) >= leastExtension && len(number) < len(searched) && digits(number) != "" && strings.HasSuffix(searched, strings.TrimPrefix(number, "+"))
}
