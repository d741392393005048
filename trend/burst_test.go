package trend

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// hum feeds quiet days: 40 sightings an hour of everyday words that never
// crowd, and one word that is told every morning.
func hum(b *Bursts, from time.Time, hours int) []xuanti.Burst {
	var out []xuanti.Burst
	words := []string{"天气", "交通", "菜谱", "考试", "房价", "电影", "健身", "旅行", "手机", "早餐"}
	for h := range hours {
		at := from.Add(time.Duration(h) * time.Hour)
		b.Tick(at)
		for i := range 40 {
			n := h*40 + i
			terms := []string{words[n%10], fmt.Sprint("词", n%997)}
			if at.In(xuanti.Shanghai).Hour() == 8 && i < 6 {
				terms = append(terms, "早安")
			}
			out = append(out, b.Add(Sighting{At: at, Story: fmt.Sprint("story", n), Source: fmt.Sprint("s", n%7), Terms: terms, Title: strings.Join(terms, "")})...)
		}
	}
	return out
}

func crowd(b *Bursts, at time.Time, term string, n int) []xuanti.Burst {
	var out []xuanti.Burst
	for i := range n {
		out = append(out, b.Add(Sighting{At: at, Story: "event-" + term, Source: fmt.Sprint("p", i), Terms: []string{term}, Title: term + "现场"})...)
	}
	return out
}

func TestBurstFires(t *testing.T) {
	b := NewBursts(BurstOptions{Has: func(w string) bool { return w != "奶皮湖" }})
	hum(b, testStart, 24*4) // what is usual has to be learned first
	if quiet := hum(b, testStart.Add(4*24*time.Hour), 24*5); len(quiet) != 0 {
		t.Fatalf("everyday words fired: %+v", quiet[0])
	}
	at := testStart.Add(9 * 24 * time.Hour)
	got := crowd(b, at, "奶皮湖", 6)
	if len(got) == 0 || got[0].Term != "奶皮湖" {
		t.Fatalf("six platforms telling one new thing gave %+v", got)
	}
	x := got[0]
	if x.Sources < 2 || x.Count < 3 || x.Ratio() < 8 || x.Score <= 0 || !x.NewWord || !x.StartedAt.Equal(at) ||
		!slices.Equal(x.EventIDs, []string{"event-奶皮湖"}) || len(x.Titles) != 1 {
		t.Errorf("incomplete burst: %+v", x)
	}
	if a := b.active["奶皮湖"]; len(b.active) != 1 || a == nil || a.Burst.Count < x.Count {
		t.Errorf("%d active, %+v", len(b.active), a)
	}
	if x.Expected <= 0 || x.Expected > 0.1 {
		t.Errorf("expected count of an unknown word: %.4f", x.Expected)
	}
}

// A column that comes at the same hour is news on its first day, not on the
// second, although its term has no rhythm yet; at another hour it is news.
func TestBurstOfTheSameHourYesterday(t *testing.T) {
	b := NewBursts(BurstOptions{})
	hum(b, testStart, 24*3)
	at := testStart.Add(24*3*time.Hour + 10*time.Minute)
	if len(crowd(b, at, "晨间专栏", 6)) == 0 {
		t.Fatal("nothing fired on the first day")
	}
	st := b.terms[hashString("晨间专栏")]
	for h, want := range map[int]float64{24: 6, 25: 6, 20: 0, 29: 6, 34: 0} {
		if n := st.yesterday(at.Unix()+int64(h*3600), 6*time.Hour); n != want {
			t.Errorf("%d hours later %.0f sightings a day ago, want %.0f", h, n, want)
		}
	}
	b.Tick(at.Add(23 * time.Hour)) // the burst of the first day is over
	if out := crowd(b, at.Add(24*time.Hour+10*time.Minute), "晨间专栏", 6); len(out) != 0 {
		t.Errorf("fired again at the same hour: %+v", out)
	}
}

