package engine

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/config"
	"github.com/xuanti/xuanti/trend"
)

// climbs are snapshots of three boards on which stories climb, stand and go.
func climbs(rnd *rand.Rand, at time.Time, minute int) []xuanti.Snapshot {
	var out []xuanti.Snapshot
	for k, board := range []string{"weibo", "baidu", "zhihu"} {
		var titles []string
		for i := range 14 {
			n := minute/45 + (i*7+k*3)%17
			titles = append(titles, fmt.Sprintf("第%d届湖畔纸鸢大会传出%s消息", n, []string{"延期", "获奖", "加场", "停电", "闭幕"}[n%5]))
		}
		rnd.Shuffle(len(titles)/2, func(i, j int) { titles[i], titles[j] = titles[j], titles[i] })
		out = append(out, snapshot(board, at, titles...))
	}
	return out
}

// Wherever a state is shown, it says what the change of heat beside it says,
// at every minute and whatever the boards do; also in views of the past.
func TestStatesAgreeWithTheChangeBesideThem(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	rnd := rand.New(rand.NewPCG(3, 3))
	seen := map[xuanti.State]int{}
	for m := 0; m < 7*60; m += 5 {
		at := noon.Add(time.Duration(m) * time.Minute)
		b := batch{at: at, live: true}
		if m%15 == 0 && (m < 200 || m > 300) { // and an outage
			b.snaps = climbs(rnd, at, m)
		}
		e.must(t, b)
		h, err := e.buildHot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range h.topics {
			seen[v.State]++
			change, _ := heatChange(v.Curve, at)
			if !trend.StateAgrees(v.State, change) {
				t.Errorf("after %d minutes topic %s is %s beside %+.1f", m, v.Title, v.State, change)
			}
		}
		for _, v := range h.events {
			if change, ok := heatChange(v.Curve, at); ok && !trend.StateAgrees(v.State, change) {
				t.Errorf("after %d minutes event %s is %s beside %+.1f", m, v.Title, v.State, change)
			}
		}
	}
	for _, s := range []xuanti.State{xuanti.StateNew, xuanti.StateRising, xuanti.StatePeak, xuanti.StateFalling} {
		if seen[s] == 0 {
			t.Errorf("nothing was ever %s: %v", s, seen)
		}
	}
}

// What comes later changes no heat, no state, no probability and no burst that
// was told before.
func TestNothingLooksAhead(t *testing.T) {
	type told struct {
		points []xuanti.EventPoint
		bursts []xuanti.Burst
	}
	const until = 5 * time.Hour
	run := func(hours int) (out told) {
		e, _ := open(t, t.TempDir(), noon)
		defer shut(t, e)
		rnd := rand.New(rand.NewPCG(5, 5))
		ids := map[string]bool{}
		for m := 0; m <= hours*60; m += 20 {
			at := noon.Add(time.Duration(m) * time.Minute)
			b := batch{at: at, live: true, snaps: climbs(rnd, at, m)}
			for i, board := range []string{"toutiao", "douyin", "thepaper", "ithome", "36kr", "sspai"} {
				if m >= 180+10*i {
					b.snaps = append(b.snaps, snapshot(board, at, fmt.Sprintf("台风杨桃第%d次转向", m/20-8), []string{"渔船回港躲避台风杨桃", "台风杨桃登陆前的超市", "学校因台风杨桃停课", "机场取消航班 台风杨桃逼近", "台风杨桃名字的由来", "台风杨桃云图公布"}[i]))
				}
			}
			e.must(t, b)
			for id := range e.state.events {
				ids[id] = true
			}
		}
		var err error
		if out.points, err = e.store.EventPoints(t.Context(), slices.Sorted(maps.Keys(ids)), noon, noon.Add(until)); err != nil {
			t.Fatal(err)
		}
		if out.bursts, err = e.store.BurstsAt(t.Context(), noon.Add(until), 100); err != nil {
			t.Fatal(err)
		}
		return out
	}
	short, long := run(5), run(9)
	if len(short.points) < 100 || len(short.bursts) == 0 {
		t.Fatalf("%d points, %d bursts", len(short.points), len(short.bursts))
	}
	if !reflect.DeepEqual(short.points, long.points) {
		t.Errorf("%d points of the first hours, %d once more hours were known, or others", len(short.points), len(long.points))
	}
	if !reflect.DeepEqual(short.bursts, long.bursts) {
		t.Errorf("the bursts of the first hours:\n%+v\nonce more was known:\n%+v", short.bursts, long.bursts)
	}
}

