package check

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/problem"
)

func securityRules() []Rule {
	return []Rule{
		{
			Code: "AK501", Severity: Warning,
			Fault:   "the namespace does not enforce the pod security level restricted",
			Title:   "the namespace enforces the pod security level restricted",
			Why:     "All pods of the site satisfy restricted. A lower level lets everyone who can create a pod in the namespace create one with more rights than the site needs.",
			Cure:    "Leave namespace.podSecurity out, and turn on Istio's CNI plugin. Without the plugin, Istio's init container needs privileged. For the command for each platform, see " + problem.Page("scope.md") + ".",
			Example: `namespace: {podSecurity: privileged}`,
			when:    func(w *World) bool { return *w.Namespace.Create },
			find: func(w *World, add add) {
				if l := w.Namespace.PodSecurity; l != v1alpha1.PodSecurityRestricted {
					add("spec.namespace.podSecurity", "is %s: the namespace admits pods with more rights than the site needs", l)
				}
			},
		},
		{
			Code: "AK502", Severity: Warning,
			Fault:   "no NetworkPolicies back the mesh's policies",
			Title:   "NetworkPolicies back the mesh's policies",
			Why:     "A sidecar controls only the traffic that passes through it. Only NetworkPolicies restrict a process that bypasses it, and pods without a sidecar.",
			Cure:    "Leave networkPolicies.enabled out.",
			Example: `networkPolicies: {enabled: false}`,
			find: says("spec.networkPolicies.enabled", "is false: nothing restricts traffic that bypasses a sidecar",
				func(w *World) bool { return !*w.NetworkPolicies.Enabled }),
		},
		{
			Code: "AK503", Severity: Warning,
			Fault:   "callers have no identity",
			Title:   "callers have an identity",
			Why:     "Without a mesh, nothing authenticates callers or encrypts traffic in the cluster: every pod can read /catalog and every module.",
			Cure:    "Set mesh.mode: Sidecar, or leave it out. Use None only to try a site.",
			Example: ingressExample,
			find: says("spec.mesh.mode", "is None: there is no mutual TLS, and no policy restricts callers",
				func(w *World) bool { return !generators.Meshed(w.Site) }),
		},
		{
			Code: "AK504", Severity: Warning,
			Fault: "clients reach the site over plain HTTP",
			Title: "clients reach the site over HTTPS",
			Why:   "Over plain HTTP, everyone on the network path can read the requests, including passwords, and can replace the modules in the answers.",
			Cure:  "Set gateway.tls: {}, and create its Secret <name>-tls of type kubernetes.io/tls. A gateway.service serves no HTTPS: set gateway.ingress instead, or accept this finding in a private network.",
			Example: plainExample + `
gateway:
  ingress: {className: nginx}
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "300"}`,
			Cured:  ingressExample,
			Beside: []string{"AK503"},
			when:   func(w *World) bool { return w.Gateway.Exposed() },
			find: says("spec.gateway.tls", "is not set: requests cross the network in plain HTTP",
				func(w *World) bool { return w.Gateway.TLS == nil && !thisMachine(w.Host) }),
		},
		{
			Code: "AK505", Severity: Warning,
			Fault: "names of private modules are public",
			Title: "names of private modules stay private",
			Why:   "An Ingress or a load balancer exposes every path of the site. Athens serves /catalog and /index, which list all stored modules, including private ones, to every client.",
			Cure:  "Close /catalog and /index with the settings of the Ingress controller, or set mesh.mode: Sidecar, whose routes do not include them.",
			Example: plainExample + `
athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}
gateway:
  ingress: {className: nginx}
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "300"}
  tls: {secretName: goproxy-tls}
  internal: true`,
			Beside: []string{"AK503"},
			when:   func(w *World) bool { return w.Gateway.Exposed() },
			find: says("spec.gateway", "exposes /catalog, which lists private modules by name, to every client of the Ingress or the load balancer",
				func(w *World) bool { return len(w.Athens.Private.Patterns) > 0 && w.Athens.BasicAuth == nil }),
		},
		{
			Code: "AK506", Severity: Warning,
			Fault: "private modules may be on the internet",
			Title: "private modules are not on the internet",
			Why:   "A site answers every client that reaches its gateway. Azure Front Door, the external gateway of the AKS add-on, and most load balancers without an annotation are open to the internet: everyone who guesses a path gets private source code, and Front Door may cache it.",
			Cure:  "List the clients in gateway.clients, or set athens.basicAuth. Behind a Front Door, you can instead restrict its firewall policy (WAF) to your networks, and accept this finding. Without one, you can instead choose an internal gateway, or set gateway.internal: true if only private networks reach the gateway.",
			Example: `
athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}
edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, loadBalancer: {serviceTag: {}}}}
egress: {mode: Listed}`,
			Cured: `
athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}
edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, loadBalancer: {serviceTag: {}}}}
gateway: {clients: [{name: offices, cidrs: [203.0.113.0/24]}]}
egress: {mode: Listed}`,
			when: func(w *World) bool {
				return len(w.Athens.Private.Patterns) > 0 && w.Athens.BasicAuth == nil && !w.Gateway.Guarded()
			},
			find: func(w *World, add add) {
				const said = "are served to every client that reaches %s, without a password"
				switch {
				case w.Edge.FrontDoor != nil:
					add("spec.athens.private.patterns", said, "the Front Door")
				case generators.Meshed(w.Site) && !w.Gateway.Internal:
					add("spec.athens.private.patterns", said, "the gateway, which is not known to be internal")
				case w.Gateway.Exposed() && !w.Gateway.Internal:
					add("spec.athens.private.patterns", said, "the Ingress or the load balancer, which is not known to be internal")
				}
			},
		},
		{
			Code: "AK507", Severity: Warning,
			Fault:   "the site's file holds a secret",
			Title:   "the site's file holds no secret",
			Why:     "A value in athens.env is copied to the Deployment and to the repository with the manifests. Everyone who can read either can read the value.",
			Cure:    "Move the value to a Secret, and set valueFrom.secretKeyRef instead of value.",
			Example: `athens: {env: [{name: HTTPS_PROXY_PASSWORD, value: hunter2}]}`,
			Cured:   `athens: {env: [{name: HTTPS_PROXY_PASSWORD, valueFrom: {secretKeyRef: {name: athens-proxy, key: password}}}]}`,
			when:    func(w *World) bool { return len(w.Athens.Env) > 0 },
			find: func(w *World, add add) {
				for i, e := range w.Athens.Env {
					for _, word := range []string{"PASSWORD", "PASSWD", "TOKEN", "SECRET", "APIKEY", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY"} {
						if e.Value != "" && strings.Contains(strings.ToUpper(e.Name), word) {
							add(item("spec.athens.env", i)+".value", "of %s looks like a secret", e.Name)
							break
						}
					}
				}
			},
		},
		{
			Code: "AK508", Severity: Warning,
			Fault:   "the filter denies nothing",
			Title:   "the filter denies modules",
			Why:     "Athens allows a module that no line of its filter matches. A filter with only + lines therefore allows everything, which is rarely intended.",
			Cure:    "Begin the filter with the line \"-\", which denies every module that no other line allows.",
			Example: `athens: {filter: "+ github.com/acme\n"}`,
			Cured:   `athens: {filter: "-\n+ github.com/acme\n"}`,
			when:    func(w *World) bool { return strings.TrimSpace(w.Athens.Filter) != "" },
			find: func(w *World, add add) {
				for line := range strings.Lines(w.Athens.Filter) {
					if s := strings.TrimSpace(line); strings.HasPrefix(s, "-") || strings.HasPrefix(s, "D") {
						return
					}
				}
				add("spec.athens.filter", "has only + lines, and modules that no line matches are allowed too")
			},
		},
		{
			Code: "AK509", Severity: Warning,
			Fault:   "Prometheus cannot read Athens' metrics",
			Title:   "Prometheus can read Athens' metrics",
			Why:     "With basic auth, Athens also requires the password for /metrics, and the pods are not marked for scraping. Alerts on Athens' own metrics never fire. lathens is off too, because it must not share an answer between credentials.",
			Cure:    "Use the mesh's metrics of Athens instead, or set gateway.clients instead of requiring a password.",
			Example: `athens: {basicAuth: {secretRef: {name: athens-users}}}`,
			find: says("spec.athens.basicAuth", "closes /metrics to Prometheus, and turns off the list cache",
				func(w *World) bool {
					// A PodMonitor can hold the password; Istio's merged metrics cannot.
					m := w.Metrics
					reads := m != nil && m.Operator != v1alpha1.OperatorNone && !generators.Meshed(w.Site)
					return w.Athens.BasicAuth != nil && !reads
				}),
		},
		{
			Code: "AK510", Severity: Warning,
			Fault:   "many addresses may read the catalog",
			Title:   "few addresses may read the catalog",
			Why:     "The catalog names every stored module, including private ones. Another region calls from only a few addresses. A range wider than /16, or /32 for IPv6, contains more than one company's addresses. Ranges that are adjacent count together.",
			Cure:    "List the addresses from which the clusters of the other regions call, as in 203.0.113.7/32.",
			Example: `gateway: {catalogClients: [{name: regions, cidrs: [203.0.0.0/8]}]}`,
			Cured:   `gateway: {catalogClients: [{name: regions, cidrs: [203.0.113.7/32]}]}`,
			when:    func(w *World) bool { return len(w.Gateway.CatalogClients) > 0 },
			find:    wide,
		},
		{
			Code: "AK511", Severity: Warning,
			Fault: "secrets.entries or secrets.unmanaged names a Secret that no pod reads",
			Title: "secrets.entries and secrets.unmanaged name Secrets that pods read",
			Why:   "An entry changes what a key of a Secret is called in the vault. If the Secret or the key is misspelled, the pods' own key keeps its default name, which the vault does not have, and the pods do not start.",
			Cure:  "Write the name and the key as the spec refers to them, or remove the line.",
			Example: `
secrets:
  externalSecrets: {storeRef: {name: vault}}
  entries: [{secret: athens-blobs, key: accountKey, name: gomods-key}]`,
			Cured: `
secrets:
  externalSecrets: {storeRef: {name: vault}}
  entries: [{secret: athens-blob, key: accountKey, name: gomods-key}]`,
			when: func(w *World) bool { return len(w.Secrets.Entries)+len(w.Secrets.Unmanaged) > 0 },
			find: unreadSecrets,
		},
	}
}

