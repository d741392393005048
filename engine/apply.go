package engine

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
	"github.com/xuanti/xuanti/trend"
)

// batch is work that is committed together: items in order of sighting, and
// board snapshots of one instant.
type batch struct {
	at    time.Time
	items []xuanti.Item
	snaps []xuanti.Snapshot
	live  bool // deliver alerts; a replay only records them
	// also is written in the same transaction; it is told how many new items
	// each source brought. May be nil.
	also func(ctx context.Context, tx *store.Tx, fresh map[string]int) error
}

// applied says what a batch did.
type applied struct {
	Items   int // new items
	Known   int // seen before
	Copies  int
	Rows    int // board rows
	Matches int
	fresh   map[string]bool // keys of the new items
}

// change collects everything that one transaction writes.
type change struct {
	batch
	items   []xuanti.Item
	rows    []string // keys of the rows of all snapshots that are still to be observed
	docs    []*nlp.Analysis
	prints  []store.FingerprintRow
	members []xuanti.Membership
	own     []xuanti.OwnPost // that profiles published
	metrics []xuanti.Metric
	events  map[string]*liveEvent // touched
	order   []string              // ids of events in order of touching
	topics  map[string]xuanti.Topic
	merges  []trend.Merge
	splits  []splitRow
	regroup *xuanti.Regrouping // a person's decision
	divided *dividedTopic
	pins    map[string]bool // topics that a person fixed or let go
	points  []xuanti.EventPoint
	snaps   []store.SnapshotRow
	seen    [][]xuanti.Observation
	bursts  []xuanti.Burst
	alerts  alerts
	news    []Change // to publish after the commit
}

func newChange(b batch) *change {
	return &change{batch: b, events: map[string]*liveEvent{}, topics: map[string]xuanti.Topic{}, pins: map[string]bool{}}
}

func (c *change) touch(l *liveEvent) {
	if _, ok := c.events[l.ev.ID]; !ok {
		c.events[l.ev.ID] = l
		c.order = append(c.order, l.ev.ID)
	}
}

func (c *change) say(at time.Time, kind string, data any) {
	c.news = append(c.news, Change{Type: kind, At: at, Data: data})
}

// apply takes a batch through the whole way and commits it. Nothing is
// acknowledged before the commit; when it fails the state is rebuilt from the
// store, so that memory never knows more than the disk.
func (e *Engine) apply(ctx context.Context, b batch) (applied, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.applyLocked(ctx, b)
}

func (e *Engine) applyLocked(ctx context.Context, b batch) (applied, error) {
	c := newChange(b)
	done, err := e.decide(ctx, c)
	if err == nil {
		err = e.commit(ctx, c)
	}
	if err != nil {
		return applied{}, e.forget(ctx, err)
	}
	e.commits.Add(1)
	e.indexer.add(c.items, c.docs)
	for _, n := range c.news {
		e.publish(n.At, n.Type, n.Data)
	}
	e.hasten(ctx, c)
	return done, nil
}

// forget rebuilds memory from the store after err kept a change from being
// written, and returns err.
func (e *Engine) forget(ctx context.Context, err error) error {
	clear(e.subs.today) // what was not written did not fire
	if rerr := e.recover(context.WithoutCancel(ctx)); rerr != nil {
		return fmt.Errorf("%w (and rebuilding the state: %w)", err, rerr)
	}
	return err
}

// decide does all the thinking of a batch, in memory.
func (e *Engine) decide(ctx context.Context, c *change) (applied, error) {
	var done applied
	if err := e.knowSources(ctx); err != nil { // the weights that admit asks for
		return done, err
	}
	fresh, known, byKey, err := e.sift(ctx, c)
	if err != nil {
		return done, err
	}
	done.Known = known
	c.docs = e.analyze(fresh)
	c.items = fresh
	done.fresh = make(map[string]bool, len(fresh))
	for i := range c.items {
		if err := e.place(ctx, c, i); err != nil {
			return done, err
		}
		it := &c.items[i]
		byKey[it.Key] = ref{it.ID, it.EventID}
		done.fresh[it.Key] = true
		if it.Relation == xuanti.RelationCopy {
			done.Copies++
		}
	}
	done.Items = len(c.items)
	for i := range c.batch.snaps {
		n, err := e.observe(ctx, c, &c.batch.snaps[i], byKey)
		if err != nil {
			return done, err
		}
		done.Rows += n
	}
	for _, id := range c.order {
		e.refresh(c, c.events[id], c.at)
	}
	if err := e.escalate(ctx, c); err != nil {
		return done, err
	}
	done.Matches = len(c.alerts.matches)
	return done, nil
}

