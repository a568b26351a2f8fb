package why

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomods/athens-kfn/internal/explain"
	"github.com/gomods/athens-kfn/pkg/problem"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// short are the names that kubectl knows kinds by, beside their plurals.
var short = [][2]string{
	{"deploy", "Deployment"}, {"svc", "Service"}, {"cm", "ConfigMap"}, {"cj", "CronJob"}, {"sa", "ServiceAccount"},
	{"hpa", "HorizontalPodAutoscaler"}, {"pdb", "PodDisruptionBudget"}, {"pvc", "PersistentVolumeClaim"},
	{"netpol", "NetworkPolicy"}, {"ns", "Namespace"}, {"ing", "Ingress"}, {"gw", "Gateway"}, {"vs", "VirtualService"},
	{"dr", "DestinationRule"}, {"se", "ServiceEntry"}, {"pa", "PeerAuthentication"}, {"ap", "AuthorizationPolicy"}, {"ra", "RequestAuthentication"},
	{"telemetry", "Telemetry"},
}

// isKind says whether a word means a kind, in the singular or the plural.
func isKind(word, kind string) bool {
	word = strings.ToLower(word)
	lower := strings.ToLower(kind)
	plural := lower + "s"
	if stem, found := strings.CutSuffix(lower, "y"); found {
		plural = stem + "ies"
	}
	return word == lower || word == plural || word == lower+"es" || slices.Contains(short, [2]string{word, kind})
}

// IsField says whether a question is about a field of the spec: objects have a
// slash behind their kind, and a kind is one word. A field may have the name of
// a kind, as namespace has.
func IsField(question string) bool {
	kind, _, found := strings.Cut(question, "/")
	return !found || strings.ContainsAny(kind, ".[")
}

// Find reads a question about objects, as in deployment/goproxy-athens.spec.replicas.
// Objects of several namespaces may have the name. The path is empty where none
// was written.
func Find(objects []Object, question string) ([]*Object, tree.Path, error) {
	kind, rest, _ := strings.Cut(question, "/")
	var found []*Object
	var path string
	known := false
	for i := range objects {
		o := &objects[i]
		if !isKind(kind, o.Kind) {
			continue
		}
		known = true
		after, ok := strings.CutPrefix(rest, o.Name)
		if !ok || after != "" && !strings.ContainsAny(after[:1], ".[") {
			continue
		}
		if len(found) > 0 && len(found[0].Name) < len(o.Name) {
			found = nil // a longer name fits better
		}
		if len(found) == 0 || found[0].Name == o.Name {
			found, path = append(found, o), after
		}
	}
	if len(found) > 0 {
		return found, tree.Parse(path), nil
	}
	if isKind(kind, "Secret") && !known {
		return nil, nil, fmt.Errorf("the site generates no Secrets; %s is %s", question, namedBy(objects, rest))
	}
	return nil, nil, fmt.Errorf("the site has no object %s; it has %s", question, strings.Join(nearest(objects, kind, rest), ", "))
}

// nearest are the titles of the objects of a kind, or of all if none has the kind, the
// likeliest first.
func nearest(objects []Object, kind, name string) (titles []string) {
	of := slices.DeleteFunc(slices.Clone(objects), func(o Object) bool { return !isKind(kind, o.Kind) })
	if len(of) == 0 {
		of = slices.Clone(objects)
	}
	name, _, _ = strings.Cut(name, ".")
	slices.SortStableFunc(of, func(x, y Object) int {
		return problem.Distance(name, x.Name) - problem.Distance(name, y.Name)
	})
	for _, o := range of {
		titles = append(titles, o.Title())
	}
	return titles
}

// namedBy says which objects name a Secret.
func namedBy(objects []Object, name string) string {
	var out []string
	for _, o := range objects {
		if o.Name == name && o.Kind == "ExternalSecret" || slices.ContainsFunc(o.Values, func(v Value) bool {
			path := strings.ToLower(v.Path.String())
			return v.Value == name && (strings.Contains(path, "secret") || strings.HasSuffix(path, "credentialname"))
		}) {
			out = append(out, o.Title())
		}
	}
	if len(out) == 0 {
		return "named by no object"
	}
	return "named by " + strings.Join(out, ", ")
}

// Under are the values at a path and below it.
func (o *Object) Under(p tree.Path) ([]Value, error) {
	full, at := tree.Resolve(o.Node, p)
	if len(full) < len(p) && o.Kind == "Deployment" && p.String() == "spec.replicas" {
		return nil, fmt.Errorf("%s leaves spec.replicas out, because an autoscaler decides it: ask for athens.autoscaling or lathens.autoscaling", o.Title())
	}
	if len(full) < len(p) {
		var names []string
		for _, l := range leaves(at, nil) {
			if len(l.path) > 0 && !slices.Contains(names, l.path[0]) {
				names = append(names, l.path[0])
			}
		}
		place := o.Title()
		if len(full) > 0 {
			place += "." + full.String()
		}
		return nil, fmt.Errorf("%s has no %s; it has %s", place, p[len(full)], strings.Join(names, ", "))
	}
	var out []Value
	for _, v := range o.Values {
		if v.Path.Below(full) {
			out = append(out, v)
		}
	}
	return out, nil
}

// Field finds a field of the spec as a person writes it.
func (s *Site) Field(question string) (*explain.Field, tree.Path, error) {
	if strings.HasPrefix(question, "metadata.") {
		return nil, tree.Parse(question), nil
	}
	field, known := s.spec.Find(question)
	if !known {
		return nil, nil, fmt.Errorf("there is no field %s%s", question, explain.DidYouMean(s.spec, question))
	}
	p := tree.Parse(question)
	if field.Keyed && len(p) > 0 {
		p[len(p)-1] = p.Last() // a key that is written as an item
	}
	if len(p) == 0 || p[0] != "spec" {
		p = append(tree.Path{"spec"}, p...)
	}
	full, _ := tree.Resolve(s.full, p)
	return field, append(full, p[len(full):]...), nil
}
