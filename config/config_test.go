package config

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

func write(t *testing.T, text string) string {
	t.Helper()
	f := filepath.Join(t.TempDir(), "xuanti.yaml")
	if err := os.WriteFile(f, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLayers(t *testing.T) {
	f := write(t, "data: /srv/a\ncrawler:\n  workers: 3\n  timeout: 7s\n  allow_private: [10.0.0.0/8]\n")
	cfg, err := Load(f, []string{"XUANTI_CRAWLER_WORKERS=5", "XUANTI_ADMIN_TOKEN=0123456789abcdef", "HOME=/x"}, map[string]string{"data": "/srv/b"})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Data != "/srv/b" || cfg.Crawler.Workers != 5 || cfg.Crawler.Timeout != 7*time.Second || cfg.AdminToken.Reveal() != "0123456789abcdef" {
		t.Fatalf("layers in the wrong order: %+v", cfg)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	out, err := cfg.YAML()
	if err != nil || strings.Contains(string(out), "0123456789abcdef") || !strings.Contains(string(out), "***") {
		t.Fatalf("secret not masked: %s %v", out, err)
	}
}

func TestUnknownKeyNamesFileAndLine(t *testing.T) {
	f := write(t, "data: x\ncrawler:\n  wrokers: 3\n")
	_, err := Load(f, nil, nil)
	if err == nil || !strings.Contains(err.Error(), f+":3") || !strings.Contains(err.Error(), "crawler.wrokers") {
		t.Fatalf("got %v", err)
	}
	if _, err := Load("", []string{"XUANTI_LISTNE=x"}, nil); err == nil || !strings.Contains(err.Error(), "XUANTI_LISTNE") {
		t.Fatalf("unknown variable: %v", err)
	}
}

func TestValidateRefuses(t *testing.T) {
	f := func(key string, change func(*Config)) {
		t.Helper()
		cfg := Default()
		change(&cfg)
		err := cfg.Validate()
		if xuanti.CodeOf(err) != xuanti.CodeInvalid || !strings.Contains(err.Error(), key) {
			t.Fatalf("%s: got %v", key, err)
		}
	}
	f("listen", func(c *Config) { c.Listen = "0.0.0.0:8080" })
	f("listen", func(c *Config) { c.Listen = "nonsense" })
	f("admin_token", func(c *Config) { c.AdminToken = "short" })
	f("crawler.workers", func(c *Config) { c.Crawler.Workers = 0 })
	f("allow_private", func(c *Config) { c.Crawler.AllowPrivate = []string{"300.1.1.1"} })
	f("alert.digest_at", func(c *Config) { c.Alert.DigestAt = "25 o'clock" })
	for _, n := range []float64{0, -1, 101, math.NaN(), math.Inf(1)} {
		f("trend.false_alarms", func(c *Config) { c.Trend.FalseAlarms = n })
	}
	f("alert.timeout", func(c *Config) { c.Alert.Timeout = 0 })
	f("crawler.host_gap", func(c *Config) { c.Crawler.HostGap = -time.Second })
	f("keep.item_days", func(c *Config) { c.Keep.ItemDays = 1 << 30 })
	f("keep.index_days", func(c *Config) { c.Keep.IndexDays = 3 })
	cfg := Default()
	if err := cfg.Validate(); err != nil || !cfg.Loopback() {
		t.Fatalf("defaults: %v", err)
	}
}
