package nlp

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// figures lists what tells a title from one that looks like it: the numbers
// with a unit, and as numbers too what counts things without a unit: the round
// (第3轮), the stage of a contest, the day of the week, the number of a line,
// the number behind a name (麒麟9020). The unit says what is counted, so that
// only like is compared with like.
func figures(plain []Number, tokens []Token) []Number {
	out := make([]Number, 0, len(plain))
	for _, n := range plain {
		if n.Unit == "" {
			n.Unit = counted(tokens, n.at)
		}
		if n.Unit != "" && n.Unit != "第" {
			out = append(out, n)
		}
	}
	for i := range tokens {
		t := &tokens[i]
		if n, ok := ordinalAt(tokens, i); ok {
			out = append(out, n)
		} else if day, ok := weekday(tokens[i:]); ok {
			out = append(out, Number{Text: t.Text, Value: day, Unit: "星期"})
		} else if stage := stages[t.Text]; stage > 0 && !reaches(tokens[:i]) {
			out = append(out, Number{Text: t.Text, Value: stage, Unit: "赛段"})
		}
	}
	return out
}

// ordinalAt reads 第3轮, 第三季 and 首轮, 次轮; the counter is part of the unit.
func ordinalAt(tokens []Token, i int) (Number, bool) {
	t := &tokens[i]
	if t.POS == "m" && strings.HasPrefix(t.Text, "第") {
		v, ok := parseNumeral(t.Text)
		n := Number{Text: t.Text, Value: v, Unit: "第"}
		if i+1 < len(tokens) && tokens[i+1].POS != "w" && tokens[i+1].Start == t.End {
			r, _ := utf8.DecodeRuneInString(tokens[i+1].Text)
			n.Unit += string(r)
		}
		return n, ok
	}
	if utf8.RuneCountInString(t.Text) == 2 {
		r, size := utf8.DecodeRuneInString(t.Text)
		if counter := t.Text[size:]; strings.Contains("轮场局季", counter) {
			switch r {
			case '首':
				return Number{Text: t.Text, Value: 1, Unit: "第" + counter}, true
			case '次':
				return Number{Text: t.Text, Value: 2, Unit: "第" + counter}, true
			}
		}
	}
	return Number{}, false
}

// weekday reads 周日, 星期三 and 礼拜天, and 本周日 that the dictionary cuts into
// 本周 and 日. 上周一 before 男子 may count men, so that two tokens are no Monday.
func weekday(tokens []Token) (float64, bool) {
	word := strings.TrimLeft(tokens[0].Text, "本这上下")
	for _, week := range [...]string{"周", "星期", "礼拜"} {
		day, ok := strings.CutPrefix(word, week)
		if !ok {
			continue
		}
		apart := day == ""
		if apart {
			if len(tokens) < 2 || tokens[1].Start != tokens[0].End {
				return 0, false
			}
			day = tokens[1].Text
		}
		if day == "日" || day == "天" {
			return 7, !apart || word != tokens[0].Text
		}
		if utf8.RuneCountInString(day) != 1 {
			return 0, false
		}
		v, ok := hanDigit([]rune(day)[0])
		return v, ok && v >= 1 && v <= 6 && !(apart && v == 1)
	}
	return 0, false
}

// stages of a contest, in their order.
var stages = map[string]float64{"资格赛": 1, "预选赛": 2, "预赛": 3, "初赛": 4, "小组赛": 5, "复赛": 6, "半决赛": 7, "决赛": 8, "总决赛": 9}

// reaches: 晋级女单决赛 tells of the contest before the final.
func reaches(before []Token) bool {
	for i := max(0, len(before)-3); i < len(before); i++ {
		switch before[i].Text {
		case "进", "进入", "晋级", "挺进", "闯进", "闯入", "杀进", "杀入", "打进", "冲进", "入围", "跻身", "会师", "无缘", "重返":
			return true
		}
	}
	return false
}

