package engine

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/address"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

// seenPost is what somebody says of a post, or of an account's followers, at a
// time. The post is named by id, by address, by the platform's id, or by
// account, title and time.
type seenPost struct {
	place     place
	itemID    string
	url       string
	extID     string
	title     string
	published time.Time // zero: unknown
	at        time.Time // of the counts
	account   *xuanti.Account
	counts    []xuanti.Count
	followers *xuanti.Count
}

// place says where a user finds a row: line and column of a file, or a JSON
// pointer.
type place struct {
	row     int
	pointer string
}

// wrongPlace is a part of a row that was not taken.
type wrongPlace struct {
	place
	field   string // count or part of the row; "" for the whole of it
	message string
}

// recorded says what came of a batch of rows.
type recorded struct {
	added   int // counts and follower counts that were not known
	same    int // known already, the same
	created int // posts
	lost    int // rows of which nothing was taken
	wrong   []wrongPlace
}

const (
	matchWithin  = 36 * time.Hour // of a title's known time of publication
	accountPosts = 5000           // of an account are searched by title
	clockSkew    = 5 * time.Minute
)

// record writes what rows say in one transaction, all or nothing, together with
// what also writes. A count that is known keeps its value. Posts that were not
// known are created where they have a title and an address or a time: fresh
// ones go the way of any item first, so that events and subscriptions learn of
// them; older ones are filed for comparison only. Unless keep, everything is
// done but the writing. The caller holds mu.
func (e *Engine) record(ctx context.Context, rows []seenPost, provenance string, keep bool, also func(*store.Tx, recorded) error) (recorded, error) {
	r := recorder{e: e, now: e.Now(), provenance: provenance, titles: map[string]map[string][]xuanti.Item{}, items: map[string]xuanti.Item{}}
	targets, err := r.resolve(ctx, rows)
	if err != nil {
		return recorded{}, err
	}
	if keep && len(r.fresh) > 0 {
		if _, err := e.applyLocked(ctx, batch{at: r.now, items: r.fresh, live: true}); err != nil {
			return recorded{}, err
		}
	}
	metrics, followers, err := r.news(ctx, rows, targets)
	if err != nil || !keep {
		return r.done, err
	}
	docs := e.analyze(r.quiet)
	err = e.store.Update(ctx, func(tx *store.Tx) error {
		for i := range r.quiet {
			if _, err := tx.InsertItem(ctx, &r.quiet[i]); err != nil {
				return err
			}
		}
		if err := tx.AddMetrics(ctx, metrics); err != nil {
			return err
		}
		if _, err := tx.AddFollowers(ctx, followers); err != nil {
			return err
		}
		return also(tx, r.done)
	})
	if err != nil {
		return recorded{}, err
	}
	for i := range r.quiet {
		e.state.seq = max(e.state.seq, r.quiet[i].Seq)
	}
	e.indexer.add(r.quiet, docs)
	e.forgetPeers()
	return r.done, nil
}

// recorder finds the posts that rows name.
type recorder struct {
	e          *Engine
	now        time.Time
	provenance string
	titles     map[string]map[string][]xuanti.Item // account → folded title → posts
	items      map[string]xuanti.Item              // by id
	fresh      []xuanti.Item                       // to create the way of any item
	quiet      []xuanti.Item                       // to create for comparison only
	done       recorded
}

func (r *recorder) refuse(row *seenPost, field, format string, args ...any) {
	r.done.wrong = append(r.done.wrong, wrongPlace{row.place, field, fmt.Sprintf(format, args...)})
}

// resolve returns the item of each row, "" where there is none to count for.
func (r *recorder) resolve(ctx context.Context, rows []seenPost) ([]string, error) {
	keys := make([]string, len(rows))
	var ids, known []string
	for i := range rows {
		row := &rows[i]
		if row.itemID != "" {
			ids = append(ids, row.itemID)
		}
		if k := r.key(row); k != "" {
			keys[i] = k
			known = append(known, k)
		}
	}
	byKey, err := r.e.store.SeenKeys(ctx, known)
	if err != nil {
		return nil, err
	}
	for _, id := range byKey {
		ids = append(ids, id)
	}
	items, err := r.e.store.ItemsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		r.items[it.ID] = it
	}
	out := make([]string, len(rows))
	for i := range rows {
		if out[i], err = r.find(ctx, &rows[i], keys[i], byKey); err != nil {
			return nil, err
		}
		if out[i] == "" && rows[i].followers == nil {
			r.done.lost++
		}
	}
	return out, nil
}

