package engine

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// talk brings a day of invented headlines about a word that no dictionary holds,
// two an hour from four sources. What stands beside the word changes.
func talk(t *testing.T, e *Engine, word string, at time.Time, from, to int) {
	t.Helper()
	before := []string{"专家谈", "记者探访", "网友称", "昨夜", "市民围观", "公园里的", "老人喂养", "孩子画出", "镜头下的", "清晨拍到", "云岭发现", "学者研究"}
	after := []string{"现身湖边", "引热议", "数量回升", "受伤获救", "迁徙路线公布", "首次产卵", "被列为保护动物", "飞过城市上空", "为何走红", "照片刷屏", "纪录片开播", "吃什么"}
	other := []string{"早高峰地铁换乘更方便", "小学生运动会落幕", "老桥重修完工通车", "夜市摊主的一天", "高校图书馆延长开放", "雨后初霁城市美景", "鸢尾花开满山坡", "候鸟栖息地扩大"}
	for i := from; i < to; i++ {
		now := at.Add(time.Duration(i) * 30 * time.Minute)
		source := fmt.Sprintf("paper%d", i%4)
		items := []xuanti.Item{article(source, before[i%len(before)]+word+after[(i/2+i)%len(after)], "", now)}
		for k := range 4 {
			items = append(items, article(source, fmt.Sprintf("%s第%d期", other[(i+2*k)%len(other)], 4*i+k), "", now))
		}
		e.must(t, batch{at: now, items: items})
	}
}

// autoWords are the words that their evidence made words, as text.
func autoWords(t *testing.T, e *Engine) string {
	t.Helper()
	p, err := e.Words(context.Background(), string(xuanti.WordAuto), 100, "")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(p.Items)
}

const kite = "霁蓝鸢" // the unknown word

// A day of talk makes a word in the night: stored, in the dictionary, known after
// a restart, the same with a restart in the middle of the day.
func TestWordsAreLearnedAtNight(t *testing.T) {
	at := time.Date(2026, 3, 10, 22, 0, 0, 0, time.UTC) // six in the morning
	night := at.Add(23 * time.Hour)
	learn := func(dir string, restart bool) *Engine {
		e, _ := open(t, dir, at)
		talk(t, e, kite, at, 0, 20)
		if restart {
			shut(t, e)
			e, _ = open(t, dir, at.Add(10*time.Hour))
		}
		talk(t, e, kite, at, 20, 40)
		if e.nlp.Has(kite) {
			t.Error("a word before the night")
		}
		e.must(t, batch{at: night})
		return e
	}
	whole, dir := learn(t.TempDir(), false), t.TempDir()
	defer shut(t, whole)
	e := learn(dir, true)
	found := autoWords(t, e)
	if !e.nlp.Has(kite) || !strings.Contains(found, kite) {
		t.Fatalf("a day of talk made no word: %s", found)
	}
	if want := autoWords(t, whole); found != want {
		t.Errorf("with a restart in the day\n%s\nwithout\n%s", found, want)
	}
	shut(t, e)
	e, _ = open(t, dir, night)
	defer shut(t, e)
	if !e.nlp.Has(kite) {
		t.Error("the restart forgot the word")
	}
	an := e.nlp.Analyze("湖边的"+kite+"走了", "")
	if !strings.Contains(strings.Join(an.Terms, " "), kite) {
		t.Errorf("the word is no term of a new headline: %v", an.Terms)
	}
}

// A rejected word leaves the dictionary at once and does not come back; undoing
// the decision puts it back.
func TestWordsAreRejectedAndTakenBack(t *testing.T) {
	ctx, at := context.Background(), time.Date(2026, 3, 10, 22, 0, 0, 0, time.UTC)
	e, _ := open(t, t.TempDir(), at)
	defer shut(t, e)
	talk(t, e, kite, at, 0, 40)
	e.must(t, batch{at: at.Add(23 * time.Hour)})
	decide := func(text string, status, was xuanti.WordStatus, has bool) {
		t.Helper()
		v, err := e.DecideWord(ctx, text, status)
		if err != nil || v.Was != was || v.Status != status || e.nlp.Has(v.Text) != has {
			t.Errorf("%s %s: %+v, in the dictionary %v, %v", text, status, v, e.nlp.Has(v.Text), err)
		}
	}
	decide(kite, xuanti.WordRejected, xuanti.WordAuto, false)
	decide(kite, xuanti.WordAuto, xuanti.WordRejected, true)
	decide(kite, xuanti.WordRejected, xuanti.WordAuto, false)
	next := at.Add(24 * time.Hour)
	talk(t, e, kite, next, 1, 40)
	e.must(t, batch{at: next.Add(23 * time.Hour)})
	if e.nlp.Has(kite) || strings.Contains(autoWords(t, e), kite) {
		t.Error("the rejected word came back in the night")
	}
	decide("ＺＢ浪潮", xuanti.WordAccepted, "", true) // folded: zb浪潮
	decide("zb浪潮", xuanti.WordProposed, xuanti.WordAccepted, false)
	for text, status := range map[string]xuanti.WordStatus{"两 个": xuanti.WordAccepted, "词": xuanti.WordAccepted, kite: "maybe", "从没见过": xuanti.WordAuto, "，。": xuanti.WordAccepted, "\xff\xfe": xuanti.WordAccepted, "词\xff": xuanti.WordAccepted} {
		if _, err := e.DecideWord(ctx, text, status); err == nil {
			t.Errorf("%s %s was taken", text, status)
		}
	}
}

// Words come page by page, each once, and a status that does not exist is told.
func TestWordsComeInPages(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	for i := range 7 {
		if _, err := e.DecideWord(t.Context(), fmt.Sprintf("霁蓝%d号", i), xuanti.WordAccepted); err != nil {
			t.Fatal(err)
		}
	}
	seen, cursor := map[string]bool{}, ""
	for range 3 {
		p, err := e.Words(t.Context(), "accepted", 3, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range p.Items {
			seen[w.Text] = true
		}
		cursor = p.NextCursor
	}
	if len(seen) != 7 || cursor != "" {
		t.Errorf("three pages of three hold %d words, and then %q", len(seen), cursor)
	}
	for status, cursor := range map[string]string{"maybe": "", "": "nonsense"} {
		if _, err := e.Words(t.Context(), status, 3, cursor); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("status %q, cursor %q: %v", status, cursor, err)
		}
	}
}

// A word with Latin letters is shown as the titles print it, and may be decided
// about in that spelling.
func TestWordsAreSpelledAsPrinted(t *testing.T) {
	at := time.Date(2026, 3, 10, 22, 0, 0, 0, time.UTC)
	e, _ := open(t, t.TempDir(), at)
	defer shut(t, e)
	const word = "霁蓝M7"
	talk(t, e, word, at, 0, 40)
	e.must(t, batch{at: at.Add(23 * time.Hour)})
	p, err := e.Words(t.Context(), "", 100, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range p.Items {
		if strings.EqualFold(w.Text, word) {
			if w.Text != word || !strings.Contains(w.Samples[0], word) {
				t.Errorf("%s, %v", w.Text, w.Samples)
			}
			if v, err := e.DecideWord(t.Context(), w.Text, xuanti.WordRejected); err != nil || v.Was != w.Status || v.Text != word {
				t.Errorf("%+v, %v", v, err)
			}
			return
		}
	}
	t.Errorf("%s was not found among %v", word, p.Items)
}
