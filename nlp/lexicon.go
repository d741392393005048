package nlp

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-ego/gse"

	"github.com/xuanti/xuanti/nlp/dict"
)

// lexicon is one dictionary, complete and never changed after it is built: gse
// reads it from many goroutines without a lock, but must not be added to
// meanwhile. New words make a new lexicon.
type lexicon struct {
	seg   gse.Segmenter
	names *names
}

// loadHMM fills gse's package-level model once: its own lazy loading writes
// globals and would race with a cut that is under way.
var loadHMM = sync.OnceFunc(func() { new(gse.Segmenter).LoadModel() })

// addedWord is a word beyond the embedded list with its weight.
type addedWord struct {
	text string
	freq float64
	pos  string
}

// newLexicon builds a dictionary from the embedded list and more words. All
// words go in before the one CalcToken: a word that is added later has
// distance 0, which gse reads as "not visited" at the head of a sentence.
// AddToken is used instead of LoadDictStr because the latter sets the weight
// of every single character to 2, which costs accuracy (0.860 against 0.862).
func newLexicon(more []addedWord) (*lexicon, error) {
	loadHMM()
	list, err := dict.Read("words.txt.gz")
	if err != nil {
		return nil, err
	}
	lex := &lexicon{seg: gse.Segmenter{SkipLog: true, NotLoadHMM: true}}
	lex.seg.Dict = gse.NewDict()
	lex.seg.Dict.Tokens = make([]gse.Token, 0, strings.Count(list, "\n")+len(more))
	if err := lex.add(more); err != nil { // before the list: gse ignores a word it has
		return nil, err
	}
	line := 0
	intern := map[string]string{} // parts of speech, so that they don't hold the list
	for row := range strings.Lines(list) {
		line++
		word, rest, _ := strings.Cut(row[:len(row)-1], " ")
		number, pos, _ := strings.Cut(rest, " ")
		freq, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, fmt.Errorf("words.txt:%d: %w", line, err)
		}
		tag, ok := intern[pos]
		if !ok {
			tag = strings.Clone(pos)
			intern[tag] = tag
		}
		if err := lex.seg.AddToken(strings.ToLower(word), freq, tag); err != nil {
			return nil, fmt.Errorf("words.txt:%d: %w", line, err)
		}
	}
	lex.seg.CalcToken()
	tables, err := loadTables()
	if err != nil {
		return nil, err
	}
	lex.names = &tables.names
	return lex, nil
}

func (l *lexicon) add(words []addedWord) error {
	for _, w := range words {
		if err := l.seg.AddToken(w.text, w.freq, w.pos); err != nil {
			return fmt.Errorf("add word %q: %w", w.text, err)
		}
	}
	return nil
}

// extend adds words to a dictionary that nobody uses yet.
func (l *lexicon) extend(words []addedWord) error {
	if len(words) == 0 {
		return nil
	}
	if err := l.add(words); err != nil {
		return err
	}
	l.seg.CalcToken()
	return nil
}

// has says whether the dictionary holds the word.
func (l *lexicon) has(word string) bool {
	if word == "" || !utf8.ValidString(word) {
		return false
	}
	freq, _, ok := l.seg.Dict.Find([]byte(word))
	return ok && freq > 0
}
