package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// maxErrorBody is how much of an error page is read; its content only serves
// to recognise a challenge page.
const maxErrorBody = 4 << 10

// A body may be slow, but not so slow that it only serves to keep a worker:
// halfway through the time of a request at least this much a second must have
// come. Bodies larger than bigBody are read a few at a time, so that many
// endless ones together take no more memory than a few.
const (
	leastRate = 256 // bytes a second
	bigBody   = 1 << 20
	bigBodies = 4 // read at the same time
)

var (
	errTooLarge = errors.New("body over its cap")
	errTooSlow  = errors.New("body slower than the least rate")
)

// exchange sends one request and reads the answer completely.
func (f *Fetcher) exchange(ctx context.Context, req Request, start *url.URL, h *hop) (*Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r, err := f.build(ctx, req, start, h)
	if err != nil {
		return nil, err
	}
	if err := f.guard.checkURL(h.url); err != nil {
		return nil, newError(KindBlocked, h.url, "the address is not allowed: "+err.Error(), err)
	}
	raw, err := f.client.Do(r)
	if err != nil {
		return nil, f.transportError(ctx, h.url, err)
	}
	defer func() { _ = raw.Body.Close() }() // the body is read; nothing hangs on closing it
	resp := &Response{Status: raw.StatusCode, Header: raw.Header}
	limit := f.opts.MaxBytes
	if req.MaxBytes > 0 && req.MaxBytes < limit {
		limit = req.MaxBytes
	}
	switch {
	case isRedirect(raw.StatusCode) || raw.StatusCode == http.StatusNotModified || h.method == http.MethodHead:
		return resp, nil
	case raw.StatusCode < 200 || raw.StatusCode >= 300:
		resp.Body, _ = io.ReadAll(io.LimitReader(raw.Body, maxErrorBody))
		return resp, nil
	}
	wire := &wireReader{r: raw.Body}
	patience := f.opts.Timeout / 2
	watch := time.AfterFunc(patience, func() {
		if float64(wire.n.Load()) < leastRate*patience.Seconds() {
			cancel(errTooSlow)
		}
	})
	defer watch.Stop()
	resp.Body, err = f.readBody(ctx, raw, wire, limit)
	switch {
	case err == nil:
		return resp, nil
	case errors.Is(err, errTooLarge):
		return nil, newError(KindTooLarge, h.url, fmt.Sprintf("the answer is larger than %d bytes", limit), err)
	}
	var de *decodeError
	if errors.As(err, &de) {
		return nil, newError(KindDecode, h.url, "the compressed answer is damaged or of an unknown kind", err)
	}
	return nil, f.transportError(ctx, h.url, err)
}

// decodeError marks a failure of decompression rather than of the connection.
type decodeError struct{ err error }

func (e *decodeError) Error() string { return e.err.Error() }
func (e *decodeError) Unwrap() error { return e.err }

// readBody undoes the content encoding and reads at most limit bytes of the
// result. Bodies that are gzip without saying so are unpacked as well, once.
func (f *Fetcher) readBody(ctx context.Context, raw *http.Response, wire *wireReader, limit int64) ([]byte, error) {
	src, err := contentReader(wire, raw.Header.Get("Content-Encoding"))
	if err != nil {
		return nil, wire.blame(err)
	}
	body, err := f.readCapped(ctx, src, limit, raw.ContentLength)
	if err != nil {
		return nil, wire.blame(err)
	}
	if len(body) > 2 && body[0] == 0x1f && body[1] == 0x8b {
		zr, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return body, nil // only looked like gzip
		}
		if body, err = f.readCapped(ctx, zr, limit, -1); err != nil {
			return nil, wire.blame(err)
		}
	}
	return body, nil
}

// readCapped reads all of r or fails with errTooLarge.
func (f *Fetcher) readCapped(ctx context.Context, r io.Reader, limit, hint int64) ([]byte, error) {
	var buf bytes.Buffer
	small := min(limit, bigBody)
	if hint > 0 && hint <= small {
		buf.Grow(int(hint) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(r, small+1))
	if err == nil && n > small && n <= limit {
		select {
		case f.big <- struct{}{}:
			defer func() { <-f.big }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		var more int64
		more, err = buf.ReadFrom(io.LimitReader(r, limit+1-n))
		n += more
	}
	if n > limit {
		return nil, errTooLarge
	}
	return buf.Bytes(), err
}

// wireReader counts what comes over the wire and remembers its failure, which
// would otherwise look like damaged compression.
type wireReader struct {
	r   io.Reader
	n   atomic.Int64
	err error
}

func (t *wireReader) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n.Add(int64(n))
	if err != nil && err != io.EOF {
		t.err = err
	}
	return n, err
}

func (t *wireReader) blame(err error) error {
	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return err
	case t.err != nil:
		return t.err
	}
	return &decodeError{err}
}

// contentReader undoes a Content-Encoding. Only gzip is asked for; deflate is
// read too because some servers send it regardless.
func contentReader(r io.Reader, encoding string) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity", "utf-8", "none":
		return r, nil
	case "gzip", "x-gzip":
		return gunzip(r)
	case "deflate":
		return inflate(r)
	}
	return nil, &decodeError{fmt.Errorf("content encoding %q was not asked for", encoding)}
}

// gunzip reads gzip, or the plain body of a server that only claims it.
func gunzip(r io.Reader) (io.Reader, error) {
	head := make([]byte, 2)
	n, err := io.ReadFull(r, head)
	joined := io.MultiReader(bytes.NewReader(head[:n]), r)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return joined, nil
		}
		return nil, err
	}
	if head[0] != 0x1f || head[1] != 0x8b {
		return joined, nil
	}
	return gzip.NewReader(joined)
}

// inflate reads zlib data and the bare deflate that old servers send.
func inflate(r io.Reader) (io.Reader, error) {
	head := make([]byte, 2)
	n, err := io.ReadFull(r, head)
	if err != nil {
		return nil, err
	}
	joined := io.MultiReader(bytes.NewReader(head[:n]), r)
	if head[0]&0x0f == 8 && (uint16(head[0])<<8|uint16(head[1]))%31 == 0 {
		return zlib.NewReader(joined)
	}
	return flate.NewReader(joined), nil
}
