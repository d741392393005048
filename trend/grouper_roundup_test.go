package trend

import (
	"strings"
	"testing"
	"time"
)

// A round-up goes with its first story and ties no other to it.
func TestRoundUpTiesNothing(t *testing.T) {
	g := NewGrouper(GrouperOptions{Analyzer: testAnalyzer(t)})
	add := func(id, platform, title string) Assignment {
		return g.Add(testDoc(t, id, testStart.Add(time.Duration(g.events.len())*time.Minute), platform, title))
	}
	both := add("a", "cls", "【早报】临江市化工厂发生爆炸致三人受伤；望海音乐节因台风取消 门票全额退款")
	other := add("b", "weibo", "望海音乐节因台风取消 门票全额退款")
	if other.EventID == both.EventID {
		t.Error("the second story joined the round-up")
	}
	first := add("c", "baidu", "临江市化工厂发生爆炸致三人受伤")
	if first.EventID != both.EventID {
		t.Error("the first story is another event than the round-up")
	}
	if strings.Contains(first.Title, "音乐节") {
		t.Errorf("the event is called %q", first.Title)
	}
	for title, want := range map[string]string{
		"望海音乐节取消;门票退款":   "望海音乐节取消;门票退款", // too short to be two
		"a;望海音乐节因台风取消":   "a;望海音乐节因台风取消",
		"望海音乐节因台风取消":     "望海音乐节因台风取消",
		"望海音乐节取消;乐迷滞留望海": "望海音乐节取消",
	} {
		if got := g.story(testDoc(t, "x", testStart, "weibo", title).A).Title; got != want {
			t.Errorf("%q is grouped by %q, want %q", title, got, want)
		}
	}
}
