package engine

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/health"
	"github.com/xuanti/xuanti/store"
)

const (
	problemsMost = 50
	hoursShown   = 48
	pollsShown   = 30
	importantAge = 30 * time.Minute // a trouble that is younger is not worth a line in the digest
)

// healthOrder lists the states of health, worst first.
func healthOrder() []xuanti.HealthState {
	return []xuanti.HealthState{xuanti.HealthFailing, xuanti.HealthGone, xuanti.HealthStale, xuanti.HealthSlow, xuanti.HealthMoved,
		xuanti.HealthNew, xuanti.HealthOK, xuanti.HealthPaused}
}

// sourceKey orders sources: the worst first, then by name.
func sourceKey(s *xuanti.Source, now time.Time) string {
	return fmt.Sprintf("%d|%s|%s", slices.Index(healthOrder(), s.Health(now)), s.Name, s.ID)
}

// fits reports whether a source is asked for.
func (q *SourceQuery) fits(s *xuanti.Source, now time.Time) bool {
	if q.Kind != "" && string(s.Kind) != q.Kind || q.Health != "" && string(s.Health(now)) != q.Health ||
		q.Group != "" && s.Group != q.Group || q.Tag != "" && !slices.Contains(s.Tags, q.Tag) {
		return false
	}
	text := strings.ToLower(strings.Join(append([]string{s.Name, s.URL, s.Group}, s.Tags...), "\n"))
	return q.Text == "" || strings.Contains(text, strings.ToLower(strings.TrimSpace(q.Text)))
}

// Sources implements Reader.
func (e *Engine) Sources(ctx context.Context, q SourceQuery) (Page[SourceView], error) {
	p := Page[SourceView]{Items: []SourceView{}, AsOf: e.Now()}
	after, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil || q.Cursor != "" && strings.Count(string(after), "|") < 2 {
		return p, invalid("query.cursor", "游标无效，请从头开始 (bad cursor)")
	}
	all, err := e.store.Sources(ctx, store.SourceFilter{})
	if err != nil {
		return p, err
	}
	type keyed struct {
		key string
		src *xuanti.Source
	}
	var rows []keyed
	for i := range all {
		if k := sourceKey(&all[i], p.AsOf); q.fits(&all[i], p.AsOf) && k > string(after) {
			rows = append(rows, keyed{k, &all[i]})
		}
	}
	slices.SortFunc(rows, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	if q.Limit > 0 && len(rows) > q.Limit {
		rows = rows[:q.Limit]
		p.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(rows[q.Limit-1].key))
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.src.ID
	}
	stored, err := e.store.Pulses(ctx, ids)
	if err != nil {
		return p, err
	}
	pulses := make(map[string][]byte, len(stored))
	for _, r := range stored {
		pulses[r.SourceID] = r.Data
	}
	for _, r := range rows {
		v := e.sourceView(r.src, p.AsOf)
		e.addPulse(&v, pulses[v.ID], p.AsOf)
		v.Polls = nil
		p.Items = append(p.Items, v)
	}
	return p, nil
}

// Source implements Reader.
func (e *Engine) Source(ctx context.Context, id string) (SourceView, error) {
	s, err := e.store.Source(ctx, id)
	if err != nil {
		return SourceView{}, err
	}
	data, err := e.store.Pulse(ctx, id)
	if err != nil {
		return SourceView{}, err
	}
	v := e.sourceView(&s, e.Now())
	e.addPulse(&v, data, e.Now())
	return v, nil
}

func (e *Engine) sourceView(s *xuanti.Source, now time.Time) SourceView {
	f := &s.Fetch
	v := SourceView{ID: s.ID, Kind: s.Kind, Name: s.Name, URL: s.URL, Platform: s.Platform, Board: s.Board, AccountID: s.AccountID, Group: s.Group, Tags: list(s.Tags),
		HeaderNames: list(slices.Sorted(maps.Keys(s.Headers))), Selector: s.Selector, Zone: s.Zone, Weight: s.Weight, Interval: s.Interval.String(), FullText: s.FullText,
		State: s.State, Builtin: s.Builtin, Health: s.Health(now), HealthSince: healthSince(s, now), Cause: f.Cause,
		LastSuccess: dated(f.LastSuccess), LastChange: dated(f.LastChange), LastAttempt: dated(f.LastAttempt), LastError: f.LastError, LastStatus: f.LastStatus, NextAt: dated(f.NextAt),
		Failures: f.Failures, Items: f.Items, LastItems: f.LastItems, LastNew: f.LastNew, LatencyMS: f.Latency.Milliseconds(), Adapter: f.Adapter, Moved: f.Moved}
	v.HealthText, v.HealthTextEN = healthText(s, now)
	v.Advice, v.AdviceEN = healthAdvice(s, now)
	v.NextWhy, v.NextWhyEN = nextWhy(s, now)
	if s.Kind == xuanti.SourceBoard && f.Adapter != "" {
		first := e.firstAdapter(s.Board)
		v.Fallback = first != "" && first != f.Adapter
	}
	if f.Attempts > 0 {
		v.Success = float64(f.Successes) / float64(f.Attempts)
	}
	return v
}

// firstAdapter is the endpoint of a board that is asked first.
func (e *Engine) firstAdapter(board string) string {
	if b, err := e.boards.Board(board); err == nil && len(b.Adapters) > 0 {
		return b.Adapters[0]
	}
	return ""
}

