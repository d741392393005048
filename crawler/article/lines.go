package article

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"github.com/xuanti/xuanti/crawler/plain"
)

// Lengths in the weight of plain.Width: a Chinese character counts two.
const (
	bodyBlock   = 60  // a block of this weight is running text
	longBlock   = 240 // and of this weight never a teaser
	shortBlock  = 160 // notes and prompts are shorter
	noticeBlock = 600 // a disclaimer's length
)

// Lines that surround an article, whole.
var noiseWhole = regexp.MustCompile(`(?i)^(?:` +
	`advert(?:isement|ising)?s?|ads?|sponsored(?: content)?|share(?: (?:this|on|via|the)\b.{0,40})?|tweet|pin it|print|e-?mail|facebook|twitter|whatsapp|linkedin|reddit|comments?|tags?|topics?|caption|close|menu|home|play|replay|loading\W*|more|next|previous|prev|` +
	`subscribe(?: (?:now|today|to\b.{0,60}))?|sign (?:in|up)|log ?in|register|search|save|follow(?: us)?|top stories|up next|skip (?:to\b.{0,30}|ad)|continue reading(?: below)?|story continues(?: below)?.{0,30}|read more\W*|learn more|view (?:all|gallery|comments).{0,20}|show (?:more|less)|image \d+ of \W*\d+|\d{1,2}:\d{2}(?: ?/ ?\d{1,2}:\d{2})?|\d+ ?(?:of|/) ?\d+|\d+ (?:comments?|shares?|likes?|views?)|` +
	`publicidade|anuncio|publicité|werbung|anzeige|реклама|` +
	`广告|推广|分享|分享到\S{0,30}|分享至\S{0,30}|收藏|点赞|评论|举报|打印|关闭|登录|注册|返回|返回\S{0,6}首页|首页|目录|字号\S{0,10}|大\s*中\s*小|听新闻|听全文|播放|暂停|展开|展开全文|收起|查看更多\S{0,8}|加载更多|加载中\S{0,3}|阅读全文|阅读原文|查看原文|点击查看\S{0,8}|更多|更多内容|下一篇|上一篇|下一页|上一页|全文完|已关注|\+?\s?关注|转发|微博|微信|QQ空间|朋友圈|扫一扫\S{0,16}|相关(?:新闻|阅读|推荐|文章|报道|链接|专题)\S{0,3}|推荐阅读|延伸阅读|猜你喜欢|热门推荐|为你推荐|精彩推荐|大家都在看|热点推荐|最新评论|网友评论|发表评论|参与评论|写评论\S{0,10}|标签|[-—–·=\s]*(?:END|THE END|完|全文完)[-—–·=\s]*|赞|在看|喜欢\S{0,4}|图集|相关图集` +
	`)[\s:：.…»›>|]*$`)

