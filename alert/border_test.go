package alert

import (
	"testing"

	"github.com/xuanti/xuanti"
)

// traps are invented sentences with a watched word in them. fires is what a
// subscriber expects of the default mode: the word itself is there, alone or
// in a name that it begins (长安汽车), and not by accident of two neighbours.
var traps = []struct {
	word, sentence string
	fires          bool
}{
	{"国美", "国美电器拿下新一轮融资", true},
	{"国美", "老牌卖场国美关掉十家门店", true},
	{"国美", "中国美食节在江城开幕", false},
	{"国美", "外国美术馆首次来华布展", false},
	{"国美", "爱国美德进课堂", false},
	{"国美", "中国美院毕业展人气爆棚", false},
	{"国美", "韩国美妆品牌降价", false},
	{"国美", "国美与供应商达成和解", true},
	{"和服", "她穿和服参加茶会", true},
	{"和服", "租一套和服要多少钱", true},
	{"和服", "社区提供维修和服务热线", false},
	{"和服", "改革和服装行业同步推进", false},
	{"和服", "软件和服务器一起升级", false},
	{"和服", "让利和服从大局", false},
	{"和服", "京都街头的和服体验店", true},
	{"美的", "美的空调召回一批产品", true},
	{"美的", "美的集团公布上半年业绩", true},
	{"美的", "格力和美的打起价格战", true},
	{"美的", "最美的风景在山顶", false},
	{"美的", "中美的贸易额继续增长", false},
	{"美的", "欧美的老电影重新上映", false},
	{"美的", "完美的一场演出", false},
	{"美的", "甜美的嗓音打动评委", false},
	{"美的", "健美的身材怎样练成", false},
	{"美的", "爱美的姑娘都收藏了", false},
	{"联想", "联想发布新款笔记本", true},
	{"联想", "联想集团股价走高", true},
	{"联想", "这幅画让人联想到童年", false},
	{"联想", "关联想法被写进报告", false},
	{"联想", "旧物引发联想", false},
	{"联想", "联想和惠普争夺市场", true},
	{"苹果", "苹果秋季发布会定档", true},
	{"苹果", "苹果手机以旧换新", true},
	{"苹果", "每天吃一个苹果好吗", true},
	{"苹果", "苹果园地铁站换乘更方便", false},
	{"苹果", "一夜大雪压断苹果树", false},
	{"苹果", "苹果醋到底能不能减肥", false},
	{"小米", "小米汽车工厂开放参观", true},
	{"小米", "小米新机价格曝光", true},
	{"小米", "雷军谈小米的下一个十年", true},
	{"小米", "一碗小米粥温暖清晨", false},
	{"小米", "大小米铺都挂出促销牌", false},
	{"小米", "小米辣牛肉的做法", false},
	{"长安", "长安汽车销量创新高", true},
	{"长安", "长安的荔枝热播", true},
	{"长安", "身长安全距离测试", false},
	{"长安", "长安街延长线夜景", false},
	{"长安", "校长安排新学期工作", false},
	{"长安", "增长安全感的三种办法", false},
	{"长安", "长安福特推出新车", true},
	{"理想", "理想汽车交付量公布", true},
	{"理想", "理想与现实之间的选择", true},
	{"理想", "治理想办法更要见实效", false},
	{"理想", "整理想法再开口", false},
	{"理想", "心理想要放松的时候", false},
	{"理想", "合理想象未来生活", false},
	{"理想", "理想主义者的夜晚", false},
	{"大学", "当代大学生更愿意去小城", true},
	{"大学", "北京大学发布招生简章", true},
	{"大学", "这所大学食堂上新了", true},
	{"大学", "重大学术成果发布", false},
	{"大学", "扩大学位供给", false},
	{"大学", "各大学校明天开学", false},
	{"大学", "全市最大学区划定", false},
	{"大学", "老年大学一座难求", true},
	{"国美", "本国美女棋手夺冠", false},
	{"国美", "祖国美好的明天", false},
	{"和服", "暖和服帖的羊毛衫", false},
	{"美的", "肥美的大闸蟹上市", false},
	{"美的", "南美的雨林", false},
	{"美的", "小区业主投诉美的中央空调", true},
	{"长安", "会长安心退休", false},
	{"长安", "延长安装时间", false},
	{"理想", "理想L9降价", true},
	{"华为", "华为鸿蒙用户破亿", true},
	{"东风", "山东风力发电", false},
	{"东风", "东风日产新车", true},
	{"中国人寿", "中国人寿公布保费收入", true},
	{"华为", "华为新机今日开售", true},
	{"华为", "余承东谈华为车机", true},
	{"华为", "中华为之振奋", false},
	{"华为", "才华为何被埋没", false},
	{"华为", "精华为本的选集出版", false},
	{"华为", "任正非称华为要活下去", true},
	{"京东", "京东大促提前开始", true},
	{"京东", "京东方发布新屏幕", false},
	{"京东", "北京东城的老胡同", false},
	{"苏超", "苏超决赛门票秒空", true},
	{"张雪机车", "张雪机车再夺分站冠军", true},
	{"ai", "ai芯片需求旺盛", true},
	{"ai", "路牌上写着said和rain", false},
	{"ai", "AI写作工具上新", true},
	{"5g", "5G手机降到千元", true},
	{"5g", "这款茶包每袋15g", false},
	{"iphone", "iPhone17外观曝光", true},
	{"猫", "邻居家的猫走丢了", true},
	{"猫", "熊猫花花过生日", false},
	{"特斯拉", "特斯拉超级工厂扩建", true},
	{"央行", "中央行政区划调整", false},
	{"央行", "央行宣布降准", true},
	{"国人", "中国人民银行发布公告", false},
}

