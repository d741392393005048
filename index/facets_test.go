package index

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// A set of most documents is counted by those that are not in it, removed ones
// among them; a small one as it is.
func TestFacetsOfManyAndOfFew(t *testing.T) {
	b := openReal(t, Options{})
	var docs []Doc
	for i := range 40 {
		title := "渡口新增航线"
		if i%8 == 7 {
			title = "灯会今晚开幕"
		}
		docs = append(docs, Doc{ID: fmt.Sprintf("d%02d", i), Title: title, Platform: []string{"weibo", "zhihu", ""}[i%3], Source: fmt.Sprintf("s%d", i%4),
			At: time.Date(2026, 2, 1+i%5, 23, 30, i, 0, xuanti.Shanghai)})
	}
	put(t, b, docs...)
	if err := b.Delete(context.Background(), []string{"d00", "d01", "d07"}); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"渡口", "灯会", ""} {
		r, err := b.Search(context.Background(), Query{Text: word, Facets: true, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		platforms, sources, days := map[string]int{}, map[string]int{}, map[string]int{}
		for _, h := range r.Hits {
			var i int
			if _, err := fmt.Sscanf(h.ID, "d%d", &i); err != nil {
				t.Fatal(err)
			}
			if docs[i].Platform != "" {
				platforms[docs[i].Platform]++
			}
			sources[docs[i].Source]++
			days[docs[i].At.Format(time.DateOnly)]++
		}
		if len(r.Hits) != r.Total || r.Total < 4 || !maps.Equal(platforms, r.Platforms) || !maps.Equal(sources, r.Sources) || !maps.Equal(days, r.Days) {
			t.Errorf("%q: %d hits, %v %v %v, want %v %v %v", word, r.Total, r.Platforms, r.Sources, r.Days, platforms, sources, days)
		}
	}
}
