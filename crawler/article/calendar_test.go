package article

import (
	"testing"
	"time"
)

// TestFindDate: one day as pages print it, in many languages and calendars.
func TestFindDate(t *testing.T) {
	for _, s := range []string{
		"2026-11-20", "2026年11月20日", "2026. 11. 20.", "20.11.2026", "20.11.26, 10:15 Uhr", "11.20.26", "Nov. 20, 2026", "2026-Nov-20", "November 20th, 2026",
		"二〇二六年十一月二十日", "二○二六年十一月廿日", "令和8年11月20日", "民國115年11月20日",
		"20 พฤศจิกายน 2569", "20 พ.ย. 2569", "20/11/2569 ไทย", "٢٠ نوفمبر ٢٠٢٦", "20 تشرين الثاني 2026", "۲۹ آبان ۱۴۰۵", "20 نومبر 2026",
		"20 नवंबर 2026", "২০ নভেম্বর ২০২৬", "20 நவம்பர் 2026", "20 בנובמבר 2026", "20 noiembrie 2026", "20. новембар 2026.", "20 ноември 2026",
		"20 листопада 2026", "20. november 2026", "20 Νοεμβρίου 2026", "20 Kasım 2026", "2026. november 20.", "20 tháng 11, 2026", "2026 m. lapkričio 20 d.",
	} {
		p, ok := findDate(plainDate(s), false, time.UTC)
		if !ok || p.t.Format(time.DateOnly) != "2026-11-20" {
			t.Errorf("%q is %v, %v", s, p.t, ok)
		}
	}
	for _, s := range []string{"", "第20届 2026", "20 разных 2026", "会议室二〇二", "2569 baht", "1405"} {
		if p, ok := findDate(plainDate(s), false, time.UTC); ok {
			t.Errorf("%q is %v", s, p.t)
		}
	}
}

// The first days of Persian years, which move with leap years.
func TestJalali(t *testing.T) {
	for year, want := range map[int]string{1398: "2019-03-21", 1399: "2020-03-20", 1403: "2024-03-20", 1404: "2025-03-21", 1405: "2026-03-21", 1408: "2029-03-20", 1409: "2030-03-21"} {
		if got := jalali(year, 1, 1).Format(time.DateOnly); got != want {
			t.Errorf("%d begins %s, want %s", year, got, want)
		}
	}
	if got := jalali(1404, 12, 29).Format(time.DateOnly); got != "2026-03-20" {
		t.Errorf("the last day of 1404 is %s", got)
	}
}
