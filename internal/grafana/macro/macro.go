// Package macro does to a query what Grafana and its ClickHouse plugin do before
// it is sent: variables take their values, macros become SQL. Tests run the
// dashboards' and the alert rules' queries with it.
//
// It follows the plugin's documentation (docs/sources/query-editor.md and
// template-variables.md of grafana/clickhouse-datasource, reviewed 2026-08) and
// Grafana's "Variable syntax". What neither describes is an error, so a
// mistyped macro or variable fails a test.
package macro

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scope is what a query is expanded with.
type Scope struct {
	From, To time.Time
	// Interval is the distance of the points that a panel has room for.
	Interval time.Duration
	Vars     map[string]Value
}

// Value is the value of a dashboard variable: one text or several, or all.
type Value struct {
	Texts []string
	All   bool
}

// Text is a variable with one value.
func Text(s string) Value { return Value{Texts: []string{s}} }

// Query expands a query to ClickHouse.
func Query(sql string, s Scope) (string, error) {
	sql, err := conditions(sql, s)
	if err != nil {
		return "", err
	}
	if sql, err = Variables(sql, s); err != nil {
		return "", err
	}
	return macros(sql, s)
}

// conditions expands $__conditionalAll(condition, $variable): the condition,
// or 1=1 when the variable is at All. The plugin does it before variables
// take their values.
func conditions(sql string, s Scope) (string, error) {
	const name = "$__conditionalAll("
	for {
		at := strings.LastIndex(sql, name)
		if at < 0 {
			return sql, nil
		}
		args, end, err := arguments(sql, at+len(name)-1)
		if err != nil {
			return "", err
		}
		if len(args) < 2 {
			return "", fmt.Errorf("$__conditionalAll: want a condition and a variable")
		}
		variable := args[len(args)-1]
		plain := regexp.MustCompile(`^\$(\w+)$|^\$\{(\w+)\}$`).FindStringSubmatch(variable)
		if plain == nil {
			return "", fmt.Errorf("$__conditionalAll: the second argument is a plain variable, not %s", variable)
		}
		value, ok := s.Vars[plain[1]+plain[2]]
		if !ok {
			return "", fmt.Errorf("$__conditionalAll: no variable %s", variable)
		}
		condition := "1=1"
		if !value.All {
			condition = strings.Join(args[:len(args)-1], ", ")
		}
		sql = sql[:at] + condition + sql[end:]
	}
}

// arguments reads a bracketed list that begins at sql[open] and returns what
// stands between the commas of its own level, and where it ends.
func arguments(sql string, open int) (args []string, end int, err error) {
	depth, from, quoted := 0, open+1, false
	for i := open; i < len(sql); i++ {
		switch c := sql[i]; {
		case quoted && c == '\\':
			i++
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '{' || c == '[':
			depth++
		case c == ')' || c == '}' || c == ']':
			if depth--; depth == 0 {
				return append(args, strings.TrimSpace(sql[from:i])), i + 1, nil
			}
		case c == ',' && depth == 1:
			args, from = append(args, strings.TrimSpace(sql[from:i])), i+1
		}
	}
	return nil, 0, fmt.Errorf("no closing bracket after %q", sql[max(0, open-20):open+1])
}

var reference = regexp.MustCompile(`\$\{(\w+)(?::(\w+))?\}|\$([A-Za-z]\w*)`)

// Variables puts the values of variables in their places. Names with two
// underscores are macros and Grafana's own.
func Variables(text string, s Scope) (string, error) {
	var err error
	text = reference.ReplaceAllStringFunc(text, func(found string) string {
		m := reference.FindStringSubmatch(found)
		name, format := m[1]+m[3], m[2]
		if strings.HasPrefix(name, "__") {
			return found
		}
		value, ok := s.Vars[name]
		if !ok {
			err = fmt.Errorf("no variable %s", found)
			return found
		}
		written, bad := value.format(format)
		if bad != nil && err == nil {
			err = fmt.Errorf("%s: %w", found, bad)
		}
		return written
	})
	return text, err
}

