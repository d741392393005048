package train

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
	"github.com/xuanti/xuanti/trend/model"
)

func writeRows(t *testing.T, path string, rows []any) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, r := range rows {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(append(out, line...), '\n')
	}
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

func gzipFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	w := gzip.NewWriter(f)
	if _, err := w.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestBoostLearnsAnInteraction(t *testing.T) {
	var x [][]float64
	var y []float64
	for i := range 400 {
		a, b := float64(i%20), float64(i/20)
		label := 0.0
		if (a < 10) != (b < 10) {
			label = 1
		}
		x, y = append(x, []float64{a, b, float64(i % 7)}), append(y, label)
	}
	// A pure interaction has no first question that helps alone; a sum does.
	for i := range x {
		x[i] = append(x[i], x[i][0]+x[i][1])
	}
	o := BoostOptions{Trees: 60, Depth: 4, Rate: 0.3, Lambda: 1, MinHess: 1, Columns: 1, Rows: 1, Seed: 1}
	names := []string{"a", "b", "noise", "sum"}
	f, again := Boost(names, x, y, nil, o), Boost(names, x, y, nil, o)
	wrong := 0
	for i := range x {
		if (f.LogOdds(x[i]) > 0) != (y[i] == 1) {
			wrong++
		}
		if f.LogOdds(x[i]) != again.LogOdds(x[i]) {
			t.Fatal("two trainings differ")
		}
		points := make([]float64, len(f.Features))
		bias := f.Contributions(x[i], 1, points)
		sum := bias
		for _, p := range points {
			sum += p
		}
		if d := sum - f.LogOdds(x[i]); d > 1e-9 || d < -1e-9 {
			t.Fatalf("contributions miss the output by %v", d)
		}
	}
	if wrong > 20 {
		t.Errorf("%d of 400 rows are wrong", wrong)
	}
	o.Exclude = []string{"sum"}
	for _, tree := range Boost(names, x, y, nil, o).Trees {
		if slices.Contains(tree.Feature, 3) {
			t.Fatal("an excluded feature was asked")
		}
	}
}

func TestBaggedIsTheMean(t *testing.T) {
	var x [][]float64
	var y []float64
	for i := range 200 {
		x, y = append(x, []float64{float64(i % 20), float64(i / 20)}), append(y, float64(i%20/10))
	}
	o := PairOptions{BoostOptions: BoostOptions{Trees: 10, Depth: 2, Rate: 0.3, Lambda: 1, MinHess: 1, Columns: 1, Rows: 0.5, Seed: 3}, Bags: 2}
	names := []string{"a", "b"}
	second := o.BoostOptions
	second.Seed++
	f, one, two := bagged(names, x, y, o), Boost(names, x, y, nil, o.BoostOptions), Boost(names, x, y, nil, second)
	for i := range x {
		if d := f.LogOdds(x[i]) - (one.LogOdds(x[i])+two.LogOdds(x[i]))/2; d > 1e-3 || d < -1e-3 {
			t.Fatalf("row %d: off the mean by %v", i, d)
		}
	}
	if slices.Equal(one.Trees[0].Value, two.Trees[0].Value) {
		t.Error("the bags saw the same rows")
	}
}

func TestBestF1(t *testing.T) {
	th, f1 := bestF1([]float64{0.9, 0.8, 0.7, 0.1}, []float64{1, 1, 0, 0}, nil, -1)
	if th != 0.8 || f1 != 1 {
		t.Errorf("threshold %v, F1 %v", th, f1)
	}
	// 200 rows that all thresholds from 0.5 to 0.4 judge about equally.
	var score, y []float64
	for i := range 200 {
		score = append(score, 1-float64(i)/200)
		label := 0.0
		if i < 100 || i == 110 {
			label = 1
		}
		y = append(y, label)
	}
	if th, f1 := bestF1(score, y, nil, -1); th < 0.49 || th > 0.51 || f1 < 0.99 {
		t.Errorf("the middle of the flat is %v, F1 %v", th, f1)
	}
}