// key is the key under which a row's post is filed, "" when the row names it in
// another way only.
func (r *recorder) key(row *seenPost) string {
	if row.url == "" && row.extID == "" {
		return ""
	}
	return address.Key(xuanti.ItemPost, row.platform(), row.url, row.extID, row.title, row.when(r.now))
}

func (row *seenPost) platform() string {
	if row.account == nil {
		return ""
	}
	return row.account.Platform
}

func (row *seenPost) when(now time.Time) time.Time {
	if row.published.IsZero() {
		return now
	}
	return row.published
}

// find names the item of a row, known or about to be created.
func (r *recorder) find(ctx context.Context, row *seenPost, key string, byKey map[string]string) (string, error) {
	switch {
	case row.itemID != "":
		if _, ok := r.items[row.itemID]; !ok {
			r.refuse(row, "id", "没有编号为 %s 的作品 (no such post)", row.itemID)
			return "", nil
		}
		return row.itemID, nil
	case key != "" && byKey[key] != "":
		return byKey[key], nil
	case len(row.counts) == 0 && row.followers != nil:
		return "", nil
	}
	if row.title != "" && row.account != nil {
		id, several, err := r.byTitle(ctx, row)
		if several {
			r.refuse(row, "title", "有几篇作品叫「%s」，请给发布时间或链接 (several posts have this title)", nlp.Shorten(row.title, 30))
		}
		if err != nil || id != "" || several {
			return id, err
		}
	}
	switch {
	case row.title == "":
		r.refuse(row, "title", "没有这篇作品；要新建请给标题 (unknown post, and no title to create it)")
	case row.account == nil:
		r.refuse(row, "account", "没有这篇作品；要新建请指明账号 (unknown post, and no account to create it for)")
	case row.url == "" && row.published.IsZero():
		r.refuse(row, "title", "没有标题为「%s」的作品；要新建请给链接或发布时间 (unknown post; an address or a time is needed to create it)", nlp.Shorten(row.title, 30))
	default:
		if key == "" {
			key = address.Key(xuanti.ItemPost, row.platform(), "", "", row.title, row.published)
		}
		if id, ok := byKey[key]; ok {
			return id, nil
		}
		id := r.create(row, key)
		byKey[key] = id
		return id, nil
	}
	return "", nil
}

// byTitle finds a post of the account by its title, and by its time where both
// are known; several is true when the title alone does not tell. Posts with
// addresses of the same form are never taken for one.
func (r *recorder) byTitle(ctx context.Context, row *seenPost) (id string, several bool, err error) {
	posts, ok := r.titles[row.account.ID]
	if !ok {
		posts = map[string][]xuanti.Item{}
		items, err := r.e.store.AccountPosts(ctx, row.account.ID, r.now, accountPosts)
		if err != nil {
			return "", false, err
		}
		for _, it := range items {
			f := nlp.Fold(it.Title)
			posts[f] = append(posts[f], it)
		}
		r.titles[row.account.ID] = posts
	}
	nearest := matchWithin + 1
	for _, it := range posts[nlp.Fold(row.title)] {
		gap := time.Duration(0)
		if !row.published.IsZero() {
			gap = it.PublishedAt.Sub(row.published).Abs()
		}
		if gap > matchWithin || row.url != "" && it.URL != "" && !otherForm(row.url, it.URL) {
			continue
		}
		r.items[it.ID] = it
		several = several || row.published.IsZero() && id != ""
		if gap < nearest {
			id, nearest = it.ID, gap
		}
	}
	if several {
		id = ""
	}
	return id, several, nil
}

// otherForm reports whether two addresses may name one post in two ways, as the
// long and the short links of a 公众号 do.
func otherForm(a, b string) bool {
	x, xerr := url.Parse(a)
	y, yerr := url.Parse(b)
	return xerr == nil && yerr == nil && x.Host == y.Host && (x.RawQuery == "") != (y.RawQuery == "")
}

