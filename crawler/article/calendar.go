package article

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/xuanti/xuanti/crawler/plain"
)

// Dates that are not written in ASCII digits of our calendar.
var (
	hanDay     = regexp.MustCompile(`([二一][〇○零九八七六五四三二一0O]{3})年([元一二三四五六七八九十]{1,3})月([一二三四五六七八九十廿卅]{1,3})日`)
	eraYear    = regexp.MustCompile(`(令和|平成)\s?(元|\d{1,2})年`)
	minguoYear = regexp.MustCompile(`民國\s?(\d{2,3})年`)
	thaiYear   = regexp.MustCompile(`\b25[4-9]\d\b`)
	jalaliDay  = regexp.MustCompile(`(\d{1,2})\s(فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند)(?:\s?ماه)?\s(1[34]\d{2})`)
)

// twoWordMonths are the months of the Levant that are told apart by a number.
var twoWordMonths = strings.NewReplacer("كانون الثاني", "يناير", "تشرين الأول", "أكتوبر", "تشرين الثاني", "نوفمبر", "كانون الأول", "ديسمبر", "تشرين الاول", "أكتوبر", "كانون الاول", "ديسمبر")

// thaiMonths are the months as Thai pages shorten them.
var thaiMonths = strings.NewReplacer("ม.ค.", "มกราคม", "ก.พ.", "กุมภาพันธ์", "มี.ค.", "มีนาคม", "เม.ย.", "เมษายน", "พ.ค.", "พฤษภาคม", "มิ.ย.", "มิถุนายน",
	"ก.ค.", "กรกฎาคม", "ส.ค.", "สิงหาคม", "ก.ย.", "กันยายน", "ต.ค.", "ตุลาคม", "พ.ย.", "พฤศจิกายน", "ธ.ค.", "ธันวาคม")

var jalaliMonths = strings.Fields("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند")

// plainDate writes the dates of a text in ASCII digits of the Gregorian
// calendar: digits of other scripts, Chinese numerals (二〇二六年), years of
// Japanese eras, of the Republic of China and of Thailand, Persian days.
func plainDate(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r > 0x7f }) < 0 {
		return s
	}
	s = strings.Map(asciiDigit, s)
	switch {
	case strings.Contains(s, "年"):
		s = hanDay.ReplaceAllStringFunc(s, func(d string) string {
			f := hanDay.FindStringSubmatch(d)
			return hanYear(f[1]) + "年" + strconv.Itoa(hanNumber(f[2])) + "月" + strconv.Itoa(hanNumber(f[3])) + "日"
		})
		s = eraYear.ReplaceAllStringFunc(s, func(y string) string {
			f := eraYear.FindStringSubmatch(y)
			return strconv.Itoa(map[string]int{"令和": 2018, "平成": 1988}[f[1]]+max(1, plain.Int(f[2]))) + "年"
		})
		s = minguoYear.ReplaceAllStringFunc(s, func(y string) string {
			return strconv.Itoa(1911+plain.Int(minguoYear.FindStringSubmatch(y)[1])) + "年"
		})
	case strings.IndexFunc(s, isThai) >= 0:
		s = thaiYear.ReplaceAllStringFunc(thaiMonths.Replace(s), func(y string) string { return strconv.Itoa(plain.Int(y) - 543) })
	case strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) >= 0:
		s = twoWordMonths.Replace(s)
		s = jalaliDay.ReplaceAllStringFunc(s, func(d string) string {
			f := jalaliDay.FindStringSubmatch(d)
			for i, name := range jalaliMonths {
				if name == f[2] {
					return jalali(plain.Int(f[3]), i+1, plain.Int(f[1])).Format(time.DateOnly)
				}
			}
			return d
		})
	}
	return s
}

func isThai(r rune) bool { return unicode.Is(unicode.Thai, r) }

// asciiDigit turns a decimal digit of any script into ASCII. The digits of a
// script stand in a row of ten.
func asciiDigit(r rune) rune {
	if r < 0x80 || !unicode.IsDigit(r) {
		return r
	}
	n := rune(0)
	for n < 9 && unicode.IsDigit(r-n-1) {
		n++
	}
	return '0' + n
}

// hanYear reads 二〇二六.
func hanYear(s string) string {
	var sb strings.Builder
	for _, r := range s {
		if i := strings.IndexRune("一二三四五六七八九", r); i >= 0 {
			sb.WriteByte(byte('1' + i/len("一")))
		} else {
			sb.WriteByte('0')
		}
	}
	return sb.String()
}

// hanNumber reads a number to 39 as months and days have it: 十一, 二十, 廿三.
func hanNumber(s string) int {
	n := 0
	for _, r := range s {
		switch r {
		case '十':
			n = max(n, 1) * 10
		case '廿':
			n = 20
		case '卅':
			n = 30
		case '元':
			n = 1
		default:
			n += strings.IndexRune("一二三四五六七八九", r)/len("一") + 1
		}
	}
	return n
}

// jalali is a day of the Persian calendar, counted from its new year of 1400
// with the leap years of its cycle of 33 years, which hold from 1300 to 1500.
func jalali(year, month, day int) time.Time {
	first := time.Date(2021, time.March, 21, 0, 0, 0, 0, time.UTC)
	for y := 1400; y < year; y++ {
		first = first.AddDate(0, 0, jalaliYear(y))
	}
	for y := 1399; y >= year; y-- {
		first = first.AddDate(0, 0, -jalaliYear(y))
	}
	return first.AddDate(0, 0, (month-1)*31-max(0, month-7)+day-1)
}

// jalaliYear is the length of a Persian year in days.
func jalaliYear(y int) int {
	switch y % 33 {
	case 1, 5, 9, 13, 17, 22, 26, 30:
		return 366
	}
	return 365
}
