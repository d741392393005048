package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/index"
	"github.com/xuanti/xuanti/nlp"
)

const (
	maxNames    = 5
	burstTerms  = 1000 // bursting terms that a query is compared with
	minNameSize = 2    // characters of a query that may be part of a name
)

// intent is IntentNow when the query is about something that is bursting; words
// of the query that say another win over it.
func (e *Engine) intent(ctx context.Context, text string, now time.Time) (string, error) {
	bursts, err := e.store.BurstsAt(ctx, now, burstTerms)
	if err != nil {
		return "", err
	}
	folded := nlp.Fold(text)
	for _, b := range bursts {
		if b.Term != "" && strings.Contains(folded, b.Term) {
			return index.IntentNow, nil
		}
	}
	return "", nil
}

// SynonymsFile is the user's own list of synonyms in the data folder; see
// index.Synonyms.Read for its form.
const SynonymsFile = "synonyms.txt"

// synonyms reads the embedded list and the user's. A mistake in the latter is
// told, and the lines before it count.
func (e *Engine) synonyms() (*index.Synonyms, error) {
	s, err := index.NewSynonyms()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(e.cfg.Data, SynonymsFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeUnavailable, err, "同义词表无法读取 (the list of synonyms cannot be read): "+path)
	}
	if err := errors.Join(s.Read(f, path), f.Close()); err != nil {
		e.log.Warn("synonyms are ignored from the faulty line on", "error", err)
	}
	return s, nil
}

// namesOf are the sources and accounts that a query names: by a part of the
// name, its pinyin, or its initials.
func (e *Engine) namesOf(ctx context.Context, text string, sources map[string]xuanti.Source) ([]NameView, error) {
	asked := strings.ReplaceAll(nlp.Fold(text), " ", "")
	out := []NameView{}
	if len([]rune(asked)) < minNameSize {
		return out, nil
	}
	for id, s := range sources {
		if named(s.Name, asked) {
			out = append(out, NameView{Kind: "source", ID: id, Name: s.Name})
		}
	}
	accounts, err := e.store.Accounts(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if named(a.Name, asked) {
			out = append(out, NameView{Kind: "account", ID: a.ID, Name: a.Name})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if len(a.Name) != len(b.Name) {
			return len(a.Name) < len(b.Name) // less beside what was asked
		}
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		return a.ID < b.ID
	})
	return out[:min(len(out), maxNames)], nil
}

// named says whether a folded query stands for a name.
func named(name, asked string) bool {
	if strings.Contains(strings.ReplaceAll(nlp.Fold(name), " ", ""), asked) {
		return true
	}
	if asked[0] >= utf8.RuneSelf {
		return false
	}
	full, initials := index.Spell(name)
	return asked == initials || strings.HasPrefix(full, asked) && len(asked) >= minSpelled
}

// minSpelled keeps the first letters of a name's pinyin from matching half the list.
const minSpelled = 4

func reasons(why []index.Reason) []HitReason {
	out := make([]HitReason, len(why))
	for i, r := range why {
		out[i] = HitReason(r)
	}
	return out
}
