package fetch

import (
	"net/http"
	"testing"
	"time"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func TestHints(t *testing.T) {
	h := func(kv ...string) http.Header {
		out := http.Header{}
		for i := 0; i < len(kv); i += 2 {
			out.Add(kv[i], kv[i+1])
		}
		return out
	}
	date := crawltest.Now().Format(http.TimeFormat)
	for _, tt := range []struct {
		h    http.Header
		want time.Duration
	}{
		{h("Cache-Control", "max-age=300"), 5 * time.Minute},
		{h("Cache-Control", "public", "Cache-Control", `max-age="300"`), 5 * time.Minute},
		{h("Cache-Control", "max-age=300, no-cache"), 0},
		{h("Cache-Control", "no-store"), 0},
		{h("Cache-Control", "max-age=100", "Age", "200"), 0},
		{h("Cache-Control", "max-age=-5"), 0},
		{h("Cache-Control", "max-age=99999999999999999"), maxHint},
		{h("Cache-Control", "max-age=x"), 0},
		{h("Expires", crawltest.Now().Add(time.Hour).Format(http.TimeFormat), "Date", date), time.Hour},
		{h("Expires", "0"), 0},
		{h("Expires", crawltest.Now().Add(-time.Hour).Format(http.TimeFormat)), 0},
	} {
		if got := maxAge(tt.h, crawltest.Now()); got != tt.want {
			t.Errorf("maxAge(%v) = %s, want %s", tt.h, got, tt.want)
		}
	}
	for v, want := range map[string]time.Duration{"": 0, "60": time.Minute, "-1": 0, "soon": 0, "9223372036854775807": maxHint, crawltest.Now().Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second} {
		if got := retryAfter(h("Retry-After", v), crawltest.Now()); got != want {
			t.Errorf("retryAfter(%q) = %s, want %s", v, got, want)
		}
	}
}
