package crawler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// request builds the exchange for an endpoint at a time. A base replaces
// scheme and host; its path, if any, goes in front.
func (b *Board) request(e *endpoint, base string, now time.Time) Request {
	req := Request{Method: e.method, URL: expandTime(e.url, now), Header: maps.Clone(e.headers), MaxBytes: maxBoardBody}
	if e.body != "" {
		req.Body = []byte(expandTime(e.body, now))
	}
	u, err := url.Parse(req.URL)
	if err != nil {
		return req
	}
	if e.sign != "" {
		signURL(e.sign, u)
	}
	if root, err := url.Parse(base); base != "" && err == nil {
		u.Scheme, u.Host = root.Scheme, root.Host
		u.Path = strings.TrimSuffix(root.Path, "/") + u.Path
	}
	req.URL = u.String()
	return req
}

// pollBoard asks the endpoints of a board in their order and takes the first
// list that passes. Each poll that succeeds is a snapshot, also when nothing
// moved: that a title stayed is an observation. Requests are therefore never
// conditional; LastChange tells when the list last differed.
func (c *Crawler) pollBoard(ctx context.Context, src xuanti.Source) Result {
	res := Result{Source: src}
	b, err := boardByID(src.Board)
	if err != nil {
		res.Err = err
		return res
	}
	var errs []error
	var wait time.Duration // the longest that a server asked for
	for _, e := range b.endpoints {
		snap, err := c.readEndpoint(ctx, b, e, &res)
		if err == nil {
			for _, e := range errs {
				res.Warnings = append(res.Warnings, e.Error())
			}
			c.takeSnapshot(&res, snap)
			return res
		}
		var fe *FetchError
		if errors.As(err, &fe) {
			res.Source.Fetch.LastStatus = fe.Status
			wait = max(wait, min(fe.RetryAfter, boardMaxWait))
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	res.Err = allFailed(errs)
	res.Source.Fetch.NextAt = c.notBefore(wait)
	return res
}

func (c *Crawler) readEndpoint(ctx context.Context, b *Board, e *endpoint, res *Result) (*xuanti.Snapshot, error) {
	req := b.request(e, c.endpoints[b.ID], c.clock.Now())
	if c.endpoints[b.ID] == "" {
		req.URL = c.endpoint(req.URL)
	}
	// A source's own headers (a cookie, say) go to the site they belong to, not
	// to the other hosts of the board.
	if u, err := url.Parse(e.url); err == nil && (b.sameHome(u) || len(b.endpoints) == 1) {
		for k, v := range res.Source.Headers {
			if req.Header == nil {
				req.Header = map[string]string{}
			}
			req.Header[k] = v
		}
	}
	resp, err := c.fetcher.Do(ctx, req)
	if err != nil {
		return nil, b.fail(e, err)
	}
	st := &res.Source.Fetch
	st.LastStatus, st.Latency = resp.Status, resp.Latency
	return b.parse(e, resp.Body, resp.Header.Get("Content-Type"), c.clock.Now())
}

// sameHome reports whether an address is on the site of the board's home page.
func (b *Board) sameHome(u *url.URL) bool { return sameSite(b.home.Hostname(), u.Hostname()) }

func (c *Crawler) takeSnapshot(res *Result, snap *xuanti.Snapshot) {
	if res.Source.ID != "" {
		snap.SourceID = res.Source.ID
	}
	res.Snapshot = snap
	st := &res.Source.Fetch
	st.Adapter = snap.Adapter
	st.LastItems = len(snap.Entries)
	st.LastNew = 0
	if hash := listHash(snap); hash != st.BodyHash {
		st.BodyHash, st.LastChange = hash, c.clock.Now()
	}
}

// listHash tells whether a list is the same as before: order, titles and
// figures, but not the time stamps around them.
func listHash(snap *xuanti.Snapshot) string {
	h := sha256.New()
	for i := range snap.Entries {
		e := &snap.Entries[i]
		h.Write([]byte(e.Title))
		h.Write([]byte{0})
		if e.Heat != nil {
			h.Write(strconv.AppendInt(nil, *e.Heat, 10))
		}
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
