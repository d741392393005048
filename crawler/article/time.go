package article

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Names under which pages declare when they were published, best first.
var publishedNames = []string{
	"article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published", "bytedance:published_time",
	"publishdate", "publish_date", "publish-date", "publishtime", "publish_time", "pubdate", "pub_date", "pubtime", "published_time", "published", "published_at", "publication_date", "published-date", "publisheddate",
	"parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date.created", "dcterms.created", "dc.issued",
	"article_date_original", "article.published", "article.created", "originalpublicationdate", "weibo: article:create_at", "weibo:article:create_at", "apub:time", "og:release_date", "og:time", "video:release_date", "og:video:release_date",
	"citation_publication_date", "citation_online_date", "citation_date", "rnews:datepublished", "contentcreateddate", "firstpublishtime", "article:create_time", "datecreated", "_pubtime", "nodeid_pubdate", "displaydate", "issued", "og:pubdate", "ptime", "bt:pubdate", "buildtime", "releasedate", "release_date",
}

// Names that often, not always, mean the same.
var datedNames = []string{"dc.date", "dcterms.modified", "date", "filedate", "others", "dc.date.modified", "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "revised"}

// scriptDate finds the publication time in a page's own data.
var scriptDate = regexp.MustCompile(`(?i)(?:^|[^\w])["']?(pub(?:lish)?(?:ed)?_?(?:date|time|at|on)|date_?published|p_?time|ori_?create_?time|first_?publish(?:ed)?_?(?:at|time|date)?|publish_?time_?stamp|create_?time|created_?at|ct)["']?\s*[:=]\s*["']?((?:19|20)\d{2}[-/年][^"'<>,;}]{4,30}|1[0-9]{9}(?:[0-9]{3})?)\b`)

// Dates in an address: /2026/11/23/, /2026-11/23/, /20261123/, t20261123_ and,
// with separators only, /2026/1/5/.
var (
	addressDate  = regexp.MustCompile(`[/_\-a-z]((?:19|20)\d{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:\D|$|\d{4,6}\D)`)
	addressShort = regexp.MustCompile(`/([012]\d)/(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/\d{2}/`) // /26/1120/10/
	addressParts = regexp.MustCompile(`[/_\-]((?:19|20)\d{2})[-/_](\d{1,2})[-/_](\d{1,2})(?:[/_\-]|$)`)
)

// Words before a printed date that tell what it is.
var (
	unixTime     = regexp.MustCompile(`^1\d{9}(?:\d{3})?$`)
	changedLabel = regexp.MustCompile(`(?i)(?:更新|修改|修订|编辑于|最后|最終|수정|updated?|modified|changed|revised|last\s|edited|aktualisiert|geändert|zuletzt|stand|mis à jour|modifié|actualizad[oa]|última|aggiornat[oa]|modifica|atualizad[oa]|обновлен\S*|изменен\S*|bijgewerkt|gewijzigd|zaktualizowan\S*|aktualizov\S*|güncelle\S*|cập nhật|diperbarui|opdateret|uppdaterad|oppdatert)[^\d]{0,24}$`)
	draftedLabel = regexp.MustCompile(`(?:成文|印发|签发|施行|实施|生效|失效|有效|截止|截至|报名|征集|开标|会议)[^\d]{0,12}$`)
	issuedLabel  = regexp.MustCompile(`(?i)(?:发布|发表|发文|刊发|时间|日期|publish\w*|posted|created|date|veröffentlicht|erstellt|publié|publicad[oa]|pubblicat[oa]|опубликован\S*|geplaatst|opublikowan\S*|입력|등록|公開|掲載|投稿|đăng)[^\d]{0,16}$`)
	relativeDay  = regexp.MustCompile(`(?:刚刚|\d{1,3}\s?(?:秒|分钟|小时|天)前|(?:昨天|今天|前天)\s?\d{1,2}[:：]\d{2}|\b\d{1,2} (?:minutes?|hours?|days?) ago)`)
	wireDay      = regexp.MustCompile(`^.{0,40}?(\d{1,2}月\d{1,2}日)(?:电|讯|消息)`) // "河湾11月20日电（记者…）"
	shortDay     = regexp.MustCompile(`(?:^|[^\d年/.-])(\d{1,2}\s?月\s?\d{1,2}\s?日(?:\s{0,2}\d{1,2}[:：]\d{2})?|\d{1,2}-\d{1,2}\s{1,2}\d{1,2}[:：]\d{2})`)
)

// How much each place counts. A day that two places agree on beats one that a
// single better place names: migrated sites declare the day of the move, and
// sidebars print other articles' days.
const (
	weightDeclared = 5.0 // JSON-LD, meta, itemprop
	weightAgree    = 1.0 // a second one of the same group
	weightPrinted  = 3.5 // beside the headline
	weightMarked   = 3.0 // in an element whose name speaks of a date
	weightAddress  = 3.5
	weightScript   = 2.0
	weightLoose    = 1.2 // a name that may mean the modification
	weightTail     = 1.0 // at the end of the text, as notices have it
	weightRelative = 0.5
)

// dateVotes collects what the places of a page say.
type dateVotes struct {
	now        time.Time
	zone       *time.Location
	monthFirst bool
	votes      []dateVote
}

type dateVote struct {
	t      time.Time
	clock  bool
	group  byte
	weight float64
}

func (v *dateVotes) add(t time.Time, clock bool, group byte, weight float64) bool {
	if t.Year() < 1995 || !t.Before(v.now.Add(24*time.Hour)) {
		return false // a mistake
	}
	v.votes = append(v.votes, dateVote{t, clock, group, weight})
	return true
}

// declare takes a value that should be a date and nothing else.
func (v *dateVotes) declare(s string, group byte, weight float64) bool {
	s = plainDate(strings.TrimSpace(s))
	if s == "" || !datedText.MatchString(s) {
		return false
	}
	t, ok := plain.ZonedTime(s, v.zone, v.now)
	if !ok {
		p, found := findDate(s, v.monthFirst, v.zone)
		return found && v.add(p.t, p.clock, group, weight)
	}
	h, m, _ := t.Clock()
	if _, offset := t.Zone(); offset == 0 && v.zone == xuanti.Shanghai {
		t = v.reader(t)
	}
	return v.add(t, h+m > 0, group, weight)
}

// reader gives a time declared as UTC on a Chinese page in the reader's zone.
// Some systems write local time with a Z behind; the printed clock tells.
func (v *dateVotes) reader(t time.Time) time.Time {
	y, mo, d := t.Date()
	h, mi, sec := t.Clock()
	local := time.Date(y, mo, d, h, mi, sec, 0, v.zone)
	for _, x := range v.votes {
		if x.clock && local.Sub(x.t).Abs() <= time.Minute {
			return local
		}
	}
	return t.In(v.zone)
}

// datedText matches what names a day: a year, a Unix time, or a day counted
// from now. "10:45" alone would mean today.
var datedText = regexp.MustCompile(`(?:19|20)\d{2}|\d{10}|\d{1,2}\s?月\s?\d|\d\.\d{1,2}\.\d{2}|前$|昨|今天`)

// printed takes the dates out of a line of text; what a label calls a
// modification counts little.
func (v *dateVotes) printed(s string, group byte, weight float64) bool {
	s = plainDate(s)
	found := false
	for range 3 {
		p, ok := findDate(s, v.monthFirst, v.zone)
		if !ok {
			return found
		}
		w := weight
		switch before := s[:p.at+1]; {
		case changedLabel.MatchString(strings.TrimRight(before, "0123456789")), draftedLabel.MatchString(strings.TrimRight(before, "0123456789")):
			w = weightLoose
		case issuedLabel.MatchString(strings.TrimRight(before, "0123456789")):
			w += weightAgree
		}
		found = v.add(p.t, p.clock, group, w) || found
		s = s[p.end:]
	}
	return found
}

// best gives the day with most behind it, and of its times the one with a
// clock from the best place.
func (v *dateVotes) best() time.Time {
	type day struct {
		score map[byte]float64
		total float64
		pick  dateVote
	}
	days := map[string]*day{}
	var order []string
	for _, x := range v.votes {
		key := x.t.Format(time.DateOnly)
		d := days[key]
		if d == nil {
			d = &day{score: map[byte]float64{}}
			days[key] = d
			order = append(order, key)
		}
		switch old := d.score[x.group]; {
		case old == 0:
			d.score[x.group] = x.weight
		default:
			d.score[x.group] = min(max(old, x.weight)+weightAgree, max(weightDeclared, weightPrinted)+weightAgree)
		}
		if d.pick.t.IsZero() || x.clock && !d.pick.clock || x.clock == d.pick.clock && x.weight > d.pick.weight {
			d.pick = x
		}
	}
	var top *day
	for _, key := range order {
		d := days[key]
		for _, s := range d.score {
			d.total += s
		}
		if top == nil || d.total > top.total {
			top = d
		}
	}
	if top == nil {
		return time.Time{}
	}
	return v.local(top.pick)
}

// local moves a time declared as UTC into a zone in which its day is the one
// that the page prints or has in its address: the instant is declared, the day
// is what readers saw.
func (v *dateVotes) local(pick dateVote) time.Time {
	if _, offset := pick.t.Zone(); offset != 0 || !pick.clock || pick.group != 'd' {
		return pick.t
	}
	for _, x := range v.votes {
		if x.group != 'a' && x.group != 'p' {
			continue
		}
		for _, hours := range []int{0, -5, -8, -10, 2, 5, 8, 12} {
			if t := pick.t.In(time.FixedZone("", hours*3600)); t.Format(time.DateOnly) == x.t.Format(time.DateOnly) {
				return t
			}
		}
	}
	return pick.t
}

// published finds when the article came out, in the zone that the page states
// or is taken to be in: what it declares, prints near its head, keeps in its
// scripts and what its address says are weighed against each other. Times
// before 1995 or more than a day ahead of now are mistakes.
func (m *pageMeta) published(base *url.URL, head []block, title string, now time.Time) time.Time {
	v := &dateVotes{now: now, zone: m.zone(), monthFirst: m.language() == "en" && !strings.HasSuffix(m.lang, "gb") && !strings.HasSuffix(m.lang, "au")}
	m.printedDates(v, head, title)
	v.declare(m.ld.published, 'd', weightDeclared)
	if m.state != nil {
		v.declare(m.state.published, 'd', weightDeclared)
	}
	named := 0
	for _, name := range publishedNames {
		if s := m.names[name]; s != "" && named < 3 && v.declare(s, 'd', weightDeclared-0.2*float64(named)) {
			named++
		}
	}
	for _, s := range m.issued[:min(len(m.issued), 2)] {
		v.declare(s, 'd', weightDeclared-0.5)
	}
	if t, ok := addressTime(base, v.zone); ok {
		v.add(t, false, 'a', weightAddress)
	}
	m.scriptDates(v)
	for _, name := range datedNames {
		if s := m.names[name]; s != "" {
			v.declare(s, 'l', weightLoose)
		}
	}
	v.declare(m.ld.modified, 'm', weightLoose)
	if len(v.votes) == 0 {
		m.vagueDates(v, head, title)
	}
	return v.best()
}

// printedDates looks beside the headline and at elements that name a date.
func (m *pageMeta) printedDates(v *dateVotes, head []block, title string) {
	at := titleLine(head, title)
	from, to := 0, min(len(head), 40)
	if at >= 0 {
		from, to = max(0, at-6), min(len(head), at+15)
	}
	found, body := 0, 0
	for i := from; i < to && found < 2; i++ {
		if i > at && head[i].isBody() {
			body++
		}
		w := weightPrinted
		if body >= 2 {
			w -= 1.5 // a summary may come first; behind the text others speak
		}
		if i < at {
			w -= 1 // the banner of the site prints today's
		}
		if at < 0 || head[i].chars > shortBlock {
			w -= 1.5
		}
		if head[i].chars < longBlock && head[i].linkShare() < 0.8 && v.printed(head[i].text, 'p', w-0.1*float64(found)) {
			found++
		}
	}
	marked := 0
	for _, s := range m.dated {
		w := weightMarked - 0.4*float64(marked)
		if v.printed(s, 'p', w) || unixTime.MatchString(s) && v.declare(s, 'p', w) {
			marked++
		}
		if marked == 2 {
			break
		}
	}
	for i, s := range m.times[:min(len(m.times), 2)] {
		v.declare(s, 'p', weightMarked-0.5*float64(i+1))
	}
	for i := len(m.tail) - 1; i >= 0; i-- {
		if slices.ContainsFunc(head[from:to], func(b block) bool { return b.text == m.tail[i] }) {
			continue // a short page: counted already
		}
		if v.printed(m.tail[i], 't', weightTail) {
			break
		}
	}
}

// vagueDates are days without a year and times counted from now.
func (m *pageMeta) vagueDates(v *dateVotes, head []block, title string) {
	at := max(0, titleLine(head, title))
	lines := slices.Clone(m.dated)
	for i := at; i < min(len(head), at+12); i++ {
		if head[i].chars < bodyBlock || wireDay.MatchString(head[i].text) {
			lines = append(lines, plain.Clip(head[i].text, 80))
		}
	}
	for _, s := range lines {
		for _, f := range []string{firstGroup(shortDay, s), relativeDay.FindString(s), firstGroup(wireDay, s)} {
			if f == "" {
				continue
			}
			if t, ok := plain.ZonedTime(f, v.zone, v.now); ok && v.add(t.In(v.zone), true, 'r', weightRelative) {
				return
			}
		}
	}
}

func firstGroup(re *regexp.Regexp, s string) string {
	if f := re.FindStringSubmatch(s); f != nil {
		return f[1]
	}
	return ""
}

// titleLine is the line that prints the headline; -1 when none does.
func titleLine(head []block, title string) int {
	key := foldTitle(title)
	if len(key) < 6 {
		return -1
	}
	at := -1
	for i := range head {
		if k := foldTitle(head[i].text); k == key || len(k) < 2*len(key) && strings.Contains(k, key) {
			if head[i].tag == atom.H1 {
				return i
			}
			if at < 0 {
				at = i
			}
		}
	}
	return at
}

// scriptDates reads the page's own data; the first time of a script counts, as
// what follows may belong to other articles.
func (m *pageMeta) scriptDates(v *dateVotes) {
	found := 0
	for _, n := range m.scripts {
		if n.FirstChild == nil || found == 2 {
			continue
		}
		src := n.FirstChild.Data
		for _, f := range scriptDate.FindAllStringSubmatch(src[:min(len(src), 256<<10)], 4) {
			w := weightScript
			if strings.HasPrefix(strings.ToLower(f[1]), "create") {
				w -= 0.5
			}
			if v.declare(strings.TrimSpace(f[2]), 's', w-0.3*float64(found)) {
				found++
				break
			}
		}
	}
}

func addressTime(base *url.URL, zone *time.Location) (time.Time, bool) {
	if base == nil {
		return time.Time{}, false
	}
	path := strings.ToLower(base.Path)
	f := addressDate.FindStringSubmatch(path)
	if f == nil {
		f = addressParts.FindStringSubmatch(path)
	}
	if f == nil {
		if f = addressShort.FindStringSubmatch(path); f == nil {
			return time.Time{}, false
		}
		f[1] = "20" + f[1]
	}
	t, err := time.ParseInLocation("2006-1-2", f[1]+"-"+f[2]+"-"+f[3], zone)
	return t, err == nil
}
