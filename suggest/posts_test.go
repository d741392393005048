package suggest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// post is one that is days old, with counts seen just now.
func post(id string, days float64, counts ...xuanti.Count) Post {
	p := Post{Item: xuanti.Item{ID: id, PublishedAt: now.Add(-time.Duration(days * 24 * float64(time.Hour)))}}
	for _, c := range counts {
		p.Metrics = append(p.Metrics, xuanti.Metric{ItemID: id, At: now, Count: c})
	}
	return p
}

func reads(n int64) xuanti.Count { return xuanti.Count{Name: "read", Value: n} }

// steady is an account with n old posts of about 1,000 reads.
func steady(n int) []Post {
	var out []Post
	for i := range n {
		out = append(out, post(fmt.Sprint("old", i), 10+float64(i), reads(900+int64(i*37%200))))
	}
	return out
}

func scoreOf(t *testing.T, posts, group []Post, id string) xuanti.PostScore {
	t.Helper()
	for _, s := range ScorePosts(posts, group, now) {
		if s.ItemID == id {
			return s
		}
	}
	t.Fatalf("no score of %s", id)
	return xuanti.PostScore{}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		reads   int64
		verdict string
	}{{1000, "usual"}, {1500, "usual"}, {2300, "strong"}, {6000, "viral"}, {300, "weak"}, {700, "usual"}, {0, "weak"}} {
		s := scoreOf(t, append(steady(30), post("x", 8, reads(c.reads))), nil, "x")
		if s.Verdict != c.verdict || s.Metric != "read" || s.Actual != float64(c.reads) || s.Posts != 30 {
			t.Errorf("%d reads: %+v, want %s", c.reads, s, c.verdict)
		}
		if c.reads == 1000 && (math.Abs(s.Ratio-1) > 0.1 || math.Abs(s.Expected-1000) > 100 || s.Confidence < 0.7) {
			t.Errorf("%+v", s)
		}
	}
}

func TestViralIsRare(t *testing.T) {
	posts := steady(40)
	for i := range 8 {
		posts = append(posts, post(fmt.Sprint("hit", i), 8+float64(i), reads(8000+int64(i)*1000)))
	}
	n := map[string]int{}
	for _, s := range ScorePosts(posts, nil, now) {
		n[s.Verdict]++
	}
	if n["viral"] != 3 || n["strong"] != 5 { // a twentieth of 48, rounded up
		t.Errorf("%v", n)
	}
}

func TestMissingCountsStayMissing(t *testing.T) {
	posts := append(steady(20), post("none", 9), post("negative", 9, reads(-1)), post("zero", 9, reads(0)))
	for _, id := range []string{"none", "negative"} {
		if s := scoreOf(t, posts, nil, id); s.Verdict != "unknown" || s.Ratio != 0 || s.Actual != 0 || s.Metric != "" {
			t.Errorf("%+v", s)
		}
	}
	if s := scoreOf(t, posts, nil, "zero"); s.Verdict != "weak" {
		t.Errorf("a printed zero is a zero: %+v", s)
	}
	for _, s := range ScorePosts([]Post{post("a", 9), post("b", 9)}, nil, now) {
		if s.Verdict != "unknown" {
			t.Errorf("%+v", s)
		}
	}
	if got := ScorePosts(nil, nil, now); len(got) != 0 {
		t.Errorf("%v", got)
	}
	// Later sightings, and posts of the future, are not known yet.
	later := post("later", 9, reads(5000))
	later.Metrics[0].At = now.Add(time.Minute)
	if s := scoreOf(t, append(steady(20), later), nil, "later"); s.Verdict != "unknown" {
		t.Errorf("%+v", s)
	}
	if s := scoreOf(t, append(steady(20), post("future", -1, reads(5))), nil, "future"); s.Verdict != "unknown" {
		t.Errorf("%+v", s)
	}
}

