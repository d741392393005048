package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// etag adds a weak ETag to successful GET answers in JSON, Markdown and text,
// and turns a match into 304. The tag leaves out the values of as_of and
// took_ms: they move with every request, and an answer that says the same at a
// later time is the same answer.
func etag(c *fiber.Ctx) error {
	if err := c.Next(); err != nil {
		return err
	}
	if c.Method() != fiber.MethodGet || c.Response().StatusCode() != fiber.StatusOK || c.Response().IsBodyStream() {
		return nil
	}
	kind, _, _ := strings.Cut(string(c.Response().Header.ContentType()), ";")
	if kind != "application/json" && kind != "text/markdown" && kind != "text/plain" {
		return nil
	}
	tag := tagOf(c.Response().Body())
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Append(fiber.HeaderVary, fiber.HeaderAccept, fiber.HeaderAuthorization, fiber.HeaderCookie)
	if matches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Response().ResetBody()
		c.Status(fiber.StatusNotModified)
	}
	return nil
}

func tagOf(body []byte) string {
	h := sha256.New()
	for len(body) > 0 {
		i, key := next(body, `"as_of":"`, `"took_ms":`)
		if i < 0 {
			break
		}
		h.Write(body[:i])
		body = body[i+len(key):]
		if end := bytes.IndexAny(body, "\",}"); end >= 0 {
			body = body[end:]
		}
	}
	h.Write(body)
	return `W/"` + hex.EncodeToString(h.Sum(nil)[:12]) + `"`
}

// next finds the first of some keys in body, -1 for none.
func next(body []byte, keys ...string) (at int, key string) {
	at = -1
	for _, k := range keys {
		if i := bytes.Index(body, []byte(k)); i >= 0 && (at < 0 || i < at) {
			at, key = i, k
		}
	}
	return at, key
}

// matches implements If-None-Match with weak comparison (RFC 9110, 13.1.2).
func matches(header, tag string) bool {
	want := strings.TrimPrefix(tag, "W/")
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == want {
			return true
		}
	}
	return false
}
