package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/nlp"
	"github.com/xuanti/xuanti/store"
)

const tokenPrefix = "xt_"

// scopes that a token may have.
var scopes = [...]string{"read", "metrics:write", "write", "admin"}

func tokenHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// CreateToken implements Writer. Only the hash of the secret is stored. Tokens
// live by the wall clock, also where the engine's runs faster or stands still.
func (e *Engine) CreateToken(ctx context.Context, name string, want []string, ttl time.Duration) (TokenView, error) {
	if err := e.writable(); err != nil {
		return TokenView{}, err
	}
	if name == "" {
		return TokenView{}, invalid("/name", "请给令牌起个名字 (name is empty)")
	}
	if len(want) == 0 {
		want = []string{"read"}
	}
	for i, s := range want {
		if !slices.Contains(scopes[:], s) {
			return TokenView{}, invalid("/scopes/"+strconv.Itoa(i), "权限只有 read、metrics:write、write、admin (unknown scope)")
		}
	}
	if ttl < 0 {
		return TokenView{}, invalid("/ttl", "有效期不能是负数 (negative ttl)")
	}
	secret := tokenPrefix + randomToken(24)
	now := time.Now().UTC()
	t := xuanti.Token{ID: xuanti.NewID(now, "token", tokenHash(secret)), Name: nlp.Shorten(name, 100), Hash: tokenHash(secret), Scopes: want, CreatedAt: now}
	if ttl > 0 {
		t.ExpiresAt = now.Add(ttl)
	}
	if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutToken(ctx, t) }); err != nil {
		return TokenView{}, err
	}
	v := tokenView(t)
	v.Secret = secret
	return v, nil
}

func tokenView(t xuanti.Token) TokenView {
	return TokenView{ID: t.ID, Name: t.Name, Scopes: list(t.Scopes), CreatedAt: t.CreatedAt, ExpiresAt: dated(t.ExpiresAt), LastUsed: dated(t.LastUsed)}
}

// DeleteToken implements Writer.
func (e *Engine) DeleteToken(ctx context.Context, id string) error {
	if err := e.writable(); err != nil {
		return err
	}
	return e.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteToken(ctx, id) })
}

// Tokens implements Writer.
func (e *Engine) Tokens(ctx context.Context) (Page[TokenView], error) {
	all, err := e.store.Tokens(ctx)
	if err != nil {
		return Page[TokenView]{}, err
	}
	p := Page[TokenView]{Items: []TokenView{}, AsOf: e.Now()}
	for _, t := range all {
		p.Items = append(p.Items, tokenView(t))
	}
	return p, nil
}

// Authenticate implements Writer.
func (e *Engine) Authenticate(ctx context.Context, secret string) (xuanti.Token, error) {
	t, err := e.store.TokenByHash(ctx, tokenHash(secret))
	if err != nil {
		if xuanti.CodeOf(err) == xuanti.CodeNotFound {
			return t, xuanti.Errorf(xuanti.CodeUnauthorized, "令牌无效 (invalid token)")
		}
		return t, err
	}
	now := time.Now().UTC()
	if !t.ExpiresAt.IsZero() && now.After(t.ExpiresAt) {
		return t, xuanti.Errorf(xuanti.CodeUnauthorized, "令牌已过期 (token expired)")
	}
	if e.at.IsZero() && now.Sub(t.LastUsed) > time.Minute {
		t.LastUsed = now
		if err := e.store.Update(ctx, func(tx *store.Tx) error { return tx.PutToken(ctx, t) }); err != nil {
			return t, err
		}
	}
	return t, nil
}
