package nlp

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/xuanti/xuanti/nlp/dict"
)

// tables are the embedded lists beside the dictionary. They never change.
type tables struct {
	idf    map[string]float32
	places map[string]place
	names  names
}

// place is a named place: its canonical name and the province or country it
// lies in, which is the name itself for those.
type place struct {
	name, root string
	foreign    bool
}

// names holds what the person grammar looks at.
type names struct {
	surname map[rune]bool // true: as a word of its own it is common, so context is needed
	double  map[string]bool
	given   map[rune]bool
	foreign map[rune]bool
	before  map[string]bool
	after   map[string]bool
}

var loadTables = sync.OnceValues(readTables)

func readTables() (*tables, error) {
	t := &tables{}
	var err error
	if t.idf, err = readIDF(); err != nil {
		return nil, err
	}
	if t.places, err = readPlaces(); err != nil {
		return nil, err
	}
	t.names, err = readNames()
	return t, err
}

func readIDF() (map[string]float32, error) {
	list, err := dict.Read("idf.txt.gz")
	if err != nil {
		return nil, err
	}
	idf := make(map[string]float32, strings.Count(list, "\n"))
	line := 0
	for row := range strings.Lines(list) {
		line++
		word, value, _ := strings.Cut(strings.TrimSuffix(row, "\n"), " ")
		v, err := strconv.ParseFloat(value, 32)
		if err != nil {
			return nil, fmt.Errorf("idf.txt:%d: %w", line, err)
		}
		idf[word] = float32(v) // the key shares the memory of the list
	}
	return idf, nil
}

const firstForeign = "日本" // places.txt lists China first

func readPlaces() (map[string]place, error) {
	list, err := dict.Read("places.txt")
	if err != nil {
		return nil, err
	}
	places := make(map[string]place, 2000)
	foreign := false
	alias := map[string]string{}
	for row := range strings.Lines(list) {
		f := strings.Fields(row)
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		foreign = foreign || f[0] == firstForeign
		for _, w := range f {
			if name, of, ok := strings.Cut(w, "="); ok {
				alias[name] = of
				continue
			}
			places[w] = place{name: w, root: f[0], foreign: foreign}
		}
	}
	for name, of := range alias {
		p, ok := places[of]
		if !ok {
			return nil, fmt.Errorf("places.txt: %s names %s, which is not listed", name, of)
		}
		places[name] = p
	}
	return places, nil
}

func readNames() (names, error) {
	n := names{surname: map[rune]bool{}, double: map[string]bool{}, given: map[rune]bool{}, foreign: map[rune]bool{}, before: map[string]bool{}, after: map[string]bool{}}
	list, err := dict.Read("names.txt")
	if err != nil {
		return n, err
	}
	for row := range strings.Lines(list) {
		f := strings.Fields(row)
		if len(f) == 0 || f[0][0] == '#' {
			continue
		}
		for _, w := range f[1:] {
			switch f[0] {
			case "surnames":
				for _, r := range w {
					n.surname[r] = false
				}
			case "weak":
				for _, r := range w {
					n.surname[r] = true
				}
			case "double":
				n.double[w] = true
			case "given":
				for _, r := range w {
					n.given[r] = true
				}
			case "foreign":
				for _, r := range w {
					n.foreign[r] = true
				}
			case "before":
				n.before[strings.ToLower(w)] = true
			case "after":
				n.after[strings.ToLower(w)] = true
			}
		}
	}
	return n, nil
}

// administrative endings that a place may carry without being another place.
var placeEndings = [...]string{"特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "地区", "省", "市", "县", "州", "区"}

// placeOf looks a word up among the places, with and without its ending.
func (t *tables) placeOf(word string) (place, bool) {
	if p, ok := t.places[word]; ok {
		return p, true
	}
	for _, end := range placeEndings {
		if stem, ok := strings.CutSuffix(word, end); ok && len(stem) >= 6 {
			if p, ok := t.places[stem]; ok {
				return p, true
			}
			return place{}, false
		}
	}
	return place{}, false
}
