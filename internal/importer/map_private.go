package importer

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// fileRef is the Secret behind a setting that names a file. A file that is in a
// ConfigMap is to go into a Secret.
func (m *mapping) fileRef(s setting, byDefault string) *v1alpha1.SecretValue {
	if s.Value == "" && s.Clear() {
		return nil
	}
	at := m.at(s.Value)
	if !s.Clear() || at.kind != "Secret" && at.kind != "ConfigMap" || at.inside == "" {
		m.leave(s.name(), "names %s: put it into a Secret, and write spec.%s.secretRef", at, s.Field)
		return nil
	}
	if o := m.find(at.kind, at.name); o != nil && tree.Get(o, "data", at.inside) == nil && tree.Get(o, "stringData", at.inside) == nil {
		m.leave(s.name(), "names %s, which that does not have, so that Athens finds no file today: write its key to spec.%s.secretRef", at, s.Field)
		return nil
	}
	return m.fileAt(s.name(), at, byDefault)
}

func (m *mapping) fileAt(key string, at place, byDefault string) *v1alpha1.SecretValue {
	if at.kind == "Secret" {
		return secretValue(KeyRef{at.name, at.inside}, byDefault)
	}
	ref := KeyRef{m.site.Name + "-" + strings.TrimPrefix(byDefault, "."), byDefault}
	m.moved[key] = ref
	m.todo("Secret "+ref.Name, "make it in the namespace %s with the key %s, from %s", m.site.Namespace, ref.Key, at)
	return secretValue(ref, byDefault)
}

// gitConfig is git's settings: as text where they are, and hold no secret.
func (m *mapping) gitConfig(path string, at place) *v1alpha1.GitConfig {
	text := tree.Text(m.find("ConfigMap", at.name), "data", at.inside)
	users := strings.ReplaceAll(text, "ssh://git@", "ssh://") // no secret
	if at.kind == "ConfigMap" && text != "" && quote.Redact(users) == users {
		return &v1alpha1.GitConfig{Text: text}
	}
	return &v1alpha1.GitConfig{SecretRef: &m.fileAt(path, at, ".gitconfig").SecretRef}
}

// githubToken is for github.com alone.
func (m *mapping) githubToken(setting) {
	if ref, ok := m.ref("ATHENS_GITHUB_TOKEN", "github", "token"); ok {
		p := &m.spec().Athens.Private
		p.Credentials = append(p.Credentials, v1alpha1.HostCredentials{Host: "github.com", Token: secretValue(ref, "token")})
	}
}

// files are those of git and ssh that are mounted where these programs look.
func (m *mapping) files() {
	p := &m.spec().Athens.Private
	for _, mount := range m.mounts() {
		at := mount.place
		keyed := (at.kind == "Secret" || at.kind == "ConfigMap") && at.inside != ""
		switch base := path.Base(mount.path); {
		case !keyed:
		case base == ".gitconfig" || mount.path == "/etc/gitconfig":
			if p.GitConfig != nil && !m.used[mount.place] {
				m.why[at.String()] = "a site has one file of git's settings, and has another: write all of them into that one"
				continue
			}
			p.GitConfig = m.gitConfig(mount.path, at)
			m.used[mount.place] = true
		case base == "config" && path.Base(path.Dir(mount.path)) == ".ssh":
			m.why[at.String()] = "the site gives ssh its key and known_hosts itself: write users and ports into the URLs of git's settings"
		case base == ".netrc" && p.Netrc == nil && m.setting("ATHENS_NETRC_PATH").Value == "" && path.Dir(mount.path) != "/":
			p.Netrc = m.fileAt(mount.path, at, ".netrc")
			m.used[mount.place] = true
		case base == ".hgrc" && p.HgRC == nil && m.setting("ATHENS_HGRC_PATH").Value == "":
			p.HgRC = m.fileAt(mount.path, at, ".hgrc")
			m.used[mount.place] = true
		case at.kind == "Secret" && path.Base(path.Dir(mount.path)) == ".ssh" && strings.HasPrefix(base, "id_"):
			m.sshKey(mount.place, base)
		}
	}
	if p.SSH() {
		m.ownSSH()
	}
}

