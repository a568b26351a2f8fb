// Package cluster adds to manifests what a cluster would make of them: Nodes
// with zones, Pods with sidecars and addresses, the API server's defaults,
// EndpointSlices. The same manifests always give the same cluster.
package cluster

import (
	"fmt"

	"github.com/gomods/athens-kfn/test/mesh/manifest"
)

// Zones of a cluster's nodes, one node each.
var Zones = []string{"zone-1", "zone-2", "zone-3"}

// Revisions of control planes that inject sidecars, as istio.io/rev has them.
// The one without a name answers istio-injection.
var Revisions = []string{"", "default", "asm-1-30"}

// Cluster is manifests and what was added to them.
type Cluster struct {
	Objects []manifest.Object
	// Pods are among the objects.
	Pods []*Pod
	// Region of the nodes.
	Region string

	pods    int // second number of the pods' addresses
	trouble Trouble
}

// Trouble is what is wrong with pods; nil is nothing.
type Trouble struct {
	// Gone pods do not run.
	Gone func(*Pod) bool
	// Unready pods run and fail their readiness probe.
	Unready func(*Pod) bool
}

// New makes a cluster out of manifests.
func New(manifests []manifest.Object, trouble Trouble) *Cluster {
	return build(manifests, &Cluster{Region: "region", pods: 1, trouble: trouble})
}

// Neighbour makes another cluster, which shares no address with that of [New].
func Neighbour(manifests []manifest.Object) *Cluster {
	return build(manifests, &Cluster{Region: "other-region", pods: 2})
}

func build(manifests []manifest.Object, c *Cluster) *Cluster {
	c.Objects = manifest.Clone(manifests)
	c.addNamespaces()
	for _, zone := range Zones {
		c.Objects = append(c.Objects, c.node(zone))
	}
	c.addPods()
	c.addServices()
	return c
}

// Pod with an address; nil if there is none.
func (c *Cluster) Pod(ip string) *Pod {
	for _, p := range c.Pods {
		if p.IP == ip {
			return p
		}
	}
	return nil
}

// Select are the pods of a namespace with some labels.
func (c *Cluster) Select(namespace string, labels map[string]string) []*Pod {
	var out []*Pod
	for _, p := range c.Pods {
		if p.Namespace == namespace && manifest.Has(p.Labels, labels) {
			out = append(out, p)
		}
	}
	return out
}

// addNamespaces adds those that have other owners, and the label that all of
// them have.
func (c *Cluster) addNamespaces() {
	defer func() {
		for _, o := range c.Objects {
			if o.Kind() != "Namespace" {
				continue
			}
			meta := o.Map("metadata")
			if meta["labels"] == nil {
				meta["labels"] = map[string]any{}
			}
			o.Map("metadata", "labels")["kubernetes.io/metadata.name"] = o.Name()
		}
	}()
	for _, o := range c.Objects {
		if ns := o.Namespace(); ns != "" && manifest.Find(c.Objects, "Namespace", "", ns) == nil {
			c.Objects = append(c.Objects, manifest.Object{
				"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": ns},
			})
		}
	}
}

func (c *Cluster) node(zone string) manifest.Object {
	return manifest.Object{
		"apiVersion": "v1", "kind": "Node",
		"metadata": map[string]any{
			"name": nodeIn(zone),
			"labels": map[string]any{
				"topology.kubernetes.io/region": c.Region,
				"topology.kubernetes.io/zone":   zone,
			},
		},
	}
}

func nodeIn(zone string) string { return "node-" + zone }

// address is the n-th of a range.
func address(second, n int) string { return fmt.Sprintf("10.%d.%d.%d", second, n/250, n%250+1) }
