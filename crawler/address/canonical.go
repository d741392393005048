package address

import (
	"net/url"
	"path"
	"sort"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// Canonical gives the one form that all variants of an address share, for
// use as a key: scheme https, lower-case host without www. and mobile
// prefixes, clean path, no fragment, no tracking parameters, the rest of the
// query sorted. Addresses of known platforms are cut down to what identifies
// the post (see siteRules): a video's id, a search's query. Parameters that may
// carry meaning are kept. What is no http address comes back trimmed. Applying
// it twice changes nothing.
func Canonical(raw string) string {
	raw = strings.TrimSpace(raw)
	if len(raw) > MaxBytes {
		raw = strings.ToValidUTF8(raw[:MaxBytes], "")
	}
	u := parseLoose(raw)
	if u == nil {
		return raw
	}
	host := FoldHost(u.Host)
	if host == "" {
		return raw
	}
	l := link{host: host, path: cleanPath(u), query: cleanQuery(u.RawQuery), fragment: u.Fragment}
	if key, ok := l.bySite(); ok {
		return key
	}
	l.dropTracking()
	return l.String()
}

// parseLoose parses http addresses, also without scheme and with damaged
// escapes; nil for anything else.
func parseLoose(raw string) *url.URL {
	if strings.HasPrefix(raw, "//") {
		raw = "https:" + raw
	}
	lower := strings.ToLower(raw[:min(len(raw), 8)])
	if !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://") {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil {
		u, err = url.Parse(EscapeStray(raw))
		if err != nil {
			return nil
		}
	}
	if u.Host == "" || u.Opaque != "" {
		return nil
	}
	return u
}

// EscapeStray escapes what url.Parse refuses: control bytes, blanks and %
// that starts no escape.
func EscapeStray(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])):
			b.WriteString("%25")
		case c <= ' ' || c == 0x7f:
			b.WriteString("%" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// FoldHost lowers a host, drops default ports and the prefixes that name the
// same site for another screen.
func FoldHost(host string) string {
	host = strings.ToLower(host)
	port := ""
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i+1:]
	}
	host = strings.TrimRight(host, ".")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		host = strings.TrimRight(ascii, ".") // dots of other scripts are dots now
	}
	for {
		head, rest, ok := strings.Cut(host, ".")
		if !ok || !screenPrefix(head) {
			break
		}
		if _, err := publicsuffix.EffectiveTLDPlusOne(rest); err != nil {
			break // m.me is a site of its own
		}
		host = rest
	}
	if port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	return host
}

func screenPrefix(label string) bool {
	switch label {
	case "www", "m", "wap", "3g", "mobile", "amp", "touch", "h5", "pc":
		return true
	}
	return false
}

// cleanPath resolves dots, doubled and trailing slashes, and drops session ids
// and the names of index files.
func cleanPath(u *url.URL) string {
	p := u.Path
	if i := strings.Index(strings.ToLower(p), ";jsessionid="); i >= 0 {
		p = p[:i]
	}
	p = path.Clean("/" + p)
	for p != "/" && isIndex(path.Base(p)) {
		p = path.Dir(p)
	}
	if p == "/" {
		return ""
	}
	return p
}

func isIndex(base string) bool {
	switch strings.ToLower(base) {
	case "index.html", "index.htm", "index.shtml", "index.php", "index.jsp", "default.aspx", "default.html", "amp":
		return true
	}
	return false
}

// param is one query parameter, decoded.
type param struct{ name, value string }

// cleanQuery decodes a query leniently; parameters without value are dropped.
func cleanQuery(raw string) []param {
	var out []param
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(strings.TrimPrefix(part, "amp;"), "=")
		name, value = unescape(name), strings.TrimSpace(unescape(value))
		if name != "" && value != "" && len(out) < 100 {
			out = append(out, param{name, value})
		}
	}
	return out
}

// unescape decodes a query part; what is damaged stays as it is.
func unescape(s string) string {
	if v, err := url.QueryUnescape(s); err == nil {
		return v
	}
	return strings.ReplaceAll(s, "+", " ")
}

// link is an address taken apart. path is decoded and has no trailing slash.
type link struct {
	host     string
	path     string
	query    []param
	fragment string
}

// get returns the value of the first parameter of that name.
func (l *link) get(name string) string {
	for _, p := range l.query {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

func (l *link) dropTracking() {
	kept := l.query[:0]
	for _, p := range l.query {
		if !isTracking(p.name) {
			kept = append(kept, p)
		}
	}
	l.query = kept
}

// String puts the address together again, query sorted.
func (l *link) String() string {
	sort.SliceStable(l.query, func(i, j int) bool { return l.query[i].name < l.query[j].name })
	u := url.URL{Scheme: "https", Host: l.host, Path: l.path}
	var b strings.Builder
	b.WriteString(u.String())
	for i, p := range l.query {
		sep := byte('&')
		if i == 0 {
			sep = '?'
		}
		b.WriteByte(sep)
		b.WriteString(url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value))
	}
	// Only fragments that route inside a page application name content.
	if strings.HasPrefix(l.fragment, "!") || strings.HasPrefix(l.fragment, "/") && len(l.fragment) > 1 {
		b.WriteString("#" + url.PathEscape(l.fragment))
	}
	return b.String()
}

// isTracking names parameters that tell where a reader came from or who shared
// the link, on any site.
func isTracking(name string) bool {
	name = strings.ToLower(name)
	for _, p := range []string{"utm_", "spm", "share_", "sharer", "_hs", "mtm_", "pk_", "hmsr", "hmpl", "hmcu", "hmkw", "hmci", "stm_", "oly_"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	switch name {
	case "from", "from_source", "from_spmid", "source_from", "fromsource", "refer", "referer", "referrer", "ref", "ref_src", "ref_url", "fr", "frm", "src", // where the reader came from
		"gclid", "gclsrc", "dclid", "fbclid", "msclkid", "yclid", "twclid", "igshid", "igsh", "mc_cid", "mc_eid", "bd_vid", "gbraid", "wbraid", "srsltid", "ncid", "cmpid", // advertising
		"scm", "pvid", "trackid", "track_id", "trace_id", "traceid", "log_pb", "log_id", "logid", "log_from", "req_id", "reqid", "request_id", "eqid", "wfr", "sfr", "lfid", "luicode", "uicode", "wvr", "sudaref", "buvid", "vd_source", "unique_k", "bbid", "tt_from", "t_from", "enter_from", "click_from", "band_rank", "wxshare_count", // logging
		"isappinstalled", "nsukey", "chksm", "subscene", "ascene", "devicetype", "nettype", "abtest_cookie", "exportkey", "pass_ticket", "wx_header", "mpshare", "sharefrom", "shareuid", "share", "xsec_token", "xsec_source", "xhsshare", "apptime", "appuid", "app_platform", "is_story_h5", // sharing
		"sessionid", "session_id", "sessiontime", "clicktime", "enterid", "timestamp", "_t", "_", "rnd", "random": // the moment
		return true
	}
	return false
}
