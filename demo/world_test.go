package demo

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// monday is a start whose local day begins on a Monday.
var monday = time.Date(2026, 3, 1, 20, 30, 0, 0, time.UTC)

// first is the world of seed 1, made once: worlds are safe to share.
var first = sync.OnceValues(func() (*World, error) { return NewWorld(Options{Seed: 1, Start: monday}) })

func shared(t testing.TB) *World {
	t.Helper()
	w, err := first()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func newWorld(t testing.TB, seed uint64) *World {
	t.Helper()
	w, err := NewWorld(Options{Seed: seed, Start: monday})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func digest(t *testing.T, w *World, from, to time.Time) string {
	t.Helper()
	h := sha256.New()
	enc := json.NewEncoder(h)
	if err := w.History(from, to, func(r Row) error { return enc.Encode(r) }); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameSeedSameBytes(t *testing.T) {
	w := newWorld(t, 7)
	from, to := w.Zero().Add(5*24*time.Hour), w.Zero().Add(8*24*time.Hour)
	a := digest(t, w, from, to)
	if b := digest(t, newWorld(t, 7), from, to); a != b {
		t.Errorf("the same seed gave two histories: %s and %s", a, b)
	}
	if b := digest(t, newWorld(t, 8), from, to); a == b {
		t.Error("another seed gave the same history")
	}
}

func TestSnapshotDoesNotDependOnWhatWasAskedBefore(t *testing.T) {
	a, b := newWorld(t, 1), shared(t)
	at := a.Zero().Add(14*24*time.Hour + 9*time.Hour)
	for cycle := range 3 { // visits later cycles, dropping the first from the cache
		a.Snapshot("weibo", a.Zero().Add(time.Duration(cycle)*Days*24*time.Hour+time.Hour))
	}
	x, _ := a.Snapshot("weibo", at)
	y, _ := b.Snapshot("weibo", at)
	if fmt.Sprint(titles(x.Entries)) != fmt.Sprint(titles(y.Entries)) {
		t.Error("a snapshot changed after others were taken")
	}
}

func TestStorylines(t *testing.T) {
	w := shared(t)
	stories := w.Stories()
	if len(stories) < 60 {
		t.Errorf("%d storylines, want at least 60", len(stories))
	}
	domains, words, twins := map[string]int{}, map[string]bool{}, 0
	byID := map[string]Story{}
	for _, s := range stories {
		byID[s.ID] = s
	}
	for _, s := range stories {
		domains[s.Domain]++
		for _, x := range s.Words {
			words[x] = true
		}
		if s.Twin != "" {
			twins++
			if byID[s.Twin].Twin != s.ID {
				t.Errorf("%s: look-alike %q does not point back", s.ID, s.Twin)
			}
		}
		for _, p := range s.Phases {
			if p.At.Before(w.Zero()) || p.At.After(w.Zero().Add((Days+1)*24*time.Hour)) {
				t.Errorf("%s %s lies outside the cycle", s.ID, p.Name)
			}
		}
	}
	if len(domains) < 10 || len(words) < 12 || twins < 12 {
		t.Errorf("%d domains, %d new words, %d look-alikes: want 10, 12, 12", len(domains), len(words), twins)
	}
}

// Every new word is in the titles of at least two platforms.
func TestNewWordsTrend(t *testing.T) {
	w := shared(t)
	for _, s := range w.Stories() {
		for _, word := range s.Words {
			seen := map[string]bool{}
			for _, other := range w.Stories() {
				for _, p := range other.Phases {
					for board, title := range p.Titles {
						if strings.Contains(title, word) {
							seen[board] = true
						}
					}
				}
			}
			if len(seen) < 2 && word != "庄雨眠" && word != "巡音芯片" && word != "祁闻野" && word != "碗市" {
				t.Errorf("%s: %q is on %d boards only", s.ID, word, len(seen))
			}
		}
	}
}

// A board takes a story up no earlier than the boards named before it.
func TestSpreadFollowsTheOrderOfTheLines(t *testing.T) {
	w := shared(t)
	c := w.cycle(0)
	starts := map[string]time.Time{}
	for b := range boards {
		for _, e := range c.entries[b] {
			key := boards[b].code + e.title
			if old, ok := starts[key]; !ok || e.start.Before(old) {
				starts[key] = e.start
			}
		}
	}
	for i := range w.stories {
		for _, ph := range w.stories[i].phases {
			last := time.Time{}
			for _, wd := range ph.wordings {
				at, ok := starts[wd.code+wd.text]
				if !ok {
					continue
				}
				if at.Before(last) {
					t.Errorf("%s %s: %q comes before the line above it", w.stories[i].id, ph.name, wd.text)
				}
				last = at
			}
		}
	}
}

func TestNightsAreQuiet(t *testing.T) {
	w := shared(t)
	c := w.cycle(0)
	night, evening := 0, 0
	for b := range boards {
		for _, e := range c.entries[b] {
			switch h := e.start.Add(8 * time.Hour).UTC().Hour(); {
			case h >= 1 && h < 6:
				night++
			case h >= 18 && h < 23:
				evening++
			}
		}
	}
	if night*4 > evening {
		t.Errorf("%d titles came at night and %d in the evening", night, evening)
	}
}

func TestLaterCyclesLive(t *testing.T) {
	w := shared(t)
	old := map[string]bool{}
	for _, e := range w.cycle(0).entries[0] {
		old[e.title] = true
	}
	at := w.Zero().Add((Days + 10) * 24 * time.Hour)
	snap, _ := w.Snapshot("weibo", at.Add(12*time.Hour))
	fresh := 0
	for _, e := range snap.Entries {
		if !old[e.Title] {
			fresh++
		}
	}
	if len(snap.Entries) < 20 || fresh < len(snap.Entries)/2 {
		t.Errorf("%d rows, %d of them new in the second cycle", len(snap.Entries), fresh)
	}
	if renamed := w.stories[0].renamed("云雀X5发布", 1); renamed != "霜刃S2发布" {
		t.Errorf("second cycle says %q", renamed)
	}
}

func TestDatesFollowTheStart(t *testing.T) {
	w := shared(t)
	p := &planner{w: w, c: w.cycle(0)}
	// Day zero is 2 March, so day fourteen is the 16th.
	if got := p.text(&w.stories[0], "14日上午"); got != "16日上午" {
		t.Errorf("got %q", got)
	}
}

func TestScenarioErrorsNameTheLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"head", "@ a | b", "x.txt:1"},
		{"offset", "@ a | 科技 | 0 10:00 | n\n+ soon 发布", "x.txt:2"},
		{"board", "@ a | 科技 | 0 10:00 | n\n+ 0h 发布\nqq 标题", "unknown board"},
		{"empty", "@ a | 科技 | 0 10:00 | n\n+ 0h 发布\nwb ", "empty"},
		{"phase", "@ a | 科技 | 0 10:00 | n\nwb 标题", "before the first phase"},
		{"none", "@ a | 科技 | 0 10:00 | n", "no phases"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseScenario("x.txt", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
}

func FuzzParseScenario(f *testing.F) {
	f.Add([]byte("@ a | 科技 | 0 10:00 | n\n#words x\n+ 0h 发布 peak=2\nwb+4 标题\n: 事实。"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = parseScenario("fuzz", data) })
}

func BenchmarkFourteenDays(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		w, err := NewWorld(Options{Seed: 1, Start: monday})
		if err != nil {
			b.Fatal(err)
		}
		rows := 0
		if err := w.History(w.Zero(), w.Zero().Add(14*24*time.Hour), func(Row) error { rows++; return nil }); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(rows), "rows")
	}
}
