package train

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
)

func TestWordsRoundTrip(t *testing.T) {
	var rows []any
	for i := range 120 {
		rows = append(rows, map[string]string{"title": fmt.Sprintf("第%d届运动会在学校操场举行", i), "text": "老师和学生参加比赛"},
			map[string]string{"a": fmt.Sprintf("%d号台风登陆沿海", i), "b": "台风带来暴雨和大风"})
	}
	path := filepath.Join(t.TempDir(), "a.jsonl")
	writeRows(t, path, rows)
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := WordOptions{Words: 40, Window: 4, Least: 2, Text: 100, Rounds: 3, Exponent: 0.25}
	raw, err := Words(context.Background(), []string{path}, a, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Words(context.Background(), []string{path}, a, o)
	if err != nil || !slices.Equal(raw, again) {
		t.Errorf("two runs differ (%v)", err)
	}
	if err := trend.CheckWords(raw); err != nil {
		t.Errorf("the table cannot be read back: %v", err)
	}
	if trend.CheckWords(raw[:len(raw)/2]) == nil {
		t.Error("half a table was accepted")
	}
	if _, err := Words(context.Background(), []string{path + "missing"}, a, o); err == nil {
		t.Error("a missing file was accepted")
	}
}

func TestRowsThatShareATextAreInOneFold(t *testing.T) {
	rows := []pairRow{{A: "a", B: "b"}, {A: "c", B: "d"}, {A: "b", B: "c"}}
	if f := folds(rows, 1000); f[0] != f[1] || f[1] != f[2] {
		t.Errorf("folds %v", f)
	}
	if f := folds([]pairRow{{A: "a", B: "b"}, {A: "c", B: "d"}}, 1000); f[0] == f[1] {
		t.Errorf("rows without a common text share fold %d", f[0])
	}
}
