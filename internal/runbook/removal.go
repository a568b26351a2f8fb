package runbook

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Removal is how the site goes: the commands, and what they leave.
func (b *book) Removal() struct {
	Text, Commands string
	Stays          []string
} {
	text := "Never by piping what is rendered into `kubectl delete -f -`: that deletes the namespace, with every Secret and every object of others in it"
	if b.Site.Spec.Athens.Storage.Disk != nil {
		text += ", and the volume " + quote.CodeSpan(b.claim()) + " with all modules"
	}
	text += ". Deleting the namespace alone leaves what lies in other namespaces. Stop Argo CD or Flux first, or they make everything again."
	lines := []string{"# what lies in other namespaces"}
	var kinds []string
	for _, o := range b.objects {
		kind := resource(o)
		switch {
		case kind == "namespace" || kind == "persistentvolumeclaim":
		case o.GetNamespace() != b.Namespace:
			lines = append(lines, "kubectl -n "+quote.Shell(o.GetNamespace())+" delete "+quote.Shell(kind)+" "+quote.Shell(o.GetName()))
		case !slices.Contains(kinds, kind):
			kinds = append(kinds, kind)
		}
	}
	if len(lines) == 1 {
		lines = nil
	}
	lines = append(lines, "# the site, without the modules and the Secrets", b.K()+" delete -l "+b.SiteLabel()+" "+strings.Join(kinds, ","),
		"# everything else in the namespace: look first, there is no way back", b.K()+" get all,pvc,secrets", "kubectl delete namespace "+quote.Shell(b.Namespace))
	return struct {
		Text, Commands string
		Stays          []string
	}{text, strings.Join(lines, "\n"), b.stays()}
}

// stays is what these commands do not delete.
func (b *book) stays() (out []string) {
	if b.Site.Spec.Athens.Storage.Disk != nil {
		out = append(out, "The volume behind "+quote.CodeSpan(b.claim())+", where its storage class retains volumes: `kubectl get pv`. Argo CD, Flux and Helm leave the claim and the namespace alone.")
	} else {
		out = append(out, "The modules in "+b.StorageShort()+".")
	}
	for _, s := range b.Secrets() {
		if s.Namespace != b.Namespace {
			out = append(out, "The Secret "+quote.CodeSpan(s.Namespace+"/"+s.Name)+": "+quote.Markdown(s.For)+".")
		}
	}
	if b.Site.Spec.Azure.Provision != nil {
		out = append(out, "What Azure Service Operator made of storage, identities and clusters: it forgets them. A Front Door that it made is deleted.")
	}
	return append(out, "The DNS record of "+quote.CodeSpan(b.Site.Spec.Host)+", and `GOPROXY` on the developers' machines.")
}

// resource is an object's kind as kubectl takes it.
func resource(o generators.Object) string {
	kind := o.GetObjectKind().GroupVersionKind()
	return strings.TrimSuffix(strings.ToLower(kind.Kind)+"."+kind.Group, ".")
}
