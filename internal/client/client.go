// Package client says how a Go developer uses a site: the variables of the go
// command, for shells, build systems and images. It is pure.
package client

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// Setting is one variable of the go command.
type Setting struct {
	Name, Value string
	// Why is said above it.
	Why string
}

// Guide is what a developer has to know about a site.
type Guide struct {
	// Title names the site.
	Title string
	// URL that the site has for go commands.
	URL string
	// Host of the URL, as a .netrc has it.
	Host string
	// Settings in the order in which they are made.
	Settings []Setting
	// Notes are what no variable says.
	Notes []string
	// Password says that the site asks for a user and a password.
	Password bool
	// tokens of which the site admits one.
	tokens []v1alpha1.ClientJWT
}

// Of a site that was defaulted and validated.
func Of(site *v1alpha1.AthensSite) Guide {
	g := Guide{Title: site.Namespace + "/" + site.Name, URL: URL(site)}
	if u, err := url.Parse(g.URL); err == nil {
		g.Host = u.Hostname()
	}
	g.proxy(site)
	g.private(site.Spec.Athens.Private.Patterns)
	g.checksums(&site.Spec.Athens)
	g.note("Use Go " + strings.Join(releases.SoundGo(), ", ") + " or later: in older ones, a proxy can get altered modules or toolchains past the checksum database\n" +
		"(" + releases.IDs(releases.Advisories("", releases.ByProxy, releases.ByDatabase, releases.ByProject)) + ": https://pkg.go.dev/vuln/).")
	g.clients(site.Spec.Gateway.Clients)
	if plain := strings.HasPrefix(g.URL, "http:"); plain {
		g.note("The site serves plain HTTP, which the go command accepts from a proxy. GOINSECURE is not needed: it applies to repositories.")
		if site.Spec.Athens.BasicAuth != nil {
			g.note("It requires a password, and the go command sends none over plain HTTP: use an Ingress with a certificate (spec.gateway.tls).")
		}
	}
	if !generators.Meshed(site) && !site.Spec.Gateway.Exposed() {
		g.note("It has no Ingress: the address works only for pods in the cluster. On a laptop, run\n" +
			"kubectl port-forward --namespace=" + quote.Shell(site.Namespace) + " " + quote.Shell("service/"+generators.Name(site, front(site))) + " 8080:80\n" +
			"and write http://localhost:8080 instead.")
	}
	g.Password = site.Spec.Athens.BasicAuth != nil
	if g.Password {
		g.note("The site requires a user and a password. The go command reads them from .netrc (GOAUTH=netrc, its default).")
	}
	return g
}

// URL under which go commands reach the site.
func URL(site *v1alpha1.AthensSite) string {
	host := site.Spec.Host
	switch {
	case generators.Meshed(site):
		// A Front Door listens on 443, whatever the gateway behind it does.
		if port := site.Spec.Gateway.Workload().Port; port != 443 && site.Spec.Edge.FrontDoor == nil {
			host += ":" + strconv.Itoa(int(port))
		}
		return "https://" + host
	case !site.Spec.Gateway.Exposed():
		return generators.URL(site, front(site))
	case site.Spec.Gateway.TLS != nil:
		return "https://" + host
	default:
		return "http://" + host
	}
}

// front is the program that clients outside a mesh reach.
func front(site *v1alpha1.AthensSite) string {
	if *site.Spec.Lathens.Enabled {
		return generators.Lathens
	}
	return generators.Athens
}

func (g *Guide) set(name, value, why string) {
	g.Settings = append(g.Settings, Setting{name, value, why})
}

func (g *Guide) note(text string) { g.Notes = append(g.Notes, text) }

// proxy is GOPROXY. The site stands alone in it wherever it answers for every
// module: it asks its own upstream, and what a client asks elsewhere is neither
// stored nor, for a private path, kept secret.
func (g *Guide) proxy(site *v1alpha1.AthensSite) {
	a := &site.Spec.Athens
	upstream := a.Upstream.Proxies()
	next := upstream[0].URL
	if next == v1alpha1.ProxyOff || upstream[0].IsServer() && len(a.Private.Patterns) > 0 {
		next = "direct" // a public proxy must not learn private paths
	}
	switch a.Download.Mode {
	case v1alpha1.DownloadAsync:
		g.set("GOPROXY", g.URL+","+next,
			"The site answers 404 to the first request for a version, and then stores it (download.mode Async). After a 404 the comma makes go ask "+next+".")
		return
	case v1alpha1.DownloadNone:
		g.set("GOPROXY", g.URL, "The site serves only the modules that it holds (download.mode None), so no other proxy follows it.")
		return
	}
	g.set("GOPROXY", g.URL, "Modules come only from the site, which asks its upstream itself.")
	if a.NetworkMode == v1alpha1.NetworkOffline || a.Filter != "" || upstream[len(upstream)-1].URL == v1alpha1.ProxyOff {
		g.note("GOPROXY must not name another proxy after the site: the site decides which modules are used.")
		return
	}
	g.note("To keep building while the site is down, write GOPROXY=" + quote.Shell(g.URL+"|"+next) + ". A pipe falls back after\n" +
		"every error; a comma only after 404 and 410, which an outage does not answer.")
}

// private keeps private modules off the checksum database, and on the proxy.
func (g *Guide) private(patterns []string) {
	if len(patterns) == 0 {
		return
	}
	list := strings.Join(generators.GoCommand.Patterns(patterns), ",")
	g.set("GONOPROXY", "none", "The site serves private modules too. If you set GOPRIVATE, go would bypass the site and ask the repositories; GONOPROXY=none prevents that.\n"+
		"If you have private modules that the site does not serve, write their patterns instead, and add them to GONOSUMDB.")
	g.set("GONOSUMDB", list, "No public checksum database knows them. Do not set GOPRIVATE, which would bypass the site.")
}

// checksums is GOSUMDB, where Go's default does not work through the site, and
// GOTOOLCHAIN, where the site has no toolchains. Go asks a proxy for a database by
// itself.
func (g *Guide) checksums(a *v1alpha1.Athens) {
	c := generators.ChecksumsOf(a)
	switch value, known := c.Client(g.URL); {
	case !known:
		host := c.Passed[0]
		g.note("Checksums: the site passes on " + strings.Join(c.Passed, " and ") + ", not " + generators.PublicSumDB + ", which go asks directly unless you set one of\n" +
			"GOSUMDB=" + quote.Shell(generators.PublicSumDB+" "+g.URL+"/sumdb/"+host) + "   if it mirrors " + generators.PublicSumDB + "\n" +
			"GOSUMDB=" + quote.Shell(host+"+KEY") + "   if it is a database of its own; KEY is its public key")
	case value == generators.SumDBOff:
		g.set("GOSUMDB", value, "The site has no checksum database: only go.sum verifies a module, and nothing verifies the first download of a version.\n"+
			"Commit go.sum, and review what is added to it.")
	case value == "":
		g.note("Checksums: go asks " + generators.PublicSumDB + " through the site automatically. There is nothing to set.")
	default:
		g.set("GOSUMDB", value, "Checksums come through the site.")
	}
	switch c.Toolchain {
	case generators.ToolchainUnverified:
		g.set("GOTOOLCHAIN", "local", "go downloads no toolchain that a checksum database has not verified. Install the Go release that go.mod names.")
	case generators.ToolchainFiltered:
		g.set("GOTOOLCHAIN", "local", "The site's filter refuses golang.org/toolchain. Install the Go release that go.mod names.")
	}
}