// addPulse shows what polling has shown over time.
func (e *Engine) addPulse(v *SourceView, data []byte, now time.Time) {
	p, err := health.Decode(data)
	if err != nil {
		return // the next poll starts it anew and says so
	}
	s := p.Stats(now)
	share := func(part, all int) *float64 {
		if all == 0 {
			return nil
		}
		x := float64(part) / float64(all)
		return &x
	}
	st := &SourceStats{
		Polls24h: s.Polls24h, Success24h: share(s.Polls24h-s.Failed24h, s.Polls24h), Polls7d: s.Polls7d, Success7d: share(s.Polls7d-s.Failed7d, s.Polls7d),
		New24h: s.New24h, NewShare24h: share(s.New24h, s.Rows24h), NewPerHour: round1(s.NewHour),
	}
	if s.P50 > 0 {
		p50, p95 := s.P50.Milliseconds(), s.P95.Milliseconds()
		st.P50MS, st.P95MS = &p50, &p95
	}
	if s.UsualKnown {
		u := round1(s.UsualHour)
		st.UsualHour = &u
	}
	v.Stats = st
	for _, h := range p.Hours {
		if now.Sub(h.Start) <= hoursShown*time.Hour {
			v.Hours = append(v.Hours, SourceHour{At: h.Start, Polls: h.Polls, Failed: h.Failed, New: h.New})
		}
	}
	for i := len(p.Polls) - 1; i >= 0 && len(v.Polls) < pollsShown; i-- {
		x := p.Polls[i]
		v.Polls = append(v.Polls, SourcePoll{At: x.At, OK: x.OK, Status: x.Status, LatencyMS: x.Latency.Milliseconds(), Rows: x.Rows, New: x.New})
	}
}

// SourcesHealth implements Reader.
func (e *Engine) SourcesHealth(ctx context.Context) (SourcesHealth, error) {
	now := e.Now()
	h := SourcesHealth{Counts: map[string]int{}, ByKind: map[string]map[string]int{}, Problems: []SourceProblem{}, AsOf: now}
	for _, s := range healthOrder() {
		h.Counts[string(s)] = 0
	}
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return h, err
	}
	groups, tags := map[string]int{}, map[string]int{}
	var bad []xuanti.Source
	for _, s := range sources {
		state := s.Health(now)
		h.Total++
		h.Counts[string(state)]++
		if h.ByKind[string(s.Kind)] == nil {
			h.ByKind[string(s.Kind)] = map[string]int{}
		}
		h.ByKind[string(s.Kind)][string(state)]++
		if s.Group != "" {
			groups[s.Group]++
		}
		for _, t := range s.Tags {
			tags[t]++
		}
		if troubled(state) {
			bad = append(bad, s)
		}
	}
	h.Groups, h.Tags = facets(groups, nil), facets(tags, nil)
	slices.SortFunc(bad, func(a, b xuanti.Source) int { return strings.Compare(sourceKey(&a, now), sourceKey(&b, now)) })
	var names []string
	for i := range bad {
		names = append(names, bad[i].Name)
		if i < problemsMost {
			v := e.sourceView(&bad[i], now)
			h.Problems = append(h.Problems, SourceProblem{ID: v.ID, Name: v.Name, Kind: v.Kind, Health: v.Health, Since: v.HealthSince,
				Text: v.HealthText, TextEN: v.HealthTextEN, Advice: v.Advice, AdviceEN: v.AdviceEN})
		}
	}
	well := h.Counts["ok"] + h.Counts["slow"] + h.Counts["moved"]
	h.Text, h.TextEN = fmt.Sprintf("%d 个来源，%d 个正常", h.Total, well), fmt.Sprintf("%d sources, %d fine", h.Total, well)
	if n := h.Counts["failing"] + h.Counts["gone"]; n > 0 {
		h.Text, h.TextEN = h.Text+fmt.Sprintf("，%d 个失效", n), h.TextEN+fmt.Sprintf(", %d failing", n)
	}
	if n := h.Counts["stale"]; n > 0 {
		h.Text, h.TextEN = h.Text+fmt.Sprintf("，%d 个停更或过期", n), h.TextEN+fmt.Sprintf(", %d stale", n)
	}
	if len(names) > 0 {
		h.Text += "：" + someNames(names)
		h.TextEN += ": " + strings.Join(names[:min(3, len(names))], ", ")
	}
	return h, nil
}

// troubled reports whether a person should look.
func troubled(h xuanti.HealthState) bool {
	return h == xuanti.HealthFailing || h == xuanti.HealthGone || h == xuanti.HealthStale
}

// sourceNotice is the line of the digest when sources that matter have been in
// trouble for half an hour: boards, and feeds and pages that are not trusted
// less than others.
func (e *Engine) sourceNotice(ctx context.Context) (string, error) {
	sources, err := e.sourceMap(ctx)
	if err != nil {
		return "", err
	}
	now := e.Now()
	var bad []xuanti.Source
	for _, s := range sources {
		since := healthSince(&s, now)
		if troubled(s.Health(now)) && (s.Kind == xuanti.SourceBoard || s.Weight >= 1) && since != nil && now.Sub(*since) >= importantAge {
			bad = append(bad, s)
		}
	}
	if len(bad) == 0 {
		return "", nil
	}
	slices.SortFunc(bad, func(a, b xuanti.Source) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), strings.Compare(a.Name, b.Name))
	})
	var names []string
	for _, s := range bad {
		names = append(names, s.Name)
	}
	return fmt.Sprintf("%d 个来源失效或停更：%s，今天的榜单可能不全", len(bad), someNames(names)), nil
}
