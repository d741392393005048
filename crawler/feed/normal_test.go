package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

// Whatever a feed says, or does not say, about its charset.
func TestParseCharsets(t *testing.T) {
	const simple, old = "渡口复航，首班船上午九点开出", "渡口復航，首班船上午九點開出"
	for name, tt := range map[string]struct {
		enc                  encoding.Encoding
		declared, header, as string
	}{
		"GBK":                          {simplifiedchinese.GBK, "gbk", "", simple},
		"GBK as gb2312":                {simplifiedchinese.GBK, "gb2312", "", simple + "囍"},
		"GB18030 with four bytes":      {simplifiedchinese.GB18030, "gb2312", "", simple + "𠮷"},
		"GBK, nothing declared":        {simplifiedchinese.GBK, "", "", simple},
		"GBK that claims UTF-8":        {simplifiedchinese.GBK, "utf-8", "text/xml; charset=utf-8", simple},
		"GBK by the header alone":      {simplifiedchinese.GBK, "", "text/xml; charset=GB2312", simple},
		"GBK under a server's default": {simplifiedchinese.GBK, "gb2312", "text/xml; charset=ISO-8859-1", simple},
		"UTF-8 that claims gb2312":     {unicode.UTF8, "gb2312", "text/xml; charset=gb2312", simple},
		"Big5":                         {traditionalchinese.Big5, "big5", "", old},
		"Big5 by another name":         {traditionalchinese.Big5, "Big5_HKSCS", "", old},
		"Big5, nothing declared":       {traditionalchinese.Big5, "", "", strings.Repeat(old, 3)},
		"HZ":                           {simplifiedchinese.HZGB2312, "hz", "", simple},
		"UTF-16":                       {unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-8", "", simple},
	} {
		decl := ""
		if tt.declared != "" {
			decl = fmt.Sprintf(`<?xml version="1.0" encoding="%s"?>`, tt.declared)
		}
		body, err := tt.enc.NewEncoder().String(decl + "<rss><channel><title>" + tt.as + "</title><item><title>" + tt.as + "</title><link>https://example.com/1</link></item></channel></rss>")
		if err != nil {
			t.Fatal(name, err)
		}
		f, err := Parse([]byte(body), tt.header, "", nil, crawltest.Now())
		if err != nil || f.Title != tt.as || len(f.Items) != 1 || f.Items[0].Title != tt.as {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// Dates are read by the source's zone whatever form they have, and gofeed's
// own opinion of them does not count.
func TestParseDates(t *testing.T) {
	shanghai, london := xuanti.Shanghai, time.FixedZone("", 0)
	for _, tt := range []struct {
		printed string
		zone    *time.Location
		want    string
	}{
		{"Fri, 20 Nov 2026 10:00:00 CST", shanghai, "2026-11-20T02:00:00Z"},
		{"Fri, 20 Nov 2026 10:00:00 CST", london, "2026-11-20T02:00:00Z"},
		{"Fri, 20 Nov 2026 10:00:00", shanghai, "2026-11-20T02:00:00Z"},
		{"Fri, 20 Nov 2026 10:00:00", london, "2026-11-20T10:00:00Z"},
		{"Sat, 20 Nov 2026 10:00:00 GMT", shanghai, "2026-11-20T10:00:00Z"}, // no Saturday
		{"2026-11-20T10:00:00", shanghai, "2026-11-20T02:00:00Z"},
		{"2026-11-20T10:00:00.5+08:00", london, "2026-11-20T02:00:00.5Z"},
		{"<![CDATA[ 2026年11月20日 上午10:00 ]]>", shanghai, "2026-11-20T02:00:00Z"},
		{"3小时前", shanghai, crawltest.Now().Add(-3 * time.Hour).Format(time.RFC3339)},
		{"1763604000", shanghai, "2025-11-20T02:00:00Z"},
		{"2036-11-20T10:00:00Z", shanghai, crawltest.Now().Format(time.RFC3339)}, // the future is now
		{"改天", shanghai, crawltest.Now().Format(time.RFC3339)},
	} {
		for form, doc := range map[string]string{
			"rss":  `<rss><channel><title>x</title><item><title>一</title><pubDate>%s</pubDate></item></channel></rss>`,
			"rdf":  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title></channel><item><title>一</title><dc:date>%s</dc:date></item></rdf:RDF>`,
			"atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>一</title><updated>%s</updated></entry></feed>`,
		} {
			f, err := Parse(fmt.Appendf(nil, doc, tt.printed), "", "", tt.zone, crawltest.Now())
			if err != nil || len(f.Items) != 1 || f.Items[0].PublishedAt.Format(time.RFC3339Nano) != tt.want {
				t.Errorf("%s, %s in %s: %+v, %v, want %s", form, tt.printed, tt.zone, f, err, tt.want)
			}
		}
	}
}

// Elements that never end must cost one search for each name, not one each,
// nor may names made up for the purpose.
func TestMendXMLBounded(t *testing.T) {
	const n = 100_000
	for name, doc := range map[string]string{
		"constructs":   `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>` + strings.Repeat(`<content type="xhtml">`, n),
		"base64":       `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>` + strings.Repeat(`<content mode="base64">`, n) + strings.Repeat(`</content>`, n),
		"descriptions": `<rss><channel><title>x</title>` + strings.Repeat(`<description>`, n),
		"dates":        `<rss><channel><title>x</title>` + strings.Repeat(`<pubDate>`, n),
		"info":         `<feed><title>x</title>` + strings.Repeat(`<info>`, n),
	} {
		if m := mendXML([]byte(doc), nil, crawltest.Now()); len(m.text) < n {
			t.Errorf("%s: %d bytes", name, len(m.text))
		}
	}
	var b strings.Builder
	b.WriteString(`<rss><channel><title>x</title>`)
	for i := range n {
		fmt.Fprintf(&b, "<p%d:description>", i)
	}
	if m := mendXML([]byte(b.String()), nil, crawltest.Now()); len(m.text) < n {
		t.Errorf("prefixes: %d bytes", len(m.text))
	}
}

func TestTagAttr(t *testing.T) {
	for tag, want := range map[string]string{
		`<a type="x">`:             "x",
		`<a mytype="y" type='x'>`:  "x",
		`<a type = x>`:             "x",
		`<a type=x/>`:              "x",
		`<a title="type" type="">`: "",
		`<a>`:                      "",
		`<a type>`:                 "",
		`<a other="1"type="x">`:    "x",
	} {
		if got := tagAttr([]byte(tag), "type"); got != want {
			t.Errorf("%s: %q", tag, got)
		}
	}
}

// Who wrote an item that does not say so itself.
func TestFeedAuthors(t *testing.T) {
	official := func(second string) string {
		return `<rss><channel><title>晚读</title><item><title>一</title><link>https://mp.weixin.qq.com/s/A1</link></item><item><title>二</title>` + second + `</item></channel></rss>`
	}
	for name, tt := range map[string]struct {
		doc  string
		want []string
	}{
		"an official account": {official(`<link>https://mp.weixin.qq.com/s/A2</link>`), []string{"晚读", "晚读"}},
		"several accounts":    {official(`<link>https://mp.weixin.qq.com/s/A2</link><author>港口观察</author>`), []string{"", "港口观察"}},
		"another site":        {official(`<link>https://paper.example.com/2</link>`), []string{"", ""}},
		"JSON Feed":           {`{"version":"https://jsonfeed.org/version/1.1","title":"x","authors":[{"name":"编辑部"}],"items":[{"id":"1","title":"一"},{"id":"2","title":"二","authors":[{"name":"周一舟"}]}]}`, []string{"编辑部", "周一舟"}},
		"Atom":                {`<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><author><name>编辑部</name></author><entry><title>一</title></entry><entry><title>二</title><author><name>周一舟</name></author></entry></feed>`, []string{"编辑部", "周一舟"}},
	} {
		f, err := Parse([]byte(tt.doc), "", "", nil, crawltest.Now())
		if err != nil || len(f.Items) != 2 || f.Items[0].Author != tt.want[0] || f.Items[1].Author != tt.want[1] {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// Counts are what the feed prints; what it does not print is absent.
func TestFeedCounts(t *testing.T) {
	for name, tt := range map[string]struct{ item, want string }{
		"RSSHub":           {`<rsshub:upvotes>1.2万</rsshub:upvotes><rsshub:comments>0</rsshub:comments><rsshub:downvotes>3</rsshub:downvotes>`, "comment=0 like=12000"},
		"nothing":          {``, ""},
		"not known":        {`<rsshub:upvotes>--</rsshub:upvotes><slash:comments></slash:comments>`, ""},
		"at least":         {`<rsshub:upvotes>10万+</rsshub:upvotes>`, "like=100000+"},
		"slash":            {`<slash:comments>17</slash:comments>`, "comment=17"},
		"the first counts": {`<rsshub:comments>5</rsshub:comments><slash:comments>17</slash:comments>`, "comment=5"},
		"no namespace":     {`<stats><reposts_count>8</reposts_count><like_count>9</like_count></stats>`, "like=9 repost=8"},
	} {
		doc := `<rss xmlns:rsshub="http://rsshub.app/xml/schemas" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel><title>x</title><item><title>一</title>` + tt.item + `</item></channel></rss>`
		f, err := Parse([]byte(doc), "", "", nil, crawltest.Now())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range f.Items[0].Counts {
			s := fmt.Sprintf("%s=%d", c.Name, c.Value)
			if c.AtLeast {
				s += "+"
			}
			got = append(got, s)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", name, got, tt.want)
		}
	}
}
