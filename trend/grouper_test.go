package trend

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

func feed(tb testing.TB, g *Grouper, n int) []Assignment {
	tb.Helper()
	var out []Assignment
	for i, r := range testStream(n) {
		out = append(out, g.Add(testDoc(tb, fmt.Sprint("item", i), r.at, r.platform, r.title)))
	}
	return out
}

func ids(as []Assignment) []string {
	var out []string
	for _, a := range as {
		out = append(out, a.EventID+" "+a.TopicID)
	}
	return out
}

func TestGrouperIsRepeatable(t *testing.T) {
	a, b := feed(t, NewGrouper(GrouperOptions{}), 300), feed(t, NewGrouper(GrouperOptions{}), 300)
	if !slices.Equal(ids(a), ids(b)) {
		t.Fatal("the same stream was grouped in two ways")
	}
	events := map[string]bool{}
	for _, x := range a {
		events[x.EventID] = true
	}
	// The headlines are made of few blocks, so some happenings look alike; they
	// must neither all fall apart nor run together.
	if len(events) < 15 || len(events) > 150 {
		t.Errorf("300 headlines of 100 happenings gave %d events", len(events))
	}
}

func TestGrouperPrefix(t *testing.T) {
	long, short := feed(t, NewGrouper(GrouperOptions{}), 300), feed(t, NewGrouper(GrouperOptions{}), 170)
	if !slices.Equal(ids(long)[:170], ids(short)) {
		t.Fatal("later headlines changed earlier answers")
	}
}

// pairOutcome adds two titles of one hour from two platforms.
func pairOutcome(t *testing.T, first, second string) (a, b Assignment) {
	t.Helper()
	g := NewGrouper(GrouperOptions{})
	a = g.Add(testDoc(t, "a", testStart, "weibo", first))
	b = g.Add(testDoc(t, "b", testStart, "baidu", second))
	return a, b
}

func TestGrouperKeepsLookAlikesApart(t *testing.T) {
	for _, p := range [][2]string{
		{"湖南发布暴雨红色预警", "湖北发布暴雨红色预警"},
		{"今夜起台风海燕进入24小时警戒线", "今夜起台风海燕进入48小时警戒线"},
		{"蓝鲸队2比1险胜白鹭队", "蓝鲸队0比3不敌白鹭队"},
		{"金价突破每克900元", "金价突破每克1000元"},
		{"临江市一化工厂爆炸", "平湖市一化工厂爆炸"},
		{"张远山任云岭省省长", "李长河任青原省省长"},
		{"云雀X5正式发布", "云雀X6正式发布"},
		{"星河手机16开售", "星河手机17开售"},
		{"云州联赛第3轮蓝鲸队主场告捷", "云州联赛第4轮蓝鲸队主场告捷"},
		{"蓝鲸队2比1险胜白鹭队", "蓝鲸队2比1险胜黑豹队"},
		{"《山海旧事》第二季定档", "《山海旧事》第三季定档"},
		{"9月18日成品油价调整", "9月19日成品油价调整"},
		{"地铁5号线因故障停运", "地铁6号线因故障停运"},
		{"台风海燕登陆广东", "台风白鹿登陆广东"},
		{"演员林小禾官宣结婚", "演员周慕白官宣结婚"},
		{"本周日云州市区道路封闭", "本周六云州市区道路封闭"},
	} {
		if a, b := pairOutcome(t, p[0], p[1]); a.EventID == b.EventID {
			t.Errorf("%s and %s were taken for one event (%.2f)", p[0], p[1], b.Score)
		}
	}
}

func TestGrouperJoinsRewordings(t *testing.T) {
	for _, p := range [][2]string{
		{"林小禾宣布退役", "花样滑冰名将林小禾官宣退役：感谢一路陪伴"},
		{"临江市一化工厂爆炸", "临江化工厂发生爆炸 附近居民紧急疏散"},
		{"云州大桥垮塌已致3人遇难", "云州大桥垮塌事故遇难人数升至5人"},
		{"望海市海域发生6.2级地震", "望海市海域6.4级地震 多地有震感"},
		{"蓝鲸队2比1险胜白鹭队", "蓝鲸队2比1绝杀白鹭队 主帅赛后落泪"},
		{"《山海旧事》第二季定档", "《山海旧事》第二季官宣定档12月1日"},
		{"台风海燕登陆平湖沿海", "台风海燕已在平湖登陆 沿海列车停运"},
	} {
		a, b := pairOutcome(t, p[0], p[1])
		if a.EventID != b.EventID || b.TopicID != a.TopicID || b.NewEvent {
			t.Errorf("%s and %s were not joined", p[0], p[1])
		}
	}
}

