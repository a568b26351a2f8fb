package helm

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/internal/source"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// world is objects in a cluster, with what NetworkPolicies and the mesh do there.
type world struct {
	*manifests.Set
	reach *manifests.Reach
	prove *prove.World
}

// world of objects, of which those without a namespace get the site's.
func (j *judgement) world(nodes []*yaml.Node) world {
	placed := make([]*yaml.Node, len(nodes))
	for i, n := range nodes {
		placed[i] = tree.Clone(n)
		if tree.Text(n, "metadata", "namespace") == "" {
			tree.Set(placed[i], tree.Path{"metadata", "namespace"}, tree.String(j.site.Namespace))
		}
	}
	var text bytes.Buffer
	if err := krm.WriteStream(&text, placed...); err != nil {
		j.fail("%s", err)
	}
	set := manifests.Read([]source.File{{Name: source.StdinName, Content: text.Bytes()}})
	reach := set.Reach()
	var unread []string
	for _, f := range slices.Concat(set.Unread, reach.Unread) {
		unread = append(unread, f.Text())
	}
	// Routes of the Gateway API and Ingresses are entries, and decide nothing behind them.
	typed := slices.DeleteFunc(set.Typed(), func(o generators.Object) bool {
		other, is := o.(*prove.Other)
		return is && other.Entry()
	})
	return world{set, reach, prove.Of(j.site, typed, unread...)}
}

// compare what reaches the release before and after the site is around it, and
// what its pods reach.
func (j *judgement) compare(before, after world) {
	type loss struct {
		of                krm.ID
		who, reason, cure string
	}
	var losses []loss
	where := map[loss][]string{}
	for _, e := range j.entries(before) {
		if reason := j.lost(e, before, after); reason != "" {
			l := loss{e.of, e.who, reason, e.cure}
			if where[l] == nil {
				losses = append(losses, l)
			}
			where[l] = append(where[l], e.where)
		}
	}
	for _, l := range losses {
		j.cut("%s: %s: %s would lose it: %s: %s, or add --accept-cut", l.of, quote.Said(strings.Join(where[l], ", ")), quote.Said(l.who), quote.Said(l.reason), quote.Said(l.cure))
	}
	j.silenced(before, after)
}

// lost is why an entry that was reached is not reached any more; empty if it is.
func (j *judgement) lost(e entry, before, after world) string {
	if len(before.reach.Refuses(e.service, e.port, e.peer)) > 0 {
		return ""
	}
	service := after.find(e.service.ID)
	if service == nil {
		return "the site has an object of that name"
	}
	by := after.reach.Refuses(service, e.port, e.peer)
	number, err := strconv.ParseUint(e.port, 10, 16)
	for _, as := range e.callers {
		q := prove.Request{As: as, Method: "GET", Path: e.path, Port: uint32(number),
			To: e.service.Name + "." + e.service.Namespace + ".svc." + j.site.Spec.ClusterDomain}
		was := before.prove.Ask(q)
		if was.Status != 200 && len(was.Unknown) == 0 {
			continue
		}
		if len(by) > 0 {
			return quote.Sprintf("%s lets no such connection in", by[len(by)-1])
		}
		is := after.prove.Ask(q)
		switch reasons := is.Unknown; {
		case err != nil:
			j.unknown("%s: %s is not the number of a port: correct it", e.of, e.port)
			return ""
		case len(reasons) > 0:
			j.unknown("%s: %s: whether %s still reach it is not known: %s", e.of, quote.Said(e.where), quote.Said(e.who), reasons[0])
			return ""
		case is.Status != 200:
			return quote.Sprintf("%s", is.Steps[len(is.Steps)-1])
		}
	}
	return ""
}

func (w world) find(id krm.ID) *manifests.Object {
	if i := slices.IndexFunc(w.Objects, func(o *manifests.Object) bool { return o.ID == id }); i >= 0 {
		return w.Objects[i]
	}
	return nil
}

// silenced are the release's other workloads, whose pods may open no connection in
// the site's namespace.
func (j *judgement) silenced(before, after world) {
	for _, o := range before.reach.Workloads() {
		by := after.reach.Silences(o)
		switch {
		case o.ID == j.title(j.release.id) || o.Namespace != j.site.Namespace || len(before.reach.Silences(o)) > 0:
		case len(by) > 0 && strings.HasPrefix(tree.Text(o.Node, "metadata", "annotations", "helm.sh/hook"), "test"):
			j.cut("%s: helm test would fail: %s lets its pod open no connection: ask https://%s instead, or add --accept-cut", o.ID, by[0], j.site.Spec.Host)
		case len(by) > 0:
			j.cut("%s: its pods could open no connection: %s allows none: keep it in a namespace that is not the site's, or switch it off in the values, or add --accept-cut", o.ID, by[0])
		case generators.Meshed(j.site):
			j.unknown("%s: what its pods call is not judged: %s lets them reach the Services of the namespace only", o.ID, fmt.Sprintf("Sidecar %s/default", j.site.Namespace))
		}
	}
}
