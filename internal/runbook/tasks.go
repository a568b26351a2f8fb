package runbook

import (
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/secrets"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/mesh"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// Tasks of this site.
func (b *book) Tasks() []section {
	out := []section{b.warm(), b.remove(), b.pattern(), b.rotate(), b.scale()}
	if b.Crathens != nil {
		out = append(out, b.pause())
	}
	if b.Meshed && b.Site.Spec.Mesh.Revision != "" {
		out = append(out, b.revision())
	}
	return out
}

func (b *book) warm() section {
	s := section{"Warm a module", []step{{
		"Request the `.info` of a version: Athens stores the version, then answers. Write each capital of MODULE as `!` and its small letter, as in `github.com/!azure`.",
		b.Curl() + " --max-time 660 " + b.Reach + "/MODULE/@v/VERSION.info",
	}}}
	if b.Crathens != nil {
		job := b.Crathens.Name
		s.Steps = append(s.Steps, step{
			"crathens warms new versions of stored modules (" + quote.CodeSpan(b.Site.Spec.Crathens.Schedule) + " UTC). Name more modules in `spec.crathens.modules`. Start a run now. There is no log until its container starts:",
			b.K() + " create job " + job + "-now --from=cronjob/" + job + "\nuntil " + b.K() + " logs -f job/" + job + "-now -c crathens; do sleep 2; done",
		}, step{"When the run has ended, delete its Job:", b.K() + " delete job " + job + "-now"})
	}
	return s
}

func (b *book) remove() section {
	text := "Purge only what must not be served: a version that changed upstream breaks every go.sum that has the old one. Write the module with its capitals. Athens has no command for it. To keep the version away, deny it in `spec.athens.filter`. Developers keep their own copy: `go clean -modcache`. The only way back is upstream: the next request stores the version again, as upstream has it then."
	if b.Site.Spec.Athens.Storage.Mongo != nil {
		text += " The zip stays in GridFS and is no longer served. Its `filename` in `fs.files` names it."
	}
	if b.Lathens != nil {
		text += " Lists change after " + span.Short(b.Site.Spec.Lathens.TTL.Duration) + "."
	}
	purge := b.purge()
	if purge.Text != "" {
		text += " " + purge.Text
	}
	s := section{"Purge a version", []step{{text, purge.Commands}}}
	if fd := b.Site.Spec.Edge.FrontDoor; fd != nil {
		caches := "Front Door keeps modules for days."
		if fd.Cache == nil {
			// This site makes no cache, but the Front Door may be another's.
			caches = "Only if your Front Door caches: `spec.edge.frontDoor.cache` is not set."
		}
		s.Steps = append(s.Steps, step{
			caches + " Write each capital as `!` and its small letter here. azure-cli 2.88 and later have the command in an extension (`az extension add --name cdn`):",
			"az afd endpoint purge" + endpoint(fd) + " --content-paths '/MODULE/@v/*'",
		})
	}
	return s
}

// pause stops crathens for a while: apply and diff do not change what the CronJob
// does not set, so each way has its way back.
func (b *book) pause() section {
	suspend := func(to string) string {
		return b.K() + " patch cronjob " + b.Crathens.Name + ` -p '{"spec":{"suspend":` + to + `}}'`
	}
	return section{pauseCrathens, []step{
		{"Stop further runs, and the current one:", suspend("true") + "\n" + b.K() + " delete jobs -l " + b.pods(generators.Crathens)},
		{"Resume. The next apply of the site has the same effect:", suspend("false")},
		{"To pause crathens until further notice, set `spec.crathens.suspend: true` instead.", ""},
	}}
}

// revision moves the site to another control plane.
func (b *book) revision() section {
	m := &b.Site.Spec.Mesh
	text, commands := "", ""
	if m.AddOn() {
		text = "AKS upgrades the mesh by one or two revisions at a time. "
	}
	var providers []string
	for _, p := range mesh.Providers(b.objects) {
		providers = append(providers, p.Name)
	}
	if len(providers) > 0 {
		namespace, name := m.ConfigMap()
		text += "The mesh config of a revision is in a ConfigMap of its own: " + quote.CodeSpan(namespace+"/"+name) + " must have the extension providers " + codes(providers, ", ") +
			". Write them for the new revision first: without them traces or access logs end without an error. "
		if b.Site.Spec.Gateway.ExtAuthz != nil {
			text += "An authorizer that is missing refuses every request. "
		}
		if m.AddOn() {
			kubectl := "kubectl -n " + quote.Shell(namespace)
			commands = kubectl + " get configmap " + quote.Shell(name) + " -o jsonpath='{.data.mesh}' > mesh.yaml\n" +
				kubectl + " create configmap " + quote.Shell(strings.TrimSuffix(name, m.Revision)) + "REVISION --from-file=mesh=mesh.yaml"
		}
	}
	steps := []step{{strings.TrimSpace(text), commands}, {"Keep the current manifests:", b.Do("render") + " > before.yaml"}}
	restart := b.K() + " rollout restart deployment/" + b.Athens.Name
	if b.Lathens != nil {
		restart += " deployment/" + b.Lathens.Name
	}
	return section{"Move to another revision of the mesh", append(steps,
		step{"Write the new revision in `spec.mesh.revision`. Then look at the changes, and at what must exist first:", b.Do("diff", "before.yaml")},
		step{"Apply them, and restart the pods, which get their sidecar when they start:", b.Do("render") + " | kubectl apply -f -\n" + restart},
		step{"To go back, write the old revision in `spec.mesh.revision`, and do the same.", ""},
	)}
}

// endpoint names a Front Door's endpoint as az asks for it: as the spec names
// it, or as words to replace where the site does not provision it.
func endpoint(fd *v1alpha1.FrontDoor) string {
	group, profile, name := "GROUP", "PROFILE", "ENDPOINT"
	if p := fd.Provision; p != nil {
		group, profile, name = groupOf(&p.ResourceGroup), quote.Shell(p.Profile), quote.Shell(p.Endpoint)
	}
	return " -g " + group + " --profile-name " + profile + " --endpoint-name " + name
}

func (b *book) pattern() section {
	p := &b.Site.Spec.Athens.Private
	text := "Add it to `spec.athens.private.patterns`, with its capitals"
	if len(p.Patterns) > 0 {
		text += " (now " + codes(p.Patterns, ", ") + ")"
	}
	if p.Netrc == nil && len(p.Credentials) == 0 {
		text += ", and give Athens credentials: `spec.athens.private.credentials` or `spec.athens.private.netrc`."
	} else {
		text += ", and check that Athens' credentials reach the new repositories too."
	}
	if b.Site.Spec.Egress.Mode == v1alpha1.EgressListed {
		text += " Athens may then reach the pattern's host. Add the hosts of a pattern that begins with a wildcard, and those that vanity import paths name, to `spec.egress.allow`."
	}
	return section{"Add a private pattern", []step{
		{text + " To go back, remove it, and run the same command.", b.Do("check") + " && " + b.Do("render") + " | kubectl apply -f -"},
		{"Each developer needs the new `GONOSUMDB`. Send them these lines:", b.Do("client")},
	}}
}

func (b *book) rotate() section {
	all := secrets.Of(b.Site)
	if len(all) == 0 {
		return section{rotateSecret, []step{{"The site has none.", ""}}}
	}
	var lines []string
	restart := false
	text := "Create the new secret at its source next to the old one first, and revoke the old one when the site works. "
	variables := false
	for _, s := range all {
		if s.By == secrets.NoController {
			lines = append(lines, s.Apply())
			variables = variables || s.Variables()
		}
		restart = restart || s.User == generators.Athens
	}
	if variables {
		text += secrets.SetVariables + " "
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
		text += "Athens reads its Secrets when it starts, so restart it. "
		if slices.ContainsFunc(b.Site.Spec.Athens.Private.Credentials, func(c v1alpha1.HostCredentials) bool { return c.Token != nil }) {
			text += "Only a `token` of `spec.athens.private.credentials` needs no restart: git reads it when a server asks. "
		}
		lines = append(lines, b.K()+" rollout restart deployment/"+b.Athens.Name, b.status(b.Athens.Name)+" --timeout=10m")
	}
	text += "Certificates and passwords of registries need no restart."
	return section{rotateSecret, []step{{text, strings.Join(lines, "\n")}}}
}

func (b *book) scale() section {
	a := &b.Site.Spec.Athens
	text := "Set `spec.athens.replicas`"
	switch {
	case b.Forgets():
		text = "Athens stays at one replica, because pods do not share memory. Choose another storage first. A higher `spec.athens.goGetWorkers` helps a little"
	case b.Alone():
		text = "Athens stays at one replica, because one node mounts its volume. For more, set `spec.athens.storage.disk.accessMode: ReadWriteMany` and a lock (`spec.athens.singleFlight`), or another storage. A higher `spec.athens.goGetWorkers` helps immediately"
	case a.SingleFlight == nil:
		text += ". More than one needs a lock, `spec.athens.singleFlight`"
	}
	auto := b.scaler()
	if auto != nil {
		text += " (now " + number(auto.Least) + " to " + number(auto.Most) + ", by load)."
	} else {
		text += " (now " + number(b.replicas()) + ")."
	}
	if b.Lathens != nil {
		text += " `spec.lathens.replicas` is for lists only. Each module's list is on one of them."
	}
	steps := []step{{text + " Look at the current use:", b.K() + " get deployments,horizontalpodautoscalers\n" + b.K() + " top pods --containers"}}
	if auto != nil {
		patch := ""
		if auto.keda() {
			patch = " --type=merge"
		}
		steps = append(steps, step{
			"Allow twice as many pods until the next apply of the site, which is the way back:",
			b.K() + " patch " + auto.Kind + " " + quote.Shell(auto.Name) + patch + ` -p '{"spec":{"` + auto.MostField + `":` + number(auto.Most*2) + `}}'`,
		})
	}
	return section{scale, steps}
}
