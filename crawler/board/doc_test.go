package board

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// TestDocumentedBoard: the example of docs/boards.md does what the page says.
func TestDocumentedBoard(t *testing.T) {
	page, err := os.ReadFile("../../docs/boards.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string) []byte {
		m := regexp.MustCompile("(?s)```" + kind + "\n(.*?)```").FindSubmatch(page)
		if m == nil {
			t.Fatalf("the page has no %s", kind)
		}
		return m[1]
	}
	b, err := ParseFile("town.yaml", block("yaml"))
	if err != nil {
		t.Fatal(err)
	}
	r := b.Read("", block("json"), "application/json", crawltest.Recorded())
	if r.Err != nil || r.Adapter != "api" || len(r.Entries) != 3 {
		t.Fatalf("%v, %+v", r.Err, r.Entries)
	}
	for i, want := range []struct {
		title, label string
		heat         int64
	}{{"渡口大桥今晨合龙", "爆", 123000}, {"菜场开了夜校", "热", 87000}, {"老茶馆搬进地铁站", "", 56000}} {
		if e := r.Entries[i]; e.Title != want.title || e.Label != want.label || e.Heat == nil || *e.Heat != want.heat || e.Rank != i+1 {
			t.Errorf("row %d: %+v", i+1, e)
		}
	}
	if want := []Rejected{{1, "小城服务热线开通", "pinned"}, {3, "东街药店周年促销", "promoted"}}; !slices.Equal(r.Rejected, want) {
		t.Errorf("rejected %v", r.Rejected)
	}
	if u := r.Entries[0].URL; u != "https://town.example/topic/7002" {
		t.Errorf("address %s", u)
	}
}
