package nlp

import (
	"sync"
	"time"

	"github.com/xuanti/xuanti"
)

// Thresholds of the near-duplicate layers (reference: 85 % overlap is Feedly's
// published rule; 128 values resolve about 0.04).
const (
	copyJaccard    = 0.80
	rewriteJaccard = 0.55
	paragraphShare = 0.50
	strangerBody   = 0.10 // same title over such different bodies: a column's name
	maxCandidates  = 96
	maxNearEntries = 200_000
)

// Near is an older text that a new one repeats.
type Near struct {
	ID         string
	Relation   xuanti.Relation
	Similarity float64 // share of the text, 0 to 1
	How        string  // exact, title, paragraphs or minhash
}

// NearIndex finds copies and rewrites among the texts that Expire leaves in it.
// It is safe for concurrent use; memory is an estimated 1.2 KB a text, at most
// 200,000 texts, beyond which the oldest arrivals leave.
type NearIndex struct {
	mu         sync.Mutex
	first      int // number of entries[0]
	entries    []*nearEntry
	byBody     map[uint64]int
	byTitle    map[uint64]int
	paragraphs map[uint64][]int
	buckets    map[uint64]int // newest entry of an LSH bucket; entries chain to older ones
}

type nearEntry struct {
	id    string
	at    time.Time
	fp    Fingerprint
	runes int
	older [bands]int32 // previous entry in the same bucket, -1 at the end
}

// NewNearIndex returns an empty index.
func NewNearIndex() *NearIndex {
	return &NearIndex{byBody: map[uint64]int{}, byTitle: map[uint64]int{}, paragraphs: map[uint64][]int{}, buckets: map[uint64]int{}}
}

// Add files a text under its id. Of texts with the same hash the first stays.
func (x *NearIndex) Add(id string, at time.Time, fp Fingerprint, textRunes int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := x.first + len(x.entries)
	e := &nearEntry{id: id, at: at, fp: fp, runes: textRunes}
	x.entries = append(x.entries, e)
	addFirst(x.byBody, fp.Body, n)
	addFirst(x.byTitle, fp.Title, n)
	for _, p := range fp.Paragraphs {
		if list := x.paragraphs[p]; len(list) < 32 { // a banner under every text
			x.paragraphs[p] = append(list, n)
		}
	}
	for i := range e.older {
		e.older[i] = -1
	}
	if len(fp.MinHash) == hashes {
		for i := range bands {
			key := band(fp.MinHash, i)
			if prev, ok := x.buckets[key]; ok {
				e.older[i] = int32(prev) // two thousand million texts since the start
			}
			x.buckets[key] = n
		}
	}
	if len(x.entries) > maxNearEntries {
		x.drop()
	}
}

func addFirst(m map[uint64]int, key uint64, n int) {
	if key == 0 {
		return
	}
	if _, ok := m[key]; !ok {
		m[key] = n
	}
}

// Len is the number of texts held.
func (x *NearIndex) Len() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.entries)
}

func (x *NearIndex) get(n int) *nearEntry {
	if n < x.first || n >= x.first+len(x.entries) {
		return nil
	}
	return x.entries[n-x.first]
}

// Find looks for a text that fp repeats, the surest way first: the same body,
// the same title, half of the paragraphs, similar shingles. The caller checks
// [Conflict] before it believes the answer: reports made from one template
// differ in nothing but a place and a number.
func (x *NearIndex) Find(fp Fingerprint) (Near, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n, ok := x.byBody[fp.Body]; ok && fp.Body != 0 {
		if e := x.get(n); e != nil {
			return Near{e.id, xuanti.RelationCopy, 1, "exact"}, true
		}
	}
	if n, ok := x.byTitle[fp.Title]; ok && fp.Title != 0 {
		e := x.get(n)
		if e != nil && (len(e.fp.MinHash) == 0 || len(fp.MinHash) == 0 || Jaccard(e.fp, fp) >= strangerBody) {
			return Near{e.id, xuanti.RelationCopy, 1, "title"}, true
		}
	}
	if near, ok := x.byParagraphs(fp); ok {
		return near, true
	}
	return x.byMinHash(fp)
}

// byParagraphs finds the text that shares most characters in whole paragraphs,
// measured on the shorter of the two: a copy with an added introduction counts.
func (x *NearIndex) byParagraphs(fp Fingerprint) (Near, bool) {
	own := 0
	shared := map[int]int{}
	for _, p := range fp.Paragraphs {
		length := int(p & (1<<lengthBits - 1))
		own += length
		for _, n := range x.paragraphs[p] {
			shared[n] += length
		}
	}
	best, bestShare := -1, 0.0
	for n, s := range shared {
		e := x.get(n)
		if e == nil {
			continue
		}
		theirs := 0
		for _, p := range e.fp.Paragraphs {
			theirs += int(p & (1<<lengthBits - 1))
		}
		share := float64(s) / float64(min(own, theirs))
		if share > bestShare || share == bestShare && n < best {
			best, bestShare = n, share
		}
	}
	if best < 0 || bestShare < paragraphShare {
		return Near{}, false
	}
	rel := xuanti.RelationRewrite
	if bestShare >= copyJaccard {
		rel = xuanti.RelationCopy
	}
	return Near{x.get(best).id, rel, min(bestShare, 1), "paragraphs"}, true
}

func (x *NearIndex) byMinHash(fp Fingerprint) (Near, bool) {
	if len(fp.MinHash) != hashes {
		return Near{}, false
	}
	tried := make(map[int]struct{}, 16)
	best, bestScore := -1, 0.0
	for i := range bands {
		n, ok := x.buckets[band(fp.MinHash, i)]
		for ok && n >= x.first && len(tried) < maxCandidates {
			e := x.get(n)
			if e == nil {
				break
			}
			if _, done := tried[n]; !done {
				tried[n] = struct{}{}
				score := Jaccard(e.fp, fp)
				if score > bestScore || score == bestScore && n < best {
					best, bestScore = n, score
				}
			}
			n = int(e.older[i])
		}
	}
	if bestScore < rewriteJaccard {
		return Near{}, false
	}
	rel := xuanti.RelationRewrite
	if bestScore >= copyJaccard {
		rel = xuanti.RelationCopy
	}
	return Near{x.get(best).id, rel, bestScore, "minhash"}, true
}

// Expire forgets texts from before the time, in the order in which they were
// added.
func (x *NearIndex) Expire(before time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(x.entries) > 0 && x.entries[0].at.Before(before) {
		x.drop()
	}
	x.entries = append(make([]*nearEntry, 0, len(x.entries)), x.entries...)
}

// drop forgets the oldest entry. Chains end at the first forgotten number, so
// only keys whose newest entry it was must go.
func (x *NearIndex) drop() {
	e, n := x.entries[0], x.first
	x.entries[0] = nil
	x.entries = x.entries[1:]
	x.first++
	if x.byBody[e.fp.Body] == n {
		delete(x.byBody, e.fp.Body)
	}
	if x.byTitle[e.fp.Title] == n {
		delete(x.byTitle, e.fp.Title)
	}
	for _, p := range e.fp.Paragraphs {
		list := x.paragraphs[p]
		for len(list) > 0 && list[0] <= n {
			list = list[1:]
		}
		if len(list) == 0 {
			delete(x.paragraphs, p)
		} else {
			x.paragraphs[p] = list
		}
	}
	if len(e.fp.MinHash) == hashes {
		for i := range bands {
			if key := band(e.fp.MinHash, i); x.buckets[key] == n {
				delete(x.buckets, key)
			}
		}
	}
}
