package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// etag adds a weak ETag to successful GET answers in JSON and turns a match
// into 304. The tag leaves out the value of as_of: that moves with every
// second, and an answer that says the same at a later time is the same answer.
func etag(c *fiber.Ctx) error {
	if err := c.Next(); err != nil {
		return err
	}
	if c.Method() != fiber.MethodGet || c.Response().StatusCode() != fiber.StatusOK || c.Response().IsBodyStream() {
		return nil
	}
	if !strings.HasPrefix(string(c.Response().Header.ContentType()), "application/json") {
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
	key := []byte(`"as_of":"`)
	for {
		i := bytes.Index(body, key)
		if i < 0 {
			break
		}
		h.Write(body[:i])
		body = body[i+len(key):]
		if end := bytes.IndexByte(body, '"'); end >= 0 {
			body = body[end:]
		}
	}
	h.Write(body)
	return `W/"` + hex.EncodeToString(h.Sum(nil)[:12]) + `"`
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
