package lokitest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Line is a line as Loki returns it. Labels hold its structured metadata too.
type Line struct {
	Labels map[string]string
	Time   time.Time
	Text   string
}

// Lines returns the lines that query selects, from from to to, oldest first. A
// line that Loki keeps twice comes twice.
func (l *Loki) Lines(query string, from, to time.Time) []Line {
	l.t.Helper()
	var all []Line
	seen := map[string]bool{} // lines of the moment at which a page ends
	for {
		page := l.page(query, from, to)
		fresh := 0
		for _, line := range page {
			key := line.Time.String() + line.Labels["record_id"] + line.Labels["part"]
			if line.Time.Equal(from) && seen[key] {
				continue
			}
			fresh++
			all = append(all, line)
		}
		if len(page) < pageSize {
			return all
		}
		if fresh == 0 {
			l.t.Fatalf("more than %d lines at %s", pageSize, from)
		}
		from = page[len(page)-1].Time
		clear(seen)
		for _, line := range page {
			if line.Time.Equal(from) {
				seen[line.Time.String()+line.Labels["record_id"]+line.Labels["part"]] = true
			}
		}
	}
}

// pageSize is the most lines that Loki returns at once.
const pageSize = 5000

func (l *Loki) page(query string, from, to time.Time) []Line {
	l.t.Helper()
	var answer struct {
		Data struct {
			Result []struct {
				Stream map[string]string
				Values [][2]string
			}
		}
	}
	l.ask("/loki/api/v1/query_range", url.Values{
		"query": {query}, "direction": {"forward"}, "limit": {strconv.Itoa(pageSize)},
		"start": {nanos(from)}, "end": {nanos(to)},
	}, &answer)
	var lines []Line
	for _, s := range answer.Data.Result {
		for _, v := range s.Values {
			ns, err := strconv.ParseInt(v[0], 10, 64)
			if err != nil {
				l.t.Fatal(err)
			}
			lines = append(lines, Line{Labels: s.Stream, Time: time.Unix(0, ns).UTC(), Text: v[1]})
		}
	}
	sortByTime(lines)
	return lines
}

// Sample is one value of a metric query.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// Query evaluates a metric query at a moment.
func (l *Loki) Query(query string, at time.Time) []Sample {
	l.t.Helper()
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	l.ask("/loki/api/v1/query", url.Values{"query": {query}, "time": {nanos(at)}}, &answer)
	var samples []Sample
	for _, r := range answer.Data.Result {
		v, err := strconv.ParseFloat(fmt.Sprint(r.Value[1]), 64)
		if err != nil {
			l.t.Fatal(err)
		}
		samples = append(samples, Sample{Labels: maps.Clone(r.Metric), Value: v})
	}
	return samples
}

// ask decodes the answer to a request into answer, or fails the test.
func (l *Loki) ask(path string, query url.Values, answer any) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	body, err := l.get(ctx, path, query)
	if err == nil {
		err = json.Unmarshal(body, answer)
	}
	if err != nil {
		l.t.Fatalf("%s %s: %v", path, query.Get("query"), err)
	}
}

func (l *Loki) get(ctx context.Context, path string, query url.Values) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.URL+path+"?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return body, err
}

// Get returns the answer to a GET of path.
func (l *Loki) Get(path string) string {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	body, err := l.get(ctx, path, nil)
	if err != nil {
		l.t.Fatalf("%s: %v", path, err)
	}
	return string(body)
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func sortByTime(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int { return a.Time.Compare(b.Time) })
}
