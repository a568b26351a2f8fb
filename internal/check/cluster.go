package check

import (
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

// Kubectl asks a cluster: it runs kubectl with arguments that only read, and
// returns what that prints.
type Kubectl func(args ...string) ([]byte, error)

// Found is whether the cluster has something that must exist.
type Found string

// What the cluster says of a need.
const (
	FoundYes     Found = "yes"
	FoundNo      Found = "no"
	FoundUnknown Found = "unknown"
	// FoundOutside is about what no cluster holds.
	FoundOutside Found = "outside"
)

// asker asks a cluster about one site.
type asker struct {
	kubectl Kubectl
	*World
	report func(code, format string, args ...any)
}

// ask looks up everything that the site takes for granted of its cluster, and
// marks its needs.
func (a *asker) ask(needs []Need) {
	version, err := a.kubectl("get", "--raw", "/version")
	if err != nil {
		a.report(notAnswered, "the cluster: %s", err)
		for i := range needs {
			needs[i].Found = FoundUnknown
		}
		return
	}
	a.kubernetes(version)
	served := a.apis()
	var providers []string
	var read bool
	if generators.Meshed(a.Site) {
		a.injection()
		a.gatewayPods()
		providers, read = a.meshConfig()
	}
	for i := range needs {
		n := &needs[i]
		switch {
		case n.Kind == "API":
			n.Found = served[n.Name]
		case n.Kind == "CNI plugin":
			n.Found = a.cni()
		case n.Kind == "extension provider":
			n.Found = a.provider(n, providers, read)
		case resources[n.Kind] != "" || n.group != "":
			n.Found = a.object(n)
		case slices.Contains(outside, n.Kind):
			n.Found = FoundOutside
		default:
			n.Found = FoundUnknown
			a.report(notAnswered, "%s %s: check does not know the resource of this kind; look for it with kubectl", n.Kind, n.Name)
		}
	}
	a.defaultClass()
}

// outside are the kinds of needs that are not in the cluster.
var outside = []string{"key set", "blob container", "Key Vault", "public address"}

// resources of the kinds of needs, as kubectl names them; a need with a group is
// named by its kind.
var resources = map[string]string{
	"ClusterSecretStore": "clustersecretstores.external-secrets.io",
	"ConfigMap":          "configmaps", "Gateway": "gateways.networking.istio.io", "IngressClass": "ingressclasses.networking.k8s.io",
	"Namespace": "namespaces", "PersistentVolumeClaim": "persistentvolumeclaims",
	"PriorityClass": "priorityclasses.scheduling.k8s.io", "RuntimeClass": "runtimeclasses.node.k8s.io",
	"Secret": "secrets", "SecretStore": "secretstores.external-secrets.io", "Service": "services",
	"ServiceAccount": "serviceaccounts", "StorageClass": "storageclasses.storage.k8s.io",
}

// keysOnly prints the kind of an object and the keys of its data, never a value.
const keysOnly = "go-template={{.kind}}{{range $key, $value := .data}} {{$key}}{{end}}{{range $key, $value := .binaryData}} {{$key}}{{end}}"

// object looks for an object, and for its keys.
func (a *asker) object(n *Need) Found {
	name, resource := n.Kind+" "+n.Name, resources[n.Kind]
	if n.group != "" {
		resource = strings.ToLower(n.Kind) + "." + n.group
	}
	args := []string{"get", resource, "--ignore-not-found"}
	if n.Namespace != "" {
		name = n.Kind + " " + n.Namespace + "/" + n.Name
		args = append(args, "--namespace="+n.Namespace)
	}
	output := keysOnly
	if n.Kind == "Namespace" {
		output = "jsonpath={.kind} {.metadata.labels}"
	}
	out, err := a.kubectl(append(args, "--output="+output, "--", n.Name)...)
	kind, rest, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	switch {
	case err != nil && strings.Contains(err.Error(), "doesn't have a resource type"), err == nil && kind == "":
		a.report(lacking, "%s does not exist: %s", name, n.For)
		return FoundNo
	case err != nil:
		a.report(notAnswered, "%s: %s", name, err)
		return FoundUnknown
	case n.Kind == "Namespace":
		a.injected(rest)
		return FoundYes
	case n.Kind != "Secret" && n.Kind != "ConfigMap":
		return FoundYes
	}
	keys, found := strings.Fields(rest), FoundYes
	for _, key := range n.Keys {
		if !slices.Contains(keys, key) {
			a.report(lacking, "%s has no key %s: %s", name, key, n.For)
			found = FoundNo
		}
	}
	return found
}

// injected looks at the labels of a namespace that the site does not make.
func (a *asker) injected(labels string) {
	if !generators.Meshed(a.Site) {
		return
	}
	var has map[string]string
	if labels != "" {
		if err := json.Unmarshal([]byte(labels), &has); err != nil {
			a.report(notAnswered, "Namespace %s: its labels: %s", a.Site.Namespace, err)
			return
		}
	}
	key, value := generators.InjectionLabel(a.Site)
	if has[key] != value || key != "istio-injection" && has["istio-injection"] != "" {
		a.report(lacking, "Namespace %s injects no sidecar of this site's revision: kubectl label namespace %s %s --overwrite", a.Site.Namespace, a.Site.Namespace, key+"="+value)
	}
}

// kubernetes looks at the version of the API server.
func (a *asker) kubernetes(version []byte) {
	var server struct{ Major, Minor string }
	if err := json.Unmarshal(version, &server); err != nil {
		a.report(notAnswered, "the version of Kubernetes: %s", err)
		return
	}
	switch v := server.Major + "." + strings.TrimRight(server.Minor, "+"); {
	case server.Minor == "":
		a.report(notAnswered, "the version of Kubernetes: /version does not hold it")
	case releases.Older(v, releases.KubernetesOldest):
		a.report(lacking, "Kubernetes is %s, and a site needs %s or later", v, releases.KubernetesOldest)
	}
}

// apis looks for the kinds of the site's objects that Kubernetes itself does not
// have, and returns what was found by API.
func (a *asker) apis() map[string]Found {
	found := map[string]Found{}
	asked := map[string][]string{}
	for _, o := range a.Objects {
		kind := o.GetObjectKind().GroupVersionKind()
		if !generators.IsAddOn(kind.Group) && !strings.HasSuffix(kind.Group, ".istio.io") {
			continue
		}
		api := kind.GroupVersion().String()
		kinds, again := asked[api]
		if !again {
			out, err := a.kubectl("get", "--raw", "/apis/"+api)
			if err == nil {
				kinds, err = kindsIn(out)
			}
			switch {
			case err != nil && strings.Contains(err.Error(), "(NotFound)"):
				found[api] = FoundNo
				a.report(lacking, "API %s is not served, which the site's objects use: install what brings it, or upgrade that", api)
			case err != nil:
				found[api] = FoundUnknown
				a.report(notAnswered, "API %s: %s", api, err)
			default:
				found[api] = FoundYes
			}
		}
		if found[api] == FoundYes && !slices.Contains(kinds, kind.Kind) {
			found[api] = FoundNo
			a.report(lacking, "API %s has no %s, which the site's objects use", api, kind.Kind)
		}
		asked[api] = kinds
	}
	return found
}

// kindsIn an APIResourceList.
func kindsIn(answer []byte) (out []string, err error) {
	var list struct {
		Resources []struct{ Kind string }
	}
	if err := json.Unmarshal(answer, &list); err != nil {
		return nil, err
	}
	for _, r := range list.Resources {
		out = append(out, r.Kind)
	}
	return out, nil
}

// rows asks for lines of words, one line an object.
func (a *asker) rows(what string, fields string, args ...string) (out [][]string, ok bool) {
	text, err := a.kubectl(append([]string{"get"}, append(args, "--output=jsonpath={range .items[*]}"+fields+`{"\n"}{end}`)...)...)
	if err != nil {
		a.report(notAnswered, "%s: %s", what, err)
		return nil, false
	}
	for line := range strings.Lines(string(text)) {
		out = append(out, strings.Split(strings.TrimRight(line, "\n"), "\t"))
	}
	return out, true
}

// injection looks for the control plane that injects the site's sidecars, and at
// its version. A revision may be a tag, which a webhook of its own has.
func (a *asker) injection() {
	want := a.Mesh.Revision
	if want == "" {
		want = "default"
	}
	webhooks, ok := a.rows("Istio's injector", `{.metadata.labels.istio\.io/rev}{"\t"}{.metadata.labels.istio\.io/tag}`,
		"mutatingwebhookconfigurations.admissionregistration.k8s.io", "--selector=app=sidecar-injector")
	if !ok {
		return
	}
	revision, all := "", []string(nil)
	for _, w := range webhooks {
		if len(w) == 2 && (w[1] == want || w[1] == "" && w[0] == want) {
			revision = w[0]
		}
		for _, name := range w {
			if name != "" && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	if revision == "" {
		has := "the cluster has none"
		if len(all) > 0 {
			has = "the cluster has " + strings.Join(all, ", ")
		}
		a.report(lacking, "Istio's revision %s injects no sidecars, and %s: install it, or set spec.mesh.revision", want, has)
		return
	}
	a.istiod(revision)
}

func (a *asker) istiod(revision string) {
	images, ok := a.rows("istiod", `{.spec.template.spec.containers[0].image}`,
		"deployments.apps", "--namespace="+a.Mesh.RootNamespace, "--selector=app=istiod,istio.io/rev="+revision)
	switch {
	case !ok:
	case len(images) == 0: // or it runs in another cluster
		a.report(notAnswered, "Istio's version: no istiod of revision %s runs in %s, which spec.mesh.rootNamespace names", revision, a.Mesh.RootNamespace)
	default:
		image := images[0][0]
		tag, _, _ := strings.Cut(image[strings.LastIndex(image, ":")+1:], "-")
		parts := strings.Split(tag, ".")
		switch {
		case len(parts) < 2 || strings.Contains(image, "@") || strings.Trim(tag, ".0123456789") != "":
			a.report(notAnswered, "Istio's version: the image %s of istiod does not tell it", image)
		case releases.Older(parts[0]+"."+parts[1], releases.IstioOldest):
			a.report(lacking, "Istio is %s, and a site needs %s or later", tag, releases.IstioOldest)
		}
	}
}

// gatewayPods looks at the pods that requests arrive at, and at their account.
func (a *asker) gatewayPods() {
	w := a.Gateway.Workload()
	pods, ok := a.rows("the gateway's pods", `{.metadata.name}{"\t"}{.spec.serviceAccountName}{"\t"}{.status.phase}`,
		"pods", "--namespace="+w.Namespace, "--selector="+gateways.Selector(w.Labels))
	if !ok {
		return
	}
	running := false
	for _, p := range pods {
		if len(p) != 3 || p[2] != "Running" {
			continue
		}
		running = true
		if p[1] != w.ServiceAccountName {
			a.report(lacking, "the gateway's pod %s runs as ServiceAccount %s, and policies admit %s: set spec.gateway.istio.workload.serviceAccountName", w.Namespace+"/"+p[0], p[1], w.ServiceAccountName)
			return
		}
	}
	if !running {
		a.report(lacking, "no pod with the labels %s runs in %s, so no gateway serves the site: set spec.gateway.istio.workload", gateways.Selector(w.Labels), w.Namespace)
	}
}

// meshConfig looks at the trust domain, and returns the extension providers.
func (a *asker) meshConfig() (providers []string, ok bool) {
	namespace, name := a.Mesh.ConfigMap()
	out, err := a.kubectl("get", "configmaps", "--ignore-not-found", "--namespace="+namespace, "--output=jsonpath={.kind}{.data.mesh}", "--", name)
	text, exists := strings.CutPrefix(string(out), "ConfigMap")
	switch {
	case err != nil:
		a.report(notAnswered, "the mesh config: %s", err)
		return nil, false
	case !exists && a.Mesh.AddOn():
		return nil, true // the add-on has one only where its user writes it
	case !exists:
		a.report(lacking, "ConfigMap %s does not exist: Istio keeps the mesh config in it", namespace+"/"+name)
		return nil, true
	}
	var config struct {
		TrustDomain        string `yaml:"trustDomain"`
		ExtensionProviders []struct {
			Name string `yaml:"name"`
		} `yaml:"extensionProviders"`
	}
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		a.report(notAnswered, "the mesh config in ConfigMap %s: %s", namespace+"/"+name, err)
		return nil, false
	}
	if config.TrustDomain == "" {
		config.TrustDomain = v1alpha1.DefaultTrustDomain
	}
	if config.TrustDomain != a.Mesh.TrustDomain && !a.Mesh.AddOn() {
		a.report(lacking, "the mesh's trust domain is %s, and the site's policies name %s: set spec.mesh.trustDomain", config.TrustDomain, a.Mesh.TrustDomain)
	}
	for _, p := range config.ExtensionProviders {
		providers = append(providers, p.Name)
	}
	return providers, true
}

func (a *asker) provider(n *Need, providers []string, read bool) Found {
	switch {
	case !read:
		return FoundUnknown // the mesh config is reported
	case !slices.Contains(providers, n.Name):
		a.report(lacking, "extension provider %s does not exist: %s", n.Name, n.For)
		return FoundNo
	}
	return FoundYes
}

// cni looks for Istio's CNI plugin on some node.
func (a *asker) cni() Found {
	sets, ok := a.rows("Istio's CNI plugin", `{.status.numberReady}`, "daemonsets.apps", "--all-namespaces", "--selector=k8s-app=istio-cni-node")
	switch {
	case !ok:
		return FoundUnknown
	case !slices.ContainsFunc(sets, func(s []string) bool { return s[0] != "" && s[0] != "0" }):
		a.report(lacking, "Istio's CNI plugin does not run (DaemonSets with the label k8s-app=istio-cni-node): %s", quote.Said(a.Site.CNICommand(func(s string) string { return s })))
		return FoundNo
	}
	return FoundYes
}

// defaultClass looks for the class of a claim that names none.
func (a *asker) defaultClass() {
	d := a.Athens.Storage.Disk
	if d == nil || d.ClaimRef != nil || d.StorageClassName != "" {
		return
	}
	classes, ok := a.rows("the default StorageClass", `{.metadata.annotations.storageclass\.kubernetes\.io/is-default-class}`, "storageclasses.storage.k8s.io")
	if ok && !slices.ContainsFunc(classes, func(c []string) bool { return c[0] == "true" }) {
		a.report(lacking, "no StorageClass is the default, and the claim of the modules names none: set spec.athens.storage.disk.storageClassName")
	}
}