// ref is a known item and its event.
type ref struct{ item, event string }

// sift separates what is new from what was seen before. Known items only
// bring their counts.
func (e *Engine) sift(ctx context.Context, c *change) (fresh []xuanti.Item, known int, byKey map[string]ref, err error) {
	byKey = map[string]ref{}
	n := len(c.batch.items)
	for i := range c.batch.snaps {
		n += len(c.batch.snaps[i].Entries)
	}
	all := make([]xuanti.Item, 0, n)
	all = append(all, c.batch.items...)
	for i := range c.batch.snaps {
		sn := &c.batch.snaps[i]
		for j := range sn.Entries {
			all = append(all, entryItem(sn, &sn.Entries[j]))
		}
	}
	keys := make([]string, 0, len(all))
	for i := range all {
		if all[i].Key == "" {
			all[i].Key = itemKey(&all[i])
		}
		keys = append(keys, all[i].Key)
	}
	c.rows = keys[len(c.batch.items):]
	seen, err := e.store.SeenKeys(ctx, keys)
	if err != nil {
		return nil, 0, nil, err
	}
	var ids []string
	keyOf := map[string]string{} // of ids
	for i := range all {
		it := &all[i]
		id, old := seen[it.Key]
		if old {
			if _, ok := byKey[it.Key]; !ok {
				byKey[it.Key] = ref{item: id}
				ids, keyOf[id] = append(ids, id), it.Key
			}
			known++
			c.count(id, it)
			continue
		}
		if _, twice := byKey[it.Key]; twice {
			known++
			continue
		}
		if strings.TrimSpace(it.Title) == "" && strings.TrimSpace(it.Text) == "" {
			continue
		}
		it.ID = xuanti.NewID(it.SeenAt, "item", it.Key)
		if it.PublishedAt.IsZero() || it.PublishedAt.After(it.SeenAt) {
			it.PublishedAt = it.SeenAt
		}
		if it.Title == "" {
			it.Title = nlp.Shorten(it.Text, 40)
		}
		byKey[it.Key] = ref{item: it.ID}
		c.count(it.ID, it)
		fresh = append(fresh, *it)
	}
	if len(c.batch.snaps) > 0 && len(ids) > 0 {
		found, err := e.store.ItemEvents(ctx, ids)
		if err != nil {
			return nil, 0, nil, err
		}
		for _, f := range found {
			byKey[keyOf[f.ID]] = ref{f.ID, f.EventID}
		}
	}
	return fresh, known, byKey, nil
}

// count records the counts that came with a sighting.
func (c *change) count(id string, it *xuanti.Item) {
	for _, n := range it.Counts {
		c.metrics = append(c.metrics, xuanti.Metric{ItemID: id, At: c.at, Count: n, Provenance: "feed"})
	}
}

// entryItem makes the item that a board row stands for.
func entryItem(sn *xuanti.Snapshot, en *xuanti.Entry) xuanti.Item {
	return xuanti.Item{
		Kind: xuanti.ItemEntry, SourceID: sn.SourceID, Platform: sn.Platform, URL: en.URL, ExtID: en.ExtID,
		Title: en.Title, Text: en.Text, SeenAt: sn.At, PublishedAt: sn.At,
	}
}

// analyze segments every item once, on all cores.
func (e *Engine) analyze(items []xuanti.Item) []*nlp.Analysis {
	out := make([]*nlp.Analysis, len(items))
	var g errgroup.Group
	n := min(runtime.GOMAXPROCS(0), max(1, len(items)/4))
	for w := range n {
		g.Go(func() error {
			for i := w; i < len(items); i += n {
				out[i] = e.nlp.Analyze(items[i].Title, items[i].Text)
			}
			return nil
		})
	}
	_ = g.Wait() // the workers return no errors
	return out
}