// counted says what a number without a unit belongs to: the line or building
// whose number it is (6号线), or the name in front of it (麒麟9020, iphone 17).
func counted(tokens []Token, i int) string {
	t := &tokens[i]
	if i+1 < len(tokens) && tokens[i+1].Start == t.End && strings.HasPrefix(tokens[i+1].Text, "号") {
		return tokens[i+1].Text
	}
	if i == 0 {
		return ""
	}
	prev := &tokens[i-1]
	if gap := t.Start - prev.End; gap > 1 || prev.POS == "w" || prev.POS == "m" || prev.POS == "t" || utf8.RuneCountInString(prev.Text) < 2 {
		return ""
	}
	return "后" + prev.Text
}

// sides lists the teams of a title: 蓝鲸队 in one word or two, and what stands
// around a score or a word of winning.
func sides(tokens []Token) []string {
	var out []string
	for i := range tokens {
		t := &tokens[i]
		if team, ok := strings.CutSuffix(t.Text, "队"); ok {
			if team == "" && i > 0 && tokens[i-1].End == t.Start && proper(&tokens[i-1]) {
				out = appendNew(out, tokens[i-1].Text)
			} else if utf8.RuneCountInString(team) >= 2 && (!t.Known || t.POS == "nt") {
				out = appendNew(out, team)
			}
			continue
		}
		if !beats[t.Text] {
			continue
		}
		for _, step := range [2]int{-1, 1} {
			k := i + step
			for k >= 0 && k < len(tokens) && isScore(tokens[k].Text) {
				k += step
			}
			if k >= 0 && k < len(tokens) && proper(&tokens[k]) && !strings.HasSuffix(tokens[k].Text, "队") {
				out = appendNew(out, tokens[k].Text)
			}
		}
	}
	return out
}

// beats are the words between two sides.
var beats = map[string]bool{"胜": true, "负": true, "平": true, "险胜": true, "大胜": true, "完胜": true, "战胜": true, "击败": true, "不敌": true, "负于": true, "战平": true,
	"逆转": true, "横扫": true, "迎战": true, "对阵": true, "力克": true, "惜败": true, "惨败": true, "vs": true}

func isScore(w string) bool {
	return w == "比" || w == "-" || w == ":" || w[0] >= '0' && w[0] <= '9'
}

// proper says whether a word may be a name, by what the dictionary calls it or
// because it holds none.
func proper(t *Token) bool {
	if utf8.RuneCountInString(t.Text) < 2 || t.POS == "w" || t.POS == "m" || t.POS == "t" {
		return false
	}
	return !t.Known || strings.HasPrefix(t.POS, "nr") || t.POS == "ns" || t.POS == "nt" || t.POS == "nz"
}

// stormOf is the name of the typhoon that a title tells of.
func stormOf(tokens []Token) string {
	for i := 0; i+1 < len(tokens); i++ {
		if tokens[i].Text != "台风" && tokens[i].Text != "飓风" {
			continue
		}
		if next := &tokens[i+1]; next.POS == "w" && i+3 < len(tokens) && tokens[i+3].POS == "w" && next.Start == tokens[i].End {
			return tokens[i+2].Text // in quotes
		} else if proper(next) && next.Start == tokens[i].End {
			return next.Text
		}
	}
	return ""
}

// otherSlot recognises one sentence about two names that no list holds: the
// titles are equal but for one or two words, which may be names and have no
// character in common.
func otherSlot(a, b *Facts) bool {
	n, m := len(a.words), len(b.words)
	p := 0
	for p < n && p < m && a.text(a.words[p]) == b.text(b.words[p]) {
		p++
	}
	s := 0
	for s < n-p && s < m-p && a.text(a.words[n-1-s]) == b.text(b.words[m-1-s]) {
		s++
	}
	x, y := a.words[p:n-s], b.words[p:m-s]
	if len(x) == 0 || len(y) == 0 || len(x) > 2 || len(y) > 2 || a.runes(a.words)-a.runes(x) < minTemplate {
		return false
	}
	improper := func(w slot) bool { return !w.proper }
	if slices.ContainsFunc(x, improper) || slices.ContainsFunc(y, improper) {
		return false
	}
	for _, v := range x {
		for _, w := range y {
			if strings.ContainsAny(a.text(v), b.text(w)) {
				return false
			}
		}
	}
	return true
}

// minTemplate is how many characters two titles of one template share at least.
const minTemplate = 4
