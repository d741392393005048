package charset

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"github.com/xuanti/xuanti"
)

// Head is how much of a document is searched for what it says about its
// own charset.
const Head = 4 << 10

// maxBytes bounds a document, in bytes.
const maxBytes = 32 << 20

var (
	metaCharset = regexp.MustCompile(`(?i)<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([a-zA-Z0-9_:.\-]{1,40})`)
	xmlEncoding = regexp.MustCompile(`(?i)^[^<]{0,64}<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']\s*([a-zA-Z0-9_:.\-]{1,40})`)
	xmlDecl     = regexp.MustCompile(`(?is)^[^<]{0,64}<\?xml\b[^>]{0,400}?\?>`)
)

// DecodeHTML turns a fetched page into clean UTF-8. In order of trust: a byte
// order mark; being valid UTF-8; the charset of contentType; the page's meta
// element; a guess between GB18030 and Big5; windows-1252. A declaration that
// does not fit the bytes is passed over. It fails only for bodies over 32 MiB.
func DecodeHTML(body []byte, contentType string) (string, error) {
	if len(body) > maxBytes {
		return "", xuanti.Errorf(xuanti.CodeLimited, "the page is larger than %d bytes", maxBytes)
	}
	text := decode(body, contentType, metaCharset)
	return string(stripControls(text)), nil
}

// DecodeXML turns a fetched XML document into clean UTF-8 without an XML
// declaration: charset found as in DecodeHTML, but declared by the XML
// declaration; bytes that XML forbids are dropped. It fails only for bodies
// over 32 MiB.
func DecodeXML(body []byte, contentType string) ([]byte, error) {
	if len(body) > maxBytes {
		return nil, xuanti.Errorf(xuanti.CodeLimited, "the document is larger than %d bytes", maxBytes)
	}
	text := stripControls(decode(body, contentType, xmlEncoding))
	// What the declaration says is no longer true, and parsers believe it.
	if loc := xmlDecl.FindIndex(text[:min(len(text), Head)]); loc != nil {
		text = text[loc[1]:]
	}
	return bytes.TrimLeft(text, " \t\r\n\ufeff"), nil
}

// decode finds the charset and converts to valid UTF-8.
func decode(body []byte, contentType string, declared *regexp.Regexp) []byte {
	if enc, skip := byOrderMark(body); enc != nil {
		return convert(enc, body[skip:])
	} else if skip > 0 {
		return validUTF8(body[skip:])
	}
	header := headerLabel(contentType)
	head := body[:min(len(body), Head)]
	inside := ""
	if m := declared.FindSubmatch(head); m != nil {
		inside = string(m[1])
	}
	header, inside = tidyLabel(header), tidyLabel(inside)
	labels := []string{header, inside}
	if vague(header) && inside != "" {
		// A server-wide default knows less than the document.
		labels = []string{inside, header}
	}
	if looksUTF8(body) && !escaped(labels) {
		return validUTF8(body)
	}
	for _, label := range labels {
		enc := lookup(label)
		if enc == nil {
			continue
		}
		if out := convert(enc, body); plausible(out) {
			return out
		}
	}
	return convert(guess(body), body)
}

