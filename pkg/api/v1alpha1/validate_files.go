package v1alpha1

import (
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// fileRef checks a reference to a text in a Secret or a ConfigMap.
func (r *rules) fileRef(path string, ref FileRef) {
	if ref.SecretRef != nil {
		r.secretKey(child(path, "secretRef"), *ref.SecretRef)
	}
	if ref.ConfigMapRef != nil {
		r.configMapRef(child(path, "configMapRef"), *ref.ConfigMapRef)
	}
}

func (r *rules) configMapRef(path string, ref ConfigMapKeyRef) {
	r.check(child(path, "name"), configMapName(ref.Name))
	r.check(child(path, "key"), configMapKey(ref.Key))
}

func configMapName(s string) string {
	if s == "" {
		return "is required; write the name of a ConfigMap, as in corp-ca"
	}
	return dnsName(s)
}

func configMapKey(s string) string {
	if dataKey(s) != "" {
		return quote.Sprintf("%q is not a key of a ConfigMap; write letters, digits, hyphens, underscores and dots, as in ca.crt", s)
	}
	return ""
}

// tlsParts say why a server's TLS cannot have a part, and what to write instead;
// empty where Athens can use it.
type tlsParts struct{ caRef, clientCertificate, serverName string }

// noOwnTLS are those of a server that Athens calls as it calls every other.
func noOwnTLS(server string) tlsParts {
	return tlsParts{
		caRef:             quote.Sprintf("cannot be for %s alone: Athens checks its certificate as every other server's; write it as an entry of trust.caCertificates, and remove this", quote.Said(server)),
		clientCertificate: quote.Sprintf("is not shown: Athens has no setting for a client certificate of %s; remove it", quote.Said(server)),
		serverName:        quote.Sprintf("is not read: Athens has no setting for it; remove it, and call %s by a name of its certificate", quote.Said(server)),
	}
}

// tls checks how a server is reached over TLS; t may be nil.
func (r *rules) tls(path string, t *TLS, not tlsParts) {
	if t == nil {
		return
	}
	if at := child(path, "caRef"); t.CARef != nil && r.check(at, not.caRef) {
		r.fileRef(at, *t.CARef)
	}
	if at := child(path, "clientCertificate"); t.ClientCertificate != nil && r.check(at, not.clientCertificate) {
		ref := &t.ClientCertificate.SecretRef
		r.check(at+".secretRef.name", secretName(ref.Name))
		r.check(at+".secretRef.keys.certificate", secretDataKey(ref.Keys.Certificate))
		r.check(at+".secretRef.keys.privateKey", secretDataKey(ref.Keys.PrivateKey))
	}
	if at := child(path, "serverName"); t.ServerName != "" && r.check(at, not.serverName) {
		r.check(at, hostName(t.ServerName))
	}
}

// trust checks whose certificates are taken.
func (r *rules) trust() {
	const path = "spec.trust"
	t := r.spec.Trust
	if t == nil {
		return
	}
	at := child(path, "caCertificates")
	if len(t.CACertificates) == 0 {
		r.add(at, "is required; write the ConfigMap or the Secret with the certificates, as in [{configMapRef: {name: corp-ca}}], or remove trust")
	}
	if n := len(t.CACertificates); n > maxCACertificates {
		r.add(at, "has %d entries, at most %d are possible; write several certificates into one", n, maxCACertificates)
	}
	for i, ref := range t.CACertificates {
		r.fileRef(item(at, i), ref)
		same := func(o FileRef) bool { return reflect.DeepEqual(o, ref) }
		if first := slices.IndexFunc(t.CACertificates[:i], same); first >= 0 {
			r.add(item(at, i), "is repeated, first at %s; remove one", item(at, first))
		}
	}
	r.enum(child(path, "systemRoots"), t.SystemRoots, RootsInclude, RootsExclude)
}

// maxCACertificates is the marker of Trust.CACertificates.
const maxCACertificates = 64

// files checks the files in Athens' container.
func (r *rules) files() {
	const list = "spec.athens.files"
	files := r.spec.Athens.Files
	for i := range files {
		f, at := &files[i], item(list, i)
		r.fileRef(at, f.Ref())
		if !r.check(child(at, "path"), FileProblem(f.Path)) {
			continue
		}
		for j := range files {
			switch o := &files[j]; {
			case j < i && o.Path == f.Path:
				r.add(child(at, "path"), "%q is repeated, first at %s; remove one", f.Path, item(list, j))
			case strings.HasPrefix(o.Path, f.Path+"/"):
				r.add(child(at, "path"), "%q is a directory of %s; write another path", f.Path, item(list, j))
			}
		}
	}
}

// FileProblem is what is wrong with a path of athens.files, and what to write
// instead; empty if a file may be there.
func FileProblem(s string) string {
	const example = "as in /etc/athens/extra.conf"
	switch {
	case s == "":
		return "is required; write where Athens finds the file, " + example
	case len(s) > 255:
		return quote.Sprintf("is %d characters long; at most 255 are possible", len(s))
	case !strings.HasPrefix(s, "/") || s == "/" || path.Clean(s) != s || strings.Contains(s, "/.."):
		return quote.Sprintf("%q is not the path of a file; write it in full, without .. and double slashes, %s", s, example)
	case !inSet(s, alphabet+digits+"/._-+"):
		return quote.Sprintf("%q holds a character that no path of a mount may have, or that programs read as another; write letters, digits and ._-+, %s", s, example)
	}
	for _, p := range reservedPaths() {
		if within(s, p.dir) || within(p.dir, s) {
			return quote.Sprintf("%q %s", s, quote.Said(p.says))
		}
	}
	if dir := path.Dir(s); dir == "/" || dir == "/etc" {
		return quote.Sprintf("%q could replace what the system reads at its start; write a directory below it, %s", s, example)
	}
	return ""
}

func within(file, dir string) bool { return file == dir || strings.HasPrefix(file, dir+"/") }

// reservedPaths are the directories and files of Athens' container that are not for
// files of the spec: a test of package site holds them against all mounts.
func reservedPaths() []reservedPath {
	return slices.Concat([]reservedPath{
		{"/home/athens/.netrc", "is where Athens writes its .netrc; write athens.private.netrc"},
		{"/home/athens/.hgrc", "is where Athens writes its .hgrc; write athens.private.hgrc"},
		{"/home/athens/.gitconfig", "is a file of git's settings; write athens.private.gitConfig"},
		{"/etc/gitconfig", "is a file of git's settings; write athens.private.gitConfig"},
		{"/etc/ssl", "is where the image has its certificates; write trust.caCertificates for those of an authority, and another directory for others, as in /etc/athens/ca.crt"},
		{"/config", "is where the image has Athens' own settings; write the fields of this spec, or athens.env"},
		{"/var/lib/athens", "is where the modules are; write another directory, as in /etc/athens/extra.conf"},
		{"/tmp", "is where Athens downloads modules; write another directory, as in /etc/athens/extra.conf"},
	},
		reservedFor("is where the site mounts files of its own; write another path, as in /etc/athens/extra.conf",
			"/etc/athens/config", "/etc/athens/gcp", "/etc/athens/git", "/etc/athens/gitconfig", "/etc/athens/hgrc", "/etc/athens/index", "/etc/athens/s3", "/etc/athens/netrc",
			"/etc/athens/trust", "/etc/athens/trusted", "/mnt/secrets-store"),
		// The Dockerfile of Athens (v0.18.0: alpine, go, git and others), and what
		// the container runtime mounts.
		reservedFor("belongs to the image or to the system; write another directory, as in /etc/athens/extra.conf",
			"/bin", "/boot", "/dev", "/go", "/lib", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr", "/var/run"),
	)
}

// reservedPath is a directory or a file, and the end of a message about a path in
// it.
type reservedPath struct{ dir, says string }

func reservedFor(says string, dirs ...string) (out []reservedPath) {
	for _, dir := range dirs {
		out = append(out, reservedPath{dir, says})
	}
	return out
}
