package demo

import (
	"time"

	"github.com/xuanti/xuanti"
)

// Sources returns every source of the demo: the boards under their adapter
// ids, the outlets and the feeds of the benchmark accounts. Their addresses are on
// [Host] and stay the same whatever port the server gets; [World.Endpoints]
// leads the crawler to base, so base itself is not written into them.
func (w *World) Sources(_ string) []xuanti.Source {
	const base = "http://" + Host
	var out []xuanti.Source
	for i := range boards {
		b := &boards[i]
		out = append(out, xuanti.Source{ID: b.id, Kind: xuanti.SourceBoard, Name: b.name, URL: b.home, Platform: b.id, Board: b.id,
			Group: "热榜", Tags: []string{"演示"}, Weight: 1, Interval: 10 * time.Minute, State: xuanti.SourceActive, Builtin: true, CreatedAt: w.zero})
	}
	for i := range outlets {
		o := &outlets[i]
		src := xuanti.Source{ID: o.id, Kind: xuanti.SourceFeed, Name: o.name, URL: base + "/feed/" + o.id + o.form.suffix(), Platform: xuanti.PlatformNews,
			Group: "媒体", Tags: []string{"演示"}, Weight: o.trust, Interval: 15 * time.Minute, State: xuanti.SourceActive, CreatedAt: w.zero}
		switch {
		case o.id == "saidao":
			src.URL = base + "/rss/saidao" // 302 to the feed
		case o.id == "jiangan":
			src.URL = base + "/old/jiangan.xml" // 301 to the feed
		}
		switch o.form {
		case formPage:
			src.Kind, src.URL, src.Selector, src.FullText = xuanti.SourcePage, base+"/list/"+o.id, "ul.news-list a", true
		case formPartial:
			src.FullText = true
		case formZone:
			src.Zone = "Asia/Shanghai"
		}
		out = append(out, src)
	}
	for i := range creators {
		c := &creators[i]
		out = append(out, xuanti.Source{ID: c.sourceID(), Kind: xuanti.SourceFeed, Name: c.name, URL: base + "/account/" + c.id + c.form.suffix(),
			Platform: c.platform, AccountID: c.id, Group: c.group, Tags: []string{"演示", "对标"}, Weight: 1, Interval: 20 * time.Minute,
			State: xuanti.SourceActive, CreatedAt: w.zero})
	}
	return out
}

func (f feedForm) suffix() string {
	switch f {
	case formAtom:
		return ".atom"
	case formJSON:
		return ".json"
	}
	return ".xml"
}

// Endpoints maps every board id, and the host of the world's stable addresses,
// to the demo server. All boards share one listener: their paths differ.
func (w *World) Endpoints(base string) map[string]string {
	out := map[string]string{Host: base}
	for i := range boards {
		out[boards[i].id] = base
	}
	return out
}
