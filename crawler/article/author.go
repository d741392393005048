package article

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/xuanti/xuanti/crawler/plain"
)

const maxAuthor = 60 // runes

var (
	authorLabel = regexp.MustCompile(`(?i)^(?:by|von|por|par|di|door|av|written by|text:|作者|撰文|文|记者|記者|本报记者|本网记者|[\p{Han}]{2,4}记者|通讯员|由|楼主)\s*[:：/|丨｜ ]\s*`)
	authorText  = regexp.MustCompile(`(?:作者|撰文|采写|撰稿|记者|文)\s?[:：/|丨｜]\s?([\p{Han}A-Za-z·.]{2,20}(?:[ 、,，][\p{Han}A-Za-z·.]{2,4}){0,3})`)
	reporter    = regexp.MustCompile(`[记記]者\s?(\p{Han}{2,4})(?:[\s）)、，／/|｜]|$)`)
	authorBy    = regexp.MustCompile(`^(?:By|BY|by|Von|VON|Par|Por|Di|Door|Av|Af|Von:|Autor:|Auteur :)\s+(\p{Lu}[\p{L}.'’-]*(?:\s+\p{L}[\p{L}.'’-]*){0,3})(?:\s*$|\s*[,|•·—–-])`)
	sourceText  = regexp.MustCompile(`(?:来源|來源|稿源|发布者)\s?[:：]\s?([\p{Han}A-Za-z0-9·－-]{2,24})`)
	authorEnd   = regexp.MustCompile(`(?i)\s*(?:[|｜•·／]|\d{1,2}[/.]\d|\d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\bupdated\b|\bpublished\b|\bposted\b|发布(?:时间|日期|于)|编辑|来源|时间|责编|责任|点击|浏览|阅读|字号|摄|报道|報導).*$`)
	// noAuthor matches what stands where a name is missing.
	noAuthor = regexp.MustCompile(`(?i)^(?:admin\w*|author|editor|user\d*|webmaster|staff|guest|\d+|作者|匿名|佚名|未知|不详|网络|互联网|本站|本网|原创|转载|综合|管理员|小编|本人.*|名|只看.*|倒序.*|【.*)$`)
)

// author finds who wrote the article: what the page declares, names in its
// by-line, and for Chinese pages at last the source that it prints, which for
// self-media is the account.
func (m *pageMeta) author(site string, base *url.URL, head []block) string {
	names := m.siteNames(site, base)
	clean := func(s string) string {
		a := cleanAuthor(s)
		// A personal site bears its author's name.
		if key := foldTitle(a); key == foldTitle(site) || isOneOf(key, names) && siteWord.MatchString(a) {
			return ""
		}
		return a
	}
	try := []string{m.ld.author, m.first("author", "article:author_name", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "weibo: article:author", "article:author", "og:article:author", "twitter:creator")}
	if m.state != nil {
		try = append(try, m.state.author)
	}
	try = append(try, m.authors...)
	for _, s := range try {
		if a := clean(s); a != "" {
			return a
		}
	}
	for _, re := range []*regexp.Regexp{authorText, authorBy, reporter, sourceText} {
		for i := range head[:min(len(head), 40)] {
			if head[i].chars > shortBlock || noiseEnd.MatchString(head[i].text) {
				continue // text, or the credit of a picture
			}
			if f := re.FindStringSubmatch(head[i].text); f != nil {
				if a := clean(f[1]); a != "" {
					return a
				}
			}
		}
	}
	for _, s := range m.sources {
		if a := clean(strings.TrimLeft(strings.TrimPrefix(s, "来源"), ":： ")); a != "" && plain.HasHan(a) {
			return a
		}
	}
	return ""
}

func cleanAuthor(s string) string {
	s = plain.Line(s)
	for range 2 {
		s = strings.TrimSpace(authorLabel.ReplaceAllString(s, ""))
	}
	s = strings.Trim(authorEnd.ReplaceAllString(s, ""), " ,，、:：/|()（）-–—")
	switch {
	case s == "" || utf8.RuneCountInString(s) > maxAuthor || !plain.HasLetter(s):
		return ""
	case strings.Contains(s, "://") || strings.HasPrefix(s, "@") || strings.Contains(s, "www."):
		return ""
	case dateToken.MatchString(s) || noAuthor.MatchString(s):
		return ""
	}
	return s
}
