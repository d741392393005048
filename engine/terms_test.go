package engine

import "testing"

// TestNamesTellMore: the words above the hot list are names before verbs.
func TestNamesTellMore(t *testing.T) {
	e, _ := open(t, t.TempDir(), noon)
	defer shut(t, e)
	for _, c := range []struct{ more, less string }{{"景德镇", "普遍"}, {"跃川", "清理"}, {"citywalk", "争吵"}, {"咖啡馆", "靠近"}} {
		if more, less := e.tells(c.more), e.tells(c.less); more <= less {
			t.Errorf("%s tells %.1f, %s %.1f", c.more, more, c.less, less)
		}
	}
}
