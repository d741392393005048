package crawler

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const maxAuthor = 60 // runes

var (
	authorLabel = regexp.MustCompile(`(?i)^(?:by|von|por|par|di|written by|作者|撰文|记者|本报记者|通讯员|文|编辑|责任编辑|责编)\s*[:：/|丨｜ ]\s*`)
	authorText  = regexp.MustCompile(`(?:作者|撰文|本报记者|文[/|丨｜])\s*[:：/|丨｜]?\s*([\p{Han}A-Za-z·.]{2,20}(?:[ 、,，][\p{Han}A-Za-z·.]{2,20}){0,3})`)
	authorEnd   = regexp.MustCompile(`(?i)\s*(?:[|｜•·]|\d{1,2}[/.]\d|\d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|\bupdated\b|\bpublished\b|\bposted\b|发布|编辑|来源|时间|责编).*$`)
)

// author finds who wrote the article.
func (m *pageMeta) author(site string, head []block) string {
	try := []string{m.ld.author, m.first("author", "article:author_name", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "weibo: article:author", "article:author", "og:article:author", "twitter:creator")}
	try = append(try, m.authors...)
	for _, s := range try {
		if a := cleanAuthor(s, site); a != "" {
			return a
		}
	}
	for i := range head[:min(len(head), 20)] {
		if head[i].chars > shortBlock {
			continue
		}
		if f := authorText.FindStringSubmatch(head[i].text); f != nil {
			if a := cleanAuthor(f[1], site); a != "" {
				return a
			}
		}
	}
	return ""
}

func cleanAuthor(s, site string) string {
	s = plainText(s)
	for range 2 {
		s = strings.TrimSpace(authorLabel.ReplaceAllString(s, ""))
	}
	s = strings.Trim(authorEnd.ReplaceAllString(s, ""), " ,，、:：/|()（）-–—")
	switch {
	case s == "" || utf8.RuneCountInString(s) > maxAuthor || !hasLetter(s):
		return ""
	case strings.Contains(s, "://") || strings.HasPrefix(s, "@") || strings.Contains(s, "www."):
		return ""
	case foldTitle(s) == foldTitle(site) && site != "":
		return ""
	case dateToken.MatchString(s):
		return ""
	case strings.EqualFold(s, "admin") || strings.EqualFold(s, "administrator") || strings.EqualFold(s, "author") || s == "作者" || s == "匿名":
		return ""
	}
	return s
}
