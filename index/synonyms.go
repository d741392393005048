package index

import (
	"bufio"
	_ "embed"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

//go:embed synonyms.txt
var embeddedSynonyms string

// Limits of a list of synonyms.
const (
	maxSynonymLines = 20_000
	maxSynonymRunes = 24
	maxSynonymGroup = 12
)

// Synonyms are words that mean the same to whoever searches. They are looked
// up when a query is read, so a change needs no new index.
type Synonyms struct {
	of map[string][]string // folded
}

// NewSynonyms returns the embedded list.
func NewSynonyms() (*Synonyms, error) {
	s := &Synonyms{of: map[string][]string{}}
	return s, s.Read(strings.NewReader(embeddedSynonyms), "synonyms.txt")
}

// Read adds a list: one group of words a line, between commas, spaces or equals signs, #
// begins a comment. A word may stand in several groups. The error is a
// *xuanti.Error with CodeInvalid that names the line in file; the lines before
// it are kept.
func (s *Synonyms) Read(r io.Reader, file string) error {
	sc := bufio.NewScanner(io.LimitReader(r, 4<<20))
	for n := 1; sc.Scan(); n++ {
		line, _, _ := strings.Cut(sc.Text(), "#")
		words := strings.FieldsFunc(line, func(r rune) bool { return isBlank(r) || strings.ContainsRune(",，、=;；\uFEFF", r) })
		if len(words) == 0 {
			continue
		}
		at := file + ":" + strconv.Itoa(n)
		bad := func(message string) error {
			return &xuanti.Error{Code: xuanti.CodeInvalid, Pointer: at, Message: at + "：" + message}
		}
		switch {
		case n > maxSynonymLines:
			return bad("同义词太多 (too many synonyms)")
		case len(words) < 2:
			return bad("一行至少两个词 (a line needs two words at least)")
		case len(words) > maxSynonymGroup:
			return bad("一行最多 " + strconv.Itoa(maxSynonymGroup) + " 个词 (too many words in a line)")
		}
		for i, w := range words {
			if words[i] = nlp.Fold(w); !hasContent(words[i]) || utf8.RuneCountInString(w) > maxSynonymRunes {
				return bad("“" + w + "”不能作同义词 (cannot be a synonym)")
			}
		}
		s.add(words)
	}
	if err := sc.Err(); err != nil {
		return xuanti.Wrap(xuanti.CodeInvalid, err, file+" 无法读取 (the list of synonyms cannot be read)")
	}
	return nil
}

func (s *Synonyms) add(group []string) {
	for _, w := range group {
		for _, o := range group {
			if o != w && !slices.Contains(s.of[w], o) && len(s.of[w]) < maxSynonymGroup {
				s.of[w] = append(s.of[w], o)
			}
		}
	}
}

// Of returns the synonyms of a folded word, in the order of the lists.
func (s *Synonyms) Of(word string) []string { return s.of[word] }
