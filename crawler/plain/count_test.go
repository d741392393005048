package plain

import "testing"

func TestCount(t *testing.T) {
	for _, tt := range []struct {
		in    string
		value int64
		more  bool
		ok    bool
	}{
		{"1.2万", 12000, false, true},
		{"10万+", 100000, true, true},
		{"10w+", 100000, true, true},
		{"１０Ｗ＋", 100000, true, true},
		{"3,456", 3456, false, true},
		{"2亿", 200000000, false, true},
		{"1.5k", 1500, false, true},
		{"0", 0, false, true},
		{"999+", 999, true, true},
		{"阅读 1.2万", 12000, false, true},
		{"1.2万阅读", 12000, false, true},
		{"2 亿次播放", 200000000, false, true},
		{"3,456 条评论", 3456, false, true},
		{"10k+ views", 10000, true, true},
		{"1.2万亿", 1200000000000, false, true},
		{"300余", 300, true, true},
		{"5万以上", 50000, true, true},
		{"0.29万", 2900, false, true},
		{"赞", 0, false, true},
		{"评论", 0, false, true},
		{"", 0, false, false},
		{"-", 0, false, false},
		{"--", 0, false, false},
		{"暂无", 0, false, false},
		{"12.3%", 0, false, false},
		{"04:32", 0, false, false},
		{"4'32\"", 0, false, false},
		{"272.5", 0, false, false},
		{"9.8分", 0, false, false},
		{"2026年", 0, false, false},
		{"-5", 0, false, false},
		{"3/5", 0, false, false},
		{"1.2.3", 0, false, false},
		{"99999999999999999999亿", 0, false, false},
	} {
		got, ok := Count(tt.in)
		if ok != tt.ok || got.Value != tt.value || got.AtLeast != tt.more {
			t.Errorf("Count(%q) = %d, at least %v, %v; want %d, %v, %v", tt.in, got.Value, got.AtLeast, ok, tt.value, tt.more, tt.ok)
		}
	}
}
