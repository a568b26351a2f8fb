package generators

import "github.com/gomods/athens-kfn/pkg/api/v1alpha1"

// Where the certificates of servers are that Athens does not check as it checks
// all others.
const (
	s3Dir    = secretDir + "s3"
	indexDir = secretDir + "index"

	caFile          = "/ca.crt"
	certificateFile = "/tls.crt"
	privateKeyFile  = "/tls.key"
)

// tlsMounts are the volumes of these certificates.
func tlsMounts(a *v1alpha1.Athens) (out []mount) {
	add := func(name string, t *v1alpha1.TLS) {
		var files []refFile
		if t != nil && t.CARef != nil {
			files = append(files, refFile{*t.CARef, caFile[1:]})
		}
		if t != nil && t.ClientCertificate != nil {
			ref := &t.ClientCertificate.SecretRef
			for _, f := range [][2]string{{ref.Keys.Certificate, certificateFile}, {ref.Keys.PrivateKey, privateKeyFile}} {
				files = append(files, refFile{v1alpha1.FileRef{SecretRef: &v1alpha1.SecretKeyRef{Name: ref.Name, Key: f[0]}}, f[1][1:]})
			}
		}
		if len(files) > 0 {
			out = append(out, refFiles(name, secretDir+name, secretMode, files...))
		}
	}
	if s := a.Storage.S3; s != nil {
		add("s3", s.TLS)
	}
	if i := a.Index; i != nil && i.Postgres != nil {
		add("index", i.Postgres.TLS)
	}
	return out
}
