package v1alpha1

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/namespaces"
	"github.com/gomods/athens-kfn/pkg/quote"
)

const (
	// maxName leaves room in the name of the CronJob, 52 characters by
	// Kubernetes' own rule (a Job's name adds 11 to it), for "-crathens".
	maxName = 52 - len("-crathens")
	// maxOwner is the length of a label's value, which <namespace>.<name> is.
	maxOwner = validation.LabelValueMaxLength
)

// meta checks what the site is called.
func (r *rules) meta() {
	m := &r.site.ObjectMeta
	switch {
	case m.Name == "":
		r.add("metadata.name", "is required: the names of all objects begin with it; write one, as in goproxy")
	case len(m.Name) > maxName:
		r.add("metadata.name", "is %d characters long; at most %d leave room for the CronJob's name, <name>-crathens", len(m.Name), maxName)
	case len(validation.IsDNS1035Label(m.Name)) > 0:
		r.add("metadata.name", "%q cannot begin the name of a Service; write a letter and then lower case letters, digits and hyphens, as in goproxy", m.Name)
	}
	r.siteNamespace()
	if m.GenerateName != "" {
		r.add("metadata.generateName", "has no meaning here: the same site must give the same names; write metadata.name")
	}
	r.labels("metadata.labels", m.Labels)
	r.mapKeys("metadata.annotations", m.Annotations)
}

// siteNamespace checks the namespace, which is the site's own.
func (r *rules) siteNamespace() {
	const path = "metadata.namespace"
	ns, mesh := r.site.Namespace, &r.spec.Mesh
	switch {
	case ns == "":
		r.add(path, "is required: the site lives in a namespace of its own; write one, as in goproxy")
	case !r.check(path, dnsLabel(ns)):
	case !r.check(path, reserved(ns)):
	case mesh.Mode == MeshSidecar && r.sound("spec.mesh") && ns == mesh.RootNamespace:
		r.add(path, "%s is the mesh's own, and the site denies traffic to its namespace by default; write a namespace of its own, as in goproxy", ns)
	case mesh.Mode == MeshSidecar && r.sound("spec.mesh") && ns == r.spec.Gateway.Workload().Namespace:
		r.add(path, "%s is the namespace of the gateway's pods too (gateway.istio.workload), and the site denies traffic to its namespace by default; write a namespace of its own, as in goproxy", ns)
	case len(ns)+1+len(r.site.Name) > maxOwner && len(r.site.Name) <= maxName:
		r.add(path, "together with metadata.name it is %d characters long; the label of all objects, <namespace>.<name>, holds at most %d", len(ns)+1+len(r.site.Name), maxOwner)
	}
}

// reserved is what is wrong with a namespace for a site.
func reserved(namespace string) string {
	whose, ok := namespaces.Reserved(namespace)
	if !ok {
		return ""
	}
	return quote.Sprintf("%s belongs to %s, and the site denies traffic to its namespace by default; write a namespace of its own, as in goproxy", namespace, whose)
}

