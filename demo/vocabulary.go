package demo

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// vocabulary is what the filler of everyday news is made of. Files in words/
// hold lists and templates:
//
//	= city 成都|杭州|…            a list
//	- 社会                        a template of this domain
//	wb {city}一{shop}…            its wording on a board, as in scenario files
//	: {city}…                     a paragraph of its article
//	* 社会 {expert}认为……         a paragraph for any article of the domain
//
// {name} takes one word of the list, the same one in all lines of a use;
// {name2}, {name3} take different words; {3-9} takes a number.
type vocabulary struct {
	lists      map[string][]string
	templates  []template
	paragraphs map[string][]string // by domain; "" fits every domain
}

// template is one kind of everyday news.
type template struct {
	domain   string
	wordings []wording
	facts    []string
}

func loadVocabulary(fsys fs.FS) (*vocabulary, error) {
	names, err := fs.Glob(fsys, "words/*.txt")
	if err != nil {
		return nil, fmt.Errorf("demo: list words: %w", err)
	}
	v := &vocabulary{lists: map[string][]string{}, paragraphs: map[string][]string{}}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("demo: read words: %w", err)
		}
		if err := eachLine(path.Base(name), data, v.parseLine); err != nil {
			return nil, err
		}
	}
	return v, v.check()
}

func (v *vocabulary) parseLine(line string) error {
	switch line[0] {
	case '=':
		name, words, ok := strings.Cut(strings.TrimSpace(line[1:]), " ")
		if !ok {
			return fmt.Errorf("want = name word|word")
		}
		v.lists[name] = append(v.lists[name], splitList(words, "|")...)
	case '-':
		v.templates = append(v.templates, template{domain: strings.TrimSpace(line[1:])})
	case '*':
		domain, text, ok := strings.Cut(strings.TrimSpace(line[1:]), " ")
		if !ok {
			return fmt.Errorf("want * domain paragraph")
		}
		if domain == "通用" {
			domain = ""
		}
		v.paragraphs[domain] = append(v.paragraphs[domain], strings.TrimSpace(text))
	default:
		if len(v.templates) == 0 {
			return fmt.Errorf("line before the first template")
		}
		t := &v.templates[len(v.templates)-1]
		p := phase{wordings: t.wordings, facts: t.facts}
		if err := p.parseLine(line); err != nil {
			return err
		}
		t.wordings, t.facts = p.wordings, p.facts
	}
	return nil
}

// check reports slots that no list fills.
func (v *vocabulary) check() error {
	test := func(text string) error {
		f := v.fill(newDice(0), map[string]string{"topic": "", "outlet": "", "r": ""})
		f.expand(text)
		return f.err
	}
	for _, t := range v.templates {
		for _, w := range t.wordings {
			if err := test(w.text); err != nil {
				return err
			}
		}
		for _, p := range t.facts {
			if err := test(p); err != nil {
				return err
			}
		}
	}
	for _, list := range v.paragraphs {
		for _, p := range list {
			if err := test(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// filling is one use of a template: it remembers the word of every slot.
type filling struct {
	v    *vocabulary
	d    *dice
	slot map[string]string
	// names are made up where a list would be drawn from; may be nil.
	names map[string]nameKind
	err   error
}

// fill starts a use of a template; given slots (date, weekday) come first.
func (v *vocabulary) fill(d *dice, given map[string]string) *filling {
	f := &filling{v: v, d: d, slot: map[string]string{"date": "今日", "weekday": "周一"}}
	for k, val := range given {
		f.slot[k] = val
	}
	return f
}

// expand replaces the slots of a text. Words may hold slots themselves.
func (f *filling) expand(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		j := strings.IndexByte(text, '}')
		if i < 0 || j < i {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		b.WriteString(f.word(text[i+1 : j]))
		text = text[j+1:]
	}
}

func (f *filling) word(slot string) string {
	if w, ok := f.slot[slot]; ok {
		return w
	}
	w := f.draw(slot)
	f.slot[slot] = w
	return w
}

func (f *filling) draw(slot string) string {
	if lo, hi, ok := numberSlot(slot); ok {
		return strconv.Itoa(roundish(f.d.between(lo, hi), lo, hi))
	}
	name := strings.TrimRight(slot, "0123456789")
	if k, ok := f.names[name]; ok {
		return invent(f.d, k)
	}
	list := f.v.lists[name]
	if len(list) == 0 {
		if f.err == nil {
			f.err = fmt.Errorf("demo: no list fills the slot {%s}", slot)
		}
		return slot
	}
	// Start anywhere and take the first word that no sibling slot has.
	at := f.d.below(len(list))
	for i := range list {
		w := list[(at+i)%len(list)]
		if !f.taken(name, w) || i == len(list)-1 {
			return f.expand(w)
		}
	}
	return list[at]
}

func (f *filling) taken(name, word string) bool {
	for k, w := range f.slot {
		if w == word && strings.TrimRight(k, "0123456789") == name {
			return true
		}
	}
	return false
}

// numberSlot reads {3-9}; a tag may follow to tell two numbers apart: {3-9a}.
func numberSlot(slot string) (lo, hi int, ok bool) {
	a, b, found := strings.Cut(strings.TrimRight(slot, "abcdefgh"), "-")
	if !found {
		return 0, 0, false
	}
	lo, err1 := strconv.Atoi(a)
	hi, err2 := strconv.Atoi(b)
	return lo, hi, err1 == nil && err2 == nil && lo <= hi
}

// roundish makes a large number one that people would print.
func roundish(n, lo, hi int) int {
	unit := 1
	switch {
	case hi >= 1000:
		unit = 100
	case hi >= 300:
		unit = 10
	}
	return min(max(n/unit*unit, (lo+unit-1)/unit*unit), hi)
}
