package log4j

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
)

// readConsole reads the head of a record of catalina.out, which Tomcat's own
// logger writes; the logger ends in the method, and no dash follows.
//
//	14-Apr-2018 19:10:51.961 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in 93 ms
func readConsole(line []byte) (h head, ok bool) {
	const form = "14-Apr-2018 19:10:51.961 "
	if len(line) < len(form) || line[2] != '-' || line[6] != '-' || line[11] != ' ' || line[24] != ' ' {
		return h, false
	}
	d, ok1 := stamp.Two(line)
	c, ok2 := stamp.Two(line[7:])
	y, ok3 := stamp.Two(line[9:])
	clock, ok4 := stamp.Clock(line[12:])
	month := monthOf(line[3:])
	if !ok1 || !ok2 || !ok3 || !ok4 || month == 0 || d < 1 || d > 31 {
		return h, false
	}
	h.seconds = stamp.Days(c*100+y, month, d)*86400 + int64(clock)
	h.nsec, _ = stamp.Fraction(line, 20)
	line = trimBlanks(line[len(form):])
	n := levelLen(line)
	if n == 0 {
		return h, false
	}
	h.level, line = line[:n], trimBlanks(line[n:])
	end := bytes.IndexByte(line[:min(len(line), maxThread)], ']')
	if end < 0 || line[0] != '[' {
		return h, false
	}
	h.thread = line[1:end]
	h.logger, h.message = cut(trimBlanks(line[end+1:]))
	return h, packaged(h.logger)
}

// readOldConsole reads the first of the two lines of a record of catalina.out
// up to Tomcat 6. Level and message stand on the second.
//
//	Apr 14, 2018 7:10:51 PM org.apache.catalina.startup.Catalina start
//	INFO: Server startup in 93 ms
func readOldConsole(line []byte) (h head, ok bool) {
	month := monthOf(line)
	if month == 0 || len(line) < len("Apr 4, 2018 7:10:51 PM a.b c") || line[3] != ' ' {
		return h, false
	}
	d, i := digits(line, 4, 2)
	if d < 1 || d > 31 || i+7 >= len(line) || line[i] != ',' || line[i+1] != ' ' || line[i+6] != ' ' {
		return h, false
	}
	y, _ := digits(line, i+2, 4)
	hour, end := digits(line, i+7, 2)
	if hour < 1 || hour > 12 || end+9 >= len(line) || line[end] != ':' || line[end+3] != ':' || line[end+6] != ' ' || line[end+8] != 'M' {
		return h, false
	}
	minute, ok1 := stamp.Two(line[end+1:])
	second, ok2 := stamp.Two(line[end+4:])
	if !ok1 || !ok2 || minute > 59 || second > 60 || y < 1990 {
		return h, false
	}
	if hour %= 12; line[end+7] == 'P' {
		hour += 12
	}
	h.seconds = stamp.Days(y, month, d)*86400 + int64(hour*3600+minute*60+second)
	h.logger, _ = cut(trimBlanks(line[end+9:]))
	return h, packaged(h.logger)
}

// monthOf returns the number of the month that b begins with, 0 for none.
func monthOf(b []byte) int {
	if len(b) < 3 || b[0] < 'A' || b[0] > 'S' {
		return 0
	}
	i := bytes.Index([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), b[:3])
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

// digits reads at most most digits at b[i:].
func digits(b []byte, i, most int) (n, end int) {
	for end = i; end < len(b) && end-i < most && b[end]-'0' <= 9; end++ {
		n = n*10 + int(b[end]-'0')
	}
	return n, end
}
