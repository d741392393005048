package eval

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
)

const (
	perQuery   = 10
	indexBatch = 500
)

// Search indexes the documents of a file in a temporary folder and answers
// each "qid<TAB>query" line with its ten best, in the run format of TREC:
// "qid Q0 docid rank score xuanti".
func (e *Env) Search(ctx context.Context, docs, file string) (r Report, err error) {
	if docs == "" {
		return r, xuanti.Errorf(xuanti.CodeInvalid, "search needs documents: --docs FILE")
	}
	a, err := e.analyzer()
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "xuanti-eval-")
	if err != nil {
		return r, xuanti.Wrap(xuanti.CodeUnavailable, err, "a temporary folder cannot be made")
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	syn, err := index.NewSynonyms()
	if err != nil {
		return r, err
	}
	ix, err := index.OpenBleve(dir, a, index.Options{Log: e.Log, Synonyms: syn})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	if err := e.fill(ctx, ix, docs, &r); err != nil {
		return r, err
	}
	asked, err := e.each(ctx, file, func(out *answers, line []byte) error {
		if blank(line) {
			return nil
		}
		id, query, ok := strings.Cut(string(line), "\t")
		if !ok || id == "" || strings.ContainsFunc(id, unicode.IsSpace) {
			return badf("not of the form qid<TAB>query")
		}
		query, _, _ = strings.Cut(query, "\t")
		hits, err := ask(ctx, ix, query)
		if err != nil {
			return err
		}
		for i, h := range hits {
			if err := out.line(fmt.Sprintf("%s Q0 %s %d %s xuanti", id, h.ID, i+1, strconv.FormatFloat(round(h.Score), 'f', -1, 64))); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	r.Rows += asked.Rows
	r.Bad += asked.Bad
	return r, err
}

// fill indexes the documents.
func (e *Env) fill(ctx context.Context, ix index.Engine, file string, r *Report) error {
	in, err := e.open(file)
	if err != nil {
		return err
	}
	// A document without a time is as old as any other: one partition holds all.
	at := xuanti.FromMillis(1)
	var batch []index.Doc
	err = e.lines(ctx, in, r, func(line []byte) error {
		if blank(line) {
			return nil
		}
		var d struct {
			ID    string `json:"id"`
			Title string `json:"title"`
			Text  string `json:"text"`
		}
		if err := decode(line, &d); err != nil {
			return err
		}
		if d.ID == "" || strings.ContainsFunc(d.ID, unicode.IsSpace) {
			return badf("a document needs an id without spaces")
		}
		batch = append(batch, index.Doc{ID: d.ID, Title: d.Title, Text: d.Text, Kind: xuanti.ItemArticle, At: at})
		if len(batch) < indexBatch {
			return nil
		}
		full := batch
		batch = batch[:0:0]
		return ix.Index(ctx, full)
	})
	if err == nil && len(batch) > 0 {
		err = ix.Index(ctx, batch)
	}
	return errors.Join(err, in.close())
}

// ask searches as a user would. What is no query of the language, such as a
// headline with half a pair of quotes, is searched by its words.
func ask(ctx context.Context, ix index.Engine, query string) ([]index.Hit, error) {
	res, err := ix.Search(ctx, index.Query{Text: query, Limit: perQuery})
	if xuanti.CodeOf(err) == xuanti.CodeInvalid {
		if words := plain(query); words != "" {
			res, err = ix.Search(ctx, index.Query{Text: words, Limit: perQuery})
		} else {
			return nil, badf("the query has no words: %v", err)
		}
	}
	if xuanti.CodeOf(err) == xuanti.CodeInvalid {
		return nil, badf("the query cannot be understood: %v", err)
	}
	return res.Hits, err
}

// plain leaves the words of a query.
func plain(query string) string {
	words := strings.FieldsFunc(query, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, w := range words {
		switch w {
		case "AND", "OR", "NOT":
			words[i] = strings.ToLower(w)
		}
	}
	return strings.Join(words, " ")
}
