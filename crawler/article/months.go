package article

import (
	"regexp"
	"strings"
	"time"

	"github.com/xuanti/xuanti/crawler/plain"
)

// monthStems are the beginnings of month names that tell them apart, in the
// languages whose pages are read: the longest that fits counts.
var monthStems = stems(map[time.Month]string{
	1:  `jan gen ene janv jän sty oca ocak янв січ ян јан leden ledn tammi ιαν ينا جان ian sau sij জানু जनव ஜனவ جنور ינוא มกร jän. gener jaan`,
	2:  `feb fév fev lut şub фев лют феб únor helmi φεβ فبر فيف شبا vas febr velj veeb ফেব্র फर फ़र பிப் فرور פבר กุม`,
	3:  `mar mär maa mrt мар берез břez maalis μαρ مار kov märz mars març ožu মার্চ मार्च மார்ச் مارچ آذا מרץ มีน`,
	4:  `apr avr abr kwi nis апр квіт dub huhti απρ أبر ابر نيس bal ápr এপ্রি अप्रै ஏப்ர اپري אפר เมษ`,
	5:  `mai may mag mei maj мая май мај трав květ touko μαΐ μαϊ μάι ماي أيا ماي geg maio mayo máj maí svib মে मई மே مئی מאי พฤษ`,
	6:  `jun juin giu cze haz июн черв јун červn kesä ιουν يون جوا حزي bir juni jún iun jūn juun জুন जून ஜூன் جون יונ มิถ`,
	7:  `jul juil lug lip tem июл лип јул červen heinä ιουλ يول جوي تمو lie juli júl iul jūl juul জুলা जुला ஜூலை جولا יול กรก`,
	8:  `aug aoû aou ago agu sie ağu авг серп srp elo αυγ أغس اغس أوت rugp avg kolov আগ अग ஆகஸ் اگست אוג สิง`,
	9:  `sep set wrz eyl сен вер сеп září syys σεπ سبت أيل rugs sept szept ruj সেপ্ট सित செப் ستمب ספט กัน`,
	10: `oct okt ott out paź eki окт жовт říj loka οκτ أكت اكت spal অক্ট अक्ट अक्तू அக்டோ اکتو אוק ตุล`,
	11: `nov noi lis kas ноя нов листоп listop marras νοε νοέ نوف lapk ное stud নভে नवं नवम் நவம் نومب נוב พฤศ`,
	12: `dec dez déc dic des gru ara дек груд дец pros joulu δεκ ديس gruod det ডিসে दिस டிசம் دسمب דצמ ธัน`,
})

// červenec is July, června June: both begin červen. The longer stem wins.
var monthExact = map[string]time.Month{"červen": 6, "června": 6, "červnu": 6, "červenec": 7, "července": 7, "červenci": 7, "mart": 3, "maart": 3, "lipca": 7, "lipiec": 7, "junho": 6, "julho": 7, "lipnja": 6, "lipanj": 6, "srpnja": 7, "srpanj": 7}

func stems(by map[time.Month]string) map[string]time.Month {
	out := map[string]time.Month{}
	for m, list := range by {
		for _, s := range strings.Fields(list) {
			out[s] = m
		}
	}
	return out
}

const longestStem = 7 // runes

// monthNamed reads the name of a month in any of the languages; 0 is none.
func monthNamed(word string) time.Month {
	word = strings.TrimPrefix(strings.ToLower(strings.TrimSuffix(word, ".")), "ב") // Hebrew "in"
	if m, ok := monthExact[word]; ok {
		return m
	}
	name := []rune(word)
	for n := min(len(name), longestStem); n >= 2; n-- {
		if m, ok := monthStems[string(name[:n])]; ok && (n > 2 || len(name) == 2) {
			return m
		}
	}
	return 0
}