// A word that no dictionary holds trends by the second poll that brings it, long
// before it is a word.
func TestUnknownWordTrendsWithinTwoPolls(t *testing.T) {
	const word = "霁蓝鸢"
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	if e.nlp.Has(word) {
		t.Fatalf("%s is in the dictionary", word)
	}
	boards := []string{"weibo", "baidu", "zhihu", "toutiao", "douyin", "thepaper"}
	days := []string{"早高峰地铁增开班次", "图书馆周末延长开放", "老街裁缝铺收徒弟", "江堤樱花迎来花期", "菜场番茄每斤三元", "中学操场翻新完工"}
	var at time.Time
	for h := 0; h < 60; h += 3 {
		at = noon.Add(time.Duration(h) * time.Hour)
		b := batch{at: at, live: true}
		for k, board := range boards {
			var titles []string
			for i, d := range days {
				titles = append(titles, fmt.Sprintf("%d号通知：%s（%d）", (h*7+i*11+k*13)%997, d, h*6+i+k))
			}
			b.snaps = append(b.snaps, snapshot(board, at, titles...))
		}
		e.must(t, b)
	}
	polls := [][]string{
		{"霁蓝鸢首日票房过亿", "观众热议霁蓝鸢结尾", "霁蓝鸢导演回应争议"},
		{"凌晨场影院加场霁蓝鸢", "霁蓝鸢主题曲上线", "如何评价霁蓝鸢？", "主演谈霁蓝鸢幕后", "霁蓝鸢海报被做成书签"},
	}
	trending := func() bool {
		p, err := e.Terms(t.Context(), 50)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Items {
			if strings.Contains(v.Term, word) {
				if !v.NewWord {
					t.Errorf("%+v is told as a known word", v)
				}
				return true
			}
		}
		return false
	}
	for i, titles := range polls {
		at = at.Add(10 * time.Minute)
		b := batch{at: at, live: true}
		for k, title := range titles {
			b.snaps = append(b.snaps, snapshot(boards[(3*i+k)%len(boards)], at, title))
		}
		e.must(t, b)
	}
	if !trending() {
		t.Errorf("%s does not trend after two polls", word)
	}
	if e.nlp.Has(word) {
		t.Errorf("%s became a word within two polls", word)
	}
}

// How many false alarms a day are allowed is the user's knob: more of them
// lower the score from which a word trends.
func TestFalseAlarmsAreTheUsersKnob(t *testing.T) {
	last := math.Inf(1)
	for _, n := range []float64{0.2, 1, 10} {
		cfg := config.Default()
		cfg.Data, cfg.Trend.FalseAlarms = t.TempDir(), n
		e, err := Open(t.Context(), Options{Config: cfg, Clock: xuanti.NewManualClock(noon)})
		if err != nil {
			t.Fatal(err)
		}
		r := e.BurstRule()
		shut(t, e)
		if r.FalseAlarms != n || r.Threshold >= last || r.Threshold <= 0 || !r.CalibratedAt.IsZero() {
			t.Errorf("%g false alarms a day: %+v after %.2f", n, r, last)
		}
		last = r.Threshold
	}
}

