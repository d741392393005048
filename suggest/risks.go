package suggest

import (
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// riskRule flags a topic that needs care. A flag is a hint with its reason,
// never a verdict: nothing is dropped because of it.
type riskRule struct {
	id, label string
	words     []string
	but       []string // words around which the rule does not mean what it says
}

// riskRules is the lexicon of sensitive matters (reference: review list for
// content teams). It is only read.
var riskRules = [...]riskRule{
	{id: "casualty", label: "伤亡灾害", words: []string{"遇难", "身亡", "死亡", "去世", "坠亡", "溺亡", "伤亡", "受伤", "失联", "爆炸", "坠机", "垮塌", "坍塌", "地震", "山体滑坡", "泥石流", "火灾", "车祸"},
		but: []string{"死亡之组", "死亡小组", "死亡搁浅", "爆炸头", "爆炸性", "爆炸式", "信息爆炸", "大爆炸", "爆炸糖", "地震局", "地震台网"}},
	{id: "minor", label: "未成年人", words: []string{"未成年", "幼儿园", "女童", "男童", "小学生", "初中生", "校园霸凌", "儿童"},
		but: []string{"儿童节", "儿童剧", "儿童文学", "儿童座椅", "儿童票", "儿童餐", "儿童医院", "儿童乐园", "儿童绘本"}},
	{id: "medical", label: "医疗健康", words: []string{"确诊", "疫苗", "抗癌", "治愈", "特效药", "神药", "副作用", "处方药", "偏方", "感染病例", "致癌"},
		but: []string{"治愈系", "治愈人心", "被治愈", "治愈瞬间", "治愈力"}},
	{id: "finance", label: "金融荐股", words: []string{"荐股", "涨停", "跌停", "抄底", "暴雷", "爆雷", "非法集资", "内幕交易", "稳赚", "牛股", "退市"},
		but: []string{"抄底价", "蜗牛股份", "上涨停滞", "上涨停止"}},
	{id: "politics", label: "时政外交", words: []string{"外交部", "国务院", "领导人", "国防部", "制裁", "主席", "总统", "首相", "大使馆", "联合国"},
		but: []string{"主席台", "总统套房", "总统府旧址"}},
	{id: "military", label: "军事", words: []string{"军演", "导弹", "航母", "空袭", "停火", "开火", "战机", "武装冲突"},
		but: []string{"错失战机", "抓住战机", "把握战机", "贻误战机", "航母级"}},
	{id: "faith", label: "民族宗教", words: []string{"宗教", "教堂", "清真", "寺庙商业化"}},
	{id: "justice", label: "司法未决", words: []string{"涉嫌", "被刑拘", "被逮捕", "立案侦查", "立案调查", "开庭", "一审", "二审", "犯罪嫌疑人", "被起诉"}},
	{id: "privacy", label: "个人隐私", words: []string{"人肉", "开盒", "住址曝光", "身份证号", "偷拍", "私密照", "隐私泄露"},
		but: []string{"盲盒开盒", "开盒测评", "开盒即食", "人肉包子", "人肉背"}},
	{id: "rumour", label: "传言待证", words: []string{"网传", "疑似", "据传", "爆料", "曝料", "未经证实", "疑被"}},
	{id: "refuted", label: "已有辟谣", words: []string{"辟谣", "系谣言", "不实信息", "为不实", "不属实"}},
}

const riskMembers = 12 // members whose titles are looked at

// Risks flags a topic by its title, key terms and members. With members, a
// topic that only one platform tells is flagged as well.
func Risks(title string, terms []string, members []xuanti.Item) []xuanti.Risk {
	titles := make([]string, 0, riskMembers)
	for i := range members[:min(riskMembers, len(members))] {
		titles = append(titles, nlp.Fold(members[i].Title))
	}
	return risksOf(nlp.Fold(title), terms, titles, members)
}

// risksOf works on folded titles. A rule holds when the title or a key term
// says its word, or a quarter of the members do: one odd member flags nothing.
func risksOf(title string, terms, titles []string, members []xuanti.Item) []xuanti.Risk {
	titles = titles[:min(riskMembers, len(titles))]
	var out []xuanti.Risk
	for i := range riskRules {
		r := &riskRules[i]
		word := r.find(title)
		for _, t := range terms {
			if word == "" {
				word = r.find(nlp.Fold(t))
			}
		}
		said, n := "", 0
		for _, t := range titles {
			if word != "" {
				break
			}
			if w := r.find(t); w != "" {
				said = w
				n++
			}
		}
		if word == "" && n > 0 && 4*n >= len(titles)+1 {
			word = said
		}
		if word != "" {
			out = append(out, xuanti.Risk{Rule: r.id, Label: r.label, Reason: "出现“" + word + "”"})
		}
	}
	for i := range members {
		if members[i].Platform != members[0].Platform {
			return out
		}
	}
	if len(members) > 0 {
		out = append(out, xuanti.Risk{Rule: "single_source", Label: "单一来源", Reason: "目前只有一个平台提到"})
	}
	return out
}

// find returns the first of the rule's words that stands in a text outside the
// phrases in which it means something else.
func (r *riskRule) find(text string) string {
	for _, w := range r.words {
		for at := 0; ; {
			i := strings.Index(text[at:], w)
			if i < 0 {
				break
			}
			if !r.masked(text, at+i, at+i+len(w)) {
				return w
			}
			at += i + len(w)
		}
	}
	return ""
}

// masked reports whether one of the rule's harmless phrases covers the place.
func (r *riskRule) masked(text string, start, end int) bool {
	for _, b := range r.but {
		for from := max(0, end-len(b)); from <= start && from+len(b) <= len(text); from++ {
			if text[from:from+len(b)] == b {
				return true
			}
		}
	}
	return false
}
