package nlp

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Conflict says whether two headlines that look alike tell of different things
// nevertheless, and by what: "numbers" (the same unit with other values, another
// date, round, season or line), "products" (another model of one series),
// "places" (other places on both sides, none inside another), "names" (other
// persons, works, typhoons or teams on both sides, or one sentence about two
// names). It is a veto for pairs already found similar, not a test of likeness:
// a headline that leaves a figure or a name out conflicts with nothing.
//
// Figures that grow while an event goes on (dead, injured, missing, cases) are
// no conflict; the kind is then "growth", for the caller to weigh with the
// times of the two.
func Conflict(a, b *Facts) (kind string, conflict bool) {
	x, y := a.claimed(), b.claimed()
	if otherProducts(x.products, y.products) {
		return "products", true
	}
	kind, conflict = otherNumbers(x.figures, y.figures)
	if conflict {
		return kind, true
	}
	if otherPlaces(x.geo, y.geo) || otherUnlisted(a.title, b.title) {
		return "places", true
	}
	if otherNames(x.people, y.people) || otherWorks(x.works, y.works) || otherSides(x.sides, y.sides) ||
		x.storm != "" && y.storm != "" && x.storm != y.storm || (len(x.geo) == 0 || len(y.geo) == 0) && otherSlot(a, b) {
		return "names", true
	}
	return kind, false
}

// otherUnlisted recognises two notices from one template about places that no
// list holds: the titles are equal but for one short name, and right behind it
// stands what a county, town or city is called by.
func otherUnlisted(a, b string) bool {
	x, y := []rune(a), []rune(b)
	p := 0
	for p < len(x) && p < len(y) && x[p] == y[p] {
		p++
	}
	s := 0
	for s < len(x)-p && s < len(y)-p && x[len(x)-1-s] == y[len(y)-1-s] {
		s++
	}
	n, m := len(x)-p-s, len(y)-p-s
	if n < 1 || m < 1 || n > 4 || m > 4 || s < 4 {
		return false
	}
	if slices.ContainsFunc(slices.Concat(x[p:p+n], y[p:p+m]), notLetter) {
		return false // another mark is no other name
	}
	// The names may end in the same character: 松江市, 澜江市.
	for _, r := range x[len(x)-s : len(x)-s+2] {
		if strings.ContainsRune("省市县区州镇乡村", r) {
			return true
		}
	}
	return false
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// maxSameUnit: a text with more figures of one unit than this is a report whose
// figures may all be about different things.
const maxSameUnit = 2

// otherNumbers compares the values of every unit that both headlines have.
func otherNumbers(a, b []Number) (string, bool) {
	if len(b) == 0 {
		return "", false
	}
	kind := ""
	for i, n := range a {
		u := n.Unit
		if u == "" || len(withUnit(a[:i], u)) > 0 {
			continue
		}
		x, y := withUnit(a, u), withUnit(b, u)
		if len(y) == 0 || len(x) > maxSameUnit || len(y) > maxSameUnit || anyAgree(x, y) {
			continue
		}
		if u == "日" && !sameMonth(a, b) {
			continue // the month decides, or is left out
		}
		if grows(u) {
			kind = "growth"
			continue
		}
		return "numbers", true
	}
	return kind, false
}

func withUnit(list []Number, unit string) []Number {
	var out []Number
	for _, n := range list {
		if n.Unit == unit {
			out = append(out, n)
		}
	}
	return out
}

func sameMonth(a, b []Number) bool {
	x, y := withUnit(a, "月"), withUnit(b, "月")
	return len(x) == 0 && len(y) == 0 || len(x) > 0 && len(y) > 0 && anyAgree(x, y)
}

func anyAgree(a, b []Number) bool {
	for _, x := range a {
		for _, y := range b {
			if agree(x, y) {
				return true
			}
		}
	}
	return false
}

// agree: equal, one a rounding of the other (1824万 and 1800万, 3.46% and 3.5%),
// or near when one says it is rough.
func agree(x, y Number) bool {
	if x.Value == y.Value {
		return true
	}
	lo, hi := min(x.Value, y.Value), max(x.Value, y.Value)
	if (x.rough || y.rough) && lo > 0 && hi/lo <= 1.25 {
		return true
	}
	if x.Unit == "级" && x.Value != math.Trunc(x.Value) && hi-lo <= revised {
		return true
	}
	if x.Unit == "比分" || hi < 100 && x.Value == math.Trunc(x.Value) && y.Value == math.Trunc(y.Value) {
		return false // small whole numbers are not rounded
	}
	return rounds(x.Value, y.Value) || rounds(y.Value, x.Value)
}

// revised is by how much the magnitude of an earthquake changes while the
// networks agree on it.
const revised = 0.35

// rounds says whether short is long with fewer significant digits, at least
// two of them, rounded or cut.
func rounds(short, long float64) bool {
	digits := significant(short)
	if digits < 2 || digits >= significant(long) || long <= 0 {
		return false
	}
	scale := math.Pow(10, float64(digits)-1-math.Floor(math.Log10(long)))
	const eps = 1e-9
	return math.Abs(math.Round(long*scale)/scale-short) <= eps*long || math.Abs(math.Floor(long*scale)/scale-short) <= eps*long
}

func significant(v float64) int {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if strings.Contains(s, ".") {
		s = strings.Replace(s, ".", "", 1)
	} else {
		s = strings.TrimRight(s, "0")
	}
	return len(strings.TrimLeft(s, "0"))
}

// otherProducts: both name a model of one series, and no model is common:
// iphone16 and iphone17, su7 and yu7 are of different series.
func otherProducts(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y || strings.HasPrefix(x, y+" ") || strings.HasPrefix(y, x+" ") {
				return false
			}
		}
	}
	for _, x := range a {
		for _, y := range b {
			if sx, nx := series(x); sx != "" {
				if sy, ny := series(y); sx == sy && nx != ny {
					return true
				}
			}
		}
	}
	return false
}