// Lines that begin like a prompt, a pointer to another page or a credit.
var noiseStart = regexp.MustCompile(`(?i)^(?:[\[(【（>*▼▲■●◆☞→]\s*)*(?:` +
	`(?:related|read (?:also|more|next|this)|also read|see (?:also|more)|more (?:from|on|about|news|stories)|(?:more )?related (?:stories|articles|news|posts|content|coverage)|don['’]?t miss|you (?:may|might) (?:also )?(?:like|be interested)|recommended|up next|must read|trending|most (?:read|popular)|what to read next|latest news)\b|` +
	`(?:click|tap) (?:here|below|through)|sign up (?:for|to|now)|subscribe (?:to|now|for)|follow (?:us|me|him|her|them|@|the author|[\w .'’-]{2,40} on (?:twitter|facebook|instagram|x\b))|like us on|join (?:us|our|the conversation)|get (?:the|our|your) .{0,60}(?:newsletter|inbox|app)\b|download (?:the|our) .{0,30}app|listen (?:to|live)|watch(?: now| live| the video|:)|(?:do you )?(?:have|got) (?:an?|any) (?:news |story )?(?:tips?|story)\b|want more|enjoy(?:ed)? this|thank you for (?:reading|subscribing)|if you (?:liked|enjoyed) this|` +
	`image (?:copyright|caption|credit|source|:)|images? by|photos?(?:graph)? (?:by|credit|courtesy|:)|photos?:|picture:|pictures?: |media caption|media playback|video:|credits?:|file photo|getty images|source: |sources?:|copyright\b|©|all rights reserved|last (?:updated|modified)|posted (?:on|by|in)\b.{0,50}$|published(?: on| by|:)|updated(?: on|:)|filed under|written by|reported by|reporting by|edited by|editing by|this (?:article|story|post) (?:was )?(?:originally |first )?(?:appeared|published)|the post .{0,200} appeared first|tags?:|categor(?:y|ies):|share this|leave a (?:comment|reply)|` +
	`(?:责任)?编辑\s?[:：/丨|]|责\s?编|责任编辑|校对\s?[:：/]|审核\s?[:：/]|审校|监制\s?[:：/]|值班\S{0,6}[:：]|美编|排版\s?[:：/]|制图\s?[:：/]|摄影\s?[:：/]|图片来源|图源\s?[:：]|图\s?[/|｜丨:：]|(?:文|撰文|作者|采写|策划|统筹)\s?[/|｜丨]\s?\S{1,16}|阅读原文|来源\s?[:：]|稿源|文章来源|本文来源|信息来源|资料来源|原标题\s?[:：]|原文标题|原文链接|原文地址|本文(?:作者|转载|转自|系|由|首发|地址|链接|标题|仅代表|为|版权|刊于|经授权)|转自\s?[:：]|转载(?:请|自|须|声明)|未经(?:授权|许可|本网|书面)|版权(?:声明|所有|归)|免责声明|声明\s?[:：]|特别声明|郑重声明|风险提示|风险及免责|投资有风险|以上(?:内容|观点|文章)(?:仅|为|由|不)|(?:如|若)(?:有侵权|涉及(?:作品|版权|侵权)|存在侵权)|侵权(?:联系|删|必究|请|投诉)|举报(?:邮箱|电话|/反馈)|违法和不良|投稿(?:邮箱|请)|联系邮箱|商务合作|爆料(?:热线|电话|请|[:：])|新闻热线|` +
	`点击(?:这里|此处|关注|下方|上方|蓝字|进入|图片|查看|阅读|“|「)|长按|扫描?(?:下方|上方|描|二维码|一扫|码)|关注(?:我们|公众号|微信|本|更多|【|“|「|官方)|欢迎(?:关注|订阅|扫码|加入|转发|投稿|在评论)|更多(?:精彩|资讯|内容|新闻|热点|相关|详情|信息|报道)\S{0,40}(?:请|关注|点击|下载|尽在|登录|[:：>]|$)|(?:下载|打开|登录|进入)\S{0,10}(?:APP|客户端|应用|小程序)|微信(?:公众号|扫|搜索|号[:：])|公众号[:：]|添加微信|加微信|相关(?:阅读|推荐|新闻|链接|报道|文章|专题)\s?[:：>]?|推荐阅读|延伸阅读|阅读推荐|往期(?:回顾|精彩|推荐)|精彩(?:推荐|回顾)|猜你(?:喜欢|想看)|上一篇|下一篇|分享(?:到|至|给)|喜欢(?:就|本文|这篇)|觉得(?:不错|有用|好看)|点个?(?:赞|在看)|返回搜狐|查看更多|标签\s?[:：]|关键词?\s?[:：]|关键字\s?[:：]|文章(?:标签|关键词)|发布(?:时间|日期|于)\s?[:：]?|浏览(?:次数|量|数)?\s?[:：]|阅读(?:量|数|次数)?\s?[:：]|点击(?:数|量|次数)?\s?[:：]|(?:当前|您(?:的|现在的|所在的?))?位置\s?[:：]|您现在的位置|特约(?:记者|编辑)\s?[:：]|【(?:纠错|责任编辑|编辑|打印|关闭)|\(?(?:完|end)\)?$|—+\s?end` +
	`)`)

// creditLine matches lines of people and their jobs: "监制丨秦川 编辑丨小满".
var creditLine = regexp.MustCompile(`^(?:[\p{Han}]{2,6}\s?[丨｜|/：:]\s?[\p{Han}A-Za-z·、 ]{2,12}\s*){1,6}$`)

// creditJob are the jobs that make a line of names a credit.
var creditJob = regexp.MustCompile(`(?:监制|制片|编导|综合|来源|出品|策划|统筹|记者|通讯员|摄像|摄影|拍摄|剪辑|编辑|主编|责编|校对|审核|终审|复审|初审|设计|美编|制图|海报|视觉|文案|撰文|文字|配音|播音|主持|实习生|后期|运营|总监|值班|图片|视频|新媒体)\s?[丨｜|/：:]`)

