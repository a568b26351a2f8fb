package mesh

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// certificates are the Secrets that somebody must have put beside the gateways
// of sites, and the one of the shared Gateway in testdata/cluster.
func certificates(t *testing.T, sites []*v1alpha1.AthensSite) []manifest.Object {
	t.Helper()
	out := []manifest.Object{secret(t, "edge", "edge-tls")}
	for _, s := range sites {
		g := s.Spec.Mesh.Gateway
		if g.TLS.CredentialName != "" && manifest.Find(out, "Secret", g.Namespace, g.TLS.CredentialName) == nil {
			out = append(out, secret(t, g.Namespace, g.TLS.CredentialName))
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
	return manifest.Object{
		"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
		"metadata": map[string]any{"name": name, "namespace": namespace},
		"data":     map[string]any{"tls.crt": p.certificate, "tls.key": p.key},
	}
}

// selfSigned is one certificate for all. Only an analyzer looks at it: it must
// be one, and valid today.
var selfSigned = sync.OnceValues(func() (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		DNSNames: []string{"goproxy.example.com"}, // Envoy refuses one that names nothing
	}
	crt, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return pair{}, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	return pair{encode("CERTIFICATE", crt), encode("EC PRIVATE KEY", der)}, err
})

// pair is a certificate and its key as a Secret holds them.
type pair struct{ certificate, key string }

func encode(kind string, der []byte) string {
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
