package engine

import (
	"fmt"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/trend"
)

// Two days of a board: after the night the first has a scorecard, which a
// restart keeps, and a title that rose is found in it by name.
func TestScorecardOfYesterday(t *testing.T) {
	dir := t.TempDir()
	e, _ := open(t, dir, noon)
	if v, err := e.Scorecard(t.Context(), ""); err != nil || len(v.Heads) != 0 || len(v.Days) != 0 {
		t.Fatalf("before the first night: %+v %v", v, err)
	}
	for h := range 44 { // from noon until eight in the morning of the day after tomorrow
		at := noon.Add(time.Duration(h) * time.Hour)
		var titles []string
		for i := range 20 { // what is at place i now was at i+2 an hour ago
			titles = append(titles, fmt.Sprintf("江岸集市第%d号摊位开张", 2*h+i))
		}
		e.must(t, batch{at: at, live: true, snaps: []xuanti.Snapshot{snapshot("weibo", at, titles...)}})
	}
	check := func(e *Engine) {
		v, err := e.Scorecard(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if v.Day != "2026-03-11" || len(v.Days) != 2 {
			t.Fatalf("the newest scorecard is of %q, of %v", v.Day, v.Days)
		}
		var heads []string
		for _, s := range v.Heads {
			heads = append(heads, s.Head)
			n := 0
			for _, b := range s.Bins {
				n += b.N
			}
			if n != s.N || s.N == 0 || s.Head == "listed_1h" && (s.N != 480 || s.Came != 0.9) {
				t.Errorf("%+v", s)
			}
		}
		if len(heads) < 7 {
			t.Errorf("kinds %v", heads)
		}
		named, came := 0, 0
		for _, c := range v.Bold {
			if c.Title != "" && c.BoardName != "" {
				named++
			}
			if c.Came {
				came++
			}
		}
		if named == 0 || named != len(v.Bold) || came == 0 {
			t.Errorf("%d of %d bold claims have a title, %d came true", named, len(v.Bold), came)
		}
	}
	check(e)
	shut(t, e)
	e, _ = open(t, dir, noon.Add(44*time.Hour))
	defer shut(t, e)
	check(e)
	if _, err := e.Scorecard(t.Context(), "2026-03-12"); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("a day that is not over: %v", err)
	}
	if _, err := e.Scorecard(t.Context(), "gestern"); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("not a date: %v", err)
	}
}

// What is listed now says how long it stays; a view of the past does not, for
// memory is newer than it.
func TestOutlook(t *testing.T) {
	dir := t.TempDir()
	e, _ := open(t, dir, noon)
	for h := range 30 {
		at := noon.Add(time.Duration(h) * time.Hour)
		var titles []string
		for i := range 12 {
			titles = append(titles, fmt.Sprintf("渡口码头第%d班轮渡启航", h/2+i))
		}
		e.must(t, batch{at: at, live: true, snaps: []xuanti.Snapshot{snapshot("weibo", at, titles...)}})
	}
	list, err := e.Events(t.Context(), TopicQuery{Limit: 5})
	if err != nil || len(list.Items) == 0 {
		t.Fatalf("%v %v", list, err)
	}
	d, err := e.Event(t.Context(), list.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if o := d.Outlook; o == nil || o.Board != "weibo" || o.Stay.Low > o.Stay.Median || o.Stay.Median > o.Stay.High || o.Stay.High <= 0 {
		t.Errorf("outlook %+v", d.Outlook)
	}
	id := d.ID
	shut(t, e)
	cfg := e.cfg
	past, err := Open(t.Context(), Options{Config: cfg, At: noon.Add(29 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, past)
	if d, err = past.Event(t.Context(), id); err != nil || d.Outlook != nil {
		t.Errorf("a view of the past has the outlook %+v, %v", d.Outlook, err)
	}
}

// A chance that is shown as none has no time beside it.
func TestPeakAhead(t *testing.T) {
	hours := trend.Span{Median: 2 * time.Hour, Low: time.Hour, High: 3 * time.Hour}
	for _, c := range []struct {
		o      trend.Outlook
		chance float64 // -1: null
		span   bool
	}{
		{trend.Outlook{PeakAhead: 0.304, Peak: hours}, 0.3, true},
		{trend.Outlook{PeakAhead: 0.004, Peak: hours}, 0, false},
		{trend.Outlook{PeakAhead: 0, Peak: hours}, 0, false},
		{trend.Outlook{PeakAhead: 0.3}, 0.3, false},
		{trend.Outlook{PeakAhead: -1, Peak: hours}, -1, true},
	} {
		chance, span := peakAhead(c.o)
		if (chance == nil) != (c.chance < 0) || chance != nil && *chance != c.chance || (span != nil) != c.span {
			t.Errorf("%+v: chance %v, time %v", c.o, chance, span)
		}
	}
}