// tailMark matches what closes a page rather than an article.
var tailMark = regexp.MustCompile(`(?i)^(?:返回\S{1,8}[，,]\s?查看更多|《\s?[^》]{2,20}\s?》\s?[（(]\s?\d{4}年.{0,30}版\s?[）)]|.{0,30}(?:版权所有|all rights reserved|京ICP\S*|ICP备\S*)\S{0,20}|点个?[“"「]?(?:赞|在看).{0,30}|.{0,6}广告声明[:：].*|投诉水文.{0,10}|.{0,20}(?:点击前往|点此领取|点此购买|点击购买|立即领取|立即抢购|戳这里|点击报名|扫码报名).{0,20}|阅读\s?[\d.]+\s?[wW万]?\+?.{0,24}|(?:正在)?加载中.{0,6}|来自\p{Han}{2,8}客户端.{0,40}|\d{1,4}楼.{0,24}|.{0,40}(?:更多原创资讯|更多精彩内容|更多资讯).{0,30}(?:APP|客户端|公众号|关注|下载).{0,12}|.{0,160}\b(?:follow (?:her|him|them|the author) on|(?:reach|e-?mail|contact) (?:her|him|the (?:author|writer|reporter)) at)\b.{0,80}|.{0,40}(?:무단\s?전재|재배포\s?금지|無断転載).{0,40}|[（(][^（）()]{0,24}(?:编辑|责编|校对|来源|审核)\s?[:：][^（）()]{0,24}[）)])[。.！!]?$`)

// noiseEnd matches credits at the end of a short line.
var noiseEnd = regexp.MustCompile(`(?i)(?:getty images|\bap photo\)?|/ ?(?:ap|afp|reuters|epa|getty)(?: (?:file|photo|images))?\)?|via (?:ap|getty|reuters|afp)(?: images)?\)?|\((?:image|photo|picture|credit|pic|file photo)[^)]{0,80}\)|\b(?:image|photo|picture) ?credit.{0,60}|(?:photo|image|picture) ?(?:by|:) ?[\w .,/'-]{2,60}|[（(]?(?:图片来源|图源|图据|资料图|图片由|供图|图自)[^。]{0,30}[）)]?|(?:摄|摄影|供图|制图)\s?[）)]?)\s*$`)

// dateline matches a line that only says when, who, where from or how often.
var (
	dateToken  = regexp.MustCompile(`(?i)\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}|\d{1,2}(?:st|nd|rd|th)? (?:de )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez)[a-z]*|\d+\s?(?:分钟|小时|天)前|(?:昨天|今天)\s?\d{1,2}:\d{2}|\d+ (?:minutes?|hours?|days?) ago|\d{1,2}:\d{2}`)
	bylineHead = regexp.MustCompile(`(?i)^(?:by|von|por|par|di|od|автор|text|words|作者|记者|文[/|｜丨:：]|撰文|来源|source)[\s:：|/]`)
	signed     = regexp.MustCompile(`^[（(](?:完|终|记者|通讯员)?\s?\p{Han}{1,4}(?:[ 、]\p{Han}{2,4}){0,3}[）)]$`) // "（周小满）" behind a text
	signedDay  = regexp.MustCompile(`^(?:19|20)\d{2}年\d{1,2}月\d{1,2}日$`)
	crumbSign  = regexp.MustCompile(`\s[>»›]\s|^(?:首页|home)\s?[>»›/]|\S>\S+>\S`)
	sentence   = regexp.MustCompile(`[.!?。！？…;；”"]\s?(?:$|[”"’)）\]])|[。！？；]`)
)

// relatedHead matches the heading of a list of other articles.
var relatedHead = regexp.MustCompile(`(?i)^(?:more (?:from|on|about|in|news|stories|\w+ (?:news|stories))|related|recommended|you (?:may|might)|read (?:more|next|also)|also (?:on|read)|see also|most (?:read|popular|viewed)|popular|trending|latest|top stories|up next|don['’]?t miss|about the author|comments?\b|leave a|join the|share this|follow|newsletter|sign up|subscribe|what(?:['’]s| to read) next|editor['’]?s? picks?|other (?:news|articles|stories)|further reading|you['’]?ll also|in other news|sponsored|around the web|` +
	`相关|推荐|延伸|猜你|热门|热点|最新|更多|为你|大家|精彩|往期|评论|网友|最热|排行|今日|本周|编辑推荐|热搜|阅读排行|关于作者|作者简介)`)

