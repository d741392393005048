package board

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
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// Request is the request for an endpoint at a time, as the board's file describes
// it; false when there is no such endpoint.
func (b *Board) Request(adapter string, now time.Time) (fetch.Request, bool) {
	e := b.endpoint(adapter)
	if e == nil {
		return fetch.Request{}, false
	}
	return b.request(e, now), true
}

// request builds the exchange for an endpoint at a time.
func (b *Board) request(e *endpoint, now time.Time) fetch.Request {
	req := fetch.Request{Method: e.method, URL: expandTime(e.url, now), Header: maps.Clone(e.headers), MaxBytes: maxBody}
	if e.body != "" {
		req.Body = []byte(expandTime(e.body, now))
	}
	if u, err := url.Parse(req.URL); err == nil && e.sign != "" {
		signURL(e.sign, u)
		req.URL = u.String()
	}
	return req
}

// Client asks the endpoints of boards. It is safe for concurrent use and keeps
// no state: what it learns of endpoints goes into the source.
type Client struct {
	Fetcher *fetch.Fetcher
	Clock   xuanti.Clock
	// StandIn gives the address that is asked in place of one of a board, when
	// another server stands in for the platform; nil asks the platform.
	StandIn func(board, rawURL string) string
}

// Answer is what one poll of a board brought.
type Answer struct {
	Snapshot *xuanti.Snapshot // of a hot list
	Items    []xuanti.Item    // of a list of flashes
	Warnings []string         // endpoints that failed before one answered
	Err      error            // what each endpoint said, when none gave the list
}

// Poll asks the endpoints of a board in their order and takes the first
// list that passes. Each poll that succeeds is a snapshot, also when nothing
// moved: that a title stayed is an observation. Requests are therefore never
// conditional; LastChange tells when the list last differed.
//
// An endpoint that keeps failing while another answers is left alone for a
// while, and one whose server asked for time is not asked before. What is known
// of the endpoints is read from src.Fetch and written there, with what the poll
// says of the list; when to poll next is left to the caller, but for the time
// that every server asked for.
func (c *Client) Poll(ctx context.Context, b *Board, src *xuanti.Source) Answer {
	now := c.Clock.Now()
	states := readStates(src.Fetch.BodyHash)
	order, errs := b.inOrder(states, now)
	for _, e := range order {
		st := states.of(e.adapter)
		got := c.try(ctx, b, e, src)
		if got.Err == nil && b.frozen(st, listHash(got.Entries), now) {
			got.Err = b.fail(e, frozenFault(now.Sub(time.Unix(st.Since, 0))))
		}
		if got.Err == nil {
			st.ok()
			out := b.take(&got.Reading, src, st, now)
			for _, e := range errs {
				out.Warnings = append(out.Warnings, e.Error())
			}
			src.Fetch.BodyHash = states.String()
			return out
		}
		if ctx.Err() != nil { // our own hurry says nothing about the endpoint
			errs = append(errs, got.Err)
			break
		}
		st.failed(got.Err, now, b.Interval)
		errs = append(errs, got.Err)
	}
	src.Fetch.BodyHash = states.String()
	src.Fetch.NextAt = b.earliest(states, now)
	return Answer{Err: allFailed(errs)}
}

// Attempt is one endpoint tried once.
type Attempt struct {
	Reading
	URL     string // without query
	Status  int    // HTTP status, 0 when no answer came
	Bytes   int    // of the answer, decompressed
	Latency time.Duration
}

// Try asks one endpoint of a board once and says what it answered.
// Nothing is remembered.
func (c *Client) Try(ctx context.Context, b *Board, adapter string, src xuanti.Source) Attempt {
	e := b.endpoint(adapter)
	if e == nil {
		return Attempt{Reading: b.Read(adapter, nil, "", c.Clock.Now())}
	}
	return c.try(ctx, b, e, &src)
}

