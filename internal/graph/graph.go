// Package graph draws a site: callers and callees, over which route, with which
// identity. The picture is made from the objects that the site renders to, so
// that it cannot say anything else than they do.
package graph

import "github.com/gomods/athens-kfn/internal/krm"

// Graph is a site as boxes and arrows, in the order in which a request meets
// them.
type Graph struct {
	// Title is where the site is, Subtitle which one it is, and About says in
	// one sentence what is drawn.
	Title, Subtitle, About string
	// Namespace of the site, and what holds for all of it.
	Namespace string
	Rules     []string
	// Egress is what may leave the site; empty where no mesh decides.
	Egress string
	// Objects that belong to no box: they hold for the whole site.
	Objects []krm.ID
	Nodes   []Node
	Edges   []Edge
	// Unknown is what the picture does not show as it is, each with the object.
	Unknown []string
}

// Kind is what a box represents.
type Kind string

// Kinds of boxes.
const (
	Client   Kind = "Client"
	Edger    Kind = "Edge"
	Gateway  Kind = "Ingress gateway"
	Ingress  Kind = "Ingress"
	Service  Kind = "Service"
	Workload Kind = "Deployment"
	Job      Kind = "CronJob"
	Volume   Kind = "Volume"
	Storage  Kind = "Storage"
	Lock     Kind = "Lock"
	Index    Kind = "Index"
	Upstream Kind = "Upstream"
	Sums     Kind = "Checksums"
	Other    Kind = "Other hosts"
	Watcher  Kind = "Observability"
	Scaler   Kind = "Autoscaler"
	Region   Kind = "Regions"
)

// Place is the part of the picture that a box belongs to.
type Place int

// Places, in the order of a request.
const (
	// Outside is before the site: clients and what they come through.
	Outside Place = iota
	// Inside is the site's own namespace.
	Inside
	// Beyond is what Athens reaches outside the site.
	Beyond
	// Around is what watches and scales the site, and its other regions.
	Around
)

// Node is a box.
type Node struct {
	// ID is unique in the graph, of lower-case letters and dashes.
	ID    string
	Kind  Kind
	Place Place
	Title string
	// Lines say more, one fact each.
	Lines []string
	// Routes of a gateway, in the order in which they are tried.
	Routes []Route
	// Pods of a workload.
	Pods *Pods
	// Principal is the identity that the box has in the mesh; empty for none.
	Principal string
	// Objects that the box represents.
	Objects []krm.ID
}

// Route is a row of a gateway's table.
type Route struct {
	Name string
	// Match is what the path must be like.
	Match string
	// Timeout of all tries together, "none" without one, and how many tries.
	Timeout, Tries string
	// To is the ID of the Service, or what the gateway itself answers.
	To string
}

// Pods of a workload.
type Pods struct {
	Min, Max int
	// Zones says that they are spread over zones.
	Zones bool
}

// Edge is an arrow.
type Edge struct {
	From, To string
	// Label is what goes along it, in a few words a line.
	Label []string
	// Principal is the identity that the caller shows with mTLS; empty where
	// the arrow has none.
	Principal string
	// Policies that let it pass.
	Policies []string
	// Fallback marks the way that is taken when the usual one is gone.
	Fallback bool
	// Aside marks an arrow from or to a box around the site, whose lines say the same:
	// the SVG does not draw it.
	Aside bool
}

// whole is a box's name with its kind, where that says what it is.
func (n *Node) whole() string {
	if n.Place == Inside {
		return string(n.Kind) + " " + n.Title
	}
	return n.Title
}

// name is title and subtitle.
func (g *Graph) name() string { return g.Title + ", " + g.Subtitle }

// Node finds a box; nil for none.
func (g *Graph) Node(id string) *Node {
	for i := range g.Nodes {
		if g.Nodes[i].ID == id {
			return &g.Nodes[i]
		}
	}
	return nil
}

// About says an arrow in words.
func (g *Graph) about(e *Edge) string {
	text := g.Node(e.From).whole() + " to " + g.Node(e.To).whole()
	for _, l := range e.Label {
		text += "; " + l
	}
	if e.Principal != "" {
		text += "; mTLS as " + e.Principal
	}
	for _, p := range e.Policies {
		text += "; allowed by AuthorizationPolicy " + p
	}
	return text
}
