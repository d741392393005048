package address

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

const maxKey = 400 // bytes; longer keys end in a hash of the whole

// Key is the key an item is filed under: equal keys are the same item.
//
// Articles and posts: the canonical URL, whoever published the link; without a
// usable URL the platform and its own id; without both the platform, folded
// title and day of at. Board entries: the platform and the canonical URL when
// that identifies the entry, else the platform and the folded title; the day
// does not count, since one entry may stay on a board past midnight. Platform
// "" is allowed.
func Key(kind xuanti.ItemKind, platform, rawURL, extID, title string, at time.Time) string {
	canonical := Canonical(rawURL)
	switch {
	case kind == xuanti.ItemEntry && identifies(canonical):
		return BoundKey(platform + "|" + canonical)
	case kind == xuanti.ItemEntry:
		if folded := nlp.Fold(title); folded != "" || extID == "" {
			return BoundKey(platform + "|" + folded)
		}
		return BoundKey(platform + "|id:" + extID)
	case identifies(canonical):
		return BoundKey(canonical)
	case extID != "":
		return BoundKey(platform + "|id:" + extID)
	}
	return BoundKey(platform + "|" + nlp.Fold(title) + "|" + at.In(xuanti.Shanghai).Format(time.DateOnly))
}

// identifies reports whether a canonical URL names one thing rather than a
// site: it has a path or a query.
func identifies(canonical string) bool {
	rest, ok := strings.CutPrefix(canonical, "https://")
	if !ok {
		return false
	}
	i := strings.IndexAny(rest, "/?#")
	return i > 0 && strings.Trim(rest[i:], "/?#") != ""
}

// BoundKey shortens a key that is too long for an index; it stays as telling.
func BoundKey(key string) string {
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return strings.ToValidUTF8(key[:maxKey-65], "") + "|" + hex.EncodeToString(sum[:])
}
