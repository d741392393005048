package nlp

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
)

// Thresholds; cohesion and freedom are in bits. Those of words follow published
// practice (cohesion over 4 only loses recall, boundary entropy buys precision);
// the rest were set by reading the proposals of six weeks of titles, without a
// labelled measure.
const (
	wordCohesion  = 3.0
	wordFreedom   = 1.5
	wordCount     = 5.0
	wordSources   = 2
	autoCohesion  = 5.0
	autoFreedom   = 2.0
	autoCount     = 12.0
	autoSources   = 3
	trendCohesion = 3.0
	trendFreedom  = 1.0
	trendCount    = 3.0
	edgeShare     = 0.5
	cutShare      = 0.4 // of occurrences that cut a dictionary word: a piece, no word
	wholeShare    = 0.8 // of a word that stand in one longer word: a piece of it
)

// headRunes and tailRunes begin and end no new word: the particles, verbs of
// saying and counters that stick to its edges in headlines.
const (
	headRunes = "的了着过被把将已或与和及在是有为对从向到于给让等并也都又还就才不没未无这那其该各每某我你他她它们个名位岁级日月年时分秒万亿多第两几称说曝回当再更最太很超近约逾达至由因但而且若如则所之以可能会要想应需请别勿使令叫跟同按据凭随趁沿拟获遭疑系共仅只均皆均用来去出上下一二三四五六七八九十百千零半后前内外中引发买曾称"
	tailRunes = "的了着过被把将已或与和及在是有为对从向到于给让等并也都又还就才不没未无这那其该各每某我你他她它们个名位岁级日月年时分秒万亿多第两几称说曝回当再更最太很超近约逾达至由因但而且若如则所之以可能会要想应需请别勿使令叫跟同按据凭随趁沿拟获遭疑系共仅只均皆用来去出上下后前内外中方吗呢吧啊呀嘛哦拿做看发引曾买惊"
)

// prefixRunes stand before a whole word without making a new one.
const prefixRunes = "美俄英法德日韩中印澳加欧台港澳人男女新旧老大小省市县区国部委警官民全"

// freedom is the smaller entropy of the two sides, in bits. A mark or the
// title's edge counts as a fresh neighbour each time.
func (g *gram) freedom() float64 {
	return min(entropy(&g.left, g.edgeLeft), entropy(&g.right, g.edgeRight))
}

func entropy(n *neighbours, edge float64) float64 {
	total := edge + float64(n.other)
	for _, c := range n.count {
		total += float64(c)
	}
	if total <= 0 {
		return 0
	}
	h := 0.0
	for _, c := range n.count {
		if c > 0 {
			p := float64(c) / total
			h -= p * math.Log2(p)
		}
	}
	// Each of the rest is one of its own.
	if rest := edge + float64(n.other); rest > 0 {
		h += rest / total * math.Log2(total)
	}
	return h
}

