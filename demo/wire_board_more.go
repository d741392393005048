package demo

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/xuanti/xuanti"
)

func bilibiliHotword(v boardView) ([]byte, string) {
	sold := obj{"pos": 3, "keyword": v.sold, "show_name": v.sold, "heat_score": 1500000, "stat_datas": obj{"is_commercial": "1"}}
	rows := v.rowsWith(sold, func(i int, r *row) any {
		return obj{"pos": i + 1, "keyword": r.title, "show_name": r.title, "heat_score": r.heat, "hot_id": r.entry.id, "icon": "", "word_type": 4,
			"stat_datas": obj{"is_commercial": "0", "etime": "0"}}
	})
	return printJSON(obj{"code": 0, "message": "success", "list": rows})
}

func bilibiliApp(v boardView) ([]byte, string) {
	sold := obj{"position": 99, "keyword": v.sold, "show_name": v.sold, "is_commercial": "1", "heat_score": 1500000}
	rows := v.rowsWith(sold, func(i int, r *row) any {
		return obj{"position": i + 1, "keyword": r.title, "show_name": r.title, "is_commercial": "0", "heat_score": r.heat, "hot_id": r.entry.id}
	})
	return printJSON(obj{"code": 0, "message": "OK", "ttl": 1, "data": obj{"trackid": "1", "list": rows}})
}

func bilibiliSquare(v boardView) ([]byte, string) {
	rows := v.rowsWith(nil, func(_ int, r *row) any {
		return obj{"keyword": r.title, "show_name": r.title, "heat_score": r.heat, "icon": "", "uri": "", "goto": ""}
	})
	return printJSON(obj{"code": 0, "message": "0", "ttl": 1, "data": obj{"trending": obj{"title": "bilibili热搜", "trackid": "1", "list": rows}}})
}

func tiebaTopics(v boardView) ([]byte, string) {
	rows := v.rowsWith(nil, func(i int, r *row) any {
		return obj{"topic_id": r.entry.id, "topic_name": r.title, "topic_desc": r.entry.excerpt, "abstract": "", "discuss_num": r.heat, "idx_num": i + 1,
			"create_time": r.entry.start.Unix(), "content_num": 10, "tag": 0, "topic_url": r.entry.link}
	})
	return printJSON(obj{"errno": 0, "errmsg": "success", "data": obj{"bang_head": obj{}, "bang_topic": obj{"module_title": "贴吧热议榜", "topic_list": rows}}})
}

func paperSidebar(v boardView) ([]byte, string) {
	rows := v.rowsWith(nil, func(_ int, r *row) any {
		return obj{"contId": r.entry.extID(), "name": r.title, "pic": "", "praiseTimes": strconv.FormatInt(r.heat, 10), "interactionNum": "12",
			"pubTime": "", "pubTimeLong": r.entry.start.UnixMilli(), "nodeInfo": obj{"nodeId": 1, "name": "直击现场"}}
	})
	return printJSON(obj{"resultCode": 1, "code": 200, "data": obj{"hotNews": rows}})
}

func krRows(v boardView) list {
	return v.rowsWith(nil, func(_ int, r *row) any {
		at := r.entry.start.UnixMilli()
		return obj{"itemId": r.entry.id, "itemType": 10, "route": "detail_article", "siteId": 1, "publishTime": at,
			"templateMaterial": obj{"itemId": r.entry.id, "templateType": 1, "widgetTitle": r.title, "widgetImage": "", "publishTime": at,
				"authorName": "财盘网", "statRead": r.heat, "statCollect": r.heat / 120, "statComment": r.heat / 900, "statPraise": r.heat / 700}}
	})
}

func krHot(v boardView) ([]byte, string) {
	return printJSON(obj{"code": 0, "data": obj{"hotRankList": krRows(v)}})
}

func krCollect(v boardView) ([]byte, string) {
	return printJSON(obj{"code": 0, "data": obj{"collectList": krRows(v)}})
}

func ithomeRank(v boardView) ([]byte, string) {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>IT之家 - 热榜</title></head><body>` + "\n")
	box := func(name string, rows []row) {
		fmt.Fprintf(&b, `<div class="rank-name">%s</div><div class="rank-box">`+"\n", name)
		for i := range rows {
			r := &rows[i]
			fmt.Fprintf(&b, `<div class="placeholder one-img-plc" data-news-id="%[1]s"><a href="%[2]s"><div class="plc-image"><img data-original="//%[6]s/i.jpg"></div><div class="plc-con"><p class="plc-title">%[3]s</p><p class="plc-footer"><span class="post-time">%[4]s</span><span class="review-num">%[5]d评</span></p></div></a></div>`+"\n",
				r.entry.extID(), r.entry.link, html.EscapeString(r.title), r.entry.start.In(xuanti.Shanghai).Format("01-02 15:04"), r.heat, Host)
		}
		b.WriteString("</div>\n")
	}
	box("日榜", v.rows)
	// The week repeats titles of the day; readers take the first box only.
	box("周榜", v.rows[:min(5, len(v.rows))])
	b.WriteString("</body></html>\n")
	return []byte(b.String()), "text/html; charset=utf-8"
}

func juejinRank(v boardView) ([]byte, string) {
	rows := v.rowsWith(nil, func(_ int, r *row) any {
		return obj{"content": obj{"content_id": r.entry.extID(), "item_type": 2, "title": r.title, "brief": "", "ctime": r.entry.start.Unix(), "category_id": "1"},
			"content_counter": obj{"view": r.heat * 3, "like": r.heat / 40, "collect": r.heat / 60, "hot_rank": r.heat, "comment_count": r.heat / 300},
			"author":          obj{"user_id": "0", "name": "演示作者", "avatar": ""}}
	})
	return printJSON(obj{"err_no": 0, "err_msg": "success", "data": rows})
}

func sspaiTag(v boardView) ([]byte, string) {
	rows := v.rowsWith(nil, func(_ int, r *row) any {
		return obj{"id": r.entry.id, "title": r.title, "banner": "", "summary": r.entry.excerpt, "comment_count": 1 + r.heat/40, "like_count": r.heat,
			"released_time": r.entry.start.Unix(), "author": obj{"id": 0, "slug": "demo", "nickname": "演示作者"}}
	})
	return printJSON(obj{"error": 0, "msg": "", "data": rows})
}
