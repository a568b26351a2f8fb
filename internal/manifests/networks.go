package manifests

import (
	"slices"

	"go.yaml.in/yaml/v3"

	corev1 "k8s.io/api/core/v1"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// directions of a NetworkPolicy: its type, its rules and the peers in them.
var directions = [...][3]string{{"Ingress", "ingress", "from"}, {"Egress", "egress", "to"}}

// networkPolicies are those of a namespace that pick a pod.
func (s *Site) networkPolicies(p *pod) (out []*Object) {
	for _, o := range s.Objects {
		if o.Group != "networking.k8s.io" || o.Kind != "NetworkPolicy" || o.Namespace != p.Namespace {
			continue
		}
		if which, err := selectorOf(tree.Get(o.Node, "spec", "podSelector")); err == nil && which.Matches(p.labels) {
			out = append(out, o)
		}
	}
	return out
}

// covers says whether a NetworkPolicy is about a direction. Without policyTypes it
// is about ingress, and about egress if it has rules for it.
func covers(policy *Object, kind, rules string) bool {
	types := tree.Items(policy.Node, "spec", "policyTypes")
	if len(types) == 0 {
		return kind == "Ingress" || tree.Get(policy.Node, "spec", rules) != nil
	}
	return slices.ContainsFunc(types, func(n *yaml.Node) bool { return tree.Text(n) == kind })
}

// Open are the pods of the site that no NetworkPolicy protects, in a direction in
// which one protects another pod of the site; or all of them, where none does.
func (s *Site) Open() (out []Fault) {
	for _, p := range s.own() {
		policies := s.networkPolicies(p)
		for _, d := range directions {
			if !slices.ContainsFunc(policies, func(o *Object) bool { return covers(o, d[0], d[1]) }) {
				out = append(out, Fault{p.Object, p.File, nil, "no NetworkPolicy restricts the " + d[1] + " of its pods: add one, or correct the podSelector of the one that should"})
			}
		}
	}
	for _, d := range directions {
		if o := s.firstNetworkPolicy(d); o != nil && !s.closes(o.Namespace, d) {
			out = append(out, Fault{o, o.File, nil, "no NetworkPolicy of namespace " + o.Namespace + " restricts the " + d[1] + " of all pods, so a pod that no other one selects is open: add one with podSelector: {} and policyTypes: [" + d[0] + "]"})
		}
	}
	return out
}

// firstNetworkPolicy of the site that restricts a direction; nil for none.
func (s *Site) firstNetworkPolicy(d [3]string) *Object {
	i := slices.IndexFunc(s.Own, func(o *Object) bool {
		return o.Group == "networking.k8s.io" && o.Kind == "NetworkPolicy" && covers(o, d[0], d[1])
	})
	if i < 0 {
		return nil
	}
	return s.Own[i]
}

// closes says whether a NetworkPolicy restricts a direction of all pods of a
// namespace.
func (s *Site) closes(namespace string, d [3]string) bool {
	return slices.ContainsFunc(s.Objects, func(o *Object) bool {
		if o.Group != "networking.k8s.io" || o.Kind != "NetworkPolicy" || o.Namespace != namespace || !covers(o, d[0], d[1]) {
			return false
		}
		which, err := selectorOf(tree.Get(o.Node, "spec", "podSelector"))
		return err == nil && which.Empty()
	})
}

// Closed are the pods of the site that NetworkPolicies shut off: some restrict a
// direction of theirs, and none has a rule for it. Only a pod behind a Service
// needs the one that comes in.
func (s *Site) Closed() (out []Fault) {
	for _, p := range s.own() {
		policies := s.networkPolicies(p)
		for _, d := range directions {
			restricted, open := false, d[0] == "Ingress" && !s.behindService(p)
			for _, o := range policies {
				if covers(o, d[0], d[1]) {
					restricted = true
					open = open || len(tree.Items(o.Node, "spec", d[1])) > 0
				}
			}
			if restricted && !open {
				out = append(out, Fault{p.Object, p.File, nil, "NetworkPolicies restrict the " + d[1] + " of its pods and none allows any: add the one that does, or correct its podSelector"})
			}
		}
	}
	return out
}

// behindService says whether a Service of the site selects a pod.
func (s *Site) behindService(p *pod) bool {
	return slices.ContainsFunc(s.Own, func(o *Object) bool {
		at := tree.Get(o.Node, "spec", "selector")
		if o.Group != "" || o.Kind != "Service" || o.Namespace != p.Namespace || at == nil {
			return false
		}
		which, err := selector(at, true)
		return err == nil && which.Matches(p.labels)
	})
}

// Peers are the peers of the site's NetworkPolicies that fit no pod: those of the
// same namespace, and those elsewhere of which a label of the site's own pods is
// asked, as kustomize's labels with includeSelectors adds it; or else the
// connections that all policies together refuse.
func (s *Site) Peers() (out []Fault) {
	out = s.Closed()
	for _, o := range s.Own {
		if o.Group != "networking.k8s.io" || o.Kind != "NetworkPolicy" {
			continue
		}
		for _, d := range directions {
			for i, rule := range tree.Items(o.Node, "spec", d[1]) {
				for j, peer := range tree.Items(rule, d[2]) {
					path := tree.Path{"spec", d[1], tree.Index(i), d[2], tree.Index(j), "podSelector"}
					if message := s.peer(o, peer); message != "" {
						out = append(out, Fault{o, o.File, path, message})
					}
				}
			}
		}
	}
	if len(out) == 0 { // or else those are why
		out = s.Connections()
	}
	return out
}

// peer is what is wrong with a peer; empty for nothing.
func (s *Site) peer(policy *Object, peer *yaml.Node) string {
	at := tree.Get(peer, "podSelector")
	if at == nil {
		return ""
	}
	which, err := selectorOf(at)
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	namespace := policy.Namespace
	if spaces := tree.Get(peer, "namespaceSelector"); spaces != nil {
		namespace = spaceOf(spaces)
	}
	if namespace != "" && s.judged(namespace) {
		if len(s.in(namespace, which)) == 0 {
			return which.String() + " selects no pod in " + namespace + ": correct it, or add the workload"
		}
		return ""
	}
	for key, v := range tree.Entries(at, "matchLabels") {
		if value := tree.Text(v); s.ownLabel(key, value) {
			return "asks pods outside the site for the label " + key + "=" + value + " of the site's own pods: remove it, and add labels without includeSelectors"
		}
	}
	return ""
}

// spaceOf is the one namespace that a selector picks by its name; empty for others.
func spaceOf(spaces *yaml.Node) string {
	if name := tree.Text(spaces, "matchLabels", corev1.LabelMetadataName); name != "" {
		return name
	}
	for _, e := range tree.Items(spaces, "matchExpressions") {
		if values := tree.Items(e, "values"); tree.Text(e, "key") == corev1.LabelMetadataName && tree.Text(e, "operator") == "In" && len(values) == 1 {
			return tree.Text(values[0])
		}
	}
	return ""
}

// ownLabel says whether all pods of the site have a label.
func (s *Site) ownLabel(key, value string) bool {
	own := s.own()
	return len(own) > 0 && !slices.ContainsFunc(own, func(p *pod) bool { return p.labels[key] != value })
}
