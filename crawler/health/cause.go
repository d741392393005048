package health

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/feed"
	"github.com/xuanti/xuanti/crawler/fetch"
)

// Cause is the code of what went wrong with a poll: the kind of fetch or feed
// error, http_ and the status, or "content" when the answer was not what the
// source should give. status is that of the last answer, for errors that sum up
// several endpoints. "" when err is nil.
func Cause(err error, status int) string {
	var fe *fetch.Error
	var pe *feed.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &fe) && fe.Kind == fetch.KindStatus:
		return httpCause(fe.Status)
	case errors.As(err, &fe):
		return string(fe.Kind)
	case errors.As(err, &pe):
		return "feed_" + string(pe.Kind)
	case status >= 400:
		return httpCause(status)
	}
	return "content"
}

func httpCause(status int) string { return "http_" + strconv.Itoa(status) }

// Advice says what a person can do about a cause, in Chinese and English; "" in
// both when there is nothing to be done but wait.
func Advice(cause string, kind xuanti.SourceKind) (zh, en string) {
	board := kind == xuanti.SourceBoard
	if s, ok := strings.CutPrefix(cause, "http_"); ok {
		status, _ := strconv.Atoi(s) // not a number: 0, which has no advice
		return adviceHTTP(status, board)
	}
	if strings.HasPrefix(cause, "feed_") {
		return "对方给的不再是订阅源：在浏览器里打开地址看看，可能换了地址；可用“编辑”改地址", "It no longer gives a feed: open the address in a browser, it may have moved; edit the address"
	}
	switch fetch.Kind(cause) {
	case fetch.KindInvalid:
		return "地址写错了，请编辑", "The address is wrong; edit it"
	case fetch.KindDNS:
		return "域名解析不了：检查本机网络和 DNS，或网站已经关闭", "The host name does not resolve: check network and DNS, or the site has closed"
	case fetch.KindRefused:
		return "连不上对方：多半会自行恢复；长期如此请检查网络或代理设置", "The server cannot be reached: it mostly heals by itself; if not, check network and proxy"
	case fetch.KindTimeout:
		return "对方太慢：会自动重试；长期如此可在配置里放宽超时", "The server is too slow: it is tried again; if it lasts, raise the timeout in the configuration"
	case fetch.KindTLS:
		return "对方的证书有问题：等对方修复，或改用能打开的地址", "The certificate is bad: wait until they mend it, or use another address"
	case fetch.KindBlocked:
		return "目标在内网：确实要抓取，请在配置 crawler.allow_private 里放行", "The target is private: allow it with crawler.allow_private if it is meant"
	case fetch.KindTooLarge:
		return "内容太大：换一个更小的订阅地址", "The answer is too large: use a smaller feed"
	case fetch.KindRedirect:
		return "跳转有问题：在浏览器里打开，把最终地址填进来", "The redirects are broken: open it in a browser and enter the final address"
	case fetch.KindRobots:
		return "网站不允许抓取：请换一个来源", "The site does not allow crawling: use another source"
	case fetch.KindDecode:
		return "对方内容损坏，等对方修复", "The answer is damaged: wait until they mend it"
	}
	if board {
		return "榜单接口变了：已保留上一次的榜单并标为过期；升级程序，或在数据目录放一份新的榜单定义", "The board's interface changed: the last list is kept, marked stale; update, or add your own definition of the board"
	}
	return "打开网页看看版面是否变了，必要时在“编辑”里重填列表的选择器", "See whether the page changed its layout; set the selector anew if so"
}

func adviceHTTP(status int, board bool) (zh, en string) {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		if board {
			return "平台拒绝访问：会自动重试和换备用接口；长期如此可在“编辑”里加请求头（如 Cookie）", "The platform refuses: other endpoints are tried; if it lasts, add headers such as a cookie"
		}
		return "对方拒绝访问：可能需要登录或限制了机器访问；可在“编辑”里加请求头，或换来源", "Access is refused: it may need a login; add headers, or use another source"
	case status == http.StatusNotFound:
		return "地址已不存在：打开网站找到新的地址，在“编辑”里改", "The address is gone: find the new one on the site and edit it"
	case status == http.StatusGone:
		return "对方说它已永久下线：删除它，或改成新地址后恢复", "The server says that it is gone for good: delete it, or edit the address and resume"
	case status == http.StatusTooManyRequests:
		return "抓得太勤：把间隔调长一些", "Polled too often: lengthen the interval"
	case status >= 500:
		return "对方服务器出错：多半会自行恢复，程序会自动重试", "Their server is in trouble: it mostly heals by itself, and is tried again"
	}
	return "", ""
}

// CauseText says a cause in English; the Chinese words are in the fetch state.
func CauseText(cause string) string {
	if s, ok := strings.CutPrefix(cause, "http_"); ok {
		status, _ := strconv.Atoi(s) // not a number: no name
		return strings.TrimSpace("the server answered " + s + " " + http.StatusText(status))
	}
	if s, ok := strings.CutPrefix(cause, "feed_"); ok {
		return "no readable feed (" + s + ")"
	}
	switch fetch.Kind(cause) {
	case fetch.KindInvalid:
		return "the address cannot be requested"
	case fetch.KindDNS:
		return "the host name does not resolve"
	case fetch.KindRefused:
		return "the connection was refused or broke"
	case fetch.KindTimeout:
		return "no complete answer in time"
	case fetch.KindTLS:
		return "no trusted TLS connection"
	case fetch.KindBlocked:
		return "the host leads to a private address"
	case fetch.KindTooLarge:
		return "the answer is too large"
	case fetch.KindRedirect:
		return "the redirects are broken"
	case fetch.KindRobots:
		return "robots.txt does not allow it"
	case fetch.KindDecode:
		return "the answer is damaged"
	}
	return "the answer is not what the source should give"
}