// The ways in which a day is printed. Each names its parts y, m, d.
var dayForms = []struct {
	re    *regexp.Regexp
	slash bool // day and month may stand in either order
}{
	{re: regexp.MustCompile(`(?:^|[^\d])(?P<y>(?:19|20)\d{2})\s?(?:年|년|[-/.])\s?(?P<m>\d{1,2})\s?(?:月|월|[-/.])\s?(?P<d>\d{1,2})(?:\s?[日일号.])?`)},
	{re: regexp.MustCompile(`(?:^|[^\d.,])(?P<d>\d{1,2})(?:\.|st|nd|rd|th|er|º|ª|°)?[\s-](?:de\s|di\s|d['’]|of\s)?(?P<m>[\p{L}\p{M}]{2,14})\.?,?[\s-](?:de\s|del\s)?(?P<y>(?:19|20)\d{2})`)},
	{re: regexp.MustCompile(`(?:^|[^\p{L}])(?P<m>[\p{L}\p{M}]{2,14})\.?\s(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?,?\s(?P<y>(?:19|20)\d{2})`)},
	{re: regexp.MustCompile(`(?:^|[^\d])(?P<y>(?:19|20)\d{2})[.,]?[\s-](?:m\.\s)?(?P<m>[\p{L}\p{M}]{2,14})\.?[\s-](?P<d>\d{1,2})`)},
	{re: regexp.MustCompile(`(?i)(?:ngày\s)?(?P<d>\d{1,2})\stháng\s(?P<m>\d{1,2})(?:\snăm|,)?\s(?P<y>(?:19|20)\d{2})`)},
	{re: regexp.MustCompile(`(?:^|[^\d./-])(?P<d>\d{1,2})\s?[./-]\s?(?P<m>\d{1,2})\s?[./-]\s?(?P<y>(?:19|20)\d{2})`), slash: true},
	{re: regexp.MustCompile(`(?:^|[^\d./-])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{2})(?:[^\d.]|$)`), slash: true},
}

// dayYear is what nearly all of them hold; a cheap test first.
var dayYear = regexp.MustCompile(`(?:19|20)\d{2}|\d\.\d{1,2}\.\d{2}`)

// afterDay finds the clock behind a day.
var afterDay = regexp.MustCompile(`^[\s日号T,，.|·•/(（–—-]{0,5}(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?\s{0,2})?(?:at|um|à|kl\.?|в|às|ore|alle|klo|o)?\s?(上午|下午|晚上|凌晨|早上|中午|오전|오후)?\s?(\d{1,2})\s?[:：时點点h시]\s?(\d{2})(?:\s?[:：분分]\s?(\d{2}))?(?:\.\d+)?\s?(?i:([ap])\.?m)?\s?(Z|[+-]\d{2}:?\d{2})?`)

// printedDate is a day found in a text.
type printedDate struct {
	t     time.Time
	clock bool
	at    int // where it begins, in bytes
	end   int
}

// findDate finds the first full date that a text prints. monthFirst decides
// what 3/4/2026 means.
func findDate(s string, monthFirst bool, zone *time.Location) (printedDate, bool) {
	best := printedDate{at: -1}
	if len(s) > maxContent || !dayYear.MatchString(s) {
		return best, false
	}
	for _, form := range dayForms {
		loc := form.re.FindStringSubmatchIndex(s)
		if loc == nil || best.at >= 0 && loc[0] >= best.at {
			continue
		}
		part := func(name string) string {
			n := 2 * form.re.SubexpIndex(name)
			return s[loc[n]:loc[n+1]]
		}
		year, day, mon := plain.Int(part("y")), plain.Int(part("d")), part("m")
		month := time.Month(plain.Int(mon))
		if month == 0 {
			month = monthNamed(mon)
		}
		if year < 100 {
			year += 2000
		}
		if form.slash && (month > 12 || monthFirst && day <= 12 && strings.ContainsAny(s[loc[0]:loc[1]], "/-")) {
			month, day = time.Month(day), int(month)
		}
		if month < 1 || month > 12 || day < 1 || day > time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day() {
			continue
		}
		best = printedDate{t: time.Date(year, month, day, 0, 0, 0, 0, zone), at: loc[0], end: loc[1]}
	}
	if best.at < 0 {
		return best, false
	}
	best.addClock(s[best.end:])
	return best, true
}

// addClock reads the time of day behind a date.
func (p *printedDate) addClock(rest string) {
	c := afterDay.FindStringSubmatch(rest)
	if c == nil {
		return
	}
	hour, minute, sec := plain.Int(c[2]), plain.Int(c[3]), plain.Int(c[4])
	switch half := c[1]; {
	case hour < 12 && (half == "下午" || half == "晚上" || half == "오후" || half == "中午" && hour < 3 || strings.EqualFold(c[5], "p")):
		hour += 12
	case hour == 12 && (half == "凌晨" || half == "오전" || strings.EqualFold(c[5], "a")):
		hour = 0
	}
	if hour > 23 || minute > 59 || sec > 59 {
		return
	}
	zone := p.t.Location()
	if c[6] != "" {
		if z, err := time.Parse("-0700", strings.ReplaceAll(strings.Replace(c[6], "Z", "+0000", 1), ":", "")); err == nil {
			zone = z.Location()
		}
	}
	y, m, d := p.t.Date()
	p.t, p.clock = time.Date(y, m, d, hour, minute, sec, 0, zone), true
	p.end += len(c[0])
}
