// Package secrets lists the Secrets that a site refers to, who makes each, and
// the commands that create those that no controller makes.
package secrets

import (
	"path"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Secret is one that must be there before the site works.
type Secret struct {
	// Namespace it belongs to: the site's, or that of the gateway's pods.
	Namespace string
	Name      string
	// For says in a few words what uses it.
	For string
	// User is the program that reads it, one of the names of package
	// generators; empty where it is the gateway or the kubelet.
	User string
	// Type as kubectl create secret has it: generic, tls or docker-registry.
	Type string
	// Flags of kubectl that fill it: from files, and from variables of the shell,
	// without which the shell refuses the command.
	Flags []string
	// By is the controller that makes it.
	By Maker
}

// Command creates the Secret.
func (s *Secret) Command() string {
	return "kubectl create secret " + s.Type + " " + quote.Shell(s.Name) + " --namespace=" + quote.Shell(s.Namespace) + " " + strings.Join(s.Flags, " ")
}

// Apply creates the Secret, or replaces one that is there. A client-side apply would
// write the values a second time, into an annotation; the conflict is with whatever
// created the Secret.
func (s *Secret) Apply() string {
	return s.Command() + " --dry-run=client -o yaml | kubectl apply --server-side --force-conflicts -f -"
}

// SetVariables says how to set the variables that commands read. Without quotation
// marks, so that it fits into each output.
const SetVariables = "First set the variables that the commands name, for example with read -rs NAME, which keeps the value off the screen and out of the history. A command whose variable is unset fails and changes nothing."

// Variables reports that Flags read variables.
func (s *Secret) Variables() bool {
	return slices.ContainsFunc(s.Flags, func(f string) bool { return strings.Contains(f, "=\"${") })
}

// variable is the value of a flag that a person keeps in a variable of the shell,
// named for the Secret and its key. What it holds is the error of an unset one.
func variable(name, key, what string) string {
	word := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return '_'
	}, name+"_"+key)
	if word[0] <= '9' {
		word = "_" + word // no variable begins with a digit
	}
	return `"${` + word + ":?" + what + `}"`
}

// Keys of the Secret, as far as Flags name them.
func (s *Secret) Keys() (out []string) {
	for _, f := range s.Flags {
		if _, rest, ok := strings.Cut(f, "--from-"); ok {
			_, key, _ := strings.Cut(rest, "=")
			key, _, _ = strings.Cut(key, "=")
			out = append(out, key)
		}
	}
	if s.Type == "tls" {
		out = []string{"tls.crt", "tls.key"}
	}
	return out
}

// ByHand are those of a site that no controller makes: they must be there before
// the site is applied.
func ByHand(s *v1alpha1.AthensSite) []Secret {
	return slices.DeleteFunc(Of(s), func(s Secret) bool { return s.By != NoController })
}

// Of a site that was defaulted and validated: the certificate of the ingress first, then storage,
// lock, index, upstream, clients, images. One that several fields name is
// listed once, with all its keys.
func Of(s *v1alpha1.AthensSite) []Secret {
	out, made := named(s), MadeBy(site.Objects(s))
	for i := range out {
		if o := &out[i]; o.By == NoController && o.Namespace == s.Namespace {
			o.By = makerOf(made, o.Name, o.Keys())
		}
	}
	return out
}

