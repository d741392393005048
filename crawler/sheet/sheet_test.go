package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/xuanti/xuanti"
)

var now = time.Date(2026, 5, 2, 4, 0, 0, 0, time.UTC)

// book makes a workbook from sheets of rows.
func book(t testing.TB, sheets map[string][][]any, order ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, name := range order {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", name); err != nil {
				t.Fatal(err)
			}
		} else if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for r, row := range sheets[name] {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", r+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// read opens, plans and reads everything, as one line per row.
func read(t *testing.T, data []byte, preset string, custom map[string]string) (*Plan, []string, []string) {
	t.Helper()
	tab, err := Open(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	p, err := tab.Plan(preset, custom, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	var rows, problems []string
	for i := range tab.Rows() {
		r, bad := p.Row(i)
		fatal := false
		for _, b := range bad {
			problems = append(problems, fmt.Sprintf("%d%s", b.Line, b.Column))
			fatal = fatal || b.Fatal
		}
		if fatal {
			continue
		}
		line := fmt.Sprintf("%d %s|%s|", r.Line, r.Title, r.PublishedAt.In(xuanti.Shanghai).Format("01-02 15:04"))
		for _, c := range r.Counts {
			line += fmt.Sprintf(" %s=%d", c.Name, c.Value)
			if c.AtLeast {
				line += "+"
			}
		}
		if r.Followers != nil {
			line += fmt.Sprintf(" followers=%d", r.Followers.Value)
		}
		rows = append(rows, line)
	}
	return p, rows, problems
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWechatWorkbook(t *testing.T) {
	data := book(t, map[string][][]any{
		"说明": {{"本表由后台导出"}},
		"已通知内容": {
			{"内容标题", "发表时间", "总阅读人数", "总阅读次数", "总分享人数", "总分享次数", "阅读后关注人数", "送达人数", "公众号消息阅读次数", "送达阅读率", "阅读完成率", "内容url"},
			{"青石镇的老桥修好了", 20260401, 8100, 9200, 90, 120, -3, 30000, 4000, 0.1333, 0.62, "https://mp.example.com/s/a1"},
			{"河边的早市", "20260402", "1.2万", "10万+", "--", "3,456", 7, 30100, 1, "13.3%", "61%", "https://mp.example.com/s/a2"},
			{"一行坏数据", 20260403, "很多", 5, 1, 1, 1, 1, 1, 0.1, 0.2, "不是网址"},
			{"坏一格", 20260404, "很多", 5, 1, 1, 1, 1, 1, 0.1, 0.2, ""},
		},
	}, "说明", "已通知内容")
	p, rows, problems := read(t, data, "auto", nil)
	if p.Preset != "wechat" || p.Missing() != "" {
		t.Errorf("preset %q, missing %q", p.Preset, p.Missing())
	}
	same(t, "rows", rows, []string{
		"2 青石镇的老桥修好了|04-01 00:00| finish_rate=6200 followed=-3 open_rate=1333 read=9200 reader=8100 sent=30000 share=120",
		"3 河边的早市|04-02 00:00| finish_rate=6100 followed=7 open_rate=1330 read=100000+ reader=12000 sent=30100 share=3456",
		"5 坏一格|04-04 00:00| finish_rate=2000 followed=1 open_rate=1000 read=5 sent=1 share=1",
	})
	same(t, "problems", problems, []string{"4L", "4C", "5C"})
}

func TestXiaohongshuBannerAndDates(t *testing.T) {
	data := book(t, map[string][][]any{"笔记": {
		{"最多导出排序后前1000条笔记"},
		{"笔记标题", "首次发布时间", "体裁", "曝光", "观看量", "封面点击率", "点赞", "评论", "收藏", "涨粉", "分享", "人均观看时长", "弹幕"},
		{"桂花糕的三种做法", "2026年04月01日08时30分00秒", "图文", 90000, 12000, 0.133, 800, 40, 900, 12, 33, 25.4, 0},
	}}, "笔记")
	p, rows, problems := read(t, data, "", nil)
	if p.Preset != "xiaohongshu" || len(problems) > 0 {
		t.Errorf("%s %v", p.Preset, problems)
	}
	same(t, "rows", rows, []string{"3 桂花糕的三种做法|04-01 08:30| avg_seconds=25 click_rate=1330 comment=40 danmaku=0 exposure=90000 favorite=900 followed=12 like=800 read=12000 share=33"})
}

const douyin = "作品名称,发布时间,播放量,完播率,5s完播率,2s跳出率,平均播放时长,点赞量,评论量,分享量,收藏量,主页访问量,粉丝净增\n" +
	"\"铁锅焖面,十分钟\",2026-04-01 18:00:00,\"12,345\",32.1%,50%,20%,00:31,1.1万,--,88,70,12,-5\n" +
	"\"两行的\n标题\",2026-04-02 18:00:00,99,1%,2%,3%,7.5s,1,2,3,4,5,6\n" +
	"没有时间,某个夜里,99,1%,2%,3%,7.5s,1,2,3,4,5,6\n"

func TestDouyinCSVInEveryCharset(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(douyin)
	if err != nil {
		t.Fatal(err)
	}
	wide := func(e unicode.Endianness, b unicode.BOMPolicy) string {
		s, err := unicode.UTF16(e, b).NewEncoder().String(douyin)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, data := range map[string]string{
		"utf-8": douyin, "bom": "\ufeff" + douyin, "gb18030": gb, "utf-16le": wide(unicode.LittleEndian, unicode.UseBOM), "utf-16be": wide(unicode.BigEndian, unicode.UseBOM),
		"utf-16le without mark": wide(unicode.LittleEndian, unicode.IgnoreBOM), "crlf": strings.ReplaceAll(douyin, "\n", "\r\n"),
	} {
		p, rows, problems := read(t, []byte(data), "auto", nil)
		if p.Preset != "douyin" {
			t.Errorf("%s: preset %q", name, p.Preset)
		}
		same(t, name, rows, []string{
			"2 铁锅焖面,十分钟|04-01 18:00| avg_seconds=31 bounce_rate=2000 favorite=70 finish_rate=3210 followed=-5 like=11000 play=12345 share=88 visit=12",
			"3 两行的 标题|04-02 18:00| avg_seconds=8 bounce_rate=300 comment=2 favorite=4 finish_rate=100 followed=6 like=1 play=99 share=3 visit=5",
		})
		same(t, name+" problems", problems, []string{"5B"})
	}
}

func TestMapperAndAmbiguities(t *testing.T) {
	data := "稿件\t热度\t转发\t赞\t时间\t粉丝总数\t点击率\t点赞数\n河灯夜游\t9万+\t3\t4\t2026/4/1 9:05\t12万\t4.5\t99\n"
	p, rows, _ := read(t, []byte(data), "", map[string]string{"稿件": "title", "B": "read"})
	same(t, "rows", rows, []string{"2 河灯夜游|04-01 09:05| click_rate=450 like=4 read=90000+ repost=3 followers=120000"})
	if c := p.Columns[4]; c.Field != FieldPublished || c.Sure || c.Note == "" {
		t.Errorf("时间 is no sure thing: %+v", c)
	}
	if c := p.Columns[7]; c.Field != "" || !strings.Contains(c.Note, "D") {
		t.Errorf("the second column of likes: %+v", c)
	}
	if !strings.Contains(strings.Join(p.Notes, " "), "百分") {
		t.Errorf("notes %v", p.Notes)
	}
	tab, err := Open(context.Background(), []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, custom := range []map[string]string{{"稿件": "热度"}, {"没有的列": "read"}} {
		if _, err := tab.Plan("", custom, nil, now); xuanti.CodeOf(err) != xuanti.CodeInvalid {
			t.Errorf("%v: %v", custom, err)
		}
	}
	if _, err := tab.Plan("weibo", nil, nil, now); xuanti.CodeOf(err) != xuanti.CodeInvalid {
		t.Errorf("unknown preset: %v", err)
	}
	daily, _, _ := read(t, []byte("日期,阅读次数,分享次数\n20260401,3,4\n"), "", nil)
	if daily.Missing() == "" {
		t.Error("a table of days names no posts")
	}
	if fans, rows, _ := read(t, []byte("统计日期,粉丝数\n20260401,1.2万\n"), "", nil); fans.Missing() != "" || len(rows) != 1 {
		t.Errorf("followers: %q %v", fans.Missing(), rows)
	}
}

func TestRefused(t *testing.T) {
	// What the directory says is enough: nothing is unpacked before it is checked.
	bomb := func(size uint64) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		if _, err := z.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, UncompressedSize64: size}); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, c := range map[string]struct {
		data []byte
		code xuanti.Code
	}{
		"empty": {nil, xuanti.CodeInvalid}, "blank": {[]byte(" \n\n"), xuanti.CodeInvalid}, "old excel": {[]byte("\xd0\xcf\x11\xe0aaaa"), xuanti.CodeInvalid},
		"web page": {[]byte("<html><table>"), xuanti.CodeInvalid}, "one cell": {[]byte("标题\n"), xuanti.CodeInvalid}, "no workbook": {bomb(1), xuanti.CodeInvalid},
		"bomb": {bomb(maxUnpacked + 1), xuanti.CodeLimited}, "large": {make([]byte, MaxBytes+1), xuanti.CodeLimited},
		"rows": {[]byte("标题,阅读\n" + strings.Repeat("a,1\n", MaxRows+2)), xuanti.CodeLimited}, "cut off": {[]byte("PK\x03\x04aaaa"), xuanti.CodeInvalid},
	} {
		if _, err := Open(context.Background(), c.data); xuanti.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, []byte(douyin)); xuanti.CodeOf(err) != xuanti.CodeUnavailable {
		t.Errorf("out of time: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(douyin))
	f.Add([]byte("\xff\xfea\x00,\x00b\x00"))
	f.Add([]byte("标题;阅读\n\"a\"b\";1\n"))
	f.Add(book(f, map[string][][]any{"s": {{"标题", "阅读"}, {"a", 1}}}, "s"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tab, err := Open(context.Background(), data)
		if err != nil {
			if c := xuanti.CodeOf(err); c == xuanti.CodeInternal {
				t.Fatalf("%v", err)
			}
			return
		}
		p, err := tab.Plan("auto", nil, nil, now)
		if err != nil {
			t.Fatal(err)
		}
		for i := range min(tab.Rows(), 50) {
			row, problems := p.Row(i)
			if row.Line < 1 {
				t.Fatalf("%+v", row)
			}
			for _, c := range row.Counts {
				if !c.Valid() {
					t.Fatalf("%+v", c)
				}
			}
			for _, b := range problems {
				if b.Message == "" || b.Line != row.Line {
					t.Fatalf("%+v", b)
				}
			}
		}
	})
}
