package trend

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

var boardStart = time.Date(2026, 1, 5, 0, 0, 0, 0, xuanti.Shanghai)

// shot makes the snapshot of a made-up board: titles live for eight hours and
// climb for the first four; each number stands for one title.
func shot(board string, step int) []EntryRef {
	var rows []EntryRef
	at := step % 1_000_000
	for rank := 1; rank <= 20; rank++ {
		wave := (at + 3*rank) / 8
		id := fmt.Sprintf("%s-%d-%d", board, rank%7, wave)
		h := int64(1_000_000 / (rank + at%5))
		rows = append(rows, EntryRef{ItemID: fmt.Sprintf("%s/%d", id, rank), EventID: fmt.Sprint("e", rank%7, wave), Entry: xuanti.Entry{
			Rank: rank, Title: fmt.Sprintf("第%d号消息", wave*20+rank), URL: fmt.Sprintf("https://a.example.cn/p/%d", 100000+wave*20+rank), Heat: &h,
		}})
	}
	return rows
}

func play(b *Boards, from, to int) (all [][]EntryState) {
	for i := from; i < to; i++ {
		at := boardStart.Add(time.Duration(i) * time.Hour)
		for _, board := range []string{"weibo", "zhihu"} {
			all = append(all, b.Observe(board, at, shot(board, i), func(string) int { return 2 }))
		}
	}
	return all
}

// States come in the order in which the rows were given.
func TestStatesComeInTheOrderOfTheRows(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	rows := posts(12, 700_000)
	slices.Reverse(rows)
	for i, s := range b.Observe("x", boardStart, rows, nil) {
		if s.ItemID != rows[i].ItemID || s.Rank != rows[i].Entry.Rank || s.BestRank != s.Rank {
			t.Fatalf("row %d is %s on rank %d, its state that of %+v", i, rows[i].ItemID, rows[i].Entry.Rank, s)
		}
	}
}

func TestBoardForestsAreShipped(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	for k, f := range b.forests {
		if f == nil {
			t.Errorf("no forest for %s, or one for other features", headNames[k])
		} else if f.Provenance.Command == "" || f.Provenance.Rows == 0 {
			t.Errorf("%s: where do its numbers come from? %+v", headNames[k], f.Provenance)
		}
	}
}

func TestBoardsForecastInBounds(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	for i, states := range play(b, 0, 60) {
		for _, s := range states {
			for name, p := range map[string]float64{"grow": s.Grow, "stay": s.Stay, "top10": s.Top10} {
				if p < 0 || p > 1 || math.IsNaN(p) {
					t.Fatalf("snapshot %d: %s %v", i, name, p)
				}
			}
			if s.Top10 > s.Stay || s.Rank < 1 || s.BestRank < 1 || s.BestRank > s.Rank || s.FirstSeen.IsZero() {
				t.Fatalf("snapshot %d: %+v", i, s)
			}
		}
	}
	for _, h := range []int{1, 3, 6} {
		f := b.Forecast("weibo", h)
		if len(f.Top10) != 10 || len(f.Listed) != 20 || len(f.Top10P) != 20 {
			t.Errorf("%d h: %d %d %d", h, len(f.Top10), len(f.Listed), len(f.Top10P))
		}
		seen := map[string]bool{}
		for _, id := range f.Top10 {
			if seen[id] {
				t.Errorf("%d h: %s twice", h, id)
			}
			seen[id] = true
		}
	}
	if f := b.Forecast("unknown", 3); len(f.Top10) != 0 {
		t.Errorf("unknown board: %+v", f)
	}
	id := b.m["weibo"].Order[3]
	o, ok := b.Outlook(id, "weibo")
	if s := o.Stay; !ok || s.Low > s.Median || s.Median > s.High || s.Low <= 0 {
		t.Errorf("outlook %+v %v", o, ok)
	}
	if _, ok := b.Outlook("gone", "weibo"); ok {
		t.Error("the outlook of a title that is not listed")
	}
}

// What a board shows later must not change what was said before.
func TestBoardsDoNotLookAhead(t *testing.T) {
	short, long := play(NewBoards(BoardsOptions{}), 0, 30), play(NewBoards(BoardsOptions{}), 0, 50)
	if !reflect.DeepEqual(short, long[:len(short)]) {
		t.Error("the beginning of a longer replay differs")
	}
}

func TestBoardsSnapshotRoundTrip(t *testing.T) {
	a := NewBoards(BoardsOptions{})
	play(a, 0, 40)
	data := saved(t, a)
	if n := len(data) / 2; n > 450_000 {
		t.Errorf("%d bytes a board", n)
	}
	b := NewBoards(BoardsOptions{})
	if err := b.Load(data); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a.Forecast("weibo", 3), b.Forecast("weibo", 3)) {
		t.Error("the loaded state answers differently")
	}
	x, y := play(a, 40, 60), play(b, 40, 60)
	for i := range x {
		for j := range x[i] {
			x[i][j].FirstSeen, y[i][j].FirstSeen = x[i][j].FirstSeen.UTC(), y[i][j].FirstSeen.UTC()
		}
	}
	if !reflect.DeepEqual(x, y) {
		t.Error("after loading, the same snapshots give other states")
	}
	before := b.Forecast("weibo", 3)
	for _, bad := range [][]byte{nil, []byte("x"), data[:len(data)/2]} {
		if err := b.Load(bad); err == nil {
			t.Error("damaged state was taken")
		}
	}
	if !reflect.DeepEqual(before, b.Forecast("weibo", 3)) {
		t.Error("a refused state changed something")
	}
	s, u := a.Scores("9"), b.Scores("9")
	if len(s) == 0 || len(s) != len(u) {
		t.Fatalf("%d scores, the loaded state has %d", len(s), len(u))
	}
	for i := range s {
		if fmt.Sprint(s[i]) != fmt.Sprint(u[i]) {
			t.Errorf("the loaded state keeps other scores: %+v and %+v", s[i], u[i])
		}
	}
}