func TestBurstNeedsTwoSources(t *testing.T) {
	b := NewBursts(BurstOptions{})
	hum(b, testStart, 24*9)
	at := testStart.Add(9 * 24 * time.Hour)
	for i := range 12 {
		if got := b.Add(Sighting{At: at, Story: fmt.Sprint("x", i), Source: "only", Terms: []string{"独家词"}, Title: "独家词"}); len(got) != 0 {
			t.Fatalf("one source alone fired: %+v", got)
		}
	}
}

func TestBurstCoolsDownAndEnds(t *testing.T) {
	b := NewBursts(BurstOptions{})
	hum(b, testStart, 24*9)
	at := testStart.Add(9 * 24 * time.Hour)
	first := crowd(b, at, "奶皮湖", 6)
	if len(first) == 0 {
		t.Fatal("no burst")
	}
	var ended []xuanti.Burst
	for h := 1; h <= 36 && len(ended) == 0; h++ {
		for _, x := range b.Tick(at.Add(time.Duration(h) * time.Hour)) {
			if !x.EndedAt.IsZero() {
				ended = append(ended, x)
			}
		}
	}
	if len(ended) != 1 || ended[0].Term != "奶皮湖" || len(b.active) != 0 {
		t.Fatalf("ended: %+v", ended)
	}
	if again := crowd(b, ended[0].EndedAt.Add(time.Minute), "奶皮湖", 4); ended[0].EndedAt.Sub(at) < 24*time.Hour && len(again) != 0 {
		t.Errorf("fired again within a day: %+v", again)
	}
}

func TestBurstsAreRepeatable(t *testing.T) {
	run := func(hours int) []string {
		b := NewBursts(BurstOptions{})
		var out []string
		hum(b, testStart, 24*8)
		for h := range hours {
			for _, x := range crowd(b, testStart.Add(time.Duration(24*8+h)*time.Hour), fmt.Sprint("大事", h%5), 4+h%4) {
				out = append(out, fmt.Sprint(x.At, x.Term, x.Score))
			}
		}
		return out
	}
	long, again, short := run(30), run(30), run(11)
	if len(long) == 0 || !slices.Equal(long, again) {
		t.Fatal("two runs differ")
	}
	if !slices.Equal(long[:len(short)], short) {
		t.Error("later sightings changed earlier alarms")
	}
}

func TestBurstSnapshotRoundTrip(t *testing.T) {
	b := NewBursts(BurstOptions{})
	hum(b, testStart, 24*9)
	at := testStart.Add(9 * 24 * time.Hour)
	crowd(b, at, "奶皮湖", 6)
	raw := saved(t, b)
	if !slices.Equal(raw, saved(t, b)) {
		t.Error("two snapshots of one state differ")
	}
	c := NewBursts(BurstOptions{})
	if err := c.Load(raw); err != nil {
		t.Fatal(err)
	}
	for h := 1; h < 20; h++ {
		x, y := crowd(b, at.Add(time.Duration(h)*time.Hour), fmt.Sprint("续", h%6), 5), crowd(c, at.Add(time.Duration(h)*time.Hour), fmt.Sprint("续", h%6), 5)
		if fmt.Sprint(x) != fmt.Sprint(y) {
			t.Fatalf("hour %d: %v and %v", h, x, y)
		}
	}
	b.Calibrate(at.Add(20 * time.Hour))
	c.Calibrate(at.Add(20 * time.Hour))
	t1, _ := b.Threshold()
	if t2, _ := c.Threshold(); t1 != t2 {
		t.Errorf("thresholds %v and %v", t1, t2)
	}
	if err := c.Load([]byte("junk")); xuanti.CodeOf(err) != xuanti.CodeCorrupt {
		t.Errorf("junk gave %v", err)
	}
	delete(b.terms, hashString("奶皮湖"))
	if err := c.Load(saved(t, b)); xuanti.CodeOf(err) != xuanti.CodeCorrupt {
		t.Errorf("a burst without its term gave %v", err)
	}
}