// cohesion is the least pointwise mutual information over all divisions.
func (d *Discovery) cohesion(key string, g *gram) float64 {
	least := math.Inf(1)
	r := runsOf(key)
	if len(r) != 1 {
		return 0
	}
	b := r[0].bounds
	for i := 1; i < len(b)-1; i++ {
		x, y := d.count(key[:b[i]]), d.count(key[b[i]:])
		if x <= 0 || y <= 0 {
			continue // a part that faded away says nothing
		}
		least = min(least, math.Log2(g.count*d.total/(x*y)))
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return least
}

// wordlike applies the tests that need no counts.
func (d *Discovery) wordlike(key string) bool {
	first, _ := utf8.DecodeRuneInString(key)
	last, _ := utf8.DecodeLastRuneInString(key)
	if strings.ContainsRune(headRunes, first) || strings.ContainsRune(tailRunes, last) || first >= '0' && first <= '9' {
		return false
	}
	n := utf8.RuneCountInString(key)
	if n < 2 || n > 12 || d.a.Has(key) || IsStop(key) {
		return false
	}
	parts := d.a.Segment(key)
	if len(parts) < 2 {
		// One unknown word, or a number, a date, a Latin name.
		return len(parts) == 1 && !parts[0].Known && parts[0].POS == ""
	}
	singles := 0
	for i := range parts {
		p := &parts[i]
		if p.POS == "m" || p.POS == "t" && i > 0 {
			return false
		}
		if !p.Known && p.POS != "eng" || utf8.RuneCountInString(p.Text) == 1 {
			singles++
		}
	}
	// Dictionary words side by side (男子|持刀, 警方|通报) are a phrase, and so is
	// a word with a country or a class of people before it (美|航母, 人|死亡).
	if len(parts) == 2 && strings.Contains(prefixRunes, parts[0].Text) && parts[1].Known && singles == 1 {
		return false
	}
	return singles > 0
}

// phrase says whether an n-gram is words that happen to stand together: it has a
// part of two characters and more (办|婚礼, 票房|破), and each of its parts stands
// elsewhere more often than here. In 云海|肴 the second part never does.
func (d *Discovery) phrase(key string, g *gram) bool {
	parts := d.a.Segment(key)
	long := false
	for i := range parts {
		p := parts[i].Text
		if 2*g.count >= d.count(p) {
			return false
		}
		long = long || utf8.RuneCountInString(p) > 1
	}
	return long
}

// clauseRunes stand inside clauses and hardly ever inside words: what is denied,
// what is done to somebody, whom one speaks to. resultRunes do behind a verb of
// one character: 捡|到|存折, 叼|回家.
const (
	clauseRunes = "被不没未你我他她它"
	resultRunes = "到回"
)

// clause says whether an n-gram is dictionary words in a sentence, though they
// were seen nowhere else: an inner part begins with one of clauseRunes (批次|不|
// 合格, 人|被困), or with one of resultRunes right behind a single character.
func (d *Discovery) clause(key string) bool {
	parts := d.a.Segment(key)
	inner := false
	for i := range parts {
		p := parts[i].Text
		if !parts[i].Known {
			return false
		}
		r, _ := utf8.DecodeRuneInString(p)
		inner = inner || i > 0 && strings.ContainsRune(clauseRunes, r)
		inner = inner || i == 1 && strings.ContainsRune(resultRunes, r) && utf8.RuneCountInString(parts[0].Text) == 1
	}
	return inner
}

// Propose lists the words found since the last call, best first: those with
// cohesion ≥ 3, freedom ≥ 1.5, five stories and two platforms. The surest carry
// WordAuto, the rest WordProposed. A word is listed once, and once more if it
// rises to WordAuto. Score is cohesion times freedom.
func (d *Discovery) Propose(now time.Time) []xuanti.Word {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn(now)
	keys := make([]string, 0, len(d.touched))
	for k := range d.touched {
		keys = append(keys, k)
	}
	clear(d.touched)
	slices.Sort(keys)
	var list []xuanti.Word
	round := map[string]decision{}
	for _, k := range keys {
		g := d.grams[k]
		if g == nil || g.count < wordCount || bits.OnesCount64(g.platforms) < wordSources || d.decided[k] == decidedAuto {
			continue
		}
		w, level := d.judge(k, g)
		if level == 0 || level <= d.decided[k] {
			continue
		}
		list, round[k] = append(list, w), level
	}
	list = slices.DeleteFunc(list, func(w xuanti.Word) bool { return d.extended(w.Text, round) }) // their turn may come
	for _, w := range list {
		if len(d.decided) < maxDecided {
			d.decided[w.Text] = round[w.Text]
		}
	}
	out := d.prune(list)
	slices.SortFunc(out, func(a, b xuanti.Word) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Text, b.Text))
	})
	return out
}

