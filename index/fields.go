package index

import (
	"fmt"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/mapping"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// formatVersion names the folder; a change of the fields or of their analysis
// needs a new one, and with it a rebuild from the store.
const formatVersion = "v1"

// The fields of a document in Bleve. Nothing is stored: texts live in the
// store, ids in Bleve's own _id.
const (
	fTitleWords = "title_w"
	fTitleGrams = "title_b"
	fBodyWords  = "body_w"
	fBodyGrams  = "body_b"
	fSource     = "source"
	fPlatform   = "platform"
	fAccount    = "account"
	fKind       = "kind"
	fHour       = "hour" // Asia/Shanghai, "2026-01-02T15": time filters and days
	fAt         = "at"   // Unix milliseconds, 13 digits: order and exact limits
)

const (
	// leadRunes is how much of the beginning of a text counts as its lead: a
	// news text says there what it is about.
	leadRunes = 120
	// leadCopies is how often the lead is counted beside the text itself.
	leadCopies = 2

	hourLayout = "2006-01-02T15"
	maxValue   = 256 // bytes of a keyword
)

const (
	optWords   = bleveindex.IndexField
	optPhrases = bleveindex.IndexField | bleveindex.IncludeTermVectors
	optKeyword = bleveindex.IndexField | bleveindex.DocValues | bleveindex.SkipFreqNorm
	optPlain   = bleveindex.IndexField | bleveindex.SkipFreqNorm
)

// newMapping is what Bleve keeps in its metadata. Documents are built field by
// field in newDocument and never pass through it, so it only has to be static:
// nothing may slip in by reflection.
func newMapping() mapping.IndexMapping {
	m := mapping.NewIndexMapping()
	m.DefaultMapping = mapping.NewDocumentStaticMapping()
	m.ScoringModel = bleveindex.BM25Scoring
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// textFields is the text of one document on its way through Bleve's analysis
// queue: folded and segmented there, on as many cores as the queue has, once
// for the fields that need it. One goroutine handles a document.
type textFields struct {
	seg   segmenter
	fail  func(error)
	title prepared
	body  prepared
}

type prepared struct {
	raw    string
	folded string
	tokens []nlp.Token // of folded; nil until segmented
	done   bool
	words  int // tokens that the analysis gave, with the copies of the lead
	grams  int
}

// segmenter is the part of nlp.Analyzer that indexing needs.
type segmenter interface {
	Segment(folded string) []nlp.Token
}

// newDocument turns a Doc into Bleve's form and returns its text fields too,
// which know their lengths once Bleve has analysed them.
func newDocument(d Doc, seg segmenter, fail func(error)) (*document.Document, *textFields) {
	t := &textFields{seg: seg, fail: fail, title: prepared{raw: d.Title}, body: prepared{raw: d.Text}}
	if a := d.Analysis; a != nil {
		t.title = prepared{folded: a.Title, tokens: a.TitleTokens, done: true}
		t.body = prepared{folded: a.Text, tokens: a.TextTokens, done: true}
	}
	doc := document.NewDocument(d.ID)
	add := func(name string, value string, opt bleveindex.FieldIndexingOptions, a analysis.Analyzer) {
		doc.AddField(document.NewTextFieldCustom(name, nil, []byte(value), opt, a))
	}
	add(fTitleWords, "", optWords, analyzerFunc(func() analysis.TokenStream { return t.wordTokens(&t.title, 0) }))
	add(fTitleGrams, "", optPhrases, analyzerFunc(func() analysis.TokenStream { return t.gramTokens(&t.title, 0, true) }))
	if d.Text != "" {
		add(fBodyWords, "", optWords, analyzerFunc(func() analysis.TokenStream { return t.wordTokens(&t.body, leadCopies) }))
		add(fBodyGrams, "", optWords, analyzerFunc(func() analysis.TokenStream { return t.gramTokens(&t.body, leadCopies, false) }))
	}
	keyword := func(name, value string, opt bleveindex.FieldIndexingOptions) {
		if value != "" {
			add(name, value, opt, nil)
		}
	}
	keyword(fSource, keyOf(d.Source), optKeyword)
	keyword(fPlatform, keyOf(d.Platform), optKeyword)
	keyword(fAccount, keyOf(d.Account), optPlain)
	keyword(fKind, keyOf(string(d.Kind)), optPlain)
	keyword(fHour, d.At.In(xuanti.Shanghai).Format(hourLayout), optKeyword)
	keyword(fAt, formatAt(d.At), optKeyword)
	return doc, t
}

// keyOf is the form in which keyword values are filed: never so long that they
// swell the dictionary.
func keyOf(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if len(s) > maxValue {
		s = strings.ToValidUTF8(s[:maxValue], "")
	}
	return s
}

func formatAt(t time.Time) string { return fmt.Sprintf("%013d", max(xuanti.Millis(t), 0)) }

func parseAt(b []byte) (ms int64, ok bool) {
	if len(b) != 13 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		ms = ms*10 + int64(c-'0')
	}
	return ms, true
}

// analyzerFunc gives Bleve tokens of our own making. The bytes it passes are
// ignored: the text is held beside, once for all fields.
type analyzerFunc func() analysis.TokenStream

// Analyze implements analysis.Analyzer.
func (f analyzerFunc) Analyze([]byte) analysis.TokenStream { return f() }

func (t *textFields) fold(p *prepared) {
	if !p.done {
		p.folded, p.done = nlp.Fold(p.raw), true
		p.raw = ""
	}
}

// wordTokens segments the text. Words inside a word stand at its position.
func (t *textFields) wordTokens(p *prepared, copies int) (out analysis.TokenStream) {
	// A panic here would end the process, because it happens on Bleve's
	// goroutine. The grams still make the document findable.
	defer func() {
		if r := recover(); r != nil {
			t.fail(fmt.Errorf("index: segmentation failed: %v", r))
			out = nil
		}
	}()
	t.fold(p)
	toks := p.tokens
	if toks == nil {
		toks = t.seg.Segment(p.folded)
	}
	buf := []byte(p.folded)
	lead := leadEnd(p.folded)
	s := newStream(len(toks) * 2)
	pos := 0
	for i := range toks {
		if !hasContent(toks[i].Text) {
			continue
		}
		pos++
		visitWords(&toks[i], func(start, end int) {
			s.add(buf, start, end, pos)
			if end <= lead {
				for range copies {
					s.add(buf, start, end, pos)
				}
			}
		})
	}
	p.words = len(s.out)
	return s.out
}

func (t *textFields) gramTokens(p *prepared, copies int, singles bool) analysis.TokenStream {
	t.fold(p)
	gs := grams(p.folded, singles)
	buf := []byte(p.folded)
	lead := leadEnd(p.folded)
	s := newStream(len(gs) + len(gs)/2)
	for _, g := range gs {
		s.add(buf, g.start, g.end, g.pos+1)
		if g.end <= lead {
			for range copies {
				s.add(buf, g.start, g.end, g.pos+1)
			}
		}
	}
	p.grams = len(s.out)
	return s.out
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
	for i := range s {
		if i > 0 {
			return false
		}
	}
	return true
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

// stream allocates tokens in slabs: one allocation each would dominate the
// cost of indexing.
type stream struct {
	slab []analysis.Token
	out  analysis.TokenStream
}

func newStream(n int) *stream {
	return &stream{slab: make([]analysis.Token, 0, n+8), out: make(analysis.TokenStream, 0, n+8)}
}

func (s *stream) add(buf []byte, start, end, pos int) {
	if len(s.slab) == cap(s.slab) {
		s.slab = make([]analysis.Token, 0, 2*cap(s.slab))
	}
	s.slab = append(s.slab, analysis.Token{Start: start, End: end, Term: buf[start:end:end], Position: pos, Type: analysis.Ideographic})
	s.out = append(s.out, &s.slab[len(s.slab)-1])
}
