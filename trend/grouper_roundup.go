package trend

import (
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti/nlp"
)

// leastStory is from how many characters on a part of a headline is a story of
// its own.
const leastStory = 6

// story is what a document is grouped by: its headline, of a round-up only the
// first story. A headline with a semicolon strings happenings together that
// have nothing to do with each other; whatever is like a part of it would
// become one event with whatever is like another.
func (g *Grouper) story(a *nlp.Analysis) *nlp.Analysis {
	first, rest, several := strings.Cut(a.Title, ";")
	if !several || utf8.RuneCountInString(first) < leastStory || utf8.RuneCountInString(rest) < leastStory {
		return a
	}
	return g.read(first)
}

// read analyses a title by itself. Without an analyser it has no words.
func (g *Grouper) read(title string) *nlp.Analysis {
	if g.opts.Analyzer == nil {
		return &nlp.Analysis{Title: title}
	}
	return g.opts.Analyzer.Analyze(title, "")
}
