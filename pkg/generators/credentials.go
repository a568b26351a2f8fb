package generators

import (
	_ "embed"
	"fmt"
	"net/url"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// credentialsDir has a directory for each server of private.credentials.
const credentialsDir = secretDir + "git/"

// Files of Athens' ConfigMap that carry private.credentials to git, ssh and the
// go command.
const (
	userGitFile     = "user.gitconfig"
	gitFile         = "gitconfig"
	sshFile         = "ssh_config"
	goEnvFile       = "go.env"
	credentialFile  = "credential.sh"
	gitHubAppFile   = "github-app.sh"
	gitHubTokenLife = 3000 // seconds: GitHub's tokens are good for an hour
)

var (
	//go:embed credential.sh
	credentialScript string
	//go:embed github-app.sh
	gitHubAppScript string
)

// credentialFiles adds the files of private.credentials and private.gitConfig to
// those of the ConfigMap. They hold no secret: git runs a script that reads the
// mounted Secret whenever a server asks, so that it may change. Hosts, users and
// IDs are held by validation to characters that mean nothing to git, sh and ssh.
func credentialFiles(files map[string]string, a *v1alpha1.Athens) {
	p := &a.Private
	if g := p.GitConfig; g != nil && g.Text != "" {
		files[userGitFile] = g.Text
	}
	if len(p.Credentials) == 0 {
		return
	}
	var git, ssh strings.Builder
	for i := range p.Credentials {
		c := &p.Credentials[i]
		dir := credentialsDir + c.Host
		switch {
		case c.SSH != nil:
			fmt.Fprintf(&git, "[url \"ssh://%s@%s:%d/\"]\n\tinsteadOf = https://%[2]s/\n", c.SSH.User, c.Host, c.SSH.Port)
			fmt.Fprintf(&ssh, "Host %s\n\tPort %d\n\tUser %s\n\tIdentityFile %s/ssh-privatekey\n\tUserKnownHostsFile %[4]s/known_hosts\n",
				c.Host, c.SSH.Port, c.SSH.User, dir)
		case c.GitHubApp != nil:
			domain := c.Host
			if domain == gitHub {
				domain = "''"
			}
			// The cache keeps a token of each repository between two go commands.
			fmt.Fprintf(&git, "[credential \"https://%s\"]\n\tuseHttpPath = true\n\thelper = cache --timeout=%d\n\thelper = !sh %s %s %s/private-key.pem %s\n",
				c.Host, gitHubTokenLife, configDir+gitHubAppFile, c.GitHubApp.AppID, dir, domain)
			files[gitHubAppFile] = gitHubAppScript
		default:
			for _, server := range servers(a, c.Host) {
				fmt.Fprintf(&git, "[credential \"https://%s\"]\n\thelper = !sh %s %s\n", server, configDir+credentialFile, dir)
			}
			files[credentialFile] = credentialScript
		}
	}
	files[gitFile] = git.String()
	if p.SSH() {
		files[sshFile] = ssh.String() + "Host *\n\tIdentitiesOnly yes\n\tStrictHostKeyChecking yes\n\tBatchMode yes\n"
	}
	if asksGit(a) {
		files[goEnvFile] = "GOAUTH=netrc;git " + strings.TrimSuffix(configDir, "/") + "\n"
	}
}

// gitHub is where the API has a host of its own.
const gitHub = "github.com"

// asksGit says whether the go command asks git for what it shows to a server.
func asksGit(a *v1alpha1.Athens) bool { return a.Private.HTTPS() && a.Has(releases.GoAuth) }

// servers are a host, and with their ports the module proxies on it: git holds
// credentials for one port only.
func servers(a *v1alpha1.Athens, host string) []string {
	out := []string{host}
	for _, p := range a.Upstream.Proxies() {
		if u, err := url.Parse(p.URL); err == nil && u.Hostname() == host && u.Port() != "" && u.Port() != "443" {
			out = append(out, u.Host)
		}
	}
	return unique(out)
}

// credentialMounts are the Secrets of private.credentials, in one volume. A key
// that is missing in its Secret keeps the pod from starting, which is better than
// a site without credentials.
func credentialMounts(p *v1alpha1.Private) []mount {
	var files []refFile
	for i := range p.Credentials {
		c := &p.Credentials[i]
		add := func(secret, key, file string) {
			files = append(files, refFile{v1alpha1.FileRef{SecretRef: &v1alpha1.SecretKeyRef{Name: secret, Key: key}}, c.Host + "/" + file})
		}
		switch {
		case c.Token != nil:
			add(c.Token.SecretRef.Name, c.Token.SecretRef.Key, "password")
		case c.BasicAuth != nil:
			ref := &c.BasicAuth.SecretRef
			add(ref.Name, ref.Keys.Username, "username")
			add(ref.Name, ref.Keys.Password, "password")
		case c.SSH != nil:
			ref := &c.SSH.SecretRef
			add(ref.Name, ref.Keys.PrivateKey, "ssh-privatekey")
			add(ref.Name, ref.Keys.KnownHosts, "known_hosts")
		case c.GitHubApp != nil:
			add(c.GitHubApp.SecretRef.Name, c.GitHubApp.SecretRef.Key, "private-key.pem")
		}
	}
	if files == nil {
		return nil
	}
	return []mount{refFiles("git", credentialsDir, secretMode, files...)}
}
