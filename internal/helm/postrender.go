package helm

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Unknown is the severity of a result that says what cannot be judged.
const Unknown = "unknown"

// maxObjects of a release: each entry is held against all of them.
const maxObjects = 2000

// PostRenderOptions are the command line's.
type PostRenderOptions struct {
	Within limits.Set
	// AcceptCut makes warnings of what the release would lose and of what cannot be
	// judged. What contradicts the site stays an error.
	AcceptCut bool
}

// PostRender puts the Athens of a chart's release, which the list's items are,
// in place of the site's own, and merges the rest of the site into the list. The
// site is the list's configuration. What is wrong is in the list's results, and
// what cannot be judged with the severity Unknown: print the items only if there
// is neither.
func PostRender(list *krm.ResourceList, o PostRenderOptions) {
	sites := list.LoadToRender(o.Within, "")
	list.RefuseRepeated(func(*yaml.Node) bool { return true })
	if list.Results.Failed() {
		return
	}
	j := &judgement{site: sites[0], list: list, accept: o.AcceptCut}
	j.run()
	list.Results = append(list.Results, j.results...)
}

func (j *judgement) run() {
	items := j.written()
	if j.results.Failed() {
		return
	}
	if len(items) > maxObjects {
		j.fail("the release has %d objects, and at most %d are judged: split it", len(items), maxObjects)
		return
	}
	if j.release = j.find(items); j.release == nil {
		return
	}
	j.items = items
	around, own := around(j.site)
	j.own = own
	j.contradictions()
	j.collisions(around)
	j.relabelled()
	before := j.world(items)
	if j.list.Edit(j.enrol); !j.list.Results.Failed() {
		j.list.Merge(around)
	}
	if !j.list.Results.Failed() {
		j.compare(before, j.world(j.list.Nodes()))
	}
}

// judgement of a release beside a site.
type judgement struct {
	site    *v1alpha1.AthensSite
	list    *krm.ResourceList
	accept  bool
	results krm.Results
	// items of the release, without aliases, as the chart made them.
	items   []*yaml.Node
	release *release
	// own is the Deployment that the release's Athens takes the place of.
	own *yaml.Node
	// gaps says that the release's Athens has settings that are not known.
	gaps bool
	// servers that the release's Athens calls.
	servers []server
}

func (j *judgement) fail(format string, args ...any) { j.add(krm.Error, format, args...) }

// cut notes what the release would lose.
func (j *judgement) cut(format string, args ...any) { j.mild(krm.Error, format, args...) }

// unknown notes what cannot be judged.
func (j *judgement) unknown(format string, args ...any) { j.mild(Unknown, format, args...) }

func (j *judgement) mild(severity, format string, args ...any) {
	if j.accept {
		severity, format = krm.Warning, strings.TrimSuffix(format, ", or add --accept-cut")
	}
	j.add(severity, format, args...)
}

func (j *judgement) add(severity, format string, args ...any) {
	j.results = append(j.results, krm.Result{Severity: severity, Message: quote.Sprintf(format, args...)})
}

// written are copies of the release's objects, without aliases. What an earlier
// run made of the site is none of them.
func (j *judgement) written() (out []*yaml.Node) {
	copies := tree.Expander{Left: krm.ManifestParts}
	for _, item := range j.list.Items {
		if tree.Text(item, "metadata", "labels", generators.SiteLabel) == generators.Owner(j.site) {
			continue
		}
		n := copies.Copy(item)
		if n == nil {
			j.fail("%s: %s", krm.IDOf(item), tree.ErrAliases)
			return nil
		}
		tree.Merge(n)
		out = append(out, n)
	}
	return out
}

// around are the site's objects without those that the chart brings: the
// namespace, and Athens without its Service, which the site's policies and
// routes name. It also returns the Deployment that the chart's replaces.
func around(site *v1alpha1.AthensSite) (out []krm.Made, athens *yaml.Node) {
	name := generators.Name(site, generators.Athens)
	for _, m := range krm.Make(site) {
		id := m.ID
		switch {
		case id.Kind == "Deployment" && id.Name == name:
			athens = m.Node()
		case id.Kind == "Namespace":
		case id.Name == name && (id.Kind == "ServiceAccount" || id.Kind == "ConfigMap" || id.Kind == "PersistentVolumeClaim" ||
			id.Kind == "HorizontalPodAutoscaler" || id.Kind == "ScaledObject" || id.Kind == "PodDisruptionBudget"):
		default:
			out = append(out, m)
		}
	}
	return out, athens
}

// collisions are objects that both the release and the site have. A chart leaves
// the namespace to Helm, so none means the site's.
func (j *judgement) collisions(around []krm.Made) {
	for _, item := range j.list.Items {
		id := krm.IDOf(item)
		if id.Namespace == "" {
			id.Namespace = j.site.Namespace
			if slices.ContainsFunc(around, func(m krm.Made) bool { return m.ID == id }) {
				j.fail("%s is in the release and in the site: rename the release or the site", id)
			}
		}
	}
}