func TestAssignmentExplainsItself(t *testing.T) {
	_, b := pairOutcome(t, "临江市一化工厂爆炸", "临江化工厂发生爆炸 附近居民紧急疏散")
	if b.NewEvent || len(b.Why) == 0 || b.Title == "" || len(b.Terms) == 0 {
		t.Fatalf("incomplete assignment: %+v", b)
	}
	sum := 0.0
	for _, f := range b.Why {
		sum += f.Points
	}
	if want := math.Log(b.Score / (1 - b.Score)); math.Abs(sum-want) > 1e-6 {
		t.Errorf("points add up to %.6f, the log-odds are %.6f", sum, want)
	}
}

func TestGrouperForgetsQuietEvents(t *testing.T) {
	g := NewGrouper(GrouperOptions{})
	g.Add(testDoc(t, "a", testStart, "weibo", "临江市一化工厂爆炸"))
	late := testStart.Add(73 * time.Hour)
	g.Maintain(late)
	if events, topics := g.Len(); events != 0 || topics != 1 {
		t.Errorf("after 73 hours: %d events, %d topics", events, topics)
	}
	if b := g.Add(testDoc(t, "b", late, "weibo", "临江市一化工厂爆炸")); !b.NewEvent || b.NewTopic {
		t.Errorf("the repeat should be a new event of the old topic: %+v", b)
	}
	g.Maintain(late.Add(15 * 24 * time.Hour))
	if events, topics := g.Len(); events+topics != 0 {
		t.Errorf("after 15 days: %d events, %d topics", events, topics)
	}
}

func TestCopiesAreSpreadOnly(t *testing.T) {
	g := NewGrouper(GrouperOptions{})
	a := g.Add(testDoc(t, "a", testStart, "weibo", "临江市一化工厂爆炸"))
	g.AddCopy(testDoc(t, "c", testStart.Add(70*time.Hour), "baidu", "完全无关的另一条标题"), a.EventID)
	g.AddCopy(testDoc(t, "d", testStart, "baidu", "任意"), "unknown")
	g.Maintain(testStart.Add(73 * time.Hour))
	e := g.events.get(a.EventID)
	if e == nil || e.Copies != 1 || len(e.Medoids) != 1 {
		t.Fatalf("a copy must keep the event open and nothing else: %+v", e)
	}
}

func TestMergeAndRedirect(t *testing.T) {
	g := NewGrouper(GrouperOptions{})
	a := g.Add(testDoc(t, "a", testStart, "weibo", "临江市一化工厂爆炸"))
	b := g.Add(testDoc(t, "b", testStart.Add(time.Minute), "weibo", "望海音乐节门票全部退款"))
	if err := g.Merge(b.EventID, a.EventID); err != nil {
		t.Fatal(err)
	}
	if err := g.Merge(b.EventID, a.EventID); err != nil {
		t.Errorf("merging again: %v", err)
	}
	if got := g.Resolve(b.EventID); got != a.EventID {
		t.Errorf("redirect goes to %s", got)
	}
	c := g.Add(testDoc(t, "c", testStart.Add(2*time.Minute), "baidu", "望海音乐节门票全部退款 主办方致歉"))
	if c.EventID != a.EventID {
		t.Error("a later headline of the merged event went elsewhere")
	}
	g.Restore(testDoc(t, "d", testStart.Add(3*time.Minute), "baidu", "望海音乐节"), b.EventID, b.TopicID)
	if g.events.get(b.EventID) != nil {
		t.Error("Restore revived a merged event")
	}
	if err := g.Merge("nothing", a.EventID); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("merging an unknown event: %v", err)
	}
	if err := g.Merge(a.EventID, a.TopicID); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("merging an event into a topic: %v", err)
	}
}

func TestMaintainMergesWhatBecameOne(t *testing.T) {
	g := NewGrouper(GrouperOptions{})
	// A person split one happening; the next hourly round puts it together again.
	for i, title := range []string{"临江化工厂发生爆炸", "临江化工厂爆炸 附近居民疏散", "临江化工厂发生爆炸 附近居民已疏散"} {
		g.Restore(testDoc(t, fmt.Sprint(i), testStart.Add(time.Duration(i)*time.Minute), "weibo", title), fmt.Sprint("event", i%2), "topic0")
	}
	merges, _ := g.Maintain(testStart.Add(time.Hour))
	if len(merges) != 1 || merges[0] != (Merge{From: "event1", Into: "event0"}) {
		t.Fatalf("merges: %+v", merges)
	}
	if events, topics := g.Len(); events != 1 || topics != 1 {
		t.Errorf("%d events, %d topics", events, topics)
	}
}

