package index

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/mapping"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"github.com/xuanti/xuanti/nlp"
)

// Format names the layout of the index on disk and its folder. A change of the
// fields or of their analysis needs a new one, and with it a rebuild from the
// store, which the engine starts by itself.
const Format = "v2"

// The zones of a document. A news text says at its beginning what it is about,
// so its lead is kept apart from the rest; what stands in the rest three times
// and more is also in the last zone.
const (
	zoneTitle = iota
	zoneLead
	zoneRest
	zoneMany
	numZones
)

// The fields of a document in Bleve. A zone has one for words and one for
// grams; they say only that the document holds the term there, not how often,
// so a posting costs three bytes and a list is read as a bitmap. Grams that
// are words of the same zone are left out of the gram field.
var (
	wordFields = [numZones]string{"title_w", "lead_w", "rest_w", "many_w"} // read-only
	gramFields = [numZones]string{"title_b", "lead_b", "rest_b", "many_b"} // read-only
)

const (
	fPinyin   = "title_p" // short names of the title, spelled and by their initials
	fSource   = "source"
	fPlatform = "platform"
	fAccount  = "account"
	fKind     = "kind"
	fRecord   = "record" // the only stored field, see columns.go
)

const (
	// leadRunes is how much of the beginning of a text counts as its lead.
	leadRunes = 120
	// manyTimes is how often a term stands in the rest of a text to count as
	// frequent there.
	manyTimes = 3

	maxValue = 256 // bytes of a keyword
)

