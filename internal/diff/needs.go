package diff

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/pods"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// needs compares what the manifests use and do not contain.
func (c *comparison) needs() {
	old, now := needsOf(c.old), needsOf(c.now)
	for _, s := range without(old, now) {
		c.note(needGoes, "- %s need no longer exist", s)
	}
	for _, s := range without(now, old) {
		c.note(needComes, "+ %s must exist first", s)
	}
	from, to := revision(c.old), revision(c.now)
	if skipped := between(from, to); skipped != "" {
		c.note(needComes, "+ AKS upgrades the mesh by one or two revisions at a time: from %s go to %s first", from, skipped)
	}
}

// needsOf lists what objects use and do not make, by kind and name.
func needsOf(objects []Object) []string {
	n := &needed{made: map[string]bool{}}
	for i := range objects {
		n.makes(&objects[i])
	}
	for i := range objects {
		n.uses(&objects[i], objects)
	}
	return n.names
}

// needed collects what objects use.
type needed struct {
	made  map[string]bool
	names []string
}

func called(kind, namespace, name string) string {
	if namespace != "" {
		name = namespace + "/" + name
	}
	return kind + " " + name
}

// makes notes what an object is, and what a controller makes of it.
func (n *needed) makes(o *Object) {
	n.made[called(o.Kind, o.Namespace, o.Name)] = true
	secret := func(name string) { n.made[called("Secret", o.Namespace, name)] = true }
	switch o.Kind {
	case "ExternalSecret":
		secret(cmp.Or(tree.Text(o.tree, "spec", "target", "name"), o.Name))
	case "Certificate":
		secret(tree.Text(o.tree, "spec", "secretName"))
	case "SecretProviderClass":
		for _, s := range tree.Items(o.tree, "spec", "secretObjects") {
			secret(tree.Text(s, "secretName"))
		}
	}
	operatorSpec := tree.Get(o.tree, "spec", "operatorSpec")
	for _, from := range []string{"secrets", "configMaps"} {
		for _, to := range tree.Entries(operatorSpec, from) {
			kind := "Secret"
			if from == "configMaps" {
				kind = "ConfigMap"
			}
			n.made[called(kind, o.Namespace, tree.Text(to, "name"))] = true
		}
	}
}

func (n *needed) add(kind, namespace, name string) {
	line := called(kind, namespace, name)
	if name != "" && !n.made[line] && !slices.Contains(n.names, line) {
		n.names = append(n.names, line)
	}
}

// uses notes what an object refers to.
func (n *needed) uses(o *Object, objects []Object) {
	if namespace, _, owned := strings.Cut(o.Owner, "."); owned && o.Namespace == namespace {
		n.add("Namespace", "", namespace)
	}
	if strings.Contains(o.Group, ".") && !builtIn(o.Group) {
		n.add("API", "", o.Group+" "+o.Kind)
	}
	n.pod(o)
	switch o.Kind {
	case "Gateway":
		for _, s := range tree.Items(o.tree, "spec", "servers") {
			if name := tree.Text(s, "tls", "credentialName"); name != "" {
				n.add("Secret", "", name+" (of the gateway)")
			}
		}
	case "VirtualService":
		for _, name := range texts(o.tree, "spec", "gateways") {
			if namespace, name, found := strings.Cut(name, "/"); found {
				n.add("Gateway", namespace, name)
			}
		}
	case "Ingress":
		n.add("IngressClass", "", tree.Text(o.tree, "spec", "ingressClassName"))
		for _, t := range tree.Items(o.tree, "spec", "tls") {
			n.add("Secret", o.Namespace, tree.Text(t, "secretName"))
		}
	case "PersistentVolumeClaim":
		n.add("StorageClass", "", tree.Text(o.tree, "spec", "storageClassName"))
	case "ExternalSecret":
		ref := tree.Get(o.tree, "spec", "secretStoreRef")
		kind, namespace := tree.Text(ref, "kind"), ""
		if kind != "ClusterSecretStore" {
			kind, namespace = cmp.Or(kind, "SecretStore"), o.Namespace
		}
		n.add(kind, namespace, tree.Text(ref, "name"))
	case "AuthorizationPolicy":
		for _, principal := range principalsIn(o) {
			if _, account, found := strings.Cut(principal, "/ns/"); found {
				namespace, name, _ := strings.Cut(account, "/sa/")
				n.add("ServiceAccount", namespace, name)
			}
		}
	case "Telemetry":
		for _, provider := range providers(o) {
			n.add("extension provider", "", provider+meshConfig(objects))
		}
	}
}

