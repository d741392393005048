package config

import (
	"math"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
)

// Secret is a string that prints as *** everywhere but in its use.
type Secret string

// String masks the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// MarshalYAML masks the secret in the printed configuration.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Config is the whole configuration. Every field has a default that works on
// a laptop without a file.
type Config struct {
	// Data is the folder of the database and the index.
	Data string `koanf:"data" yaml:"data"`
	// Listen is the address of the API and the pages. Not on loopback it needs AdminToken.
	Listen string `koanf:"listen" yaml:"listen"`
	// BaseURL is the address under which others reach this server; used in links of alerts and feeds.
	BaseURL string `koanf:"base_url" yaml:"base_url"`
	// AdminToken opens everything. Keep it in the environment: XUANTI_ADMIN_TOKEN.
	// Of 32 characters and more, it is not held up by wrong tokens that others
	// send from the same address.
	AdminToken Secret `koanf:"admin_token" yaml:"admin_token"`
	// Log is debug, info, warn or error.
	Log string `koanf:"log" yaml:"log"`
	// MemoryLimit in MiB is given to the Go runtime as a soft limit: it collects
	// garbage harder near it, and never fails because of it. 0 takes a quarter of
	// what the machine or the container has, at least 550 MiB.
	MemoryLimit int `koanf:"memory_limit" yaml:"memory_limit"`
	// Sources says which sources exist at first.
	Sources Sources `koanf:"sources" yaml:"sources"`
	// Crawler says how to fetch.
	Crawler Crawler `koanf:"crawler" yaml:"crawler"`
	// Trend tunes what counts as trending.
	Trend Trend `koanf:"trend" yaml:"trend"`
	// Alert limits what is sent.
	Alert Alert `koanf:"alert" yaml:"alert"`
	// Keep says how long things are kept.
	Keep Keep `koanf:"keep" yaml:"keep"`
}

// Sources says which sources exist at first.
type Sources struct {
	// Builtin turns the built-in boards and feeds on.
	Builtin bool `koanf:"builtin" yaml:"builtin"`
}

// Crawler says how to fetch.
type Crawler struct {
	// Workers is the number of polls at the same time.
	Workers int `koanf:"workers" yaml:"workers"`
	// RequestsPerHour is how many polls of feeds and pages may be spent an hour, on
	// average over a week; they go to the sources that publish most, when they do.
	// 0 spends what the wanted intervals of all sources add up to. Boards keep
	// their own pace and are not counted.
	RequestsPerHour int           `koanf:"requests_per_hour" yaml:"requests_per_hour"`
	UserAgent       string        `koanf:"user_agent" yaml:"user_agent"`
	Timeout         time.Duration `koanf:"timeout" yaml:"timeout"`
	// MaxBytes caps a body after decompression.
	MaxBytes int64 `koanf:"max_bytes" yaml:"max_bytes"`
	// PerHost is the number of requests to one host at a time, HostGap the pause between them.
	PerHost int           `koanf:"per_host" yaml:"per_host"`
	HostGap time.Duration `koanf:"host_gap" yaml:"host_gap"`
	// AllowPrivate lists private networks that may be fetched and sent to, e.g. 192.168.1.0/24.
	AllowPrivate []string `koanf:"allow_private" yaml:"allow_private"`
	Proxy        string   `koanf:"proxy" yaml:"proxy"`
}

// Trend tunes what counts as trending.
type Trend struct {
	// FalseAlarms is the number of burst alarms a day that may be noise.
	FalseAlarms float64 `koanf:"false_alarms" yaml:"false_alarms"`
}

// Alert limits what is sent.
type Alert struct {
	Timeout  time.Duration `koanf:"timeout" yaml:"timeout"`
	Attempts int           `koanf:"attempts" yaml:"attempts"`
	// DigestAt is the hour of the daily digest in Asia/Shanghai, "08:00".
	DigestAt string `koanf:"digest_at" yaml:"digest_at"`
}

// Keep says how many days things are kept. Observations are kept for ever.
type Keep struct {
	ItemDays  int `koanf:"item_days" yaml:"item_days"`
	IndexDays int `koanf:"index_days" yaml:"index_days"`
}

// Default returns the built-in configuration.
func Default() Config {
	return Config{
		Data:    "./xuanti-data",
		Listen:  "127.0.0.1:8080",
		Log:     "info",
		Sources: Sources{Builtin: true},
		Crawler: Crawler{
			Workers: 32, UserAgent: "xuanti/1.0 (+https://github.com/xuanti/xuanti; feed and board reader)",
			Timeout: 20 * time.Second, MaxBytes: 8 << 20, PerHost: 1, HostGap: time.Second,
		},
		Trend: Trend{FalseAlarms: 1},
		Alert: Alert{Timeout: 15 * time.Second, Attempts: 10, DigestAt: "08:00"},
		Keep:  Keep{ItemDays: 180, IndexDays: 180},
	}
}

