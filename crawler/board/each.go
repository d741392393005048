package board

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/xuanti/xuanti/crawler/fetch"
)

// maxRecord bounds one record of a list that only names ids.
const maxRecord = 256 << 10

// records follows an answer that only lists ids: it asks for each record on the
// same host and gives their answers as one JSON list. Single records may fail;
// when more than half do, the list is not there.
func (c *Client) records(ctx context.Context, b *Board, e *endpoint, list fetch.Request, body []byte, contentType string) ([]byte, error) {
	doc, err := e.document(body, contentType)
	if err != nil {
		return nil, err
	}
	ids := e.each.ids.rows(doc)
	if len(ids) == 0 {
		return nil, noList(doc)
	}
	ids = ids[:min(len(ids), e.each.take)]
	var out []json.RawMessage
	var failed error
	for _, id := range ids {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		address := e.each.url.expand(func(x expr) string { return x.path.text(id) })
		if address == "" {
			continue
		}
		resp, err := c.Fetcher.Do(ctx, fetch.Request{URL: c.standIn(b, address), Header: list.Header, MaxBytes: maxRecord})
		if err != nil {
			failed = err
			var fe *fetch.Error
			if errors.As(err, &fe) && fe.Status == http.StatusTooManyRequests {
				break
			}
			continue
		}
		if record := bytes.TrimSpace(resp.Body); json.Valid(record) && !bytes.Equal(record, []byte("null")) {
			out = append(out, record)
		}
	}
	if 2*len(out) < len(ids) {
		if failed != nil {
			return nil, failed
		}
		return nil, faultf("榜单里的多数条目读不出来", "only %d of %d records could be read", len(out), len(ids))
	}
	return json.Marshal(out)
}
