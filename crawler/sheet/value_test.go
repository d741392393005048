package sheet

import (
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func TestCountCells(t *testing.T) {
	for in, want := range map[string]xuanti.Count{
		"0": {}, "12345": {Value: 12345}, "12,345": {Value: 12345}, "12，345": {Value: 12345}, "1.2万": {Value: 12000}, "3.4亿": {Value: 340_000_000},
		"10万+": {Value: 100_000, AtLeast: true}, "10w+": {Value: 100_000, AtLeast: true}, "１２３": {Value: 123}, "1.5k": {Value: 1500},
		"1.2345E4": {Value: 12345}, "1200.0": {Value: 1200}, "12000.000000001": {Value: 12000}, "-12": {Value: -12}, "-1.2万": {Value: -12000},
	} {
		if got, ok := countOf(in); !ok || got != want {
			t.Errorf("%q: %+v %v, want %+v", in, got, ok, want)
		}
	}
	for _, in := range []string{"abc", "12.5", "12%", "04:32", "2026年1月1日", "1e30", "=1+1", "1-2", "-10万+"} {
		if got, ok := countOf(in); ok {
			t.Errorf("%q is no count: %+v", in, got)
		}
	}
	for _, in := range []string{"", "--", "-", "—", "/", "N/A", "暂无", "null"} {
		if !blank(in) {
			t.Errorf("%q says something", in)
		}
	}
	if blank("0") || blank("0%") {
		t.Error("a zero is a zero")
	}
}

func TestShareAndDurationCells(t *testing.T) {
	for _, c := range []struct {
		in      string
		hundred bool
		want    int64
	}{{"12.3%", false, 1230}, {"12.34 ％", false, 1234}, {"0.1234", false, 1234}, {"12.3", true, 1230}, {"100%", false, 10000}, {"0", false, 0}} {
		if got, ok := shareOf(c.in, c.hundred); !ok || got != c.want {
			t.Errorf("%q: %d %v, want %d", c.in, got, ok, c.want)
		}
	}
	for in, want := range map[string]int64{`4'32"`: 272, "04:32": 272, "272.5": 273, "1:02:03": 3723, "4分32秒": 272, "32s": 32, "25秒": 25, "1小时2分": 3720} {
		if got, ok := secondsOf(in); !ok || got != want {
			t.Errorf("%q: %d %v, want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"abc", "", "12%", "-4"} {
		if got, ok := secondsOf(in); ok {
			t.Errorf("%q is no duration: %d", in, got)
		}
	}
	if _, ok := shareOf("-3%", false); ok {
		t.Error("a negative share")
	}
}

func TestTimeCells(t *testing.T) {
	now := time.Date(2026, 5, 2, 4, 0, 0, 0, time.UTC)
	plain, mac := &Table{}, &Table{y1904: true}
	for in, want := range map[string]string{
		"2026年04月01日08时30分00秒": "2026-04-01 08:30", "20260401": "2026-04-01 00:00", "2026/4/1 9:05": "2026-04-01 09:05", "46113.375": "2026-04-01 09:00",
		"46113": "2026-04-01 00:00", "昨天 08:30": "2026-05-01 08:30", "3小时前": "2026-05-02 09:00", "1775001600": "2026-04-01 08:00", "1775001600000": "2026-04-01 08:00",
		"04-01 12:00": "2026-04-01 12:00", "2026-04-01T12:00:00+09:00": "2026-04-01 11:00",
	} {
		at, ok := plain.timeOf(in, nil, now)
		if got := at.In(xuanti.Shanghai).Format("2006-01-02 15:04"); !ok || got != want {
			t.Errorf("%q: %s %v, want %s", in, got, ok, want)
		}
	}
	at, ok := mac.timeOf("44651.5", nil, now)
	if got := at.In(xuanti.Shanghai).Format("2006-01-02 15:04"); !ok || got != "2026-04-01 12:00" {
		t.Errorf("days since 1904: %s", got)
	}
	if _, ok := plain.timeOf("标题", nil, now); ok {
		t.Error("a title is no time")
	}
}

func TestWordsAreUnique(t *testing.T) {
	seen := map[string]string{}
	for f, lists := range words {
		if !known(f) {
			t.Errorf("field %s is unknown", f)
		}
		for _, list := range lists {
			for _, w := range list {
				if seen[w] != "" || w != foldHeader(w) {
					t.Errorf("%q means %s and %s, folded %q", w, f, seen[w], foldHeader(w))
				}
				seen[w] = f
			}
		}
	}
	for _, p := range presets {
		for h, f := range p.fields {
			if !known(f) || h != foldHeader(h) {
				t.Errorf("%s: %q → %q", p.ID, h, f)
			}
		}
	}
	for _, f := range Fields() {
		if !known(f) {
			t.Errorf("field %s is unknown", f)
		}
	}
}

func FuzzCells(f *testing.F) {
	for _, s := range []string{"1.2万", "10万+", "--", "12.3%", `4'32"`, "2026年04月01日00时00分00秒", "46113.5", "1E309", "-9223372036854775808", "万亿", "：："} {
		f.Add(s)
	}
	now := time.Date(2026, 5, 2, 4, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if c, ok := countOf(s); ok && c.AtLeast && c.Value < 0 {
			t.Fatalf("%q: %+v", s, c)
		}
		if v, ok := shareOf(s, strings.Contains(s, "1")); ok && v < 0 {
			t.Fatalf("%q: share %d", s, v)
		}
		if v, ok := secondsOf(s); ok && v < 0 {
			t.Fatalf("%q: %d seconds", s, v)
		}
		if at, ok := (&Table{y1904: len(s)%2 == 0}).timeOf(s, nil, now); ok && at.IsZero() {
			t.Fatalf("%q: zero time", s)
		}
	})
}
