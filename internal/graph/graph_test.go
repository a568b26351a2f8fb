package graph

import (
	"slices"
	"strings"
	"testing"

	"istio.io/api/security/v1beta1"
	securityv1 "istio.io/client-go/pkg/apis/security/v1"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/manifests"
	"github.com/gomods/athens-kfn/internal/prove"
	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/generators/site"
)

// next are the boxes that arrows lead to from a box.
func (g *Graph) next(id string) []Edge {
	return slices.DeleteFunc(slices.Clone(g.Edges), func(e Edge) bool { return e.From != id })
}

// TestAllowancesAreArrows: what a policy lets pass is drawn, from the box with
// that identity, over a Service, to the pods that the policy is for.
func TestAllowancesAreArrows(t *testing.T) {
	drawn := 0
	every(t, func(t *testing.T, s *v1alpha1.AthensSite, g *Graph) {
		for _, o := range site.Objects(s) {
			p, is := o.(*securityv1.AuthorizationPolicy)
			if !is || p.Spec.GetAction() != v1beta1.AuthorizationPolicy_ALLOW {
				continue
			}
			for _, rule := range p.Spec.GetRules() {
				for _, from := range rule.GetFrom() {
					for _, principal := range from.GetSource().GetPrincipals() {
						drawn++
						if !leads(s, g, principal, p) {
							t.Errorf("no arrow for %s, which lets %s pass", p.Name, principal)
						}
					}
				}
			}
		}
	})
	if drawn == 0 {
		t.Error("no policy was seen")
	}
}

func leads(s *v1alpha1.AthensSite, g *Graph, principal string, p *securityv1.AuthorizationPolicy) bool {
	for _, n := range g.Nodes {
		if n.Principal != principal {
			continue
		}
		for _, e := range g.next(n.ID) {
			if e.Principal != principal || !slices.Contains(e.Policies, p.Namespace+"/"+p.Name) {
				continue
			}
			for _, to := range g.next(e.To) {
				for _, o := range site.Objects(s) {
					if d, is := o.(*appsv1.Deployment); is && slices.Contains(g.Node(to.To).Objects, ref(d)) &&
						labels.SelectorFromSet(p.Spec.GetSelector().GetMatchLabels()).Matches(labels.Set(d.Spec.Template.Labels)) {
						return true
					}
				}
			}
		}
	}
	return false
}

// TestArrowsAreAllowed asks prove for each arrow between programs: one of the
// policies on the arrow allows its caller.
func TestArrowsAreAllowed(t *testing.T) {
	every(t, func(t *testing.T, s *v1alpha1.AthensSite, g *Graph) {
		rows := prove.New(s).Table()
		for i := range g.Edges {
			e := &g.Edges[i]
			from, to := g.Node(e.From), g.Node(e.To)
			if to.Kind != Service || from.Kind == Client || !generators.Meshed(s) {
				continue
			}
			if e.Principal == "" || e.Principal != from.Principal || len(e.Policies) == 0 {
				t.Errorf("%s: drawn without identity or policy", g.about(e))
			}
			asked := 0
			for _, r := range rows {
				as := from.ID
				if as == gatewayID {
					as = prove.Client
				}
				if r.As == as && r.Answer.Status == 200 && slices.Contains(e.Policies, r.Answer.Policy) {
					asked++
				}
			}
			if asked == 0 {
				t.Errorf("%s: prove lets none of its requests pass", g.about(e))
			}
		}
	})
}

// TestFallback: lathens' place is taken by Athens where there is a mesh.
func TestFallback(t *testing.T) {
	every(t, func(t *testing.T, s *v1alpha1.AthensSite, g *Graph) {
		i := slices.IndexFunc(g.Edges, func(e Edge) bool { return e.Fallback })
		if (i >= 0) != generators.HasList(s) {
			t.Fatalf("fallback drawn: %v", i >= 0)
		}
		if i >= 0 && (g.Edges[i].To != generators.Athens || g.Edges[i].From != serviceID("goproxy-list")) {
			t.Error(g.about(&g.Edges[i]))
		}
	})
}

