package eval

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/trend"
)

const nearWindow = 72 * time.Hour // in which a title counts as a repeat

// chain joins the parts as the engine does: analysis → repeats → events and
// topics → new words → bursts.
type chain struct {
	a       *nlp.Analyzer
	near    *nlp.NearIndex
	grouper *trend.Grouper
	words   *nlp.Discovery
	bursts  *trend.Bursts
	known   map[string]placed // items of the near index, by id
	count   int
	hour    time.Time // the last full hour that was worked off
	night   string
}

// placed is where an item went.
type placed struct {
	at           time.Time
	platform     string
	title        string
	event, topic string
}

func (e *Env) chain() (*chain, error) {
	a, err := e.analyzer()
	if err != nil {
		return nil, err
	}
	return &chain{
		a: a, near: nlp.NewNearIndex(), words: nlp.NewDiscovery(a), known: map[string]placed{},
		grouper: trend.NewGrouper(trend.GrouperOptions{IDF: a.IDF, Analyzer: a}),
		bursts:  trend.NewBursts(trend.BurstOptions{AlarmsPerDay: e.Config.Trend.FalseAlarms, Has: a.Has}),
	}, nil
}

// place decides the event and topic of a title.
func (c *chain) place(r *sightRow) (placed, *nlp.Analysis) {
	an := c.a.Analyze(r.Title, "")
	key := r.Platform + "|" + an.Title
	c.count++
	id := xuanti.NewID(r.at, "item", key+"|"+strconv.Itoa(c.count))
	d := trend.Doc{ItemID: id, Key: key, At: r.at, Platform: r.Platform, Source: r.Platform, A: an}
	p := placed{at: r.at, platform: r.Platform, title: r.Title}
	if old, ok := c.original(r, an); ok {
		c.grouper.AddCopy(d, old.event)
		p.event, p.topic = old.event, old.topic
	} else {
		as := c.grouper.Add(d)
		p.event, p.topic = as.EventID, as.TopicID
	}
	c.near.Add(id, r.at, an.Fingerprint, 0)
	c.known[id] = p
	return p, an
}

// original finds the older title that this one repeats on another platform.
func (c *chain) original(r *sightRow, an *nlp.Analysis) (placed, bool) {
	near, ok := c.near.Find(an.Fingerprint)
	if !ok || near.Relation != xuanti.RelationCopy {
		return placed{}, false
	}
	old, ok := c.known[near.ID]
	if !ok || old.platform == r.Platform && near.How == "title" {
		return placed{}, false
	}
	if near.How != "exact" {
		if _, veto := nlp.Conflict(an.Facts(), c.a.Analyze(old.title, "").Facts()); veto {
			return placed{}, false
		}
	}
	old.event = c.grouper.Resolve(old.event)
	return old, true
}

// sight places a title and shows it to the discovery and the bursts.
func (c *chain) sight(r *sightRow) []xuanti.Burst {
	p, an := c.place(r)
	c.words.Add(r.at, r.Platform, an.Title)
	terms := append(append([]string(nil), an.Terms...), c.words.Candidates(an.Title)...)
	return c.bursts.Add(trend.Sighting{At: r.at, Story: p.event, Source: r.Platform, Terms: terms, Title: r.Title})
}

// advance does the hourly and nightly work that is due before at.
func (c *chain) advance(at time.Time) error {
	return c.clock(at, func(now time.Time) {
		c.bursts.Tick(now)
		c.near.Expire(now.Add(-nearWindow))
		for id, p := range c.known {
			if now.Sub(p.at) > nearWindow {
				delete(c.known, id)
			}
		}
		c.grouper.Maintain(now)
	}, func(now time.Time) error {
		c.bursts.Calibrate(now)
		var learn []xuanti.Word
		for _, w := range c.words.Propose(now) {
			if w.Status == xuanti.WordAuto {
				learn = append(learn, w)
			}
		}
		if len(learn) == 0 {
			return nil
		}
		if err := c.a.AddWords(learn); err != nil {
			return fmt.Errorf("learn words: %w", err)
		}
		return nil
	})
}

// clock calls hourly for each full hour up to at, in order, and nightly for
// the first of them past four in the morning, Shanghai time. Of a long gap it
// visits only the first and the last day.
func (c *chain) clock(at time.Time, hourly func(time.Time), nightly func(time.Time) error) error {
	full := at.Truncate(time.Hour)
	if c.hour.IsZero() {
		c.hour, c.night = full, nightOf(full)
		return nil
	}
	if gap := full.Sub(c.hour); gap > 48*time.Hour {
		c.hour = full.Add(-24 * time.Hour)
	}
	for c.hour.Before(full) {
		c.hour = c.hour.Add(time.Hour)
		hourly(c.hour)
		if night := nightOf(c.hour); night != c.night {
			c.night = night
			if err := nightly(c.hour); err != nil {
				return err
			}
		}
	}
	return nil
}

func nightOf(t time.Time) string {
	return t.In(xuanti.Shanghai).Add(-4 * time.Hour).Format(time.DateOnly)
}

// round keeps six digits, so that answers compare across machines.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }
