package nlp

import (
	"math"
	"unicode/utf8"
)

// Facts is what [Conflict] reads of a headline: an [Analysis] without its
// article, small, for those who keep many thousands.
type Facts struct {
	title string
	words []slot  // of title
	made  *claims // nil: none, as of most headlines
}

// claims is what a headline says that another may contradict.
type claims struct {
	people   []string // persons
	products []string // Latin names with digits
	works    []string // what stands in 《》
	sides    []string // teams
	storm    string   // the typhoon
	figures  []Number // Numbers and what else counts, see figures
	geo      []place
}

// slot is a word of a headline.
type slot struct {
	from, to uint16 // byte offsets
	proper   bool   // it may be a name
	mark     bool   // it is no word
}

// Facts returns what Conflict reads.
func (an *Analysis) Facts() *Facts {
	f := &Facts{title: an.Title}
	if n := len(an.TitleTokens); n > 0 && an.TitleTokens[n-1].End <= math.MaxUint16 {
		f.words = make([]slot, n)
		for i := range f.words {
			t := &an.TitleTokens[i]
			f.words[i] = slot{from: uint16(t.Start), to: uint16(t.End), proper: proper(t), mark: t.POS == "w"}
		}
	}
	if c := &an.claims; len(c.people)+len(c.products)+len(c.works)+len(c.sides)+len(c.storm)+len(c.figures)+len(c.geo) > 0 {
		made := *c
		f.made = &made
	}
	return f
}

func (f *Facts) claimed() *claims {
	if f.made == nil {
		return &claims{}
	}
	return f.made
}

func (f *Facts) text(s slot) string { return f.title[s.from:s.to] }

// runes counts the characters of words.
func (f *Facts) runes(words []slot) int {
	n := 0
	for _, w := range words {
		if !w.mark {
			n += utf8.RuneCountInString(f.text(w))
		}
	}
	return n
}