// A topic counts what its events are now, not what they were before a merge.
func TestATopicCountsItsEvents(t *testing.T) {
	g := NewGrouper(GrouperOptions{})
	for i, title := range []string{"临江化工厂发生爆炸", "临江化工厂爆炸原因公布", "望海音乐节门票全部退款"} {
		g.Restore(testDoc(t, fmt.Sprint(i), testStart, "weibo", title), fmt.Sprint("event", i), "topic0")
	}
	for i, want := range []int{2, 1} {
		if err := g.Merge(fmt.Sprint("event", i+1), "event0"); err != nil {
			t.Fatal(err)
		}
		if n := g.topics.get("topic0").Children; n != want {
			t.Errorf("%d events after %d merges", n, i+1)
		}
	}
}

func TestGrouperSnapshotRoundTrip(t *testing.T) {
	g := NewGrouper(GrouperOptions{Analyzer: testAnalyzer(t)})
	feed(t, g, 120)
	raw := saved(t, g)
	again := saved(t, g)
	if !slices.Equal(raw, again) {
		t.Error("two snapshots of one state differ")
	}
	h := NewGrouper(GrouperOptions{Analyzer: testAnalyzer(t)})
	if err := h.Load(raw); err != nil {
		t.Fatal(err)
	}
	rest := testStream(240)[120:]
	for i, r := range rest {
		d := testDoc(t, fmt.Sprint("late", i), r.at, r.platform, r.title)
		if a, b := g.Add(d), h.Add(d); a.EventID != b.EventID || a.TopicID != b.TopicID || a.Title != b.Title {
			t.Fatalf("headline %d: before %+v, after the round trip %+v", i, a, b)
		}
	}
	before, _ := h.Len()
	for _, bad := range [][]byte{[]byte("junk"), raw[:len(raw)/2], raw[:len(raw)-9]} {
		if err := h.Load(bad); xuanti.CodeOf(err) != xuanti.CodeCorrupt {
			t.Errorf("%d bytes of a state gave %v", len(bad), err)
		}
	}
	if after, _ := h.Len(); after != before {
		t.Error("a failed load changed the state")
	}
}

// Terms of events that are closed leave; those of open ones keep their words.
func TestVocabularyFollowsTheOpenEvents(t *testing.T) {
	v := newVocabulary(nil)
	var clusters []*cluster
	for i := range 3000 {
		c := &cluster{}
		c.countTerms(&v, &nlp.Analysis{Terms: []string{"纸鸢", fmt.Sprint("词", i)}})
		if i%100 == 0 {
			clusters = append(clusters, c, nil)
		}
	}
	v.sweep(clusters)
	if len(v.words) != 31 || len(v.numbers) != 31 {
		t.Fatalf("%d words, %d numbers", len(v.words), len(v.numbers))
	}
	for i := 0; i < len(clusters); i += 2 {
		got := clusters[i].topTerms(&v, func(string) float64 { return 1 })
		if want := []string{"纸鸢", fmt.Sprint("词", i*50)}; !slices.Equal(got, want) {
			t.Fatalf("event %d counts %v, want %v", i, got, want)
		}
	}
	if v.sweep(clusters); len(v.words) != 31 {
		t.Error("a second sweep changed something")
	}
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprint("旧", i)
	}
	saved := newVocabulary(many) // of a run that ended before it could sweep
	if saved.sweep(nil); len(saved.words) != 0 {
		t.Errorf("%d words of closed events outlive a restart", len(saved.words))
	}
}

func TestGrouperMemoryFollowsActivity(t *testing.T) {
	g := NewGrouper(GrouperOptions{Hold: 24 * time.Hour, TopicHold: 48 * time.Hour})
	most, hour := 0, testStart
	for i, r := range testStream(1500) {
		if r.at.Sub(hour) >= time.Hour {
			hour = r.at
			g.Maintain(hour)
		}
		g.Add(testDoc(t, fmt.Sprint(i), r.at, r.platform, r.title))
		events, topics := g.Len()
		most = max(most, events+topics)
		if len(g.events.slots) > 2*events+64 {
			t.Fatalf("%d slots for %d open events", len(g.events.slots), events)
		}
	}
	if most > 24*12+48*12 {
		t.Errorf("%d clusters were open at once", most)
	}
}

func BenchmarkGrouperAdd(b *testing.B) {
	rows := testStream(3000)
	docs := make([]Doc, len(rows))
	for i, r := range rows {
		docs[i] = testDoc(b, fmt.Sprint(i), r.at, r.platform, r.title)
	}
	g := NewGrouper(GrouperOptions{})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i%len(docs) == 0 {
			g.reset()
		}
		g.Add(docs[i%len(docs)])
		i++
	}
}
