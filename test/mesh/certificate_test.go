package mesh

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/test/mesh/cluster"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
	"github.com/gomods/athens-kfn/test/mesh/walk"
)

// certificates are the Secrets that an operator must have put beside the gateways
// of sites, and the one of the shared Gateway in testdata/cluster; without those
// that the case has.
func certificates(t *testing.T, c manifest.Case) []manifest.Object {
	t.Helper()
	out := []manifest.Object{secret(t, "edge", "edge-tls")}
	for _, s := range c.Sites {
		for _, served := range generators.ServedCertificates(s) {
			if at := served.Secret; manifest.Find(slices.Concat(out, c.Objects), "Secret", at.Namespace, at.Name) == nil {
				out = append(out, secret(t, at.Namespace, at.Name))
			}
		}
	}
	return out
}

func secret(t *testing.T, namespace, name string) manifest.Object {
	t.Helper()
	p, err := selfSigned()
	if err != nil {
		t.Fatal(err)
	}
	return p.secret(namespace, name)
}

func (p pair) secret(namespace, name string) manifest.Object {
	return manifest.Object{
		"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
		"metadata": map[string]any{"name": name, "namespace": namespace},
		"data":     map[string]any{"tls.crt": p.certificate, "tls.key": p.key},
	}
}

// selfSigned is one certificate for all.
var selfSigned = sync.OnceValues(func() (pair, error) { return newPair("goproxy.example.com") })

// newPair is valid today, for names or for nothing.
func newPair(names ...string) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), DNSNames: names,
	}
	crt, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return pair{}, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	return pair{encode("CERTIFICATE", crt), encode("EC PRIVATE KEY", der)}, err
}

// pair is a certificate and its key as a Secret holds them.
type pair struct{ certificate, key string }

func encode(kind string, der []byte) string {
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// nameless is a site whose gateway has a certificate that names nothing.
func nameless(t *testing.T) manifest.Case {
	t.Helper()
	p, err := newPair()
	if err != nil {
		t.Fatal(err)
	}
	c := example(t, "minimal")
	at := generators.ServedCertificates(c.Sites[0])[0].Secret
	c.Objects = append(c.Objects, p.secret(at.Namespace, at.Name))
	return c
}

// A certificate that names nothing is refused, by the model as by Envoy.
func TestNamelessCertificate(t *testing.T) {
	c := nameless(t)
	world, err := deploy(t, c, cluster.Trouble{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := world.Do(c.Sites[0], walk.Request{From: "client", Line: list}); err != nil || got.Status != 0 || got.By != "gateway" {
		t.Errorf("%d by %s, %v; want it closed by the gateway", got.Status, got.By, err)
	}
}

func TestLiveNamelessCertificate(t *testing.T) {
	t.Parallel()
	l := running(t, nameless(t))
	if got, err := l.Send(walk.Request{From: "client", Line: list}); err != nil || got.Status != 0 {
		t.Errorf("%d, %v; want it closed", got.Status, err)
	}
	if log := l.GatewayNode().Proxy.Log(); !strings.Contains(log, "neither subject CN nor SAN names") {
		t.Errorf("the gateway does not say why:\n%s", log)
	}
}
