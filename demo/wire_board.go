package demo

import (
	"encoding/json"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// obj is a JSON object; keys come out sorted, so the bytes are repeatable.
type obj = map[string]any

// list is a JSON array.
type list = []any

// boardRoutes are the paths under which the real platforms answer.
var boardRoutes = [...]struct {
	pattern string // of http.ServeMux
	board   string
	write   func(v boardView) (body []byte, contentType string)
}{
	{"GET /ajax/side/hotSearch", "weibo", weiboSide},
	{"GET /top/summary", "weibo", weiboPage},
	{"GET /api/container/getIndex", "weibo", weiboMobile},
	{"GET /api/v3/feed/topstory/hot-list-web", "zhihu", zhihuWeb},
	{"GET /topstory/hot-lists/total", "zhihu", zhihuApp},
	{"GET /board", "baidu", baiduPage},
	{"GET /api/board", "baidu", baiduWise},
	{"GET /hot-event/hot-board/{$}", "toutiao", toutiaoPC},
	{"GET /aweme/v1/hot/search/list/{$}", "douyin", douyinList},
	{"GET /aweme/v1/web/hot/search/list/{$}", "douyin", douyinList},
	{"GET /main/hotword", "bilibili", bilibiliHotword},
	{"GET /x/v2/search/trending/ranking", "bilibili", bilibiliApp},
	{"GET /x/web-interface/wbi/search/square", "bilibili", bilibiliSquare},
	{"GET /hottopic/browse/topicList", "tieba", tiebaTopics},
	{"GET /contentapi/wwwIndex/rightSidebar", "thepaper", paperSidebar},
	{"POST /api/mis/nav/home/nav/rank/hot", "36kr", krHot},
	{"POST /api/mis/nav/home/nav/rank/collect", "36kr", krCollect},
	{"GET /rankm/{$}", "ithome", ithomeRank},
	{"GET /content_api/v1/content/article_rank", "juejin", juejinRank},
	{"GET /api/v1/article/tag/page/get", "sspai", sspaiTag},
}

// boardView is what an endpoint prints: the rows, and beside them a pinned and
// a sold one that readers must leave out.
type boardView struct {
	rows   []row
	now    time.Time
	pinned string
	sold   string
}

// view takes the board at t.
func (w *World) view(id string, t time.Time) boardView {
	b, _ := boardNamed(id)
	v := boardView{rows: w.ranked(b, t), now: t}
	day := newDice(w.opt.Seed, id, t.In(xuanti.Shanghai).Format(time.DateOnly))
	v.pinned = pinnedTitles[day.below(len(pinnedTitles))]
	v.sold = soldTitles[day.below(len(soldTitles))]
	return v
}

var pinnedTitles = [...]string{"共赴山河新程", "一起守护身边的绿水", "平凡岗位上的光", "文明出行从我做起"}

var soldTitles = [...]string{"半山茶事新品上市", "远岸租车周末半价", "松果到家请你尝鲜", "谷雨烘焙限时买一送一"}

func printJSON(v any) ([]byte, string) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only maps, lists, strings and numbers are printed
	}
	return b, "application/json; charset=utf-8"
}

// rowsWith calls fn for every row and puts the sold row in third place.
func (v *boardView) rowsWith(sold any, fn func(i int, r *row) any) list {
	out := list{}
	for i := range v.rows {
		if i == 2 && sold != nil {
			out = append(out, sold)
		}
		out = append(out, fn(i, &v.rows[i]))
	}
	return out
}

func weiboSide(v boardView) ([]byte, string) {
	tag := func(s string) string { return "#" + s + "#" }
	sold := obj{"word": v.sold, "note": v.sold, "word_scheme": tag(v.sold), "num": 880000, "is_ad": 1, "topic_ad": 1, "label_name": "商", "icon_desc": "荐"}
	rows := v.rowsWith(sold, func(i int, r *row) any {
		return obj{"word": r.title, "note": r.title, "word_scheme": tag(r.title), "num": r.heat, "label_name": r.label(),
			"mid": "5" + r.entry.extID(), "onboard_time": r.entry.start.Unix(), "realpos": i + 1, "rank": i, "flag": 0, "topic_flag": 1}
	})
	return printJSON(obj{"ok": 1, "data": obj{"hotgov": obj{"word": tag(v.pinned), "is_gov": 1}, "realtime": rows}})
}

