package check

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/gomods/athens-kfn/pkg/companions"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/span"
)

func cachingRules() []Rule {
	lathens := func(w *World) bool { return *w.Lathens.Enabled }
	return []Rule{
		{
			Code: "AK301", Severity: Warning,
			Fault:   "lists are not cached",
			Title:   "lists are cached",
			Why:     "Athens asks upstream for @v/list and @latest on every call, and starts a go command for each. A few concurrent builds use all its capacity, and they fail when upstream fails.",
			Cure:    "Leave lathens.enabled out.",
			Example: `lathens: {enabled: false}`,
			when:    func(w *World) bool { return w.Athens.BasicAuth == nil },
			find: says("spec.lathens.enabled", "is false: every go get makes Athens start a go command that asks upstream",
				func(w *World) bool { return !*w.Lathens.Enabled }),
		},
		{
			Code: "AK302", Severity: Warning,
			Fault:   "new versions appear late",
			Title:   "new versions appear soon",
			Why:     "A new tag is not in the list until lathens fetches the list again. Until then, developers get the previous version.",
			Cure:    "Set lathens.ttl to between one and ten minutes, or leave it out (" + span.Seconds(companions.LathensTTL) + ").",
			Example: `lathens: {ttl: 1h}`,
			when:    lathens,
			find: above("spec.lathens.ttl", 10*time.Minute, "%s passes before clients see a new version",
				func(w *World) time.Duration { return w.Lathens.TTL.Duration }),
		},
		{
			Code: "AK303", Severity: Warning,
			Fault:   "lists expire before they are used again",
			Title:   "lists are cached long enough to be used again",
			Why:     "A build requests the same lists within seconds, and the next builds within minutes. If a list expires after a few seconds, lathens fetches it again for each build.",
			Cure:    "Set lathens.ttl to 30s or more, or leave it out (" + span.Seconds(companions.LathensTTL) + ").",
			Example: `lathens: {ttl: 1s}`,
			when:    lathens,
			find: below("spec.lathens.ttl", 10*time.Second, "%s is too short for the cache to have an effect",
				func(w *World) time.Duration { return w.Lathens.TTL.Duration }),
		},
		{
			Code: "AK304", Severity: Warning,
			Fault:   "the answer that a module is missing is cached for too long",
			Title:   "a module that was missing is soon requested again",
			Why:     "If a client requests a module shortly before it is published, or before Athens has access to it, lathens caches the 404. Until that expires, the module is missing for all clients.",
			Cure:    "Set lathens.negativeTTL to 60s or less, or leave it out (" + span.Seconds(companions.LathensNegativeTTL) + ").",
			Example: `lathens: {negativeTTL: 10m}`,
			when:    lathens,
			find: above("spec.lathens.negativeTTL", time.Minute, "%s passes before a new module is found, if a client requested it too early",
				func(w *World) time.Duration { return w.Lathens.NegativeTTL.Duration }),
		},
		{
			Code: "AK305", Severity: Warning,
			Fault:   "an upstream outage stops builds that need lists",
			Title:   "lists survive an upstream outage",
			Why:     "While upstream is down, lathens serves the last list that it fetched. If that time is short, builds fail although Athens has stored every module that they need.",
			Cure:    "Set lathens.staleIfError to several hours, or leave it out (" + span.Seconds(companions.LathensStaleIfError) + ").",
			Example: `lathens: {staleIfError: 0s}`,
			when:    lathens,
			find: func(w *World, add add) {
				if d := w.Lathens.StaleIfError.Duration; d < time.Hour {
					add("spec.lathens.staleIfError", "lists are available for only %s of an upstream outage", d)
				}
			},
		},
		{
			Code: "AK306", Severity: Error,
			Fault: "lathens has too little memory for its cache and its callers",
			Title: "lathens has enough memory for its cache and its callers",
			Why:   "A container that uses more memory than its limit is killed. One that uses more than its request is killed first if the node runs out of memory. lathens uses memory for its cache (maxBytes), for the lists that it fetches (maxUpstream) and for waiting callers (maxWaiting). If it is killed under load, the cache and all waiting requests are lost.",
			Cure:  "Leave memory out of resources, increase it in requests and limits, or lower maxBytes, maxUpstream and maxWaiting.",
			Example: `
lathens:
  maxBytes: 256Mi
  resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 128Mi}}`,
			Cured: `
lathens:
  maxBytes: 256Mi
  maxWaiting: 1000
  resources: {requests: {cpu: 100m, memory: 512Mi}, limits: {memory: 512Mi}}`,
			when: lathens,
			find: func(w *World, add add) {
				need := w.Lathens.Memory().Limit
				for _, d := range generators.OfType[*appsv1.Deployment](w.Objects) {
					if d.Name != generators.Name(w.Site, generators.Lathens) {
						continue
					}
					r := d.Spec.Template.Spec.Containers[0].Resources
					side, memory := "requests", r.Requests.Memory()
					if limit := r.Limits.Memory(); limit.Value() < need { // so is the request
						side, memory = "limits", limit
					}
					if memory.Value() < need {
						add("spec.lathens.resources."+side+".memory", "%s is less than %s, which maxBytes (%s), maxUpstream (%d) and maxWaiting (%d) need",
							memory.String(), resource.NewQuantity(need, resource.BinarySI), w.Lathens.MaxBytes.String(), w.Lathens.MaxUpstream, w.Lathens.MaxWaiting)
					}
				}
			},
		},
		{
			Code: "AK307", Severity: Warning,
			Fault:   "no client can reach the site",
			Title:   "clients can reach the site",
			Why:     "Without a mesh there is no gateway, and without an Ingress or a load balancer only pods in this cluster can reach the site. Requests to spec.host get no answer.",
			Cure:    "Set gateway.ingress: {}, or gateway.service: {} in a private network, or mesh.mode: Sidecar. Accept this finding if an object of your own routes to the Service.",
			Example: plainExample,
			Cured:   ingressExample,
			Beside:  []string{"AK503"},
			when:    func(w *World) bool { return !generators.Meshed(w.Site) },
			find: says("spec.gateway.ingress", "is not set, and mesh.mode is None: clients outside the cluster cannot reach the site",
				func(w *World) bool { return !w.Gateway.Exposed() }),
		},
		{
			Code: "AK308", Severity: Warning,
			Fault:   "regions share a host, and no Front Door is in front of them",
			Title:   "regions that share a host have Front Door in front of them",
			Why:     "Each region is a cluster with its own gateway. If they share a host, something must choose a region and detect that one is down. Nothing in this spec does that.",
			Cure:    "Set edge.frontDoor, or give each region its own host. Accept this finding if DNS with health checks chooses the region.",
			Example: `regions: [{name: westeurope}, {name: eastus2}]`,
			Cured:   `regions: [{name: westeurope}, {name: eastus2, overrides: {host: goproxy-us.example.com}}]`,
			when:    func(w *World) bool { return len(w.Regions) > 1 },
			find: func(w *World, add add) {
				seen := map[string]bool{}
				for _, r := range w.Regions {
					// Empty is spec.host, which w.Host is not in a region that
					// overrides it.
					own := r.Written()
					if seen[own.Host] && w.Edge.FrontDoor == nil && own.Edge.FrontDoor == nil {
						add("spec.regions", "share a host, but nothing in front of them chooses a healthy region")
						return
					}
					seen[own.Host] = true
				}
			},
		},
	}
}

// plainExample is a site without a mesh and without an Ingress, ingressExample one
// behind an Ingress.
const (
	plainExample   = "\nmesh: {mode: None}"
	ingressExample = plainExample + `
gateway:
  ingress: {className: nginx}
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "300"}
  tls: {secretName: goproxy-tls}`
)
