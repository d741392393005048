package trend

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

var burstStart = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// feedDays sends everyday sightings, and one story that breaks on day 9.
func feedDays(b *Bursts, from, to int) (fired []string) {
	everyday := [][]string{{"天气", "预报"}, {"早报", "财经"}, {"地铁", "晚点"}, {"樱花", "公园"}, {"菜价", "市场"}}
	sources := []string{"weibo", "zhihu", "baidu", "toutiao", "douyin"}
	for h := from * 24; h < to*24; h++ {
		for i := range 20 {
			at := burstStart.Add(time.Duration(h)*time.Hour + time.Duration(i)*3*time.Minute)
			terms := everyday[(h+i)%len(everyday)]
			story := fmt.Sprintf("s%d-%d", h, i)
			if h >= 9*24+12 && h < 9*24+15 && i%4 == 0 {
				terms, story = []string{"青岚汽车", "召回"}, "recall"
			}
			for _, x := range b.Add(Sighting{At: at, Story: story, Source: sources[i%len(sources)], Terms: terms, Title: terms[0] + terms[1]}) {
				fired = append(fired, x.Term)
			}
		}
		b.Tick(burstStart.Add(time.Duration(h+1) * time.Hour))
	}
	return fired
}

func TestBurstFiresOnTheStoryOnly(t *testing.T) {
	b := NewBursts(BurstOptions{})
	feedDays(b, 0, 5) // a stream of five words has to become usual first
	fired := feedDays(b, 5, 11)
	got := map[string]bool{}
	for _, f := range fired {
		got[f] = true
	}
	if !got["青岚汽车"] {
		t.Errorf("the recall did not fire: %v", fired)
	}
	for _, w := range []string{"天气", "早报", "地铁", "樱花", "菜价"} {
		if got[w] {
			t.Errorf("everyday word %s fired", w)
		}
	}
}

// What is saved and loaded goes on exactly as if it had never stopped.
func TestBurstsSurviveARestart(t *testing.T) {
	whole := NewBursts(BurstOptions{})
	feedDays(whole, 0, 9)
	data := saved(t, whole)
	loaded := NewBursts(BurstOptions{})
	if err := loaded.Load(data); err != nil {
		t.Fatal(err)
	}
	a, b := feedDays(whole, 9, 11), feedDays(loaded, 9, 11)
	if len(a) == 0 || !reflect.DeepEqual(a, b) {
		t.Errorf("went on with %v, the loaded one with %v", a, b)
	}
	if !bytes.Equal(saved(t, whole), saved(t, loaded)) {
		t.Error("they do not know the same in the end")
	}
	if err := loaded.Load([]byte("not a blob")); err == nil {
		t.Error("a damaged blob was accepted")
	}
	if !bytes.Equal(saved(t, whole), saved(t, loaded)) {
		t.Error("a damaged blob changed the state")
	}
}

// Too many terms leave room for more, so that they are not gone through again
// with every tick; all of what is left survives a restart.
func TestBurstsForgetTheFaintest(t *testing.T) {
	b := NewBursts(BurstOptions{MaxTerms: 8000})
	for i := range 9000 {
		at := burstStart.Add(time.Duration(i) * time.Second)
		terms := []string{fmt.Sprintf("词%d", i), fmt.Sprintf("常%d", i%1000)}
		b.Add(Sighting{At: at, Story: fmt.Sprint("s", i), Source: "weibo", Terms: terms, Title: "标题"})
	}
	b.Tick(burstStart.Add(5 * 24 * time.Hour))
	if n := len(b.terms); n < 1000 || n > 6000 {
		t.Errorf("%d terms are left", n)
	}
	if b.terms[hashString("常7")] == nil || b.terms[hashString("词1")] != nil {
		t.Error("a term that was told nine times went before one that was told once")
	}
	c := NewBursts(BurstOptions{})
	feedDays(c, 0, 2)
	for i := range 3 * termChunk / 2 {
		c.Add(Sighting{At: burstStart.Add(48*time.Hour + time.Duration(i)*time.Second), Story: fmt.Sprint("t", i), Source: "zhihu", Terms: []string{fmt.Sprint("字", i)}})
	}
	data := saved(t, c)
	loaded := NewBursts(BurstOptions{})
	if err := loaded.Load(data); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c.terms, loaded.terms) {
		t.Errorf("%d terms were stored and %d came back", len(c.terms), len(loaded.terms))
	}
	if err := loaded.Load(data[:len(data)-100]); err == nil {
		t.Error("a state that was cut off was accepted")
	}
}

