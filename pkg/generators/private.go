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
	sshKeyFile    = secretDir + "ssh/ssh-privatekey"
	sshHostsFile  = secretDir + "ssh/known_hosts"
)

// sshCommand is how git reaches a server by SSH: with this key alone, only if
// the server is one of the known hosts, and without ever asking a question.
const sshCommand = "ssh -i " + sshKeyFile +
	" -o IdentitiesOnly=yes" +
	" -o UserKnownHostsFile=" + sshHostsFile +
	" -o StrictHostKeyChecking=yes" +
	" -o BatchMode=yes"

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
	out = append(out, sourceEnv("ATHENS_GITHUB_TOKEN", p.Token())...)
	if p.HgRC != nil {
		out = append(out, env("ATHENS_HGRC_PATH", hgrcFile))
	}
	if p.SSH() != nil {
		out = append(out, env("GIT_SSH_COMMAND", sshCommand))
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
	}{{"netrc", p.Netrc}, {"hgrc", p.HgRC}, {"gitconfig", p.GitConfig}} {
		if s := f.source; s != nil {
			out = append(out, secretFiles(f.name, s.SecretRef.Name, file(s.SecretRef.Key, "."+f.name)))
		}
	}
	if s := p.SSH(); s != nil {
		ref := &s.SecretRef
		out = append(out, secretFiles("ssh", ref.Name,
			file(ref.Keys.PrivateKey, "ssh-privatekey"), file(ref.Keys.KnownHosts, "known_hosts")))
	}
	return out
}
