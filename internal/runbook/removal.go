package runbook

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/azure"
	"github.com/gomods/athens-kfn/pkg/quote"
)

// Removal is how the site is removed, step by step.
func (b *book) Removal() []step {
	claim, _ := b.Athens.claim()
	text := "Do not pipe the rendered manifests into `kubectl delete -f -`: that deletes the namespace, with every Secret and every foreign object in it"
	if claim != "" {
		text += ", and the volume " + quote.CodeSpan(claim) + " with all modules"
	}
	text += ". Do not delete the namespace alone: objects in other namespaces would stay. Stop Argo CD or Flux first. Otherwise they create the objects again."
	switch others := b.otherRegions(); {
	case !azure.MakesFrontDoor(b.Site) || b.Site.Spec.Azure.Tool != v1alpha1.ToolServiceOperator:
	case others == "":
		text += " These commands delete the Front Door too."
	default:
		text += " **These commands delete the Front Door, which serves " + others + " too: clients no longer reach them through it.** Remove this region's site last, or detach the Front Door first (" + quote.CodeSpan(b.Do("diff", "before.yaml")) + " prints how)."
	}
	var elsewhere, kinds []string
	for _, o := range b.objects {
		kind := resource(o)
		switch {
		case kind == "namespace" || kind == "persistentvolumeclaim":
		case o.GetNamespace() != b.Namespace:
			elsewhere = append(elsewhere, "kubectl -n "+quote.Shell(o.GetNamespace())+" delete "+kind+" "+quote.Shell(o.GetName()))
		case !slices.Contains(kinds, kind):
			kinds = append(kinds, kind)
		}
	}
	steps := []step{{text, ""}}
	if len(elsewhere) > 0 {
		steps = append(steps, step{"Delete the objects in other namespaces:", strings.Join(elsewhere, "\n")})
	}
	return append(steps,
		step{"Delete the site, without the modules and the Secrets:", b.K() + " delete -l " + b.SiteLabel() + " " + strings.Join(kinds, ",")},
		step{"Look at everything else in the namespace:", b.K() + " get all,pvc,secrets"},
		step{"Delete it. There is no way back:", "kubectl delete namespace " + quote.Shell(b.Namespace)},
	)
}

// Remains is what these commands do not delete.
func (b *book) Remains() (out []string) {
	if claim, _ := b.Athens.claim(); claim != "" {
		out = append(out, "The volume behind "+quote.CodeSpan(claim)+", where its storage class retains volumes: `kubectl get pv`. Argo CD, Flux and Helm keep the claim and the namespace.")
	} else {
		out = append(out, "The modules in "+b.StorageShort()+".")
	}
	for _, s := range b.Secrets() {
		if s.Namespace != b.Namespace {
			out = append(out, "The Secret "+quote.CodeSpan(s.Namespace+"/"+s.Name)+": "+quote.Markdown(s.For)+".")
		}
	}
	out = append(out, b.azure()...)
	var hosts []string
	for _, host := range b.Site.Spec.Hosts() {
		hosts = append(hosts, quote.CodeSpan(host))
	}
	return append(out, "The DNS record of "+strings.Join(hosts, ", ")+", and `GOPROXY` on the developers' machines.")
}

// azure is what remains of the site's Azure resources.
func (b *book) azure() (out []string) {
	spec := &b.Site.Spec
	door := spec.Edge.FrontDoor != nil && spec.Edge.FrontDoor.Provision != nil
	switch {
	case spec.Azure.Tool == v1alpha1.ToolTerraform && (door || spec.Azure.Provision != nil):
		return []string{"The resources that Terraform created. Remove them from its configuration. Otherwise they remain and cost money."}
	case spec.Azure.Provision != nil:
		out = append(out, "The storage, identities and clusters that Azure Service Operator created: it keeps them when their objects are deleted.")
	}
	if door && !azure.MakesFrontDoor(b.Site) {
		in := quote.Markdown(spec.Edge.FrontDoor.Provision.Region)
		out = append(out, "The Front Door with this region's origin, "+quote.CodeSpan("AfdOrigin "+generators.Name(b.Site, spec.Region))+", in the cluster of "+in+": it sends requests here until you remove this region from `spec.regions` and apply "+in+" again. Do that first.")
	}
	return out
}

// otherRegions are the names of the site's regions besides this one.
func (b *book) otherRegions() string {
	var out []string
	for i := range b.Site.Spec.Regions {
		if name := b.Site.Spec.Regions[i].Name; name != b.Site.Spec.Region {
			out = append(out, quote.Markdown(name))
		}
	}
	return strings.Join(out, ", ")
}
