package nlp

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/xuanti/xuanti"
)

func TestAddWordsAtTheHeadOfASentence(t *testing.T) {
	a, err := New(Options{Words: []xuanti.Word{{Text: "鲸落计划", Status: xuanti.WordAccepted}, {Text: "拒绝词语", Status: xuanti.WordRejected}}})
	if err != nil {
		t.Fatal(err)
	}
	if !a.Has("鲸落计划") || a.Has("拒绝词语") {
		t.Error("options: accepted words go in, rejected ones do not")
	}
	before := a.lex.Load()
	if err := a.AddWords([]xuanti.Word{{Text: "微信", Status: xuanti.WordAuto}, {Text: "短", Status: xuanti.WordAuto}, {Text: "只是建议", Status: xuanti.WordProposed}}); err != nil {
		t.Fatal(err)
	}
	if a.lex.Load() != before {
		t.Error("nothing new, but the dictionary was rebuilt")
	}
	if err := a.AddWords([]xuanti.Word{{Text: "的是了吗", Status: xuanti.WordAccepted, Count: 40}, {Text: "ＺＢ浪潮", Status: xuanti.WordAuto}}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"鲸落计划今天公布", "今天公布鲸落计划", "的是了吗走红", "怎么回事的是了吗", "zb浪潮来了", "来了zb浪潮"} {
		ok := false
		for _, tok := range a.Segment(s) {
			ok = ok || tok.Known && (tok.Text == "鲸落计划" || tok.Text == "的是了吗" || tok.Text == "zb浪潮")
		}
		if !ok {
			t.Errorf("added word is not whole in %v", words(a.Segment(s)))
		}
	}
}

func TestSetWordsTakesWordsBack(t *testing.T) {
	a, err := New(Options{Words: []xuanti.Word{{Text: "鲸落计划", Status: xuanti.WordAccepted}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.AddWords([]xuanti.Word{{Text: "雾灯社", Status: xuanti.WordAuto}}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(words(a.Segment("鲸落计划与雾灯社")), " "); got != "鲸落计划 与 雾灯社" {
		t.Fatalf("both words were added: %s", got)
	}
	for _, tok := range a.Segment("鲸落计划与雾灯社") {
		if tok.Added != (tok.Text != "与") {
			t.Errorf("%+v", tok)
		}
	}
	if err := a.SetWords([]xuanti.Word{{Text: "雾灯社", Status: xuanti.WordAuto}, {Text: "鲸落计划", Status: xuanti.WordRejected}}); err != nil {
		t.Fatal(err)
	}
	if !a.Has("雾灯社") || a.Has("鲸落计划") {
		t.Error("the rejected word must be gone, the other one stay")
	}
	if err := a.SetWords(nil); err != nil {
		t.Fatal(err)
	}
	b := testAnalyzer(t)
	for _, s := range []string{"鲸落计划与雾灯社", "微信上的雾灯社"} {
		if got, want := words(a.Segment(s)), words(b.Segment(s)); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("without added words %v, want %v", got, want)
		}
	}
}

func TestAddWordsLimit(t *testing.T) {
	a := testAnalyzer(t)
	list := make([]xuanti.Word, maxAddedWords+1)
	for i := range list {
		list[i] = xuanti.Word{Text: "词" + strconv.Itoa(i), Status: xuanti.WordAuto}
	}
	if err := a.AddWords(list); xuanti.CodeOf(err) != xuanti.CodeLimited {
		t.Errorf("error %v, want limited", err)
	}
}

func TestSegmentWhileWordsAreAdded(t *testing.T) {
	a, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					an := a.Analyze("蓝鳍风暴登陆，云岭村小阜镇转移群众", "据了解，当地已启动应急响应。")
					checkCover(t, an.Title, an.TitleTokens)
				}
			}
		})
	}
	var adders sync.WaitGroup
	for _, w := range []string{"蓝鳍风暴", "云岭小阜"} {
		adders.Go(func() {
			if err := a.AddWords([]xuanti.Word{{Text: w, Status: xuanti.WordAuto}}); err != nil {
				t.Error(err)
			}
		})
	}
	adders.Wait()
	close(stop)
	wg.Wait()
	if !a.Has("蓝鳍风暴") || !a.Has("云岭小阜") {
		t.Error("a word was lost when two were added at once")
	}
}

func TestIDFAndStopWords(t *testing.T) {
	a := testAnalyzer(t)
	if a.IDF("的") > 2 || a.IDF("中国") > 5 {
		t.Error("frequent words must have a low idf")
	}
	for _, w := range []string{"deepseek", "鲸落计划", "zorbix"} {
		if a.IDF(w) != maxIDF {
			t.Errorf("unknown %s has idf %v, want the maximum", w, a.IDF(w))
		}
	}
	if a.IDF("2026年") != dateIDF || a.IDF("3.5%") != numberIDF || a.IDF("第3") != numberIDF {
		t.Error("numbers and dates have middle values")
	}
	for _, w := range strings.Fields("的 转发 视频 网友 回应 热搜 , 记者") {
		if !IsStop(w) {
			t.Errorf("%s should be a stop word", w)
		}
	}
	for _, w := range strings.Fields("地震 保险 叮咚 社会主义 苹果") {
		if IsStop(w) {
			t.Errorf("%s should be no stop word", w)
		}
	}
}
