package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

const (
	metricsMax = 1000           // rows of a pushed batch
	answerKept = 24 * time.Hour // under an idempotency key
)

// PushMetrics implements Writer. The same observation twice changes nothing;
// the same key gives the same answer, and with another batch CodeInvalid.
func (e *Engine) PushMetrics(ctx context.Context, key string, in MetricsInput) (MetricsResult, error) {
	if err := e.writable(); err != nil {
		return MetricsResult{}, err
	}
	if len(in.Observations) == 0 || len(in.Observations) > metricsMax {
		return MetricsResult{}, invalid("/observations", fmt.Sprintf("一次 1 到 %d 行 (between 1 and %d rows)", metricsMax, metricsMax))
	}
	if len(key) > 200 {
		return MetricsResult{}, invalid("header.Idempotency-Key", "Idempotency-Key 太长 (too long)")
	}
	raw, err := json.Marshal(in)
	if err != nil {
		return MetricsResult{}, fmt.Errorf("hash the batch: %w", err)
	}
	sum := sha256.Sum256(raw)
	hash := hex.EncodeToString(sum[:])
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.Now()
	if key != "" {
		if v, ok, err := e.answered(ctx, key, hash); err != nil || ok {
			return v, err
		}
	}
	res := MetricsResult{Rows: len(in.Observations), Errors: []MetricError{}}
	book, err := e.accountBook(ctx)
	if err != nil {
		return res, err
	}
	var rows []seenPost
	for i := range in.Observations {
		row, wrong := observation(&in.Observations[i], fmt.Sprintf("/observations/%d", i), book, now)
		res.Errors = append(res.Errors, wrong...)
		if row != nil {
			rows = append(rows, *row)
		}
	}
	result := func(done recorded) MetricsResult {
		out := res
		out.Errors = slices.Clone(res.Errors)
		out.Added, out.Unchanged, out.Created = done.added, done.same, done.created
		for _, w := range done.wrong {
			pointer := w.pointer
			if _, ok := xuanti.CountUnit(w.field); ok {
				pointer += "/counts"
			}
			out.Errors = append(out.Errors, MetricError{strings.TrimSuffix(pointer+"/"+w.field, "/"), w.message})
		}
		return out
	}
	done, err := e.record(ctx, rows, "api", true, func(tx *store.Tx, done recorded) error {
		if key == "" {
			return nil
		}
		body, err := json.Marshal(result(done))
		if err != nil {
			return fmt.Errorf("keep the answer: %w", err)
		}
		return tx.PutAnswer(ctx, "metrics/"+key, now, now.Add(-answerKept), hash, body)
	})
	if err != nil {
		return res, err
	}
	return result(done), nil
}

// answered returns what this key was answered before.
func (e *Engine) answered(ctx context.Context, key, hash string) (v MetricsResult, ok bool, err error) {
	was, body, ok, err := e.store.Answer(ctx, "metrics/"+key)
	if err != nil || !ok {
		return v, false, err
	}
	if was != hash {
		return v, false, invalid("header.Idempotency-Key", "这个 Idempotency-Key 已用于另一批数据 (the key was used for another batch)")
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return v, false, xuanti.Wrap(xuanti.CodeCorrupt, err, "a stored answer cannot be read")
	}
	return v, true, nil
}

// observation checks one row; nil when nothing of it can be used.
func observation(in *ObservationInput, pointer string, book accountBook, now time.Time) (*seenPost, []MetricError) {
	var wrong []MetricError
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, MetricError{strings.TrimSuffix(pointer+"/"+field, "/"), fmt.Sprintf(format, args...)})
	}
	row := &seenPost{place: place{pointer: pointer}, itemID: in.ID, url: strings.TrimSpace(in.URL), extID: in.PostID, title: strings.Join(strings.Fields(in.Title), " "), at: now}
	if in.PublishedAt != nil {
		row.published = in.PublishedAt.UTC()
	}
	if in.ObservedAt != nil {
		row.at = in.ObservedAt.UTC().Truncate(time.Millisecond)
	}
	if row.at.After(now.Add(clockSkew)) || row.at.Year() < 2000 {
		bad("observed_at", "数据时间在未来或太早 (observed in the future, or long ago)")
	}
	if row.published.After(row.at) {
		bad("published_at", "发布时间晚于数据时间 (published after it was observed)")
	}
	if row.url != "" {
		if err := webAddress("", row.url); err != nil {
			bad("url", notWeb)
		}
	}
	if in.Account != "" {
		if row.account = book.find(platformID(in.Platform), in.Account); row.account == nil {
			bad("account", "没有账号「%s」，或不止一个；请用账号编号 (no such account, or several)", nlp.Shorten(in.Account, 40))
		}
	}
	if row.itemID == "" && row.url == "" && (in.Account == "" || row.extID == "" && row.title == "") && in.Followers == nil {
		bad("", "没有指明作品：id、url、account+post_id 或 account+title (no post is named)")
	}
	if in.Followers != nil && in.Account == "" {
		bad("account", "粉丝数要指明账号 (followers of which account)")
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	for _, name := range slices.Sorted(maps.Keys(in.Counts)) {
		v := in.Counts[name]
		if v == nil {
			continue
		}
		c := xuanti.Count{Name: name, Value: *v, AtLeast: slices.Contains(in.AtLeast, name)}
		if !c.Valid() {
			bad("counts/"+name, "没有这种计数，或数值为负 (unknown count, or a negative value)")
			continue
		}
		row.counts = append(row.counts, c)
	}
	if in.Followers != nil {
		if *in.Followers < 0 {
			bad("followers", "粉丝数不能是负数 (followers is negative)")
		} else {
			row.followers = &xuanti.Count{Name: "followers", Value: *in.Followers, AtLeast: slices.Contains(in.AtLeast, "followers")}
		}
	}
	if len(row.counts) == 0 && row.followers == nil {
		if len(wrong) == 0 {
			bad("counts", "没有任何数字 (no counts)")
		}
		return nil, wrong
	}
	return row, wrong
}
