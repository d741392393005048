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

// boardAnswer is what polling a board brought.
type boardAnswer struct {
	snap     *xuanti.Snapshot
	resp     *Response // of the endpoint that answered, or the last that did
	status   int       // HTTP status of the last exchange, 0 when no answer came
	warnings []string  // endpoints that failed before one answered
	err      error     // when none did: what each of them said
}

// readBoard asks the endpoints of a board in their order and takes the first
// list that passes.
func (c *Crawler) readBoard(ctx context.Context, b *Board, headers map[string]string) boardAnswer {
	var out boardAnswer
	var errs []error
	for _, e := range b.endpoints {
		req := b.request(e, c.endpoints[b.ID], c.clock.Now())
		for k, v := range headers {
			if req.Header == nil {
				req.Header = map[string]string{}
			}
			req.Header[k] = v
		}
		resp, err := c.fetcher.Do(ctx, req)
		if err == nil {
			out.resp, out.status = resp, resp.Status
			out.snap, err = b.parse(e, resp.Body, resp.Header.Get("Content-Type"), c.clock.Now())
		} else {
			out.status = 0
			var fe *FetchError
			if errors.As(err, &fe) {
				out.status = fe.Status
			}
			err = b.errorf(e, "%w", err)
		}
		if err == nil {
			for _, e := range errs {
				out.warnings = append(out.warnings, e.Error())
			}
			return out
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	out.err = errors.Join(errs...)
	return out
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
