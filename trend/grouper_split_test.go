package trend

import (
	"fmt"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

var driftTitles = []string{
	"临江化工厂发生爆炸", "临江化工厂爆炸 附近居民疏散", "临江化工厂爆炸事故原因公布",
	"望海音乐节门票全部退款", "望海音乐节宣布取消 门票退款", "望海音乐节取消后乐迷滞留",
}

// mixed is a grouper with two happenings in one event.
func mixed(t *testing.T) *Grouper {
	t.Helper()
	g := NewGrouper(GrouperOptions{})
	for i, title := range driftTitles {
		g.Restore(testDoc(t, fmt.Sprint(i), testStart.Add(time.Duration(i)*time.Minute), "weibo", title), "event0", "topic0")
	}
	return g
}

func TestMaintainSplitsWhatDriftedApart(t *testing.T) {
	g := mixed(t)
	merges, splits := g.Maintain(testStart.Add(time.Hour))
	if len(merges) != 0 || len(splits) != 1 || splits[0].From != "event0" || splits[0].Topic != "topic0" {
		t.Fatalf("merges %+v, splits %+v", merges, splits)
	}
	if len(g.events.get("event0").Medoids) != 3 || len(g.events.get(splits[0].Into).Medoids) != 3 {
		t.Errorf("the titles were divided unevenly")
	}
	for i, title := range driftTitles {
		want := "event0"
		if i >= 3 {
			want = splits[0].Into
		}
		if got := g.Closer(testDoc(t, "x", testStart.Add(time.Hour), "baidu", title), "event0", splits[0].Into); got != want {
			t.Errorf("%s is closer to %s", title, got)
		}
	}
	late := g.Add(testDoc(t, "late", testStart.Add(61*time.Minute), "baidu", "望海音乐节门票退款 主办方致歉"))
	if late.EventID != splits[0].Into || late.TopicID != "topic0" {
		t.Errorf("a later headline went to %+v", late)
	}
	if merges, splits := g.Maintain(testStart.Add(2 * time.Hour)); len(merges)+len(splits) != 0 {
		t.Errorf("the next round undid it: %+v %+v", merges, splits)
	}
}

// What a split topic leaves behind can be saved after terms were numbered anew.
func TestSplitTopicIsSaved(t *testing.T) {
	g := NewGrouper(GrouperOptions{})
	for i := range 3000 { // of events that closed since
		g.words.number(fmt.Sprint("词", i))
	}
	var stay, move []Doc
	for i, title := range driftTitles {
		d := testDoc(t, fmt.Sprint(i), testStart, "weibo", title)
		g.Restore(d, "event0", "topic0")
		if i < 3 {
			stay = append(stay, d)
		} else {
			move = append(move, d)
		}
	}
	if err := g.SplitTopic("topic0", "topic1", []string{"event0"}, stay, move); err != nil {
		t.Fatal(err)
	}
	g.words.sweep(g.events.slots)
	raw := saved(t, g)
	if err := NewGrouper(GrouperOptions{}).Load(raw); err != nil {
		t.Error(err)
	}
}

func TestPinnedEventsStayAsTheyAre(t *testing.T) {
	g := mixed(t)
	if err := g.Pin("event0", true); err != nil {
		t.Fatal(err)
	}
	if _, splits := g.Maintain(testStart.Add(time.Hour)); len(splits) != 0 {
		t.Errorf("a pinned event was split: %+v", splits)
	}
	raw := saved(t, g)
	h := NewGrouper(GrouperOptions{})
	if err := h.Load(raw); err != nil {
		t.Fatal(err)
	}
	h.events.get("event0").dirty = true
	if _, splits := h.Maintain(testStart.Add(2 * time.Hour)); len(splits) != 0 {
		t.Error("the pin was forgotten over a restart")
	}
	if err := g.Pin("nothing", true); xuanti.CodeOf(err) != xuanti.CodeNotFound {
		t.Errorf("pinning an unknown event: %v", err)
	}
}

func TestSplitByHandAndBack(t *testing.T) {
	g := mixed(t)
	var docs []Doc
	for i, title := range driftTitles {
		docs = append(docs, testDoc(t, fmt.Sprint(i), testStart.Add(time.Duration(i)*time.Minute), "weibo", title))
	}
	if err := g.Split("event0", "part", docs[:3], nil); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("an empty part: %v", err)
	}
	if err := g.Split("event0", "part", docs[:3], docs[3:]); err != nil {
		t.Fatal(err)
	}
	if events, topics := g.Len(); events != 2 || topics != 1 {
		t.Errorf("%d events, %d topics", events, topics)
	}
	if a := g.Add(testDoc(t, "late", testStart.Add(time.Hour), "baidu", "望海音乐节门票退款 主办方致歉")); a.EventID != "part" {
		t.Errorf("a later headline went to %s", a.EventID)
	}
	if err := g.Merge("part", "event0"); err != nil {
		t.Fatal(err)
	}
	if err := g.Split("event0", "part", docs[:3], docs[3:]); err != nil || g.Resolve("part") != "part" || !g.Open("part") {
		t.Errorf("a merge cannot be undone: %v, part is %s", err, g.Resolve("part"))
	}
}