func named(site *v1alpha1.AthensSite) []Secret {
	l := list{namespace: site.Namespace}
	for _, c := range generators.ServedCertificates(site) {
		s := Secret{Namespace: c.Secret.Namespace, Name: c.Secret.Name, Type: "tls", For: "certificate of " + strings.Join(c.Hosts, ", "), Flags: []string{"--cert=tls.crt", "--key=tls.key"}}
		if c.Issuer != nil {
			s.By = CertManager
		}
		l.add(s)
	}
	a := &site.Spec.Athens
	l.storage(a.Storage)
	l.lock(a.SingleFlight)
	if i := a.Index; i != nil {
		for _, db := range []*v1alpha1.SQLIndex{i.MySQL, i.Postgres} {
			if db != nil {
				l.user(&db.Credentials, "database of the index")
				l.tls(db.TLS, "database of the index")
			}
		}
	}
	l.private(&a.Private)
	for _, e := range a.Env {
		if from := e.ValueFrom; from != nil && from.SecretKeyRef != nil {
			l.literals(from.SecretKeyRef.Name, "variable "+e.Name, from.SecretKeyRef.Key, "value")
		}
	}
	for i := range a.Files {
		l.ref(a.Files[i].Ref(), "file "+a.Files[i].Path, path.Base(a.Files[i].Path))
	}
	if t := site.Spec.Trust; t != nil {
		for _, ref := range t.CACertificates {
			l.ref(ref, "certificate authorities", "ca.crt")
		}
	}
	if b := a.BasicAuth; b != nil {
		l.user(b, "user and password of every client")
	}
	if p := site.Spec.Egress.Proxy; p != nil && p.Credentials != nil {
		l.user(p.Credentials, "egress proxy: user and password, as a URL has them")
	}
	for _, ref := range site.Spec.Images.PullSecretRefs {
		l.add(Secret{
			Namespace: site.Namespace, Name: ref.Name, Type: "docker-registry", For: "pulling images",
			Flags: []string{
				"--docker-server=" + variable(ref.Name, "server", "registry"),
				"--docker-username=" + variable(ref.Name, "username", "user"),
				"--docker-password=" + variable(ref.Name, "password", "password"),
			},
		})
	}
	return l.all
}

type list struct {
	namespace string
	all       []Secret
}

// add puts flags for one Secret together.
func (l *list) add(s Secret) {
	for i := range l.all {
		if old := &l.all[i]; old.Namespace == s.Namespace && old.Name == s.Name {
			old.For += "; " + s.For
			for _, f := range s.Flags {
				if !slices.Contains(old.Flags, f) {
					old.Flags = append(old.Flags, f)
				}
			}
			return
		}
	}
	l.all = append(l.all, s)
}

// literals adds a Secret that Athens reads; the pairs are a key and what it holds, in
// words that no shell reads.
func (l *list) literals(name, purpose string, pairs ...string) {
	s := Secret{Namespace: l.namespace, Name: name, For: purpose, User: generators.Athens, Type: "generic"}
	for i := 0; i < len(pairs); i += 2 {
		s.Flags = append(s.Flags, "--from-literal="+quote.Shell(pairs[i])+"="+variable(name, pairs[i], pairs[i+1]))
	}
	l.add(s)
}

func (l *list) file(ref v1alpha1.SecretKeyRef, purpose, file string) {
	l.add(Secret{
		Namespace: l.namespace, Name: ref.Name, For: purpose, User: generators.Athens, Type: "generic",
		Flags: []string{fileFlag(ref.Key, file)},
	})
}

// ref adds the Secret of a text that may be in a ConfigMap.
func (l *list) ref(ref v1alpha1.FileRef, purpose, file string) {
	if ref.SecretRef != nil {
		l.file(*ref.SecretRef, purpose, file)
	}
}

// tls adds the Secrets of a server's certificates.
func (l *list) tls(t *v1alpha1.TLS, server string) {
	if t == nil {
		return
	}
	if t.CARef != nil {
		l.ref(*t.CARef, "certificate authorities of the "+server, "ca.crt")
	}
	if c := t.ClientCertificate; c != nil {
		ref := &c.SecretRef
		l.add(Secret{Namespace: l.namespace, Name: ref.Name, For: "client certificate for the " + server, User: generators.Athens, Type: "generic",
			Flags: []string{fileFlag(ref.Keys.Certificate, "tls.crt"), fileFlag(ref.Keys.PrivateKey, "tls.key")}})
	}
}

// fileFlag fills a key from a file.
func fileFlag(key, file string) string { return "--from-file=" + quote.Shell(key) + "=" + file }

