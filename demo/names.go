package demo

import "strings"

// nameKind is how a made-up name is built: a character of first, if it has
// any, given characters, and one of the tails.
type nameKind struct {
	first string
	given int
	tails string // divided by |
}

const (
	familyNames = "林顾苏沈江温秦夏宋陆季唐简闵祝穆赖申郎钟桑费万池凌桂沐车蓝牧龚解晏葛"
	givenNames  = "岚汐墨舟砚霁棠芷屿澜栩霖珩朔筠禾砾湛昀溪石桥白沙柳云河青田桃源荷枫双井潭草坪梧桐鹿鸣雁回松果半山谷雨星野渡川长晴漫鹤朝未眠泊宁栖迟知易安听潮"
)

// inventedNames are the lists that an [World.Archive] does not draw from: it
// makes up a name each time.
func inventedNames() map[string]nameKind {
	return map[string]nameKind{
		"city": {given: 2, tails: "|市|县|州|港"}, "town": {given: 2, tails: "镇|村|乡|湾"}, "spot": {given: 2, tails: "古城|公园|老街|渡口"},
		"ms": {first: familyNames, tails: "女士|先生"}, "star": {first: familyNames, given: 2}, "player": {first: familyNames, given: 2},
		"athlete": {first: familyNames, given: 2}, "up": {given: 3, tails: "|同学|测评"},
		"drama": {given: 4}, "film": {given: 4}, "song": {given: 3}, "game": {given: 4},
		"team": {given: 2, tails: "猎鹰|山狮|铁骑|飞鱼"}, "club": {given: 2, tails: "战队"}, "school": {given: 2, tails: "学院|大学|师范"},
		"chain": {given: 2, tails: "咖啡|生鲜|书坊|药房"}, "brand": {given: 2, tails: "科技|数码|电子"}, "company": {given: 2, tails: "智能|物流|影业|医械"},
		"app": {given: 2, tails: "|地图|云盘"}, "car": {given: 2, tails: "S3|M9|Pro"}, "phone": {given: 2, tails: "12|R9|Pad3"},
	}
}

func invent(d *dice, k nameKind) string {
	var b strings.Builder
	pick := func(chars string) {
		if r := []rune(chars); len(r) > 0 {
			b.WriteRune(r[d.below(len(r))])
		}
	}
	pick(k.first)
	for range k.given {
		pick(givenNames)
	}
	tails := strings.Split(k.tails, "|")
	b.WriteString(tails[d.below(len(tails))])
	return b.String()
}
