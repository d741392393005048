package xuanti

// Unit says what the value of a count stands for.
type Unit string

// The units of counts.
const (
	UnitNumber  Unit = "number"
	UnitShare   Unit = "share"   // hundredths of a per cent: 1234 is 12.34 %
	UnitSeconds Unit = "seconds" // whole seconds
)

// CountUnit returns the unit of a count that this program knows by name, and
// whether it does. Only followed may be negative: followers won less those lost.
func CountUnit(name string) (Unit, bool) {
	switch name {
	case "read", "play", "like", "comment", "share", "favorite", "repost", "coin", "danmaku":
		return UnitNumber, true // what anybody may see beside a post
	case "exposure", "reader", "wow", "sent", "visit", "followed":
		return UnitNumber, true // what only the owner sees: 曝光 阅读人数 在看 送达 主页访问 净增粉丝
	case "finish_rate", "click_rate", "bounce_rate", "open_rate", "engage_rate":
		return UnitShare, true
	case "avg_seconds":
		return UnitSeconds, true
	}
	return "", false
}

// Valid reports whether the count is one that a post can have.
func (c Count) Valid() bool {
	_, ok := CountUnit(c.Name)
	return ok && (c.Value >= 0 || c.Name == "followed" && !c.AtLeast)
}
