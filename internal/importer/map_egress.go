package importer

import (
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// egressProxy is the proxy of the environment. Its login goes into a Secret. A site
// has one proxy, for HTTP and HTTPS.
func (m *mapping) egressProxy(s setting) {
	name := s.name()
	if s.Value == "" {
		return
	}
	address := s.Value
	if !strings.Contains(address, "://") { // as Go reads it
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		m.leave(name, "is not a URL: write spec.egress.proxy.url")
		return
	}
	login := u.User
	u.User, u.Path = nil, strings.TrimSuffix(u.Path, "/")
	p := m.proxy()
	switch {
	case p.URL == "":
		p.URL = u.String()
	case p.URL != u.String():
		m.leave(name, "names another proxy than %s, and a site has one: write which to spec.egress.proxy.url", p.URL)
		return
	}
	if m.carried[name] = true; login != nil && p.Credentials == nil {
		secret := m.site.Name + "-proxy"
		p.Credentials = &v1alpha1.UserCredentials{SecretRef: v1alpha1.UserSecretRef{Name: secret}}
		m.make(secret, []string{"username", "password"}, []string{"the URL in " + name + ", percent-encoded as there"})
	}
}

func (m *mapping) proxy() *v1alpha1.EgressProxy {
	spec := m.spec()
	if spec.Egress.Proxy == nil {
		spec.Egress.Proxy = &v1alpha1.EgressProxy{}
	}
	return spec.Egress.Proxy
}

// noProxy are the hosts that are asked directly, as git and Go read them alike.
func (m *mapping) noProxy(s setting) {
	if m.setting("HTTPS_PROXY").written+m.setting("HTTP_PROXY").written == "" {
		m.why[s.name()] = "no proxy is set, so it does nothing today: remove it"
		return
	}
	m.carried[s.name()] = true
	for _, entry := range commaSplit(s.Value) {
		plain, port := plainNoProxy(entry)
		switch {
		case plain == "*":
			m.leave(s.name()+" *", "no host is asked through the proxy today: leave spec.egress.proxy out, or write the hosts to its noProxy")
			continue
		case port != "":
			m.todo(s.name()+" "+quote.Short(entry), "is %s in the site, on every port, because git reads no ports there: remove it from spec.egress.proxy.noProxy if that is too much", plain)
		}
		if p := m.proxy(); !ofEverySite(plain) && !slices.Contains(p.NoProxy, plain) {
			p.NoProxy = append(p.NoProxy, plain)
		}
	}
}

// plainNoProxy is an entry of NO_PROXY without its wildcard, and its port.
func plainNoProxy(entry string) (host, port string) {
	if h, p, err := net.SplitHostPort(entry); err == nil {
		entry, port = h, p
	}
	if entry = strings.Trim(entry, "[]"); strings.HasPrefix(entry, "*.") {
		entry = entry[1:]
	}
	return strings.ToLower(entry), port
}

// ofEverySite reports whether every site asks a host directly.
func ofEverySite(host string) bool {
	plain := &v1alpha1.AthensSite{}
	plain.Spec.Egress.Proxy = &v1alpha1.EgressProxy{}
	plain.Default()
	return slices.Contains(append(strings.Split(plain.Spec.NoProxy(), ","), "::1", "127.0.0.0/8", ".svc.cluster.local", "svc", "cluster.local"), host)
}

// trustDirs are directories of certificates, each of which is a file that the
// container has. The image's own directory stays what it is.
func (m *mapping) trustDirs(s setting) {
	for _, dir := range strings.Split(s.Value, ":") {
		if dir = path.Clean(dir); m.at(dir) == (place{}) {
			continue
		}
		found := false
		for _, f := range m.mounts() {
			if keyed := f.kind == "Secret" || f.kind == "ConfigMap"; keyed && f.inside != "" && path.Dir(f.path) == dir {
				m.trust(s.name(), f.path)
				found = true
			}
		}
		if !found {
			m.trust(s.name(), dir) // which says what to do
		}
	}
}

// workVolume is the volume at /tmp, where it is one of the pod's own.
func (m *mapping) workVolume() {
	for _, mount := range tree.Items(m.container, "volumeMounts") {
		for _, v := range tree.Items(m.pod, "volumes") {
			claim := tree.Get(v, "ephemeral", "volumeClaimTemplate", "spec")
			if path.Clean(tree.Text(mount, "mountPath")) != "/tmp" || tree.Text(v, "name") != tree.Text(mount, "name") || claim == nil {
				continue
			}
			out := &v1alpha1.EphemeralVolume{StorageClassName: tree.Text(claim, "storageClassName")}
			if size, err := resource.ParseQuantity(tree.Text(claim, "resources", "requests", "storage")); err == nil { // error dropped: no size
				out.Size = &size
			}
			m.spec().Athens.WorkVolume = &v1alpha1.WorkVolume{Ephemeral: out}
		}
	}
}