func (d *Discovery) judge(k string, g *gram) (xuanti.Word, decision) {
	h := g.freedom()
	if h < wordFreedom || g.cut > cutShare*g.count {
		return xuanti.Word{}, 0
	}
	coh := d.cohesion(k, g)
	if coh < wordCohesion || !d.wordlike(k) || d.phrase(k, g) || d.clause(k) {
		return xuanti.Word{}, 0
	}
	w := xuanti.Word{
		Text: k, Status: xuanti.WordProposed, Score: coh * h, Count: int(math.Round(g.count)),
		Sources: bits.OnesCount64(g.platforms), FirstAt: xuanti.FromMillis(g.first), LastAt: xuanti.FromMillis(g.last),
	}
	for _, s := range g.sample {
		if s != "" {
			w.Samples = append(w.Samples, s)
		}
	}
	level := decidedProposed
	if coh >= autoCohesion && h >= autoFreedom && g.count >= autoCount && w.Sources >= autoSources {
		level, w.Status = decidedAuto, xuanti.WordAuto
	}
	return w, level
}

// prune drops a word when a longer one of the same list has four fifths of its
// count: 台风白 beside 台风白海豚. If it has less, the longer one is dropped when
// the rest of it is a dictionary word: 尹南乔|演唱会.
func (d *Discovery) prune(list []xuanti.Word) []xuanti.Word {
	return slices.DeleteFunc(list, func(w xuanti.Word) bool {
		for _, o := range list {
			if len(o.Text) > len(w.Text) && strings.Contains(o.Text, w.Text) && d.count(o.Text) >= wholeShare*d.count(w.Text) {
				return true
			}
		}
		return false
	})
}

// extended says whether a word is one that was found before or in this round,
// and more often, with a dictionary word of two characters and more on either side.
func (d *Discovery) extended(word string, round map[string]decision) bool {
	found := func(s string) bool { return d.decided[s] > 0 || round[s] > 0 }
	for i := range word {
		head, tail := word[:i], word[i:]
		if found(head) && d.joins(tail) && d.count(word) < wholeShare*d.count(head) ||
			found(tail) && d.joins(head) && d.count(word) < wholeShare*d.count(tail) {
			return true
		}
	}
	return false
}

// joins says whether a dictionary word is long enough to stand beside another.
func (d *Discovery) joins(word string) bool {
	return utf8.RuneCountInString(word) > 1 && d.a.Has(word)
}

// Candidates lists the unknown n-grams of a folded title that look like one
// unit already and may trend before they are words: cohesion ≥ 3 and either
// freedom ≥ 1 or a boundary at half of the occurrences, three stories; and
// what stands between 《》, 「」, “” or # and is not in the dictionary, at once.
// Longest first, none inside another.
func (d *Discovery) Candidates(folded string) []string {
	var out []string
	for _, q := range quoted(folded) {
		if n := utf8.RuneCountInString(q); n >= 2 && n <= 8 && !d.a.Has(q) && !strings.ContainsAny(q, ",!?;") && !IsStop(q) {
			out = appendNew(out, q)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range runsOf(folded) {
		n := len(r.bounds) - 1
		for size := min(maxUnits, n); size >= 2; size-- {
			for i := 0; i+size <= n; i++ {
				key := r.text[r.bounds[i]:r.bounds[i+size]]
				g := d.grams[key]
				if g == nil || g.count < trendCount || g.cut > cutShare*g.count || slices.ContainsFunc(out, func(o string) bool { return strings.Contains(o, key) }) {
					continue
				}
				edge := min(g.edgeLeft, g.edgeRight) / g.count
				if g.freedom() < trendFreedom && edge < edgeShare {
					continue
				}
				if d.cohesion(key, g) >= trendCohesion && d.wordlike(key) {
					out = append(out, key)
				}
			}
		}
	}
	return out
}

// quoted lists what stands between pairs of quotation marks or hashes.
func quoted(s string) []string {
	var out []string
	for _, pair := range [...][2]string{{"《", "》"}, {"「", "」"}, {"“", "”"}, {"『", "』"}, {"#", "#"}} {
		rest := s
		for {
			_, after, ok := strings.Cut(rest, pair[0])
			if !ok {
				break
			}
			in, next, ok := strings.Cut(after, pair[1])
			if !ok {
				break
			}
			out = append(out, strings.TrimSpace(in))
			rest = next
		}
	}
	return out
}
