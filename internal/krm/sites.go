package krm

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/internal/strict"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/limits"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/transformers"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// Ways to choose a region other than spec.region: what completes the cure "set
// it to one of west, east".
const (
	ByFlag    = ", or add --region NAME"
	ByFolders = ByFlag + ", or write a folder for each with --to DIR"
	ByOverlay = ", as an overlay that patches the AthensSite does"
	// ByField is for a program, which has no other.
	ByField     = ""
	ByParameter = ", or set the parameter region of the Application"
)

// LoadOneCluster is Load for what is about one cluster, as manifests are: a
// site with regions must have chosen one. Choose is how else a reader does so,
// one of the constants above.
func (l *ResourceList) LoadOneCluster(choose string) []*v1alpha1.AthensSite {
	return l.load(func(node *yaml.Node, site *v1alpha1.AthensSite, _ bool) { l.chosen(node, site, choose) })
}

// LoadToRender is LoadOneCluster for what is applied to that cluster: no site
// may go beyond the limits.
func (l *ResourceList) LoadToRender(within limits.Set, choose string) []*v1alpha1.AthensSite {
	return l.load(func(node *yaml.Node, site *v1alpha1.AthensSite, sound bool) {
		l.chosen(node, site, choose)
		if sound {
			l.Results.Add(node, within.Check(site))
		}
	})
}

// LoadWithin is Load for what is applied, of all regions: no site may go beyond
// the limits. A site that has not chosen one of its regions is not asked: what
// is applied is that of its regions.
func (l *ResourceList) LoadWithin(within limits.Set) []*v1alpha1.AthensSite {
	return l.load(func(node *yaml.Node, site *v1alpha1.AthensSite, sound bool) {
		if sound && len(site.OpenRegions()) == 0 {
			l.Results.Add(node, within.Check(site))
		}
	})
}

// chosen notes a site that has not chosen one of its regions.
func (l *ResourceList) chosen(node *yaml.Node, site *v1alpha1.AthensSite, choose string) {
	if open := site.OpenRegions(); len(open) > 0 {
		l.Results.fail(node, "spec.region", quote.Sprintf("is not set, and this is about one cluster: set it to one of %s%s", strings.Join(open, ", "), quote.Said(choose)))
	}
}

// Load reads the sites of the list, fills what they leave out and checks them,
// each alone and all together. What is wrong is noted in Results; only when
// nothing is may the sites be used.
func (l *ResourceList) Load() []*v1alpha1.AthensSite {
	return l.load(func(*yaml.Node, *v1alpha1.AthensSite, bool) {})
}

func (l *ResourceList) load(more func(node *yaml.Node, site *v1alpha1.AthensSite, sound bool)) []*v1alpha1.AthensSite {
	nodes := l.sites()
	sites := make([]*v1alpha1.AthensSite, len(nodes))
	for i, node := range nodes {
		site, problems := strict.Load[v1alpha1.AthensSite](node)
		l.Results.Add(node, problems)
		more(node, site, len(problems) == 0)
		sites[i] = site
	}
	for i, problems := range v1alpha1.ValidateTogether(sites) {
		l.Results.Add(nodes[i], problems)
	}
	return sites
}

// sites finds the sites of the list: functionConfig and items of kind
// AthensSite, each once. What is in the API group and no AthensSite is an
// error, and so is a list without sites: a host would delete everything.
func (l *ResourceList) sites() (sites []*yaml.Node) {
	before := len(l.Results)
	if n := l.countSites(); n > v1alpha1.MaxSites {
		l.Results.fail(nil, "", quote.Sprintf("%d AthensSites in the input, but at most %d are read: split it", n, v1alpha1.MaxSites))
		return nil
	}
	given := Given{}
	for _, obj := range append([]*yaml.Node{l.FunctionConfig}, l.Items...) {
		obj = tree.Deref(obj)
		id := IDOf(obj)
		switch {
		case obj == nil || transformers.IsConfig(obj):
		case id.Group != v1alpha1.Group:
			if looksMeant(obj) {
				l.Results.fail(obj, "", wrongHead(obj))
			}
		case !isSite(obj):
			l.Results.fail(obj, "", unknownKind(tree.Text(obj, "apiVersion"), tree.Text(obj, "kind")))
		case given[id] == nil:
			given[id] = obj
			sites = append(sites, obj)
		case !given.Again(obj):
			l.Results.fail(obj, "metadata.name", "this AthensSite is repeated, with different specs: remove one")
		}
	}
	if len(sites) == 0 && len(l.Results) == before {
		l.Results.fail(nil, "", quote.Sprintf("no AthensSite in the input: add an object with apiVersion: %s, kind: %s",
			v1alpha1.APIVersion, v1alpha1.Kind))
	}
	return sites
}

// Given are the sites that were given, by their identity: a host may give one
// both as a file and as an item.
type Given map[ID]*yaml.Node

// Again says whether a site with the same identity and spec was given, and keeps
// the first.
func (g Given) Again(site *yaml.Node) bool {
	id := IDOf(site)
	other := g[id]
	if other == nil {
		g[id] = site
		return false
	}
	return tree.Equal(tree.Get(site, "spec"), tree.Get(other, "spec"))
}

func (l *ResourceList) countSites() (n int) {
	for _, obj := range l.Items {
		if isSite(tree.Deref(obj)) {
			n++
		}
	}
	return n
}

// isGeneratorConfig says whether an item is the configuration that kustomize
// hands to a generator a second time, as an item. It is no manifest, and
// kustomize takes twice as long when it comes back. kpt's configuration is a
// file, has a path and stays.
func (l *ResourceList) isGeneratorConfig(obj *yaml.Node) bool {
	return l.FunctionConfig != nil && isSite(obj) && IDOf(obj) == IDOf(l.FunctionConfig) &&
		tree.Text(obj, "metadata", "annotations", functionAnnotation) != "" && !hasPath(obj) &&
		tree.Equal(tree.Get(obj, "spec"), tree.Get(l.FunctionConfig, "spec"))
}

// InRegion is a site with a region chosen.
func InRegion(site *yaml.Node, region string) *yaml.Node {
	return with(site, "region", tree.String(region))
}

// InMode is a site in another mesh mode; fields of spec.mesh in without are
// left out.
func InMode(site *yaml.Node, mode string, without ...string) *yaml.Node {
	mesh := tree.Map()
	if old := tree.Get(site, "spec", "mesh"); old != nil && old.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(old.Content); i += 2 {
			if !slices.Contains(without, old.Content[i].Value) {
				mesh.Content = append(mesh.Content, old.Content[i], old.Content[i+1])
			}
		}
	}
	tree.Put(mesh, "mode", tree.String(mode))
	return with(site, "mesh", mesh)
}

// with is a site with another field in its spec; the site itself if it has none.
func with(site *yaml.Node, field string, v *yaml.Node) *yaml.Node {
	spec := tree.Get(site, "spec")
	if spec == nil || spec.Kind != yaml.MappingNode {
		return site
	}
	return tree.With(site, "spec", tree.With(spec, field, v))
}

// unknownKind names the kind that was most likely meant.
func unknownKind(version, kind string) string {
	meant, near := problem.Nearest(kind, []string{v1alpha1.Kind, v1alpha1.MeshReferencesKind, v1alpha1.MeshEnrolmentKind})
	if !near {
		meant = v1alpha1.Kind
	}
	return quote.Sprintf("unknown %s %s: write %s %s", version, kind, v1alpha1.APIVersion, meant)
}
