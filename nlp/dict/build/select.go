package main

import (
	"strings"
	"unicode/utf8"
)

// The list holds 352,000 words, more than half of them with the default
// frequency 3 that its authors gave to words without a count. Which of them to
// keep was tuned on 972 lines of newspaper text (word F1 of gse's shortest path
// alone, with true weights of single characters): all words 0.820, frequency 4
// and more 0.862, the rules below 0.870, at about half the memory. commonIDF is
// for the words of today's headlines (征收, 医药) and costs 0.0001 there.
const (
	minFreq       = 4   // words with fewer counts are kept only by commonPair
	uncountedFreq = 3   // the list's default for words without a count
	weakFreq      = 0.5 // the weight of a kept uncounted word: loses to counted ones
	commonIDF     = 9   // an uncounted word of two runes with a lower idf (e-based, of gse's table) is an everyday one
	commonRune    = 20  // a rune seen this often alone is an everyday one
	partFreq      = 20  // parts of a divisible compound are at least this common
	lexicalised   = 1e5 // counted forms as frequent as 一个 are words
	longRunes     = 5   // compounds from this length are left out when divisible
)

const (
	numerals = "一二三四五六七八九十百千万亿两几多零〇半第"
	measures = "个年天次条位名项批种场片件声只把张月日岁块元美份支级届步段架辆棵座家所根口头匹篇倍台套队群层面米里斤吨公集时期章轮班室楼号季小"
)

func selectWords(all map[string]entry, idf map[string]float64) map[string]entry {
	words := make(map[string]entry, 200_000)
	for w, e := range all {
		n := utf8.RuneCountInString(w)
		switch {
		case n == 1:
			words[w] = e
			continue
		case isCounted(w) && e.freq < lexicalised, w == "日电":
			continue // 一年, 两个, 第一天: numbers are put together by grammar; 1日 | 电
		case n >= longRunes && divisible(w, e.pos, all):
			continue
		case e.freq >= minFreq:
		case e.freq == uncountedFreq && n == 2 && commonPair(w, e.pos, all), n == 2 && idf[w] > 0 && idf[w] < commonIDF:
			e.freq = weakFreq
		default:
			continue
		}
		words[w] = e
	}
	return words
}

func isCounted(w string) bool {
	switch w {
	case "百年", "千年", "多次", "多年", "一人", "一家", "一时", "四季", "一号", "一面", "一层", "一季", "半时", "一小", "两小":
		return false
	}
	first, _ := utf8.DecodeRuneInString(w)
	if !strings.ContainsRune(numerals, first) {
		return false
	}
	for _, r := range w {
		if !strings.ContainsRune(numerals, r) && !strings.ContainsRune(measures, r) {
			return false
		}
	}
	return true
}

// commonPair keeps uncounted two-rune words of everyday runes (告别, 期待, 核实).
func commonPair(w, pos string, all map[string]entry) bool {
	switch pos {
	case "v", "a", "d", "vn", "n", "ns", "nz", "t":
	default:
		return false
	}
	for _, r := range w {
		if all[string(r)].freq < commonRune {
			return false
		}
	}
	return true
}

// divisible says whether a long compound is two common words side by side
// (国民经济|管理). Names of organisations stay whole.
func divisible(w, pos string, all map[string]entry) bool {
	switch pos {
	case "n", "nz", "l":
	default:
		return false
	}
	for i := range w {
		if utf8.RuneCountInString(w[:i]) < 2 || utf8.RuneCountInString(w[i:]) < 2 {
			continue
		}
		if all[w[:i]].freq >= partFreq && all[w[i:]].freq >= partFreq {
			return true
		}
	}
	return false
}
