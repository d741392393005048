package crawler

import (
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/internal/crawltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testFetcher reaches loopback, without gaps and with short limits.
func testFetcher(t testing.TB, change func(*fetch.Options)) *fetch.Fetcher {
	o := fetch.Options{
		Timeout: 5 * time.Second, MaxBytes: 1 << 20, PerHost: 4, HostGap: -1,
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Clock: xuanti.NewManualClock(crawltest.Now()),
	}
	if change != nil {
		change(&o)
	}
	f := fetch.New(o)
	t.Cleanup(f.Close)
	return f
}
