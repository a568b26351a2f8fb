package runbook

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
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
	if others := b.otherRegions(); others != "" && azure.MakesFrontDoor(b.Site) && b.Site.Spec.Azure.Tool == v1alpha1.ToolServiceOperator {
		text += " **These commands delete the Front Door, which serves " + others + " too: nothing there is reached through it any more.** Remove this region's site last, or detach the Front Door first (the command `diff` prints how)."
	}
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
	out = append(out, b.azure()...)
	return append(out, "The DNS record of "+quote.CodeSpan(b.Site.Spec.Host)+", and `GOPROXY` on the developers' machines.")
}

// azure is what stays of the site's Azure resources.
func (b *book) azure() (out []string) {
	spec := &b.Site.Spec
	door := spec.Edge.FrontDoor != nil && spec.Edge.FrontDoor.Provision != nil
	switch {
	case spec.Azure.Tool == v1alpha1.ToolTerraform && (door || spec.Azure.Provision != nil):
		return []string{"What Terraform made: these commands leave it alone. Take it out of its configuration, or it stays and is paid for."}
	case spec.Azure.Provision != nil:
		out = append(out, "What Azure Service Operator made of storage, identities and clusters: it forgets them.")
	}
	switch {
	case !door:
	case azure.MakesFrontDoor(b.Site):
		out = append(out, "Of the Front Door nothing: Azure Service Operator deletes it.")
	default:
		in := quote.Markdown(spec.Edge.FrontDoor.Provision.Region)
		out = append(out, "The Front Door with this region's origin, "+quote.CodeSpan("AfdOrigin "+generators.Name(b.Site, spec.Region))+", in the cluster of "+in+": it sends requests here until this region is out of `spec.regions` and "+in+" is applied again. Do that first.")
	}
	return out
}

// otherRegions are the names of the site's regions beside this one.
func (b *book) otherRegions() string {
	var out []string
	for i := range b.Site.Spec.Regions {
		if name := b.Site.Spec.Regions[i].Name; name != b.Site.Spec.Region {
			out = append(out, quote.Markdown(name))
		}
	}
	return strings.Join(out, ", ")
}

// resource is an object's kind as kubectl takes it.
func resource(o generators.Object) string {
	kind := o.GetObjectKind().GroupVersionKind()
	return strings.TrimSuffix(strings.ToLower(kind.Kind)+"."+kind.Group, ".")
}
