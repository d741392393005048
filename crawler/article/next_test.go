package article

import (
	"net/url"
	"testing"
)

func TestFollowsPage(t *testing.T) {
	f := func(from, to string, want bool) {
		t.Helper()
		a, _ := url.Parse("https://hewan.invalid" + from)
		b, _ := url.Parse("https://hewan.invalid" + to)
		if followsPage(a, b) != want {
			t.Errorf("%s → %s: %v", from, to, !want)
		}
	}
	f("/a/77.html", "/a/77_2.html", true)
	f("/a/77_2.html", "/a/77_3.html", true)
	f("/a/77", "/a/77/2", true)
	f("/a/77/", "/a/77/page/2/", true)
	f("/a/77.html?page=1", "/a/77.html?page=2", true)
	f("/a/77.html", "/a/77.html?page=2", true)
	f("/a/77.html", "/a/78.html", false)
	f("/a/77_2.html", "/a/77_4.html", false)
	f("/a/77_2.html", "/a/77.html", false)
	f("/a/77.html?id=1", "/a/77.html?id=2", false)
	f("/a/77.html", "/b/77_2.html", false)
}
