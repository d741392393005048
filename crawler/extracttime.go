package crawler

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// Names under which pages print when they were published, best first.
var publishedNames = []string{
	"article:published_time", "og:published_time", "itemprop:datepublished", "datepublished", "article:published", "bytedance:published_time",
	"publishdate", "publish_date", "publish-date", "publishtime", "publish_time", "pubdate", "pub_date", "published_time", "published", "publication_date",
	"parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date",
	"article_date_original", "article.published", "article.created", "originalpublicationdate", "weibo: article:create_at", "weibo:article:create_at", "apub:time", "og:release_date", "og:time",
	"citation_publication_date", "citation_date", "rnews:datepublished", "contentcreateddate", "filedate", "firstpublishtime", "date", "article:create_time", "datecreated", "_pubtime", "others",
}

// printedDate finds a full date with an optional clock in running text.
var printedDate = regexp.MustCompile(`(?:19|20)\d{2}\s?(?:年|[-/.])\s?\d{1,2}\s?(?:月|[-/.])\s?\d{1,2}\s?日?(?:\s{0,3}[T,，]?\s{0,2}(?:上午|下午)?\s?\d{1,2}\s?[:：时点]\s?\d{1,2}(?:\s?[:：分]\s?\d{1,2})?)?`)

// printedEnglish finds "Nov 23, 2026" and "23 November 2026".
var printedEnglish = regexp.MustCompile(`(?i)\b(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,7}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}|\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,7}\.?,?\s+(?:19|20)\d{2})\b`)

// scriptDate finds the publication time in a page's own data.
var scriptDate = regexp.MustCompile(`(?i)["']?(?:pub(?:lish)?(?:ed)?_?(?:date|time|at)|date_?published|create_?time|ori_create_time|first_?publish(?:ed)?(?:_?(?:at|time|date))?|ct)["']?\s*[:=]\s*["']?((?:19|20)\d{2}[-/年][^"'<>,;}]{4,30}|1[0-9]{9}(?:[0-9]{3})?)\b`)

// addressDate finds the date in an address: /2026/11/23/, /2026-11/23/, /20261123/.
var addressDate = regexp.MustCompile(`[/_-]((?:19|20)\d{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:\D|$)`)

// datedText matches what names a day: a year, a Unix time, or a day counted
// from now.
var datedText = regexp.MustCompile(`(?:19|20)\d{2}|\d{10}|\d{1,2}\s?月\s?\d|前$|昨|今天`)

// published finds when the article came out: what the page declares, then what
// it prints near its head, then what its address says. Times before 1995 or
// more than a day ahead of now are mistakes.
func (m *pageMeta) published(base *url.URL, head []block, now time.Time) time.Time {
	ok := func(t time.Time) bool { return t.Year() >= 1995 && t.Before(now.Add(24*time.Hour)) }
	try := func(s string) (time.Time, bool) {
		if !datedText.MatchString(s) {
			return time.Time{}, false // "10:45" alone would mean today
		}
		t, found := ParseTime(s, nil, now)
		return t, found && ok(t)
	}
	if t, found := try(m.ld.published); found {
		return t
	}
	for _, name := range publishedNames {
		if v := m.names[name]; v != "" {
			if t, found := try(v); found {
				return t
			}
		}
	}
	address, inAddress := addressTime(base)
	inAddress = inAddress && ok(address)
	// A printed time that agrees with the address beats one that does not.
	var texts []string
	texts = append(texts, m.dated...)
	for i := range head[:min(len(head), 40)] {
		if head[i].chars < 240 {
			texts = append(texts, head[i].text)
		}
	}
	var first time.Time
	for _, s := range texts {
		t, found := dateIn(s, now)
		if !found || !ok(t) {
			continue
		}
		if !inAddress || sameDay(t, address) {
			return t
		}
		if first.IsZero() {
			first = t
		}
	}
	for _, s := range m.times {
		if t, found := try(s); found && (!inAddress || sameDay(t, address)) {
			return t
		}
	}
	if inAddress {
		return address
	}
	if !first.IsZero() {
		return first
	}
	return m.scriptTime(try)
}

func (m *pageMeta) scriptTime(try func(string) (time.Time, bool)) time.Time {
	for _, n := range m.scripts {
		if n.FirstChild == nil {
			continue
		}
		src := n.FirstChild.Data
		for _, f := range scriptDate.FindAllStringSubmatch(src[:min(len(src), 256<<10)], 4) {
			if t, found := try(strings.TrimSpace(f[1])); found {
				return t
			}
		}
	}
	return time.Time{}
}

