package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// Excerpt reports whether line is, or holds, a Jabber line as documents quote
// it: cut at the left, without time, with typographic dashes. The head of
// PRT.txt is no sign of Jabber: others write it too.
//
//	csf-unified.imp.stackManager] [IMPStackCap::StackManager::initialise] – …Initialized
//	[LoginMgr.dll]: CLoginCup::_connect
//	sipio-sent—> REGISTER sip:pubcucm SIP/2.0
func (Parser) Excerpt(line []byte) bool {
	if h, ok := readHead(line, time.Time{}); ok && h.shape != report {
		return true
	}
	return excerpt(line)
}

// excerpt reports whether line holds one of quotes.
func excerpt(line []byte) bool {
	for i, c := range line {
		for _, n := range quotesBy[c] {
			if m := &quotes[n]; (i == 0 || !m.first) && len(line)-i >= len(m.text) && string(line[i:i+len(m.text)]) == m.text {
				return true
			}
		}
	}
	return false
}

// quotesBy are the indices of quotes by their first byte: most lines of prose hold
// few of these bytes.
var quotesBy = func() (by [256][]int) {
	for n, m := range quotes {
		by[m.text[0]] = append(by[m.text[0]], n)
	}
	return by
}()

// quotes are what only Jabber writes; first ones count only at the beginning
// of a line, because prose may quote them.
var quotes = [...]struct {
	text  string
	first bool
}{
	{"IMPStackCap::", false},
	{"[LoginMgr.dll]", false},
	{"[XmppSDK.dll]", false},
	{"@XmppSDK:", false},
	{"@LoginMgr:", false},
	{"@CupSoapCli:", false},
	{"[csf.", false},
	{"[csf-unified.", false},
	{"csf-unified.imp.", true},
	{"[plugin-runtime]", false},
	{"[cert::", false},
	{"[ConfigServiceImpl::", false},
	{"[TftpConfigStore::", false},
	{"[attemptTftpFileDownload]", false},
	{"[AddUpdateSubItem]", false},
	{"inCommands::SignOn]", false},
	{"sipio-sent", false},
	{"sipio-recv", false},
	{"Sent:REGISTER ", true},
	{"Starting new instance of Cisco Jabber", true},
	{"***** Jabber launched, start logging *****", false},
	{"No CUP server specified", true},
	{"New tftpServer", true},
	{"Old tftpServer", true},
	{"Old configurationFile:", true},
	{"New configurationFile:", true},
}

// Continues reports whether line goes on the record in rec: the header fields
// and the body of a SIP message, blank lines between them included, or XML. Any
// other quotation is one line.
func (Parser) Continues(rec, line []byte) bool {
	first, _ := text.Line(rec)
	switch {
	case has(first, "sipio-"):
		line = bytes.TrimSuffix(bytes.TrimLeft(line, " \t"), []byte("^M"))
		return len(line) == 0 || sip.HeaderLine(line) || sip.BodyLine(line)
	case text.Blank(line):
		return false
	}
	h, ok := readHead(first, time.Time{})
	return ok && h.function != nil && line[0] == '<'
}