// ownSSH removes the variables that would replace the site's ssh command.
func (m *mapping) ownSSH() {
	const why = "the site gives ssh its keys and known_hosts itself"
	a := &m.spec().Athens
	for _, name := range []string{"GIT_SSH_COMMAND", "GIT_SSH"} {
		a.Env = slices.DeleteFunc(a.Env, func(e corev1.EnvVar) bool { return e.Name == name })
		delete(a.Upstream.GoEnv, name)
		m.why[name], m.why[goKey(name)] = why, why
	}
}

// sshKey is a key of one of git's servers. The site checks the server, and asks
// which it is: a key tells it by its name at most.
func (m *mapping) sshKey(at place, file string) {
	p := &m.spec().Athens.Private
	_, host, named := strings.Cut(file, "-")
	has := slices.ContainsFunc(p.Credentials, func(c v1alpha1.HostCredentials) bool { return c.Host == host })
	switch {
	case m.used[at] && (has || !named): // it is mounted in an init container too
	case !named:
		m.once(at.String(), "an SSH key: write the server that it is for to spec.athens.private.credentials")
	case has:
		m.once(at.String(), "the SSH key for %s: the site has credentials for that server", host)
	default:
		ref := v1alpha1.SSHSecretRef{Name: at.name, Keys: v1alpha1.SSHKeys{PrivateKey: unless(at.inside, "ssh-privatekey")}}
		p.Credentials = append(p.Credentials, v1alpha1.HostCredentials{Host: host, SSH: &v1alpha1.SSHCredentials{SecretRef: ref}})
		m.used[at] = true
		m.todo("Secret "+at.name, "add the key known_hosts with the public keys of %s: the site checks them", host)
	}
}

// once is leave for a key that may come again.
func (m *mapping) once(key, format string, args ...any) {
	if !slices.ContainsFunc(m.lines, func(l Line) bool { return l.Key == key && l.Verdict == LeftOut }) {
		m.leave(key, format, args...)
	}
}

// mount is a volume of the pod's containers at its path.
type mount struct {
	path string
	place
}

// mounts of the container, and of the init containers that prepare its files: one
// for each file that a volume names.
func (r *running) mounts() (out []mount) {
	for _, c := range slices.Concat([]*yaml.Node{r.container}, tree.Items(r.pod, "initContainers")) {
		for _, v := range tree.Items(c, "volumeMounts") {
			at := path.Clean("/" + tree.Text(v, "mountPath"))
			files := r.filesOf(tree.Text(v, "name"))
			if len(files) == 0 || tree.Text(v, "subPath")+tree.Text(v, "subPathExpr") != "" {
				out = append(out, mount{at, r.mounted(v, "")})
			}
			for _, f := range files {
				if tree.Text(v, "subPath")+tree.Text(v, "subPathExpr") == "" {
					out = append(out, mount{path.Join(at, f.path), f.place})
				}
			}
		}
	}
	return out
}

// filesOf are the files that a volume names, without the others of a Secret or a
// ConfigMap that it takes whole.
func (r *running) filesOf(name string) (out []mount) {
	for _, v := range tree.Items(r.pod, "volumes") {
		if tree.Text(v, "name") != name {
			continue
		}
		for _, source := range append([]*yaml.Node{v}, tree.Items(v, "projected", "sources")...) {
			for _, of := range []struct{ kind, field, name string }{{"Secret", "secret", tree.Text(source, "secret", "secretName") + tree.Text(source, "secret", "name")}, {"ConfigMap", "configMap", tree.Text(source, "configMap", "name")}} {
				items := tree.Items(source, of.field, "items")
				for _, item := range items {
					out = append(out, mount{tree.Text(item, "path"), place{kind: of.kind, name: of.name, inside: tree.Text(item, "key")}})
				}
				if len(items) > 0 || of.name == "" {
					continue
				}
				for key := range tree.Entries(r.find(of.kind, of.name), "data") {
					out = append(out, mount{key, place{kind: of.kind, name: of.name, inside: key}})
				}
				for key := range tree.Entries(r.find(of.kind, of.name), "stringData") {
					out = append(out, mount{key, place{kind: of.kind, name: of.name, inside: key}})
				}
			}
		}
	}
	return out
}