// try asks one endpoint and reads its answer.
func (c *Client) try(ctx context.Context, b *Board, e *endpoint, src *xuanti.Source) Attempt {
	req := c.request(b, e, src)
	out := Attempt{Reading: Reading{Adapter: e.adapter}, URL: bareURL(req.URL)}
	resp, err := c.Fetcher.Do(ctx, req)
	body, contentType := []byte(nil), ""
	if err == nil {
		src.Fetch.LastStatus, src.Fetch.Latency = resp.Status, resp.Latency
		body, contentType = resp.Body, resp.Header.Get("Content-Type")
		out.Status, out.Latency, out.Bytes = resp.Status, resp.Latency, len(body)
		if e.each != nil {
			body, err = c.records(ctx, b, e, req, body, contentType)
		}
	}
	if err != nil {
		var fe *fetch.Error
		if errors.As(err, &fe) {
			src.Fetch.LastStatus, out.Status = fe.Status, fe.Status
		}
		out.Err = b.fail(e, err)
		return out
	}
	out.Reading = b.read(e, body, contentType, c.Clock.Now())
	return out
}

// request is the request for an endpoint, with what is the source's own.
func (c *Client) request(b *Board, e *endpoint, src *xuanti.Source) fetch.Request {
	req := b.request(e, c.Clock.Now())
	req.URL = c.standIn(b, req.URL)
	for k, v := range req.Header {
		req.Header[k] = strings.ReplaceAll(v, "{agent}", c.Fetcher.UserAgent())
	}
	// A source's own headers (a cookie, say) go to the site they belong to, not
	// to the other hosts of the board.
	if u, err := url.Parse(e.url); err == nil && (b.sameHome(u) || len(b.endpoints) == 1) {
		for k, v := range src.Headers {
			if req.Header == nil {
				req.Header = map[string]string{}
			}
			req.Header[k] = v
		}
	}
	return req
}

func (c *Client) standIn(b *Board, rawURL string) string {
	if c.StandIn == nil {
		return rawURL
	}
	return c.StandIn(b.ID, rawURL)
}

func bareURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return fetch.PublicURL(u)
}

// sameHome reports whether an address is on the site of the board's home page.
func (b *Board) sameHome(u *url.URL) bool { return address.SameSite(b.home.Hostname(), u.Hostname()) }

// take turns an accepted reading into the answer to a poll: a snapshot of a
// hot list, or the items of a list of flashes.
func (b *Board) take(r *Reading, src *xuanti.Source, ep *endpointState, now time.Time) Answer {
	st := &src.Fetch
	st.Adapter = r.Adapter
	st.LastItems = len(r.Entries)
	st.LastNew = 0
	if hash := listHash(r.Entries); hash != ep.Hash {
		ep.Hash, ep.Since = hash, now.Unix()
		st.LastChange = now
	}
	if b.Flash {
		return Answer{Items: b.flashes(r, now)}
	}
	snap := b.snapshot(r, now)
	if src.ID != "" {
		snap.SourceID = src.ID
	}
	return Answer{Snapshot: snap}
}

// flashes are the rows of a list that is ordered by time: each is news of its
// own, and its place says nothing.
func (b *Board) flashes(r *Reading, now time.Time) []xuanti.Item {
	out := make([]xuanti.Item, 0, len(r.Entries))
	for i := range r.Entries {
		e := &r.Entries[i]
		it := xuanti.Item{
			Kind: xuanti.ItemArticle, Platform: b.Platform, ExtID: e.ExtID, URL: e.URL, Title: e.Title, Text: e.Text,
			PublishedAt: r.Posted[i], SeenAt: now,
		}
		if it.PublishedAt.IsZero() || it.PublishedAt.After(now) {
			it.PublishedAt = now
		}
		it.Key = address.Key(it.Kind, it.Platform, it.URL, it.ExtID, it.Title, it.PublishedAt)
		out = append(out, it)
	}
	return out
}

// listHash tells whether a list is the same as before: order, titles and
// figures, but not the time stamps around them.
func listHash(list []xuanti.Entry) string {
	h := sha256.New()
	for i := range list {
		e := &list[i]
		h.Write([]byte(e.Title))
		h.Write([]byte{0})
		if e.Heat != nil {
			h.Write(strconv.AppendInt(nil, *e.Heat, 10))
		}
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
