package index

import (
	"strings"
	"unicode"
)

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokWord
	tokPhrase
	tokField // text holds the canonical field name; the value is the next token
	tokOpen
	tokClose
	tokAnd
	tokOr
	tokNot
	tokPlus
)

// lexeme is one piece of a query. pos counts runes from 1, as people do.
type lexeme struct {
	kind tokenKind
	text string
	pos  int
}

// fieldName maps what people type before a colon to the field or time filter
// it stands for, "" when it is not one.
func fieldName(s string) string {
	switch strings.ToLower(s) {
	case "title", "标题":
		return FieldTitle
	case "source", "来源":
		return FieldSource
	case "platform", "平台":
		return FieldPlatform
	case "account", "账号":
		return FieldAccount
	case "kind", "类型":
		return FieldKind
	case "after", "since", "晚于":
		return filterAfter
	case "before", "until", "早于":
		return filterBefore
	case "last", "最近":
		return filterLast
	}
	return ""
}

// lex cuts a query into lexemes. It accepts the full-width forms that Chinese
// keyboards give for every mark of the language.
func lex(text string) ([]lexeme, error) {
	runes := []rune(text)
	var out []lexeme
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case isBlank(r):
			i++
		case r == '(' || r == '（':
			out = append(out, lexeme{tokOpen, "(", i + 1})
			i++
		case r == ')' || r == '）':
			out = append(out, lexeme{tokClose, ")", i + 1})
			i++
		case isQuote(r):
			end := i + 1
			for end < len(runes) && !isQuote(runes[end]) {
				end++
			}
			if end == len(runes) {
				return nil, invalid(i+1, "引号没有配对 (the quotation mark is never closed)")
			}
			if inText(out, runes, i, end) {
				runes[i], runes[end] = '，', '，' // punctuation of the words around
				continue
			}
			out = append(out, lexeme{tokPhrase, tidy(runes[i+1 : end]), i + 1})
			i = end + 1
		case isMinus(r) || isPlus(r):
			start := i
			for i < len(runes) && (isMinus(runes[i]) || isPlus(runes[i])) {
				i++
			}
			if i == len(runes) || isBlank(runes[i]) {
				continue // a lone dash between words is punctuation
			}
			kind := tokNot
			if isPlus(r) {
				kind = tokPlus
			}
			out = append(out, lexeme{kind, string(r), start + 1})
		default:
			var err error
			if out, i, err = lexWord(out, runes, i); err != nil {
				return nil, err
			}
		}
	}
	return append(out, lexeme{tokEnd, "", len(runes) + 1}), nil
}

// inText tells quotation marks of running text from those around a phrase: in
// a pasted headline “…” touches the words beside it. Straight marks are always
// meant.
func inText(out []lexeme, runes []rune, start, end int) bool {
	if runes[start] == '"' || runes[start] == '＂' || !hasContent(string(runes[start+1:end])) {
		return false
	}
	before := start > 0 && len(out) > 0 && out[len(out)-1].kind == tokWord && !isBlank(runes[start-1])
	after := end+1 < len(runes) && !isBlank(runes[end+1]) && !isParen(runes[end+1])
	asked := len(out) > 0 && (out[len(out)-1].kind == tokField || out[len(out)-1].kind == tokNot || out[len(out)-1].kind == tokPlus)
	return !asked && (before || after)
}

// lexWord reads a bare word, an operator or a field prefix that starts at i.
func lexWord(out []lexeme, runes []rune, i int) ([]lexeme, int, error) {
	afterField := len(out) > 0 && out[len(out)-1].kind == tokField
	start := i
	for i < len(runes) && !isBlank(runes[i]) && !isQuote(runes[i]) && !isParen(runes[i]) {
		if (runes[i] == ':' || runes[i] == '：') && !afterField {
			prefix := string(runes[start:i])
			if name := fieldName(prefix); name != "" {
				return append(out, lexeme{tokField, name, start + 1}), i + 1, nil
			}
			rest := string(runes[i+1:])
			if unknownField(prefix) && !strings.HasPrefix(rest, "//") {
				return nil, 0, invalid(start+1, "没有“"+prefix+"”这个字段，可用：title source platform account kind after before last；"+
					"如果是普通文字请加引号 (unknown field; quote it to search for the text)")
			}
		}
		i++
	}
	word := clean(runes[start:i])
	switch {
	case afterField:
		out = append(out, lexeme{tokWord, word, start + 1})
	case word == "AND":
		out = append(out, lexeme{tokAnd, word, start + 1})
	case word == "OR":
		out = append(out, lexeme{tokOr, word, start + 1})
	case word == "NOT":
		out = append(out, lexeme{tokNot, word, start + 1})
	case hasContent(word):
		out = append(out, lexeme{tokWord, word, start + 1})
	}
	return out, i, nil
}

// unknownField tells a mistyped field from a colon in running text: three or
// more small letters and nothing else.
func unknownField(prefix string) bool {
	if len(prefix) < 3 {
		return false
	}
	for _, r := range prefix {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return true
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
func isParen(r rune) bool { return r == '(' || r == ')' || r == '（' || r == '）' }
func isMinus(r rune) bool { return r == '-' || r == '－' || r == '−' }
func isPlus(r rune) bool  { return r == '+' || r == '＋' }

func isQuote(r rune) bool {
	return r == '"' || r == '“' || r == '”' || r == '＂' || r == '「' || r == '」'
}

// hasContent reports whether there is anything to look up: a letter or digit.
func hasContent(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// clean drops invalid bytes, which would not survive a round trip.
func clean(r []rune) string { return strings.ToValidUTF8(string(r), "") }

// tidy folds the blanks of a phrase, so that it prints as it is compared.
func tidy(r []rune) string {
	return strings.Join(strings.FieldsFunc(clean(r), isBlank), " ")
}
