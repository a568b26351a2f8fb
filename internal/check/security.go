package check

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
)

func securityRules() []Rule {
	return []Rule{
		{
			Code: "AK501", Severity: Warning,
			Fault:   "the namespace does not enforce the pod security level restricted",
			Title:   "the namespace enforces the pod security level restricted",
			Why:     "All pods of the site satisfy restricted. A lower level lets whoever can make a pod in the namespace make one with more rights than the site needs.",
			Cure:    "Leave namespace.podSecurity out, and turn on Istio's CNI plugin, without which its init container needs privileged: docs/scope.md has the command for each platform.",
			Example: `namespace: {podSecurity: privileged}`,
			when:    func(w *World) bool { return *w.Namespace.Create },
			find: func(w *World, add add) {
				if l := w.Namespace.PodSecurity; l != v1alpha1.PodSecurityRestricted {
					add("spec.namespace.podSecurity", "is %s: the namespace admits pods with more rights than the site's need", l)
				}
			},
		},
		{
			Code: "AK502", Severity: Warning,
			Fault:   "no NetworkPolicies back the mesh's policies",
			Title:   "NetworkPolicies back the mesh's policies",
			Why:     "A sidecar only rules over what goes through it. A process that gets around it, and every pod without one, is held by NetworkPolicies or by nothing.",
			Cure:    "Leave networkPolicies.enabled out.",
			Example: `networkPolicies: {enabled: false}`,
			find: says("spec.networkPolicies.enabled", "is false: what goes around a sidecar is not held by anything",
				func(w *World) bool { return !*w.NetworkPolicies.Enabled }),
		},
		{
			Code: "AK503", Severity: Warning,
			Fault:   "callers have no identity",
			Title:   "callers have an identity",
			Why:     "Without a mesh nothing asks who calls and nothing encrypts what is said inside the cluster: every pod may read /catalog and every module.",
			Cure:    "Write mesh.mode: Sidecar, or leave it out; keep None for trying out.",
			Example: ingressExample,
			find: says("spec.mesh.mode", "is None: no mutual TLS, and no policy says who may ask what",
				func(w *World) bool { return !generators.Meshed(w.Site) }),
		},
		{
			Code: "AK504", Severity: Warning,
			Fault: "clients reach the site by plain HTTP",
			Title: "clients reach the site by HTTPS",
			Why:   "Over plain HTTP everybody on the way reads which modules are asked for, passwords included, and can put others in their place.",
			Cure:  "Write gateway.tls: {} and create its Secret, <name>-tls of type kubernetes.io/tls.",
			Example: plainExample + `
gateway:
  ingress: {className: nginx}
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "300"}`,
			Cured:  ingressExample,
			Beside: []string{"AK503"},
			when:   func(w *World) bool { return w.Gateway.Ingress != nil },
			find: says("spec.gateway.tls", "is left out: requests cross the network in plain HTTP",
				func(w *World) bool { return w.Gateway.TLS == nil }),
		},
		{
			Code: "AK505", Severity: Warning,
			Fault: "names of private modules are public",
			Title: "names of private modules stay private",
			Why:   "An Ingress opens every path of the site. /catalog and /index list all modules that are stored, private ones by name, and Athens gives them to anyone who may ask.",
			Cure:  "Close /catalog and /index by the controller's own means, or write mesh.mode: Sidecar, whose routes leave them out.",
			Example: plainExample + `
athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}
gateway:
  ingress: {className: nginx}
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "300"}
  tls: {secretName: goproxy-tls}
  internal: true`,
			Beside: []string{"AK503"},
			when:   func(w *World) bool { return w.Gateway.Ingress != nil },
			find: says("spec.gateway.ingress", "opens /catalog, which lists private modules by name, to every client that the Ingress lets in",
				func(w *World) bool { return len(w.Athens.Private.Patterns) > 0 && w.Athens.BasicAuth == nil }),
		},
		{
			Code: "AK506", Severity: Warning,
			Fault: "private modules are on the internet",
			Title: "private modules are not on the internet",
			Why:   "A site answers whoever reaches its gateway. Behind Azure Front Door, on the external gateway of the AKS add-on, and on every load balancer that a cloud makes unless an annotation says otherwise, that is the internet: anybody who guesses a path gets private source code, and a cache at the edge keeps it.",
			Cure:  "Write gateway.internal: true if only private networks reach it, choose an internal gateway, or write athens.basicAuth. With a Front Door, let its firewall policy (WAF) admit your networks only, and ignore this.",
			Example: `
athens: {private: {patterns: [github.com/acme/*], netrc: {secretRef: {name: athens-netrc}}}}
edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555, loadBalancer: {serviceTag: {}}}}
egress: {mode: Listed}`,
			when: func(w *World) bool { return len(w.Athens.Private.Patterns) > 0 && w.Athens.BasicAuth == nil },
			find: func(w *World, add add) {
				const said = "are served to whoever reaches %s, and nothing asks for a password"
				switch {
				case w.Edge.FrontDoor != nil:
					add("spec.athens.private.patterns", said, "the Front Door")
				case generators.Meshed(w.Site) && !w.Gateway.Internal:
					add("spec.athens.private.patterns", said, "the gateway, which is not known to be internal")
				case w.Gateway.Ingress != nil && !w.Gateway.Internal:
					add("spec.athens.private.patterns", said, "the Ingress, which is not known to be internal")
				}
			},
		},
		{
			Code: "AK507", Severity: Warning,
			Fault:   "the site's file holds a secret",
			Title:   "the site's file holds no secret",
			Why:     "A value in athens.env ends up in the Deployment and in the repository with the manifests, and everybody who may read either has it.",
			Cure:    "Write valueFrom.secretKeyRef in place of value, and the secret into a Secret.",
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
			Fault:   "the filter keeps nothing out",
			Title:   "the filter keeps something out",
			Why:     "A module that no line of Athens' filter names is allowed. A filter of + lines alone therefore allows everything, which is rarely what its author meant.",
			Cure:    "Begin the filter with a line - alone, which denies everything that no other line allows.",
			Example: `athens: {filter: "+ github.com/acme\n"}`,
			Cured:   `athens: {filter: "-\n+ github.com/acme\n"}`,
			when:    func(w *World) bool { return strings.TrimSpace(w.Athens.Filter) != "" },
			find: func(w *World, add add) {
				for line := range strings.Lines(w.Athens.Filter) {
					if s := strings.TrimSpace(line); strings.HasPrefix(s, "-") || strings.HasPrefix(s, "D") {
						return
					}
				}
				add("spec.athens.filter", "holds + lines only, and what no line names is allowed too")
			},
		},
		{
			Code: "AK509", Severity: Warning,
			Fault:   "Prometheus cannot read Athens' metrics",
			Title:   "Prometheus can read Athens' metrics",
			Why:     "With basic auth Athens asks for the password at /metrics too, and the pods are not marked for scraping. Alerts on Athens' own metrics stay silent. lathens is off as well, because an answer must never cross credentials.",
			Cure:    "Watch the mesh's metrics of Athens in their place, or restrict who reaches the gateway instead of asking for a password.",
			Example: `athens: {basicAuth: {secretRef: {name: athens-users}}}`,
			find: says("spec.athens.basicAuth", "closes /metrics to Prometheus, and switches the cache of lists off",
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
			Why:     "The catalog names every module that is stored, private ones too. Another region leaves its cluster under a few addresses. A range wider than /16, or /32 of IPv6, is more than a company's exit, also where several lines make it together.",
			Cure:    "Write the addresses under which the clusters of the other regions call, as in 203.0.113.7/32.",
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
				add(item(item(at, i)+".cidrs", j), "%s lets more than a company's own clusters read the names of all modules", s)
			}
		}
	}
	for _, p := range v1alpha1.Joined(all) {
		if isWide(p) && !slices.ContainsFunc(reported, p.Overlaps) {
			add(at, "the lines that make %s together let more than a company's own clusters read the names of all modules", p)
		}
	}
}
