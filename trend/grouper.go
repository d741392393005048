package trend

import (
	"cmp"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

// Doc is one analysed item on its way to an event.
type Doc struct {
	ItemID   string
	Key      string
	At       time.Time // when this engine saw it
	Platform string
	Source   string
	A        *nlp.Analysis
}

// Assignment is where a document belongs, and why.
type Assignment struct {
	EventID  string
	TopicID  string
	NewEvent bool
	NewTopic bool
	Score    float64          // probability that the join is right; 1 for a founding item
	Why      []xuanti.Feature // Points add up to the log-odds of Score, bias included; nil for a founding item
	Title    string           // the event's most representative title now, folded
	Terms    []string         // key terms of the event, best first, at most 12
}

// Merge says that From now lives on as Into.
type Merge struct {
	From, Into string
	Topic      bool // a merge of topics, not of events
}

// GrouperOptions tune a [Grouper]. The zero value works.
type GrouperOptions struct {
	IDF       func(string) float64 // rarity of a word, ranks the key terms; nil uses the shipped background
	Analyzer  *nlp.Analyzer        // reads round-ups by their first story, and the stored titles again at Load; nil compares these by their characters only
	Hold      time.Duration        // an event without news is closed after this; 0 means 72 h
	TopicHold time.Duration        // a topic without news is closed after this; 0 means 14 days
}

// Grouper is the streaming two-level grouping: events (one happening) and
// topics (the wider story). It is not safe for concurrent use.
//
// A title is compared with the active events that share rare character pairs
// with it, with up to maxMedoids member titles each. Forests judge each pair:
// one was trained to tell what belongs together from chance (see
// train.Temporal), the others on judged pairs; the event with the highest
// log-odds wins if they are above zero, otherwise the title founds a new event.
type Grouper struct {
	opts   GrouperOptions
	scorer groupScorer
	now    time.Time // newest document time: the grouper's clock
	events level
	topics level
	words  vocabulary // terms of events
	moved  map[string]redirect
}

// redirect is where a merged event or topic went.
type redirect struct {
	Into string
	At   time.Time
}

// NewGrouper returns an empty grouper.
func NewGrouper(opts GrouperOptions) *Grouper {
	if opts.Hold <= 0 {
		opts.Hold = 72 * time.Hour
	}
	if opts.TopicHold <= 0 {
		opts.TopicHold = 14 * 24 * time.Hour
	}
	g := &Grouper{opts: opts, scorer: newGroupScorer()}
	if g.opts.IDF == nil {
		g.opts.IDF = g.scorer.bg.wordIDF
	}
	g.reset()
	return g
}

func (g *Grouper) reset() {
	g.now = time.Time{}
	g.events = newLevel(maxMedoids)
	g.topics = newLevel(maxTopicMedoids)
	g.words = newVocabulary(nil)
	g.moved = map[string]redirect{}
}

// Add decides the event and the topic of d. Documents should come in the order
// of their times. The decision depends only on the documents before it.
func (g *Grouper) Add(d Doc) Assignment {
	g.advance(d.At)
	m := g.member(d)
	var out Assignment
	e, verdict := g.best(&g.events, m, levelEvent)
	if e != nil {
		out.Score, out.Why = verdict.probability(), g.scorer.why(&verdict)
	} else {
		out.NewEvent, out.Score = true, 1
		e = g.events.found(xuanti.NewID(d.At, "event", d.ItemID), m)
	}
	t := g.topics.get(e.Parent)
	if t == nil {
		if t, _ = g.best(&g.topics, m, levelTopic); t == nil {
			out.NewTopic = true
			t = g.topics.found(xuanti.NewID(d.At, "topic", d.ItemID), m)
		}
		e.Parent = t.ID
		t.Children++
	}
	if !out.NewEvent {
		g.join(&g.events, e, m)
	}
	if !out.NewTopic {
		g.join(&g.topics, t, m)
	}
	e.countTerms(&g.words, d.A)
	out.EventID, out.TopicID = e.ID, t.ID
	out.Title, out.Terms = e.title(), e.topTerms(&g.words, g.opts.IDF)
	return out
}

// AddCopy counts d as spread of an event: it keeps the event active, lends
// weight to the title it repeats and never changes what the event is about. An
// unknown event is ignored.
func (g *Grouper) AddCopy(d Doc, eventID string) {
	g.advance(d.At)
	e := g.events.get(g.Resolve(eventID))
	if e == nil {
		return
	}
	e.Copies++
	e.touch(d.At)
	e.addPlatform(d.Platform)
	e.support(g.member(d))
	if t := g.topics.get(e.Parent); t != nil {
		t.touch(d.At)
	}
}

// Restore replays a stored decision: d belongs to the event and the topic,
// which are founded if unknown. Decisions of people arrive this way too.
func (g *Grouper) Restore(d Doc, eventID, topicID string) {
	g.advance(d.At)
	m := g.member(d)
	eventID, topicID = g.Resolve(eventID), g.Resolve(topicID)
	t := g.topics.get(topicID)
	if t == nil && topicID != "" {
		t = g.topics.found(topicID, m)
	} else if t != nil {
		g.join(&g.topics, t, m)
	}
	e := g.events.get(eventID)
	if e == nil {
		e = g.events.found(eventID, m)
		if t != nil {
			t.Children++
		}
	} else {
		g.join(&g.events, e, m)
	}
	if t != nil {
		e.Parent = t.ID
	}
	e.countTerms(&g.words, d.A)
}

// Len returns the number of open events and topics.
func (g *Grouper) Len() (events, topics int) { return g.events.len(), g.topics.len() }

// Resolve follows redirects of merged events and topics.
func (g *Grouper) Resolve(id string) string {
	for range 32 { // a chain cannot be longer than the merges of one id
		r, ok := g.moved[id]
		if !ok {
			return id
		}
		id = r.Into
	}
	return id
}

func (g *Grouper) advance(at time.Time) {
	if at.After(g.now) {
		g.now = at
	}
}

func (g *Grouper) member(d Doc) *member {
	a := d.A
	if a == nil {
		a = &nlp.Analysis{}
	}
	a = g.story(a)
	m := &member{ItemID: d.ItemID, Platform: d.Platform, At: d.At, Input: newInput(g.scorer.bg, a.Title, a), Weight: 1}
	m.facts = a.Facts()
	m.sk = newSketch(g.scorer.bg, m.Input)
	return m
}

// best returns the cluster that m should join, or nil.
func (g *Grouper) best(l *level, m *member, kind levelKind) (*cluster, verdict) {
	hold := g.opts.Hold
	if kind == levelTopic {
		hold = g.opts.TopicHold
	}
	var best *cluster
	var top verdict
	for _, c := range l.candidates(m, m.At.Add(-hold), maxCandidates) {
		v := g.scorer.judge(l, m, c, kind, max(0, top.logOdds))
		if v.logOdds >= 0 && (best == nil || v.logOdds > top.logOdds) {
			best, top = c, v
		}
	}
	return best, top
}

func (g *Grouper) join(l *level, c *cluster, m *member) {
	c.Members++
	c.touch(m.At)
	c.addPlatform(m.Platform)
	l.keep(c, m)
}

func compareIDs(a, b *cluster) int { return cmp.Compare(a.ID, b.ID) }