func (v Value) format(format string) (string, error) {
	quote := func(mark, escaped string) string {
		var list []string
		for _, t := range v.Texts {
			list = append(list, mark+strings.ReplaceAll(t, mark, escaped)+mark)
		}
		return strings.Join(list, ",")
	}
	switch format {
	case "":
		if len(v.Texts) == 1 {
			return v.Texts[0], nil
		}
		return "{" + strings.Join(v.Texts, ",") + "}", nil
	case "csv", "raw":
		return strings.Join(v.Texts, ","), nil
	case "singlequote":
		return quote("'", `\'`), nil
	case "doublequote":
		return quote(`"`, `\"`), nil
	}
	return "", fmt.Errorf("format %q is not known here", format)
}

var call = regexp.MustCompile(`\$__(\w+)`)

// macros expands those of the plugin's backend.
func macros(sql string, s Scope) (string, error) {
	var b strings.Builder
	for {
		at := call.FindStringIndex(sql)
		if at == nil {
			b.WriteString(sql)
			return b.String(), nil
		}
		name, end := sql[at[0]+len("$__"):at[1]], at[1]
		var args []string
		if takesArguments[name] {
			if end >= len(sql) || sql[end] != '(' {
				return "", fmt.Errorf("$__%s: want arguments in brackets", name)
			}
			var err error
			if args, end, err = arguments(sql, end); err != nil {
				return "", err
			}
		}
		text, err := s.expand(name, args)
		if err != nil {
			return "", err
		}
		b.WriteString(sql[:at[0]] + text)
		sql = sql[end:]
	}
}

var takesArguments = map[string]bool{
	"timeFilter": true, "timeFilter_ms": true, "dateFilter": true, "timeFrom": true, "timeTo": true,
	"timeInterval": true, "timeInterval_ms": true,
}

func (s Scope) expand(name string, args []string) (string, error) {
	if takesArguments[name] && (len(args) != 1 || slices.Contains(args, "")) {
		return "", fmt.Errorf("$__%s: want one argument, got %d", name, len(args))
	}
	seconds := func(t time.Time) string { return "toDateTime(" + strconv.FormatInt(t.Unix(), 10) + ")" }
	millis := func(t time.Time) string {
		return "fromUnixTimestamp64Milli(" + strconv.FormatInt(t.UnixMilli(), 10) + ")"
	}
	between := func(from, to string) string { return args[0] + " >= " + from + " AND " + args[0] + " <= " + to }
	switch name {
	case "fromTime":
		return seconds(s.From), nil
	case "toTime":
		return seconds(s.To), nil
	case "fromTime_ms":
		return millis(s.From), nil
	case "toTime_ms":
		return millis(s.To), nil
	case "timeFilter":
		return between(seconds(s.From), seconds(s.To)), nil
	case "timeFilter_ms":
		return between(millis(s.From), millis(s.To)), nil
	case "dateFilter":
		return between("toDate('"+s.From.UTC().Format(time.DateOnly)+"')", "toDate('"+s.To.UTC().Format(time.DateOnly)+"')"), nil
	case "timeFrom":
		return args[0] + " >= " + seconds(s.From), nil
	case "timeTo":
		return args[0] + " <= " + seconds(s.To), nil
	case "interval_s":
		return strconv.Itoa(max(1, int(s.Interval.Seconds()))), nil
	case "timeInterval":
		return fmt.Sprintf("toStartOfInterval(toDateTime(%s), INTERVAL %d second)", args[0], max(1, int(s.Interval.Seconds()))), nil
	case "timeInterval_ms":
		return fmt.Sprintf("toStartOfInterval(toDateTime64(%s, 3), INTERVAL %d millisecond)", args[0], max(1, s.Interval.Milliseconds())), nil
	}
	return "", fmt.Errorf("no macro $__%s", name)
}