// unreadSecrets reports Secrets and keys of secrets.entries and secrets.unmanaged
// that no pod reads.
func unreadSecrets(w *World, add add) {
	keys := map[string][]string{}
	for _, s := range generators.Secrets(w.Site) {
		keys[s.Name] = s.Keys
	}
	for i, e := range w.Secrets.Entries {
		at := item("spec.secrets.entries", i)
		switch known := keys[e.Secret]; {
		case known == nil:
			add(at+".secret", "%q is not a Secret that the site's pods read", e.Secret)
		case !slices.Contains(known, e.Key):
			add(at+".key", "%q is not a key that the site's pods read of %s; they read %s", e.Key, e.Secret, strings.Join(known, ", "))
		}
	}
	for i, name := range w.Secrets.Unmanaged {
		if keys[name] == nil {
			add(item("spec.secrets.unmanaged", i), "%q is not a Secret that the site's pods read", name)
		}
	}
}

// wide reports ranges of addresses that are more than a company's exit: each of
// them, and those that are only together.
func wide(w *World, add add) {
	const at = "spec.gateway.catalogClients"
	isWide := func(p netip.Prefix) bool { return p.Addr().Is4() && p.Bits() < 16 || p.Addr().Is6() && p.Bits() < 32 }
	var all, reported []netip.Prefix
	for i, c := range w.Gateway.CatalogClients {
		for j, s := range c.CIDRs {
			p, err := netip.ParsePrefix(s)
			if err != nil {
				continue
			}
			all = append(all, p)
			if own := v1alpha1.Joined([]netip.Prefix{p}); slices.ContainsFunc(own, isWide) {
				reported = append(reported, own...)
				add(item(item(at, i)+".cidrs", j), "%s lets more than your own clusters read the names of all modules", s)
			}
		}
	}
	for _, p := range v1alpha1.Joined(all) {
		if isWide(p) && !slices.ContainsFunc(reported, p.Overlaps) {
			add(at, "the ranges that together make %s let more than your own clusters read the names of all modules", p)
		}
	}
}

// thisMachine says whether a name is one of the machine that asks for it: requests
// to it cross no network. All names under localtest.me have its address.
func thisMachine(host string) bool {
	for _, name := range []string{"localhost", "localtest.me"} {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}
