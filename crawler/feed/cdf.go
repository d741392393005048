package feed

import (
	"bytes"
	"encoding/xml"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/plain"
)

// parseCDF reads the Channel Definition Format, a forerunner of RSS that a few
// old sites still serve. Names come in any case.
func (b *builder) parseCDF(doc []byte) (*Feed, error) {
	dec := xml.NewDecoder(bytes.NewReader(repairXML(doc)))
	dec.Strict = false
	f := &Feed{}
	var it *xuanti.Item
	var field *string
	for {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		switch t := tok.(type) {
		case xml.StartElement:
			field = nil
			switch strings.ToLower(t.Name.Local) {
			case "channel":
				if f.Link == "" {
					f.Link = b.resolve(attr(t, "href"))
				}
			case "item":
				it = &xuanti.Item{URL: b.resolve(attr(t, "href"))}
				it.PublishedAt = b.published([]string{attr(t, "lastmod")})
			case "a":
				if it != nil && it.URL == "" {
					it.URL = b.resolve(attr(t, "href"))
				}
			case "title":
				field = &f.Title
				if it != nil {
					field = &it.Title
				}
			case "abstract":
				field = &f.Description
				if it != nil {
					field = &it.Text
				}
			}
		case xml.CharData:
			if field != nil && len(*field) < 4*plain.MaxText {
				*field += string(t)
			}
		case xml.EndElement:
			field = nil
			if strings.EqualFold(t.Name.Local, "item") && it != nil {
				it.Title, it.Text = plain.Title(it.Title, plain.MaxTitle), plain.HTML(it.Text, plain.MaxText)
				if len(f.Items) < MaxItems {
					b.add(f, *it)
				}
				it = nil
			}
		}
	}
	f.Title, f.Description = plain.Title(f.Title, plain.MaxTitle), plain.HTML(f.Description, 1000)
	b.finish(f)
	return f, nil
}

// attr reads an attribute whatever its case.
func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}