// TestEveryObjectIsSomewhere: exactly once.
func TestEveryObjectIsSomewhere(t *testing.T) {
	every(t, func(t *testing.T, s *v1alpha1.AthensSite, g *Graph) {
		places := map[krm.ID]int{}
		for _, r := range g.Objects {
			places[r]++
		}
		ids := map[string]bool{}
		for _, n := range g.Nodes {
			if ids[n.ID] || n.Title == "" || n.Kind == "" {
				t.Errorf("box %q: twice, or without a title or a kind", n.ID)
			}
			ids[n.ID] = true
			for _, r := range n.Objects {
				places[r]++
			}
		}
		for _, o := range site.Objects(s) {
			if places[ref(o)] != 1 {
				t.Errorf("%s is in %d places", ref(o), places[ref(o)])
			}
		}
		for _, e := range g.Edges {
			if !ids[e.From] || !ids[e.To] {
				t.Errorf("arrow from %q to %q leads nowhere", e.From, e.To)
			}
		}
		for _, n := range g.Nodes {
			if n.ID != clientID && !slices.ContainsFunc(g.Edges, func(e Edge) bool { return e.To == n.ID }) && n.Kind != Job && n.Place != Around {
				t.Errorf("nothing leads to %s", n.ID)
			}
		}
	})
}

// TestEscaping: what means something to a format is text in it.
func TestEscaping(t *testing.T) {
	const nasty = `"]; A --> B |x| <script> & \ #35; {y}` + "\n`z`"
	g := New(manifests.Rendered(load(t, `{}`)))
	g.Nodes[0].Title = nasty
	g.Edges[0].Label = []string{nasty}
	if m := g.Mermaid(); strings.Contains(m, "<script>") || strings.Contains(m, "A --> B |") {
		t.Error(m)
	}
	if d := g.Dot(); !strings.Contains(d, `\"]; A --> B |x| <script> & \\ #35; {y} `) {
		t.Error(d)
	}
	if s := g.SVG(); strings.Contains(s, "<script>") || !strings.Contains(s, "&lt;script&gt; &amp;") {
		t.Error(s)
	}
}

// TestAround: what watches and scales the site is drawn, with its objects, and each
// region says whose modules it stores.
func TestAround(t *testing.T) {
	g := New(manifests.Rendered(load(t, specs["watched"])))
	for id, kinds := range map[string][]string{
		prometheusID: {"PodMonitor", "PrometheusRule"}, kedaID: {"ScaledObject"}, logsID: {"OpenTelemetryCollector"}, tracesID: nil, regionsID: nil,
	} {
		n := g.Node(id)
		if n == nil || n.Place != Around {
			t.Errorf("%s is not drawn", id)
			continue
		}
		var got []string
		for _, o := range n.Objects {
			got = append(got, o.Kind)
		}
		if !slices.Equal(got, kinds) {
			t.Errorf("%s has the objects %q, want %q", id, got, kinds)
		}
	}
	if p := g.Node(generators.Athens).Pods; p.Min != 3 || p.Max != 12 {
		t.Errorf("KEDA scales Athens from %d to %d", p.Min, p.Max)
	}
	if got, want := g.Node(regionsID).Lines, []string{"weu (this picture): stores its own modules", "eastus2: stores the modules of weu too"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	s := load(t, specs["watched"])
	s.Spec.Regions[0].Overrides.Crathens.Sources = []v1alpha1.CatalogSource{{URL: "https://elsewhere.example.com"}}
	s.Spec.Regions[1].Overrides.Crathens.Sources = nil
	if got := New(manifests.Rendered(s)).Node(regionsID).Lines[1]; got != "eastus2: its own picture shows whose modules it stores" {
		t.Errorf("a region whose sources are not known: %s", got)
	}
}
