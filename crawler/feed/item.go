package feed

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/crawler/plain"
)

// builder makes items of whatever kind of feed.
type builder struct {
	base *url.URL // nil: links stay as they are
	zone *time.Location
	now  time.Time
	keys map[string]int // how many items want a key
}

func newBuilder(baseURL string, zone *time.Location, now time.Time) *builder {
	b := &builder{zone: zone, now: now, keys: make(map[string]int)}
	if u, err := url.Parse(baseURL); err == nil && u.IsAbs() && u.Host != "" {
		b.base = u
	}
	return b
}

// add appends an item, unless nothing at all is said of it.
func (b *builder) add(f *Feed, it xuanti.Item) {
	if it.Title == "" {
		it.Title = plain.Clip(firstLine(it.Text), 80)
	}
	if !showable(&it) && it.ExtID == "" && it.Author == "" && it.PublishedAt.IsZero() {
		f.Dropped++
		return
	}
	it.Kind = xuanti.ItemArticle
	it.SeenAt = b.now
	printed := it.PublishedAt // an unknown date must not change the key every day
	if it.PublishedAt.IsZero() || it.PublishedAt.After(b.now) {
		it.PublishedAt = b.now
	}
	it.Key = address.Key(it.Kind, "", it.URL, it.ExtID, it.Title, printed)
	b.keys[it.Key]++
	f.Items = append(f.Items, it)
}

// showable reports whether there is anything in an item to show.
func showable(it *xuanti.Item) bool {
	return it.Title != "" || it.URL != "" || it.Text != "" || it.Image != ""
}

// Prune leaves out the items that have an id or a date but nothing to show,
// and those that repeat another.
func (f *Feed) Prune() {
	n := len(f.Items)
	seen := make(map[string]bool, n)
	f.Items = slices.DeleteFunc(f.Items, func(it xuanti.Item) bool {
		if !showable(&it) || seen[it.Key] {
			return true
		}
		seen[it.Key] = true
		return false
	})
	f.Dropped += n - len(f.Items)
}

// signOfficial names the account of a feed of one WeChat official account
// (公众号) as the author of its items: the bridges that make such feeds name it
// as the feed's title only.
func signOfficial(f *Feed) {
	if f.Title == "" || len(f.Items) == 0 {
		return
	}
	for i := range f.Items {
		if f.Items[i].Author != "" || !strings.HasPrefix(f.Items[i].Key, "https://mp.weixin.qq.com/") {
			return
		}
	}
	for i := range f.Items {
		f.Items[i].Author = plain.Clip(f.Title, plain.MaxAuthor)
	}
}

// finish tells items apart whose links are all the same, as those of forum
// threads and live tickers are: there the link is not the identity. One item
// that a feed repeats keeps its key.
func (b *builder) finish(f *Feed) {
	first := make(map[string]string) // key → what tells its first item apart
	several := make(map[string]bool) // keys of different items
	tell := func(it *xuanti.Item) string {
		if it.ExtID != "" && address.Canonical(it.ExtID) != address.Canonical(it.URL) {
			return it.ExtID
		}
		return address.Key(it.Kind, "", "", "", it.Title, time.Time{})
	}
	for i := range f.Items {
		it := &f.Items[i]
		if b.keys[it.Key] < 2 {
			continue
		}
		mark := tell(it)
		if known, ok := first[it.Key]; !ok {
			first[it.Key] = mark
		} else if known != mark {
			several[it.Key] = true
		}
	}
	for i := range f.Items {
		if it := &f.Items[i]; several[it.Key] {
			it.Key = address.BoundKey(it.Key + "#" + tell(it))
		}
	}
	signOfficial(f)
}

// item reads one gofeed item. Its guid may stand for a missing link when the
// feed does not deny that.
func (b *builder) item(g *gofeed.Item, guidIsLink bool) xuanti.Item {
	media := g.Extensions["media"]
	content := plain.First(g.Content, g.Description, g.Custom["fullitem"], g.Custom["body"], extValue(media, "description"))
	if content == "" && g.ITunesExt != nil {
		content = g.ITunesExt.Subtitle
	}
	link := g.Link
	if link == "" && len(g.Links) > 0 {
		link = g.Links[0]
	}
	if link == "" && guidIsLink && isHTTP(g.GUID) {
		link = g.GUID
	}
	it := xuanti.Item{
		ExtID:  plain.Clip(strings.TrimSpace(g.GUID), 500),
		URL:    b.resolve(link),
		Title:  plain.Title(plain.First(g.Title, extValue(media, "title")), plain.MaxTitle),
		Author: authorOf(g),
		Counts: countsOf(g),
	}
	picture := ""
	it.Text, picture = plain.HTMLImage(content, plain.MaxText)
	it.Image = b.resolve(plain.First(imageOf(g), picture))
	it.PublishedAt = b.publishedAt(g)
	return it
}

// publishedAt takes gofeed's own reading of the dates, which the mender wrote
// so that it cannot err; the Dublin Core terms, which gofeed does not know, are
// asked last.
func (b *builder) publishedAt(g *gofeed.Item) time.Time {
	for _, t := range []*time.Time{g.PublishedParsed, g.UpdatedParsed} {
		if t != nil && t.Year() >= 1980 {
			return t.UTC()
		}
	}
	terms, dc := g.Extensions["dcterms"], g.Extensions["dc"]
	return b.published([]string{extValue(terms, "issued"), extValue(terms, "created"), extValue(terms, "date"), extValue(terms, "modified"), extValue(dc, "date")})
}

