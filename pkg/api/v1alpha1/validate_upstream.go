package v1alpha1

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/quote"
)

// upstream checks where Athens gets modules from.
func (r *rules) upstream() {
	u := &r.spec.Athens.Upstream
	const path = "spec.athens.upstream"
	r.goProxy(child(path, "goproxy"), u.GoProxy)
	for i, s := range u.SumDBs {
		r.server(item(child(path, "sumDBs"), i), s, passedSumDB)
	}
	r.unique(child(path, "sumDBs"), u.SumDBs)
	r.goEnv()
}

// passedSumDB is a database that Athens passes on: it starts with https only
// (addProxyRoutes in cmd/proxy/actions). check reports a path.
func passedSumDB(s string) string {
	if problem := httpURL(s); problem != "" {
		return problem
	}
	if !strings.HasPrefix(s, "https://") {
		return quote.Sprintf("%q is plain HTTP, with which Athens does not start; write https://", s)
	}
	return ""
}

// goProxy checks a GOPROXY.
func (r *rules) goProxy(path, s string) {
	if !r.check(path, visible(s)) {
		return
	}
	proxies, ignored := goProxies(s)
	if len(proxies) == 0 {
		r.add(path, "%q holds no entry; write a URL, as in https://mirror.example.com, or direct or off", s)
	}
	for i, p := range proxies {
		if slices.ContainsFunc(proxies[:i], func(o Proxy) bool { return sameServer(o.URL, p.URL) }) {
			r.add(path, "%q is repeated; remove one", p.URL)
		} else if p.IsServer() {
			r.server(path, p.URL, proxy)
		}
	}
	if ignored != "" {
		last := proxies[len(proxies)-1].URL
		r.add(path, "%q is never asked: the go command stops at %s; write %s last, or remove it", ignored, last, last)
	}
}

// sameServer says whether two entries of GOPROXY are one: a slash at the end,
// the port of the scheme and the case of the host make no other server.
func sameServer(a, b string) bool {
	plain := func(s string) string {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			return s
		}
		host := strings.ToLower(u.Host)
		switch u.Scheme {
		case "https":
			host = strings.TrimSuffix(host, ":443")
		case "http":
			host = strings.TrimSuffix(host, ":80")
		}
		return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/")
	}
	return plain(a) == plain(b)
}

// proxy is an entry of GOPROXY that is not one of its words.
func proxy(s string) string {
	switch near, _ := nearest(s, []string{ProxyDirect, ProxyOff}); {
	case strings.Contains(s, ";"):
		return quote.Sprintf("%q holds a semicolon, which ends a variable of Athens' go command; remove it", s)
	case s != "" && !strings.ContainsAny(s, ":/.") && near != "":
		return quote.Sprintf("%q is not a proxy; did you mean %s?", s, near)
	case s != "" && !strings.ContainsAny(s, ":/."):
		return quote.Sprintf("%q is not a proxy; write a URL, as in https://mirror.example.com, or direct or off", s)
	}
	return httpURL(s)
}

// ownService says whether a host is a Service of the site.
func (r *rules) ownService(host string) bool {
	host = strings.TrimSuffix(strings.TrimSuffix(host, "."+r.spec.ClusterDomain), ".svc")
	name, namespace, _ := strings.Cut(host, ".")
	return namespace == r.site.Namespace && slices.Contains([]string{r.site.Name + "-athens", r.site.Name + "-lathens", r.site.Name + "-list"}, name)
}

// server checks a server that Athens asks, which must not be the site itself.
func (r *rules) server(path, s string, problem func(string) string) {
	host := HostOf(s)
	own := host != "" && slices.Contains(r.spec.Hosts(), host) && r.sound("spec.host") || r.ownService(host)
	if r.check(path, problem(s)) && own {
		r.add(path, "%q is the site itself, so every request would go round in circles; write another server, or remove it", s)
	}
}

// downloadModes are what Athens can do when a version is not stored yet.
var downloadModes = []string{DownloadSync, DownloadAsync, DownloadRedirect, DownloadAsyncRedirect, DownloadNone}

// download checks what happens when a version is not stored yet.
func (r *rules) download() {
	const path = "spec.athens.download"
	d := &r.spec.Athens.Download
	r.downloadMode(path, d.Mode, d.URL, "download.url")
	if d.URL != "" {
		r.server(child(path, "url"), d.URL, httpURL)
	}
	firsts := map[string]int{}
	for i, rule := range d.Rules {
		at := item(child(path, "rules"), i)
		r.check(child(at, "pattern"), rulePattern(rule.Pattern))
		if rule.Mode == "" {
			r.add(child(at, "mode"), "is required; write %s", orList(downloadModes))
		} else {
			r.downloadMode(at, rule.Mode, rule.URL+d.URL, "url here or download.url")
		}
		if rule.URL != "" {
			r.server(child(at, "url"), rule.URL, httpURL)
		}
		if first, there := firsts[rule.Pattern]; !there {
			firsts[rule.Pattern] = i
		} else if rule.Pattern != "" {
			r.add(child(at, "pattern"), "%q is repeated, first at %s, and the first that matches wins; remove one", rule.Pattern, item(child(path, "rules"), first))
		}
	}
}

func (r *rules) downloadMode(path, mode, target, where string) {
	if !r.enum(child(path, "mode"), mode, downloadModes...) {
		return
	}
	if (mode == DownloadRedirect || mode == DownloadAsyncRedirect) && target == "" {
		r.add(child(path, "url"), "is required by mode %s; write the proxy that clients are sent to as %s, as in https://mirror.example.com", mode, where)
	}
	if (mode == DownloadAsync || mode == DownloadAsyncRedirect) && r.spec.Athens.SingleFlight != nil && r.sound("spec.athens.singleFlight", "spec.athens.storage") {
		cure := DownloadSync
		if mode == DownloadAsyncRedirect {
			cure = "Redirect or Sync"
		}
		r.add(child(path, "mode"), "%s stores nothing with a lock between replicas (athens.singleFlight; azureBlob and gcs storage have one), because the lock ends with the request; write %s", mode, cure)
	}
}

// rulePattern is a pattern that is written into Athens' download file, which
// is HCL.
func rulePattern(s string) string {
	if strings.ContainsAny(s, "\"\\\n\r") || strings.Contains(s, "${") || strings.Contains(s, "%{") {
		return quote.Sprintf("%q holds a character that has a meaning in Athens' download file; write a pattern, as in github.com/acme/*", s)
	}
	return moduleGlob(s)
}
