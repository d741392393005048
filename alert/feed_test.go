package alert

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/xuanti/xuanti"
)

const hostile = "<script>alert(1)</script> & [假的](https://evil.example) *粗* _斜_ `码` # 标题 @所有人 ]]> \x00\x1b\n## 第二行 \u202e反"

func TestRenderFeed(t *testing.T) {
	matches := []xuanti.Match{
		{ID: "m3", EventID: "ev2", Stage: xuanti.StageRefuted, At: noon, Terms: []string{"<b>地铁</b>"}, Title: hostile, URL: "javascript:alert(1)", Heat: 12.34, Platforms: 2},
		{ID: "m2", EventID: "ev1", Stage: xuanti.StageRising, At: noon.Add(-time.Hour), Terms: []string{"地铁"}, Title: "新线 A&B <首日>", URL: "https://example.com/a?b=1&c=2", Heat: 55, Platforms: 3},
		{ID: "m1", EventID: "ev1", Stage: xuanti.StageFirst, At: noon.Add(-2 * time.Hour), Title: "新线开通", URL: "/items/7", Heat: 20, Platforms: 1},
	}
	var b bytes.Buffer
	if err := RenderFeed(&b, xuanti.Subscription{Name: "地铁 & <轻轨>"}, matches, "https://x.example/feeds/t.xml", "https://x.example", noon); err != nil {
		t.Fatal(err)
	}
	golden(t, "feed.xml", b.Bytes())
	f, err := gofeed.NewParser().Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if f.Title != "选题订阅：地铁 & <轻轨>" || f.FeedLink != "https://x.example/feeds/t.xml" || f.Language != "zh-cn" || len(f.Items) != 3 {
		t.Fatalf("%+v", f)
	}
	for i, want := range []struct{ title, link string }{
		{oneLine(hostile), "https://x.example/events/ev2"}, {"新线 A&B <首日>", "https://example.com/a?b=1&c=2"}, {"新线开通", "https://x.example/items/7"},
	} {
		it := f.Items[i]
		if it.Title != want.title || it.Link != want.link || it.GUID != matches[i].ID || !it.PublishedParsed.Equal(matches[i].At) {
			t.Errorf("%+v, want %+v", it, want)
		}
		if strings.Contains(it.Description, "<b>") || strings.Contains(it.Description, "<script") {
			t.Errorf("markup of others in %q", it.Description)
		}
	}
	var none bytes.Buffer
	if err := RenderFeed(&none, xuanti.Subscription{Name: "空"}, nil, "https://x.example/f", "https://x.example", noon); err != nil {
		t.Fatal(err)
	}
	if f, err := gofeed.NewParser().Parse(&none); err != nil || len(f.Items) != 0 {
		t.Errorf("%v %v", f, err)
	}
}

func exampleDigest() DigestInput {
	return DigestInput{Date: "2026-11-23", AsOf: noon, BaseURL: "https://x.example", Demo: true,
		Topics: []DigestTopic{
			{ID: "t1", EventID: "e1", Title: "地铁新线开通", State: xuanti.StateRising, StateLabel: "上升", Heat: 81.4, New: true, Platforms: []string{"微博", "知乎"}, Why: []string{"三个平台同时在榜"},
				Links: []DigestLink{{Title: "首日客流", Source: "晚报", URL: "https://example.com/a_(1)", At: noon}, {Title: "本站", Source: "本站", URL: "/items/1", At: noon}, {Title: "坏", Source: "坏", URL: "javascript:alert(1)"}}},
			{ID: "t2", EventID: "e2", Title: hostile, State: xuanti.StatePeak, Heat: 60, Platforms: []string{"<img>"}, Why: []string{hostile}, Risks: []string{"单一来源"}},
			{EventID: "e3", Title: "没有话题的事件", State: xuanti.StateFalling, Heat: 20},
		},
		Terms:       []DigestTerm{{Term: "新线", Count: 12, Expected: 1.5, Ratio: 8}, {Term: hostile, Count: 3, Expected: 0.1, Ratio: 30}},
		Suggestions: []DigestSuggestion{{EventID: "e1", Title: "地铁新线开通", Score: 1.25, Why: "命中领域关键词“地铁”"}, {EventID: "e2", Title: hostile, Score: -0.3, Why: hostile}}}
}

func TestDigestGolden(t *testing.T) {
	in := exampleDigest()
	d := BuildDigest(in)
	js, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	md, txt := d.Markdown(), d.Text()
	golden(t, "digest.json", append(js, '\n'))
	golden(t, "digest.md", []byte(md))
	golden(t, "digest.txt", []byte(txt))
	if in.Topics[0].Links[1].URL != "/items/1" {
		t.Error("the input was changed")
	}
	for _, bad := range []string{"<script", "](https://evil", "\n## 第二行", "@所有人", "javascript:", "\x00", "\x1b", "\u202e"} {
		if strings.Contains(md, bad) {
			t.Errorf("markdown holds %q", bad)
		}
	}
	if strings.Contains(txt, "\n## 第二行") || strings.Contains(txt, "\x1b") || !strings.Contains(txt, "演示数据") || !strings.Contains(md, "演示数据") {
		t.Error("the text has lines of others, or hides that it is a demo")
	}
	if strings.Contains(string(js), "null") {
		t.Error("a null in the JSON; lists are empty, not null")
	}
}

func TestEmptyDigest(t *testing.T) {
	d := BuildDigest(DigestInput{Date: "2026-11-23", AsOf: noon, BaseURL: "https://x.example"})
	js, err := json.Marshal(d)
	if err != nil || strings.Contains(string(js), "null") || !strings.Contains(d.Summary, "没有") || !strings.Contains(d.Text(), d.URL) || d.Markdown() == "" {
		t.Errorf("%s %v", js, err)
	}
}
