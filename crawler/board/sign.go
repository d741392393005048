package board

import (
	"crypto/md5"  //nolint:gosec // the platform's request signature, no security of ours
	"crypto/sha1" //nolint:gosec // as above
	"encoding/hex"
	"net/url"
)

// signCLS names the signature of cls.cn: a parameter sign that is the MD5 of
// the SHA-1, both in hex, of the sorted query string.
const signCLS = "cls"

func knownSign(name string) bool { return name == signCLS }

// signURL adds the named signature to an address.
func signURL(name string, u *url.URL) {
	if name != signCLS {
		return
	}
	q := u.Query()
	q.Del("sign")
	first := sha1.Sum([]byte(q.Encode())) //nolint:gosec // see the imports
	second := md5.Sum([]byte(hex.EncodeToString(first[:])))
	q.Set("sign", hex.EncodeToString(second[:]))
	u.RawQuery = q.Encode()
}
