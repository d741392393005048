package nlp

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// stream is invented headlines in which the unknown words 霁蓝鸢 and 栖渡 occur
// among many others; filler gives the other characters their frequency.
func stream(add func(at time.Time, platform, title string)) time.Time {
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	platforms := []string{"weibo", "zhihu", "douyin", "toutiao"}
	before := []string{"专家谈", "记者探访", "网友称", "昨夜", "市民围观", "公园里的", "老人喂养", "孩子画出", "镜头下的", "清晨拍到", "云岭发现", "学者研究"}
	after := []string{"现身湖边", "引热议", "数量回升", "受伤获救", "迁徙路线公布", "首次产卵", "被列为保护动物", "飞过城市上空", "为何走红", "照片刷屏", "纪录片开播", "吃什么"}
	filler := []string{"早高峰地铁换乘更方便", "小学生运动会落幕", "菜市场里的年味", "老桥重修完工通车", "蓝天白云刷屏朋友圈", "夜市摊主的一天", "高校图书馆延长开放", "渡口老人守望三十年", "雨后初霁城市美景", "鸢尾花开满山坡", "候鸟栖息地扩大"}
	n := 0
	for i, b := range before {
		for j, a := range after {
			switch (i + j) % 3 {
			case 0:
				add(at, platforms[n%4], b+"霁蓝鸢"+a)
			case 1:
				add(at, platforms[n%4], b+"栖渡"+a)
			}
			add(at, platforms[(n+1)%4], fmt.Sprintf("%s第%d期", filler[n%len(filler)], n))
			n++
			at = at.Add(3 * time.Minute)
		}
	}
	return at
}

func TestDiscoveryFindsWords(t *testing.T) {
	d := NewDiscovery(testAnalyzer(t))
	end := stream(d.Add)
	found := d.Propose(end)
	var list []string
	for _, w := range found {
		list = append(list, w.Text)
		if w.Score <= 0 || w.Count < 5 || w.Sources < 2 || len(w.Samples) == 0 || w.FirstAt.After(w.LastAt) || w.FirstAt.IsZero() {
			t.Errorf("evidence is missing: %+v", w)
		}
	}
	for _, w := range []string{"霁蓝鸢", "栖渡"} {
		if !slices.Contains(list, w) {
			t.Errorf("%s was not found in %v", w, list)
		}
	}
	for _, w := range []string{"霁蓝", "蓝鸢", "引热议", "地铁", "刷屏", "霁蓝鸢引"} {
		if slices.Contains(list, w) {
			t.Errorf("%s is no new word", w)
		}
	}
	if again := d.Propose(end); len(again) != 0 {
		t.Errorf("proposed twice: %v", again)
	}
	if c := d.Candidates("湖边的霁蓝鸢走了"); !slices.Equal(c, []string{"霁蓝鸢"}) {
		t.Errorf("candidates %v", c)
	}
	if c := d.Candidates("《浮灯记》开播"); !slices.Equal(c, []string{"浮灯记"}) {
		t.Errorf("a title in marks is a candidate at once: %v", c)
	}
}

func TestDiscoveryCountsStoriesNotReposts(t *testing.T) {
	d := NewDiscovery(testAnalyzer(t))
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	for i := range 200 {
		d.Add(at, fmt.Sprint("p", i%80), "湖边的霁蓝鸢走了")
	}
	if found := d.Propose(at); len(found) != 0 {
		t.Errorf("one story makes no word: %v", found)
	}
	if d.total > 20 {
		t.Errorf("reposts were counted: %v", d.total)
	}
}

func TestDiscoverySnapshot(t *testing.T) {
	a := testAnalyzer(t)
	whole, first, second := NewDiscovery(a), NewDiscovery(a), NewDiscovery(a)
	half, n := 100, 0
	stream(func(time.Time, string, string) { n++ })
	i := 0
	end := stream(func(at time.Time, p, title string) {
		whole.Add(at, p, title)
		if i < half {
			first.Add(at, p, title)
		}
		if i++; i == half {
			var b, again bytes.Buffer
			if err := first.Save(&b); err != nil {
				t.Fatal(err)
			}
			if err := second.Load(b.Bytes()); err != nil {
				t.Fatal(err)
			}
			if err := second.Save(&again); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
				t.Fatalf("the state does not come back as it was: %v", err)
			}
		} else if i > half {
			second.Add(at, p, title)
		}
	})
	x, y := whole.Propose(end), second.Propose(end)
	if len(x) == 0 || fmt.Sprint(x) != fmt.Sprint(y) {
		t.Errorf("after a restart other words are found:\n%v\n%v", x, y)
	}
	if err := second.Load([]byte("no state")); xuanti.CodeOf(err) != xuanti.CodeCorrupt {
		t.Errorf("damaged state: %v", err)
	}
	if fmt.Sprint(second.total) != fmt.Sprint(whole.total) {
		t.Error("a damaged state must change nothing")
	}
}

func TestDiscoveryFades(t *testing.T) {
	d := NewDiscovery(testAnalyzer(t))
	end := stream(d.Add)
	before := len(d.grams)
	d.Add(end.AddDate(0, 0, 30), "weibo", "一个月后的另一条标题")
	if len(d.grams) >= before/4 {
		t.Errorf("%d of %d n-grams left after a month", len(d.grams), before)
	}
}

func TestRunsOf(t *testing.T) {
	var got []string
	for _, r := range runsOf("su7上市,价格21万丨独家") {
		for i := range len(r.bounds) - 1 {
			got = append(got, r.text[r.bounds[i]:r.bounds[i+1]])
		}
		got = append(got, "|")
	}
	if s := fmt.Sprint(got); s != "[su7 上 市 | 价 格 21 万 | 独 家 |]" {
		t.Error(s)
	}
}

func BenchmarkDiscoveryAdd(b *testing.B) {
	d := NewDiscovery(testAnalyzer(b))
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		d.Add(at, "weibo", fmt.Sprintf("青岩市城东新区轨道交通%d号线开工建设市民围观", i))
		i++
	}
}

// TestClauses: dictionary words in a sentence are no word, however often they
// are seen together; a name with the same characters is.
func TestClauses(t *testing.T) {
	d := NewDiscovery(testAnalyzer(t))
	for text, want := range map[string]bool{
		"捡到存折": true, "捡到钱包": true, "叼回家": true, "批次不合格": true, "人被困": true,
		"松果到家": false, "云上邮局": false, "古城墙": false, "牛杂店": false,
	} {
		if d.clause(text) != want {
			t.Errorf("%s: clause is %v", text, !want)
		}
	}
}

// TestExtendedWords: a found word with a dictionary word beside it is no second
// word while the first is seen on its own as well.
func TestExtendedWords(t *testing.T) {
	d := NewDiscovery(testAnalyzer(t))
	d.decided["霁蓝鸢"] = decidedProposed
	d.grams["霁蓝鸢"], d.grams["霁蓝鸢照片"], d.grams["公园霁蓝鸢"] = &gram{count: 20}, &gram{count: 8}, &gram{count: 18}
	if !d.extended("霁蓝鸢照片", nil) {
		t.Error("霁蓝鸢照片 is 霁蓝鸢 and a dictionary word")
	}
	if d.extended("公园霁蓝鸢", nil) {
		t.Error("what hardly ever stands alone is a piece of the longer word")
	}
	delete(d.decided, "霁蓝鸢")
	if d.extended("霁蓝鸢照片", nil) || !d.extended("霁蓝鸢照片", map[string]decision{"霁蓝鸢": decidedProposed}) {
		t.Error("a word found in the same round counts, and only then")
	}
}
