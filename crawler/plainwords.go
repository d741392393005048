package crawler

import (
	"encoding/json"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// hasHan reports whether a text holds a Chinese character.
func hasHan(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

// hasLetter reports whether a text holds a letter or a digit.
func hasLetter(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0
}

// clip cuts s to n runes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

var inlineTag = regexp.MustCompile(`</?[a-zA-Z][^<>]{0,200}>`)

// plainText drops tags, resolves entities and folds white space.
func plainText(s string) string {
	if strings.IndexByte(s, '<') >= 0 {
		s = inlineTag.ReplaceAllString(s, "")
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u200b' || r == '\ufeff' || r == '\u2060' || unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// scalar prints a JSON value as a platform's page would; objects, lists and
// null print nothing.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// plainSpaces folds white space and drops what prints nothing.
func plainSpaces(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
			return -1
		case '\u00a0', '\u3000':
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// countText counts runes that are no white space. A Chinese character carries
// about as much as two Latin letters, so it counts twice.
func countText(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x80:
			if r > ' ' {
				n++
			}
		case r >= 0x2e80 && r < 0xa000, r >= 0xac00 && r < 0xd7b0:
			n += 2
		case !unicode.IsSpace(r):
			n++
		}
	}
	return n
}

// firstOf is the first text that is not blank, trimmed.
func firstOf(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}