// Loopback reports whether Listen is reachable from this machine only.
func (c *Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// PrivatePrefixes parses Crawler.AllowPrivate.
func (c *Config) PrivatePrefixes() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range c.Crawler.AllowPrivate {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			a, aerr := netip.ParseAddr(s)
			if aerr != nil {
				return nil, xuanti.Errorf(xuanti.CodeInvalid, "crawler.allow_private: %q is neither an address nor a network like 192.168.1.0/24", s)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}

// mostDays is a hundred years: whoever wants to keep things for ever.
const mostDays = 36_500

// Validate reports the first value that cannot work, with the way out.
func (c *Config) Validate() error {
	bad := func(key, format string, args ...any) error {
		e := xuanti.Errorf(xuanti.CodeInvalid, format, args...)
		e.Pointer = key
		return e
	}
	if c.Data == "" {
		return bad("data", "must name a folder")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return bad("listen", "%q is not an address like 127.0.0.1:8080", c.Listen)
	}
	if !c.Loopback() && c.AdminToken == "" {
		return bad("listen", "%s can be reached from other machines, so an admin token is needed: set XUANTI_ADMIN_TOKEN (16 characters or more), or listen on 127.0.0.1", c.Listen)
	}
	if c.AdminToken != "" && len(c.AdminToken) < 16 {
		return bad("admin_token", "needs 16 characters or more")
	}
	switch c.Log {
	case "debug", "info", "warn", "error":
	default:
		return bad("log", "%q is not debug, info, warn or error", c.Log)
	}
	if c.Crawler.Workers < 1 || c.Crawler.Workers > 256 {
		return bad("crawler.workers", "must be 1…256, is %d", c.Crawler.Workers)
	}
	if c.Crawler.Timeout < time.Second || c.Crawler.Timeout > 5*time.Minute {
		return bad("crawler.timeout", "must be 1s…5m, is %s", c.Crawler.Timeout)
	}
	if c.Crawler.MaxBytes < 64<<10 || c.Crawler.MaxBytes > 64<<20 {
		return bad("crawler.max_bytes", "must be 65536…67108864, is %d", c.Crawler.MaxBytes)
	}
	if c.Crawler.PerHost < 1 || c.Crawler.PerHost > 64 {
		return bad("crawler.per_host", "must be 1…64, is %d", c.Crawler.PerHost)
	}
	if c.Crawler.HostGap < 0 || c.Crawler.HostGap > 10*time.Minute {
		return bad("crawler.host_gap", "must be 0s…10m, is %s", c.Crawler.HostGap)
	}
	if c.MemoryLimit < 0 || c.MemoryLimit > 1<<20 {
		return bad("memory_limit", "must be 0…1048576 (MiB; 0: a quarter of the machine's), is %d", c.MemoryLimit)
	}
	if c.Crawler.RequestsPerHour < 0 || c.Crawler.RequestsPerHour > 1_000_000 {
		return bad("crawler.requests_per_hour", "must be 0…1000000, is %d", c.Crawler.RequestsPerHour)
	}
	if strings.TrimSpace(c.Crawler.UserAgent) == "" {
		return bad("crawler.user_agent", "must say who is asking")
	}
	if _, err := c.PrivatePrefixes(); err != nil {
		return err
	}
	if math.IsNaN(c.Trend.FalseAlarms) || c.Trend.FalseAlarms <= 0 || c.Trend.FalseAlarms > 100 {
		return bad("trend.false_alarms", "must be above 0 and at most 100 a day, is %g", c.Trend.FalseAlarms)
	}
	if _, err := time.Parse("15:04", c.Alert.DigestAt); err != nil {
		return bad("alert.digest_at", "%q is not a time like 08:00", c.Alert.DigestAt)
	}
	if c.Alert.Timeout < time.Second || c.Alert.Timeout > 5*time.Minute {
		return bad("alert.timeout", "must be 1s…5m, is %s", c.Alert.Timeout)
	}
	if c.Alert.Attempts < 1 || c.Alert.Attempts > 50 {
		return bad("alert.attempts", "must be 1…50, is %d", c.Alert.Attempts)
	}
	if c.Keep.ItemDays < 15 || c.Keep.ItemDays > mostDays {
		return bad("keep.item_days", "must be 15…%d, is %d", mostDays, c.Keep.ItemDays)
	}
	if c.Keep.IndexDays < 15 || c.Keep.IndexDays > mostDays {
		return bad("keep.index_days", "must be 15…%d, is %d", mostDays, c.Keep.IndexDays)
	}
	return nil
}
