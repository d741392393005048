package nlp

// Token is one word of a folded text.
type Token struct {
	Text       string
	Start, End int    // byte offsets into the folded text
	POS        string // the dictionary's part of speech; "m" number, "t" date or time, "eng" Latin, "w" mark, "" unknown
	Known      bool   // the dictionary holds it, or it is a number, date or mark
	Added      bool   // a word that was discovered or accepted: texts read before have it in pieces
	Sub        []Token
	// Sub are the shorter dictionary words of two runes and more inside, by
	// start, longer first: 中国人民银行 has 中国, 人民 and 银行.
}

// piece is a token under construction: what gse found, or several of its
// findings put together.
type piece struct {
	start, end int
	kind       kind
	runes      int // length in runes
	known      bool
	added      bool // a dictionary word beyond the embedded ones
	pos        string
	parts      []span // of a dictionary word, from its start; by start, longer first
}

type span struct{ start, end int }

// kind is the coarse class that the grammars look at.
type kind uint8

const (
	kindWord  kind = iota // Han text
	kindDigit             // ASCII digits only
	kindLatin             // letters, or letters and digits
	kindMark              // punctuation and symbols
	kindSpace
	kindNumber // a finished number
	kindDate   // a finished date or time
)