// published reads the first printed date that is one.
func (b *builder) published(printed []string) time.Time {
	for _, s := range printed {
		if t, ok := plain.Time(s, b.zone, b.now); ok {
			return t
		}
	}
	return time.Time{}
}

// extValue is the text of the last extension element of that name, as the
// other elements of a feed: the last one counts. A media:group counts as well.
func extValue(m map[string][]ext.Extension, name string) string {
	if list := m[name]; len(list) > 0 {
		return list[len(list)-1].Value
	}
	for _, group := range m["group"] {
		if list := group.Children[name]; len(list) > 0 {
			return list[0].Value
		}
	}
	return ""
}

func isHTTP(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// rebase makes the feed's own site the base of relative links: bridges serve
// feeds of other sites.
func (b *builder) rebase(site string) {
	if u, err := url.Parse(site); err == nil && u.Host != "" {
		b.base = u
	}
}

// resolve makes a link absolute; what is no web address becomes "".
func (b *builder) resolve(raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > address.MaxBytes {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		if u, err = url.Parse(address.EscapeStray(raw)); err != nil {
			return ""
		}
	}
	if b.base != nil {
		u = b.base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

func authorOf(g *gofeed.Item) string {
	var names []string
	for _, a := range g.Authors {
		if a != nil {
			name, _, _ := strings.Cut(plain.First(a.Name, a.Email), " <") // Name <address>
			names = append(names, name)
		}
	}
	if len(names) == 0 && g.DublinCoreExt != nil {
		names = append(names, g.DublinCoreExt.Creator...)
	}
	if len(names) > 5 {
		names = names[:5]
	}
	return plain.Clip(plain.Title(strings.Join(names, ", "), plain.MaxAuthor), plain.MaxAuthor)
}

// imageOf finds the picture that stands beside the text of an item: its own,
// an enclosure, the media module.
func imageOf(g *gofeed.Item) string {
	if g.Image != nil && g.Image.URL != "" {
		return g.Image.URL
	}
	for _, e := range g.Enclosures {
		if e != nil && strings.HasPrefix(e.Type, "image/") {
			return e.URL
		}
	}
	media := g.Extensions["media"]
	for _, group := range media["group"] {
		if u := mediaImage(group.Children); u != "" {
			return u
		}
	}
	return mediaImage(media)
}

func mediaImage(m map[string][]ext.Extension) string {
	for _, t := range m["thumbnail"] {
		if u := t.Attrs["url"]; u != "" {
			return u
		}
	}
	for _, c := range m["content"] {
		if c.Attrs["medium"] == "image" || strings.HasPrefix(c.Attrs["type"], "image/") {
			return c.Attrs["url"]
		}
	}
	return ""
}

// countName maps what feeds call a count to our names.
func countName(s string) string {
	switch strings.ToLower(s) {
	case "upvotes", "likes", "like", "attitudes_count", "attitudes", "praise", "digg_count", "like_count":
		return "like"
	case "comments", "comment", "comments_count", "comment_count", "total", "replies", "reply_count":
		return "comment"
	case "reposts_count", "reposts", "repost", "forward", "retweets":
		return "repost"
	case "shares", "share", "share_count", "shares_count":
		return "share"
	case "favorites", "favorite", "favourites", "collect_count", "collects", "bookmarks":
		return "favorite"
	case "views", "reads", "read", "read_count", "view_count":
		return "read"
	case "plays", "play", "play_count":
		return "play"
	case "coins", "coin":
		return "coin"
	case "danmaku", "danmu":
		return "danmaku"
	}
	return ""
}

// statElement matches the children of the <stats> element that some bridges
// put into items.
var statElement = regexp.MustCompile(`<([a-zA-Z_]{1,40})>([^<]{1,40})</`)

// countsOf collects the counts that a feed prints: rsshub:*, slash:comments,
// thr:total, media statistics and a <stats> element. The first of a name wins.
func countsOf(g *gofeed.Item) []xuanti.Count {
	var c countSet
	rsshub := g.Extensions["rsshub"]
	for _, name := range slices.Sorted(maps.Keys(rsshub)) {
		for _, v := range rsshub[name] {
			c.add(name, v.Value)
		}
	}
	for _, v := range g.Extensions["slash"]["comments"] {
		c.add("comments", v.Value)
	}
	for _, v := range g.Extensions["thr"]["total"] {
		c.add("comments", v.Value)
	}
	media := g.Extensions["media"]
	for _, group := range slices.Concat(media["group"], []ext.Extension{{Children: media}}) {
		for _, community := range group.Children["community"] {
			for _, s := range community.Children["statistics"] {
				c.add("plays", s.Attrs["views"])
			}
		}
	}
	for _, m := range statElement.FindAllStringSubmatch(g.Custom["stats"], 20) {
		c.add(m[1], m[2])
	}
	return c.sorted()
}

// firstLine is the text up to its first line break.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