// newMapping is what Bleve keeps in its metadata. Documents are built field by
// field in newDocument and never pass through it, so it only has to be static:
// nothing may slip in by reflection.
func newMapping() mapping.IndexMapping {
	m := mapping.NewIndexMapping()
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// segmenter is the part of nlp.Analyzer that indexing needs.
type segmenter interface {
	Segment(folded string) []nlp.Token
}

// newDocument turns a Doc into Bleve's form. fail is told when segmentation
// panics; the grams still make the document findable.
func newDocument(d Doc, seg segmenter, fail func(error)) *document.Document {
	var title, text prepared
	if a := d.Analysis; a != nil {
		title, text = prepared{a.Title, a.TitleTokens}, prepared{a.Text, a.TextTokens}
	} else {
		title, text = prepare(d.Title, seg, fail), prepare(d.Text, seg, fail)
	}
	doc := document.NewDocument(d.ID)
	add := func(name string, terms termSet) {
		if len(terms) > 0 {
			doc.AddField(&termField{name: name, terms: terms})
		}
	}
	words, gs := title.zones(len(title.folded))
	add(wordFields[zoneTitle], words[zoneLead])
	add(gramFields[zoneTitle], gs.tails(title.folded, words[zoneLead]))
	add(fPinyin, pinyinTerms(title.tokens))
	words, gs = text.zones(leadEnd(text.folded))
	for z := zoneLead; z < numZones; z++ {
		add(wordFields[z], words[z])
		add(gramFields[z], gs.sets[z])
	}
	keyword := func(name, value string) {
		if value = keyOf(value); value != "" {
			terms := termSet{}
			terms.add(value)
			add(name, terms)
		}
	}
	keyword(fSource, d.Source)
	keyword(fPlatform, d.Platform)
	keyword(fAccount, d.Account)
	keyword(fKind, string(d.Kind))
	doc.AddField(document.NewTextFieldCustom(fRecord, nil, encodeRecord(d.At, gs.total, canonical(title.folded)), bleveindex.StoreField, nil))
	return doc
}

// prepared is a text folded and cut into words.
type prepared struct {
	folded string
	tokens []nlp.Token
}

func prepare(raw string, seg segmenter, fail func(error)) (p prepared) {
	p.folded = nlp.Fold(raw)
	defer func() {
		if r := recover(); r != nil {
			fail(fmt.Errorf("index: segmentation failed: %v", r))
		}
	}()
	p.tokens = seg.Segment(p.folded)
	return p
}

// gramZones are the grams of a text by zone.
type gramZones struct {
	sets  [numZones]termSet
	total int // with repeats: the length of the text
}

// zones files words and grams by where they stand; what ends by byte lead is
// in the lead. A title is all lead.
func (p *prepared) zones(lead int) (words [numZones]termSet, gs gramZones) {
	fill := func(sets *[numZones]termSet, start, end int) {
		term := p.folded[start:end]
		if end <= lead {
			sets[zoneLead].add(term)
		} else if sets[zoneRest].add(term) == manyTimes {
			sets[zoneMany].add(term)
		}
	}
	rest := max(0, len(p.tokens)-leadRunes/2)
	for z, n := range [numZones]int{zoneLead: min(len(p.tokens), leadRunes/2) / 2, zoneRest: rest / 2, zoneMany: rest / 32} {
		words[z], gs.sets[z] = make(termSet, n), make(termSet, 2*n)
	}
	for i := range p.tokens {
		if hasContent(p.tokens[i].Text) {
			visitWords(&p.tokens[i], func(start, end int) { fill(&words, start, end) })
		}
	}
	for _, g := range grams(p.folded) {
		fill(&gs.sets, g.start, g.end)
		gs.total++
	}
	for z := zoneLead; z < numZones; z++ {
		for term := range words[z] {
			delete(gs.sets[z], term)
		}
	}
	return words, gs
}

// tails are the grams of a title with the last character of every run of Han,
// so that one character finds titles: by the pairs and words that it begins,
// and by those.
func (g *gramZones) tails(folded string, words termSet) termSet {
	out := g.sets[zoneLead]
	last := rune(0)
	for _, r := range folded + " " {
		if c := string(last); isIdeograph(last) && !isIdeograph(r) && words[c] == nil {
			out.add(c)
		}
		last = r
	}
	return out
}

// termSet is a set of terms in the form that Bleve takes.
type termSet bleveindex.TokenFrequencies

// told are the values of all sets: Bleve is told neither frequency nor places,
// and which of them a term has says how often it was added.
var told [manyTimes]bleveindex.TokenFreq // read-only

// add puts a term in and returns how often it has been added, manyTimes at most.
func (s termSet) add(term string) int {
	n := 0
	if v, ok := s[term]; ok {
		for n < manyTimes-1 && v != &told[n] {
			n++
		}
		n = min(n+1, manyTimes-1)
	}
	s[term] = &told[n]
	return n + 1
}

// termField is a field whose terms are known already.
type termField struct {
	name  string
	terms termSet
}

var _ document.Field = (*termField)(nil)

// Name implements bleveindex.Field.
func (f *termField) Name() string { return f.name }

// Value implements bleveindex.Field: nothing is stored.
func (f *termField) Value() []byte { return nil }

// ArrayPositions implements bleveindex.Field.
func (f *termField) ArrayPositions() []uint64 { return nil }

// EncodedFieldType implements bleveindex.Field.
func (f *termField) EncodedFieldType() byte { return 't' }

// Analyze implements bleveindex.Field: done already.
func (f *termField) Analyze() {}

// Options implements bleveindex.Field.
func (f *termField) Options() bleveindex.FieldIndexingOptions {
	return bleveindex.IndexField | bleveindex.SkipFreqNorm
}

// AnalyzedLength implements bleveindex.Field.
func (f *termField) AnalyzedLength() int { return len(f.terms) }

// AnalyzedTokenFrequencies implements bleveindex.Field.
func (f *termField) AnalyzedTokenFrequencies() bleveindex.TokenFrequencies {
	return bleveindex.TokenFrequencies(f.terms)
}

// Size implements document.Field: about how many bytes of memory it takes.
func (f *termField) Size() int { return 64 * len(f.terms) }

// NumPlainTextBytes implements bleveindex.Field.
func (f *termField) NumPlainTextBytes() uint64 { return 0 }

// keyOf is the form in which keyword values are filed: never so long that they
// swell the dictionary.
func keyOf(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if len(s) > maxValue {
		s = strings.ToValidUTF8(s[:maxValue], "")
	}
	return s
}

// visitWords calls fn for a token and the dictionary words of two or more
// characters inside it, each span once.
func visitWords(t *nlp.Token, fn func(start, end int)) {
	if t.End-t.Start <= 4*maxWordSize {
		fn(t.Start, t.End)
	}
	for i := range t.Sub {
		sub := &t.Sub[i]
		if sub.End-sub.Start < t.End-t.Start && !oneRune(sub.Text) {
			visitWords(sub, fn)
		}
	}
}

func oneRune(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == len(s)
}

// leadEnd is the byte at which the lead of a text ends.
func leadEnd(s string) int {
	n := 0
	for i := range s {
		if n == leadRunes {
			return i
		}
		n++
	}
	return len(s)
}