func (r *recorder) create(row *seenPost, key string) string {
	it := xuanti.Item{ID: xuanti.NewID(r.now, "item", key), SourceID: r.provenance, Platform: row.account.Platform, AccountID: row.account.ID, Kind: xuanti.ItemPost,
		ExtID: row.extID, URL: row.url, Key: key, Title: nlp.Shorten(row.title, 300), PublishedAt: row.when(r.now), SeenAt: r.now}
	if it.PublishedAt.After(r.now) {
		it.PublishedAt = r.now
	}
	if !row.published.IsZero() && r.now.Sub(row.published) <= activeWindow {
		r.fresh = append(r.fresh, it)
	} else {
		r.quiet = append(r.quiet, it)
	}
	r.items[it.ID] = it
	r.done.created++
	if posts := r.titles[row.account.ID]; posts != nil {
		f := nlp.Fold(it.Title)
		posts[f] = append(posts[f], it)
	}
	return it.ID
}

// news are the counts that are not known yet.
func (r *recorder) news(ctx context.Context, rows []seenPost, targets []string) (metrics []xuanti.Metric, followers []xuanti.Followers, err error) {
	type spot struct {
		id, name string
		at       int64
	}
	have := map[spot]xuanti.Count{}
	var ids []string
	accounts := map[string]bool{}
	for i := range rows {
		if targets[i] != "" {
			ids = append(ids, targets[i])
		}
		if rows[i].followers != nil && rows[i].account != nil {
			accounts[rows[i].account.ID] = true
		}
	}
	old, err := r.e.store.Metrics(ctx, ids, r.now.Add(48*time.Hour))
	if err != nil {
		return nil, nil, err
	}
	for _, m := range old {
		have[spot{m.ItemID, m.Count.Name, xuanti.Millis(m.At)}] = m.Count
	}
	for id := range accounts {
		list, err := r.e.store.Followers(ctx, id, r.now.Add(48*time.Hour))
		if err != nil {
			return nil, nil, err
		}
		for _, f := range list {
			have[spot{"@" + id, "followers", xuanti.Millis(f.At)}] = xuanti.Count{Name: "followers", Value: f.Value, AtLeast: f.AtLeast}
		}
	}
	fresh := func(row *seenPost, s spot, c xuanti.Count) bool {
		was, ok := have[s]
		switch {
		case !ok:
			have[s] = c
			r.done.added++
			return true
		case was != c:
			r.refuse(row, c.Name, "这个时间已有另一个数值 %d，保留原来的 (another value is known for that time)", was.Value)
		default:
			r.done.same++
		}
		return false
	}
	for i := range rows {
		row := &rows[i]
		if f := row.followers; f != nil && row.account != nil {
			f.Name = "followers"
			if fresh(row, spot{"@" + row.account.ID, f.Name, xuanti.Millis(row.at)}, *f) {
				followers = append(followers, xuanti.Followers{AccountID: row.account.ID, At: row.at, Value: f.Value, AtLeast: f.AtLeast, Provenance: r.provenance})
			}
		}
		it, ok := r.items[targets[i]]
		if !ok {
			continue
		}
		if row.at.Before(it.PublishedAt) && len(row.counts) > 0 {
			r.refuse(row, "observed_at", "数据时间早于发布时间 (observed before it was published)")
			r.done.lost++
			continue
		}
		for _, c := range row.counts {
			if fresh(row, spot{it.ID, c.Name, xuanti.Millis(row.at)}, c) {
				metrics = append(metrics, xuanti.Metric{ItemID: it.ID, At: row.at, Count: c, Provenance: r.provenance})
			}
		}
	}
	return metrics, followers, nil
}

// accountBook finds accounts by what people call them.
type accountBook struct {
	list []xuanti.Account
}

func (e *Engine) accountBook(ctx context.Context) (accountBook, error) {
	list, err := e.store.Accounts(ctx, "")
	return accountBook{list}, err
}

// find returns the account with an id, handle or name; platform "" is any. Nil
// when there is none, or more than one.
func (b accountBook) find(platform, name string) *xuanti.Account {
	var found *xuanti.Account
	folded := nlp.Fold(name)
	for i := range b.list {
		a := &b.list[i]
		if a.ID == name {
			return a
		}
		if platform != "" && a.Platform != platform || nlp.Fold(a.Name) != folded && (a.Handle == "" || a.Handle != name) {
			continue
		}
		if found != nil {
			return nil
		}
		found = a
	}
	return found
}
