package cucm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// fileHead reads the date and the offset of a FileHead record.
//
//	UTC:-04:00,Date: 2016/10/18, AppName: CCM, AppId: 100, …, HostName: clstr-1-subA, …
func fileHead(b []byte, clock time.Duration) (time.Time, bool) {
	i := bytes.Index(b, []byte("Date: "))
	if i < 0 || len(b) < i+16 {
		return time.Time{}, false
	}
	y, mo, d, ok := slashDate(b[i+6:])
	if !ok {
		return time.Time{}, false
	}
	loc := time.UTC
	if j := bytes.Index(b[:i], []byte("UTC:")); j >= 0 && len(b) >= j+10 {
		loc = offset(b[j+4:])
	}
	return onDay(y, mo, d, clock, loc), true
}

// slashDate reads YYYY/MM/DD.
func slashDate(b []byte) (y int, mo time.Month, d int, ok bool) {
	if len(b) < 10 || b[4] != '/' || b[7] != '/' {
		return 0, 0, 0, false
	}
	y, m, d := two(b, 0)*100+two(b, 2), two(b, 5), two(b, 8)
	return y, time.Month(m), d, y >= 1990 && y < 2200 && m >= 1 && m <= 12 && d >= 1 && d <= 31
}

// offset reads -04:00; UTC when it is none.
func offset(b []byte) *time.Location {
	h, m := two(b, 1), two(b, 4)
	if h > 14 || m > 59 || b[3] != ':' {
		return time.UTC
	}
	s := (h*60 + m) * 60
	if b[0] == '-' {
		s = -s
	}
	if s == 0 {
		return time.UTC
	}
	return time.FixedZone(string(b[:6]), s)
}

// fileHeadFact appends the event of a FileHead record: who writes this log.
//
//	UTC:-04:00,Date: 2016/10/18, AppName: CCM, AppId: 100, AppNodeId: 2, AppVersion: CUCM Install=10.5.2.12900-14 Build=10.5.2.12900-14 (d3f126) memlog=20, HostName: clstr-1-subA, HostIPAddress: 10.1.0.6, AppStartTime: 2016/10/11 15:42:41, FileNumber: 642, TraceVer: 3.0
func (t *trace) fileHeadFact(dst []schemas.Event) []schemas.Event {
	line, _ := text.Line(t.body)
	f := fact{kind: schemas.KindLogHead}
	f.with("product", headField(line, "AppName: "))
	f.with("version", headVersion(headField(line, "AppVersion: ")))
	f.with("host", headField(line, "HostName: "))
	address := headField(line, "HostIPAddress: ")
	if len(address) > len("::ffff:") && bytes.EqualFold(address[:len("::ffff:")], []byte("::ffff:")) {
		address = address[len("::ffff:"):] // an IPv4 address in IPv6 form (RFC 4291 section 2.5.5.2)
	}
	f.with("address", address)
	f.with("started", headField(line, "AppStartTime: "))
	f.with("number", headField(line, "FileNumber: "))
	if v, ok := after(line, "UTC:"); ok && len(v) >= len("-04:00") && v[3] == ':' && two(v, 1) < 15 && two(v, 4) < 60 {
		f.with("zone", v[:len("-04:00")])
	}
	f.with("app", headField(line, "AppId: "))
	f.with("node", headField(line, "AppNodeId: "))
	if f.n == 0 {
		return append(dst, unparsed("a FileHead record without its fields"))
	}
	f.key(schemas.KeyAddr, address)
	t.seq = nil // it numbers a record, not an action
	return t.line(dst, &f)
}

// headField returns the value behind name, up to the next comma.
func headField(line []byte, name string) []byte {
	v, ok := after(line, name)
	if !ok {
		return nil
	}
	if i := bytes.IndexByte(v, ','); i >= 0 {
		v = v[:i]
	}
	return bytes.TrimSpace(v)
}

// headVersion returns the version that v names: behind Install= in what
// CallManager prints, else v itself.
func headVersion(v []byte) []byte {
	if install, ok := after(v, "Install="); ok {
		return word(install)
	}
	return v
}
