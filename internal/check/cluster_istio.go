package check

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/gateways"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/releases"
)

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
	out, err := a.kubectl("get", "configmaps", "--namespace="+namespace, "--output=jsonpath={.kind}{.data.mesh}", "--", name)
	text, whole := strings.CutPrefix(string(out), "ConfigMap")
	switch {
	case isMissing(err, namespace, name) && a.Mesh.AddOn():
		return nil, true // the add-on has one only where its user writes it
	case isMissing(err, namespace, name):
		a.report(lacking, "ConfigMap %s does not exist: Istio keeps the mesh config in it", namespace+"/"+name)
		return nil, true
	case err != nil:
		a.report(notAnswered, "the mesh config: %s", err)
		return nil, false
	case !whole:
		a.report(notAnswered, "the mesh config: %s", odd)
		return nil, false
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
