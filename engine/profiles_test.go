package engine

import (
	"testing"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/store"
)

// What the feed of a profile brings are its own posts; another address takes
// the place of the first, and a deleted profile has no feed.
func TestFeedOfOwnPosts(t *testing.T) {
	ctx := t.Context()
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	if _, err := e.PutProfile(ctx, "", ProfileInput{Name: "车圈观察", FeedURL: "ftp://own.example/feed"}); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("no web address: %v", err)
	}
	p, err := e.PutProfile(ctx, "", ProfileInput{Name: "车圈观察", FeedURL: "https://own.example/feed"})
	if err != nil {
		t.Fatal(err)
	}
	feed := func(want string) xuanti.Source {
		t.Helper()
		all, err := e.store.Sources(ctx, store.SourceFilter{Group: ownSourceGroup + p.ID})
		if err != nil || want == "" && len(all) != 0 || want != "" && (len(all) != 1 || all[0].URL != want) {
			t.Fatalf("%+v %v, want %q", all, err, want)
		}
		return append(all, xuanti.Source{})[0]
	}
	src := feed("https://own.example/feed")
	e.must(t, batch{at: noon, live: true, items: []xuanti.Item{article(src.ID, "新能源车电池怎么保养", "", noon.Add(-time.Hour)), article("paper", "望海音乐节门票全部退款", "", noon)}})
	if own, err := e.store.OwnPosts(ctx, p.ID, 10); err != nil || len(own) != 1 || own[0].Title != "新能源车电池怎么保养" || !own[0].At.Equal(noon.Add(-time.Hour)) {
		t.Errorf("%+v %v", own, err)
	}
	for _, url := range []string{"https://own.example/feed", "https://own.example/new", ""} {
		if _, err := e.PutProfile(ctx, p.ID, ProfileInput{Name: "车圈观察", Keywords: []string{"汽车"}, FeedURL: url}); err != nil {
			t.Fatal(err)
		}
		if s := feed(url); url == src.URL && s.ID != src.ID {
			t.Error("the feed was taken for another one")
		}
	}
	if _, err := e.PutProfile(ctx, p.ID, ProfileInput{Name: "车圈观察", FeedURL: "https://own.example/feed"}); err != nil {
		t.Fatal(err)
	}
	if err := e.DeleteProfile(ctx, p.ID); err != nil {
		t.Fatal(err)
	}
	feed("")
}

// An address is read once, whoever names it.
func TestFeedOfAnAccountIsReadOnce(t *testing.T) {
	ctx := t.Context()
	e, clock := open(t, t.TempDir(), noon)
	defer shut(t, e)
	in := AccountInput{Platform: "wechat", Name: "老街茶馆", FeedURL: " https://tea.example/feed "}
	a, err := e.PutAccount(ctx, "", in)
	if err != nil || len(a.Sources) != 1 {
		t.Fatalf("%+v %v", a, err)
	}
	clock.Advance(time.Minute)
	if a, err = e.PutAccount(ctx, a.ID, in); err != nil || len(a.Sources) != 1 {
		t.Errorf("said again: %+v %v", a, err)
	}
	in.Name = "新街茶馆"
	if _, err := e.PutAccount(ctx, "", in); xuanti.CodeOf(err) != xuanti.CodeConflict {
		t.Errorf("for another account: %v", err)
	}
}
