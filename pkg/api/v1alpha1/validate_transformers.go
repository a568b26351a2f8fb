package v1alpha1

import (
	"strings"

	"github.com/gomods/athens-kfn/pkg/problem"
)

// Head is the apiVersion and the kind that a document of it has.
func (*MeshReferences) Head() (apiVersion, kind string) { return APIVersion, MeshReferencesKind }

// Validate returns what is wrong with it, but for what could not be read.
func (m *MeshReferences) Validate(unread *problem.Broken) problem.Problems {
	r := &checks{broken: unread}
	r.each("spec.keepNamespaces", m.Spec.KeepNamespaces, dnsLabel)
	r.enum("spec.mergedNamespaces", m.Spec.MergedNamespaces, MergedRefuse, MergedAllow)
	if ns := m.Spec.Namespace; ns != nil && (ns.From == "" || ns.To == "") {
		r.add("spec.namespace", "needs both from and to; write where the objects were written and where they are now, as in {from: shop, to: prod}")
	}
	return r.problems
}

// Head is the apiVersion and the kind that a document of it has.
func (*MeshEnrolment) Head() (apiVersion, kind string) { return APIVersion, MeshEnrolmentKind }

// longestGrace is a day, in seconds: more is a mistake.
const longestGrace = 86400

// Validate returns what is wrong with it, but for what could not be read.
func (m *MeshEnrolment) Validate(unread *problem.Broken) problem.Problems {
	r, s := &checks{broken: unread}, &m.Spec
	if len(s.Workloads) == 0 {
		r.add("spec.workloads", "is required: name at least one, as in workloads: [{kind: Deployment, name: athens}]")
	}
	for i, w := range s.Workloads {
		at := item("spec.workloads", i)
		switch {
		case w.Labels != nil && len(w.Labels) == 0:
			r.add(child(at, "labels"), "is empty; write labels of the pods, or leave it out")
		case w.Kind == "" && w.Namespace == "" && w.Name == "" && w.Labels == nil:
			r.add(at, "would choose everything: give a kind, a namespace, a name or labels")
		}
		if w.Kind != "" {
			r.enum(child(at, "kind"), w.Kind, WorkloadKinds()...)
		}
	}
	for i, p := range s.Ports {
		at := item("spec.ports", i)
		if p.Port.String() == "0" || p.Port.String() == "" {
			r.add(child(at, "port"), "is required: write the number or the name of a Service's port")
		}
		if p.AppProtocol == "" {
			r.add(child(at, "appProtocol"), "is required: write one of %s", strings.Join(AppProtocols(), ", "))
		} else {
			r.enum(child(at, "appProtocol"), p.AppProtocol, AppProtocols()...)
		}
	}
	if n := s.Drain.GracePeriodSeconds; n < 0 || n > longestGrace {
		r.add("spec.drain.gracePeriodSeconds", "must be 1 to %d seconds; found %d", longestGrace, n)
	}
	return r.problems
}