func TestBackgroundRoundTrip(t *testing.T) {
	var rows []any
	for i := range 200 {
		rows = append(rows, map[string]string{"title": fmt.Sprintf("第%d期云州晚报头条新闻%c%c", i, '一'+rune(i), '乙'+rune(3*i)), "text": "云州晚报的读者来信"})
	}
	path := filepath.Join(t.TempDir(), "a.jsonl")
	writeRows(t, path, rows)
	o := BackgroundOptions{CounterBits: 12, Vectors: 50, Lead: 20, Rounds: 2}
	raw, err := Background(context.Background(), []string{path}, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Background(context.Background(), []string{path}, o)
	if err != nil || !slices.Equal(raw, again) {
		t.Errorf("two runs differ (%v)", err)
	}
	if err := trend.CheckBackground(raw); err != nil {
		t.Errorf("the table cannot be read back: %v", err)
	}
	if _, err := Background(context.Background(), []string{path + "missing"}, o); err == nil {
		t.Error("a missing file was accepted")
	}
}

func TestRunModelsWritesLoadableForests(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	var pairs, sights []any
	for i := range 120 {
		name := string([]rune{'一' + rune(37*i%2000), '丁' + rune(53*i%2000)})
		pairs = append(pairs, map[string]any{"a": name + "公园新桥通车", "b": "今日" + name + "公园的新桥正式通车", "label": 1},
			map[string]any{"a": name + "公园新桥通车", "b": fmt.Sprintf("%d岁老人学会开飞机", i), "label": 0})
	}
	for _, f := range []string{"same_event", "same_topic", "title_variants"} {
		writeRows(t, filepath.Join(data, "pairs", f+".jsonl.gz.tmp"), pairs)
		gzipFile(t, filepath.Join(data, "pairs", f+".jsonl.gz.tmp"), filepath.Join(data, "pairs", f+".jsonl.gz"))
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for h := range 24 * 30 {
		for i := range 6 {
			n := h*2 + i/3
			name := string([]rune{'一' + rune(37*n%3000), '丁' + rune(53*n%3000)})
			title := name + "公园新桥通车" + []string{"", "现场", "官方回应"}[i%3]
			sights = append(sights, map[string]any{"ts": start.Add(time.Duration(h) * time.Hour), "platform": fmt.Sprint(i % 3), "title": title})
		}
	}
	for _, f := range []string{"firstseen", "boards", "weibo_heat"} {
		writeRows(t, filepath.Join(data, "hotlists", f+".tmp"), sights)
		gzipFile(t, filepath.Join(data, "hotlists", f+".tmp"), filepath.Join(data, "hotlists", f+".jsonl.gz"))
	}
	a, err := nlp.New(nlp.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Data: data, Out: out, Date: start, Command: "test", Log: slog.New(slog.DiscardHandler), Every: 40}
	if err := RunModels(context.Background(), a, o); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"same-event", "same-topic", "same-item", "group-topic", "group-item", "near-topic"} {
		raw, err := os.ReadFile(filepath.Join(out, name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		f, err := model.Parse(raw)
		if err != nil || len(f.Trees) == 0 || f.Provenance.Date != "2026-01-01" {
			t.Errorf("%s: %v %+v", name, err, f.Provenance)
		}
	}
}

func TestRowsThatShareATextAreInOneFold(t *testing.T) {
	rows := []pairRow{{A: "a", B: "b"}, {A: "c", B: "d"}, {A: "b", B: "c"}}
	if f := folds(rows, 1000, 0); f[0] != f[1] || f[1] != f[2] {
		t.Errorf("folds %v", f)
	}
	if f := folds([]pairRow{{A: "a", B: "b"}, {A: "c", B: "d"}}, 1000, 0); f[0] == f[1] {
		t.Errorf("rows without a common text share fold %d", f[0])
	}
}

func TestRangesAreFineWhereValuesAre(t *testing.T) {
	values := make([]float64, 9000, 10000)
	for i := range values {
		values[i] = -1 // unknown
	}
	for i := range 1000 {
		values = append(values, float64(i))
	}
	cuts := ranges(values, 255)
	if len(cuts) < 240 || len(cuts) > 254 || cuts[0] != 0 || !slices.IsSorted(cuts) {
		t.Errorf("%d cuts from %v: the many unknown took the ranges of the others", len(cuts), cuts[:min(3, len(cuts))])
	}
	if cuts := ranges([]float64{3, 3, 3}, 255); len(cuts) != 0 {
		t.Errorf("one value, cuts %v", cuts)
	}
	if cuts := ranges([]float64{0, 0, 1, 2, 2}, 255); !slices.Equal(cuts, []float64{1, 2}) {
		t.Errorf("three values, cuts %v", cuts)
	}
}
