package eval

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// newsroom is six weeks of a few made-up sources: a wire that writes all day, a
// paper at fixed hours, quiet blogs.
func newsroom() string {
	var b strings.Builder
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, time.FixedZone("", 8*3600))
	row := func(source string, at time.Time) {
		fmt.Fprintf(&b, `{"source":%q,"ts":%q}`+"\n", source, at.Format(time.RFC3339))
	}
	for day := range 42 {
		date := start.AddDate(0, 0, day)
		for i := range 120 {
			hour := 7 + 15*unit("wire", day*200+i)
			row("wire", date.Add(time.Duration(hour*float64(time.Hour))))
		}
		for i := range 8 {
			row("paper", date.Add(6*time.Hour+time.Duration(i)*20*time.Second))
		}
		for k := range 6 {
			name := fmt.Sprint("blog", k)
			row(name, date.Add(time.Duration(24*unit(name, day)*float64(time.Hour))))
		}
	}
	return b.String()
}

func polling(t *testing.T, in string, o PollingOptions) map[string]pollingResult {
	t.Helper()
	_, out, _ := run(t, in, func(e *Env) (Report, error) { return e.Polling(t.Context(), o, "-") })
	got := map[string]pollingResult{}
	for _, l := range lines(out) {
		var r pollingResult
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			t.Fatal(err)
		}
		got[r.Policy] = r
	}
	return got
}

func TestPolling(t *testing.T) {
	got := polling(t, newsroom(), PollingOptions{Every: time.Hour, List: 20})
	fixed, mini, ours := got["fixed"], got["miniflux"], got["ours"]
	if fixed.Requests == 0 || abs(fixed.Requests-ours.Requests)*200 > ours.Requests || abs(mini.Requests-ours.Requests)*200 > ours.Requests {
		t.Fatalf("requests differ: %d, %d, %d", fixed.Requests, mini.Requests, ours.Requests)
	}
	if ours.PerHour < 7 || ours.PerHour > 9 {
		t.Errorf("%.1f requests an hour of a budget of 8", ours.PerHour)
	}
	if ours.LessThan < 0.35 || ours.LessMini <= 0 || ours.Lost != 0 {
		t.Errorf("fixed %.0f s, miniflux %.0f s, ours %.0f s with %d lost", fixed.Mean, mini.Mean, ours.Mean, ours.Lost)
	}
	// A fixed interval waits half of itself on average.
	if fixed.Mean < 1500 || fixed.Mean > 2100 {
		t.Errorf("fixed interval: %.0f s", fixed.Mean)
	}
}

func TestPollingCountsLost(t *testing.T) {
	in := newsroom()
	got := polling(t, in, PollingOptions{Every: 6 * time.Hour, List: 5})
	// Eight at a time do not fit into a list of five when polls are rare; those
	// of one instant never do.
	if got["fixed"].Lost == 0 || got["fixed"].Certain != 0 {
		t.Errorf("%+v", got["fixed"])
	}
	var flash strings.Builder
	for day := range 20 {
		for range 9 {
			fmt.Fprintf(&flash, `{"platform":"flash","ts":"2026-03-%02dT08:00:00+08:00"}`+"\n", day+1)
		}
	}
	if got := polling(t, flash.String(), PollingOptions{List: 5}); got["ours"].Certain == 0 || got["ours"].Lost != got["ours"].Certain {
		t.Errorf("%+v", got["ours"])
	}
}

func TestPollingBadRows(t *testing.T) {
	r, _, errs := run(t, "{\"source\":\"a\",\"ts\":\"gestern\"}\nx\n{\"ts\":\"2026-03-01T00:00:00Z\"}\n{\"source\":\"a\",\"ts\":null}\n", func(e *Env) (Report, error) {
		return e.Polling(t.Context(), PollingOptions{Sweeps: true}, "-")
	})
	if r.Bad != 3 || strings.Count(errs, "row skipped") != 3 {
		t.Errorf("%+v\n%s", r, errs)
	}
}

func TestPollingSpreadsSweeps(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 3, 1, h, 0, 0, 0, time.UTC) }
	sweeps := []time.Time{at(1), at(2), at(5)}
	got := spreadSweeps("a", []time.Time{at(1), at(5), at(5), at(5)}, sweeps)
	for i, x := range got {
		if i == 0 && !x.Equal(at(1)) || i > 0 && (x.Before(at(2)) || x.After(at(5))) {
			t.Errorf("item %d at %s", i, x)
		}
	}
}
