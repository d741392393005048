package alert

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
)

const (
	secretPrefix = "whsec_"
	maxAnswer    = 64 << 10
	shownAnswer  = 200
	sendTimeout  = 20 * time.Second // where the client sets none
)

// Webhook sends messages by Standard Webhooks 1.0: signed with HMAC-SHA256,
// the same webhook-id in every attempt, redirects are failures. What the
// answers mean:
//
//	2xx                        Delivered
//	429                        Limited, for as long as Retry-After says
//	408 425 5xx, no answer     Transient; Retry-After is honoured
//	401 403 404                Transient: a receiver that is being set up
//	410                        Gone
//	3xx, other 4xx, no secret  Permanent
type Webhook struct {
	client *http.Client
	clock  xuanti.Clock
}

// NewWebhook makes the sender. The client brings the time limit and the guard
// against private addresses; without a limit 20 s are set. The clock stamps the signature and should be the
// wall clock: receivers compare it with theirs.
func NewWebhook(client *http.Client, clock xuanti.Clock) *Webhook {
	c := *client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if c.Timeout <= 0 {
		c.Timeout = sendTimeout
	}
	return &Webhook{client: &c, clock: clock}
}

// NewSecret makes a signing secret of 24 random bytes.
func NewSecret() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return secretPrefix + base64.StdEncoding.EncodeToString(b)
}

// CheckSecret accepts whsec_ and the base64 of 24 to 64 bytes.
func CheckSecret(s string) error {
	_, err := secretKey(s)
	return err
}

func secretKey(s string) ([]byte, error) {
	raw, ok := strings.CutPrefix(s, secretPrefix)
	key, err := base64.StdEncoding.DecodeString(raw)
	if !ok || err != nil || len(key) < 24 || len(key) > 64 {
		return nil, bad("/secret", "密钥要写成 whsec_ 加上 24 到 64 字节的 base64 (not a Standard Webhooks secret)")
	}
	return key, nil
}

// Sign is the signature of a message: v1, and the base64 of the HMAC-SHA256 of
// "id.seconds.body".
func Sign(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := secretKey(secret)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// Send implements Channel.
func (w *Webhook) Send(ctx context.Context, ch xuanti.Channel, d xuanti.Delivery) Receipt {
	now := w.clock.Now()
	sig, err := Sign(ch.Secret, d.ID, now, d.Payload)
	if err != nil {
		return Receipt{Outcome: Permanent, Message: err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, ch.URL, bytes.NewReader(d.Payload))
	if err != nil {
		return Receipt{Outcome: Permanent, Message: "地址无效 (invalid address)"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "xuanti-webhook/1.0")
	req.Header.Set("Webhook-Id", d.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("Webhook-Signature", sig)
	resp, err := w.client.Do(req)
	if err != nil {
		return Receipt{Outcome: Transient, Message: plainError(err)}
	}
	defer func() { _ = resp.Body.Close() }() // the answer is read; nothing hangs on closing it
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	r := Receipt{Code: resp.StatusCode, Message: answer(resp.StatusCode, text), RetryAfter: retryAfter(resp.Header.Get("Retry-After"), now)}
	switch {
	case resp.StatusCode >= 200 && resp.StatusCode < 300:
		r.Outcome, r.Message = Delivered, ""
	case resp.StatusCode == http.StatusTooManyRequests:
		r.Outcome = Limited
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		r.Outcome, r.Message = Permanent, "对方要求跳转，Webhook 不跟随跳转，请填写最终地址 (redirects are not followed)"
	case resp.StatusCode == http.StatusGone:
		r.Outcome, r.Message = Gone, "对方说这个地址已永久停用 (410 Gone)"
	case resp.StatusCode == http.StatusRequestTimeout, resp.StatusCode == http.StatusTooEarly, resp.StatusCode >= 500:
		r.Outcome = Transient
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden, resp.StatusCode == http.StatusNotFound:
		r.Outcome = Transient // often a receiver that is being set up
	default:
		r.Outcome = Permanent
	}
	return r
}

// plainError says in words why no answer came, without the address, which may
// hold a secret.
func plainError(err error) string {
	var t interface{ Timeout() bool }
	if errors.As(err, &t) && t.Timeout() {
		return "对方没有及时回应 (timeout)"
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		err = e
	}
	return "连不上对方 (no connection): " + err.Error()
}

// answer sums up a refusal in one line.
func answer(status int, body []byte) string {
	s := fmt.Sprintf("HTTP %d", status)
	if said := nlp.Shorten(oneLine(string(body)), shownAnswer); said != "" {
		s += ": " + said
	}
	return s
}

// retryAfter reads seconds or an HTTP date, at most a day.
func retryAfter(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(min(n, 86400)) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil && t.After(now) {
		return min(t.Sub(now), 24*time.Hour)
	}
	return 0
}