// dateIn finds the first full date that a text prints.
func dateIn(s string, now time.Time) (time.Time, bool) {
	if len(s) > maxContent {
		return time.Time{}, false
	}
	for _, re := range []*regexp.Regexp{printedDate, printedEnglish} {
		if f := re.FindString(s); f != "" {
			if t, ok := ParseTime(strings.TrimSpace(f), nil, now); ok {
				return t, true
			}
		}
	}
	return europeanDate(s)
}

var (
	dayMonthYear = regexp.MustCompile(`(?:^|\D)(\d{1,2})\.?\s(?:de\s|di\s|d')?(\p{L}{3,12})\.?,?\s(?:de\s)?((?:19|20)\d{2})(?:\D|$)`)
	slashedDate  = regexp.MustCompile(`(?:^|[^\d./])(\d{1,2})([./-])(\d{1,2})([./-])((?:19|20)\d{2})(?:\D|$)`)
)

// monthStems are the beginnings of month names that tell them apart in German,
// French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish, Indonesian and
// Russian; the longest that fits counts.
var monthStems = map[string]time.Month{
	"jan": 1, "gen": 1, "ene": 1, "janv": 1, "jän": 1, "sty": 1, "oca": 1, "янв": 1, "ocak": 1,
	"feb": 2, "fév": 2, "fev": 2, "lut": 2, "şub": 2, "фев": 2, "feb.": 2,
	"mar": 3, "mär": 3, "maa": 3, "mrt": 3, "мар": 3, "mär.": 3,
	"apr": 4, "avr": 4, "abr": 4, "kwi": 4, "nis": 4, "апр": 4,
	"mai": 5, "may": 5, "mag": 5, "mei": 5, "maj": 5, "мая": 5, "май": 5,
	"jun": 6, "juin": 6, "giu": 6, "cze": 6, "haz": 6, "июн": 6,
	"jul": 7, "juil": 7, "lug": 7, "lip": 7, "tem": 7, "июл": 7,
	"aug": 8, "aoû": 8, "aou": 8, "ago": 8, "agu": 8, "sie": 8, "ağu": 8, "авг": 8,
	"sep": 9, "set": 9, "wrz": 9, "eyl": 9, "сен": 9,
	"oct": 10, "okt": 10, "ott": 10, "out": 10, "paź": 10, "eki": 10, "окт": 10,
	"nov": 11, "lis": 11, "kas": 11, "ноя": 11,
	"dec": 12, "dez": 12, "déc": 12, "dic": 12, "des": 12, "gru": 12, "ara": 12, "дек": 12,
}

// europeanDate reads "22 de janeiro de 2018" and "22.01.2018". Slashes are read
// day first unless that is impossible.
func europeanDate(s string) (time.Time, bool) {
	if f := dayMonthYear.FindStringSubmatch(s); f != nil {
		name := []rune(strings.ToLower(f[2]))
		for n := min(len(name), 4); n >= 3; n-- {
			if m, ok := monthStems[string(name[:n])]; ok {
				return civil(f[3], int(m), f[1])
			}
		}
	}
	if f := slashedDate.FindStringSubmatch(s); f != nil && f[2] == f[4] {
		day, month := f[1], f[3]
		if m, _ := strconv.Atoi(month); m > 12 {
			day, month = month, day
		}
		m, _ := strconv.Atoi(month)
		return civil(f[5], m, day)
	}
	return time.Time{}, false
}

func civil(year string, month int, day string) (time.Time, bool) {
	y, err1 := strconv.Atoi(year)
	d, err2 := strconv.Atoi(day)
	if err1 != nil || err2 != nil || month < 1 || month > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC), true
}

func addressTime(base *url.URL) (time.Time, bool) {
	if base == nil {
		return time.Time{}, false
	}
	f := addressDate.FindStringSubmatch(base.Path)
	if f == nil {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation("20060102", f[1]+f[2]+f[3], xuanti.Shanghai)
	return t.UTC(), err == nil
}

// sameDay allows a day's difference: zones differ, and articles are filed late.
func sameDay(a, b time.Time) bool {
	d := a.Sub(b)
	return d > -36*time.Hour && d < 60*time.Hour
}