// The boards of one platform are one platform, also after a restart.
func TestBoardsOfOnePlatformAreOne(t *testing.T) {
	ctx := t.Context()
	title := "望川大桥今天正式通车"
	run := func(platform func(board string) string) (*Engine, EventView) {
		e, _ := open(t, t.TempDir(), noon)
		for i := range 3 {
			at := noon.Add(time.Duration(i) * 20 * time.Minute)
			b := batch{at: at, live: true}
			for _, board := range []string{"sina", "sina-news", "sina-sports"} {
				sn := snapshot(board, at, title, board+"上的另一条消息")
				sn.Platform = platform(board)
				b.snaps = append(b.snaps, sn)
			}
			e.must(t, b)
		}
		v, err := e.Event(ctx, eventOf(t, e, title))
		if err != nil {
			t.Fatal(err)
		}
		return e, v.EventView
	}
	three, apart := run(func(board string) string { return board })
	shut(t, three)
	e, one := run(func(string) string { return "sina" })
	defer shut(t, e)
	if p := e.state.events[one.ID].point; p.Platforms != 1 || len(one.Presences) != 3 || one.Presences[0].Platform != "sina" || one.Heat >= apart.Heat {
		t.Errorf("%d platforms by %d boards of %s, heat %.1f; three platforms give %.1f", p.Platforms, len(one.Presences), one.Presences[0].Platform, one.Heat, apart.Heat)
	}
	if err := e.recover(ctx); err != nil {
		t.Fatal(err)
	}
	if n := e.state.platformsNow(one.ID); n != 1 {
		t.Errorf("%d platforms after a restart", n)
	}
}

// The best rank is the best so far, not the present one.
func TestPresencesKnowTheirBestRank(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	for i, titles := range [][]string{{"望川大桥今天正式通车", "青岚汽车召回三万辆车"}, {"青岚汽车召回三万辆车", "望川大桥今天正式通车"}} {
		at := noon.Add(time.Duration(i) * 20 * time.Minute)
		e.must(t, batch{at: at, live: true, snaps: []xuanti.Snapshot{snapshot("weibo", at, titles...)}})
	}
	v, err := e.Event(t.Context(), eventOf(t, e, "望川大桥今天正式通车"))
	if err != nil || len(v.Presences) != 1 || v.Presences[0].Rank != 2 || v.Presences[0].BestRank != 1 {
		t.Errorf("%+v %v", v.Presences, err)
	}
}

func TestEventsByRise(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	for i := range 8 {
		at := noon.Add(time.Duration(i) * 20 * time.Minute)
		b := batch{at: at, live: true, snaps: []xuanti.Snapshot{snapshot("weibo", at, "望川大桥今天正式通车"), snapshot("zhihu", at, "望川大桥今天正式通车")}}
		if i > 6 {
			b.snaps = append(b.snaps, snapshot("baidu", at, "青岚汽车召回三万辆车"))
		}
		e.must(t, b)
	}
	p, err := e.Events(t.Context(), TopicQuery{Sort: "rising"})
	if err != nil || len(p.Items) != 2 || p.Items[0].Title != "青岚汽车召回三万辆车" || p.Items[0].Heat >= p.Items[1].Heat {
		t.Errorf("%+v %v", p.Items, err)
	}
}

// The probabilities beside a topic are the same after a restart, before any board
// was read again.
func TestARestartKeepsTheOdds(t *testing.T) {
	dir := t.TempDir()
	e, clock := open(t, dir, noon)
	rnd := rand.New(rand.NewPCG(4, 4))
	for m := 0; m <= 180; m += 15 {
		clock.Set(noon.Add(time.Duration(m) * time.Minute))
		e.must(t, batch{at: clock.Now(), live: true, snaps: climbs(rnd, clock.Now(), m)})
	}
	odds := func() map[string][3]float64 {
		out := map[string][3]float64{}
		for id, l := range e.state.events {
			if p := e.measure(l, clock.Now()); p.Platforms > 0 {
				out[id] = [3]float64{p.Stay, p.Top10, p.Grow}
			}
		}
		return out
	}
	before := odds()
	shut(t, e)
	e, clock = open(t, dir, clock.Now())
	defer shut(t, e)
	after, known := odds(), 0
	for id, o := range before {
		if o[0] >= 0 {
			known++
		}
		if after[id] != o {
			t.Errorf("event %s: %v before the restart, %v after it", id, o, after[id])
		}
	}
	if known < 10 {
		t.Errorf("%d events with odds", known)
	}
}
