package v1alpha1

import (
	"net/url"
	"regexp"
	"slices"

	"github.com/gomods/athens-kfn/pkg/gitconfig"
)

// HostCredentials are what Athens' go command and git show to one server;
// exactly one key beside host.
//
// +kubebuilder:validation:ExactlyOneOf=token;basicAuth;ssh;gitHubApp
type HostCredentials struct {
	// Host is the DNS name of a Git server, or of a module proxy of
	// athens.upstream.goproxy. Athens may reach it: on port 443, or on that of
	// ssh. Required.
	// Example: github.com
	// +kubebuilder:validation:MaxLength=253
	Host string `json:"host"`

	// Token is a password for HTTPS whose user does not matter, as GitHub,
	// GitLab, Gitea and Azure DevOps have them; it is sent with the user
	// x-access-token. Default key: token.
	// +optional
	Token *SecretValue `json:"token,omitempty"`

	// BasicAuth is a user and a password for HTTPS.
	// +optional
	BasicAuth *UserCredentials `json:"basicAuth,omitempty"`

	// SSH is a key. git then reaches https://HOST/ as ssh://USER@HOST:PORT/.
	// +optional
	SSH *SSHCredentials `json:"ssh,omitempty"`

	// GitHubApp is a GitHub App that is installed in the organisations of the
	// modules. The program git-credential-github-app in Athens' image gets a
	// token for each from https://api.github.com, or from https://HOST/api/v3; an
	// image of your own needs that program.
	// +optional
	GitHubApp *GitHubApp `json:"gitHubApp,omitempty"`
}

// SSHCredentials are a key for SSH, and the keys of the server.
type SSHCredentials struct {
	// Port of the server. Default: 22.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=65535
	// +optional
	Port int32 `json:"port,omitempty"`
	// User of the server. Default: git.
	// +optional
	User string `json:"user,omitempty"`
	// SecretRef names the Secret and its keys. Required.
	SecretRef SSHSecretRef `json:"secretRef"`
}

// GitHubApp is an App of GitHub, or of GitHub Enterprise Server.
type GitHubApp struct {
	// AppID is the number of the App, as its settings show it. Required.
	// Example: "12345"
	AppID string `json:"appID"`
	// SecretRef names the Secret with the App's private key in PEM. Default
	// key: private-key.pem.
	SecretRef SecretKeyRef `json:"secretRef"`
}

// GitConfig is a file of git's settings; exactly one key.
//
// +kubebuilder:validation:ExactlyOneOf=text;secretRef
type GitConfig struct {
	// Text of the file, without secrets: the site and its ConfigMap show it. Athens
	// may reach the servers of its sections url.
	// Example: "[http]\n\tversion = HTTP/1.1\n"
	// +optional
	Text string `json:"text,omitempty"`
	// SecretRef names the Secret with the file. Default key: .gitconfig. The
	// servers that it leads git to are not known: write them to egress.allow, if
	// no other field names them.
	// +optional
	SecretRef *SecretKeyRef `json:"secretRef,omitempty"`
}

// HTTPS says whether the server is shown a user and a password.
func (c *HostCredentials) HTTPS() bool {
	return c.Token != nil || c.BasicAuth != nil || c.GitHubApp != nil
}

// HTTPS says whether some server is shown a user and a password.
func (p *Private) HTTPS() bool {
	return slices.ContainsFunc(p.Credentials, func(c HostCredentials) bool { return c.HTTPS() })
}

// SSH says whether some server is reached with a key.
func (p *Private) SSH() bool {
	return slices.ContainsFunc(p.Credentials, func(c HostCredentials) bool { return c.SSH != nil })
}

// GitServers are the URLs of the sections url in a file of git's settings, which
// git asks in place of others, without users and paths. An address of SSH without
// a scheme is one too.
func GitServers(text string) (out []*url.URL) {
	if text == "" {
		return nil // most sites have none, and the pattern costs time
	}
	address := regexp.MustCompile(`(?i)^(?:([a-z0-9+]+)://)?(?:[^@/"\s]*@)?([^@/":\s]+)(?::([0-9]+))?`)
	settings, _ := gitconfig.Parse(text)
	for _, s := range settings {
		m := address.FindStringSubmatch(s.Subsection)
		if s.Section != "url" || m == nil {
			continue
		}
		u := &url.URL{Scheme: m[1], Host: m[2]}
		if m[3] != "" {
			u.Host += ":" + m[3]
		}
		out = append(out, u)
	}
	return out
}
