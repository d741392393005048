package nlp

// suffixes are the last characters of compounds that no list can hold all of:
// rates and sums, people and makers, tools, ailments, qualities. They hardly ever
// stand alone or begin another word. Suffixes of places, crowds and fashions
// (店, 圈, 热) are left out: what stands before them is what people look for.
var suffixes = newRuneSet("率费额款仪器匠铺厂坊柜膜剂症炎券簿者性型")

// joinSuffixes puts such a character to the word of two before it when the
// path left it alone: 修车|铺, 退货|率. Both segmentation standards count these
// as one word. The word of two stays findable as a part.
func joinSuffixes(text string, in []piece) []piece {
	out := in[:0]
	for _, p := range in {
		if p.kind == kindWord && p.runes == 1 && len(out) > 0 && suffixes.has(text[p.start:p.end]) {
			if stem := &out[len(out)-1]; stem.kind == kindWord && stem.known && stem.runes == 2 && stem.end == p.start && compounding(stem.pos) {
				stem.parts = []span{{0, stem.end - stem.start}}
				stem.end, stem.runes, stem.pos, stem.added = p.end, 3, "n", false
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// compounding says whether words of this part of speech begin compounds: nouns,
// verbs and adjectives, not names of people.
func compounding(pos string) bool {
	switch pos {
	case "n", "v", "vn", "a", "an", "nz", "b":
		return true
	}
	return false
}
