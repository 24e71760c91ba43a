package macro

import (
	"testing"
	"time"
)

var scope = Scope{
	From: time.UnixMilli(1415792726123), To: time.UnixMilli(1447328726456), Interval: 20 * time.Second,
	Vars: map[string]Value{
		"all": {Texts: []string{"$__all"}, All: true}, "two": {Texts: []string{"a", "it's"}}, "one": Text("x"), "empty": Text(""),
	},
}

// The output examples are those of the plugin's documentation.
func TestQuery(t *testing.T) {
	tests := []struct{ sql, want string }{
		{"$__timeFilter(time)", "time >= toDateTime(1415792726) AND time <= toDateTime(1447328726)"},
		{"$__timeFilter_ms(time)", "time >= fromUnixTimestamp64Milli(1415792726123) AND time <= fromUnixTimestamp64Milli(1447328726456)"},
		{"$__dateFilter(date)", "date >= toDate('2014-11-12') AND date <= toDate('2015-11-12')"},
		{"$__timeFrom(t) AND $__timeTo(t)", "t >= toDateTime(1415792726) AND t <= toDateTime(1447328726)"},
		{"$__fromTime, $__toTime", "toDateTime(1415792726), toDateTime(1447328726)"},
		{"$__fromTime_ms, $__toTime_ms", "fromUnixTimestamp64Milli(1415792726123), fromUnixTimestamp64Milli(1447328726456)"},
		{"$__interval_s", "20"},
		{"$__timeInterval(column)", "toStartOfInterval(toDateTime(column), INTERVAL 20 second)"},
		{"$__timeInterval(greatest(a, b))", "toStartOfInterval(toDateTime(greatest(a, b)), INTERVAL 20 second)"},
		{"$__timeInterval_ms(column)", "toStartOfInterval(toDateTime64(column, 3), INTERVAL 20000 millisecond)"},
		{"$__conditionalAll(a IN (${all:singlequote}), $all)", "1=1"},
		{"$__conditionalAll(a IN (${two:singlequote}), ${two})", `a IN ('a','it\'s')`},
		{"$__conditionalAll(f(a, ')') = 1, $two) AND $__conditionalAll(b, $all)", "f(a, ')') = 1 AND 1=1"},
		{"$__conditionalAll(a, ${two:singlequote})", ""},
		{"$__conditionalAll(a)", ""},
		{"$one ${one} ${one:singlequote} ${empty:singlequote} ${two}", "x x 'x' '' {a,it's}"},
		{"${one:csv} ${two:doublequote}", `x "a","it's"`},
		{"${missing}", ""},
		{"${one:nosuch}", ""},
		{"$__nosuch(a)", ""},
		{"$__timeFilter", ""},
		{"$__timeFilter(", ""},
	}
	for _, tt := range tests {
		got, err := Query(tt.sql, scope)
		switch {
		case tt.want == "" && err == nil:
			t.Errorf("%s: got %q, want an error", tt.sql, got)
		case tt.want != "" && (err != nil || got != tt.want):
			t.Errorf("%s: got %q, %v; want %q", tt.sql, got, err, tt.want)
		}
	}
}

func FuzzQuery(f *testing.F) {
	f.Add("$__conditionalAll(a IN (${all:singlequote}), $all) '$__timeFilter(x)' ${one:csv}")
	f.Fuzz(func(_ *testing.T, sql string) {
		_, _ = Query(sql, scope)
	})
}
