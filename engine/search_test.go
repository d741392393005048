package engine

import (
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func TestSearchByNames(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	ctx := t.Context()
	if err := e.EnsureSources(ctx, []xuanti.Source{{ID: "src1", Kind: xuanti.SourceFeed, Name: "渡口晚报 Ferry", URL: "https://ferry.example/feed", State: xuanti.SourcePaused, CreatedAt: noon}}); err != nil {
		t.Fatal(err)
	}
	a, err := e.PutAccount(ctx, "", AccountInput{Platform: "wechat", Name: "老街茶馆", Group: "本地"})
	if err != nil {
		t.Fatal(err)
	}
	post := article("src2", "茶馆换了新招牌", "老街上的茶馆换了招牌。", noon)
	post.Kind, post.AccountID, post.Platform = xuanti.ItemPost, a.ID, "wechat"
	e.must(t, batch{at: noon.Add(time.Minute), items: []xuanti.Item{article("src1", "渡口新增两条航线", "渡口下月新增两条航线。", noon), post}})
	if err := e.indexer.drain(ctx); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		`source:src1`: "渡口新增两条航线", `source:"渡口晚报 ferry"`: "渡口新增两条航线", `source:渡口`: "",
		`account:老街茶馆`: "茶馆换了新招牌", `account:` + a.ID: "茶馆换了新招牌", `platform:公众号 招牌`: "茶馆换了新招牌",
	} {
		v, err := e.Search(ctx, SearchQuery{Text: query})
		got := ""
		for _, h := range v.Items {
			got += h.Item.Title
		}
		if err != nil || got != want {
			t.Errorf("%s found %q, want %q; %v", query, got, want, err)
		}
	}
}

func TestNothingByThatID(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	_, errHistory := e.BoardHistory(t.Context(), "none", noon.Add(-time.Hour), noon, 10)
	_, errMatches := e.Matches(t.Context(), "none", 10, "")
	for what, err := range map[string]error{"history of a board": errHistory, "matches of a subscription": errMatches} {
		if xuanti.CodeOf(err) != xuanti.CodeNotFound {
			t.Errorf("%s that does not exist: %v", what, err)
		}
	}
	if _, err := e.Event(t.Context(), "none"); xuanti.CodeOf(err) != xuanti.CodeNotFound || !strings.Contains(err.Error(), "没有编号为 none 的事件") {
		t.Errorf("an event that does not exist: %v", err)
	}
	_, errSearch := e.Search(t.Context(), SearchQuery{Text: "渡口", Since: noon, Until: noon.Add(-time.Hour)})
	_, errItems := e.Items(t.Context(), ItemQuery{Since: noon, Until: noon})
	for _, err := range []error{errSearch, errItems} {
		if xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("a span that ends before it begins: %v", err)
		}
	}
	if _, err := e.Sources(t.Context(), SourceQuery{Cursor: "zzz"}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("a cursor that nobody gave: %v", err)
	}
}
