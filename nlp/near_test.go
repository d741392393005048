package nlp

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

// wire is an invented report of several paragraphs.
var wire = []string{
	"青岩市城东新区昨日下午举行轨道交通三号线开工仪式，线路全长二十七公里，共设十九座车站，计划四年后通车，届时从老城到新区只要三十分钟。",
	"负责建设的项目经理介绍，线路将穿越两条河流和一片湿地，施工中会采用低噪声设备，并为沿线的候鸟留出安静的时段，避免影响它们越冬。",
	"沿线居民对换乘方案提出了不少意见，交通部门表示将在年底前公布修改后的方案，并邀请市民代表参加听证会，公开全部测算数据。",
	"业内人士认为，新区人口已经超过六十万，公共交通的压力逐年增加，三号线建成后有望分担四成以上的通勤客流，缓解跨河大桥的拥堵。",
}

func fingerprintOf(title string, paragraphs ...string) Fingerprint {
	text := strings.Join(paragraphs, "\n")
	return newFingerprint(Fold(title), Fold(text), text)
}

func TestNearIndexLayers(t *testing.T) {
	base := fingerprintOf("青岩轨道交通三号线开工", wire...)
	at := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	x := NewNearIndex()
	x.Add("base", at, base, 260)
	rewrite := strings.NewReplacer("昨日下午", "近日", "负责建设的项目经理介绍", "有关负责人告诉记者", "业内人士", "有专家").Replace(strings.Join(wire, ""))
	for _, c := range []struct {
		name string
		fp   Fingerprint
		rel  xuanti.Relation
		how  string
	}{
		{"same text, other layout and width", fingerprintOf("", strings.ReplaceAll(strings.Join(wire, "  "), "，", "， ")), xuanti.RelationCopy, "exact"},
		{"same title, no body", fingerprintOf("青岩：轨道交通，三号线开工！"), xuanti.RelationCopy, "title"},
		{"copy with an introduction", fingerprintOf("转载", append([]string{"编者按：这是一篇很长的编者按，说明我们为什么要转载下面的这篇报道，以及读者可以从中看到一些什么样的变化和经验。"}, wire...)...), xuanti.RelationCopy, "paragraphs"},
		{"half of the paragraphs", fingerprintOf("", wire[0], wire[1], "另外一件完全没有关系的事情也发生在这一天，城西的老剧院在修缮三年以后重新开放，当晚上演了一出很久没有人看过的折子戏，座无虚席。"), xuanti.RelationRewrite, "paragraphs"},
		{"light rewrite in one paragraph", fingerprintOf("", rewrite), "", "minhash"},
	} {
		near, ok := x.Find(c.fp)
		if !ok || near.ID != "base" || near.How != c.how || c.rel != "" && near.Relation != c.rel {
			t.Errorf("%s: %+v %v", c.name, near, ok)
		}
	}
	stranger := fingerprintOf("青岩轨道交通三号线开工", strings.Repeat("这里写的是毫不相干的另一篇长文，讲怎样腌制酸菜、挑选坛子、控制盐分和温度，以及开坛以后如何保存。", 3))
	if near, ok := x.Find(stranger); ok {
		t.Errorf("the same title over another body is a column, not a copy: %+v", near)
	}
	x.Expire(at.Add(time.Hour))
	if _, ok := x.Find(base); ok || x.Len() != 0 || len(x.buckets)+len(x.paragraphs)+len(x.byBody)+len(x.byTitle) != 0 {
		t.Error("expired texts must be forgotten entirely")
	}
}

func TestNearIndexChains(t *testing.T) {
	x := NewNearIndex()
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	text := strings.Join(wire, "")
	for i := range 50 { // same buckets, slightly different texts
		fp := fingerprintOf("", fmt.Sprintf("%s第%d稿由本台编辑部整理播发。", text, i))
		if i > 0 {
			if near, ok := x.Find(fp); !ok || near.How != "minhash" || near.Relation != xuanti.RelationCopy {
				t.Fatalf("text %d: %+v %v", i, near, ok)
			}
		}
		x.Add(fmt.Sprint(i), at.Add(time.Duration(i)*time.Minute), fp, 200)
		if i%10 == 9 {
			x.Expire(at.Add(time.Duration(i-5) * time.Minute))
		}
	}
	if x.Len() != 6 {
		t.Errorf("%d texts left, want 6", x.Len())
	}
}

func TestJaccardFollowsTheTruth(t *testing.T) {
	text := []rune(strings.Join(wire, ""))
	other := []rune(strings.Repeat("腌制酸菜要挑选坛子控制盐分温度开坛以后低温保存避免生花变质每天查看", 8))
	for _, share := range []float64{0.25, 0.5, 0.75, 1} {
		k := int(share * float64(len(text)))
		mixed := append(append([]rune{}, text[:k]...), other[:len(text)-k]...)
		set := func(r []rune) map[string]bool {
			m := map[string]bool{}
			for i := 0; i+shingleRunes <= len(r); i++ {
				m[string(r[i:i+shingleRunes])] = true
			}
			return m
		}
		x, y := letters(nil, Fold(string(text))), letters(nil, Fold(string(mixed)))
		sx, sy := set(x), set(y)
		both := 0
		for s := range sx {
			if sy[s] {
				both++
			}
		}
		truth := float64(both) / float64(len(sx)+len(sy)-both)
		got := Jaccard(Fingerprint{MinHash: minHash(x)}, Fingerprint{MinHash: minHash(y)})
		if math.Abs(got-truth) > 0.12 {
			t.Errorf("share %v: estimate %.3f, truth %.3f", share, got, truth)
		}
	}
	if Jaccard(Fingerprint{}, Fingerprint{}) != 0 {
		t.Error("short texts have no likeness")
	}
}

func TestFingerprintEncoding(t *testing.T) {
	for _, f := range []Fingerprint{{}, {Title: 1, Body: 2}, fingerprintOf("青岩轨道交通三号线开工", wire...)} {
		b := f.Encode()
		g, err := DecodeFingerprint(b)
		if err != nil || !bytes.Equal(g.Encode(), b) {
			t.Errorf("%+v comes back as %+v, %v", f, g, err)
		}
		for i := range b {
			if _, err := DecodeFingerprint(b[:i]); xuanti.CodeOf(err) != xuanti.CodeCorrupt {
				t.Fatalf("cut to %d bytes: %v", i, err)
			}
		}
	}
}

func FuzzDecodeFingerprint(f *testing.F) {
	f.Add(Fingerprint{}.Encode())
	f.Add(fingerprintOf("标题", wire...).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if fp, err := DecodeFingerprint(b); err == nil {
			again, err := DecodeFingerprint(fp.Encode())
			if err != nil || again.Body != fp.Body || len(again.Paragraphs) != len(fp.Paragraphs) {
				t.Fatalf("%v %v", fp, err)
			}
		}
	})
}

// TestFingerprintIsStable pins the stored form: other values would orphan what
// is stored already.
func TestFingerprintIsStable(t *testing.T) {
	f := fingerprintOf("青岩轨道交通三号线开工", wire...)
	got := fmt.Sprintf("%x %x %x %d %d", f.Title, f.Body, f.Paragraphs[0], f.MinHash[0], f.MinHash[127])
	const want = "42dd60d70b683310 2a27ae04391680df ed298c42578a5c3d 15663 33263"
	if got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
}
