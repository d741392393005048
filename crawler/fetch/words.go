package fetch

import (
	"fmt"
	"net/http"
)

// Words says in Chinese what went wrong, for the people who look after a source;
// without addresses and causes.
func (e *Error) Words() string {
	switch e.Kind {
	case KindInvalid:
		return "地址无效，无法请求"
	case KindDNS:
		return "域名无法解析"
	case KindRefused:
		return "连接被拒绝或中断"
	case KindTimeout:
		return "超时，没有收到完整的响应"
	case KindTLS:
		return "证书或 TLS 连接不可信"
	case KindBlocked:
		return "目标是内网或保留地址，不允许访问"
	case KindTooLarge:
		return "响应内容超过大小上限"
	case KindRedirect:
		return "重定向次数过多或目标不安全"
	case KindRobots:
		return "robots.txt 不允许抓取"
	case KindDecode:
		return "压缩内容损坏，无法解码"
	case KindCanceled:
		return "请求已取消"
	case KindStatus:
		return statusWordsZH(e.Status)
	}
	return "读取失败"
}

// statusWordsZH names the statuses that operators meet.
func statusWordsZH(status int) string {
	meaning := ""
	switch status {
	case http.StatusUnauthorized:
		meaning = "需要登录"
	case http.StatusForbidden:
		meaning = "拒绝访问"
	case http.StatusNotFound:
		meaning = "页面不存在"
	case http.StatusGone:
		meaning = "已永久下线"
	case http.StatusTooManyRequests:
		meaning = "请求过于频繁"
	default:
		switch {
		case status >= 500:
			meaning = "服务器出错"
		case status >= 400:
			meaning = "请求被拒绝"
		}
	}
	if meaning == "" {
		return fmt.Sprintf("服务器返回 HTTP %d", status)
	}
	return fmt.Sprintf("服务器返回 HTTP %d（%s）", status, meaning)
}
