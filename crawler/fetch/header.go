package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxHint bounds how long a server may ask to be left alone.
const maxHint = 7 * 24 * time.Hour

// retryAfter reads Retry-After, in seconds or as a date (RFC 9110 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		return seconds(n)
	}
	if t, err := http.ParseTime(v); err == nil {
		return clampHint(t.Sub(now))
	}
	return 0
}

// maxAge reads how long an answer stays fresh: Cache-Control max-age less Age,
// else Expires. no-store and no-cache mean 0.
func maxAge(h http.Header, now time.Time) time.Duration {
	found, age := false, int64(0)
	for _, d := range strings.Split(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(d)), "=")
		switch name {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			if n, err := strconv.ParseInt(strings.Trim(value, `" `), 10, 64); err == nil {
				found, age = true, n
			}
		}
	}
	if found {
		if spent, err := strconv.ParseInt(h.Get("Age"), 10, 64); err == nil && spent > 0 {
			age = max(0, age-min(spent, age))
		}
		return seconds(age)
	}
	t, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0
	}
	base := now
	if d, err := http.ParseTime(h.Get("Date")); err == nil {
		base = d
	}
	return clampHint(t.Sub(base))
}

func seconds(n int64) time.Duration {
	if n > int64(maxHint/time.Second) {
		return maxHint
	}
	return clampHint(time.Duration(n) * time.Second)
}

func clampHint(d time.Duration) time.Duration { return min(max(d, 0), maxHint) }
