package normalizer

import (
	"github.com/uctrace/uctrace/normalizer/alarm"
	"github.com/uctrace/uctrace/normalizer/cdr"
	"github.com/uctrace/uctrace/normalizer/collection"
	"github.com/uctrace/uctrace/normalizer/cucm"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/normalizer/imp"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/normalizer/log4j"
	"github.com/uctrace/uctrace/normalizer/sip"
	"github.com/uctrace/uctrace/normalizer/xmppclient"
	"github.com/uctrace/uctrace/schemas"
)

// Parsers returns the parsers of all log kinds. Where two are equally sure of
// a file, the first in the list has it.
func Parsers() []schemas.Parser {
	return []schemas.Parser{
		cucm.SDL{},
		cucm.CallLog{},
		cucm.SDI{},
		expressway.Parser{},
		jabber.Parser{},
		imp.Parser{},
		xmppclient.Parser{},
		alarm.Parser{},
		alarm.Presence{},
		cdr.Calls{},
		cdr.Media{},
		log4j.Parser{},
		log4j.Presence{},
		collection.Parser{},
		sip.Parser{},
	}
}

// ForSource returns the parser for records of source s, nil when there is
// none.
func ForSource(s schemas.Source) schemas.Parser { return Find(Parsers(), s) }
