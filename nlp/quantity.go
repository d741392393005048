package nlp

import (
	"strings"
	"unicode/utf8"
)

// Number is a figure in a headline. Value is the plain value (20万 gives
// 200000, 3.5% gives 3.5, a score gives the larger side and the smaller one as
// hundredths). Unit is what is counted in one form: 死 for 死亡, 遇难 and 身亡,
// 比分 for a score, empty when nothing follows.
type Number struct {
	Text  string
	Value float64
	Unit  string

	rough bool // 近, 超, 约, 多: agrees with anything near
	at    int  // its token
}

// units that follow a figure, in one form each.
var units = map[string]string{
	"元": "元", "块": "元", "块钱": "元", "人民币": "元", "美元": "美元", "美金": "美元", "欧元": "欧元", "日元": "日元", "港元": "港元", "英镑": "英镑", "韩元": "韩元",
	"人": "人", "名": "人", "位": "人", "例": "例", "级": "级", "度": "度", "岁": "岁", "周岁": "岁", "年": "年", "月": "月", "个月": "个月", "日": "日", "号": "日", "天": "天", "小时": "小时", "分钟": "分钟", "秒": "秒", "周": "周",
	"次": "次", "起": "起", "辆": "辆", "架": "架", "艘": "艘", "公里": "公里", "千米": "公里", "米": "米", "厘米": "厘米", "毫米": "毫米", "吨": "吨", "公斤": "公斤", "斤": "斤", "克": "克", "升": "升",
	"家": "家", "户": "户", "所": "所", "座": "座", "枚": "枚", "金": "金", "届": "届", "集": "集", "期": "期", "章": "章", "季": "季", "岁半": "岁", "倍": "倍", "点": "点", "分": "分", "平方米": "平米", "平方公里": "平方公里",
	"亩": "亩", "头": "头", "条": "条", "件": "件", "台": "台", "部": "部", "款": "款", "只": "只", "股": "股", "%": "%", "楼": "楼", "层": "层", "颗": "颗", "吋": "寸", "英寸": "寸", "伏": "伏", "瓦": "瓦", "节": "节", "强": "强", "连胜": "连胜", "冠": "冠",
	"死": "死", "死亡": "死", "遇难": "死", "身亡": "死", "丧生": "死", "罹难": "死", "伤": "伤", "受伤": "伤", "失踪": "失踪", "失联": "失踪", "被困": "被困", "获救": "获救", "感染": "感染", "确诊": "感染",
}

// grows says whether a unit counts what grows while an event goes on.
func grows(unit string) bool {
	switch unit {
	case "死", "伤", "失踪", "被困", "获救", "感染", "例":
		return true
	}
	return false
}

// numbers lists the figures of a headline with their units.
func numbers(tokens []Token) []Number {
	var out []Number
	skip := -1
	for i := range tokens {
		t := &tokens[i]
		if i <= skip {
			continue
		}
		switch t.POS {
		case "t":
			out = dateNumber(out, t.Text)
			continue
		case "m":
		default:
			if len(t.Text) > 1 && t.Text[0] >= '0' && t.Text[0] <= '9' && t.Known {
				break // 5级 and the like that the dictionary holds
			}
			continue
		}
		n, ok := figure(t.Text)
		if !ok || t.Text == "一" { // hardly ever a figure: 一件, 一名
			continue
		}
		if i+2 < len(tokens) && tokens[i+1].Text == "比" && tokens[i+2].POS == "m" { // 4比1
			if s, ok := figure(t.Text + ":" + tokens[i+2].Text); ok && s.Unit == "比分" {
				out = append(out, s)
				skip = i + 2
				continue
			}
		}
		n.at, n.rough = i, i > 0 && isRough(tokens[i-1].Text)
		i = n.scale(tokens, i)
		skip = i
		if n.Unit == "" {
			unit(&n, tokens, i+1)
		}
		out = append(out, n)
	}
	return out
}

// scale takes the powers that follow the figure at i after a space, 2 亿, and
// returns where it ends.
func (n *Number) scale(tokens []Token, i int) int {
	for i+1 < len(tokens) && tokens[i+1].Start-tokens[i].End == 1 && strings.Trim(tokens[i+1].Text, hanPowers) == "" {
		i++
		for _, r := range tokens[i].Text {
			n.Value *= power(r)
		}
	}
	return i
}

// unit reads what follows a figure: 多 and 余 are roughness, a counter of
// people may be followed by what befell them.
func unit(n *Number, tokens []Token, i int) {
	next := func() string {
		if i < len(tokens) && tokens[i].Start-tokens[i-1].End <= 1 {
			return tokens[i].Text
		}
		return ""
	}
	if w := next(); w == "多" || w == "余" || w == "来" {
		n.rough = true
		i++
	} else if w == "个" {
		i++
		if next() == "月" || next() == "多月" {
			n.Unit = "个月"
			return
		}
	}
	w := next()
	u, ok := units[w]
	if !ok {
		return
	}
	n.Unit = u
	if u != "人" && u != "例" {
		return
	}
	for range 2 { // 132名乘客遇难, 5人受伤
		i++
		w := next()
		if w == "被" && i+1 < len(tokens) { // 被 | 困
			w += tokens[i+1].Text
		}
		if fate := units[w]; grows(fate) && fate != "例" {
			n.Unit = fate
			return
		}
	}
}

// isRough: 近, 跌超, 大约. The last character decides.
func isRough(w string) bool {
	r, _ := utf8.DecodeLastRuneInString(w)
	return strings.ContainsRune("近超逾约达破上足过", r) || w == "至少"
}

// figure reads the number of a token.
func figure(s string) (Number, bool) {
	n := Number{Text: s}
	if x, y, ok := strings.Cut(s, ":"); ok && !strings.Contains(y, ":") && len(x) <= 3 && len(y) <= 3 {
		a, okA := parseNumeral(x)
		b, okB := parseNumeral(y)
		if !okA || !okB {
			return n, false
		}
		n.Value = max(a, b) + min(a, b)/100
		if len(x) != 2 || len(y) != 2 || a > 24 || b > 59 { // 20:30 is a time
			n.Unit = "比分"
		}
		return n, true
	}
	v, ok := parseNumeral(s)
	if !ok {
		return n, false
	}
	n.Value = v
	if strings.HasSuffix(s, "%") || strings.HasPrefix(s, "百分之") {
		n.Unit = "%"
	} else if strings.HasSuffix(s, "‰") {
		n.Unit = "‰"
	} else if strings.HasPrefix(s, "第") {
		n.Unit = "第"
	}
	return n, true
}

// dateNumber splits 12日 into value and unit.
func dateNumber(out []Number, s string) []Number {
	s = strings.TrimSuffix(s, "份")
	r, size := utf8.DecodeLastRuneInString(s)
	switch r {
	case '年', '月', '日', '号', '时':
	default:
		return out
	}
	v, ok := parseNumeral(s[:len(s)-size])
	if !ok {
		return out
	}
	u := string(r)
	if u == "号" {
		u = "日"
	}
	return append(out, Number{Text: s, Value: v, Unit: u})
}