func weiboPage(v boardView) ([]byte, string) {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>微博热搜</title></head><body><div class="data" id="pl_top_realtimehot"><table><tbody>` + "\n")
	tr := func(rank, title, heat, label string) {
		fmt.Fprintf(&b, `<tr><td class="td-01 ranktop">%s</td><td class="td-02"><a href="/weibo?q=%s" target="_blank">%s</a>%s</td><td class="td-03">%s</td></tr>`+"\n",
			rank, "%23"+html.EscapeString(title)+"%23", html.EscapeString(title), heat, label)
	}
	tr(`<i class="icon-top"></i>`, v.pinned, "", "")
	for i := range v.rows {
		r := &v.rows[i]
		if i == 2 {
			tr("•", v.sold, "<span> 880000</span>", `<i class="icon-txt">商</i>`)
		}
		label := ""
		if l := r.label(); l != "" {
			label = `<i class="icon-txt">` + l + `</i>`
		}
		tr(strconv.Itoa(i+1), r.title, fmt.Sprintf("<span> %d</span>", r.heat), label)
	}
	b.WriteString("</tbody></table></div></body></html>\n")
	return []byte(b.String()), "text/html; charset=utf-8"
}

func weiboMobile(v boardView) ([]byte, string) {
	group := list{obj{"desc": v.pinned, "pic": "https://" + Host + "/img_search_stick.png", "scheme": ""}}
	sold := obj{"desc": v.sold, "desc_extr": 120000, "pic": "https://" + Host + "/promo.png"}
	group = append(group, v.rowsWith(sold, func(i int, r *row) any {
		return obj{"desc": r.title, "desc_extr": r.heat, "pic": fmt.Sprintf("https://%s/img_search_%d.png", Host, i+1), "scheme": r.entry.link}
	})...)
	return printJSON(obj{"ok": 1, "data": obj{"cardlistInfo": obj{"title": "热搜"}, "cards": list{obj{"card_type": 11, "title": "实时热点", "card_group": group}}}})
}

func wan(heat int64) string { return fmt.Sprintf("%d 万热度", heat/10000) }

func zhihuWeb(v boardView) ([]byte, string) {
	rows := v.rowsWith(nil, func(_ int, r *row) any {
		return obj{"type": "hot_list_feed", "card_id": "Q_" + r.entry.extID(), "target": obj{
			"title_area": obj{"text": r.title}, "excerpt_area": obj{"text": r.entry.excerpt}, "image_area": obj{"url": ""},
			"metrics_area": obj{"text": wan(r.heat), "font_color": ""}, "label_area": obj{"type": "trend", "trend": 0},
			"link": obj{"url": r.entry.link}}}
	})
	return printJSON(obj{"data": rows, "fresh_text": "热榜已更新"})
}

func zhihuApp(v boardView) ([]byte, string) {
	rows := v.rowsWith(nil, func(_ int, r *row) any {
		return obj{"type": "hot_list_feed", "card_id": "Q_" + r.entry.extID(), "detail_text": wan(r.heat), "trend": 0, "debut": false,
			"children": list{obj{"type": "answer", "thumbnail": ""}},
			"target": obj{"id": r.entry.id, "type": "question", "title": r.title, "url": r.entry.link, "excerpt": r.entry.excerpt,
				"created": r.entry.start.Unix(), "answer_count": 10 + r.heat/90000, "follower_count": 30 + r.heat/20000}}
	})
	return printJSON(obj{"data": rows, "paging": obj{"is_end": true}})
}

func baiduCards(v boardView) obj {
	top := obj{"word": v.pinned, "query": v.pinned, "hotScore": "7999999", "hotTag": "0", "index": 0, "isTop": true, "desc": ""}
	rows := list{top}
	tags := map[string]string{"新": "1", "热": "3", "沸": "3", "爆": "4"}
	rows = append(rows, v.rowsWith(nil, func(i int, r *row) any {
		tag := tags[r.label()]
		if tag == "" {
			tag = "0"
		}
		return obj{"word": r.title, "query": r.title, "desc": r.entry.excerpt, "hotScore": strconv.FormatInt(r.heat, 10), "hotTag": tag,
			"hotChange": "same", "index": i + 1, "isTop": false, "img": "", "rawUrl": r.entry.link, "url": r.entry.link}
	})...)
	// The list lies one level deeper since the platform changed its nesting.
	return obj{"success": true, "data": obj{"cards": list{obj{"component": "tabTextList", "content": list{obj{"content": rows}}}}}}
}

func baiduPage(v boardView) ([]byte, string) {
	data, _ := printJSON(baiduCards(v))
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>百度热搜</title></head><body><div id="sanRoot"><!--s-data:`)
	b.Write(data)
	b.WriteString(`--></div></body></html>`)
	return []byte(b.String()), "text/html; charset=utf-8"
}

func baiduWise(v boardView) ([]byte, string) { return printJSON(baiduCards(v)) }

func toutiaoPC(v boardView) ([]byte, string) {
	labels := map[string]string{"新": "new", "热": "hot", "沸": "hot", "爆": "boom"}
	rows := v.rowsWith(nil, func(_ int, r *row) any {
		return obj{"ClusterId": r.entry.id, "ClusterIdStr": r.entry.extID(), "Title": r.title, "QueryWord": r.title, "Label": labels[r.label()],
			"LabelDesc": "", "HotValue": strconv.FormatInt(r.heat, 10), "InterestCategory": list{"society"}, "Image": obj{"url": ""},
			"Url": r.entry.link + "?category_name=topic_innerflow&event_type=hot_board&log_pb=demo"}
	})
	top := obj{"Id": 1, "Title": v.pinned, "Url": ""}
	return printJSON(obj{"status": "success", "fixed_top_data": list{top}, "data": rows})
}

func douyinList(v boardView) ([]byte, string) {
	labels := map[string]int{"新": 1, "热": 3, "沸": 3, "爆": 3}
	rows := list{obj{"word": v.pinned, "sentence_id": "100", "position": 0, "label": 0, "word_type": 8}}
	sold := obj{"word": v.sold, "hot_value": 9000000, "sentence_id": "101", "position": 3, "label": 2}
	rows = append(rows, v.rowsWith(sold, func(i int, r *row) any {
		return obj{"word": r.title, "hot_value": r.heat, "sentence_id": r.entry.extID(), "event_time": r.entry.start.Unix(), "position": i + 1,
			"label": labels[r.label()], "video_count": 3 + i, "word_cover": obj{"uri": "", "url_list": list{""}}, "word_type": 1}
	})...)
	return printJSON(obj{"data": obj{"active_time": v.now.In(xuanti.Shanghai).Format(time.DateTime), "word_list": rows}, "status_code": 0})
}
