package index

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

func openReal(t *testing.T, opts Options) *Bleve {
	t.Helper()
	b := openIn(t, t.TempDir(), opts)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func openIn(t *testing.T, dir string, opts Options) *Bleve {
	t.Helper()
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := OpenBleve(dir, a, opts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func put(t *testing.T, b *Bleve, docs ...Doc) {
	t.Helper()
	if err := b.Index(context.Background(), docs); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, b *Bleve, q Query) (Result, string) {
	t.Helper()
	r, err := b.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	ids := make([]string, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = h.ID
	}
	return r, strings.Join(ids, " ")
}

func TestWidened(t *testing.T) {
	syn, err := NewSynonyms()
	if err != nil {
		t.Fatal(err)
	}
	if err := syn.Read(strings.NewReader("云雀, 灵雀模型 # 自家的叫法\n"), "mine.txt"); err != nil {
		t.Fatal(err)
	}
	b := openReal(t, Options{Synonyms: syn})
	put(t, b,
		Doc{ID: "exam", Title: "今年高考报名人数公布", Text: "各地公布了高考报名人数。"},
		Doc{ID: "unified", Title: "全国统考时间不变", Text: "教育部门说全国统考时间不变。"},
		Doc{ID: "lark", Title: "灵雀模型开放试用", Text: "这款模型今天开放试用。"},
		Doc{ID: "person", Title: "林岫溪获奖", Text: "作家林岫溪昨晚获奖。"},
		Doc{ID: "letters", Title: "LXX 型号停产", Text: "厂家说 LXX 型号停产。"})
	for _, c := range []struct{ text, ids string }{
		{"高考", "exam unified"}, // what was typed comes first
		{"全国统考", "unified exam"},
		{"云雀", "lark"},
		{"linxiuxi", "person"},
		{"lxx", "letters"}, // held as it stands: no initials then
		{"title:高考 -统考", "exam"},
		{"lxxx", ""},
	} {
		if r, ids := find(t, b, Query{Text: c.text}); ids != c.ids || r.Relaxed != "" && c.ids != "" {
			t.Errorf("%q: got %q relaxed %q, want %q", c.text, ids, r.Relaxed, c.ids)
		}
	}
	r, _ := find(t, b, Query{Text: "高考", Explain: true})
	if why := r.Hits[1].Why; len(why) == 0 || why[0].Kind != howSynonym || why[0].Zone != "title" {
		t.Errorf("the second is explained as %+v", why)
	}
}

func TestExplainAddsUp(t *testing.T) {
	b := openReal(t, Options{})
	now := time.Date(2026, 3, 20, 12, 0, 0, 0, xuanti.Shanghai)
	put(t, b,
		Doc{ID: "a", Title: "渡轮停航", Text: strings.Repeat("大雾天气里渡轮停航。", 30), At: now.Add(-3 * time.Hour)},
		Doc{ID: "b", Title: "大雾预警", Text: "气象台发布预警，渡轮照常。", At: now.Add(-90 * 24 * time.Hour)})
	r, ids := find(t, b, Query{Text: "渡轮 OR 大雾", Explain: true, Now: now})
	if ids != "a b" {
		t.Fatalf("got %s", ids)
	}
	for _, h := range r.Hits {
		var parts [2]float64 // by operand of OR: each has its own coverage
		fresh := 1.0
		var cover []float64
		for _, w := range h.Why {
			switch {
			case w.Kind == "fresh":
				fresh = w.Points
			case w.Kind == "coverage":
				cover = append(cover, w.Points)
			case strings.Contains(w.Term, "渡"):
				parts[0] += w.Points
			default:
				parts[1] += w.Points
			}
		}
		if got := (parts[0] + parts[1]) * fresh; len(cover) > 0 || math.Abs(got-h.Score) > 1e-3*h.Score {
			t.Errorf("%s: reasons give %.4f, the score is %.4f (%+v)", h.ID, got, h.Score, h.Why)
		}
	}
}

func TestSynonymsNameTheBadLine(t *testing.T) {
	for _, c := range []struct{ list, at string }{
		{"甲 乙\n丙\n", "x:2"},
		{"# 说明\n\n甲 ，\n", "x:3"},
		{"甲 " + strings.Repeat("长", 30), "x:1"},
		{strings.Repeat("词 ", 20), "x:1"},
	} {
		s := &Synonyms{of: map[string][]string{}}
		err := s.Read(strings.NewReader(c.list), "x")
		if xe := (*xuanti.Error)(nil); !errors.As(err, &xe) || xe.Code != xuanti.CodeInvalid || xe.Pointer != c.at {
			t.Errorf("%q: %v, want an error at %s", c.list, err, c.at)
		}
	}
	s := &Synonyms{of: map[string][]string{}}
	if err := s.Read(strings.NewReader("甲 乙\n坏\n"), "x"); err == nil || len(s.Of("甲")) != 1 {
		t.Errorf("the good line before the bad one is lost: %v", err)
	}
}

func TestSpell(t *testing.T) {
	for _, c := range []struct{ name, full, initials string }{
		{"微博", "weibo", "wb"}, {"云雀", "yunque", "yq"}, {"绿城", "lvcheng", "lc"}, {"B站", "bzhan", "bz"}, {"", "", ""}, {"ひ", "", ""},
	} {
		if f, i := Spell(c.name); f != c.full || i != c.initials {
			t.Errorf("%s: %s %s", c.name, f, i)
		}
	}
}

func TestIntent(t *testing.T) {
	b := openReal(t, Options{})
	now := time.Date(2026, 3, 20, 12, 0, 0, 0, xuanti.Shanghai)
	put(t, b,
		Doc{ID: "old", Title: "停电停电", Text: strings.Repeat("停电的小区。", 3), At: now.Add(-40 * 24 * time.Hour)},
		Doc{ID: "new", Title: "小区停电", Text: "物业说停电了，正在抢修，居民都在等。", At: now.Add(-time.Hour)})
	for _, c := range []struct{ q, intent, until, want string }{
		{"停电", "", "", IntentNews},
		{"停电 最新", "", "", IntentNow},
		{"往年停电", "", "", IntentArchive},
		{"停电", IntentNow, "", IntentNow},
		{"往年 停电", IntentNow, "", IntentArchive}, // what is typed says more than what bursts
	} {
		r, _ := find(t, b, Query{Text: c.q, Intent: c.intent, Now: now})
		if r.Intent != c.want {
			t.Errorf("%q: intent %q, want %q", c.q, r.Intent, c.want)
		}
	}
	score := func(intent string, until time.Time) float64 {
		r, _ := find(t, b, Query{Text: "小区停电", Intent: intent, Now: now, Until: until})
		for _, h := range r.Hits {
			if h.ID == "new" {
				return h.Score
			}
		}
		t.Fatal("the new one is gone")
		return 0
	}
	plain := score(IntentArchive, time.Time{})
	if news, soon := score(IntentNews, now), score(IntentNow, time.Time{}); !(plain < news && news < soon) {
		t.Errorf("archive %.3f, news %.3f, now %.3f: want them to rise", plain, news, soon)
	}
	if past := score(IntentNews, now.Add(-time.Minute)); past != plain {
		t.Errorf("a search in the past lifts fresh documents: %.3f, not %.3f", past, plain)
	}
}

// Names are found by their letters also when they come apart into words that
// the dictionary holds as something else.
func TestNamesOfOtherWordsAreSpelled(t *testing.T) {
	b := openReal(t, Options{})
	at := time.Date(2026, 3, 20, 12, 0, 0, 0, xuanti.Shanghai)
	put(t, b, Doc{ID: "person", Title: "裴小满拍戏时从马上摔下", At: at}, Doc{ID: "brand", Title: "云雀X5首销", At: at}, Doc{ID: "other", Title: "公园里的云雀飞走了", At: at})
	for query, want := range map[string]string{"peixiaoman": "person", "pxm": "person", "yunque": "brand"} {
		r, _ := find(t, b, Query{Text: query, Now: at})
		if len(r.Hits) != 1 || r.Hits[0].ID != want {
			t.Errorf("%s found %+v, want %s", query, r.Hits, want)
		}
	}
}
