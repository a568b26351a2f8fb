package check

import (
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
	"github.com/gomods/athens-kfn/pkg/generators/mesh"
)

// Need is something that a site uses and does not make.
type Need struct {
	Kind string `json:"kind"`
	// Namespace is empty for what belongs to none.
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	// Keys that it must hold: of a Secret, the entries of a vault, the kinds of
	// an API.
	Keys []string `json:"keys,omitempty"`
	// For says what it is used for.
	For string `json:"for"`
	// Regions that need it; empty for all of them, and for a site without any.
	Regions []string `json:"regions,omitempty"`
	// Found is what the cluster says of it; empty if none was asked.
	Found Found `json:"found,omitempty"`

	// group of the API that has the kind, where others have it too.
	group string
}

// needs of a site in all its variants, each once, in the order in which a
// request meets them.
func needs(worlds []*World) []Need {
	out := list[Need](nil)
	for _, w := range worlds {
		for _, n := range slices.Concat(w.entryNeeds(), w.secretNeeds(), w.accountNeeds(), w.podNeeds(), w.platformNeeds()) {
			at := slices.IndexFunc(out, func(o Need) bool { return o.Kind == n.Kind && o.Namespace == n.Namespace && o.Name == n.Name })
			if at < 0 {
				out, at = append(out, n), len(out)
			}
			if region := w.Site.Spec.Region; !slices.Contains(out[at].Regions, region) {
				out[at].Regions = append(out[at].Regions, region)
			}
			for _, key := range n.Keys {
				if !slices.Contains(out[at].Keys, key) {
					out[at].Keys = append(out[at].Keys, key)
				}
			}
		}
	}
	for i := range out {
		if len(out[i].Regions) == len(worlds) {
			out[i].Regions = nil
		}
	}
	return out
}

func (w *World) entryNeeds() (out []Need) {
	if !*w.Namespace.Create {
		out = append(out, Need{Kind: "Namespace", Name: w.Site.Namespace, For: "the whole site; label it for sidecar injection"})
	}
	for _, c := range generators.ServedCertificates(w.Site) {
		hosts := "the certificate of " + strings.Join(c.Hosts, ", ")
		switch i := c.Issuer; {
		case i == nil:
			out = append(out, Need{Kind: "Secret", Namespace: c.Secret.Namespace, Name: c.Secret.Name, Keys: []string{"tls.crt", "tls.key"}, For: hosts})
		case strings.Contains(i.Kind, "Cluster"):
			out = append(out, Need{Kind: i.Kind, Name: i.Name, For: hosts, group: i.Group})
		default:
			out = append(out, Need{Kind: i.Kind, Namespace: c.Secret.Namespace, Name: i.Name, For: hosts, group: i.Group})
		}
	}
	if g := w.Gateway.Workload(); generators.Meshed(w.Site) {
		out = append(out, Need{Kind: "ServiceAccount", Namespace: g.Namespace, Name: g.ServiceAccountName, For: "the identity of the gateway's pods"})
	}
	if ref := w.Gateway.Ref(); ref != nil {
		out = append(out, Need{Kind: "Gateway", Namespace: ref.Namespace, Name: ref.Name, For: "ingress"})
	}
	for _, t := range w.Gateway.Issuers() {
		out = append(out, Need{Kind: "key set", Name: t.Keys(), For: "the tokens of " + t.Issuer + "; istiod fetches it"})
	}
	for _, in := range generators.OfType[*networkingv1.Ingress](w.Objects) {
		if c := in.Spec.IngressClassName; c != nil {
			out = append(out, Need{Kind: "IngressClass", Name: *c, For: "ingress"})
		}
	}
	return out
}

// accountNeeds is the ServiceAccount that Athens' pods run as, where the site does
// not make it.
func (w *World) accountNeeds() []Need {
	if *w.Athens.ServiceAccount.Create {
		return nil
	}
	return []Need{{Kind: "ServiceAccount", Namespace: w.Site.Namespace, Name: w.Athens.ServiceAccount.Name, For: "the identity of Athens' pods"}}
}

// podNeeds are the classes that pods name.
func (w *World) podNeeds() (out []Need) {
	for _, program := range []string{generators.Athens, generators.Lathens, generators.Crathens} {
		p := generators.PodsOf(w.Site, program)
		for _, class := range [][2]string{{"PriorityClass", p.PriorityClassName}, {"RuntimeClass", p.RuntimeClassName}} {
			if class[1] != "" {
				out = append(out, Need{Kind: class[0], Name: class[1], For: "pods of the site"})
			}
		}
	}
	return out
}

