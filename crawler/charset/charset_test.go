package charset

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

const (
	simplified  = "今日头条：河湾市地铁二号线延误，早高峰乘客改乘公交"
	traditional = "今日頭條：河灣市地鐵二號線延誤，早高峰乘客改乘公車"
)

func encode(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodeHTML(t *testing.T) {
	gb, big5 := simplifiedchinese.GB18030, traditionalchinese.Big5
	page := func(meta, text string) string {
		return "<html><head>" + meta + "<title>" + text + "</title></head></html>"
	}
	for name, tt := range map[string]struct {
		body        []byte
		contentType string
		want        string
	}{
		"utf-8":                               {[]byte(page("", simplified)), "", simplified},
		"utf-8 with mark":                     {append([]byte("\xef\xbb\xbf"), page("", simplified)...), "text/html", simplified},
		"utf-8 declared as gbk in header":     {[]byte(page("", simplified)), "text/html; charset=gbk", simplified},
		"utf-8 declared as gbk in meta":       {[]byte(page(`<meta charset="gb2312">`, simplified)), "", simplified},
		"gbk by header":                       {encode(t, gb, page("", simplified)), "text/html; charset=GBK", simplified},
		"gbk by meta":                         {encode(t, gb, page(`<meta http-equiv="Content-Type" content="text/html; charset=gb2312">`, simplified)), "text/html", simplified},
		"gbk by meta, header of the server":   {encode(t, gb, page(`<meta charset=gbk>`, simplified)), "text/html; charset=ISO-8859-1", simplified},
		"gbk that claims utf-8":               {encode(t, gb, page(`<meta charset="utf-8">`, simplified)), "text/html; charset=utf-8", simplified},
		"gbk undeclared":                      {encode(t, gb, page("", simplified)), "text/html", simplified},
		"big5 by header":                      {encode(t, big5, page("", traditional)), "text/html; charset=big5", traditional},
		"big5 undeclared":                     {encode(t, big5, page("", traditional)), "", traditional},
		"latin-1 undeclared":                  {encode(t, charmap.Windows1252, page("", "Caf\u00e9 d\u2019\u00e9t\u00e9")), "", "Café d’été"},
		"utf-16 with mark":                    {encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), page("", simplified)), "", simplified},
		"utf-16 without mark":                 {encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), page("", simplified)), "", simplified},
		"utf-8 cut within a character":        {[]byte(page("", simplified) + strings.Repeat("新闻", 50) + "\xe6\x96"), "text/html; charset=gbk", simplified},
		"hz":                                  {encode(t, simplifiedchinese.HZGB2312, page("", simplified)), "text/html; charset=hz-gb-2312", simplified},
		"malformed content type":              {encode(t, gb, page("", simplified)), `text/html;;charset="gbk"`, simplified},
		"unknown label":                       {encode(t, gb, page("", simplified)), "text/html; charset=x-nonsense", simplified},
		"four-byte GB18030, gbk by the label": {encode(t, gb, page("", simplified+"𠮷")), "text/html; charset=gbk", simplified + "𠮷"},
	} {
		got, err := DecodeHTML(tt.body, tt.contentType)
		if err != nil || !strings.Contains(got, "<title>"+tt.want) || !utf8.ValidString(got) {
			t.Errorf("%s: %v\n got %q\nwant %q", name, err, got, tt.want)
		}
	}
}

func TestDecodeXML(t *testing.T) {
	gb := simplifiedchinese.GB18030
	doc := "<rss><channel><title>" + simplified + "</title></channel></rss>"
	for name, tt := range map[string]struct {
		body        []byte
		contentType string
	}{
		"declared":                  {encode(t, gb, `<?xml version="1.0" encoding="gb2312"?>`+"\n"+doc), ""},
		"declared in single quotes": {encode(t, gb, `<?xml version='1.0' encoding='GBK' ?>`+doc), "text/xml"},
		"false declaration":         {encode(t, gb, `<?xml version="1.0" encoding="utf-8"?>`+doc), ""},
		"no declaration":            {encode(t, gb, doc), ""},
		"utf-8 declared as gb2312":  {[]byte(`<?xml version="1.0" encoding="gb2312"?>` + doc), "text/xml; charset=gb2312"},
		"blanks before":             {encode(t, gb, "\n\n  "+`<?xml version="1.0" encoding="gbk"?>`+doc), ""},
		"version 1.1":               {[]byte(`<?xml version="1.1"?>` + doc), ""},
		"control bytes":             {[]byte("<rss>\x00<channel>\x0b<title>" + simplified + "\x1f</title></channel></rss>"), ""},
	} {
		got, err := DecodeXML(tt.body, tt.contentType)
		if err != nil || string(got) != doc {
			t.Errorf("%s: %v\n got %q\nwant %q", name, err, got, doc)
		}
	}
	if _, err := DecodeXML(bytes.Repeat([]byte("x"), maxBytes+1), ""); err == nil {
		t.Error("an oversized document was decoded")
	}
}

func FuzzDecodeHTML(f *testing.F) {
	f.Add([]byte("<meta charset=gbk>\xbd\xf1\xc8\xd5"), "text/html; charset=utf-8")
	f.Add([]byte("\xff\xfe<\x00"), "")
	f.Add([]byte("\x00\x00\x00<\x00\x00\x00a"), "x; charset=utf-32")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		page, err := DecodeHTML(body, contentType)
		if err == nil && !utf8.ValidString(page) {
			t.Error("the page is not UTF-8")
		}
		doc, err := DecodeXML(body, contentType)
		if err == nil && !utf8.Valid(doc) {
			t.Error("the document is not UTF-8")
		}
		if bytes.ContainsAny(doc, "\x00\x08\x1f") {
			t.Error("control bytes were kept")
		}
	})
}