func TestBordersOnTraps(t *testing.T) {
	a := chinese(t)
	for name, analysed := range map[string]bool{"analysed": true, "folded here": false} {
		t.Run(name, func(t *testing.T) {
			var tp, fp, fn int
			for _, c := range traps {
				m, err := NewMatcher(a, []xuanti.Subscription{{ID: "s", Rule: xuanti.Rule{Any: []string{c.word}}}})
				if err != nil {
					t.Fatal(err)
				}
				d := Doc{Item: xuanti.Item{Title: "今日要闻", Text: "编者按。" + c.sentence + "！后续请看下篇。"}}
				if analysed {
					d.A = a.Analyze(d.Item.Title, d.Item.Text)
				}
				hits := m.Match(d)
				fired := len(hits) == 1 && !hits[0].Suppressed
				switch {
				case fired && c.fires:
					tp++
				case fired:
					fp++
					t.Logf("fires by accident: %s in %s", c.word, c.sentence)
				case c.fires:
					fn++
					t.Logf("missed: %s in %s", c.word, c.sentence)
				default:
					if len(hits) != 1 {
						t.Errorf("%s in %s is not told as held back: %+v", c.word, c.sentence, hits)
					}
				}
			}
			precision, recall := float64(tp)/float64(tp+fp), float64(tp)/float64(tp+fn)
			t.Logf("%d sentences: precision %.3f, recall %.3f", len(traps), precision, recall)
			if precision < .97 || recall < .98 {
				t.Errorf("precision %.3f, recall %.3f; want .97 and .98", precision, recall)
			}
		})
	}
}

func TestModes(t *testing.T) {
	a := chinese(t)
	for _, c := range []struct {
		word, text              string
		exact, normal, contains bool
	}{
		{"长安", "长安汽车销量创新高", false, true, true},
		{"长安", "长安的夜色很美", true, true, true},
		{"国美", "中国美食节开幕", false, false, true},
		{"京东", "京东方发布新屏幕", false, false, true},
		{"ai", "说明书写着said", false, false, true},
		{"猫", "熊猫过生日", false, false, true},
		{"猫", "一只猫走失", true, true, true},
	} {
		for mode, want := range map[xuanti.MatchMode]bool{xuanti.MatchExact: c.exact, xuanti.MatchDefault: c.normal, "": c.normal, xuanti.MatchContains: c.contains} {
			m, err := NewMatcher(a, []xuanti.Subscription{{ID: "s", Rule: xuanti.Rule{All: []string{c.word}, Mode: mode}}})
			if err != nil {
				t.Fatal(err)
			}
			hits := m.Match(Doc{Item: xuanti.Item{Title: c.text}})
			if got := len(hits) == 1 && !hits[0].Suppressed; got != want {
				t.Errorf("%s in %q, mode %q: fires %v, want %v (%+v)", c.word, c.text, mode, got, want, hits)
			}
		}
	}
}
