package generators

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Where the secrets for private modules are mounted. Athens copies the .netrc
// and the .hgrc under these very names into HOME.
const (
	netrcFile     = secretDir + "netrc/.netrc"
	hgrcFile      = secretDir + "hgrc/.hgrc"
	gitConfigFile = secretDir + "gitconfig/.gitconfig"
)

// privateEnv points Athens and its go command to credentials for private
// modules. Where Athens fetches nothing, nothing reads them.
func privateEnv(a *v1alpha1.Athens) []corev1.EnvVar {
	if !a.Fetches() {
		return nil
	}
	p := &a.Private
	var out []corev1.EnvVar
	if p.Netrc != nil {
		out = append(out, env("ATHENS_NETRC_PATH", netrcFile))
	}
	if p.HgRC != nil {
		out = append(out, env("ATHENS_HGRC_PATH", hgrcFile))
	}
	if p.SSH() {
		out = append(out, env("GIT_SSH_COMMAND", "ssh -F "+configDir+sshFile))
	}
	return out
}

// privateMounts are the files behind privateEnv and goEnv. A key that is
// missing in its Secret keeps the pod from starting, which is better than a
// site without credentials.
func privateMounts(a *v1alpha1.Athens) []mount {
	if !a.Fetches() {
		return nil
	}
	p := &a.Private
	var out []mount
	for _, f := range []struct {
		name   string
		source *v1alpha1.SecretValue
	}{{"netrc", p.Netrc}, {"hgrc", p.HgRC}} {
		if f.source != nil {
			out = append(out, dotFile(f.name, f.source.SecretRef))
		}
	}
	if g := p.GitConfig; g != nil && g.SecretRef != nil {
		out = append(out, dotFile("gitconfig", *g.SecretRef))
	}
	return append(out, credentialMounts(p)...)
}

// dotFile is a file in a directory of its name, behind a dot.
func dotFile(name string, ref v1alpha1.SecretKeyRef) mount {
	return secretFiles(name, ref.Name, file(ref.Key, "."+name))
}
