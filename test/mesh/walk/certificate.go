package walk

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// certificate says why an Envoy does not take the certificate of a Secret; nil if
// it does. One that names nothing is refused: "neither subject CN nor SAN names".
func certificate(secret manifest.Object) error {
	if secret == nil {
		return errors.New("there is none")
	}
	text, err := base64.StdEncoding.DecodeString(secret.Text("data", "tls.crt"))
	if err != nil {
		return err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return errors.New("tls.crt is not PEM")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	if c.Subject.CommonName == "" && len(c.DNSNames)+len(c.URIs)+len(c.IPAddresses)+len(c.EmailAddresses) == 0 {
		return errors.New("its certificate names nothing")
	}
	return nil
}
