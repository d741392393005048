package train

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/xuanti/xuanti/trend"
)

func TestFieldsRoundTrip(t *testing.T) {
	var rows []any
	for i := range 60 {
		n := string(rune('一' + i))
		rows = append(rows, map[string]any{"title": "蓝鲸队主场赢球" + n, "label": "news_sports"}, map[string]any{"title": "股市大涨" + n, "label": "stocks"},
			map[string]any{"title": "没有领域的标题" + n, "label": nil})
	}
	path := filepath.Join(t.TempDir(), "a.jsonl")
	writeRows(t, path, rows)
	o := FieldOptions{Keys: 40, Least: 3, Prior: 10}
	raw, err := Fields(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := trend.CheckFields(raw); err != nil {
		t.Errorf("the table cannot be read back: %v", err)
	}
	if again, err := Fields(context.Background(), path, o); err != nil || !slices.Equal(raw, again) {
		t.Errorf("two runs differ (%v)", err)
	}
	if _, err := Fields(context.Background(), path+"missing", o); err == nil {
		t.Error("a missing file was accepted")
	}
	writeRows(t, path, []any{map[string]string{"title": "没有领域的标题"}})
	if _, err := Fields(context.Background(), path, o); err == nil {
		t.Error("titles without fields were accepted")
	}
}

func TestLabelsOfFields(t *testing.T) {
	for label, want := range map[string]string{"news_house": "realty", "sports": "sports", "stock": "finance", "regimen": "health"} {
		if i := fieldOf(label); i < 0 || trend.FieldNames[i] != want {
			t.Errorf("%s means %d, want %s", label, i, want)
		}
	}
	if fieldOf("") >= 0 || fieldOf("地震") >= 0 {
		t.Error("a label that is no field has one")
	}
}
