package nlp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// chunkBytes bounds the working memory of one segmentation, about fifty bytes
// for each character. Longer texts are cut at a sentence end.
const chunkBytes = 16 << 10

// maxPooled bounds the pieces that are kept for the next text.
const maxPooled = 16 << 10

// Segment cuts a folded text into words that together cover everything but
// its spaces. It is gse's shortest path with grammars on top that hold in any
// segmentation standard: numbers with their decimals and 万 or 亿, dates,
// Latin names with digits and inner marks, runs of one mark, and villages and
// towns by their last character. Words that no dictionary holds are put
// together from single characters where gse's HMM says so.
func (a *Analyzer) Segment(folded string) []Token {
	return a.lex.Load().segment(folded)
}

// SearchTokens is the form for indexing: every token of Segment, each followed
// by its Sub words. Positions for a phrase query are those of the tokens; a
// Sub word shares the position of its token and keeps its own offsets.
func (a *Analyzer) SearchTokens(folded string) []Token {
	tokens := a.Segment(folded)
	n := len(tokens)
	for i := range tokens {
		n += len(tokens[i].Sub)
	}
	out := make([]Token, 0, n)
	for i := range tokens {
		out = append(append(out, tokens[i]), tokens[i].Sub...)
	}
	return out
}

// SegmentRaw cuts a text as it was published: it folds, segments, and gives
// the words in their original spelling without the spaces between them. Their
// concatenation is the input without white space.
func (a *Analyzer) SegmentRaw(raw string) []string {
	m := FoldMap(raw)
	var words []string
	at := 0
	for _, t := range a.Segment(m.Text) {
		_, end := m.Origin(t.Start, t.End)
		if w := strings.Join(strings.Fields(raw[at:end]), ""); w != "" {
			words = append(words, w)
		}
		at = end
	}
	if rest := strings.Join(strings.Fields(raw[at:]), ""); rest != "" {
		words = append(words, rest)
	}
	return words
}

func (l *lexicon) segment(folded string) []Token {
	p := l.paths.Get().(*path)
	defer l.paths.Put(p)
	pieces := p.pieces[:0]
	for at := 0; at < len(folded); {
		end := chunkEnd(folded, at)
		pieces = l.cut(p, pieces, folded, at, end)
		at = end
	}
	if p.pieces = pieces; cap(pieces) > maxPooled {
		p.pieces = nil // a book now and then is no reason to keep its memory
	}
	pieces = joinLatin(folded, pieces)
	pieces = joinNumbers(folded, pieces)
	pieces = joinMarks(folded, pieces)
	pieces = joinPlaces(folded, pieces)
	pieces = joinSuffixes(folded, pieces)
	pieces = l.joinUnknown(folded, pieces)
	return finish(folded, pieces)
}

// chunkEnd is the end of the chunk that begins at start: after the first
// sentence end or space past chunkBytes, at the latest after four chunks.
func chunkEnd(s string, start int) int {
	if len(s)-start <= chunkBytes {
		return len(s)
	}
	limit := min(len(s), start+4*chunkBytes)
	for i, r := range s[start+chunkBytes : limit] {
		if r == utf8.RuneError && i == 0 {
			continue // in the middle of a rune
		}
		switch r {
		case '。', '!', '?', ';', ' ':
			return start + chunkBytes + i + utf8.RuneLen(r)
		}
	}
	for limit < len(s) && !utf8.RuneStart(s[limit]) {
		limit++
	}
	return limit
}

// cut appends the words on the shortest path through text[start:end].
func (l *lexicon) cut(p *path, out []piece, text string, start, end int) []piece {
	p.text = append(p.text[:0], text[start:end]...)
	p.find(l, false)
	for _, h := range p.hops {
		w := piece{start: start + h.start, end: start + h.end, known: h.word != unknown, added: int(h.word) >= len(l.words)}
		w.kind, w.runes = classify(text[w.start:w.end])
		if w.known {
			w.pos = l.tags[l.info(h.word).tag]
			if w.runes > 2 {
				w.parts = l.partsOf(h.word, text[w.start:w.end])
			}
		}
		out = append(out, w)
	}
	return out
}

// partsOf lists the words of two runes and more inside a dictionary word: the
// shortest path through it that is not itself, and the parts of those. They are
// found when a word is met first, most words never are.
func (l *lexicon) partsOf(word int32, text string) []span {
	if known, ok := l.parts.Load(word); ok {
		return known.([]span)
	}
	p := l.paths.Get().(*path)
	p.text = append(p.text[:0], text...)
	p.find(l, true)
	var out []span
	for _, h := range p.hops {
		if h.end-h.start <= utf8.UTFMax || len(p.hops) == 1 {
			continue // one rune, or a Latin word that has no parts
		}
		out = append(out, span{h.start, h.end})
		if h.word == unknown {
			continue
		}
		for _, s := range l.partsOf(h.word, text[h.start:h.end]) {
			out = append(out, span{h.start + s.start, h.start + s.end})
		}
	}
	l.paths.Put(p)
	l.parts.Store(word, out)
	return out
}

// classify tells the kind of a piece and counts its runes.
func classify(s string) (kind, int) {
	c := s[0]
	if c < utf8.RuneSelf {
		switch {
		case c == ' ':
			return kindSpace, len(s)
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			digits := true
			n := 0
			for _, r := range s {
				n++
				if r >= 0x2e80 {
					return kindWord, utf8.RuneCountInString(s) // 5g手机
				}
				digits = digits && r >= '0' && r <= '9'
			}
			if digits {
				return kindDigit, n
			}
			return kindLatin, n
		case len(s) == 1:
			return kindMark, 1
		}
	}
	r, size := utf8.DecodeRuneInString(s)
	n := 1
	if size < len(s) {
		n = utf8.RuneCountInString(s)
	}
	switch {
	case r >= 0x4e00 && r <= 0x9fff:
		return kindWord, n
	case unicode.IsSpace(r):
		return kindSpace, n
	case unicode.IsLetter(r):
		if size <= 2 {
			return kindLatin, n
		}
		return kindWord, n
	case unicode.IsNumber(r):
		return kindWord, n // 〇 is a letter number
	}
	return kindMark, n
}

// finish makes tokens of the pieces. All Sub slices share one array.
func finish(text string, pieces []piece) []Token {
	n, subs := 0, 0
	for i := range pieces {
		if pieces[i].kind != kindSpace {
			n++
			subs += len(pieces[i].parts)
		}
	}
	out := make([]Token, 0, n)
	arena := make([]Token, 0, subs)
	for i := range pieces {
		p := &pieces[i]
		if p.kind == kindSpace {
			continue
		}
		t := Token{Text: text[p.start:p.end], Start: p.start, End: p.end, POS: p.pos, Known: p.known, Added: p.added}
		switch p.kind {
		case kindDigit, kindNumber:
			t.POS, t.Known = "m", true
		case kindDate:
			t.POS, t.Known = "t", true
		case kindLatin:
			if !p.known || t.POS == "" {
				t.POS = "eng"
			}
		case kindMark:
			t.POS, t.Known = "w", true
		default:
			if !p.known {
				t.POS = ""
			}
		}
		if len(p.parts) > 0 {
			from := len(arena)
			for _, s := range p.parts {
				start, end := p.start+s.start, p.start+s.end
				arena = append(arena, Token{Text: text[start:end], Start: start, End: end, Known: true})
			}
			t.Sub = arena[from:len(arena):len(arena)]
		}
		out = append(out, t)
	}
	return out
}
