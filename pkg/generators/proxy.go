package generators

import (
	"net/url"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// Variables that carry the proxy's login from its Secret into its URL.
const (
	proxyUser     = "EGRESS_PROXY_USERNAME"
	proxyPassword = "EGRESS_PROXY_PASSWORD" //nolint:gosec // a name
)

// proxyEnv sends a program's calls through egress.proxy. Athens hands these
// variables on to its go command. Both cases, because curl reads http_proxy in
// lower case only.
func proxyEnv(site *v1alpha1.AthensSite) (out []corev1.EnvVar) {
	p := site.Spec.Egress.Proxy
	if p == nil {
		return nil
	}
	address := p.URL
	if p.Credentials != nil {
		out = userEnv(proxyUser, proxyPassword, p.Credentials)
		scheme, host, _ := strings.Cut(p.URL, "://")
		address = scheme + "://$(" + proxyUser + "):$(" + proxyPassword + ")@" + host // the kubelet puts them in
	}
	for _, v := range [][2]string{{"HTTP_PROXY", address}, {"HTTPS_PROXY", address}, {"NO_PROXY", site.Spec.NoProxy()}} {
		out = append(out, corev1.EnvVar{Name: v[0], Value: v[1]}, corev1.EnvVar{Name: strings.ToLower(v[0]), Value: v[1]})
	}
	return out
}

// crathensProxy is proxyEnv if crathens calls anything but Athens.
func crathensProxy(site *v1alpha1.AthensSite) []corev1.EnvVar {
	if len(CatalogSources(site)) == 0 {
		return nil
	}
	return proxyEnv(site)
}

// Proxy is the endpoint of egress.proxy, none without one.
func Proxy(site *v1alpha1.AthensSite) []Endpoint {
	p := site.Spec.Egress.Proxy
	if p == nil {
		return nil
	}
	u, err := url.Parse(p.URL)
	if err != nil { // validation has read it
		return nil
	}
	return []Endpoint{fromHostPort(u.Host, 0, TCP)}
}

// proxied says whether programs reach an endpoint through egress.proxy: an HTTP
// client asks it. What speaks TCP of another kind never does.
func proxied(site *v1alpha1.AthensSite, e Endpoint) bool {
	return e.Protocol != TCP && site.Spec.Proxied(map[string]string{TLS: "https", HTTP: "http"}[e.Protocol], e.Host)
}

// split takes the endpoints of a purpose apart: those that Athens reaches
// directly, and those behind egress.proxy.
func (r Reach) split(site *v1alpha1.AthensSite) Reach {
	// The drivers of databases and locks know no proxy, also where they speak TLS,
	// and egress.allow is about what is asked directly.
	if slices.Contains([]string{ForLock, ForIndex, ForOthers, ForProxy}, r.Purpose) || r.Purpose == ForStorage && site.Spec.Athens.Storage.Mongo != nil {
		return r
	}
	all := r.Endpoints
	r.Endpoints = nil
	for _, e := range all {
		if proxied(site, e) {
			r.Proxied = append(r.Proxied, e)
		} else {
			if r.Purpose == ForVariables && e.Port != 80 && e.Port != 443 {
				e.Protocol = TCP // gRPC behind a URL, which HTTP/1.1 would break
			}
			r.Endpoints = append(r.Endpoints, e)
		}
	}
	return r
}

// direct are the endpoints that a program reaches without egress.proxy, and the
// proxy if it needs one.
func direct(site *v1alpha1.AthensSite, all []Endpoint) []Endpoint {
	r := Reach{Endpoints: all}.split(site)
	if len(r.Proxied) > 0 {
		r.Endpoints = append(r.Endpoints, Proxy(site)...)
	}
	return r.Endpoints
}
