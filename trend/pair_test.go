package trend

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/xuanti/xuanti/trend/model"
)

// What is shipped is whole and was made for the features of today.
func TestEmbeddedFilesFit(t *testing.T) {
	for _, name := range slices.Concat([]string{TaskSameEvent, TaskSameTopic, TaskSameItem}, groupForests[:]) {
		f, err := model.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		want := PairFeatureNames()
		if strings.HasPrefix(name, "same-") {
			want = TextFeatureNames()
		}
		if !slices.Equal(f.Features, want) || len(f.Trees) == 0 {
			t.Errorf("%s: %d trees, features %v", name, len(f.Trees), f.Features)
		}
		if (f.Line != nil) != (name == TaskSameEvent || name == TaskSameTopic) {
			t.Errorf("%s: line %v", name, f.Line != nil)
		}
		p := f.Provenance
		if p.Data == "" || p.Date == "" || p.Rows == 0 || p.Command == "" {
			t.Errorf("%s does not say where it comes from: %+v", name, p)
		}
	}
}

// A table that was cut short or changed on its way is refused, also when a
// single byte differs.
func TestDamagedTablesAreRefused(t *testing.T) {
	background, fields := must(model.Background()), must(model.Fields())
	for name, c := range map[string]struct {
		packed, other []byte
		check         func([]byte) error
	}{"background": {background, fields, CheckBackground}, "fields": {fields, background, CheckFields}} {
		if err := c.check(c.packed); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, bad := range [][]byte{nil, c.packed[:len(c.packed)/2], c.other} {
			if c.check(bad) == nil {
				t.Errorf("%s: %d damaged bytes were read", name, len(bad))
			}
		}
		for _, at := range []int{10, len(c.packed) / 3, len(c.packed) - 6} {
			bad := slices.Clone(c.packed)
			bad[at] ^= 1
			if c.check(bad) == nil {
				t.Errorf("%s: byte %d was changed, and nobody noticed", name, at)
			}
		}
	}
}

func TestPairScorer(t *testing.T) {
	p := NewPairScorer(testAnalyzer(t))
	same, other := "望海音乐节因台风取消 门票全额退款", "鹿鸣山古寺修缮完工重新开放"
	for _, task := range []string{TaskSameEvent, TaskSameTopic, TaskSameItem} {
		hi, yes := p.Score(task, same, "受台风影响 望海音乐节宣布取消并全额退票")
		lo, no := p.Score(task, same, other)
		if !yes || no || hi <= lo || hi > 1 || lo < 0 {
			t.Errorf("%s: same %.2f %v, different %.2f %v", task, hi, yes, lo, no)
		}
		back, _ := p.Score(task, other, same)
		if back != lo {
			t.Errorf("%s is not symmetric: %.4f and %.4f", task, lo, back)
		}
	}
	if s, yes := p.Score("no-such-task", same, other); s != 0 || yes {
		t.Errorf("unknown task: %v %v", s, yes)
	}
}

func TestTextsWithoutACommonWordAreNeverTheSame(t *testing.T) {
	p := NewPairScorer(testAnalyzer(t))
	texts := []string{
		"望海音乐节因台风取消", "鹿鸣山古寺修缮完工重新开放", "如何评价新上映的动画片", "8岁男孩捡到钱包", "金价突破每克900元",
		"蓝鲸队2比1险胜白鹭队", "为什么猫总爱推杯子？", "Model X9 发布", "秋天第一杯奶茶", "省考报名今日截止",
	}
	for _, task := range []string{TaskSameEvent, TaskSameTopic, TaskSameItem} {
		for i, a := range texts {
			for _, b := range texts[:i] {
				if s, same := p.Score(task, a, b); same || s > 0.2 {
					t.Errorf("%s: %s and %s: %.3f", task, a, b, s)
				}
			}
		}
	}
}

func TestPairFeaturesOfOddTexts(t *testing.T) {
	p := NewPairScorer(testAnalyzer(t))
	for _, a := range []string{"", " ", "。", "啊", "a", "7", "\x00\xff", "标题"} {
		for _, b := range []string{"", "！？", "一", "标题"} {
			for i, v := range p.Features(a, b) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%q and %q: %s is %v", a, b, TextFeatureNames()[i], v)
				}
			}
		}
	}
}

func TestTextFeatures(t *testing.T) {
	p := NewPairScorer(testAnalyzer(t))
	a, b := "望海音乐节取消，门票退款", "《山海旧事》开机，望海音乐节取消，乐迷滞留望海"
	x, y := p.Features(a, b), p.Features(b, a)
	if !slices.Equal(x, y) {
		t.Errorf("the order of the texts matters: %v, %v", x, y)
	}
	got := map[string]float64{}
	for i, name := range TextFeatureNames() {
		got[name] = x[i]
	}
	for name, want := range map[string]float64{
		"clauses_short": 2, "clauses_long": 3, "clause_best": 1, "clause_first_short": 1, "works_shared": 0, "anchor_at_short": 0,
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if got["clause_first"] != 0 || got["cover_short"] <= got["cover_long"] || got["missing_long"] == 0 || got["anchor_at_long"] == 0 {
		t.Errorf("features %v", got)
	}
}

func FuzzPairFeatures(f *testing.F) {
	bg := must(loadBackground())
	f.Add("望海音乐节取消", "望海音乐节退票2万张")
	f.Add("", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		sa, sb := newSketch(bg, sketchInput{Title: a}), newSketch(bg, sketchInput{Title: b})
		c := comparer{bg: bg}
		x, y := c.features(sa, sb), c.features(sb, sa)
		for i := range x {
			if math.IsNaN(x[i]) || math.IsInf(x[i], 0) {
				t.Errorf("%s is %v", pairNames[i], x[i])
			}
			if len(sa.runes) != len(sb.runes) && math.Abs(x[i]-y[i]) > 1e-6 {
				t.Errorf("%s is not symmetric: %v, %v", pairNames[i], x[i], y[i])
			}
		}
	})
}

func BenchmarkPairScore(b *testing.B) {
	p := NewPairScorer(testAnalyzer(b))
	b.ReportAllocs()
	for b.Loop() {
		p.Score(TaskSameEvent, "望海音乐节因台风取消 门票全额退款", "受台风影响 望海音乐节宣布取消并全额退票")
	}
}