// pod notes what the pods of a workload refer to.
func (n *needed) pod(o *Object) {
	pod := o.pod()
	if account := tree.Text(pod, "serviceAccountName"); account != "default" {
		n.add("ServiceAccount", o.Namespace, account)
	}
	for _, v := range tree.Items(pod, "volumes") {
		n.add("Secret", o.Namespace, tree.Text(v, "secret", "secretName"))
		n.add("ConfigMap", o.Namespace, tree.Text(v, "configMap", "name"))
		n.add("PersistentVolumeClaim", o.Namespace, tree.Text(v, "persistentVolumeClaim", "claimName"))
		for _, s := range tree.Items(v, "projected", "sources") {
			n.add("Secret", o.Namespace, tree.Text(s, "secret", "name"))
			n.add("ConfigMap", o.Namespace, tree.Text(s, "configMap", "name"))
		}
	}
	for _, s := range tree.Items(pod, "imagePullSecrets") {
		n.add("Secret", o.Namespace, tree.Text(s, "name"))
	}
	env := o.env()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		from := tree.Get(env[name], "valueFrom")
		n.add("Secret", o.Namespace, tree.Text(from, "secretKeyRef", "name"))
		n.add("ConfigMap", o.Namespace, tree.Text(from, "configMapKeyRef", "name"))
	}
}

// builtIn says whether every cluster, or every mesh, has the kinds of a group.
func builtIn(group string) bool {
	return strings.HasSuffix(group, ".k8s.io") && !strings.HasPrefix(group, "gateway.") && !strings.HasPrefix(group, "secrets-store.") ||
		strings.HasSuffix(group, ".istio.io")
}

// providers that a Telemetry names, but for the one that Istio has by itself.
func providers(telemetry *Object) (out []string) {
	for _, part := range []string{"tracing", "accessLogging", "metrics"} {
		for _, t := range tree.Items(telemetry.tree, "spec", part) {
			for _, p := range tree.Items(t, "providers") {
				if name := tree.Text(p, "name"); name != v1alpha1.StdoutProvider && name != "prometheus" {
					out = append(out, name)
				}
			}
		}
	}
	return out
}

// revision of the control plane that injects the pods of a site.
func revision(objects []Object) string {
	for _, o := range ofKind(objects, "Namespace") {
		if rev := tree.Text(o.tree, "metadata", "labels", "istio.io/rev"); rev != "" {
			return rev
		}
	}
	for i := range objects {
		template, _, _ := pods.Template(objects[i].tree)
		if rev := tree.Text(template, "metadata", "labels", "istio.io/rev"); rev != "" {
			return rev
		}
	}
	return ""
}

// meshConfig says where the mesh config of a site's control plane is written,
// with its namespace where that is known.
func meshConfig(objects []Object) string {
	mesh := v1alpha1.Mesh{Revision: revision(objects)}
	namespace, name := mesh.ConfigMap()
	if namespace != "" {
		name = namespace + "/" + name
	}
	return " (in the ConfigMap " + name + ")"
}

// between is the revision of the AKS add-on that an upgrade goes through first;
// empty if it goes to the new one.
func between(from, to string) string {
	minor := func(revision string) int {
		text, found := strings.CutPrefix(revision, v1alpha1.AKSRevisionPrefix+"1-")
		n, err := strconv.Atoi(text)
		if !found || err != nil {
			return -1
		}
		return n
	}
	if a, b := minor(from), minor(to); a >= 0 && b > a+2 {
		return v1alpha1.AKSRevisionPrefix + "1-" + strconv.Itoa(a+2)
	}
	return ""
}