func TestFewPostsAndGroup(t *testing.T) {
	group := steady(40)
	for n, want := range map[int]string{0: "unknown", 2: "unknown", 3: "viral"} {
		if s := scoreOf(t, append(steady(n), post("x", 8, reads(9000))), nil, "x"); s.Verdict != want {
			t.Errorf("%d other posts and no group: %+v, want %s", n, s, want)
		}
	}
	alone := scoreOf(t, []Post{post("x", 8, reads(9000))}, group, "x")
	if alone.Verdict != "viral" || alone.Confidence != 0 || math.Abs(alone.Expected-1000) > 100 {
		t.Errorf("the group does not stand in: %+v", alone)
	}
	// A small account is pulled to its group, the less the more it has posted.
	small := func(n int) float64 {
		var posts []Post
		for i := range n {
			posts = append(posts, post(fmt.Sprint("own", i), 20+float64(i), reads(100)))
		}
		return scoreOf(t, append(posts, post("x", 8, reads(100))), group, "x").Expected
	}
	if a, b, c := small(3), small(12), small(90); !(a > b && b > c && a < 1000 && c > 99) {
		t.Errorf("expected %v, %v, %v", a, b, c)
	}
	// A group of one's own posts alone does not compare a post with itself.
	own := []Post{post("x", 8, reads(9000))}
	if s := scoreOf(t, own, own, "x"); s.Verdict != "unknown" {
		t.Errorf("%+v", s)
	}
}

func TestYoungPosts(t *testing.T) {
	posts := steady(30)
	if s := scoreOf(t, append(posts, post("x", 10.0/(24*60), reads(50))), posts, "x"); s.Verdict != "unknown" || s.Ratio != 0 {
		t.Errorf("ten minutes old: %+v", s)
	}
	s := scoreOf(t, append(posts, post("x", 1.0/24, reads(50))), posts, "x")
	if s.Verdict == "unknown" || s.Expected >= 500 || s.Verdict == "weak" {
		t.Errorf("an hour old and on its way: %+v", s)
	}
	// Nobody has seen how these posts grow: it takes much to be called viral.
	if hit := scoreOf(t, append(posts, post("x", 1.0/24, reads(900))), posts, "x"); hit.Verdict != "strong" || hit.Confidence > 0.1 {
		t.Errorf("an hour old with the reads of a week: %+v", hit)
	}
	if hit := scoreOf(t, append(posts, post("x", 1.0/24, reads(5000))), posts, "x"); hit.Verdict != "viral" {
		t.Errorf("an hour old with the reads of five weeks: %+v", hit)
	}
}

func TestLowerBounds(t *testing.T) {
	many := xuanti.Count{Name: "read", Value: 100_000, AtLeast: true}
	like := func(n int64) xuanti.Count { return xuanti.Count{Name: "like", Value: n} }
	// Where most reads are cut off at 10万+, the likes tell posts apart.
	var posts []Post
	for i := range 20 {
		posts = append(posts, post(fmt.Sprint("big", i), 10+float64(i), many, like(800+int64(i*13%100))))
	}
	posts = append(posts, post("x", 9, many, like(6000)))
	if s := scoreOf(t, posts, nil, "x"); s.Metric != "engagement" || s.Verdict != "viral" {
		t.Errorf("%+v", s)
	}
	// One bound among exact reads is judged by the bound.
	if s := scoreOf(t, append(steady(20), post("x", 9, many)), nil, "x"); s.Verdict != "viral" || s.Actual != 100_000 {
		t.Errorf("%+v", s)
	}
	low := xuanti.Count{Name: "read", Value: 100, AtLeast: true}
	if s := scoreOf(t, append(steady(20), post("x", 9, low)), nil, "x"); s.Verdict != "unknown" {
		t.Errorf("a lower bound is called weak: %+v", s)
	}
}

