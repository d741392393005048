package demo

import (
	"time"

	"github.com/xuanti/xuanti"
)

// board describes one hot list of the demo world.
type board struct {
	code    string // two letters used in scenario files
	id      string // adapter id
	name    string
	home    string
	size    int     // rows that the platform prints
	rate    float64 // new filler titles in an hour of full activity
	life    float64 // median life of a title in hours of full activity
	scale   float64 // heat of a title of score 1
	weekend float64 // activity on Saturday and Sunday
	step    int64   // heat is printed in multiples of this
}

// boards are the twelve hot lists, in the order in which they are shown.
var boards = [...]board{
	{"wb", "weibo", "微博热搜", "https://s.weibo.com/top/summary", 40, 6.6, 7, 3.2e6, 1.05, 1},
	{"zh", "zhihu", "知乎热榜", "https://www.zhihu.com/hot", 30, 1.5, 19, 6.5e6, 0.8, 10000},
	{"bd", "baidu", "百度热搜", "https://top.baidu.com/board?tab=realtime", 30, 2.9, 7.5, 7.8e6, 0.95, 1},
	{"tt", "toutiao", "今日头条", "https://www.toutiao.com/", 30, 2.7, 7.5, 2.4e7, 0.95, 1},
	{"dy", "douyin", "抖音热榜", "https://www.douyin.com/hot", 30, 2.7, 10, 1.2e7, 1.1, 1},
	{"bl", "bilibili", "哔哩哔哩热搜", "https://www.bilibili.com/", 20, 1.2, 11, 1.6e6, 1.15, 1},
	{"tb", "tieba", "百度贴吧热议", "https://tieba.baidu.com/hottopic/browse/topicList", 20, 1.1, 18, 9e5, 1.1, 1},
	{"pp", "thepaper", "澎湃热榜", "https://www.thepaper.cn/", 20, 1.0, 14, 4200, 0.75, 1},
	{"kr", "36kr", "36氪热榜", "https://36kr.com/hot-list/catalog", 20, 0.95, 27, 52000, 0.45, 1},
	{"it", "ithome", "IT之家热榜", "https://www.ithome.com/", 20, 0.8, 22, 900, 0.6, 1},
	{"jj", "juejin", "掘金热榜", "https://juejin.cn/hot/articles", 20, 0.58, 46, 3800, 0.4, 1},
	{"ss", "sspai", "少数派热门", "https://sspai.com/", 20, 0.36, 56, 420, 0.6, 1},
}

// boardNamed finds a board by its adapter id or its two letters.
func boardNamed(name string) (*board, bool) {
	for i := range boards {
		if boards[i].id == name || boards[i].code == name {
			return &boards[i], true
		}
	}
	return nil, false
}

// Boards returns the ids of the hot lists in the order in which they are shown.
func (w *World) Boards() []string {
	ids := make([]string, len(boards))
	for i := range boards {
		ids[i] = boards[i].id
	}
	return ids
}

// Snapshot returns the board as it stands at t: at most the board's size of
// rows, best first, all titles different. Unknown boards give false. Rows that
// the platform would pin or sell are not part of it; the wire adds them.
func (w *World) Snapshot(id string, t time.Time) (xuanti.Snapshot, bool) {
	b, ok := boardNamed(id)
	if !ok {
		return xuanti.Snapshot{}, false
	}
	return b.print(w.ranked(b, t), t), true
}

// print is the snapshot that shows these rows.
func (b *board) print(rows []row, t time.Time) xuanti.Snapshot {
	snap := xuanti.Snapshot{SourceID: b.id, Board: b.id, Platform: b.id, At: t.UTC(), Adapter: adapterName(b.id)}
	for i, r := range rows {
		e := xuanti.Entry{Rank: i + 1, Title: r.title, URL: r.entry.link, ExtID: r.entry.extID(), Label: r.label(), Text: r.entry.excerpt}
		heat := r.heat
		e.Heat = &heat
		shapeEntry(b.id, &e)
		snap.Entries = append(snap.Entries, e)
	}
	return snap
}
