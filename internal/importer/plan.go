package importer

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/internal/scaffold"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// move is the order in which a site takes over from what runs.
type move struct {
	*mapping
	result *Result
	// claim is the one that both use; empty for none. shared says that pods on
	// several nodes may mount it.
	claim  string
	shared bool
	// beside says that both are in one namespace.
	beside bool
	out    strings.Builder
	step   int
}

// plan is the order of a move, as Markdown.
func (m *mapping) plan(result *Result) string {
	p := &move{mapping: m, result: result, beside: m.site.Namespace == m.of.Namespace}
	if s := m.spec().Athens.Storage; s != nil && s.Disk != nil && s.Disk.ClaimRef != nil {
		p.claim, p.shared = s.Disk.ClaimRef.Name, s.Disk.AccessMode == "ReadWriteMany"
	}
	p.text("# Move %s to the AthensSite %s", code(m.of.String()), code(m.site.Namespace+"/"+m.site.Name))
	p.text("%s", p.summary())
	p.prepare()
	p.start()
	p.moveHost()
	p.stop()
	p.back()
	return strings.TrimLeft(p.out.String(), "\n")
}

// shell is one word of a command, on one line.
func shell(s string) string { return quote.Shell(quote.Text(s)) }

func code(s string) string { return quote.CodeSpan(quote.Text(s)) }

func (p *move) text(format string, args ...any) {
	fmt.Fprintf(&p.out, "\n"+format+"\n", args...)
}

func (p *move) heading(title string) {
	p.step++
	p.text("## %d. %s", p.step, title)
}

func (p *move) run(lines ...string) {
	p.text("%s", strings.TrimSuffix(quote.CodeBlock("sh", strings.Join(lines, "\n")+"\n"), "\n"))
}

// summary is what runs beside what.
func (p *move) summary() string {
	a := &p.spec().Athens
	switch {
	case p.claim != "" && !p.shared:
		return "The modules are on the PersistentVolumeClaim " + code(p.claim) + ". The site uses it again. Its access mode is ReadWriteOnce, or not known: only pods on one node mount it, so the two cannot run beside each other. Step 2 has two ways: a break of about a minute with that claim, or none with a new one."
	case p.claim != "":
		return "The modules are on the PersistentVolumeClaim " + code(p.claim) + ", which pods on several nodes may mount. The site uses it again, and both run beside each other until the host has moved." + p.locks()
	case a.Storage == nil || a.Storage.Memory != nil || a.Storage.Disk != nil:
		return "Nothing that the Athens of today stores outlives its pod. The site begins empty, and both run beside each other until the host has moved."
	}
	return "Both use the same storage, and run beside each other until the host has moved." + p.locks()
}

// locks says what keeps the two from storing the same version together.
func (p *move) locks() string {
	if f := p.spec().Athens.SingleFlight; f != nil || p.spec().Athens.Storage.AzureBlob != nil || p.spec().Athens.Storage.GCS != nil {
		if lock := p.setting("ATHENS_SINGLE_FLIGHT_TYPE"); lock.written != "" && lock.Value != "memory" {
			return " They have the same lock, so no version is stored twice."
		}
	}
	return " They have no lock in common: a version that both are asked for at the same moment is stored twice, so keep this time short."
}

func (p *move) prepare() {
	p.heading("Make what the site needs")
	n := 0
	for _, l := range p.result.Lines {
		if l.Verdict == YoursToDo || l.Matters {
			p.list(l)
			n++
		}
	}
	if n == 0 {
		p.text("Nothing: the site names no object that is not there.")
	}
	if p.beside {
		p.text("Both are in the namespace %s, and a site takes its whole namespace. Until step 4, write this to %s: its NetworkPolicies would cut off the Athens of today, and its pods would be refused or get a sidecar when they restart.", code(p.of.Namespace), code(scaffold.SiteFile))
		p.text("%s", strings.TrimSuffix(quote.CodeBlock("yaml", "spec:\n  networkPolicies: {enabled: false}\n  namespace: {podSecurity: privileged}\n"), "\n"))
		if p.spec().Mesh.Mode != v1alpha1.MeshNone {
			p.text("The namespace gets the label of the mesh. Keep the pods of today out of it; this restarts them once:")
			p.run(p.kubectl("patch", strings.ToLower(p.of.Kind), p.of.Name, "--type=merge", "-p", `{"spec":{"template":{"metadata":{"labels":{"sidecar.istio.io/inject":"false"}}}}}`))
		}
		if p.claim == "" {
			p.text("None of this is needed in a namespace of its own: import with %s, and copy the Secrets there.", code("--namespace"))
		}
	}
}

// list is one entry of what is to do.
func (p *move) list(l Line) {
	fmt.Fprintf(&p.out, "\n- %s: %s", code(l.Key), quote.Markdown(quote.Text(l.Text)))
	if !strings.HasSuffix(l.Text, "\n") {
		p.out.WriteString("\n")
	}
}

