package graph

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/gomods/athens-kfn/pkg/generators"
)

func (b *builder) unknown(format string, args ...any) {
	b.Unknown = append(b.Unknown, fmt.Sprintf(format, args...))
}

// settle removes what the picture has no place for, and arrows without an end, and
// notes both. Sites that athens-kfn renders have neither.
func (b *builder) settle() {
	programs := []string{generators.Athens, generators.Lathens, generators.Crathens}
	seen := map[string]bool{}
	b.Nodes = slices.DeleteFunc(b.Nodes, func(n Node) bool {
		drawn := !seen[n.ID]
		switch n.Kind {
		case Workload, Job:
			drawn = drawn && slices.Contains(programs, n.ID)
		case Service:
			drawn = drawn && len(validation.IsDNS1123Label(n.Title)) == 0
		}
		if seen[n.ID] = true; !drawn {
			b.unknown("%s %s is not in the picture, which shows each program of a site once", n.Kind, n.Title)
		}
		return !drawn
	})
	if b.Node(generators.Athens) == nil {
		b.unknown("Athens is not in the picture: no Deployment of it is among the objects")
		b.add(Node{ID: generators.Athens, Kind: Workload, Place: Inside, Title: "no Deployment"})
	}
	b.whole()
	b.laneless()
	b.whole()
}

// whole removes arrows that begin or end nowhere.
func (b *builder) whole() {
	b.Edges = slices.DeleteFunc(b.Edges, func(e Edge) bool {
		if b.Node(e.From) != nil && b.Node(e.To) != nil {
			return false
		}
		b.unknown("the arrow from %s to %s is not in the picture: one of them is not among the objects", e.From, e.To)
		return true
	})
}

// laneless removes the Services that no lane of the picture is for.
func (b *builder) laneless() {
	p := &picture{Graph: b.Graph}
	for i := range b.Nodes {
		p.boxes = append(p.boxes, &box{Node: &b.Nodes[i]})
	}
	l := p.lanes()
	drawn := map[string]bool{}
	for _, at := range []*box{l.front, l.origin} {
		if at != nil {
			drawn[at.ID] = true
		}
	}
	b.Nodes = slices.DeleteFunc(b.Nodes, func(n Node) bool {
		if n.Kind != Service || drawn[n.ID] {
			return false
		}
		b.unknown("Service %s is not in the picture, which shows the one of the cache and the one of Athens", n.Title)
		return true
	})
	if l.origin == nil {
		b.add(Node{ID: serviceID(generators.Athens), Kind: Service, Place: Inside, Title: "no Service"})
		b.arrow(Edge{From: serviceID(generators.Athens), To: generators.Athens})
		b.unknown("the Service of Athens is not in the picture: none among the objects has its pods")
	}
}
