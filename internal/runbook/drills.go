package runbook

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/internal/cmdline"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/span"
)

// drill is a small outage that an operator causes.
type drill struct {
	Title, Do, See, Back string
	// Row of docs/drills.md that shows it with real Envoys.
	Row string
}

// DrillsPage has what each drill showed.
func (*book) DrillsPage() string {
	return cmdline.Page("drills.md")
}

// Drills of this site.
func (b *book) Drills() []drill {
	var out []drill
	a, l := &b.Site.Spec.Athens, &b.Site.Spec.Lathens
	scale := func(name string, n int32) string {
		return b.K() + " scale deployment/" + name + " --replicas=" + number(n)
	}
	if b.Lathens {
		see := "Every answer stays 200: Athens answers lists now, without the header `X-Lathens` (`curl -I` prints it). The same holds when its pods die, hang, or answer 502, 503 or 504."
		if !b.List {
			see = "Every answer is 503, or no connection is made: without a mesh nothing replaces lathens. Builds stop until it is back."
		}
		out = append(out, drill{"lathens is gone", scale(b.L, 0), see, scale(b.L, l.Replicas) + "\n" + b.K() + " rollout status deployment/" + b.L, b.row("every lathens: program killed")})
	}
	if a.MaxReplicas() == 1 {
		see := "Modules are answered 5xx until its successor is ready, within a minute."
		if b.Lathens {
			see += " Lists that lathens knows stay 200."
		}
		if b.Forgets() {
			see += " What was stored is gone: memory forgets."
		}
		out = append(out, drill{"Athens' pod is gone", b.K() + " delete pod -l " + b.pods("athens") + " --wait=false", see, b.K() + " rollout status deployment/" + b.A, ""})
	} else {
		see := "Every answer stays 200: the pod leaves the endpoints, and finishes its requests before it ends."
		if b.Meshed {
			see += " If a pod crashes instead, its requests are tried again in another zone. Only a zip whose download has begun breaks off."
		}
		out = append(out, drill{
			"One Athens pod is gone",
			b.K() + " delete --wait=false $(" + b.K() + " get pods -o name -l " + b.pods("athens") + " | head -1)",
			see,
			b.K() + " rollout status deployment/" + b.A,
			b.row("Athens in the gateway's zone: pod killed"),
		})
	}
	see := "Lists and modules are answered 503."
	if b.Lathens {
		see = "The list stays 200, for " + span.Short(l.StaleIfError.Duration) + " at most: lathens serves what it has cached (`X-Lathens: stale` after " + span.Short(l.TTL.Duration) + "). " + b.each() + "Lists that lathens does not know are answered 500, modules 503."
	}
	stop, start := scale(b.A, 0), scale(b.A, a.Replicas)
	if b.keda() { // which would start the pods again
		paused := b.K() + " annotate scaledobject " + b.A + " autoscaling.keda.sh/paused-replicas"
		stop, start = paused+"=0", paused+"-"
	}
	out = append(out, drill{
		"The storage is gone",
		"# Without its storage, no Athens becomes ready. Stopping Athens has the same effect, and touches no data.\n" + stop,
		see + " The alert *Athens is gone* fires.",
		start + "\n" + b.K() + " rollout status deployment/" + b.A,
		b.row("the storage is gone"),
	})
	row := b.row("the upstream is gone")
	if a.NetworkMode != v1alpha1.NetworkStrict {
		row = "" // the page's Athens is Strict
	}
	out = append(out, drill{
		"The upstream is gone",
		fmt.Sprintf("%s set env deployment/%s -c athens ATHENS_GO_BINARY_ENV_VARS='GOPROXY=https://nowhere.invalid'\n%s rollout status deployment/%s\n# a module and a version that the site has stored\n%s %s/STORED-MODULE/@v/VERSION.info", b.K(), b.A, b.K(), b.A, b.Curl(), b.Reach),
		b.withoutUpstream(),
		b.K() + " rollout undo deployment/" + b.A,
		row,
	})
	return append(out, b.rollout())
}

// each says that one replica of lathens does not know what another one does.
func (b *book) each() string {
	if b.List && b.Site.Spec.Lathens.Spread == v1alpha1.SpreadByLoad {
		return "Each replica knows only the lists that it was asked for (`lathens.spread: ByLoad`). "
	}
	return ""
}

func (b *book) rollout() drill {
	see, status := "Every answer stays 200.", b.K()+" rollout status deployment/"+b.A
	if b.Alone() {
		see = "Modules are answered 5xx until Athens' new pod is ready, within a minute."
	}
	what := " deployment/" + b.A
	if b.Lathens {
		what += " deployment/" + b.L
		status += "\n" + b.K() + " rollout status deployment/" + b.L
	}
	return drill{"A rollout", b.K() + " rollout restart" + what, see, status, b.row("a rollout of Athens")}
}

// row of the page of drills, which all have a mesh.
func (b *book) row(name string) string {
	if b.Meshed && b.List && !b.Alone() {
		return name
	}
	return ""
}

func (b *book) withoutUpstream() string {
	var out []string
	out = append(out, "A stored version is answered 200, any other 404 or 500.")
	switch b.Site.Spec.Athens.NetworkMode {
	case v1alpha1.NetworkFallback, v1alpha1.NetworkOffline:
		out = append(out, "Lists stay 200: Athens lists the stored versions (networkMode "+b.Site.Spec.Athens.NetworkMode+").")
	default:
		if b.Lathens {
			out = append(out, "Lists stay 200 where lathens knows them, for "+b.Stale()+"; others fail. "+b.each()+"The alert *Lists are stale* fires.")
		} else {
			out = append(out, "Lists fail (networkMode Strict).")
		}
	}
	return strings.Join(out, " ")
}