// trimBlocks drops the lines of an article that are not its text: what comes
// before the first paragraph (bread crumbs, title, byline), credits, prompts,
// editor lines and lists of links in between, and the pointers at the end.
// When little would be left the blocks are returned as they were.
func trimBlocks(in []block, title string) []block {
	total := weight(in)
	out := dropLinkLists(in)
	out = trimHead(out, title)
	out = dropNoise(out)
	out = trimTail(out)
	cutCredits(out)
	if kept := weight(out); kept*5 < total*2 || kept < 40 && total > kept {
		return in
	}
	return out
}

// inlineCredit matches an editor's line or a source behind the last sentence of
// a paragraph: "……。（责任编辑：周小满）".
var inlineCredit = regexp.MustCompile(`\s*(?:[（(\[【]\s?(?:责任编辑|责编|编辑|实习编辑|校对|审核|来源|文章来源|作者|原标题|图片来源|图源|记者|責任編輯|編輯)\s?[:：/／][^）)\]】]{1,40}[）)\]】]|(?:责任编辑|责编|本文来源|文章来源)\s?[:：]\s?\S{1,20})\s*$`)

// cutCredits takes such credits off the ends of paragraphs.
func cutCredits(bs []block) {
	for i := range bs {
		if loc := inlineCredit.FindStringIndex(bs[i].text); loc != nil && loc[0] > 0 {
			bs[i].text = strings.TrimSpace(bs[i].text[:loc[0]])
			bs[i].chars = plain.Width(bs[i].text)
		}
	}
}

func weight(bs []block) int {
	n := 0
	for i := range bs {
		n += bs[i].chars - bs[i].links
	}
	return n
}

// isBody reports whether a block is running text of the article.
func (b *block) isBody() bool {
	return !b.heading() && b.chars >= bodyBlock && b.linkShare() < 0.5 && sentence.MatchString(b.text)
}

// isSentence reports a short paragraph that is text all the same; articles of
// official accounts are made of such lines.
func (b *block) isSentence() bool {
	return !b.heading() && b.chars >= 24 && b.links == 0 && sentence.MatchString(b.text) && !isNoise(b) && !dateToken.MatchString(b.text)
}

func trimHead(bs []block, title string) []block {
	first := -1
	for i := range bs {
		if bs[i].isBody() || bs[i].isSentence() {
			first = i
			break
		}
	}
	if first < 0 {
		first = min(len(bs), 6)
	}
	var out []block
	key := foldTitle(title)
	for i := range bs {
		if i < first && isHeadNoise(&bs[i], key) {
			continue
		}
		// The title itself is printed again further down in some templates.
		if i >= first && i < first+3 && len(key) > 12 && foldTitle(bs[i].text) == key {
			continue
		}
		out = append(out, bs[i])
	}
	return out
}

func isHeadNoise(b *block, title string) bool {
	key := foldTitle(b.text)
	switch {
	case b.tag == atom.H1, b.linkShare() > 0.5 && (b.chars < bodyBlock || !sentence.MatchString(b.text)):
		return true
	case title != "" && len(key) >= 6 && (strings.Contains(title, key) || len(title) >= 12 && strings.Contains(key, title) && len(key) < 2*len(title)):
		return true
	case bylineHead.MatchString(b.text) && b.chars < shortBlock:
		return true
	case crumbSign.MatchString(b.text) && b.chars < shortBlock:
		return true
	case b.chars < 120 && dateToken.MatchString(b.text) && !sentence.MatchString(b.text):
		return true
	}
	return b.chars < 24 && !b.heading() && !b.list && !sentence.MatchString(b.text)
}

func dropNoise(bs []block) []block {
	var out []block
	for i := range bs {
		// A linked heading over running text heads a section of its own.
		section := bs[i].heading() && i+1 < len(bs) && bs[i+1].isBody()
		if !isNoise(&bs[i]) && (section || !isPointer(&bs[i])) {
			out = append(out, bs[i])
		}
	}
	return out
}

// isPointer reports a paragraph that is one link: it points elsewhere. Inside a
// list it may be the article's own.
func isPointer(b *block) bool {
	if b.list || b.table || b.chars <= 12 || isAttachment(b) {
		return false
	}
	return b.chars < longBlock && b.linkShare() > 0.9 || b.chars < shortBlock && b.linkShare() > 0.5 && pointerLabel.MatchString(b.text)
}