// byOrderMark recognises byte order marks and, for XML without one, the shape
// of "<?" in wide encodings. A UTF-8 mark gives a nil encoding and its length.
func byOrderMark(b []byte) (encoding.Encoding, int) {
	has := func(prefix string) bool { return bytes.HasPrefix(b, []byte(prefix)) }
	switch {
	case has("\xef\xbb\xbf"):
		return nil, 3
	case has("\xff\xfe\x00\x00"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case has("\x00\x00\xfe\xff"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case has("\xff\xfe"):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2
	case has("\xfe\xff"):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2
	case has("<\x00\x00\x00"):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 0
	case has("\x00\x00\x00<"):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 0
	case has("<\x00?\x00"), has("<\x00!\x00"), has("<\x00r\x00"), has("<\x00f\x00"), has("<\x00h\x00"):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 0
	case has("\x00<\x00"):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 0
	case has("\x4c\x6f\xa7\x94"): // "<?xm" in EBCDIC
		return charmap.CodePage037, 0
	}
	return nil, 0
}

// headerLabel takes the charset out of a Content-Type.
func headerLabel(contentType string) string {
	if contentType == "" {
		return ""
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return params["charset"]
	}
	_, after, ok := strings.Cut(strings.ToLower(contentType), "charset=")
	if !ok {
		return ""
	}
	return strings.Trim(strings.SplitN(after, ";", 2)[0], `"' `)
}

// vague labels are what servers say when nobody told them.
func vague(label string) bool {
	switch label {
	case "", "iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "utf-8", "utf8":
		return true
	}
	return false
}

// escaped reports whether a label names an encoding that hides everything in
// ASCII, where valid UTF-8 proves nothing.
func escaped(labels []string) bool {
	for _, l := range labels {
		if strings.HasPrefix(l, "iso-2022-") || strings.HasPrefix(l, "hz-gb") {
			return true
		}
	}
	return false
}

// tidyLabel gives a charset the name that registries know it by: people write
// underscores, forget hyphens and use the names of programming languages.
func tidyLabel(label string) string {
	label = strings.ToLower(strings.TrimSpace(label))
	switch label {
	case "cp932", "ms932", "shift-jis", "sjis":
		return "shift_jis"
	case "cp949", "ms949", "uhc", "euckr":
		return "euc-kr"
	case "cp950", "ms950", "big5hkscs", "big-5":
		return "big5"
	case "cp936", "ms936", "gb_2312", "gb-2312", "gb2312-80", "euc-cn", "euccn":
		return "gbk"
	case "hz", "hzgb", "hz-gb":
		return "hz-gb-2312"
	case "mac-roman", "mac_roman", "macroman":
		return "macintosh"
	case "mac-cyrillic", "mac_cyrillic":
		return "x-mac-cyrillic"
	}
	if enc, _ := charset.Lookup(label); enc != nil {
		return label
	}
	label = strings.ReplaceAll(label, "_", "-")
	if rest, ok := strings.CutPrefix(label, "iso"); ok {
		label = "iso-" + strings.TrimPrefix(rest, "-")
	}
	if strings.HasPrefix(label, "iso-2022-jp") {
		return "iso-2022-jp" // the later editions only add characters
	}
	return label
}

// lookup finds an encoding by name, or nil. The GB labels all mean their
// superset GB18030.
func lookup(label string) encoding.Encoding {
	switch label {
	case "":
		return nil
	case "hz-gb-2312":
		return simplifiedchinese.HZGB2312
	}
	if enc, name := charset.Lookup(label); enc != nil && name != "replacement" {
		switch name {
		case "gbk", "gb18030":
			return simplifiedchinese.GB18030
		case "utf-8":
			return nil // the bytes are not valid UTF-8, whatever they claim
		case "utf-16le", "utf-16be":
			return nil // wide encodings show in the first bytes
		}
		return enc
	}
	for _, name := range []string{label, "ibm" + strings.TrimLeft(strings.TrimPrefix(label, "cp"), "0")} {
		if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
			return enc
		}
	}
	return nil
}

// convert decodes and never fails: what cannot be read becomes U+FFFD.
func convert(enc encoding.Encoding, b []byte) []byte {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return validUTF8(b)
	}
	return validUTF8(out)
}

// validUTF8 replaces what is no UTF-8; valid text is returned as it is.
func validUTF8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	return bytes.ToValidUTF8(b, []byte("\uFFFD"))
}

// looksUTF8 reports whether bytes are UTF-8: valid throughout, or spoiled in
// so few places that damage is likelier than another charset.
func looksUTF8(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good >= 20*bad && good > 0
}

// plausible reports whether a decoded text has few unreadable characters.
func plausible(out []byte) bool {
	bad := bytes.Count(out, []byte("\uFFFD"))
	if bad == 0 {
		return true
	}
	return bad*50 <= utf8.RuneCount(out)
}

// guess chooses between the two Chinese charsets by how many double bytes fall
// into the range of their everyday characters; text that is neither is taken
// as windows-1252.
func guess(b []byte) encoding.Encoding {
	gb := commonShare(b, func(lead, trail byte) bool {
		return trail >= 0xa1 && (lead >= 0xb0 && lead <= 0xd7 || lead >= 0xa1 && lead <= 0xa3)
	})
	big5 := commonShare(b, func(lead, trail byte) bool {
		return (trail >= 0xa1 || trail >= 0x40 && trail <= 0x7e) && lead >= 0xa1 && lead <= 0xc6
	})
	switch {
	case gb < 0.5 && big5 < 0.5:
		return charmap.Windows1252
	case big5 > gb:
		return traditionalchinese.Big5
	}
	return simplifiedchinese.GB18030
}

// commonShare is the share of double bytes for which common holds.
func commonShare(b []byte, common func(lead, trail byte) bool) float64 {
	pairs, hits := 0, 0
	for i := 0; i+1 < len(b); i++ {
		if b[i] < 0x81 {
			continue
		}
		pairs++
		if common(b[i], b[i+1]) {
			hits++
		}
		if b[i+1] >= 0x40 {
			i++
		}
	}
	if pairs == 0 {
		return 0
	}
	return float64(hits) / float64(pairs)
}

// stripControls drops the characters that XML 1.0 forbids. Text without them
// is returned as it is.
func stripControls(b []byte) []byte {
	first := -1
	for i, c := range b {
		if (c < 0x20 || c == 0xef) && forbidden(b[i:]) > 0 {
			first = i
			break
		}
	}
	if first < 0 {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:first]...)
	for i := first; i < len(b); {
		if n := forbidden(b[i:]); n > 0 {
			i += n
			continue
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// forbidden is the length of the forbidden character that b starts with, or 0.
func forbidden(b []byte) int {
	switch c := b[0]; {
	case c < 0x20 && c != '\t' && c != '\n' && c != '\r':
		return 1
	case c == 0xef && len(b) > 2 && b[1] == 0xbf && b[2] >= 0xbe: // U+FFFE, U+FFFF
		return 3
	}
	return 0
}
