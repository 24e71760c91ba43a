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
	for _, m := range quotes {
		if at := bytes.Index(line, []byte(m.text)); at == 0 || at > 0 && !m.first {
			return true
		}
	}
	return false
}

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