// isAttachment reports the line of a notice that names a file beside it.
func isAttachment(b *block) bool { return strings.HasPrefix(b.text, "附件") }

// pointerLabel begins a line whose link leads to another page.
var pointerLabel = regexp.MustCompile(`^[【\[（(>》→·•]*(?:推荐|阅读|链接|专题|视频|图集|直播|回顾|点击|更多|关注|详情|相关|前情|此前|另)[^：:]{0,6}[：:】\]丨|]`)

func isNoise(b *block) bool {
	if b.chars >= noticeBlock {
		return false
	}
	folded := foldPhrase(b.text)
	if !b.heading() && boilerplate.begins(boilerplate.notice, folded) {
		return true
	}
	if b.chars >= longBlock {
		return false
	}
	if tailMark.MatchString(b.text) || creditLine.MatchString(b.text) && creditJob.MatchString(b.text) {
		return true
	}
	if boilerplate.is(boilerplate.whole, folded) || b.chars < shortBlock && boilerplate.begins(boilerplate.start, folded) {
		return true
	}
	if noiseWhole.MatchString(b.text) {
		return true
	}
	if b.chars < shortBlock && noiseStart.MatchString(b.text) {
		return true
	}
	return !b.heading() && noiseEnd.MatchString(b.text)
}

// dropLinkLists removes runs of three and more blocks that are links, with the
// heading in front of them.
func dropLinkLists(bs []block) []block {
	drop := make([]bool, len(bs))
	for i := 0; i < len(bs); {
		j := i
		for j < len(bs) && bs[j].linkShare() > 0.8 && bs[j].chars < longBlock {
			j++
		}
		if j-i >= 3 || j-i >= 1 && i > 0 && bs[i-1].chars < bodyBlock && headsList(&bs[i-1]) {
			for k := i; k < j; k++ {
				drop[k] = true
			}
			if i > 0 && bs[i-1].chars < bodyBlock && !sentence.MatchString(bs[i-1].text) {
				drop[i-1] = true
			}
		}
		i = max(j, i+1)
	}
	var out []block
	for i := range bs {
		if !drop[i] {
			out = append(out, bs[i])
		}
	}
	return out
}

func headsList(b *block) bool {
	return relatedHead.MatchString(b.text) || boilerplate.is(boilerplate.list, foldPhrase(b.text))
}

// trimTail cuts at the heading of a list of other articles, when nothing but
// teasers follows, and drops short leftovers at the end.
func trimTail(bs []block) []block {
	body := 0
	for i := range bs {
		body += bs[i].chars
	}
	seen := 0
	for i := range bs {
		b := &bs[i]
		if b.chars < bodyBlock && !sentence.MatchString(b.text) && endsArticle(b, seen, body, bs[i+1:]) {
			bs = bs[:i]
			break
		}
		seen += b.chars
	}
	for len(bs) > 1 {
		b := &bs[len(bs)-1]
		if signedDay.MatchString(b.text) || isAttachment(b) {
			break // a notice ends with its day, or with its attachments
		}
		if b.heading() || b.linkShare() > 0.6 || signed.MatchString(b.text) || b.chars < 30 && !b.list && !b.table && !sentence.MatchString(b.text) && dateToken.MatchString(b.text) {
			bs = bs[:len(bs)-1]
			continue
		}
		break
	}
	return bs
}

// endsArticle reports whether a line is the heading of other articles or of
// the comments, and what follows is that. seen is the weight before it, total
// that of all.
func endsArticle(b *block, seen, total int, after []block) bool {
	known := boilerplate.is(boilerplate.list, foldPhrase(b.text))
	switch {
	case known && (seen*5 > total*3 || b.heading() && seen >= mainBody):
		return true
	case headsList(b):
		return seen*2 > total && !hasLong(after)
	}
	return false
}

func hasLong(bs []block) bool {
	for i := range bs {
		if bs[i].chars >= longBlock && bs[i].linkShare() < 0.3 {
			return true
		}
	}
	return false
}

// foldTitle reduces a title to letters and digits in lower case.
func foldTitle(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func joinBlocks(bs []block) string {
	var sb strings.Builder
	for i := range bs {
		if i > 0 {
			sb.WriteByte('\n')
		}
		sb.WriteString(bs[i].text)
	}
	return sb.String()
}