func (w *World) secretNeeds() (out []Need) {
	for _, ref := range w.Images.PullSecretRefs {
		out = append(out, Need{Kind: "Secret", Namespace: w.Site.Namespace, Name: ref.Name, For: "pulling images"})
	}
	vault := func(kind, name string, keys ...string) {
		out = append(out, Need{Kind: kind, Name: name, Keys: keys, For: "the Secrets of the site"})
	}
	for _, e := range generators.OfType[*generators.ExternalSecret](w.Objects) {
		for _, d := range e.Spec.Data {
			vault(e.Spec.SecretStoreRef.Kind, e.Spec.SecretStoreRef.Name, d.RemoteRef.Key)
		}
	}
	for _, c := range generators.OfType[*generators.SecretProviderClass](w.Objects) {
		for _, s := range c.Spec.SecretObjects {
			for _, d := range s.Data {
				vault("Key Vault", c.Spec.Parameters.KeyvaultName, d.ObjectName)
			}
		}
	}
	for _, s := range secrets.ByHand(w.Site) {
		if s.User != "" {
			out = append(out, Need{Kind: "Secret", Namespace: s.Namespace, Name: s.Name, Keys: s.Keys(), For: "pods of the site"})
		}
	}
	for _, c := range generators.ConfigMaps(w.Site) {
		out = append(out, Need{Kind: "ConfigMap", Namespace: w.Site.Namespace, Name: c.Name, Keys: c.Keys, For: "pods of the site"})
	}
	return out
}

func (w *World) platformNeeds() (out []Need) {
	if d := w.Athens.Storage.Disk; d != nil && d.ClaimRef != nil {
		out = append(out, Need{Kind: "PersistentVolumeClaim", Namespace: w.Site.Namespace, Name: d.ClaimRef.Name, For: "the modules"})
	} else if d != nil && d.StorageClassName != "" {
		out = append(out, Need{Kind: "StorageClass", Name: d.StorageClassName, For: "the modules"})
	}
	if b := w.Athens.Storage.AzureBlob; b != nil && !azure.MakesStorage(w.Site) {
		out = append(out, Need{Kind: "blob container", Name: b.Account + "/" + b.Container, For: "the modules: Athens does not create it"})
	}
	if e := w.Athens.WorkVolume.Ephemeral; e != nil && e.StorageClassName != "" {
		out = append(out, Need{Kind: "StorageClass", Name: e.StorageClassName, For: "the downloads of each Athens pod"})
	}
	if w.Site.NeedsCNIPlugin() {
		use := "pods in a namespace that refuses Istio's init container: "
		if !*w.Namespace.Create {
			use = "pods, unless the namespace's pod security level is privileged: "
		}
		out = append(out, Need{Kind: "CNI plugin", Name: "istio-cni", For: use + w.Site.CNICommand(func(s string) string { return s })})
	}
	out = append(out, w.providerNeeds()...)
	if t := w.Tracing; t != nil {
		ref := t.Collector.ServiceRef
		out = append(out, Need{Kind: "Service", Namespace: ref.Namespace, Name: ref.Name, For: "traces"})
	}
	var hosts []string
	for _, e := range w.publicHosts() {
		if !slices.Contains(hosts, e.Host) {
			hosts = append(hosts, e.Host)
		}
	}
	if len(hosts) > 0 {
		out = append(out, Need{Kind: "public address", Name: strings.Join(hosts, ", "), For: "Athens; for a private address, such as a private endpoint's, add its range and its port to egress.allow as a cidr"})
	}
	for _, o := range w.Objects {
		k := o.GetObjectKind().GroupVersionKind()
		if generators.IsAddOn(k.Group) {
			use := "the operator that reads it"
			if cloud := w.Azure.Cloud; cloud != v1alpha1.AzurePublic && strings.HasSuffix(k.Group, ".azure.com") {
				use += ", set up for Azure's cloud " + cloud + " (AZURE_AUTHORITY_HOST, AZURE_RESOURCE_MANAGER_ENDPOINT, AZURE_RESOURCE_MANAGER_AUDIENCE)"
			}
			out = append(out, Need{Kind: "API", Name: k.GroupVersion().String(), Keys: []string{k.Kind}, For: use})
		}
	}
	return out
}

// providerNeeds are the extension providers of the mesh that the site names.
func (w *World) providerNeeds() (out []Need) {
	namespace, name := w.Mesh.ConfigMap()
	for _, p := range mesh.Providers(w.Objects) {
		out = append(out, Need{Kind: "extension provider", Name: p.Name, For: p.For + ", in the ConfigMap " + namespace + "/" + name})
	}
	return out
}

// publicHosts are the servers that the spec names and that must have public
// addresses: policies close private ones on their ports.
func (w *World) publicHosts() (out []generators.Endpoint) {
	if !*w.NetworkPolicies.Enabled || generators.Named(w.Site) {
		return nil
	}
	for _, e := range generators.Endpoints(w.Site) {
		if slices.Contains(generators.Proxy(w.Site), e) {
			continue // which is open on private ones too
		}
		_, inside := w.ServiceNamespace(e.Host)
		opened := slices.ContainsFunc(w.Egress.Allow, func(a v1alpha1.EgressAllowance) bool { return a.CIDR != "" && slices.Contains(a.Ports, e.Port) })
		if !inside && !opened && !e.IsAddress() && e.Host != generators.PublicSumDB {
			out = append(out, e)
		}
	}
	return out
}
