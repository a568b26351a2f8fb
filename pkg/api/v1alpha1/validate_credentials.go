package v1alpha1

import (
	"net/url"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// private checks what Athens needs for modules that are not public.
func (r *rules) private() {
	const path = "spec.athens.private"
	p := &r.spec.Athens.Private
	r.each(child(path, "patterns"), p.Patterns, privateGlob)
	r.value(child(path, "netrc"), p.Netrc)
	r.credentials(child(path, "credentials"), p)
	if g := p.GitConfig; g != nil {
		if g.SecretRef != nil {
			r.secretKey(path+".gitConfig.secretRef", *g.SecretRef)
		}
		if g.Text != "" {
			r.gitConfig(path+".gitConfig.text", g.Text)
		}
	}
	r.value(child(path, "hgrc"), p.HgRC)
}

// credentials checks what Athens shows to servers.
func (r *rules) credentials(path string, p *Private) {
	firsts := map[string]int{}
	for i := range p.Credentials {
		c, at := &p.Credentials[i], item(path, i)
		r.check(child(at, "host"), hostName(c.Host))
		if first, there := firsts[c.Host]; !there {
			firsts[c.Host] = i
		} else if c.Host != "" {
			r.add(child(at, "host"), "%q is repeated, first at %s; remove one", c.Host, item(path, first))
		}
		r.value(child(at, "token"), c.Token)
		if c.BasicAuth != nil {
			r.user(child(at, "basicAuth"), c.BasicAuth)
		}
		if s := c.SSH; s != nil {
			at, ref := child(at, "ssh"), s.SecretRef
			r.port(child(at, "port"), s.Port)
			r.check(child(at, "user"), sshUser(s.User))
			r.check(at+".secretRef.name", secretName(ref.Name))
			r.check(at+".secretRef.keys.privateKey", secretDataKey(ref.Keys.PrivateKey))
			r.check(at+".secretRef.keys.knownHosts", secretDataKey(ref.Keys.KnownHosts))
			r.check(at+".secretRef.keys.knownHosts", otherKey(ref.Keys.KnownHosts, "privateKey", ref.Keys.PrivateKey))
		}
		if g := c.GitHubApp; g != nil {
			r.gitHubApp(child(at, "gitHubApp"), c.Host, g)
		}
		if c.HTTPS() {
			r.proxyCredentials(child(at, "host"), c.Host)
		}
	}
}

// proxyCredentials checks that the go command shows a module proxy what git
// shows a server: only by HTTPS, and with GOAUTH, which Go has from 1.24 on.
func (r *rules) proxyCredentials(at, host string) {
	for _, p := range r.spec.Athens.Upstream.Proxies() {
		u, err := url.Parse(p.URL)
		if err != nil || u.Hostname() != host || !r.sound("spec.athens.upstream.goproxy", "spec.athens.version") {
			continue
		}
		switch version := r.spec.Athens.Version; {
		case u.Scheme != "https":
			r.add(at, "%q is asked by plain HTTP in athens.upstream.goproxy, where the go command shows no credentials; write https:// there", host)
		case !r.spec.Athens.Has(releases.GoAuth):
			r.add(at, "%q is a proxy in athens.upstream.goproxy, for which the go command of Athens %s reads a netrc only; write private.netrc, or athens.version: %s or later", host, version, releases.Since(releases.GoAuth))
		}
	}
}

// gitHubApp checks an App of GitHub.
func (r *rules) gitHubApp(at, host string, g *GitHubApp) {
	switch {
	case g.AppID == "":
		r.add(child(at, "appID"), "is required; write the App ID that the App's settings show, as in \"12345\"")
	case !inSet(g.AppID, digits) || g.AppID[0] == '0' || len(g.AppID) > 18:
		r.add(child(at, "appID"), "%q is not the ID of a GitHub App; write the App ID that the App's settings show, which is a number, as in \"12345\" (not the client ID)", g.AppID)
	}
	r.secretKey(child(at, "secretRef"), g.SecretRef)
	if host == "api.github.com" {
		r.add(at, "is for the host that has the repositories, from which the API follows; write host: github.com")
	}
	if strings.HasSuffix(host, ".ghe.com") {
		r.add(at, "asks %s/api/v3 for tokens, but ghe.com has its API at api.%s; write token", host, host)
	}
}

// sshUser is the user of a server, which is written into URLs and ssh's file.
func sshUser(s string) string {
	if s == "" || strings.HasPrefix(s, "-") || !inSet(s, alphabet+digits+"._-") {
		return quote.Sprintf("%q is not a user of an SSH server; write letters, digits, dots, hyphens and underscores, as in git", s)
	}
	return ""
}
