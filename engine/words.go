package engine

import (
	"context"
	"slices"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

// wordsMost bounds the words that are read at once, far above what a stream
// brings in years.
const wordsMost = 100_000

// Words implements Reader: discovered words by status, best first.
func (e *Engine) Words(ctx context.Context, status string, limit int, cursor string) (Page[WordView], error) {
	f := store.WordFilter{Limit: wordsMost}
	switch s := xuanti.WordStatus(status); s {
	case "":
	case xuanti.WordProposed, xuanti.WordAuto, xuanti.WordAccepted, xuanti.WordRejected:
		f.Status = []xuanti.WordStatus{s}
	default:
		return Page[WordView]{}, invalid("status", "状态只能是 proposed、auto、accepted 或 rejected (unknown status)")
	}
	offset, err := offsetOf(cursor)
	if err != nil {
		return Page[WordView]{}, err
	}
	words, err := e.store.Words(ctx, f)
	if err != nil {
		return Page[WordView]{}, err
	}
	p := Page[WordView]{Items: []WordView{}, AsOf: e.Now()}
	words = slices.DeleteFunc(words, func(w xuanti.Word) bool { return w.FirstAt.After(p.AsOf) })
	words, p.NextCursor = cut(words, offset, limit)
	for _, w := range words {
		p.Items = append(p.Items, wordView(w))
	}
	return p, nil
}

func wordView(w xuanti.Word) WordView {
	return WordView{Text: Spelled(w.Text, w.Samples), Status: w.Status, Score: round1(w.Score), Count: w.Count, Sources: w.Sources, FirstAt: w.FirstAt, Samples: list(w.Samples)}
}

// DecideWord implements Writer. The dictionary follows at once.
func (e *Engine) DecideWord(ctx context.Context, text string, status xuanti.WordStatus) (WordView, error) {
	if err := e.writable(); err != nil {
		return WordView{}, err
	}
	back := status == xuanti.WordProposed || status == xuanti.WordAuto
	if !back && status != xuanti.WordAccepted && status != xuanti.WordRejected {
		return WordView{}, invalid("/status", "状态只能是 accepted、rejected，或撤销决定的 proposed、auto (unknown status)")
	}
	text, ok := nlp.FitWord(text)
	if !ok {
		return WordView{}, invalid("/text", "新词要有 2 到 16 个字，以汉字、字母或数字开头，中间没有空格 (2 to 16 characters without spaces, a letter or digit first)")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	known, err := e.store.Words(ctx, store.WordFilter{Text: text, Limit: 1})
	if err != nil {
		return WordView{}, err
	}
	now := e.Now()
	w := xuanti.Word{Text: text, FirstAt: now, LastAt: now}
	if len(known) > 0 {
		w = known[0]
	} else if back {
		return WordView{}, xuanti.Errorf(xuanti.CodeNotFound, "没有这个新词，无从撤销 (no such word)")
	}
	was := w.Status
	w.Status, w.Decided = status, now
	if back {
		w.Decided = time.Time{}
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutWord(ctx, w) }); err != nil {
		return WordView{}, err
	}
	if err := e.useWords(ctx); err != nil {
		return WordView{}, err
	}
	v := wordView(w)
	v.Was = was
	return v, nil
}

// useWords gives the dictionary the words that were accepted by a person or by
// their evidence, and no others.
func (e *Engine) useWords(ctx context.Context) error {
	words, err := e.acceptedWords(ctx)
	if err != nil {
		return err
	}
	return e.nlp.SetWords(words)
}

func (e *Engine) acceptedWords(ctx context.Context) ([]xuanti.Word, error) {
	return e.store.Words(ctx, store.WordFilter{Status: []xuanti.WordStatus{xuanti.WordAccepted, xuanti.WordAuto}, Limit: wordsMost})
}

// learnWords stores what the discovery proposes, and takes the certain ones
// into the dictionary. What a person decided stays as it is.
func (e *Engine) learnWords(ctx context.Context, now time.Time) error {
	decided, err := e.store.Words(ctx, store.WordFilter{Limit: wordsMost})
	if err != nil {
		return err
	}
	status := map[string]xuanti.WordStatus{}
	for _, w := range decided {
		status[w.Text] = w.Status
	}
	var keep []xuanti.Word
	learned := false
	for _, w := range e.state.words.Propose(now) {
		switch status[w.Text] {
		case xuanti.WordRejected, xuanti.WordAccepted:
			continue
		case xuanti.WordAuto:
			w.Status = xuanti.WordAuto
		}
		learned = learned || w.Status == xuanti.WordAuto
		keep = append(keep, w)
	}
	if len(keep) == 0 {
		return nil
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error {
		for _, w := range keep {
			if err := tx.PutWord(ctx, w); err != nil {
				return err
			}
		}
		return nil
	}); err != nil || !learned {
		return err
	}
	return e.useWords(ctx)
}
