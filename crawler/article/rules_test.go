package article

import (
	"strings"
	"testing"

	"github.com/xuanti/xuanti/crawler/internal/crawltest"
	"github.com/xuanti/xuanti/crawler/plain"
)

// Paragraphs of pages of our own.
const (
	ruleHan   = "<p>今年入秋以来，河湾湿地的水位比往年高出三十厘米，前来越冬的候鸟也比去年早到了整整一周。</p><p>保护站站长秦川说，工作人员每天清晨五点出发，沿着十二公里的堤岸逐段记录，已经数出四十七种鸟类。</p>"
	ruleLatin = "<p>The harbour bridge reopened on Friday after eleven months of repairs, and the first buses crossed it before dawn.</p><p>Engineers replaced every cable on the northern span and found rust in places that no drawing had shown.</p>"
)

func ruleArticle(t *testing.T, address, page string) *Article {
	t.Helper()
	a, err := Extract([]byte(page), "text/html; charset=utf-8", address, crawltest.Recorded())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestTitleElements: the headline of pages that print none, from title elements
// as sites of many kinds write them.
func TestTitleElements(t *testing.T) {
	const han, latin = "河湾湿地迎来首批越冬候鸟", "Harbour bridge reopens after eleven months"
	for element, want := range map[string]string{
		han + "_新浪财经_新浪网":                                                     han,
		han + "-36氪":                                                          han,
		han + "_澎湃号·政务_澎湃新闻-The Paper":                                        han,
		han + " - 鸟友交流 - 河湾论坛 -  Powered by Discuz!":                          han,
		"首页 > 新闻中心 > " + han:                                                  han,
		"守护一江清水保护这片土地——湿地修复记":                                                 "守护一江清水保护这片土地——湿地修复记",
		"守护一江清水——河湾湿地修复记 - 河湾日报":                                              "守护一江清水——河湾湿地修复记",
		"独家丨" + han + "丨河湾财经":                                                 "独家丨" + han,
		"河湾湿地A-B区同时开放 候鸟提前到达":                                                 "河湾湿地A-B区同时开放 候鸟提前到达",
		latin + " - Harbour Post":                                             latin,
		latin + " | Local news | Harbour Post":                                latin,
		latin + " – The Example Times":                                        latin,
		latin + ": what we know - Harbour Post":                               latin + ": what we know",
		"Spider-Man – the return of a bridge":                                 "Spider-Man – the return of a bridge",
		"Hafenbrücke nach elf Monaten wieder offen - Politik - Hafen.example": "Hafenbrücke nach elf Monaten wieder offen",
		"Le pont du port rouvre après onze mois - Le Journal du Port":         "Le pont du port rouvre après onze mois",
		"Мост в гавани открыли после ремонта — РИА Гавань, 20.11.2026": "Мост в гавани открыли после ремонта",
		"港の橋が十一か月ぶりに開通 | 港湾ニュース":                                       "港の橋が十一か月ぶりに開通",
		"항구 다리 열한 달 만에 재개통 :: 항구뉴스":                                    "항구 다리 열한 달 만에 재개통",
		"إعادة افتتاح جسر الميناء بعد أحد عشر شهرا | صحيفة الميناء":    "إعادة افتتاح جسر الميناء بعد أحد عشر شهرا",
	} {
		body := ruleHan
		if !plain.HasHan(element) {
			body = ruleLatin
		}
		if a := ruleArticle(t, "https://www.paper.example/x/1.html", "<title>"+element+"</title><div>"+body+"</div>"); a.Title != want {
			t.Errorf("%q gives %q", element, a.Title)
		}
	}
	// A title element that names a channel or the site yields to what the page prints.
	for _, element := range []string{"通知公告_河湾市教育局", "河湾新闻网"} {
		if a := ruleArticle(t, "https://www.paper.example/x/1.html", "<title>"+element+"</title><div class=title>"+han+"</div>"+ruleHan); a.Title != han {
			t.Errorf("%q gives %q", element, a.Title)
		}
	}
}

// TestDateRules: which of several days a page came out on.
func TestDateRules(t *testing.T) {
	const headline = "<title>河湾湿地迎来首批越冬候鸟</title><h1>河湾湿地迎来首批越冬候鸟</h1>"
	f := func(name, address, page string) {
		t.Helper()
		if a := ruleArticle(t, address, headline+page); dayOf(a.PublishedAt) != "2026-11-20" {
			t.Errorf("%s: %v", name, a.PublishedAt)
		}
	}
	const address = "https://www.paper.example/x/1.html"
	f("written and issued", address, "<table><tr><td>成文日期</td><td>2026年11月15日</td></tr><tr><td>发布日期</td><td>2026年11月20日</td></tr></table>"+ruleHan)
	f("behind a short text", address, "<div>2026-11-20 08:00</div>"+ruleHan+"<p>发布于2026-11-21</p>")
	f("a comment's", "https://www.paper.example/2026/11/20/x", ruleHan+"<div class=comments><p class=date>November 21, 2026</p></div>")
	f("the day of a wire", address, "<p>河湾网11月20日电（记者秦川）今年入秋以来，河湾湿地的水位比往年高出三十厘米，前来越冬的候鸟也早到了一周。</p>"+ruleHan)
	f("a short address", "https://www.paper.example/26/1120/10/A1B2C3.html", ruleHan)
	f("signed in numerals", address, ruleHan+"<p align=right>河湾市教育局</p><p align=right>二〇二六年十一月二十日</p>")
}

// TestLineRules: lines around a text that go, and those that stay.
func TestLineRules(t *testing.T) {
	for line, stays := range map[string]bool{
		"签发：秦川":       false,
		"0:00 / 1:23": false,
		"Marta Lind is a reporter for the Harbour Post. Follow her on Twitter @marta.":                           false,
		"Do you have a story? Write to tips@paper.example":                                                       false,
		"ⓒ 항구일보, 무단전재 및 재배포 금지":                                                                                  false,
		"Notice: The content above (including the pictures and videos if any) is uploaded and posted by a user.": false,
		"Rescuers could not reach them before the tide came in that night.":                                      true,
		"附件：<a href=/f.doc>观鸟预约表.doc</a>":                                                                        true,
	} {
		a := ruleArticle(t, "https://www.paper.example/x/1.html", "<h1>河湾湿地迎来首批越冬候鸟</h1><div class=content>"+ruleHan+ruleLatin+"<p>"+line+"</p></div>")
		if got := strings.Contains(a.Text, plain.Line(line)); got != stays {
			t.Errorf("%q stays: %v", line, got)
		}
	}
}