func TestEngagementSumsTheSameThings(t *testing.T) {
	c := func(name string, n int64) xuanti.Count { return xuanti.Count{Name: name, Value: n} }
	var posts []Post
	for i := range 10 {
		posts = append(posts, post(fmt.Sprint("p", i), 10+float64(i), c("like", 100), c("comment", 10)))
	}
	posts[3].Metrics = append(posts[3].Metrics, xuanti.Metric{At: now, Count: c("share", 900)})
	posts = append(posts, post("half", 9, c("like", 100)))
	if s := scoreOf(t, posts, nil, "p3"); s.Metric != "engagement" || s.Actual != 120 || s.Verdict != "usual" {
		t.Errorf("a count that only one post prints is summed: %+v", s)
	}
	if s := scoreOf(t, posts, nil, "half"); s.Verdict != "unknown" {
		t.Errorf("a missing count is taken as zero: %+v", s)
	}
}

func TestGrowth(t *testing.T) {
	var group []Post
	for i := range 60 {
		p := post(fmt.Sprint("g", i), 20+float64(i), reads(1000))
		for k, age := range ages[:len(ages)-1] {
			v := []int64{5, 40, 4, 300, 500, 900}[k] // a dip at three hours
			p.Metrics = append(p.Metrics, xuanti.Metric{At: p.Item.PublishedAt.Add(age), Count: reads(v)})
		}
		group = append(group, p)
	}
	m := metricOf(group, nil, now)
	g := fitGrowth(group, m, now)
	if got, want := g.rise[3], math.Log(1000./300); math.Abs(got-want) > 0.05 || g.spread[3] >= priorSpread[3]/2 {
		t.Errorf("sixty posts that rise by %.2f from half a day on give %.2f ± %.2f", want, got, g.spread[3])
	}
	none := fitGrowth(nil, m, now)
	for _, g := range []growth{g, none} {
		lastRise, lastSpread := math.Inf(1), math.Inf(1)
		for age := time.Minute; age < 20*24*time.Hour; age = age * 5 / 4 {
			rise, spread := g.at(age)
			if rise < 0 || spread < 0 || rise > lastRise || spread > lastSpread {
				t.Errorf("rise %v ± %v at %v, after %v ± %v", rise, spread, age, lastRise, lastSpread)
			}
			lastRise, lastSpread = rise, spread
		}
		if lastRise != 0 || lastSpread != 0 {
			t.Errorf("a mature post still rises by %v ± %v", lastRise, lastSpread)
		}
	}
}

// world is a group of accounts whose posts grow at very different speeds, seen
// at usual times of polling up to an age; it returns the final counts.
func world(seed uint64, accounts int, youngest time.Duration) (byAccount [][]Post, group []Post, final map[string]float64) {
	r := rand.New(rand.NewPCG(seed, 7))
	final = map[string]float64{}
	for a := range accounts {
		hours, base := math.Exp(1.6+1.4*r.Float64()), math.Exp(6+4*r.Float64())
		var posts []Post
		for i := range 60 {
			age := youngest
			if i > 0 {
				age = 4*24*time.Hour + time.Duration(r.IntN(60*24))*time.Hour
			}
			end := base * math.Exp(0.6*r.NormFloat64())
			at := func(age time.Duration) float64 { return end * math.Pow(1-math.Exp(-age.Hours()/hours), 0.85) }
			p := Post{Item: xuanti.Item{ID: fmt.Sprintf("a%dp%d", a, i), PublishedAt: now.Add(-age)}}
			for _, seen := range ages {
				if seen <= age {
					p.Metrics = append(p.Metrics, xuanti.Metric{At: p.Item.PublishedAt.Add(seen), Count: reads(int64(at(seen)))})
				}
			}
			if i == 0 {
				final[p.Item.ID] = end / base // true ratio to the account's median
			}
			posts = append(posts, p)
		}
		byAccount, group = append(byAccount, posts), append(group, posts...)
	}
	return byAccount, group, final
}

