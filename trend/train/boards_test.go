package train

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/xuanti/xuanti/trend/model"
)

// archive writes a made-up board on which the upper half stays and the lower
// half is new every hour.
func archive(t *testing.T, hours int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "boards.jsonl.gz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	gz := gzip.NewWriter(file)
	at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	for h := range hours {
		for _, board := range []string{"one", "two"} {
			for rank := 1; rank <= 12; rank++ {
				title := fmt.Sprintf("常驻话题%d", rank)
				if rank > 6 {
					title = fmt.Sprintf("第%d小时的新话题%d", h, rank)
				}
				if _, err := fmt.Fprintf(gz, `{"ts":"%s","platform":"%s","rank":%d,"title":"%s"}`+"\n", at.Add(time.Duration(h)*time.Hour).Format(time.RFC3339), board, rank, title); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBoardsGrowsAForestForEachHead(t *testing.T) {
	archives := []Archive{{Path: archive(t, 120), Until: time.Date(2026, 1, 9, 12, 0, 0, 0, time.UTC)}}
	o := BoardsOptions{
		Hold: 24 * time.Hour, Every: 1,
		Boost: BoostOptions{Trees: 10, Depth: 3, Rate: 0.3, Lambda: 1, MinHess: 1, Columns: 0.7, Rows: 1, Seed: 1},
	}
	grow := func() (map[string]*model.Forest, map[string]BoardReport) {
		forests, reports := map[string]*model.Forest{}, map[string]BoardReport{}
		if err := Boards(t.Context(), archives, o, func(f *model.Forest, r BoardReport) error {
			forests[r.Head], reports[r.Head] = f, r
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return forests, reports
	}
	forests, reports := grow()
	if len(forests) != 7 {
		t.Fatalf("%d forests", len(forests))
	}
	for _, head := range []string{"listed_1h", "listed_6h", "top10_3h"} {
		r := reports[head]
		if r.Rows == 0 || r.AUC < 0.95 || r.Brier > r.Base*(1-r.Base)/2 {
			t.Errorf("%s: %+v", head, r)
		}
	}
	again, _ := grow()
	for head := range forests {
		a, err := json.Marshal(forests[head])
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(again[head])
		if err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) {
			t.Errorf("%s: the same file gives another forest", head)
		}
	}
}

func TestBoardsRefusesTooFewRows(t *testing.T) {
	err := Boards(t.Context(), []Archive{{Path: archive(t, 5)}}, BoardsOptions{Every: 1, Boost: BoostOptions{Trees: 1, Depth: 1, Rate: 1, Rows: 1, Columns: 1}}, func(*model.Forest, BoardReport) error { return nil })
	if err == nil {
		t.Error("five hours were enough")
	}
}
