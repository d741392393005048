package trend

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Sighting is one first sighting of a story by a source.
type Sighting struct {
	At     time.Time
	Story  string   // event id, or the item key when unknown
	Source string   // platform, or medium that stands on none
	Terms  []string // content words of the title; adjacent ones also count as a phrase
	Title  string   // as published
}

// BurstOptions tune a [Bursts]. The zero value works.
type BurstOptions struct {
	AlarmsPerDay float64                // false alarms a day that calibration allows over all terms; 0 means 1
	Has          func(word string) bool // whether a word is in the dictionary; nil: all are
	MaxTerms     int                    // terms remembered at most; 0 means 400,000
}

// The constants of the statistic (reference: shrunken Poisson tail).
const (
	priorCount = 0.3  // a0: pseudo-count of a term never seen
	priorDocs  = 3000 // b0: documents that pseudo-count stands for
	halfLife   = 7 * 24 * time.Hour
	minRatio   = 8.0
	minSources = 2
	minCount   = 2.5 // weighted
	minHits    = 3   // sightings that a weighted count of minCount needs
	coolDown   = 24 * time.Hour
	longest    = 24 * time.Hour
	exactFor   = 48 * time.Hour // exact times are kept this long: the short baseline
	shortDocs  = 700            // b1: pseudo-documents of the short baseline
	quietAfter = 2 * time.Hour  // below a third of the threshold for this long ends a burst
	startTheta = 8.6            // threshold before the first calibration
	maxSamples = 5
	toldShare  = 0.65 // of a term's sightings that another term has told already

	maxTermRunes = 16
	coldTime     = 48 * time.Hour // in which a new detector is shy
	coldHandicap = 4.0            // by so much at its start
	storyBonus   = 0.6            // evidence, in powers of ten, of each further source telling one story
)

// Bursts finds terms that are told more often than their own rhythm explains.
//
// For a term with decayed count A of sightings older than the window, among B
// documents, the expected count in a window of n documents is
//
//	mu = (A + a0) / (B + b0) · n · s
//
// with s the term's own rhythm by hour of working days and of weekends, where it
// is frequent enough to have one, and at least half of what was told at this
// hour yesterday. The score is −log10 P(Poisson(mu) ≥ k) for k distinct (story,
// source) pairs, plus a bonus when several sources tell one story, minus a
// handicap of the windows in which chance is louder. A term fires when its
// score in any window exceeds the threshold, with a ratio of k to mu above 8
// and at least two sources.
//
// It is not safe for concurrent use.
type Bursts struct {
	opts    BurstOptions
	bg      *background
	now     int64 // Unix seconds, newest sighting or tick
	began   int64 // first sighting ever
	theta   float64
	thetaAt int64 // when the threshold was set; 0: never
	docs    decayed
	recent  []int64               // times of the documents of the last 48 h, in order
	terms   map[uint64]*termState // by hashString
	active  map[string]*activeBurst
	log     []logEntry
	sources map[string]uint16
	stories map[uint64]story  // of the last 48 h
	tellers map[string]string // term → the burst that has told its news, which is asked first
	latest  moment

	// Working memory.
	scratch []hit
	keys    []uint64         // of pairs
	round   uint64           // of weigh
	met     []uint64         // the last round that met a source
	tallies []tally          // of fill
	places  map[uint64]int32 // of stories in tallies
}

// story is an event that terms stand for, with one of its titles.
type story struct{ id, title string }

// activeBurst is a burst that lasts.
type activeBurst struct {
	Burst xuanti.Burst
	State activeState
}

// activeState is what a running burst needs beside its figures.
type activeState struct {
	LastAbove int64   // when the score was last above a third of the threshold
	Emitted   float64 // score when it was last reported
}

// decayed is an exponentially fading count.
type decayed struct {
	V  float64
	At int64 // Unix seconds
}

// termState is what is remembered of one term. There are hundreds of thousands,
// most of which were seen once: what few have is apart.
type termState struct {
	Old    decayed // sightings older than 48 h
	Recent []hit   // sightings within it, in order
	Habits *habits // nil: none
	Prior  float32 // pseudo-count by the shipped background
}

// habits is what is remembered of a term that is frequent or gave an alarm.
type habits struct {
	Hours []float32 // rhythm of a frequent term, see rhythm: 48 bins; nil otherwise
	Fired []int64   // last alarms, Unix seconds
	Peak  float64   // highest score of the last alarm
}

// habits are made on first use.
func (st *termState) habits() *habits {
	if st.Habits == nil {
		st.Habits = &habits{}
	}
	return st.Habits
}

// hit is one sighting of a term. There are millions.
type hit struct {
	Story  uint64
	Time   uint32 // Unix seconds, until 2106
	Source uint16
}

