package nlp

import (
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
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

	mu    sync.Mutex // serialises AddWords and SetWords
	words []addedWord
}

// Limits on added words: longer ones are phrases, more would outgrow memory.
const (
	maxWordRunes  = 16
	maxAddedWords = 100_000
)

// New gives an analyzer of the embedded dictionary and the given words. The
// first one in a process loads the dictionary: a third of a second of one core
// and 60 MB of heap, which all analyzers share.
func New(opts Options) (*Analyzer, error) {
	a := &Analyzer{log: opts.Log}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = loadTables() }) // beside the dictionary; its error is read below
	b, err := loadBase()
	wg.Wait()
	if err == nil {
		a.tables, err = loadTables()
	}
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInternal, err, "the embedded dictionary cannot be read")
	}
	return a, a.swap(b, nil, opts.Words)
}

// Has says whether the dictionary holds a folded word.
func (a *Analyzer) Has(word string) bool { return a.lex.Load().has(word) }

// AddWords adds words to those that the dictionary was given. Words that are
// rejected, only proposed, embedded already, shorter than two or longer than 16
// runes are left out. Segmentation goes on meanwhile with the old dictionary.
func (a *Analyzer) AddWords(words []xuanti.Word) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.swap(a.lex.Load().base, a.words, words)
}

// SetWords is AddWords in place of the words that were given before: one that
// is not among them any more, because somebody rejected it, is no word.
func (a *Analyzer) SetWords(words []xuanti.Word) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.swap(a.lex.Load().base, nil, words)
}

// swap puts a dictionary of old and new words into use.
func (a *Analyzer) swap(b *base, old []addedWord, words []xuanti.Word) error {
	chosen, err := b.choose(old, words)
	if err != nil || len(chosen) == len(old) && len(old) > 0 {
		return err
	}
	lex, err := b.with(chosen)
	if err != nil {
		return xuanti.Wrap(xuanti.CodeInternal, err, "the words could not be added to the dictionary")
	}
	a.words = chosen
	a.lex.Store(lex)
	a.log.Debug("dictionary swapped", "added", len(chosen))
	return nil
}

// FitWord folds a word and says whether a dictionary can take it: 2 to 16 runes
// without a space between them, the first a letter or a digit.
func FitWord(text string) (folded string, ok bool) {
	folded = Fold(text)
	n := utf8.RuneCountInString(folded)
	first, _ := utf8.DecodeRuneInString(folded)
	return folded, n >= 2 && n <= maxWordRunes && !strings.ContainsAny(folded, " \uFFFD") && (unicode.IsLetter(first) || unicode.IsDigit(first))
}

// choose appends the words that the dictionary lacks and may take to the
// added ones.
func (b *base) choose(added []addedWord, words []xuanti.Word) ([]addedWord, error) {
	plain := &lexicon{base: b} // weights depend on the embedded words alone, not on the order of the others
	out := added[:len(added):len(added)]
	seen := make(map[string]bool, len(added)+len(words))
	for _, w := range added {
		seen[w.text] = true
	}
	for _, w := range words {
		text, ok := FitWord(w.Text)
		if !ok || w.Status == xuanti.WordRejected || w.Status == xuanti.WordProposed || seen[text] || plain.has(text) {
			continue
		}
		seen[text] = true
		out = append(out, addedWord{text: text, freq: plain.weightFor(text, w.Count)})
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
	p := l.paths.Get().(*path)
	defer l.paths.Put(p)
	p.text = append(p.text[:0], text...)
	p.find(l, false)
	for _, h := range p.hops {
		freq := 1.0
		if h.word != unknown {
			freq = max(l.weights[h.word], 1)
		}
		product *= freq / total
	}
	return math.Min(max(weight, product), 1e5)
}