// series divides a product name before its first digit: iphone|17 pro.
func series(s string) (string, string) {
	i := strings.IndexAny(s, "0123456789")
	if i < 1 {
		return "", ""
	}
	j := i
	for j < len(s) && (s[j] >= '0' && s[j] <= '9' || s[j] == '.') {
		j++
	}
	return strings.TrimRight(s[:i], " -"), s[i:j]
}

// otherPlaces: both name places, all of China or all abroad, and no place of
// one is, contains or lies in a place of the other. Places that the list lacks
// never count.
func otherPlaces(a, b []place) bool {
	if len(a) == 0 || len(b) == 0 || len(a) > 3 || len(b) > 3 {
		return false
	}
	for _, x := range a {
		for _, y := range b {
			if x.root == "" || y.root == "" || x.foreign != y.foreign || x.name == y.name || x.name == y.root || y.name == x.root {
				return false
			}
		}
	}
	return true
}

// otherSides: matches of other teams. Where both name two, both must agree: a
// team plays many.
func otherSides(a, b []string) bool {
	both := 0
	for _, x := range a {
		for _, y := range b {
			if strings.Contains(x, y) || strings.Contains(y, x) {
				both++
			}
		}
	}
	least := min(len(a), len(b))
	return least > 0 && both < min(least, 2)
}

// otherWorks: both name works, and no title of one shares two characters side
// by side with one of the other: titles are misspelt and cut short.
func otherWorks(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			for i, r := range y {
				if _, size := utf8.DecodeRuneInString(y[i+utf8.RuneLen(r):]); x == y || size > 0 && strings.Contains(x, y[i:i+utf8.RuneLen(r)+size]) {
					return false
				}
			}
		}
	}
	return len(a) > 0 && len(b) > 0
}

// otherNames: both name persons and none is common. A name inside a longer one
// is the same person.
func otherNames(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	for _, x := range a {
		for _, y := range b {
			if strings.Contains(x, y) || strings.Contains(y, x) {
				return false
			}
		}
	}
	return true
}
