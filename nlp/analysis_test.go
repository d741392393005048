package nlp

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func entityString(list []Entity) string {
	var s []string
	for _, e := range list {
		s = append(s, e.Kind+":"+e.Text)
	}
	return strings.Join(s, " ")
}

func TestEntities(t *testing.T) {
	a := testAnalyzer(t)
	for _, c := range []struct{ title, want string }{
		{"《长河入海》定档，导演周启明称不拍续集", "work:长河入海 person:周启明"},
		{"#河湾古镇免票#引热议", "hashtag:河湾古镇免票"},
		{"iPhone17 Pro降价，DeepSeek上线新模型", "latin:iphone17 pro latin:deepseek"},
		{"郑州市与河南多地暴雨，东京晴", "place:郑州市 place:河南 place:东京"},
		{"演员李婉清回应争议", "person:李婉清"},
		{"樊振东4比1战胜王楚钦", "person:樊振东 person:王楚钦"},
		{"清华大学与招商银行签约", "org:清华大学 org:招商银行"},
		{"新款云雀X5开售", "latin:云雀x5"},
		{"望远镜和望远镜配件热销", ""},
		{"今天天气不错", ""},
	} {
		an := a.Analyze(c.title, "")
		if got := entityString(an.Entities); got != c.want {
			t.Errorf("%s: %q, want %q", c.title, got, c.want)
		}
		for _, e := range an.Entities {
			if an.Title[e.Start:e.End] != e.Text {
				t.Errorf("%s: entity %q lies at %q", c.title, e.Text, an.Title[e.Start:e.End])
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	a := testAnalyzer(t)
	for _, c := range []struct{ title, want string }{
		{"山洪已致132人遇难28人失踪", "132死 28失踪"},
		{"三死两伤", "3死 2伤"},
		{"首日订单破20万台，同比增长3.5%", "200000台 3.5%"},
		{"发生5.2级地震，震源深度10公里", "5.2级 10公里"},
		{"2026年10月12日", "2026年 10月 12日"},
		{"湖人98:102不敌对手", "102.98比分"},
		{"4比1取胜", "4.01比分"},
		{"两千零三十名学生", "2030人"},
		{"第3集", "3第"},
		{"历时3个月", "3个月"},
		{"百分之三十的人", "30%"},
		{"一亿两千万元", "120000000元"},
	} {
		var got []string
		for _, n := range a.Analyze(c.title, "").Numbers {
			got = append(got, fmt.Sprintf("%.10g%s", n.Value, n.Unit))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %q, want %q", c.title, s, c.want)
		}
	}
}

func TestConflict(t *testing.T) {
	a := testAnalyzer(t)
	for _, c := range []struct {
		x, y, kind string
		conflict   bool
	}{
		{"河南发布暴雨红色预警", "北京发布暴雨红色预警", "places", true},
		{"河南发布暴雨红色预警", "郑州发布暴雨红色预警", "", false}, // one lies in the other
		{"河南发布暴雨红色预警", "发布暴雨红色预警", "", false},   // left out
		{"台风进入24小时警戒线", "台风进入48小时警戒线", "numbers", true},
		{"山洪已致132人遇难", "山洪已致133人遇难", "growth", false},
		{"苹果发布iPhone17", "苹果发布iPhone16", "products", true},
		{"苹果发布iPhone17 Pro", "苹果发布iPhone17", "", false},
		{"票房突破10亿元", "票房达10.3亿元", "", false}, // rough
		{"投资1824万元", "投资1800万元", "", false},  // rounded
		{"投资18万元", "投资25万元", "numbers", true},
		{"樊振东夺冠", "王楚钦夺冠", "names", true},
		{"樊振东夺冠", "樊振东战胜王楚钦夺冠", "", false},
		{"3月5日油价调整", "3月19日油价调整", "numbers", true},
		{"湖人3:2取胜", "湖人2:3告负", "", false}, // the same score told from the other side
		{"某剧第3集上线", "某剧第4集上线", "numbers", true},
		{"云雀X5正式发布", "云雀X6正式发布", "products", true},
		{"云雀X5正式发布", "云雀X5开售十分钟售罄", "", false},
		{"小米SU7正式发布", "小米SU8正式发布", "products", true}, // one word of the dictionary, and none
		{"问界M9开启交付", "问界M8开启交付", "products", true},   // two words of the dictionary
		{"问界M9开启交付", "新款M9开启交付", "", false},
		{"星途16 Pro跑分曝光", "星途17 Pro跑分曝光", "numbers", true},
		{"麒麟8020芯片拆解", "麒麟8030芯片拆解", "numbers", true},
		{"G1234次列车晚点", "G5678次列车晚点", "products", true},
		{"云州联赛第3轮蓝鲸队主场告捷", "云州联赛第四轮蓝鲸队主场告捷", "numbers", true},
		{"云州联赛第三轮蓝鲸队告捷", "云州联赛第3轮蓝鲸队客场取胜", "", false},
		{"第15届海岛电影节第3天红毯", "第15届海岛电影节第4天红毯", "numbers", true},
		{"小组赛首轮海鹰队告负", "小组赛次轮海鹰队告负", "numbers", true},
		{"女单半决赛林小禾登场", "女单决赛林小禾登场", "numbers", true},
		{"林小禾女单半决赛取胜", "林小禾晋级女单决赛", "", false}, // the same match
		{"《山海旧事》第二季定档", "《山海旧事》第三季定档", "numbers", true},
		{"《山海旧事》票房破十亿", "《北岸灯火》票房破十亿", "names", true},
		{"《山海旧事2026》开机", "《山海旧事 2026》开机", "", false},
		{"9月18日油价调整", "9月19日油价调整", "numbers", true},
		{"星期三彩票开奖公告", "星期五彩票开奖公告", "numbers", true},
		{"本周日云州有雪", "本周六云州有雪", "numbers", true},
		{"云州封路 礼拜天有大雪", "大雪周日封路 云州提醒", "", false},
		{"周日云州有雪", "本周日云州有雪", "", false},
		{"上周一男子迷路", "上周二男子迷路", "", false}, // one man, not Monday
		{"地铁5号线因故障停运", "地铁6号线因故障停运", "numbers", true},
		{"蓝鲸队2比1险胜白鹭队", "蓝鲸队2比1险胜黑豹队", "names", true},
		{"蓝鲸队2比1险胜白鹭队", "蓝鲸队险胜白鹭队晋级", "", false},
		{"女排3比0胜泰国队", "女排3比0胜日本队", "names", true},
		{"台风海燕登陆广东", "台风白鹿登陆广东", "names", true},
		{"临江发布暴雨红色预警", "平湖发布暴雨红色预警", "names", true},
		{"5名工人被困井下", "3名工人被困井下", "growth", false},
		{"海域发生7.4级地震", "海域发生7.6级地震", "", false}, // magnitudes are revised
		{"海域发生7.4级地震", "海域发生6.1级地震", "numbers", true},
		{"捐款5000万驰援", "捐款 5000 万驰援", "", false},
		{"", "", "", false},
	} {
		x, y := a.Analyze(c.x, ""), a.Analyze(c.y, "")
		for range 2 { // symmetric
			if kind, conflict := Conflict(x.Facts(), y.Facts()); kind != c.kind || conflict != c.conflict {
				t.Errorf("%s | %s: %q %v, want %q %v", x.Title, y.Title, kind, conflict, c.kind, c.conflict)
			}
			x, y = y, x
		}
	}
}

func TestAnalyzeTerms(t *testing.T) {
	a := testAnalyzer(t)
	an := a.Analyze("网友热议：星海汽车回应SU9续航争议", "星海汽车表示，SU9的续航里程按标准测得。\n消费者认为实际里程偏低。")
	for _, w := range []string{"su9", "续航", "争议", "里程"} {
		if !slices.Contains(an.Terms, w) && !slices.Contains(an.Terms, w+"里程") {
			t.Errorf("term %s is missing in %v", w, an.Terms)
		}
	}
	for _, w := range []string{"网友", "回应", "的", ":", "热议"} {
		if slices.Contains(an.Terms, w) {
			t.Errorf("%s should be no term", w)
		}
	}
	if an = a.Analyze("", "河南两人获救。后来又说了别的事情，北京也下雨。"); !slices.Equal(an.Places, []string{"河南"}) || len(an.Numbers) != 1 {
		t.Errorf("without a title the first sentence counts: %v %v", an.Places, an.Numbers)
	}
	if an = a.Analyze("", ""); len(an.Terms) != 0 || an.Fingerprint.Body != 0 {
		t.Error("an empty text has nothing")
	}
}

func TestParseNumeral(t *testing.T) {
	for s, want := range map[string]float64{"1,824.5万": 18245000, "二十八": 28, "十": 10, "三百零五": 305, "二〇二六": 2026, "一百二十三万四千": 1234000, "百分之三十": 30, "第十二": 12, "3.5%": 3.5, "1万亿": 1e12, "两千": 2000, "百万": 1e6} {
		if got, ok := parseNumeral(s); !ok || got != want {
			t.Errorf("%s = %v %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "几", "1.2.3", "万一吗", "abc", "第"} {
		if v, ok := parseNumeral(s); ok {
			t.Errorf("%q should be no number, got %v", s, v)
		}
	}
}

func TestConflictOfUnlistedPlaces(t *testing.T) {
	a, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := func(x, y string, want bool) {
		t.Helper()
		if kind, got := Conflict(a.Analyze(x, "").Facts(), a.Analyze(y, "").Facts()); got != want {
			t.Errorf("%s | %s: %v (%s)", x, y, got, kind)
		}
	}
	f("澜江市发布暴雨红色预警", "云湖市发布暴雨红色预警", true)
	f("暴雨袭击澜江县多个乡镇", "暴雨袭击松江县多个乡镇", true)
	f("澜江市发布暴雨红色预警", "澜江发布暴雨红色预警", false)
	f("澜江市发布暴雨红色预警", "澜江市今晨发布暴雨红色预警", false)
	f("澜江新区禁止倾倒垃圾，市容局立案调查", "澜江新区禁止倾倒垃圾 市容局立案调查", false)
}