// A null run may not teach the detector whose threshold it sets.
func TestCalibrationLeavesTheDetectorAlone(t *testing.T) {
	b := NewBursts(BurstOptions{})
	feedDays(b, 0, 24)
	before := saved(t, b)
	theta, _ := b.Threshold()
	b.Calibrate(burstStart.Add(24 * 24 * time.Hour))
	if _, at := b.Threshold(); at.IsZero() {
		t.Fatal("nothing was calibrated")
	}
	b.theta, b.thetaAt = theta, 0
	after := saved(t, b)
	if !bytes.Equal(before, after) {
		t.Error("calibration changed what is remembered of the terms")
	}
}

// Hits come in order of story and source, also when stories begin with the same bits.
func TestPairsAreInOrder(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	b := NewBursts(BurstOptions{})
	for range 50 {
		hits := make([]hit, rnd.IntN(maxHits+1))
		for i := range hits {
			story := rnd.Uint64()
			if rnd.IntN(3) == 0 {
				story = 7<<40 | uint64(rnd.IntN(3)) // alike but for the last bits
			}
			hits[i] = hit{story, uint32(i), uint16(rnd.IntN(1 << 16))}
		}
		order := func(x, y hit) int {
			return cmp.Or(cmp.Compare(x.Story, y.Story), cmp.Compare(x.Source, y.Source), cmp.Compare(x.Time, y.Time))
		}
		want := slices.SortedFunc(slices.Values(hits), order)
		got := slices.Clone(b.pairs(hits))
		if !slices.IsSortedFunc(got, func(x, y hit) int { return cmp.Or(cmp.Compare(x.Story, y.Story), cmp.Compare(x.Source, y.Source)) }) {
			t.Fatalf("%d hits are out of order", len(hits))
		}
		if slices.SortFunc(got, order); !slices.Equal(got, want) {
			t.Fatalf("of %d hits others came back", len(hits))
		}
	}
}

// The user's knob counts from the next start on, not only once a night has
// measured it, which the first three weeks do not.
func TestTheThresholdFollowsTheKnobOverARestart(t *testing.T) {
	theta := func(b *Bursts) float64 {
		th, _ := b.Threshold()
		return th
	}
	restart := func(b *Bursts, alarms float64) *Bursts {
		c := NewBursts(BurstOptions{AlarmsPerDay: alarms})
		if err := c.Load(saved(t, b)); err != nil {
			t.Fatal(err)
		}
		return c
	}
	fresh := NewBursts(BurstOptions{AlarmsPerDay: 1})
	if got, want := theta(restart(fresh, 10)), theta(NewBursts(BurstOptions{AlarmsPerDay: 10})); got != want {
		t.Errorf("ten alarms a day after a restart: %.2f, shipped %.2f", got, want)
	}
	b := NewBursts(BurstOptions{AlarmsPerDay: 1})
	feedDays(b, 0, 24)
	b.Calibrate(burstStart.Add(24 * 24 * time.Hour))
	if got := theta(restart(b, 1)); got != theta(b) {
		t.Errorf("the same knob moved the threshold from %.2f to %.2f", theta(b), got)
	}
	more, fewer := restart(b, 10), restart(b, 0.1)
	if theta(more) >= theta(b) || theta(fewer) <= theta(b) {
		t.Errorf("10, 1 and 0.1 alarms a day: %.2f, %.2f, %.2f", theta(more), theta(b), theta(fewer))
	}
	if again := restart(more, 1); math.Abs(theta(again)-theta(b)) > 1e-9 && theta(more) > minTheta {
		t.Errorf("there and back: %.2f, was %.2f", theta(again), theta(b))
	}
}
