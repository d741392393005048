package engine

import (
	"context"
	"fmt"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/alert"
	"github.com/xuanti/xuanti/store"
)

const (
	dryRunMax    = 50_000 // items a dry run looks at
	dryRunShown  = 50
	dryRunMissed = 20
)

// dryRun is a rule on its way over the items of the last days.
type dryRun struct {
	e       *Engine
	sub     xuanti.Subscription
	matcher *alert.Matcher
	told    map[string]bool // events
	missed  []xuanti.Item   // that only the word borders hold back
	out     DryRun
}

// DryRun implements Reader: what the rule would have done in the last days.
func (e *Engine) DryRun(ctx context.Context, in SubscriptionInput, days int) (DryRun, error) {
	now := e.Now()
	if days <= 0 {
		days = 7
	}
	days = min(days, 30)
	r := dryRun{e: e, told: map[string]bool{}, out: DryRun{Days: days, Matches: []MatchView{}, Suppressed: []ItemView{}, Warnings: []string{}, AsOf: now}}
	var err error
	if r.sub, err = e.subscription(in, xuanti.Subscription{ID: "dry-run", Active: true, CreatedAt: now}); err != nil {
		return r.out, err
	}
	if r.matcher, err = alert.NewMatcher(e.nlp, []xuanti.Subscription{r.sub}); err != nil {
		return r.out, err
	}
	f := store.ItemFilter{Since: now.AddDate(0, 0, -days), Until: now, Limit: 1000}
	for r.out.Scanned < dryRunMax {
		items, next, err := e.store.Items(ctx, f)
		if err != nil {
			return r.out, err
		}
		for i := range items {
			if err := r.look(ctx, &items[i]); err != nil {
				return r.out, err
			}
		}
		if next == "" {
			break
		}
		f.Cursor = next
	}
	r.out.PerDay = round1(float64(r.out.Alerts) / float64(days))
	r.warn()
	r.out.Suppressed, err = e.viewsOf(ctx, r.missed)
	return r.out, err
}

// look counts what the rule makes of an item. The rule is alone: there is at
// most one hit.
func (r *dryRun) look(ctx context.Context, it *xuanti.Item) error {
	r.out.Scanned++
	for _, h := range r.matcher.Match(alert.Doc{Item: *it}) {
		if h.Suppressed {
			if len(r.missed) < dryRunMissed {
				r.missed = append(r.missed, *it)
			}
			continue
		}
		r.out.Hits++
		if r.told[it.EventID] {
			continue
		}
		r.told[it.EventID] = true
		if warm, err := r.reached(ctx, it.EventID); err != nil || !warm {
			return err
		}
		r.out.Alerts++
		if len(r.out.Matches) < dryRunShown {
			r.out.Matches = append(r.out.Matches, r.e.matchView(xuanti.Match{SubscriptionID: r.sub.ID, EventID: it.EventID, ItemID: it.ID, Stage: xuanti.StageFirst,
				At: it.SeenAt, Terms: h.Terms, Title: it.Title, URL: it.URL}))
		}
	}
	return nil
}

// reached reports whether an event was ever as hot as the rule wants.
func (r *dryRun) reached(ctx context.Context, eventID string) (bool, error) {
	if r.sub.Rule.MinHeat <= 0 {
		return true, nil
	}
	ev, err := r.e.store.Event(ctx, eventID)
	return ev.PeakHeat >= r.sub.Rule.MinHeat, err
}

// warn says what is odd about the figures.
func (r *dryRun) warn() {
	say := func(text string) { r.out.Warnings = append(r.out.Warnings, text) }
	switch {
	case r.out.Scanned >= dryRunMax:
		say(fmt.Sprintf("只检查了最近 %d 条内容 (only the newest %d items were looked at)", dryRunMax, dryRunMax))
	case r.out.Scanned == 0:
		say("还没有内容可以试运行 (there is nothing yet to try it on)")
	}
	switch {
	case r.out.Alerts > r.sub.DailyCap*r.out.Days:
		say("平均每天会超过上限，多出的只进 RSS；建议加一个必含词 (more a day than the limit, the rest goes to the feed only: add a required word)")
	case r.out.Hits > 0 && r.out.Alerts == 0:
		say("命中的事件都没有到过最低热度 (no event was ever as hot as wanted)")
	case r.out.Scanned > 0 && r.out.Hits == 0 && len(r.missed) > 0:
		say("所有命中都跨越了词的边界；如果确实要它们，把匹配方式改成“包含” (every hit crosses a word border; if they are wanted, match by contains)")
	}
}
