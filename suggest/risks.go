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
// content teams).
var riskRules = [...]riskRule{
	{id: "casualty", label: "伤亡灾害", words: []string{"遇难", "身亡", "死亡", "去世", "坠亡", "溺亡", "伤亡", "受伤", "失联", "爆炸", "坠机", "垮塌", "坍塌", "地震", "山体滑坡", "泥石流", "火灾", "车祸"}},
	{id: "minor", label: "未成年人", words: []string{"未成年", "幼儿园", "女童", "男童", "小学生", "初中生", "校园霸凌", "儿童"}, but: []string{"儿童节", "儿童剧", "儿童文学"}},
	{id: "medical", label: "医疗健康", words: []string{"确诊", "疫苗", "抗癌", "治愈", "特效药", "神药", "副作用", "处方药", "偏方", "感染病例", "致癌"}},
	{id: "finance", label: "金融荐股", words: []string{"荐股", "涨停", "跌停", "抄底", "暴雷", "爆雷", "非法集资", "内幕交易", "稳赚", "牛股", "退市"}},
	{id: "politics", label: "时政外交", words: []string{"外交部", "国务院", "领导人", "国防部", "制裁", "主席", "总统", "首相", "大使馆", "联合国"}},
	{id: "military", label: "军事", words: []string{"军演", "导弹", "航母", "空袭", "停火", "开火", "战机", "武装冲突"}},
	{id: "faith", label: "民族宗教", words: []string{"宗教", "教堂", "清真", "寺庙商业化"}},
	{id: "justice", label: "司法未决", words: []string{"涉嫌", "被刑拘", "被逮捕", "立案侦查", "立案调查", "开庭", "一审", "二审", "犯罪嫌疑人", "被起诉"}},
	{id: "privacy", label: "个人隐私", words: []string{"人肉", "开盒", "住址曝光", "身份证号", "偷拍", "私密照", "隐私泄露"}},
	{id: "rumour", label: "传言待证", words: []string{"网传", "疑似", "据传", "爆料", "曝料", "未经证实", "疑被"}},
	{id: "refuted", label: "已有辟谣", words: []string{"辟谣", "系谣言", "不实信息", "为不实", "不属实"}},
}

// Risks flags a topic by its title, key terms and members. With members, a
// topic that only one source tells is flagged as well.
func Risks(title string, terms []string, members []xuanti.Item) []xuanti.Risk {
	texts := []string{nlp.Fold(title)}
	for i := range members {
		if i == 12 {
			break
		}
		texts = append(texts, nlp.Fold(members[i].Title))
	}
	words := map[string]bool{}
	for _, t := range terms {
		words[t] = true
	}
	var out []xuanti.Risk
	for _, r := range riskRules {
		hits, word := 0, ""
		for i, t := range texts {
			if w := r.find(t); w != "" {
				word = w
				hits++
				if i == 0 {
					hits += len(texts) // the title itself is enough
				}
			}
		}
		for _, w := range r.words {
			if words[w] {
				word = w
				hits += len(texts)
			}
		}
		if hits*4 >= len(texts) && hits > 0 { // a quarter of the members, so that one odd member flags nothing
			out = append(out, xuanti.Risk{Rule: r.id, Label: r.label, Reason: "出现“" + word + "”"})
		}
	}
	if len(members) > 0 {
		sources := map[string]bool{}
		for i := range members {
			sources[members[i].Platform] = true
		}
		if len(sources) == 1 && len(members) > 0 {
			out = append(out, xuanti.Risk{Rule: "single_source", Label: "单一来源", Reason: "目前只有 " + members[0].Platform + " 一个平台提到"})
		}
	}
	return out
}

// find returns the first of the rule's words in a text.
func (r *riskRule) find(text string) string {
	for _, w := range r.words {
		if !strings.Contains(text, w) {
			continue
		}
		masked := false
		for _, b := range r.but {
			masked = masked || strings.Contains(b, w) && strings.Contains(text, b)
		}
		if !masked {
			return w
		}
	}
	return ""
}
