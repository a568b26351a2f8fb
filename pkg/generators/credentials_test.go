package generators

import (
	"testing"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// The files of a bank with three Git servers, a module proxy on a port of its own
// and GitHub Enterprise Server.
func TestCredentialFiles(t *testing.T) {
	site := newSite(t, `
athens:
  upstream: {goproxy: "https://artifactory.bank.example.com:8443/api/go/go"}
  private:
    patterns: ["*.bank.example.com/*"]
    credentials:
    - {host: github.bank.example.com, gitHubApp: {appID: "12345", secretRef: {name: github-app}}}
    - {host: github.com, gitHubApp: {appID: "6", secretRef: {name: github-app}}}
    - {host: gitlab.bank.example.com, token: {secretRef: {name: gitlab}}}
    - {host: bitbucket.bank.example.com, ssh: {port: 7999, secretRef: {name: bitbucket}}}
    - {host: artifactory.bank.example.com, basicAuth: {secretRef: {name: artifactory}}}
egress: {proxy: {url: "http://proxy.bank.example.com:3128", noProxy: [.bank.example.com, 10.0.0.0/8]}}
`)
	files := athensFiles(&site.Spec.Athens)
	same(t, "git", files[gitFile], `[credential "https://github.bank.example.com"]
	useHttpPath = true
	helper = cache --timeout=3000
	helper = !sh /etc/athens/config/github-app.sh 12345 /etc/athens/git/github.bank.example.com/private-key.pem github.bank.example.com
[credential "https://github.com"]
	useHttpPath = true
	helper = cache --timeout=3000
	helper = !sh /etc/athens/config/github-app.sh 6 /etc/athens/git/github.com/private-key.pem ''
[credential "https://gitlab.bank.example.com"]
	helper = !sh /etc/athens/config/credential.sh /etc/athens/git/gitlab.bank.example.com
[url "ssh://git@bitbucket.bank.example.com:7999/"]
	insteadOf = https://bitbucket.bank.example.com/
[credential "https://artifactory.bank.example.com"]
	helper = !sh /etc/athens/config/credential.sh /etc/athens/git/artifactory.bank.example.com
[credential "https://artifactory.bank.example.com:8443"]
	helper = !sh /etc/athens/config/credential.sh /etc/athens/git/artifactory.bank.example.com
`)
	same(t, "ssh", files[sshFile], `Host bitbucket.bank.example.com
	Port 7999
	User git
	IdentityFile /etc/athens/git/bitbucket.bank.example.com/ssh-privatekey
	UserKnownHostsFile /etc/athens/git/bitbucket.bank.example.com/known_hosts
Host *
	IdentitiesOnly yes
	StrictHostKeyChecking yes
	BatchMode yes
`)
	same(t, "go", files[goEnvFile], "GOAUTH=netrc;git /etc/athens/config\n")
	same(t, "mode", site.Spec.Egress.Mode, v1alpha1.EgressListed)
	same(t, "secrets", Secrets(site), []SecretUse{
		{"github-app", []string{"private-key.pem"}}, {"gitlab", []string{"token"}},
		{"bitbucket", []string{"ssh-privatekey", "known_hosts"}}, {"artifactory", []string{"username", "password"}},
	})
}
