package runbook

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/span"
)

// drill is a small outage that an operator causes.
type drill struct {
	Title string
	// Text, if any, and Do cause it; See is what clients get; Back ends it.
	Text, Do, See, Back string
	// Row of docs/drills.md that shows it with real Envoys.
	Row string
}

// DrillsPage has the measurements.
func (*book) DrillsPage() string {
	return problem.Page("drills.md")
}

// Drills of this site.
func (b *book) Drills() []drill {
	var out []drill
	if b.Lathens != nil {
		out = append(out, b.lathensLoss())
	}
	return append(out, b.podLoss(), b.storageLoss(), b.upstreamLoss(), b.rollout())
}

func (b *book) lathensLoss() drill {
	see := "Every answer stays 200: Athens answers lists now, without the header `X-Lathens` (`curl -I` prints it). The same holds when the pods of lathens die, hang, or answer 502, 503 or 504."
	if !b.List {
		see = "Every answer is 503, or no connection is made: without a mesh nothing replaces lathens. Builds stop until it is back."
	}
	l := b.Lathens.Name
	return drill{
		Title: "Loss of lathens", Do: b.scaleTo(l, "0"), See: see + b.fires("LathensDown"),
		Back: b.scaleTo(l, number(one(b.Lathens.Replicas))) + "\n" + b.status(l), Row: b.row("every lathens: program killed"),
	}
}

func (b *book) scaleTo(deployment, n string) string {
	return b.K() + " scale deployment/" + deployment + " --replicas=" + n
}

func (b *book) status(deployment string) string {
	return b.K() + " rollout status deployment/" + deployment
}

func (b *book) podLoss() drill {
	if b.most() == 1 {
		see := "Modules are answered 5xx until the next pod is ready, within a minute."
		if b.Lathens != nil {
			see += " Lists that lathens knows stay 200."
		}
		if b.Forgets() {
			see += " The stored modules are lost with the pod's memory."
		}
		return drill{Title: "Loss of Athens' pod", Do: b.K() + " delete pod -l " + b.pods(generators.Athens) + " --wait=false", See: see, Back: b.status(b.Athens.Name)}
	}
	see := "Every answer stays 200: the pod leaves the endpoints, and finishes its requests before it ends."
	if b.Meshed {
		see += " If a pod crashes instead, the gateway tries its requests again in another zone. Only a zip whose download has begun is cut off."
	}
	return drill{
		Title: "Loss of one Athens pod",
		Do:    b.K() + " delete --wait=false $(" + b.K() + " get pods -o name -l " + b.pods(generators.Athens) + " | head -1)",
		See:   see, Back: b.status(b.Athens.Name), Row: b.row("Athens in the gateway's zone: pod killed"),
	}
}

// storageLoss keeps the number of pods in a variable: where an autoscaler decides
// it, no manifest has it.
func (b *book) storageLoss() drill {
	see := "Lists and modules are answered 503."
	if b.Lathens != nil {
		l := &b.Site.Spec.Lathens
		see = "The list stays 200, for at most " + span.Short(l.StaleIfError.Duration) + ": lathens serves the lists that it has cached (`X-Lathens: stale` after " + span.Short(l.TTL.Duration) + "). " + b.each() + "Lists that lathens does not know are answered 500, modules 503."
	}
	a, s := b.Athens.Name, b.scaler()
	d := drill{
		Title: "Loss of the storage",
		Text:  "Without its storage no Athens pod becomes ready. Stopping Athens has the same effect, and changes no data.",
		Do:    "replicas=$(" + b.K() + " get deployment/" + a + " -o jsonpath='{.spec.replicas}')\n" + b.scaleTo(a, "0"),
		See:   see + b.fires("AthensDown"),
		Back:  b.scaleTo(a, `"${replicas:-`+number(b.replicas())+`}"`) + "\n" + b.status(a),
		Row:   b.row("the storage is gone"),
	}
	switch {
	case s.keda(): // which would start the pods again
		paused := b.K() + " annotate scaledobject " + quote.Shell(s.Name) + " autoscaling.keda.sh/paused-replicas"
		d.Do, d.Back = paused+"=0 --overwrite", paused+"-\n"+b.status(a)
	case s != nil:
		d.Text += " No apply and no GitOps tool ends this drill: the autoscaler owns the number of pods, so the manifest has none, and 0 switches the autoscaler off. Run the commands that end it."
	}
	return d
}

// upstreamLoss changes a variable that each Deployment of Athens has, so that its
// end is the value in the manifest: an undo would go back further than the drill
// where another rollout followed it.
func (b *book) upstreamLoss() drill {
	const variable = "ATHENS_GO_BINARY_ENV_VARS"
	set := b.K() + " set env deployment/" + b.Athens.Name + " -c athens "
	row := b.row("the upstream is gone")
	if b.Site.Spec.Athens.NetworkMode != v1alpha1.NetworkStrict {
		row = "" // the page's Athens is Strict
	}
	return drill{
		Title: "Loss of the upstream",
		Text:  "Use a module and a version that the site has stored.",
		Do: set + variable + "='GOPROXY=https://nowhere.invalid'\n" + b.status(b.Athens.Name) + "\n" +
			b.Curl() + " " + b.Reach + "/STORED-MODULE/@v/VERSION.info",
		See:  b.withoutUpstream(),
		Back: set + quote.Shell(variable+"="+b.Athens.env(variable)) + "\n" + b.status(b.Athens.Name),
		Row:  row,
	}
}

// each warns that one replica of lathens does not know what another one does.
func (b *book) each() string {
	if b.List && b.Site.Spec.Lathens.Spread == v1alpha1.SpreadByLoad {
		return "Each replica knows only the lists that it was asked for (`spec.lathens.spread: ByLoad`). "
	}
	return ""
}

func (b *book) rollout() drill {
	see, status := "Every answer stays 200.", b.status(b.Athens.Name)
	if b.Alone() {
		see = "Modules are answered 5xx until Athens' new pod is ready, within a minute."
	}
	restarted := " deployment/" + b.Athens.Name
	if b.Lathens != nil {
		restarted += " deployment/" + b.Lathens.Name
		status += "\n" + b.status(b.Lathens.Name)
	}
	return drill{Title: "Rollout", Do: b.K() + " rollout restart" + restarted, See: see, Back: status, Row: b.row("a rollout of Athens")}
}

// row of the page of drills, which all have a mesh.
func (b *book) row(name string) string {
	if b.Meshed && b.List && !b.Alone() {
		return name
	}
	return ""
}

func (b *book) withoutUpstream() string {
	out := []string{"A stored version is answered 200, any other 404 or 500."}
	switch mode := b.Site.Spec.Athens.NetworkMode; {
	case mode == v1alpha1.NetworkFallback || mode == v1alpha1.NetworkOffline:
		out = append(out, "Lists stay 200: Athens lists the stored versions (`spec.athens.networkMode: "+mode+"`).")
	case b.Lathens != nil:
		out = append(out, "Lists that lathens knows stay 200, for "+b.Stale()+". Others fail. "+strings.TrimSpace(b.each()))
	default:
		out = append(out, "Lists fail (`spec.athens.networkMode: "+mode+"`).")
	}
	return strings.TrimSpace(strings.Join(out, " "))
}