func TestBurstMemoryIsBounded(t *testing.T) {
	b := NewBursts(BurstOptions{MaxTerms: 2000})
	for h := range 24 * 6 {
		at := testStart.Add(time.Duration(h) * time.Hour)
		b.Tick(at)
		for i := range 60 {
			b.Add(Sighting{At: at, Story: fmt.Sprint(h, i), Source: fmt.Sprint(i % 5), Terms: []string{fmt.Sprint("一次", h, "之", i)}, Title: "一次"})
		}
	}
	b.Tick(testStart.Add(24 * 9 * time.Hour))
	if len(b.terms) > 2000 || len(b.stories) > 60*24*4 {
		t.Errorf("%d terms, %d stories", len(b.terms), len(b.stories))
	}
	if len(b.recent) > 60*24*4 {
		t.Errorf("%d document times kept", len(b.recent))
	}
}

func TestCalibrateNeedsHistoryThenAnswers(t *testing.T) {
	b := NewBursts(BurstOptions{})
	hum(b, testStart, 24*10)
	before, _ := b.Threshold()
	b.Calibrate(testStart.Add(24 * 10 * time.Hour))
	if after, at := b.Threshold(); after != before || !at.IsZero() {
		t.Errorf("calibrated on ten days: %.2f", after)
	}
	hum(b, testStart.Add(24*10*time.Hour), 24*14)
	now := testStart.Add(24 * 24 * time.Hour)
	b.Calibrate(now)
	after, at := b.Threshold()
	if at.IsZero() || after <= 0 || after > before {
		t.Errorf("a quiet stream should not raise the threshold: %.2f, then %.2f at %v", before, after, at)
	}
	strict := NewBursts(BurstOptions{AlarmsPerDay: 0.1})
	if s, _ := strict.Threshold(); s <= before {
		t.Errorf("fewer alarms need a higher threshold: %.2f", s)
	}
}

func TestTailOfPoisson(t *testing.T) {
	// P(Poisson(0.1) ≥ 3) = 1.5465e-4, P(Poisson(1) ≥ 10) = 1.1143e-7 (tables).
	for _, c := range []struct{ k, mu, want float64 }{{3, 0.1, 3.8107}, {10, 1, 6.9530}} {
		if got := tail(c.k, c.mu); got < c.want-0.001 || got > c.want+0.001 {
			t.Errorf("tail(%v, %v) = %.4f, want %.4f", c.k, c.mu, got, c.want)
		}
	}
}

func BenchmarkBurstsAdd(b *testing.B) {
	x := NewBursts(BurstOptions{})
	hum(x, testStart, 24*3)
	at := testStart.Add(3 * 24 * time.Hour)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		x.Add(Sighting{At: at.Add(time.Duration(n) * time.Second), Story: fmt.Sprint(n), Source: fmt.Sprint(n % 9),
			Terms: []string{"天气", "交通", fmt.Sprint("词", n%997), fmt.Sprint("新", n%211)}, Title: "天气交通"})
	}
}

// The words of one headline rise together and are one alarm; a second happening
// in the same hour is another.
func TestOneHappeningIsOneAlarm(t *testing.T) {
	b := NewBursts(BurstOptions{})
	hum(b, testStart, 24*9)
	at := testStart.Add(9 * 24 * time.Hour)
	var fired []string
	for i := range 8 {
		for _, s := range []Sighting{
			{At: at, Story: "bridge", Terms: []string{"星河大桥", "合龙", "通车"}, Title: "星河大桥合龙，年底通车"},
			{At: at, Story: "storm", Terms: []string{"台风云雀", "登陆"}, Title: "台风云雀登陆"},
		} {
			s.Source = fmt.Sprint("p", i)
			for _, x := range b.Add(s) {
				if x.At.Equal(x.StartedAt) && !slices.Contains(fired, x.Term) {
					fired = append(fired, x.Term)
				}
			}
		}
	}
	about := func(title string) (n int) {
		for _, f := range fired {
			if strings.Contains(title, f) {
				n++
			}
		}
		return n
	}
	if about("星河大桥合龙，年底通车") != 1 || about("台风云雀登陆") != 1 || len(fired) != 2 {
		t.Errorf("two happenings gave the alarms %v", fired)
	}
}
