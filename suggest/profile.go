package suggest

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

const (
	ownHalfLife   = 90.0 // days until an own post counts half for relevance
	noveltySpan   = 180 * 24 * time.Hour
	minProduction = 30 * time.Minute
	nearestPosts  = 3
	lonePosts     = 8   // own posts from which a word of only one of them
	loneWord      = 0.5 // counts this much: it may be there by chance
)

// profileContext is a profile made ready for comparing.
type profileContext struct {
	p       xuanti.Profile
	words   []string // folded keywords
	exclude []string
	own     []ownPost
	posting map[string][]posting // word → own posts that hold it
	produce time.Duration
}

type ownPost struct {
	post xuanti.OwnPost
	w    float64 // by age, 0…1
	late bool    // older than novelty looks
}

type posting struct {
	post int
	w    float64
}

// similar is how near an own post is to a candidate.
type similar struct {
	post  int
	whole float64 // cosine
	firm  float64 // cosine with the words of a single own post halved
}

func newProfile(p xuanti.Profile, own []xuanti.OwnPost, r *reader, now time.Time) *profileContext {
	ctx := &profileContext{p: p, produce: max(p.Production, minProduction), posting: map[string][]posting{}, words: folded(p.Keywords), exclude: folded(p.Exclude)}
	for _, o := range own {
		age := now.Sub(o.At).Hours() / 24
		if age < 0 {
			continue // written after the moment that is shown
		}
		for _, e := range r.vector([]*reading{r.read(o.Title)}, nil) {
			ctx.posting[e.word] = append(ctx.posting[e.word], posting{len(ctx.own), e.w})
		}
		ctx.own = append(ctx.own, ownPost{post: o, w: math.Exp2(-age / ownHalfLife), late: now.Sub(o.At) > noveltySpan})
	}
	return ctx
}

func folded(in []string) []string {
	var out []string
	for _, s := range in {
		if f := nlp.Fold(s); f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// compare returns the own posts that share words with a candidate, nearest
// first.
func (ctx *profileContext) compare(v vector) []similar {
	at := map[int]int{}
	var out []similar
	for _, e := range v { // in the order of the words: the same sums in every run
		share := 1.0
		if len(ctx.posting[e.word]) == 1 && len(ctx.own) >= lonePosts {
			share = loneWord
		}
		for _, p := range ctx.posting[e.word] {
			i, ok := at[p.post]
			if !ok {
				i = len(out)
				at[p.post] = i
				out = append(out, similar{post: p.post})
			}
			out[i].whole += e.w * p.w
			out[i].firm += share * e.w * p.w
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].whole != out[j].whole {
			return out[i].whole > out[j].whole
		}
		return out[i].post < out[j].post
	})
	return out
}

// excluded reports whether a candidate is about something that the profile
// never wants: in its title, topic, terms or board wordings, or in a quarter
// of its members. Substrings count here: a wish not to see is taken broadly.
func (ctx *profileContext) excluded(s *scored) bool {
	if len(ctx.exclude) == 0 {
		return false
	}
	texts := []string{s.title.folded, nlp.Fold(s.c.Topic.Title)}
	for _, t := range s.c.Event.Terms {
		texts = append(texts, nlp.Fold(t))
	}
	for _, p := range s.c.Presences {
		texts = append(texts, nlp.Fold(p.Title))
	}
	for _, x := range ctx.exclude {
		if slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, x) }) {
			return true
		}
		n := 0
		for _, m := range s.members {
			if strings.Contains(m, x) {
				n++
			}
		}
		if n > 0 && 4*n >= len(s.members) {
			return true
		}
	}
	return false
}
