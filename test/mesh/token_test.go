package mesh

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// issuer signs tokens with a key of its own (ES256, RFC 7518).
type issuer struct {
	t   *testing.T
	url string
	key *ecdsa.PrivateKey
}

func newIssuer(t *testing.T, url string) issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return issuer{t, url, key}
}

// keys are what stands at its jwksURI.
func (i issuer) keys() string {
	point, err := i.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		i.t.Fatal(err)
	}
	return fmt.Sprintf(`{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","kid":"1","x":%q,"y":%q}]}`, base64URL(point[1:33]), base64URL(point[33:]))
}

// token of a subject for an audience; more claims replace those that it has.
func (i issuer) token(audience string, more map[string]any) string {
	claims := map[string]any{"iss": i.url, "sub": "repo:acme/app", "aud": audience, "exp": time.Now().Add(time.Hour).Unix()}
	for k, v := range more {
		claims[k] = v
	}
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			i.t.Fatal(err)
		}
		return base64URL(text)
	}
	signed := part(map[string]string{"alg": "ES256", "kid": "1"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
	if err != nil {
		i.t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + base64URL(signature)
}

func base64URL(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