// A post of an hour must not look a hundred times its account's usual because
// little is known about how it will grow.
func TestYoungPostsStayBounded(t *testing.T) {
	for _, known := range []bool{true, false} {
		conf := 0.0
		for _, age := range []time.Duration{time.Hour, 3 * time.Hour, 24 * time.Hour, mature} {
			worst, viral, sum, n := 0.0, 0, 0.0, 0
			for seed := range uint64(5) {
				byAccount, group, final := world(seed, 8, age)
				if !known { // no post was ever seen young
					for i := range group {
						if k := len(group[i].Metrics); group[i].Item.ID[len(group[i].Item.ID)-2:] != "p0" {
							group[i].Metrics = group[i].Metrics[k-1:]
						}
					}
				}
				for _, posts := range byAccount {
					s := scoreOf(t, posts, group, posts[0].Item.ID)
					off := math.Abs(math.Log(s.Ratio / final[s.ItemID]))
					worst = math.Max(worst, off)
					sum += s.Confidence
					n++
					if s.Verdict == "viral" && final[s.ItemID] < 1.5 {
						viral++
					}
				}
			}
			mean := sum / float64(n)
			t.Logf("seen young %v, age %v: worst factor %.1f, falsely viral %d of %d, confidence %.2f", known, age, math.Exp(worst), viral, n, mean)
			if math.Exp(worst) > 5 || viral > n/50 {
				t.Errorf("seen young %v, age %v: off by a factor of %.0f, %d of %d falsely viral", known, age, math.Exp(worst), viral, n)
			}
			if mean < conf {
				t.Errorf("confidence falls with age: %.2f after %.2f", mean, conf)
			}
			if limit := map[bool]float64{true: 0.75, false: 0.3}[known]; age == time.Hour && mean > limit {
				t.Errorf("confidence %.2f after an hour", mean)
			}
			conf = mean
		}
	}
}

func FuzzScorePosts(f *testing.F) {
	f.Add([]byte("\x01\x10\x20\x30"), int64(100), uint8(3))
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz"), int64(math.MaxInt64), uint8(26))
	f.Add([]byte{0xff, 0, 0xff, 0}, int64(-1), uint8(9))
	f.Fuzz(func(t *testing.T, data []byte, big int64, group uint8) {
		var posts []Post
		names := []string{"read", "play", "like", "comment", "share", "favorite"}
		for i, b := range data[:min(len(data), 60)] {
			v := int64(b) * int64(i)
			if b%7 == 0 {
				v = big
			}
			p := post(fmt.Sprint(i), float64(b)/8-2, xuanti.Count{Name: names[int(b)%len(names)], Value: v, AtLeast: b%5 == 0}, xuanti.Count{Name: names[i%3], Value: v / 3})
			p.Metrics = append(p.Metrics, xuanti.Metric{At: now.Add(-time.Duration(b) * time.Hour), Count: reads(int64(b))})
			posts = append(posts, p)
		}
		for _, s := range ScorePosts(posts, posts[:min(int(group), len(posts))], now) {
			for _, x := range []float64{s.Ratio, s.Z, s.Expected, s.Actual, s.Confidence} {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("%+v", s)
				}
			}
			if s.Confidence < 0 || s.Confidence > 1 || s.Ratio < 0 {
				t.Fatalf("%+v", s)
			}
			switch s.Verdict {
			case "viral", "strong", "usual", "weak":
			case "unknown":
			default:
				t.Fatalf("%+v", s)
			}
		}
	})
}

func BenchmarkScorePosts(b *testing.B) {
	posts, group := steady(200), []Post{}
	for i := range 1000 {
		p := post(fmt.Sprint("g", i), 10+float64(i%170), reads(1000+int64(i)))
		for _, age := range ages {
			p.Metrics = append(p.Metrics, xuanti.Metric{At: p.Item.PublishedAt.Add(age), Count: reads(500)})
		}
		group = append(group, p)
	}
	b.ReportAllocs()
	for range b.N {
		ScorePosts(posts, group, now)
	}
}
