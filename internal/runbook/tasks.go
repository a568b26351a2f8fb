package runbook

import (
	"strings"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/mesh"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// task is something that is done now and then.
type task struct {
	Title, Text, Commands string
}

// Tasks of this site.
func (b *book) Tasks() []task {
	out := []task{b.warm(), b.remove(), b.pattern(), b.rotate(), b.scale()}
	if b.Meshed && b.Site.Spec.Mesh.Revision != "" {
		out = append(out, b.revision())
	}
	return out
}

func (b *book) warm() task {
	t := task{"Warm a module", "The first `.info` of a version makes Athens store it; the answer comes when it is stored. Write each capital of MODULE as `!` and its small letter, as in `github.com/!azure`.",
		b.Curl() + " --max-time 660 " + b.Reach + "/MODULE/@v/VERSION.info"}
	if b.Crathens {
		t.Text += " crathens does that for new versions of what is stored (" + quote.CodeSpan(b.Site.Spec.Crathens.Schedule) + " UTC); it can run now, too. For more modules, name them in `spec.crathens.modules`."
		job := quote.Shell(generators.Name(b.Site, generators.Crathens))
		t.Commands += "\n" + b.K() + " create job " + job + "-now --from=cronjob/" + job + "\n" + b.K() + " logs -f job/" + job + "-now -c crathens\n" + b.K() + " delete job " + job + "-now"
	}
	return t
}

func (b *book) remove() task {
	t := task{"Purge a version", "Only for what must not be served: a version that changed upstream breaks every go.sum that knows the old one. Write the module as it is, capitals too. Athens itself has no command for it.", b.purge()}
	if b.Site.Spec.Athens.Storage.Mongo != nil {
		t.Text += " The zip stays in GridFS and is not served any more; `fs.files` has it under its `filename`."
	}
	if fd := b.Site.Spec.Edge.FrontDoor; fd != nil {
		t.Commands += "\n# Front Door keeps modules for days: escape capitals as in !azure\naz afd endpoint purge" + endpoint(fd) + " --content-paths '/MODULE/@v/*'"
	}
	if b.Lathens {
		t.Text += " Lists follow after " + span.Short(b.Site.Spec.Lathens.TTL.Duration) + "."
	}
	t.Text += " Developers keep their own copy: `go clean -modcache`. So that it does not come back, deny it in `spec.athens.filter`."
	return t
}

// revision moves the site to another control plane.
func (b *book) revision() task {
	m := &b.Site.Spec.Mesh
	t := task{Title: "Move to another revision of the mesh"}
	if m.AddOn() {
		t.Text = "AKS upgrades the mesh by one or two revisions at a time. "
	}
	var providers []string
	for _, p := range mesh.Providers(b.objects) {
		providers = append(providers, p.Name)
	}
	if len(providers) > 0 {
		namespace, name := m.ConfigMap()
		t.Text += "The mesh config of a revision is in a ConfigMap of its own: " + quote.CodeSpan(namespace+"/"+name) + " must have the extension providers " + codes(providers, ", ") +
			". Write them for the new revision first: without them traces or access logs end without an error. "
		if m.AddOn() {
			kubectl := "kubectl -n " + quote.Shell(namespace)
			t.Commands = kubectl + " get configmap " + quote.Shell(name) + " -o jsonpath='{.data.mesh}' > mesh.yaml\n" +
				kubectl + " create configmap " + quote.Shell(strings.TrimSuffix(name, m.Revision)) + "REVISION --from-file=mesh=mesh.yaml\n"
		}
	}
	t.Text += "Then write the new revision in `spec.mesh.revision`, look at what changes and what must exist first, apply it, and restart the pods, which take their sidecar when they start."
	t.Commands += b.Do("render") + " > before.yaml\n# write the new revision in spec.mesh.revision, then:\n" + b.Do("diff", "before.yaml") + "\n" +
		b.Do("render") + " | kubectl apply -f -\n" + b.K() + " rollout restart deployment/" + b.A
	if b.Lathens {
		t.Commands += "\n" + b.K() + " rollout restart deployment/" + b.L
	}
	return t
}

// endpoint names a Front Door's endpoint as az asks for it: as the spec makes
// it, or as words to replace where somebody else made it.
func endpoint(fd *v1alpha1.FrontDoor) string {
	group, profile, name := "GROUP", "PROFILE", "ENDPOINT"
	if p := fd.Provision; p != nil {
		group, profile, name = groupOf(&p.ResourceGroup), quote.Shell(p.Profile), quote.Shell(p.Endpoint)
	}
	return " -g " + group + " --profile-name " + profile + " --endpoint-name " + name
}

func (b *book) pattern() task {
	p := &b.Site.Spec.Athens.Private
	text := "Add it to `spec.athens.private.patterns`, with its capitals"
	if len(p.Patterns) > 0 {
		text += " (now " + codes(p.Patterns, ", ") + ")"
	}
	if p.Netrc == nil && len(p.Credentials) == 0 {
		text += ", and give Athens credentials: `spec.athens.private.credentials` or `netrc`"
	} else {
		text += ", and see that Athens' credentials reach the new repositories too"
	}
	if b.Site.Spec.Egress.Mode == v1alpha1.EgressListed {
		text += ". Athens may then reach the pattern's host; the hosts of a pattern that begins with a wildcard, and those that vanity import paths name, go in `spec.egress.allow`."
	} else {
		text += "."
	}
	text += " Then every developer needs the new `GONOSUMDB`: send them the second command's lines."
	return task{"Add a private pattern", text, b.Do("check") + " && " + b.Do("render") + " | kubectl apply -f -\n" + b.Do("client")}
}

func (b *book) rotate() task {
	all := secrets.Of(b.Site)
	if len(all) == 0 {
		return task{"Rotate a secret", "The site has none.", ""}
	}
	var lines []string
	restart := false
	text := "Write the new one beside the old one at its source first; take the old one back when the site works. Replace what stands in angle brackets. "
	for _, s := range all {
		if s.By == secrets.Nobody {
			lines = append(lines, s.Apply())
		}
		restart = restart || s.User == generators.Athens
	}
	for _, by := range []struct {
		maker secrets.Maker
		renew func(*secrets.Secret) (text string, lines []string)
	}{
		{secrets.ExternalSecrets, b.renewInStore}, {secrets.KeyVault, b.renewInVault}, {secrets.ServiceOperator, b.renewInAzure},
	} {
		said := ""
		for i := range all {
			if all[i].By == by.maker {
				what, commands := by.renew(&all[i])
				said = what
				lines = append(lines, commands...)
			}
		}
		text += said
	}
	if restart {
		text += "Athens reads its Secrets when it starts, so it is restarted. "
		lines = append(lines, b.K()+" rollout restart deployment/"+b.A, b.K()+" rollout status deployment/"+b.A+" --timeout=10m")
	}
	text += "Certificates and passwords of registries need no restart."
	return task{"Rotate a secret", text, strings.Join(lines, "\n")}
}

func (b *book) scale() task {
	a := &b.Site.Spec.Athens
	text := "Set `spec.athens.replicas`"
	switch {
	case b.Forgets():
		text = "Athens stays at one replica: memory is not shared. Choose another storage first. More `spec.athens.goGetWorkers` help a little"
	case b.Alone():
		text = "Athens stays at one replica: its volume is mounted on one node. For more, `accessMode: ReadWriteMany` and a `singleFlight`, or another storage. More `spec.athens.goGetWorkers` help at once"
	case a.SingleFlight == nil:
		text += "; more than one needs a lock, `spec.athens.singleFlight`"
	}
	if a.Autoscaling != nil {
		text += " (now " + number(a.Replicas) + " to " + number(a.MaxReplicas()) + ", by load)"
	} else {
		text += " (now " + number(a.Replicas) + ")"
	}
	if b.Lathens {
		text += ". `spec.lathens.replicas` is for lists alone; each module's list lives on one of them"
	}
	commands := b.K() + " get deployments,horizontalpodautoscalers\n" + b.K() + " top pods --containers"
	if a.Autoscaling != nil {
		text += ". At once, until the next apply:"
		patch := " patch hpa " + b.A + ` -p '{"spec":{"maxReplicas":`
		if b.keda() {
			patch = " patch scaledobject " + b.A + ` --type=merge -p '{"spec":{"maxReplicaCount":`
		}
		commands += "\n" + b.K() + patch + number(a.MaxReplicas()*2) + `}}'`
	} else {
		text += ". What is used now:"
	}
	return task{"Scale", text, commands}
}
