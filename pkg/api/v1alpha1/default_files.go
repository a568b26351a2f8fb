package v1alpha1

import "path"

// defaultFiles fills the keys of files and certificates.
func defaultFiles(spec *AthensSiteSpec) {
	for i := range spec.Athens.Files {
		f := &spec.Athens.Files[i]
		fileKey(f.Ref(), path.Base(f.Path))
	}
	for i := range spec.Crathens.GoSums {
		or(&spec.Crathens.GoSums[i].ConfigMapRef.Key, "go.sum")
	}
	if t := spec.Trust; t != nil {
		or(&t.SystemRoots, RootsInclude)
		for _, ref := range t.CACertificates {
			fileKey(ref, "ca.crt")
		}
	}
}

// defaultTLS fills the keys of a server's certificates; t may be nil.
func defaultTLS(t *TLS) {
	if t == nil {
		return
	}
	if t.CARef != nil {
		fileKey(*t.CARef, "ca.crt")
	}
	if c := t.ClientCertificate; c != nil {
		or(&c.SecretRef.Keys.Certificate, "tls.crt")
		or(&c.SecretRef.Keys.PrivateKey, "tls.key")
	}
}

func fileKey(ref FileRef, key string) {
	secretKey(ref.SecretRef, key)
	if c := ref.ConfigMapRef; c != nil {
		or(&c.Key, key)
	}
}