func (p *move) start() {
	p.heading("Start the site")
	apply := []string{
		"athens-kfn check " + scaffold.SiteFile,
		"athens-kfn render " + scaffold.SiteFile + " | kubectl apply --server-side -f -",
		"kubectl -n " + shell(p.site.Namespace) + " rollout status deployment/" + shell(generators.Name(p.site, generators.Athens)),
	}
	switch {
	case p.claim != "" && !p.shared:
		p.text("With a break: the claim goes from one to the other. Clients get errors from the first command until the last one returns.")
		p.run(append([]string{p.halt(), p.kubectl("wait", "pod", "--for=delete", "-l", p.selector())}, apply...)...)
		p.text("Without a break: in %s, leave out %s, so that the site gets a volume of its own, and let it take modules from the Athens of today before it asks upstream. The old claim stays until step 4. Then apply, and nothing stops:", code(scaffold.SiteFile), code("claimRef"))
		p.text("%s", strings.TrimSuffix(quote.CodeBlock("yaml", p.fill()), "\n"))
		p.run(apply...)
	default:
		p.text("It runs beside the Athens of today, which keeps its clients:")
		p.run(apply...)
	}
}

// fill is the part of a spec that takes modules from the Athens of today.
func (p *move) fill() string {
	size, upstream := "10Gi", cmp.Or(p.spec().Athens.Upstream.GoProxy, v1alpha1.ProxyDirect)
	for _, part := range partsOf(p.running, nil) {
		if part.key == "volume size" && part.value != "none" {
			size = part.value
		}
	}
	address := "the address of the Athens of today"
	if len(p.services) > 0 {
		address = "http://" + p.services[0].Name + "." + p.services[0].Namespace + ".svc" // in any cluster's domain
		if port := strings.Split(ports(p.services[0].node), " ")[0]; port != "80" {
			address += ":" + strings.TrimSuffix(port, ",")
		}
	}
	return "spec:\n  athens:\n    storage: {disk: {size: " + quote.YAML(size) + "}}\n    upstream: {goproxy: " + quote.YAML(address+","+upstream) + "}\n"
}

func (p *move) moveHost() {
	p.heading("Move the host")
	host := cmp.Or(p.spec().Host, "HOST")
	p.text("Ask the site under its name first; ADDRESS is that of its gateway:")
	p.run("curl --fail --resolve " + shell(host+":443:ADDRESS") + " " + shell("https://"+host+"/golang.org/x/mod/@v/list"))
	p.text("Then let DNS lead %s to the gateway. An hour before, set the time to live of the record to a minute. Go commands that have the old address use it until then, so leave the Athens of today as it is.", code(host))
	for _, s := range p.services {
		p.text("Pods that call %s must call %s.", code(s.Name+"."+s.Namespace), code("https://"+host))
	}
}

func (p *move) stop() {
	p.heading("Stop the Athens of today")
	p.text("When its log shows no requests from clients:")
	if p.claim != "" {
		p.text("Keep the claim. With this annotation, helm upgrade leaves it; helm uninstall deletes it all the same, so do not run that.")
		p.run(p.kubectl("annotate", "persistentvolumeclaim", p.claim, "helm.sh/resource-policy=keep"))
	}
	if name := p.spec().Athens.ServiceAccount.Name; name != "" && name == p.accountName() && p.beside {
		p.text("The site has the ServiceAccount %s too, because a cloud trusts that name. Keep it.", code(name))
		p.run(p.kubectl("annotate", "serviceaccount", name, "helm.sh/resource-policy=keep"))
	}
	p.run(p.halt())
	p.text("If Argo CD, Flux or Terraform applies it, write that where they read it: they start it again.")
	if p.beside {
		p.text("Take the lines of step 1 out of %s, and apply it again. After a week, delete the workload, its Services and its Ingress.", code(scaffold.SiteFile))
	} else {
		p.text("After a week, delete it.")
	}
}

func (p *move) back() {
	p.text("## Go back")
	replicas, _ := p.scale()
	if p.beside {
		p.text("After step 4, first write the lines of step 1 to %s again, and apply it: otherwise the namespace refuses pods that run as root.", code(scaffold.SiteFile))
	}
	p.text("Until the workload is deleted, nothing is lost. Let DNS lead the host to where it led, and start the Athens of today again:")
	lines := []string{"kubectl apply -f FILE # the manifest of " + quote.Comment(p.of.String())}
	if p.scales() {
		lines = []string{p.kubectl("scale", strings.ToLower(p.of.Kind), p.of.Name, fmt.Sprintf("--replicas=%d", replicas))}
	}
	if p.claim != "" && !p.shared {
		lines = append([]string{"kubectl -n " + shell(p.site.Namespace) + " scale deployment " + shell(generators.Name(p.site, generators.Athens)) + " --replicas=0"}, lines...)
	}
	p.run(lines...)
}

// scales reports whether the workload can have no pods.
func (p *move) scales() bool { return p.of.Kind != "Pod" && p.of.Kind != "DaemonSet" }

// halt is the command that stops the Athens of today.
func (p *move) halt() string {
	if p.scales() {
		return p.kubectl("scale", strings.ToLower(p.of.Kind), p.of.Name, "--replicas=0")
	}
	return p.kubectl("delete", strings.ToLower(p.of.Kind), p.of.Name)
}

// selector of the pods of today.
func (p *move) selector() string {
	var out []string
	for key, v := range tree.Entries(p.of.node, "spec", "selector", "matchLabels") {
		out = append(out, key+"="+tree.Text(v))
	}
	return strings.Join(out, ",")
}

func (p *move) kubectl(words ...string) string {
	out := "kubectl -n " + shell(p.of.Namespace)
	for _, w := range words {
		out += " " + shell(w)
	}
	return out
}