// Rows that always leave within the hour and rows that never leave, on a board
// that no forest has seen, are told apart within days.
func TestBoardsLearnABoardsOwnWays(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	step := func(i int) []EntryState {
		var rows []EntryRef
		for r := 1; r <= 15; r++ {
			id := fmt.Sprint("stays", r)
			if r%3 == 0 {
				id = fmt.Sprint("leaves", r, "-", i)
			}
			rows = append(rows, EntryRef{ItemID: id, Entry: xuanti.Entry{Rank: r, Title: id}})
		}
		return b.Observe("own", boardStart.Add(time.Duration(i)*time.Hour), rows, nil)
	}
	var last []EntryState
	for i := range 24 * 5 {
		last = step(i)
	}
	for _, s := range last {
		if leaves := s.Rank%3 == 0; leaves && s.Stay > 0.3 || !leaves && s.Stay < 0.7 {
			t.Errorf("rank %d: stays with %.2f", s.Rank, s.Stay)
		}
	}
	for _, s := range b.Scores("9") {
		if base := s.Base(); s.Head == "listed_3h" && (s.AUC() < 0.95 || s.Brier() > base*(1-base) || math.Abs(s.Mean()-base) > 0.1) {
			t.Errorf("%+v", s)
		}
	}
}

func TestBoardsAreSampledAtAnyPace(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	for i := range 12 * 60 {
		at := boardStart.Add(time.Duration(i) * time.Minute)
		b.Observe("weibo", at, shot("weibo", i/60), nil)
	}
	x := b.m["weibo"]
	if n := len(x.Pending); n > 16 {
		t.Errorf("%d snapshots wait for their truth", n)
	}
	for id, tr := range x.Tracks {
		if len(tr.Points) > trackRing {
			t.Errorf("%s keeps %d points", id, len(tr.Points))
		}
	}
	s := b.Observe("weibo", boardStart, shot("weibo", 0), nil) // from the past
	if x.At.Equal(boardStart) || len(s) != 20 {
		t.Error("an old snapshot was taken for the newest")
	}
}

func TestBoardsTakeAwkwardSnapshots(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	rows := shot("weibo", 0)
	rows = append([]EntryRef{rows[5], rows[5]}, rows...)
	if got := b.Observe("weibo", boardStart, rows, nil); len(got) != len(rows) {
		t.Errorf("%d states for %d rows", len(got), len(rows))
	}
	if n := len(b.m["weibo"].Order); n != 20 {
		t.Errorf("%d places", n)
	}
	if got := b.Observe("weibo", boardStart.Add(time.Hour), nil, nil); len(got) != 0 {
		t.Errorf("%d states of an empty board", len(got))
	}
	f := b.Forecast("weibo", 1)
	if len(f.Listed) != 0 {
		t.Errorf("an empty board lists %d", len(f.Listed))
	}
	b.Observe("weibo", boardStart.Add(2*time.Hour), shot("weibo", 2), nil)
}

func TestTitlesReturn(t *testing.T) {
	b := NewBoards(BoardsOptions{})
	row := []EntryRef{{ItemID: "a", Entry: xuanti.Entry{Rank: 4}}}
	b.Observe("x", boardStart, row, nil)
	b.Observe("x", boardStart.Add(time.Hour), []EntryRef{{ItemID: "a", Entry: xuanti.Entry{Rank: 2}}}, nil)
	s := b.Observe("x", boardStart.Add(2*time.Hour), row, nil)[0]
	if s.PrevRank != 2 || s.BestRank != 2 || s.Entries != 1 || !s.FirstSeen.Equal(boardStart) {
		t.Errorf("%+v", s)
	}
	back := boardStart.Add(10 * time.Hour)
	b.Observe("x", boardStart.Add(3*time.Hour), nil, nil)
	s = b.Observe("x", back, row, nil)[0]
	if s.PrevRank != 0 || s.Entries != 2 || !s.FirstSeen.Equal(back) {
		t.Errorf("returned: %+v", s)
	}
}

func TestSerial(t *testing.T) {
	for url, want := range map[string]uint64{
		"https://a.example.cn/p/3471329256641924":           3471329256641924,
		"https://a.example.cn/detail/2149414?from=12345678": 2149414,
		"https://a.example.cn/hot?topic_id=28345109&x=1":    28345109,
		"https://a.example.cn/s?wd=%E5%A4%9A":               0,
		"https://a.example.cn/c/8mkYhSSE3Kd":                0,
		"https://a.example.cn/v/x1234567":                   0,
		"https://a.example.cn/news_forward_31624413":        31624413,
		"https://a.example.cn/12/34":                        0,
		"":                                                  0,
		"https://a.example.cn/99999999999999999999":         0,
	} {
		if got := serial(url); got != want {
			t.Errorf("%s: %d, want %d", url, got, want)
		}
	}
}

func FuzzSerial(f *testing.F) {
	f.Add("https://a.example.cn/p/3471329256641924?id=1")
	f.Fuzz(func(_ *testing.T, url string) { serial(url) })
}

func BenchmarkBoardsObserve(b *testing.B) {
	x := NewBoards(BoardsOptions{})
	play(x, 0, 30)
	b.ReportAllocs()
	b.ResetTimer()
	i := 30
	for b.Loop() {
		at := boardStart.Add(time.Duration(i) * time.Hour)
		x.Observe("weibo", at, shot("weibo", i), nil)
		i++
	}
	b.ReportMetric(20*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
