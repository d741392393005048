package nlp

import (
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
)

// Options configures New.
type Options struct {
	Words []xuanti.Word // discovered and accepted words to add to the embedded list
	Log   *slog.Logger  // nil discards
}

// Analyzer segments and analyses texts. It is safe for concurrent use; its
// dictionary is replaced as a whole when words are added.
type Analyzer struct {
	lex    atomic.Pointer[lexicon]
	tables *tables
	log    *slog.Logger

	mu    sync.Mutex // serialises AddWords
	words []addedWord
}

// Limits on added words: longer ones are phrases, more would outgrow memory.
const (
	maxWordRunes  = 16
	maxAddedWords = 100_000
)

// New loads the embedded dictionary: about half a second of one core and 70 MB of heap.
func New(opts Options) (*Analyzer, error) {
	a := &Analyzer{log: opts.Log}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = loadTables() }) // beside the dictionary; its error is read below
	lex, err := newLexicon(nil)
	wg.Wait()
	if err == nil {
		a.tables, err = loadTables()
	}
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInternal, err, "the embedded dictionary cannot be read")
	}
	// Nobody reads this dictionary yet, so the words can go into it directly.
	if a.words, err = lex.choose(nil, opts.Words); err != nil {
		return nil, err
	}
	if err := lex.extend(a.words); err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInternal, err, "the words could not be added to the dictionary")
	}
	a.lex.Store(lex)
	return a, nil
}

// Has says whether the dictionary holds a folded word.
func (a *Analyzer) Has(word string) bool { return a.lex.Load().has(word) }

// AddWords adds words to the dictionary: it builds a new one aside, which
// takes about half a second, and swaps it in. Words that are rejected, only proposed,
// known already, shorter than two or longer than 16 runes are left out. Calls
// wait for each other; segmentation goes on meanwhile with the old dictionary.
func (a *Analyzer) AddWords(words []xuanti.Word) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	fresh, err := a.lex.Load().choose(a.words, words)
	if err != nil || len(fresh) == len(a.words) {
		return err
	}
	lex, err := newLexicon(fresh)
	if err != nil {
		return xuanti.Wrap(xuanti.CodeInternal, err, "the words could not be added to the dictionary")
	}
	a.words = fresh
	a.lex.Store(lex)
	a.log.Debug("dictionary swapped", "added", len(fresh))
	return nil
}

// choose appends the words that the dictionary lacks and may take to the
// added ones.
func (l *lexicon) choose(added []addedWord, words []xuanti.Word) ([]addedWord, error) {
	out := added[:len(added):len(added)]
	seen := make(map[string]bool, len(words))
	for _, w := range words {
		text := Fold(w.Text)
		if n := utf8.RuneCountInString(text); n < 2 || n > maxWordRunes || strings.Contains(text, " ") {
			continue
		}
		if w.Status == xuanti.WordRejected || w.Status == xuanti.WordProposed || seen[text] || l.has(text) {
			continue
		}
		seen[text] = true
		out = append(out, addedWord{text: text, freq: l.weightFor(text, w.Count), pos: "nz"})
	}
	if len(out) > maxAddedWords {
		return nil, xuanti.Errorf(xuanti.CodeLimited, "the dictionary takes %d words beyond its own, %d were given", maxAddedWords, len(out))
	}
	return out, nil
}

// weightFor is the weight at which the shortest path prefers the word to its
// best division by one bit: p(word) = 2·∏p(part), at least 300 and its count.
func (l *lexicon) weightFor(text string, count int) float64 {
	total := l.seg.Dict.TotalFreq()
	weight := max(300, float64(count))
	product := total * 2
	for _, s := range l.seg.Segment([]byte(text)) {
		product *= max(s.Token().Freq(), 1) / total
	}
	return math.Min(max(weight, product), 1e5)
}
