package manifests

import (
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// Need is an object that the site names, that is not among the manifests, and that
// the site does not make: it must exist.
type Need struct{ Kind, Namespace, Name, For string }

// references are what the objects of a site name.
type references struct {
	site   *Site
	faults []Fault
	needs  []Need
}

// References are the fields that name an object that is not there. What others may
// have made is in needs.
func (s *Site) References() (faults []Fault, needs []Need) {
	r := &references{site: s}
	for _, o := range s.Own {
		r.hosts(o, o.Node, nil)
		r.istio(o)
		r.targets(o)
	}
	for _, p := range s.own() {
		if s.find("", "Namespace", "", p.Namespace) == nil {
			r.needs = append(r.needs, Need{"Namespace", "", p.Namespace, "the whole site"})
		}
		r.pod(p)
	}
	return r.faults, r.needs
}

// missing notes a reference, unless the object is there. The path is that of the
// field.
func (r *references) missing(of *Object, path tree.Path, group, kind, namespace, name string) *Object {
	if name == "" {
		return nil
	}
	found := r.site.find(group, kind, namespace, name)
	switch {
	case found != nil:
	case r.ours(kind, namespace, name):
		r.fault(of, path, kind+" "+namespace+"/"+name+" is not among the manifests: add it, or correct the name")
	default:
		r.needs = append(r.needs, Need{kind, namespace, name, strings.ToLower(of.Kind) + "/" + of.Name + " " + path.String()})
	}
	return found
}

// ours says whether the site makes an object: its name has the site's name and
// something behind it. Secrets are made by hand, unless those of the namespace
// are among the manifests.
func (r *references) ours(kind, namespace, name string) bool {
	if kind == "Secret" {
		for _, o := range r.site.Objects {
			if o.Kind == kind && o.Namespace == namespace && tree.Text(o.Node, "metadata", "uid") != "" {
				return true
			}
		}
		return false
	}
	return strings.Contains(name, r.name()+"-")
}

// name of the site, as its label has it.
func (r *references) name() string {
	_, name, _ := strings.Cut(r.site.Owner, ".")
	return name
}

func (r *references) fault(o *Object, path tree.Path, message string) {
	r.faults = append(r.faults, Fault{o, o.File, path, message})
}

// pod looks up what a pod is made of.
func (r *references) pod(p *pod) {
	spec, at := tree.Get(p.template, "spec"), p.path.With("spec")
	r.missing(p.Object, at.With("serviceAccountName"), "", "ServiceAccount", p.Namespace, tree.Text(spec, "serviceAccountName"))
	for i, ref := range tree.Items(spec, "imagePullSecrets") {
		r.missing(p.Object, at.With("imagePullSecrets").With(tree.Index(i)), "", "Secret", p.Namespace, tree.Text(ref, "name"))
	}
	for i, v := range tree.Items(spec, "volumes") {
		at := at.With("volumes").With(tree.Index(i))
		r.volume(p, v, at)
		r.missing(p.Object, at.With("persistentVolumeClaim"), "", "PersistentVolumeClaim", p.Namespace, tree.Text(v, "persistentVolumeClaim", "claimName"))
		r.missing(p.Object, at.With("csi"), "secrets-store.csi.x-k8s.io", "SecretProviderClass", p.Namespace, tree.Text(v, "csi", "volumeAttributes", "secretProviderClass"))
		for j, s := range tree.Items(v, "projected", "sources") {
			r.volume(p, s, at.With("projected").With("sources").With(tree.Index(j)))
		}
	}
	for _, list := range []string{"initContainers", "containers"} {
		for i, c := range tree.Items(spec, list) {
			at := at.With(list).With(tree.Index(i))
			r.mounts(p, spec, c, at)
			for j, e := range tree.Items(c, "env") {
				from, at := tree.Get(e, "valueFrom"), at.With("env").With(tree.Index(j)).With("valueFrom")
				r.keyed(p, tree.Get(from, "configMapKeyRef"), at.With("configMapKeyRef"), "ConfigMap", "name", tree.Text(from, "configMapKeyRef", "key"))
				r.keyed(p, tree.Get(from, "secretKeyRef"), at.With("secretKeyRef"), "Secret", "name", tree.Text(from, "secretKeyRef", "key"))
			}
			for j, e := range tree.Items(c, "envFrom") {
				at := at.With("envFrom").With(tree.Index(j))
				r.keyed(p, tree.Get(e, "configMapRef"), at.With("configMapRef"), "ConfigMap", "name")
				r.keyed(p, tree.Get(e, "secretRef"), at.With("secretRef"), "Secret", "name")
			}
		}
	}
}

// mounts looks up the volumes that a container mounts.
func (r *references) mounts(p *pod, spec, container *yaml.Node, at tree.Path) {
	volumes := map[string]bool{}
	for _, v := range tree.Items(spec, "volumes") {
		volumes[tree.Text(v, "name")] = true
	}
	for _, v := range tree.Items(p.Node, "spec", "volumeClaimTemplates") {
		volumes[tree.Text(v, "metadata", "name")] = true
	}
	for i, m := range tree.Items(container, "volumeMounts") {
		if name := tree.Text(m, "name"); !volumes[name] {
			r.fault(p.Object, at.With("volumeMounts").With(tree.Index(i)), "the pod has no volume "+name+": add it, or correct the name")
		}
	}
}

// volume looks up the ConfigMap or Secret of a volume, or of a source of one.
func (r *references) volume(p *pod, v *yaml.Node, at tree.Path) {
	var keys []string
	for _, kind := range []string{"configMap", "secret"} {
		for _, item := range tree.Items(v, kind, "items") {
			keys = append(keys, tree.Text(item, "key"))
		}
	}
	r.keyed(p, tree.Get(v, "configMap"), at.With("configMap"), "ConfigMap", "name", keys...)
	name := "secretName"
	if tree.Get(v, "secret", "name") != nil {
		name = "name" // that of a projected volume
	}
	r.keyed(p, tree.Get(v, "secret"), at.With("secret"), "Secret", name, keys...)
}

// keyed looks up a ConfigMap or Secret and the keys in it that are read.
func (r *references) keyed(p *pod, ref *yaml.Node, at tree.Path, kind, field string, keys ...string) {
	if ref == nil || tree.Text(ref, "optional") == "true" {
		return
	}
	found := r.missing(p.Object, at.With(field), "", kind, p.Namespace, tree.Text(ref, field))
	if found == nil {
		return
	}
	for _, key := range keys {
		if tree.Get(found.Node, "data", key) == nil && tree.Get(found.Node, "binaryData", key) == nil && tree.Get(found.Node, "stringData", key) == nil {
			r.fault(p.Object, at, found.String()+" has no key "+key+": add it, or correct the key")
		}
	}
}

// inCluster finds NAME.NAMESPACE.svc in a text.
var inCluster = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.svc\b`)
})

// hosts looks up the Services that texts of an object name in full, in namespaces
// that the site has Services in: others are not among its manifests.
func (r *references) hosts(o *Object, n *yaml.Node, path tree.Path) {
	n = tree.Deref(n)
	switch {
	case n == nil, len(path) == 1 && (path[0] == "status" || path[0] == "metadata"):
	case n.Kind == yaml.MappingNode:
		for key, v := range tree.Entries(n) {
			r.hosts(o, v, path.With(key))
		}
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			r.hosts(o, item, path.With(tree.Index(i)))
		}
	case strings.Contains(n.Value, ".svc"):
		for _, m := range inCluster().FindAllStringSubmatch(n.Value, -1) {
			if name, namespace := m[1], m[2]; r.serves(namespace) && r.ours("Service", namespace, name) && r.site.find("", "Service", namespace, name) == nil {
				r.fault(o, path, "Service "+namespace+"/"+name+" is not among the manifests: add it, or correct the host")
			}
		}
	}
}

// serves says whether a namespace is one of the site: it has a pod or a Service of it.
func (r *references) serves(namespace string) bool {
	for _, o := range r.site.Own {
		if o.Namespace == namespace && (o.Kind == "Service" || o.Kind == "Deployment") {
			return true
		}
	}
	return false
}

// istio looks up what Istio's objects name.
func (r *references) istio(o *Object) {
	switch {
	case o.Group == "networking.istio.io" && o.Kind == "VirtualService":
		r.virtualService(o)
	case o.Group == "networking.istio.io" && o.Kind == "DestinationRule":
		r.host(o, tree.Path{"spec", "host"}, tree.Text(o.Node, "spec", "host"))
	case o.Group == "networking.istio.io" && o.Kind == "Gateway":
		for i, server := range tree.Items(o.Node, "spec", "servers") {
			if name := tree.Text(server, "tls", "credentialName"); name != "" {
				namespace := r.site.World.Site().Spec.Gateway.Workload().Namespace
				r.missing(o, tree.Path{"spec", "servers", tree.Index(i), "tls", "credentialName"}, "", "Secret", namespace, name)
			}
		}
	case o.Group == "security.istio.io" && o.Kind == "AuthorizationPolicy":
		r.principals(o)
	}
}

func (r *references) virtualService(o *Object) {
	for i, g := range tree.Items(o.Node, "spec", "gateways") {
		if name := tree.Text(g); name != "mesh" {
			namespace := o.Namespace
			if before, after, found := strings.Cut(name, "/"); found {
				namespace, name = before, after
			}
			path := tree.Path{"spec", "gateways", tree.Index(i)}
			if own := namespace == o.Namespace && r.site.find("networking.istio.io", "Gateway", namespace, name) == nil; own && name == r.name() {
				r.fault(o, path, "Gateway "+namespace+"/"+name+" is not among the manifests: add it, or correct the name")
				continue
			}
			r.missing(o, path, "networking.istio.io", "Gateway", namespace, name)
		}
	}
	for i, http := range tree.Items(o.Node, "spec", "http") {
		for j, route := range tree.Items(http, "route") {
			path := tree.Path{"spec", "http", tree.Index(i), "route", tree.Index(j), "destination"}
			host := tree.Text(route, "destination", "host")
			r.host(o, path.With("host"), host)
			r.subset(o, path, host, tree.Text(route, "destination", "subset"))
		}
		if name := tree.Text(http, "delegate", "name"); name != "" {
			namespace := tree.Text(http, "delegate", "namespace")
			if namespace == "" {
				namespace = o.Namespace
			}
			r.missing(o, tree.Path{"spec", "http", tree.Index(i), "delegate"}, o.Group, o.Kind, namespace, name)
		}
	}
}

// host looks up a Service by its short name; full names are those of every text.
func (r *references) host(o *Object, path tree.Path, host string) {
	if host != "" && !strings.Contains(host, ".") && host != "*" && r.site.find("", "Service", o.Namespace, host) == nil {
		r.fault(o, path, "Service "+o.Namespace+"/"+host+" is not among the manifests: add it, or correct the host")
	}
}

// subset looks up a subset of a host among the DestinationRules for it.
func (r *references) subset(o *Object, path tree.Path, host, subset string) {
	if subset == "" {
		return
	}
	for _, d := range r.site.Objects {
		if d.Kind != "DestinationRule" || short(tree.Text(d.Node, "spec", "host"), d.Namespace) != short(host, o.Namespace) {
			continue
		}
		for _, s := range tree.Items(d.Node, "spec", "subsets") {
			if tree.Text(s, "name") == subset {
				return
			}
		}
	}
	r.fault(o, path.With("subset"), "no DestinationRule of "+host+" has a subset "+subset+": add it, or correct the name")
}

// short is a host as NAME.NAMESPACE where it is one of the cluster.
func short(host, namespace string) string {
	if !strings.Contains(host, ".") {
		return host + "." + namespace
	}
	name, _, _ := strings.Cut(host, ".svc")
	return name
}

// principals looks up the ServiceAccounts of the site's namespaces that a policy
// names.
func (r *references) principals(o *Object) {
	for i, rule := range tree.Items(o.Node, "spec", "rules") {
		for j, from := range tree.Items(rule, "from") {
			for _, field := range []string{"principals", "notPrincipals"} {
				for k, p := range tree.Items(from, "source", field) {
					_, account, _ := strings.Cut(tree.Text(p), "/ns/")
					namespace, name, is := strings.Cut(account, "/sa/")
					if is && r.serves(namespace) && !strings.Contains(name, "*") {
						r.missing(o, tree.Path{"spec", "rules", tree.Index(i), "from", tree.Index(j), "source", field, tree.Index(k)}, "", "ServiceAccount", namespace, name)
					}
				}
			}
		}
	}
}

// targets looks up what autoscalers, policies and routes of other APIs are about.
func (r *references) targets(o *Object) {
	one := func(ref *yaml.Node, path tree.Path, kind string) {
		if ref == nil {
			return
		}
		if k := tree.Text(ref, "kind"); k != "" {
			kind = k
		}
		group := tree.Text(ref, "group")
		if version := tree.Text(ref, "apiVersion"); strings.Contains(version, "/") {
			group, _, _ = strings.Cut(version, "/")
		}
		if group == "" && kind == "Deployment" {
			group = "apps"
		}
		namespace := tree.Text(ref, "namespace")
		if namespace == "" {
			namespace = o.Namespace
		}
		r.missing(o, path, group, kind, namespace, tree.Text(ref, "name"))
	}
	spec := tree.Get(o.Node, "spec")
	one(tree.Get(spec, "scaleTargetRef"), tree.Path{"spec", "scaleTargetRef"}, "Deployment")
	if strings.HasSuffix(o.Group, "istio.io") {
		one(tree.Get(spec, "targetRef"), tree.Path{"spec", "targetRef"}, "Service")
		for i, ref := range tree.Items(spec, "targetRefs") {
			one(ref, tree.Path{"spec", "targetRefs", tree.Index(i)}, "Service")
		}
	}
	if o.Kind == "Ingress" {
		for i, rule := range tree.Items(spec, "rules") {
			for j, p := range tree.Items(rule, "http", "paths") {
				one(tree.Get(p, "backend", "service"), tree.Path{"spec", "rules", tree.Index(i), "http", "paths", tree.Index(j), "backend", "service"}, "Service")
			}
		}
	}
	if o.Group == "gateway.networking.k8s.io" {
		for i, rule := range tree.Items(spec, "rules") {
			for j, ref := range tree.Items(rule, "backendRefs") {
				one(ref, tree.Path{"spec", "rules", tree.Index(i), "backendRefs", tree.Index(j)}, "Service")
			}
		}
	}
}
