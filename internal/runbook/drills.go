package runbook

import (
	"fmt"
	"strings"

	"github.com/gomods/athens-kfn/pkg/span"
)

// drill is a small outage that one makes oneself.
type drill struct {
	Title, Do, See, Back string
}

// Drills of this site.
func (b *book) Drills() []drill {
	var out []drill
	a, l := &b.Site.Spec.Athens, &b.Site.Spec.Lathens
	scale := func(name string, n int32) string {
		return b.K() + " scale deployment/" + name + " --replicas=" + number(n)
	}
	if b.Lathens {
		see := "Every answer stays 200: Athens answers lists now, without the header `X-Lathens`."
		if !b.List {
			see = "Every answer is 503, or no connection is made: without a mesh nothing stands in for lathens. Builds stop until it is back."
		}
		out = append(out, drill{"lathens is gone", scale(b.L, 0), see, scale(b.L, l.Replicas.Min) + "\n" + b.K() + " rollout status deployment/" + b.L})
	}
	if a.Replicas.Max == 1 {
		see := "Modules are answered 5xx until its successor is ready, within a minute."
		if b.Lathens {
			see += " Lists that lathens knows stay 200."
		}
		if b.Forgets() {
			see += " What was stored is gone: memory forgets."
		}
		out = append(out, drill{"Athens' pod is gone", b.K() + " delete pod -l " + b.pods("athens") + " --wait=false", see, b.K() + " rollout status deployment/" + b.A})
	} else {
		out = append(out, drill{
			"One Athens pod is gone",
			b.K() + " delete --wait=false $(" + b.K() + " get pods -o name -l " + b.pods("athens") + " | head -1)",
			"Every answer stays 200. A download that the pod was at may be answered 5xx once, and works at the next try.",
			b.K() + " rollout status deployment/" + b.A,
		})
	}
	see := "Lists and modules are answered 5xx."
	if b.Lathens {
		see = "The list stays 200, for " + span.Short(l.StaleIfError.Duration) + " at most: lathens serves what it knows (`X-Lathens: stale` once its " + span.Short(l.TTL.Duration) + " are over). Modules, and lists that lathens does not know, are answered 5xx."
	}
	stop, start := scale(b.A, 0), scale(b.A, a.Replicas.Min)
	if b.keda() { // which would start the pods again
		paused := b.K() + " annotate scaledobject " + b.A + " autoscaling.keda.sh/paused-replicas"
		stop, start = paused+"=0", paused+"-"
	}
	out = append(out, drill{
		"The storage is gone",
		"# To the outside it is the same as no ready Athens, and touches no data.\n" + stop,
		see + " The alert *Athens is gone* fires.",
		start + "\n" + b.K() + " rollout status deployment/" + b.A,
	})
	return append(out, drill{
		"The upstream is gone",
		fmt.Sprintf("%s set env deployment/%s -c athens ATHENS_GO_BINARY_ENV_VARS='GOPROXY=https://nowhere.invalid'\n%s rollout status deployment/%s\n%s %s/STORED-MODULE/@v/VERSION.info", b.K(), b.A, b.K(), b.A, b.Curl(), b.Reach),
		b.withoutUpstream(),
		b.K() + " rollout undo deployment/" + b.A,
	})
}

func (b *book) withoutUpstream() string {
	var out []string
	out = append(out, "A version that is stored is answered 200. One that is not: 404 or 500.")
	switch b.Site.Spec.Athens.NetworkMode {
	case "fallback", "offline":
		out = append(out, "Lists are 200: Athens makes them of what is stored (networkMode "+b.Site.Spec.Athens.NetworkMode+").")
	default:
		if b.Lathens {
			out = append(out, "Lists stay 200 where lathens knows them, for "+b.Stale()+"; others fail. The alert *Lists are stale* fires.")
		} else {
			out = append(out, "Lists fail (networkMode strict).")
		}
	}
	return strings.Join(out, " ")
}
