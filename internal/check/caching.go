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
			Why:     "Athens asks upstream for @v/list and @latest on every call, and starts a go command for each. A few builds at once keep it busy with nothing else, and when upstream fails, so do they.",
			Cure:    "Leave lathens.enabled out.",
			Example: `lathens: {enabled: false}`,
			when:    func(w *World) bool { return w.Athens.BasicAuth == nil },
			find: says("spec.lathens.enabled", "is false: every go get asks upstream, through a go command of Athens",
				func(w *World) bool { return !*w.Lathens.Enabled }),
		},
		{
			Code: "AK302", Severity: Warning,
			Fault:   "new versions appear late",
			Title:   "new versions appear soon",
			Why:     "A version that was tagged just now is in no list until lathens asks again. People tag, ask for it, and get the old one.",
			Cure:    "Write lathens.ttl of one to ten minutes, or leave it out (" + span.Seconds(companions.LathensTTL) + ").",
			Example: `lathens: {ttl: 1h}`,
			when:    lathens,
			find: above("spec.lathens.ttl", 10*time.Minute, "%s is how long a new version stays unseen",
				func(w *World) time.Duration { return w.Lathens.TTL.Duration }),
		},
		{
			Code: "AK303", Severity: Warning,
			Fault:   "lists expire before they are used again",
			Title:   "lists are cached long enough to be used again",
			Why:     "One build asks for the same lists within seconds, the next builds within minutes. A list that is old after a few seconds is fetched again for each of them.",
			Cure:    "Write lathens.ttl of 30s or more, or leave it out (" + span.Seconds(companions.LathensTTL) + ").",
			Example: `lathens: {ttl: 1s}`,
			when:    lathens,
			find: below("spec.lathens.ttl", 10*time.Second, "%s caches next to nothing",
				func(w *World) time.Duration { return w.Lathens.TTL.Duration }),
		},
		{
			Code: "AK304", Severity: Warning,
			Fault:   "a missing module is remembered for too long",
			Title:   "a missing module is soon asked for again",
			Why:     "Somebody asks for a module a moment before it is published, or before Athens gets access to it. For as long as the answer is remembered, the module is missing for everybody.",
			Cure:    "Write lathens.negativeTTL of 60s or less, or leave it out (" + span.Seconds(companions.LathensNegativeTTL) + ").",
			Example: `lathens: {negativeTTL: 10m}`,
			when:    lathens,
			find: above("spec.lathens.negativeTTL", time.Minute, "%s is how long a new module is missing when it was asked for too early",
				func(w *World) time.Duration { return w.Lathens.NegativeTTL.Duration }),
		},
		{
			Code: "AK305", Severity: Warning,
			Fault:   "an upstream outage stops builds that ask for lists",
			Title:   "lists survive an upstream outage",
			Why:     "While upstream fails, lathens answers with the last list it had. A short time means that builds fail with upstream, though every module they need is stored here.",
			Cure:    "Write lathens.staleIfError of some hours, or leave it out (" + span.Seconds(companions.LathensStaleIfError) + ").",
			Example: `lathens: {staleIfError: 0s}`,
			when:    lathens,
			find: func(w *World, add add) {
				if d := w.Lathens.StaleIfError.Duration; d < time.Hour {
					add("spec.lathens.staleIfError", "lists last %s longer than upstream does", d)
				}
			},
		},
		{
			Code: "AK306", Severity: Error,
			Fault: "lathens has too little memory for its cache and its callers",
			Title: "lathens has enough memory for its cache and its callers",
			Why:   "A container that takes more memory than its limit is killed; one that takes more than its request is killed first when the node is full. lathens fills its cache up to maxBytes, holds the lists that it asks for (maxUpstream), and up to maxWaiting callers who wait for them. Killed in a rush, it loses the cache and everyone who waits.",
			Cure:  "Leave memory out of resources, raise it in requests and limits, or lower maxBytes, maxUpstream and maxWaiting.",
			Example: `
lathens:
  maxBytes: 256Mi
  resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 128Mi}}`,
			Cured: `
lathens:
  maxBytes: 256Mi
  maxWaiting: 1000
  resources: {requests: {cpu: 100m, memory: 384Mi}, limits: {memory: 384Mi}}`,
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
						add("spec.lathens.resources."+side+".memory", "%s is less than %s, which maxBytes (%s), maxUpstream (%d) and maxWaiting (%d) come to",
							memory.String(), resource.NewQuantity(need, resource.BinarySI), w.Lathens.MaxBytes.String(), w.Lathens.MaxUpstream, w.Lathens.MaxWaiting)
					}
				}
			},
		},
		{
			Code: "AK307", Severity: Warning,
			Fault:   "no client can reach the site",
			Title:   "clients can reach the site",
			Why:     "Without a mesh there is no gateway, and without an Ingress only pods of this cluster reach the site. Nobody answers to spec.host.",
			Cure:    "Write gateway.ingress: {}, or mesh.mode: Sidecar; or leave it so, if an object of your own leads to the Service.",
			Example: plainExample,
			Cured:   ingressExample,
			Beside:  []string{"AK503"},
			when:    func(w *World) bool { return !generators.Meshed(w.Site) },
			find: says("spec.gateway.ingress", "is left out, and mesh.mode is None: nothing outside the cluster reaches the site",
				func(w *World) bool { return w.Gateway.Ingress == nil }),
		},
		{
			Code: "AK308", Severity: Warning,
			Fault:   "regions share a host without anything in front of them",
			Title:   "regions that share a host have Front Door in front of them",
			Why:     "Each region is a cluster with a gateway of its own. With one host for all of them something must choose among them and notice when one is gone, and nothing in this spec does.",
			Cure:    "Write edge.frontDoor, or give each region a host; ignore this where a DNS with health checks does it.",
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
						add("spec.regions", "share a host, and nothing in front of them chooses one that works")
						return
					}
					seen[own.Host] = true
				}
			},
		},
	}
}

// plainExample is a site without a mesh and without a way in, ingressExample one
// behind an Ingress.
const (
	plainExample   = "\nmesh: {mode: None}"
	ingressExample = plainExample + `
gateway:
  ingress: {className: nginx}
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "300"}
  tls: {secretName: goproxy-tls}`
)