// user adds a Secret with the name and the password of a user.
func (l *list) user(c *v1alpha1.UserCredentials, purpose string) {
	ref := &c.SecretRef
	l.literals(ref.Name, purpose, ref.Keys.Username, "user", ref.Keys.Password, "password")
}

func (l *list) storage(s *v1alpha1.Storage) {
	switch {
	case s.Mongo != nil:
		ref := s.Mongo.URL.SecretRef
		what := "mongodb://user:password@host:27017/?…"
		if s.Mongo.Cosmos != nil {
			what = "primary connection string of the account"
		}
		l.literals(ref.Name, "storage: connection string", ref.Key, what)
	case s.AzureBlob != nil && s.AzureBlob.Credentials.SecretRef != nil:
		ref := s.AzureBlob.Credentials.SecretRef
		l.literals(ref.Name, "storage: key of the account "+s.AzureBlob.Account, ref.Key, "account key")
	case s.GCS != nil && s.GCS.Credentials != nil && s.GCS.Credentials.SecretRef != nil:
		l.file(*s.GCS.Credentials.SecretRef, "storage: service account key", "key.json")
	case s.S3 != nil:
		l.tls(s.S3.TLS, "storage")
		if s.S3.Credentials == nil || s.S3.Credentials.SecretRef == nil {
			return
		}
		ref := s.S3.Credentials.SecretRef
		pairs := []string{ref.Keys.AccessKeyID, "access key ID", ref.Keys.SecretAccessKey, "secret access key"}
		if token := ref.Keys.SessionToken; token != "" {
			pairs = append(pairs, token, "session token")
		}
		l.literals(ref.Name, "storage: access key", pairs...)
	case s.Minio != nil:
		ref := &s.Minio.Credentials.SecretRef
		l.literals(ref.Name, "storage: access key", ref.Keys.AccessKeyID, "access key", ref.Keys.SecretAccessKey, "secret key")
	}
}

func (l *list) lock(f *v1alpha1.SingleFlight) {
	if f == nil {
		return
	}
	if r := f.Redis; r != nil {
		l.source(r.Password, "password of the Redis lock")
		if r.Sentinel != nil {
			l.source(r.Sentinel.Password, "password of its sentinels")
		}
	}
}

func (l *list) source(s *v1alpha1.SecretValue, purpose string) {
	if s != nil {
		l.literals(s.SecretRef.Name, purpose, s.SecretRef.Key, "password")
	}
}

func (l *list) private(p *v1alpha1.Private) {
	files := []struct {
		source        *v1alpha1.SecretValue
		purpose, file string
	}{{p.Netrc, "private modules: .netrc", ".netrc"}, {p.HgRC, "private modules: .hgrc", ".hgrc"}}
	if g := p.GitConfig; g != nil && g.SecretRef != nil {
		l.file(*g.SecretRef, "private modules: .gitconfig", ".gitconfig")
	}
	for _, f := range files {
		if f.source != nil {
			l.file(f.source.SecretRef, f.purpose, f.file)
		}
	}
	for i := range p.Credentials {
		c := &p.Credentials[i]
		switch purpose := "private modules: " + c.Host; {
		case c.Token != nil:
			l.literals(c.Token.SecretRef.Name, purpose, c.Token.SecretRef.Key, "token")
		case c.BasicAuth != nil:
			l.user(c.BasicAuth, purpose)
		case c.GitHubApp != nil:
			l.file(c.GitHubApp.SecretRef, purpose, "private-key.pem")
		case c.SSH != nil:
			ref := &c.SSH.SecretRef
			l.add(Secret{
				Namespace: l.namespace, Name: ref.Name, For: purpose, User: generators.Athens, Type: "generic",
				Flags: []string{fileFlag(ref.Keys.PrivateKey, "id_ed25519"), fileFlag(ref.Keys.KnownHosts, "known_hosts")},
			})
		}
	}
}
