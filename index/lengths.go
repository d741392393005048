package index

import (
	"encoding/json"
	"fmt"

	"github.com/blevesearch/bleve/v2"
)

// lengths sums up the sizes of the text fields, for the average length that
// BM25 compares a document with. (Bleve's own figure is the number of distinct
// terms over the number of documents, which is something else.) Deletions are
// not subtracted: an average does not move much by them. The sums of the last
// batch reach the disk with the next one.
type lengths struct {
	Docs   [numText]int64
	Tokens [numText]int64
}

// The text fields, in the order of lengths and weights.
const (
	titleWords = iota
	titleGrams
	bodyWords
	bodyGrams
	numText
)

func textField(i int) string {
	return [numText]string{fTitleWords, fTitleGrams, fBodyWords, fBodyGrams}[i]
}

var lengthsKey = []byte("xuanti:lengths") // read-only

func (l *lengths) load(idx bleve.Index) error {
	raw, err := idx.GetInternal(lengthsKey)
	if err != nil {
		return fmt.Errorf("read lengths: %w", err)
	}
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, l); err != nil {
		return fmt.Errorf("read lengths: %w", err)
	}
	return nil
}

func (l *lengths) encode() []byte {
	raw, err := json.Marshal(l)
	if err != nil {
		return nil // two arrays of integers always encode
	}
	return raw
}

func (l *lengths) add(t *textFields) {
	for i, n := range [numText]int{t.title.words, t.title.grams, t.body.words, t.body.grams} {
		if n > 0 {
			l.Docs[i]++
			l.Tokens[i] += int64(n)
		}
	}
}

func (l *lengths) merge(o lengths) {
	for i := range numText {
		l.Docs[i] += o.Docs[i]
		l.Tokens[i] += o.Tokens[i]
	}
}

// average is the mean length of a text field over the documents that have it.
func (l *lengths) average(i int) float64 {
	if l.Docs[i] == 0 {
		return 1
	}
	return float64(l.Tokens[i]) / float64(l.Docs[i])
}