// mapKeys checks the keys of labels and annotations.
func (r *rules) mapKeys(path string, m map[string]string) {
	for _, k := range sortedKeys(m) {
		if !inSet(k, alphabet+digits+"-_./") || len(validation.IsQualifiedName(strings.ToLower(k))) > 0 {
			r.add(child(path, k), "is not the key of a label or annotation; write a name, or a domain and a name, as in example.com/team")
		}
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

func (r *rules) namespace() {
	r.enum("spec.namespace.podSecurity", r.spec.Namespace.PodSecurity, PodSecurityRestricted, PodSecurityBaseline, PodSecurityPrivileged)
}

// images checks where images come from.
func (r *rules) images() {
	const path = "spec.images"
	i := &r.spec.Images
	r.optional(child(path, "registry"), i.Registry, imageRegistry)
	if i.PullPolicy != "" {
		r.enum(child(path, "pullPolicy"), i.PullPolicy, "Always", "IfNotPresent", "Never")
	}
	names := make([]string, len(i.PullSecretRefs))
	for n, ref := range i.PullSecretRefs {
		names[n] = ref.Name
		r.check(child(item(child(path, "pullSecretRefs"), n), "name"), secretName(ref.Name))
	}
	r.unique(child(path, "pullSecretRefs"), names)
}

// image checks a container image. One that comes from a mirror that is wrong itself
// is not complained about.
func (r *rules) image(path, image string) bool {
	registry := r.spec.Images.Registry
	if strings.HasPrefix(image, registry+"/") && imageRegistry(registry) != "" {
		return false
	}
	return r.check(path, imageReference(image))
}

// host checks the name under which go commands reach the site.
func (r *rules) host() {
	r.check("spec.host", siteHost(r.spec.Host, r.spec.ClusterDomain))
	if d := r.spec.ClusterDomain; len(validation.IsDNS1123Subdomain(d)) > 0 {
		r.add("spec.clusterDomain", "%q is not a DNS name; write the domain that ends the names of Services, as in cluster.local", d)
	}
}

// ClaimSuffix ends the names by which the Gateways of several sites are
// compared (package mesh). Below .invalid no name resolves (RFC 2606).
const ClaimSuffix = ".claimed.invalid"

// mostSiteHost is the longest host that leaves room for ClaimSuffix.
const mostSiteHost = validation.DNS1123SubdomainMaxLength - len(ClaimSuffix)

func siteHost(h, domain string) string {
	const example = "as in goproxy.example.com"
	_, ip := netip.ParseAddr(strings.Trim(h, "[]"))
	switch {
	case h == "":
		return "is required: it is the name under which go commands reach the site; write a DNS name, " + example
	case strings.Contains(h, "://"):
		return quote.Sprintf("%q begins with a scheme; write the name alone, %s", h, example)
	case strings.ContainsAny(h, "/?#"):
		return quote.Sprintf("%q holds a path, but the site serves a whole host; write the name alone, %s", h, example)
	case strings.Contains(h, "*"):
		return quote.Sprintf("%q holds a wildcard, but a site serves whole names; write one, %s", h, example)
	case ip == nil:
		return quote.Sprintf("%q is an address, for which there is no certificate; write a DNS name, %s", h, example)
	case strings.Contains(h, ":"):
		return quote.Sprintf("%q holds a port; write the name alone (the port is gateway.istio.workload.port), %s", h, example)
	case h != strings.ToLower(h):
		return quote.Sprintf("%q holds upper case letters; write %s", h, strings.ToLower(quote.Short(h)))
	case !isHost(h):
		return quote.Sprintf("%q is not a DNS name; write lower case letters, digits, hyphens and dots, %s", h, example)
	case len(h) > mostSiteHost:
		return quote.Sprintf("is %d characters long; at most %d are possible", len(h), mostSiteHost)
	case strings.HasSuffix(h, ".svc"), strings.HasSuffix(h, "."+domain):
		return quote.Sprintf("%q is the name of a Service in the cluster, which the site's policies at the gateway would then match: write the name under which clients outside reach the site, %s", h, example)
	case strings.HasSuffix(h, ".invalid"):
		return quote.Sprintf("%q never resolves: write a name of a domain of yours, %s", h, example)
	case !strings.Contains(h, "."):
		return quote.Sprintf("%q has no domain; write the whole name, %s", h, example)
	}
	return ""
}

// regions checks the names of the regions; their overrides are checked
// where they are read, merged over the spec.
func (r *rules) regions() {
	if r.broken.Merged() {
		return
	}
	firsts := map[string]int{}
	for i := range r.spec.Regions {
		name, path := r.spec.Regions[i].Name, child(item("spec.regions", i), "name")
		switch first, there := firsts[name]; {
		case name == "":
			r.add(path, "is required: spec.region picks a region by it; write one, as in westeurope")
		case there:
			r.add(path, "%q is repeated, first at %s; write one entry for a region", name, item("spec.regions", first))
		default:
			firsts[name] = i
			r.check(path, dnsLabel(name))
		}
	}
}
