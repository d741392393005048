package crawler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/feed"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// pollFeed reads a feed with a conditional request. A body equal to the last
// one counts as not modified: many servers keep no validators.
func (c *Crawler) pollFeed(ctx context.Context, src xuanti.Source) Result {
	res := Result{Source: src}
	resp, err := c.fetcher.Do(ctx, fetch.Request{
		URL: c.endpoint(src.URL), Header: src.Headers,
		ETag: src.Fetch.ETag, LastModified: src.Fetch.LastModified,
		MaxBytes: feed.MaxBytes,
	})
	if err != nil {
		res.Err = err
		return res
	}
	st := &res.Source.Fetch
	st.LastStatus, st.Latency = resp.Status, resp.Latency
	res.answered, res.permanent = true, resp.Permanent
	hint := max(resp.RetryAfter, resp.MaxAge)
	sum := sha256.Sum256(resp.Body)
	hash := hex.EncodeToString(sum[:16])
	if resp.NotModified || hash == st.BodyHash && st.BodyHash != "" {
		st.LastNew = 0
		st.NextAt = c.notBefore(hint)
		return res
	}
	zone, err := c.zone(&src)
	if err != nil {
		res.Warnings = append(res.Warnings, err.Error())
	}
	parsed, err := feed.Parse(resp.Body, resp.Header.Get("Content-Type"), c.baseOf(resp, src.URL), zone, c.clock.Now())
	if err != nil {
		// Validators of a body that was no feed would hide the next good one.
		res.Err = err
		return res
	}
	parsed.Prune()
	// Validators come from full answers only; a 304 may carry others.
	st.ETag, st.LastModified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	if resp.Header.Get("Expires") == "0" && resp.MaxAge == 0 {
		st.ETag, st.LastModified = "", "" // such servers answer 304 for ever
	}
	st.BodyHash = hash
	st.NextAt = c.notBefore(hint)
	res.wishes = &wishes{ttl: parsed.TTL, hours: parsed.SkipHours, days: parsed.SkipDays}
	if parsed.Repaired {
		res.Warnings = append(res.Warnings, "the feed is damaged; its complete items were read")
	}
	if parsed.Dropped > 0 {
		res.Warnings = append(res.Warnings, fmt.Sprintf("%d items were left out: empty, repeated or over the limit of %d", parsed.Dropped, feed.MaxItems))
	}
	res.Items = parsed.Items
	if res.Source.Name == "" {
		res.Source.Name = parsed.Title
	}
	c.adopt(ctx, &res)
	return res
}

// notBefore turns a server's wish into a time, bounded to a day; none is zero.
func (c *Crawler) notBefore(hint time.Duration) time.Time {
	if hint <= 0 {
		return time.Time{}
	}
	return c.clock.Now().Add(min(hint, maxWait))
}

// countMoves follows a permanent redirect for good once it was seen at least
// three times and for about a day: a captive portal or a mistake lasts less.
// since is the time since the poll before.
func (c *Crawler) countMoves(res *Result, since time.Duration) {
	st := &res.Source.Fetch
	switch {
	case res.permanent == "" || len(c.endpoints) > 0:
		st.Moved, st.MovedCount = "", 0
		return
	case res.permanent == st.Moved:
		st.MovedCount++
	default:
		st.Moved, st.MovedCount = res.permanent, 1
	}
	need := max(3, int(24*time.Hour/max(since, minInterval)))
	if st.MovedCount >= need {
		res.Warnings = append(res.Warnings, "the source has moved for good; its address was updated")
		res.MovedFrom, res.Source.URL = res.Source.URL, st.Moved
		st.Moved, st.MovedCount = "", 0
	}
}

// adopt makes items the source's own, tells the new ones from the known and
// fetches the text of the new ones where wanted.
func (c *Crawler) adopt(ctx context.Context, res *Result) {
	src, st := &res.Source, &res.Source.Fetch
	keys := make([]string, len(res.Items))
	for i := range res.Items {
		it := &res.Items[i]
		it.SourceID, it.Platform, it.AccountID = src.ID, src.Platform, src.AccountID
		if src.AccountID != "" {
			it.Kind = xuanti.ItemPost
		}
		if strings.HasPrefix(it.Key, "|") {
			// An id without address is unique within its feed, not beyond.
			it.Key = address.BoundKey(src.ID + it.Key)
		}
		keys[i] = it.Key
	}
	known := map[string]string{}
	if c.seen != nil && len(keys) > 0 {
		var err error
		if known, err = c.seen(ctx, keys); err != nil {
			res.Warnings = append(res.Warnings, "known items could not be looked up: "+err.Error())
			known = map[string]string{}
		}
	}
	var fresh []*xuanti.Item
	for i := range res.Items {
		if _, ok := known[res.Items[i].Key]; !ok {
			fresh = append(fresh, &res.Items[i])
			res.fresh = append(res.fresh, res.Items[i].PublishedAt)
		}
	}
	st.LastItems, st.LastNew = len(res.Items), len(fresh)
	st.Items += int64(len(fresh))
	if len(fresh) > 0 {
		st.LastChange = c.clock.Now()
	}
	if src.FullText {
		res.Warnings = append(res.Warnings, c.fullText(ctx, fresh)...)
	}
}
