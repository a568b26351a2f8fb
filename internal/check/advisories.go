package check

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// advisoryRules are about the Go in the published image of Athens. The one in an
// image of another name is not known.
func advisoryRules() []Rule {
	const ours = "the published image of Athens %s has Go %s"
	published := func(w *World) bool {
		return w.Athens.Image == w.Site.Spec.AthensImage() && releases.AthensGo(w.Athens.Version) != "" && w.Athens.Fetches()
	}
	return []Rule{
		{
			Code: "AK709", Severity: Note,
			Fault: "an upstream proxy of others can deceive the go command in Athens",
			Title: "no upstream proxy of others can deceive the go command in Athens",
			Why: "Athens checks what it stores with the go command in its image. In the release there, an upstream proxy can get altered modules past the checksum database, and Athens serves them to every client. " +
				"The advisories are at https://pkg.go.dev/vuln/ followed by their identifier. A proxy counts as yours if it is in a private network or in the domain of the site; " + publicProxy + " and the public checksum database are run by the Go team.",
			Cure:    "Name a proxy of your own or https://" + publicProxy + ", or build an image with Go " + strings.Join(releases.SoundGo(), ", ") + " or later and name it in athens.image. A proxy that you trust may stay.",
			Example: `athens: {upstream: {goproxy: "https://goproxy.example.org,direct"}}`,
			Cured:   `athens: {upstream: {goproxy: "https://` + publicProxy + `,direct"}}`,
			when:    published,
			find: func(w *World, add add) {
				by := []releases.Attacker{releases.ByProxy}
				switch db := generators.ChecksumsOf(&w.Athens).Athens; db {
				case generators.SumDBOff: // AK526
					return
				case generators.PublicSumDB:
				default:
					by = append(by, releases.ByDatabase)
				}
				golang := releases.AthensGo(w.Athens.Version)
				all := releases.Advisories(golang, by...)
				for _, p := range w.Athens.Upstream.Proxies() {
					if host := v1alpha1.HostOf(p.URL); p.IsServer() && len(all) > 0 && ofOthers(w, host) {
						add("spec.athens.upstream.goproxy", ours+": the proxy %s can get altered modules past the checksum database (%s)", w.Athens.Version, golang, host, releases.IDs(all))
					}
				}
			},
		},
		{
			Code: "AK710", Severity: Warning,
			Fault: "a repository can run commands in Athens",
			Title: "no published advisory lets a repository run commands in Athens",
			Why: "Athens clones repositories with the go command in its image. In the release there, a repository that a client asks for can run commands in the pod, with its credentials. " +
				"The advisories are at https://pkg.go.dev/vuln/ followed by their identifier.",
			Cure:    "Set athens.version: " + v1alpha1.AthensVersion + ", or leave it out.",
			Example: `athens: {version: ` + releases.AthensMercurial + `, upstream: {goproxy: direct}}`,
			Cured:   `athens: {upstream: {goproxy: direct}}`,
			Beside:  []string{"AK701"},
			when:    published,
			find: func(w *World, add add) {
				golang := releases.AthensGo(w.Athens.Version)
				direct := func(p v1alpha1.Proxy) bool { return p.URL == v1alpha1.ProxyDirect }
				if all := releases.Advisories(golang, releases.ByRepository); len(all) > 0 && (len(w.Athens.Private.Patterns) > 0 || slices.ContainsFunc(w.Athens.Upstream.Proxies(), direct)) {
					add("spec.athens.version", ours+": a repository %s (%s)", w.Athens.Version, golang, all[0].What, releases.IDs(all))
				}
			},
		},
	}
}

// publicProxy is the one that go asks by default.
const publicProxy = "proxy.golang.org"

// ofOthers says whether a proxy is neither in a private network, nor in a domain of the
// site, nor of the authors of Go.
func ofOthers(w *World, host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return !addr.IsPrivate()
	}
	domain, _ := publicsuffix.EffectiveTLDPlusOne(host)
	return host != publicProxy && !privateName(host) && !slices.ContainsFunc(w.Hosts(), func(own string) bool {
		ours, err := publicsuffix.EffectiveTLDPlusOne(own)
		return err == nil && ours == domain
	})
}
