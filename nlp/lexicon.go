package nlp

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-ego/gse"
	"github.com/vcaesar/cedar"

	"github.com/xuanti/xuanti/nlp/dict"
)

// base is the embedded dictionary. It is built once in a process and never
// changed: gse reads its words from many goroutines without a lock.
type base struct {
	seg     gse.Segmenter
	words   []wordInfo // by their numbers in seg.Dict
	weights []float64  // of the same
	tags    []string   // parts of speech
	lists   *tables
	paths   sync.Pool // of *path

	guesses *guesses
}

// wordInfo is what the search for a path needs to know of a dictionary word,
// apart from gse's large tokens.
type wordInfo struct {
	length float32 // -log2 of its probability, in bits
	tag    uint16  // index of its part of speech in base.tags
}

var loadBase = sync.OnceValues(newBase)

// newBase reads the embedded dictionary: a third of a second of one core, about
// 30 MB. AddToken is used instead of LoadDictStr because the latter sets the
// weight of every single character to 2, which costs accuracy (0.860 against
// 0.862). gse's CalcToken, half of its loading time, is not needed: path has
// the lengths, partsOf finds the parts of those words that occur.
func newBase() (*base, error) {
	new(gse.Segmenter).LoadModel() // gse's HMM lies in variables of its package, which lazy loading would fill during a cut
	list, err := dict.Read("words.txt.gz")
	if err != nil {
		return nil, err
	}
	b := &base{seg: gse.Segmenter{SkipLog: true, NotLoadHMM: true}, guesses: newGuesses()}
	b.paths.New = func() any { return new(path) }
	b.seg.Dict = gse.NewDict()
	n := strings.Count(list, "\n")
	b.seg.Dict.Tokens = make([]gse.Token, 0, n)
	b.tags = []string{addedTag}
	tags := map[string]uint16{addedTag: 0}
	line := 0
	of := make([]uint16, 0, n)
	for row := range strings.Lines(list) {
		line++
		word, rest, _ := strings.Cut(row[:len(row)-1], " ")
		number, pos, _ := strings.Cut(rest, " ")
		freq, err := strconv.ParseFloat(number, 64)
		if err != nil || freq <= 0 {
			return nil, fmt.Errorf("words.txt:%d: weight %q: %w", line, number, err)
		}
		tag, ok := tags[pos]
		if !ok {
			tag = uint16(len(b.tags))
			pos = strings.Clone(pos) // so that it does not hold the list
			tags[pos], b.tags = tag, append(b.tags, pos)
		}
		if err := b.seg.AddToken(strings.ToLower(word), freq, b.tags[tag]); err != nil {
			return nil, fmt.Errorf("words.txt:%d: %w", line, err)
		}
		if len(b.seg.Dict.Tokens) > len(of) { // gse leaves out a word that it has
			of = append(of, tag)
		}
	}
	b.words, b.weights = make([]wordInfo, len(of)), make([]float64, len(of))
	for i := range of {
		b.weights[i] = b.seg.Dict.Tokens[i].Freq()
		b.words[i] = wordInfo{b.bits(b.weights[i]), of[i]}
	}
	b.seg.Dict.Tokens = nil // as much again as all the rest, in half a million pieces that nothing reads
	tables, err := loadTables()
	if err != nil {
		return nil, err
	}
	b.lists = tables
	return b, nil
}

// bits is the length of a word of this weight.
func (b *base) bits(freq float64) float32 {
	return float32(math.Log2(b.seg.Dict.TotalFreq())) - float32(math.Log2(freq))
}

// addedTag is the part of speech of added words, the first of base.tags.
const addedTag = "nz"

// addedWord is a word beyond the embedded list with its weight.
type addedWord struct {
	text string
	freq float64
}

// lexicon is the embedded dictionary and the words that were added to it,
// complete and never changed after it is built. Other words make another
// lexicon, which costs no more than those words.
type lexicon struct {
	*base
	added *gse.Dictionary // nil without any
	extra []wordInfo      // of added.Tokens; they follow base.words in the numbers of words
	heads runeSet         // first runes of the added words
	parts sync.Map        // word number → []span: its parts, once somebody met it
}

func (b *base) with(words []addedWord) (*lexicon, error) {
	l := &lexicon{base: b, added: gse.NewDict()}
	for _, w := range words {
		if err := l.added.AddToken(b.seg.ToToken(w.text, w.freq)); err != nil {
			return nil, fmt.Errorf("add word %q: %w", w.text, err)
		}
		if len(l.added.Tokens) > len(l.extra) {
			l.extra = append(l.extra, wordInfo{length: b.bits(w.freq)})
			l.heads.add(w.text)
		}
	}
	return l, nil
}

// word looks up the number of a word. more says whether longer words begin
// with this text; without it the number is only that of the text, if ok.
func (l *lexicon) word(text []byte, added bool) (number int, ok, more bool) {
	i, _, err := l.seg.Dict.Value(text)
	if err == nil {
		return i, true, true
	}
	more = err != cedar.ErrNoKey //nolint:errorlint // gse hands the trie's own error on, and this is asked for every character
	if !added || l.added == nil {
		return 0, false, more
	}
	i, _, err = l.added.Value(text)
	return len(l.words) + i, err == nil, more || err != cedar.ErrNoKey //nolint:errorlint // as above
}

// info is what is known of a word by its number.
func (l *lexicon) info(number int32) wordInfo {
	if int(number) < len(l.words) {
		return l.words[number]
	}
	return l.extra[int(number)-len(l.words)]
}

// has says whether the dictionary holds the word.
func (l *lexicon) has(word string) bool {
	if word == "" || !utf8.ValidString(word) {
		return false
	}
	_, ok, _ := l.word([]byte(word), true)
	return ok
}