func (h *hit) at() int64 { return int64(h.Time) }

// NewBursts returns an empty detector.
func NewBursts(opts BurstOptions) *Bursts {
	if opts.AlarmsPerDay <= 0 {
		opts.AlarmsPerDay = 1
	}
	if opts.MaxTerms <= 0 {
		opts.MaxTerms = 400_000
	}
	b := &Bursts{opts: opts, bg: must(loadBackground())}
	b.reset()
	return b
}

func (b *Bursts) reset() {
	*b = Bursts{opts: b.opts, bg: b.bg, terms: map[uint64]*termState{}, active: map[string]*activeBurst{},
		sources: map[string]uint16{}, stories: map[uint64]story{}, tellers: map[string]string{}, places: map[uint64]int32{}}
	b.theta = b.prior()
}

// Add counts a sighting and returns the bursts that start, or whose score has
// doubled since they were last reported, strongest first.
func (b *Bursts) Add(s Sighting) []xuanti.Burst {
	now := s.At.Unix()
	b.now = max(b.now, now)
	if b.began == 0 {
		b.began = b.now
	}
	told := hashString(s.Story)
	source := b.sourceID(s.Source)
	b.advance()
	b.docs.add(b.now)
	b.recent = append(b.recent, b.now)
	b.stories[told] = story{s.Story, s.Title}
	terms := phrases(s.Terms, nlp.Fold(s.Title))
	keys := make([]uint64, len(terms))
	for i, t := range terms {
		keys[i] = hashString(t)
	}
	b.record(told, source, keys)
	var out []xuanti.Burst
	for i, t := range terms {
		st := b.terms[keys[i]]
		if st == nil {
			st = &termState{Prior: b.priorOf(t)}
			b.terms[keys[i]] = st
		}
		st.see(b.now, told, source)
		if found := b.consider(t, st); found != nil {
			out = append(out, *found)
		}
	}
	out = b.preferWhole(out)
	slices.SortStableFunc(out, func(x, y xuanti.Burst) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Term, y.Term))
	})
	return out
}

// phrases returns the terms and the adjacent pairs of terms that stand
// together in the title, without repeats.
func phrases(terms []string, title string) []string {
	out := make([]string, 0, 2*len(terms))
	seen := func(t string) bool { return slices.Contains(out, t) }
	for _, t := range terms {
		if t != "" && !seen(t) {
			out = append(out, t)
		}
	}
	for i := 0; i+1 < len(terms); i++ {
		t := terms[i] + terms[i+1]
		if len(t) <= 3*maxTermRunes && !seen(t) && strings.Contains(title, t) {
			out = append(out, t)
		}
	}
	return out
}

// preferWhole drops a phrase when one of its words fires with it at least as strongly.
func (b *Bursts) preferWhole(list []xuanti.Burst) []xuanti.Burst {
	return slices.DeleteFunc(list, func(x xuanti.Burst) bool {
		for _, y := range list {
			if y.Term != x.Term && strings.Contains(x.Term, y.Term) && y.Count >= x.Count && y.Score >= x.Score {
				delete(b.active, x.Term)
				return true
			}
		}
		return false
	})
}

func (b *Bursts) sourceID(source string) uint16 {
	id, ok := b.sources[source]
	if !ok {
		if len(b.sources) < 1<<16-1 {
			id = uint16(len(b.sources))
			b.sources[source] = id
		} else {
			id = uint16(hashString(source)) // beyond 65,535 sources they share numbers
		}
	}
	return id
}

// see adds one sighting to a term.
func (st *termState) see(now int64, story uint64, source uint16) {
	st.expire(now)
	st.Recent = append(st.Recent, hit{story, uint32(now), source})
}

// priorOf is the pseudo-count of a term by the shipped background: what is
// common in headlines anywhere is no news on the first day either.
func (b *Bursts) priorOf(term string) float32 {
	return float32(priorDocs * math.Exp(-b.bg.wordIDF(term)))
}

// advance drops documents that left the longest window.
func (b *Bursts) advance() {
	n, _ := slices.BinarySearch(b.recent, b.now-int64(exactFor/time.Second)+1)
	if n > 0 && (n > 4096 || n*2 > len(b.recent)) {
		b.recent = append(b.recent[:0:0], b.recent[n:]...)
	}
}

// inWindow is the number of documents in the window that ends now.
func (b *Bursts) inWindow(w time.Duration) float64 {
	cut := b.now - int64(w/time.Second)
	i, _ := slices.BinarySearchFunc(b.recent, cut, func(at, cut int64) int {
		if at <= cut {
			return -1
		}
		return 1
	})
	return float64(len(b.recent) - i)
}
