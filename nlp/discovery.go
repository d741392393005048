package nlp

import (
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Discovery finds words that no dictionary holds in a stream of titles, by
// cohesion (pointwise mutual information over the worst division) and freedom
// of the boundaries (entropy of the neighbours), after Matrix67's 2012 method
// with decayed counts. It counts distinct stories: the same title again, on any
// platform, adds its platform but no count.
//
// Memory is bounded: an n-gram is only counted when both of its shorter parts
// were seen twice, counts fade by a sixth a day, and rare ones leave when the
// table is full (250,000 n-grams, an estimated 90 MB at worst). It is safe for
// concurrent use. Everything depends on the times given, never on the clock.
type Discovery struct {
	a *Analyzer

	mu      sync.Mutex
	day     int64 // of the last fading, in days since 1970
	total   float64
	single  map[string]float64 // units: characters, and Latin or numeric words
	grams   map[string]*gram
	seen    [2]map[uint64]struct{} // titles of today and of the day before
	touched map[string]struct{}    // since the last Propose
	decided map[string]decision    // what was proposed already
	sources []string               // platforms in order of arrival: bit numbers
}

// gram is what is known of an n-gram of two to six units.
type gram struct {
	count      float64
	left       neighbours
	right      neighbours
	edgeLeft   float64 // occurrences that begin at a mark or the title's edge
	edgeRight  float64
	cut        float64 // occurrences whose border lies inside a dictionary word
	platforms  uint64  // bits of Discovery.sources
	first      int64   // Unix milliseconds
	last       int64
	units      uint8
	sample     [3]string
	sampleNext uint8
}

// neighbours counts the units beside an n-gram: the first eight apart, the
// rest together.
type neighbours struct {
	unit  [8]rune
	count [8]float32
	other float32
}

type decision uint8

const (
	decidedProposed decision = iota + 1
	decidedAuto
)

// Limits of the table and of what is counted.
const (
	maxUnits      = 6
	maxTitleUnits = 64
	fadePerDay    = 5.0 / 6
	maxGrams      = 250_000
	maxSingles    = 100_000
	maxSeenTitles = 200_000
	maxDecided    = 200_000
	maxSources    = 63 // later platforms share the last bit
)

// NewDiscovery returns an empty discovery that takes the words of a as known.
func NewDiscovery(a *Analyzer) *Discovery {
	return &Discovery{
		a: a, single: map[string]float64{}, grams: map[string]*gram{},
		seen:    [2]map[uint64]struct{}{{}, {}},
		touched: map[string]struct{}{}, decided: map[string]decision{},
	}
}

// run is a stretch of a title without marks and spaces.
type run struct {
	start  int // byte offset in the title
	text   string
	bounds []int // byte offsets of the units, and the end
}

// runsOf divides a folded title at marks and spaces into units: Han characters
// one by one, Latin and numeric words whole.
func runsOf(folded string) []run {
	var out []run
	var cur []int
	start, units := 0, 0
	flush := func(end int) {
		if len(cur) > 0 {
			out = append(out, run{start, folded[start:end], append(cur, end-start)})
			cur = nil
		}
	}
	word := false // inside a Latin or numeric word
	for i, r := range folded {
		han := r >= 0x4e00 && r <= 0x9fff && r != '丨' // a stroke, used as a bar
		alnum := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		if !han && !alnum || units >= maxTitleUnits {
			flush(i)
			word = false
			if units >= maxTitleUnits {
				return out
			}
			continue
		}
		if len(cur) == 0 {
			start = i
		}
		if han || !word {
			cur = append(cur, i-start)
			units++
		}
		word = alnum
	}
	flush(len(folded))
	return out
}

// Add counts a title seen on a platform. A title that was seen today or the
// day before adds no counts.
func (d *Discovery) Add(at time.Time, platform, title string) {
	title = CutBytes(title, maxTitle)
	folded := Fold(title)
	runes := letters(nil, folded)
	if len(runes) < 2 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn(at)
	hash := hashRunes(runes)
	repeat := d.repeated(hash)
	bit := uint64(1) << d.source(platform)
	now := at.UnixMilli()
	s := sighting{title: strings.Clone(title), bit: bit, now: now, repeat: repeat}
	if !repeat {
		s.inside = d.insides(folded)
	}
	for _, r := range runsOf(folded) {
		d.addRun(r, s)
	}
}

// sighting is one title on its way through the n-grams.
type sighting struct {
	title  string // as published; kept as a sample, so not with the text around it
	inside []bool // by byte offset: within a dictionary word
	bit    uint64 // of the platform
	now    int64
	repeat bool
}

// insides marks the offsets that lie within a dictionary word, where no new
// word can begin or end: 制措施 is a piece of 管制|措施.
func (d *Discovery) insides(folded string) []bool {
	inside := make([]bool, len(folded)+1)
	for _, t := range d.a.Segment(folded) {
		if t.Known && t.POS != "w" {
			for i := t.Start + 1; i < t.End; i++ {
				inside[i] = true
			}
		}
	}
	return inside
}

// repeated says whether the title was counted before, and notes it.
func (d *Discovery) repeated(hash uint64) bool {
	for _, s := range d.seen {
		if _, ok := s[hash]; ok {
			return true
		}
	}
	if len(d.seen[0]) < maxSeenTitles {
		d.seen[0][hash] = struct{}{}
	}
	return false
}

func (d *Discovery) source(platform string) int {
	for i, s := range d.sources {
		if s == platform {
			return i
		}
	}
	if len(d.sources) < maxSources {
		d.sources = append(d.sources, platform)
		return len(d.sources) - 1
	}
	return maxSources
}

func (d *Discovery) addRun(r run, s sighting) {
	n := len(r.bounds) - 1
	if !s.repeat {
		for i := range n {
			u := r.text[r.bounds[i]:r.bounds[i+1]]
			if _, ok := d.single[u]; ok || len(d.single) < maxSingles {
				d.single[strings.Clone(u)]++
			}
		}
		d.total += float64(n)
	}
	for size := 2; size <= min(maxUnits, n); size++ {
		for i := 0; i+size <= n; i++ {
			d.addGram(r, i, size, s)
		}
	}
}

func (d *Discovery) addGram(r run, i, size int, s sighting) {
	n := len(r.bounds) - 1
	key := r.text[r.bounds[i]:r.bounds[i+size]]
	g := d.grams[key]
	if s.repeat {
		if g != nil {
			g.platforms |= s.bit
			d.touched[key] = struct{}{}
		}
		return
	}
	if g == nil {
		// Apriori: both parts one shorter must have been seen before this title.
		if d.count(r.text[r.bounds[i]:r.bounds[i+size-1]]) < 2 || d.count(r.text[r.bounds[i+1]:r.bounds[i+size]]) < 2 || len(d.grams) >= maxGrams {
			return
		}
		g = &gram{units: uint8(size), first: s.now}
		key = strings.Clone(key)
		d.grams[key] = g
	}
	g.count++
	g.last = s.now
	g.platforms |= s.bit
	if s.inside[r.start+r.bounds[i]] || s.inside[r.start+r.bounds[i+size]] {
		g.cut++
	}
	if i == 0 {
		g.edgeLeft++
	} else {
		c, _ := utf8.DecodeLastRuneInString(r.text[:r.bounds[i]])
		g.left.add(c)
	}
	if i+size == n {
		g.edgeRight++
	} else {
		c, _ := utf8.DecodeRuneInString(r.text[r.bounds[i+size]:])
		g.right.add(c)
	}
	if g.count >= 3 {
		g.sample[g.sampleNext%3] = s.title
		g.sampleNext = (g.sampleNext + 1) % 3
		d.touched[key] = struct{}{}
	}
}

func (d *Discovery) count(s string) float64 {
	if c, ok := d.single[s]; ok {
		return c
	}
	if g := d.grams[s]; g != nil {
		return g.count
	}
	return 0
}

func (n *neighbours) add(r rune) {
	for i := range n.unit {
		if n.unit[i] == r {
			n.count[i]++
			return
		}
		if n.unit[i] == 0 {
			n.unit[i], n.count[i] = r, 1
			return
		}
	}
	n.other++
}

const dayMillis = 24 * 60 * 60 * 1000

// turn fades the counts when a new day begins.
func (d *Discovery) turn(at time.Time) {
	day := at.UnixMilli() / dayMillis
	if d.day == 0 {
		d.day = day
	}
	if day <= d.day {
		d.relieve()
		return
	}
	factor := 1.0
	for range min(day-d.day, 60) {
		factor *= fadePerDay
	}
	d.day = day
	d.seen = [2]map[uint64]struct{}{{}, d.seen[0]}
	d.total *= factor
	for u, c := range d.single {
		if c *= factor; c < 0.2 {
			delete(d.single, u)
		} else {
			d.single[u] = c
		}
	}
	for k, g := range d.grams {
		g.fade(factor)
		if g.count < 0.5 {
			delete(d.grams, k)
		}
	}
	d.relieve()
}

func (g *gram) fade(f float64) {
	g.count *= f
	g.edgeLeft *= f
	g.edgeRight *= f
	g.cut *= f
	for _, n := range [...]*neighbours{&g.left, &g.right} {
		for i := range n.count {
			n.count[i] *= float32(f)
		}
		n.other *= float32(f)
	}
}

// relieve makes room in a full table: n-grams under a threshold leave, which
// rises until some do. That is nearly always the first one, under which all
// stand that were seen once.
func (d *Discovery) relieve() {
	for least := 1.5; len(d.grams) >= maxGrams; least *= 1.5 {
		for k, g := range d.grams {
			if g.count < least {
				delete(d.grams, k)
			}
		}
	}
}
