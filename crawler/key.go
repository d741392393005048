package crawler

import (
	"time"

	"github.com/xuanti/xuanti"
)

// ItemKey is the key an item is filed under.
func ItemKey(kind xuanti.ItemKind, platform, rawURL, extID, title string, at time.Time) string {
	return platform + CanonicalURL(rawURL)
}
