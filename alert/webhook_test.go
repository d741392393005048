package alert

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/xuanti/xuanti"
)

const goldenSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // of the specification

func TestSignGolden(t *testing.T) {
	got, err := Sign(goldenSecret, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("%s %v, want %s", got, err, want)
	}
	if err := CheckSecret(NewSecret()); err != nil {
		t.Errorf("own secret: %v", err)
	}
	for _, s := range []string{"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_" + strings.Repeat("!", 40), "whsec_" + strings.Repeat("A", 100)} {
		if xuanti.CodeOf(CheckSecret(s)) != xuanti.CodeInvalid {
			t.Errorf("%q is taken", s)
		}
	}
}

func TestWebhookAnswers(t *testing.T) {
	var status int
	var header http.Header
	var body []byte
	var answerWith string
	retry := ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ = io.ReadAll(r.Body)
		if retry != "" {
			w.Header().Set("Retry-After", retry)
		}
		if status >= 300 && status < 400 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answerWith)
	}))
	defer srv.Close()
	hook := NewWebhook(srv.Client(), xuanti.NewManualClock(noon))
	sub, ch, m, ev := exampleDelivery()
	ch.URL, ch.Secret = srv.URL+"/hook?token=geheim", goldenSecret
	d := NewDelivery(sub, ch, m, ev, noon, srv.URL)
	for _, c := range []struct {
		status  int
		retry   string
		outcome Outcome
		after   time.Duration
	}{
		{200, "", Delivered, 0}, {204, "", Delivered, 0}, {299, "", Delivered, 0},
		{429, "90", Limited, 90 * time.Second}, {429, noon.Add(time.Hour).Format(http.TimeFormat), Limited, time.Hour},
		{429, "999999999", Limited, 24 * time.Hour}, {429, "-5", Limited, 0}, {429, "soon", Limited, 0},
		{500, "", Transient, 0}, {502, "30", Transient, 30 * time.Second}, {503, "", Transient, 0}, {504, "", Transient, 0},
		{408, "", Transient, 0}, {425, "", Transient, 0}, {401, "", Transient, 0}, {403, "", Transient, 0}, {404, "", Transient, 0},
		{400, "", Permanent, 0}, {413, "", Permanent, 0}, {422, "", Permanent, 0},
		{301, "", Permanent, 0}, {302, "", Permanent, 0}, {307, "", Permanent, 0}, {308, "", Permanent, 0},
		{410, "", Gone, 0},
	} {
		status, retry, answerWith = c.status, c.retry, "nope \x00\x1b[31m\n\xff"+strings.Repeat("很长", 300)
		r := hook.Send(t.Context(), ch, d)
		if r.Outcome != c.outcome || r.Code != c.status || r.RetryAfter != c.after {
			t.Errorf("%d: %+v, want %s after %v", c.status, r, c.outcome, c.after)
		}
		if (r.Message == "") != (r.Outcome == Delivered) || len([]rune(r.Message)) > 220 || strings.ContainsAny(r.Message, "\x00\x1b\n") || strings.Contains(r.Message, "geheim") {
			t.Errorf("%d says %q", c.status, r.Message)
		}
		if header.Get("webhook-id") != d.ID || header.Get("webhook-timestamp") != "1795406400" || header.Get("content-type") != "application/json" || string(body) != string(d.Payload) {
			t.Fatalf("%d: sent %v %s", c.status, header, body)
		}
		if want, err := Sign(goldenSecret, d.ID, noon, body); err != nil || header.Get("webhook-signature") != want {
			t.Errorf("signature %q, want %q", header.Get("webhook-signature"), want)
		}
	}
}

func TestWebhookWithoutAnswer(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	}))
	defer srv.Close()
	defer close(stop)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := "http://" + closed.Addr().String() + "/geheim"
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	quick := &http.Client{Timeout: time.Second}
	hook := NewWebhook(quick, xuanti.NewManualClock(noon))
	d := NewTest(xuanti.Channel{ID: "c"}, noon, "")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name, url, secret string
		ctx               context.Context
		outcome           Outcome
		says              string
	}{
		{"slow", srv.URL, goldenSecret, t.Context(), Transient, "timeout"},
		{"nobody there", refused, goldenSecret, t.Context(), Transient, "refused"},
		{"stopping", srv.URL, goldenSecret, ended, Transient, "canceled"},
		{"no secret", srv.URL, "", t.Context(), Permanent, "secret"},
		{"no address", "://", goldenSecret, t.Context(), Permanent, "address"},
	} {
		r := hook.Send(c.ctx, xuanti.Channel{URL: c.url, Secret: c.secret}, d)
		if r.Outcome != c.outcome || r.Code != 0 || !strings.Contains(r.Message, c.says) || strings.Contains(r.Message, "geheim") {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
	if c := NewWebhook(&http.Client{}, xuanti.SystemClock{}).client.Timeout; c != 20*time.Second {
		t.Errorf("a client without a limit waits %v", c)
	}
}