// place decides where a new item belongs: a copy of an older one, a member of
// an event, or the first of a new event.
func (e *Engine) place(ctx context.Context, c *change, i int) error {
	s := &e.state
	it, a := &c.items[i], c.docs[i]
	d := trend.Doc{ItemID: it.ID, Key: it.Key, At: it.SeenAt, Platform: it.Platform, Source: it.SourceID, A: a}
	m := xuanti.Membership{ItemID: it.ID, At: it.SeenAt}
	runes := len([]rune(a.Text))
	original, err := e.original(ctx, c, it, a)
	if err != nil {
		return err
	}
	if original != nil && original.relation == xuanti.RelationCopy {
		it.Relation, it.CopyOf = original.relation, original.id
		it.EventID = original.event
		s.grouper.AddCopy(d, it.EventID)
		m.Score, m.By = 1, "copy"
		m.Why = []xuanti.Feature{{Name: original.how, Value: original.similarity, Points: 0}}
	} else {
		as := s.grouper.Add(d)
		it.EventID = as.EventID
		if original != nil && original.event == as.EventID { // of another event it is no spread
			it.Relation, it.CopyOf = original.relation, original.id
		}
		m.Score, m.By, m.Why = as.Score, "scorer", mainReasons(as.Why)
		e.join(c, it, a, as)
	}
	s.near.Add(it.ID, it.SeenAt, a.Fingerprint, runes)
	m.EventID = it.EventID
	c.members = append(c.members, m)
	if p, ok := e.ownPost(it); ok {
		c.own = append(c.own, p)
	}
	c.prints = append(c.prints, store.FingerprintRow{ItemID: it.ID, At: it.SeenAt, Runes: runes, Data: a.Fingerprint.Encode()})
	l := s.events[it.EventID]
	if l == nil {
		return fmt.Errorf("event %s of item %s is not active", it.EventID, it.ID)
	}
	l.admit(it, a, e.sources.weight(it.SourceID))
	c.touch(l)
	if isNews(it) {
		if it.Relation != xuanti.RelationCopy {
			s.words.Add(it.SeenAt, it.Platform, it.Title)
		}
		for _, b := range s.bursts.Add(e.sighting(it, a)) {
			e.burst(c, b)
		}
	}
	return e.match(ctx, c, it, a, l)
}

// isNews reports whether an item was published lately: the first poll of a
// source brings its whole past, which is no burst.
func isNews(it *xuanti.Item) bool { return it.SeenAt.Sub(it.PublishedAt) <= alertAge }

// join brings the live event and the topic in line with an assignment.
func (e *Engine) join(c *change, it *xuanti.Item, a *nlp.Analysis, as trend.Assignment) {
	l := e.state.events[as.EventID]
	if l == nil {
		l = newLive(xuanti.Event{ID: as.EventID, TopicID: as.TopicID, FirstAt: it.SeenAt, LastAt: it.SeenAt, State: xuanti.StateNew, StateSince: it.SeenAt})
		e.state.events[as.EventID] = l
	}
	l.dirty = true
	l.ev.TopicID = as.TopicID
	l.spell(a.Title, it.Title)
	if title, ok := l.spelled[as.Title]; ok && !l.ev.Pinned {
		l.ev.Title = title
	}
	if l.ev.Title == "" {
		l.ev.Title = it.Title
	}
	if len(as.Terms) > 0 {
		l.ev.Terms = as.Terms
	}
	t, ok := c.topics[as.TopicID]
	if !ok {
		t = xuanti.Topic{ID: as.TopicID, FirstAt: it.SeenAt}
	}
	t.Title, t.LastAt = l.ev.Title, it.SeenAt
	if as.NewEvent {
		t.Events++
	}
	c.topics[as.TopicID] = t
}

// spelledTitles is how many wordings of an event are remembered as published.
const spelledTitles = 24

// spell remembers how a title is spelled; the grouper works on folded text.
func (l *liveEvent) spell(folded, published string) {
	if l.spelled == nil {
		l.spelled = map[string]string{}
	}
	if len(l.spelled) < spelledTitles {
		l.spelled[folded] = published
	}
}

// admit counts an item into its event.
func (l *liveEvent) admit(it *xuanti.Item, a *nlp.Analysis, weight float64) {
	l.dirty = true
	if it.Relation == xuanti.RelationNone {
		l.ev.Items++
	} else {
		l.ev.Copies++
	}
	if it.SeenAt.After(l.ev.LastAt) {
		l.ev.LastAt = it.SeenAt
	}
	l.ev.Platforms = appendNew(l.ev.Platforms, it.Platform)
	if it.Kind != xuanti.ItemEntry {
		l.sawFeed(it.SourceID, it.PublishedAt)
	}
	if weight >= 1.5 {
		l.officAt = earliest(l.officAt, it.SeenAt)
	}
	if refutes(a.Title) {
		l.refutAt = earliest(l.refutAt, it.SeenAt)
	}
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// refutes recognises the words with which a refutation is announced.
func refutes(title string) bool {
	return slices.ContainsFunc([]string{"辟谣", "系谣言", "不实信息", "为谣言", "谣言!", "假的!", "不属实"}, func(w string) bool { return strings.Contains(title, w) })
}
