package generators

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Where the certificates of trust are: each entry as a file, and in Athens' pods
// all that is trusted in one file, where git runs.
const (
	trustDir    = "/etc/athens/trust"
	trustedDir  = "/etc/athens/trusted"
	trustedFile = trustedDir + "/ca.crt"
)

// trustFile is the file of certificates that programs read in place of the
// image's; empty where the image's counts beside trustDir. Go reads a file and a
// directory (SSL_CERT_FILE and SSL_CERT_DIR, crypto/x509/root_unix.go), git a
// file only: libcurl finds certificates in a directory by the hash of their
// subjects, which no volume has as names.
func trustFile(site *v1alpha1.AthensSite) string {
	t := site.Spec.Trust
	switch {
	case t == nil:
		return ""
	case gitRuns(&site.Spec.Athens) && (t.SystemRoots == v1alpha1.RootsInclude || len(t.CACertificates) > 1):
		return trustedFile
	case t.SystemRoots == v1alpha1.RootsExclude:
		return firstTrusted
	}
	return ""
}

// firstTrusted is the file of the first entry.
const firstTrusted = trustDir + "/0.crt"

// trustEnv makes Athens trust the certificates.
func trustEnv(site *v1alpha1.AthensSite) []corev1.EnvVar { return certEnv(site, trustFile(site)) }

// certEnv makes a program of Go trust the certificates, and what the file has in
// place of the image's; empty for the image's.
func certEnv(site *v1alpha1.AthensSite, file string) []corev1.EnvVar {
	if site.Spec.Trust == nil {
		return nil
	}
	return append(envIf("SSL_CERT_FILE", file), env("SSL_CERT_DIR", trustDir))
}

// gitTrust are the settings by which git trusts the certificates. A setting for
// one server in the user's own file counts before them.
func gitTrust(site *v1alpha1.AthensSite) [][2]string {
	if site.Spec.Trust == nil {
		return nil
	}
	return [][2]string{{"http.sslCAInfo", trustFile(site)}, {"http.sslCAPath", trustDir}}
}

// crathensTrust makes crathens trust the certificates; it calls nothing over TLS
// but other sites.
func crathensTrust(site *v1alpha1.AthensSite) []corev1.EnvVar {
	if !crathensCallsOut(site) {
		return nil
	}
	file := ""
	if t := site.Spec.Trust; t != nil && t.SystemRoots == v1alpha1.RootsExclude {
		file = firstTrusted
	}
	return certEnv(site, file)
}

// crathensCallsOut says whether crathens calls another site over TLS.
func crathensCallsOut(site *v1alpha1.AthensSite) bool {
	for _, e := range CatalogSources(site) {
		if e.Protocol == TLS {
			return true
		}
	}
	return false
}

// trustMounts are the entries as files.
func trustMounts(site *v1alpha1.AthensSite) []mount {
	t := site.Spec.Trust
	if t == nil {
		return nil
	}
	var files []refFile
	for i, ref := range t.CACertificates {
		files = append(files, refFile{ref, strconv.Itoa(i) + ".crt"})
	}
	return []mount{refFiles("trust", trustDir, 0o444, files...)}
}

// athensTrustMounts are those of Athens' pods.
func athensTrustMounts(site *v1alpha1.AthensSite) []mount {
	out := trustMounts(site)
	if trustFile(site) == trustedFile {
		// A Secret and a ConfigMap hold 1 MiB, and an image's certificates less.
		limit := resource.MustParse("65Mi")
		trusted := emptyDir("trusted", trustedDir, &limit)
		trusted.at.ReadOnly = true
		out = append(out, trusted)
	}
	return out
}

// joinCertificates writes all that is trusted into one file. The places of the
// image's certificates are Go's (crypto/x509/root_linux.go): an image of one's
// own may not be Alpine.
const joinCertificates = `set -eu
own=
for f in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/pki/tls/cacert.pem /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/ssl/cert.pem; do
  if [ "$1" = Include ] && [ -z "$own" ] && [ -r "$f" ]; then own=$f; fi
done
if [ "$1" = Include ] && [ -z "$own" ]; then echo "the image has no certificates: set trust.systemRoots: Exclude" >&2; exit 1; fi
for f in $own "$2"/*.crt; do
  if ! grep -q -e "-----BEGIN CERTIFICATE-----" "$f"; then echo "$f holds no certificate in PEM" >&2; exit 1; fi
  cat "$f"
  echo
done > "$3"
`

// trustContainers are what runs before Athens where its programs need one file.
func trustContainers(site *v1alpha1.AthensSite) []corev1.Container {
	if trustFile(site) != trustedFile {
		return nil
	}
	mounts := athensTrustMounts(site)
	mounts[1].at.ReadOnly = false
	return []corev1.Container{{
		Name:            "trust",
		Image:           site.Spec.Athens.Image,
		ImagePullPolicy: corev1.PullPolicy(site.Spec.Images.PullPolicy),
		Command:         []string{"sh", "-c", joinCertificates, "trust", site.Spec.Trust.SystemRoots, trustDir, trustedFile},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("10m"), corev1.ResourceMemory: resource.MustParse("16Mi"), corev1.ResourceEphemeralStorage: resource.MustParse("128Mi")},
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Mi"), corev1.ResourceEphemeralStorage: resource.MustParse("128Mi")},
		},
		VolumeMounts:    volumeMounts(mounts),
		SecurityContext: unprivileged(),
	}}
}
