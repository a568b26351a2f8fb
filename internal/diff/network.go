package diff

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/generators"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// connection is what NetworkPolicies say of some pods: that a side is closed, or
// which peers it is open to.
type connection struct {
	text, pods, side string
	closes           bool
	// ports are none for any, peer is empty for anywhere.
	ports  []string
	peer   string
	cidr   string
	except []string
}

// connections that NetworkPolicies allow, all of them together.
func connections(objects []Object) (out []connection) {
	for _, o := range ofKind(objects, "NetworkPolicy") {
		spec := tree.Get(o.tree, "spec")
		pods := target(tree.Get(spec, "podSelector", "matchLabels"), o.Namespace)
		begin := "NetworkPolicy: " + pods
		closed := cmp.Or(strings.ToLower(strings.Join(texts(spec, "policyTypes"), " and ")), "ingress")
		out = append(out, connection{text: begin + ": " + closed + " is closed except for what is listed", pods: pods, side: closed, closes: true})
		for _, side := range []struct{ key, peers, verb string }{{"ingress", "from", " accepts "}, {"egress", "to", " may call "}} {
			for _, rule := range tree.Items(spec, side.key) {
				ports := portList(tree.Items(rule, "ports"))
				verb := begin + side.verb + cmp.Or(strings.Join(ports, ", "), "any port") + " " + side.peers + " "
				peers := tree.Items(rule, side.peers)
				if len(peers) == 0 {
					out = append(out, connection{text: verb + "anywhere", pods: pods, side: side.key, ports: ports})
				}
				for _, p := range peers {
					c := connection{pods: pods, side: side.key, ports: ports, peer: peerOf(p, o.Namespace)}
					if block := tree.Get(p, "ipBlock"); block != nil {
						c.cidr, c.except = tree.Text(block, "cidr"), texts(block, "except")
					}
					c.text = verb + c.peer
					out = append(out, c)
				}
			}
		}
	}
	return out
}

func portList(ports []*yaml.Node) (out []string) {
	for _, p := range ports {
		out = append(out, strings.TrimSpace(cmp.Or(tree.Text(p, "protocol"), "TCP")+" "+tree.Text(p, "port")))
	}
	return out
}

func peerOf(p *yaml.Node, namespace string) string {
	if block := tree.Get(p, "ipBlock"); block != nil {
		return strings.TrimSpace(tree.Text(block, "cidr") + " " + list("except ", texts(block, "except")))
	}
	where := namespace
	if n := tree.Get(p, "namespaceSelector"); n != nil {
		labels := tree.Get(n, "matchLabels")
		where = cmp.Or(tree.Text(labels, "kubernetes.io/metadata.name"), cmp.Or(pairs(labels), "any namespace"))
	}
	return target(labelsOf(tree.Get(p, "podSelector")), where)
}

// labelsOf are the labels that a selector wants, in either form that it has for
// one value.
func labelsOf(selector *yaml.Node) *yaml.Node {
	labels := tree.Map()
	for key, value := range tree.Entries(selector, "matchLabels") {
		tree.Put(labels, key, value)
	}
	for _, e := range tree.Items(selector, "matchExpressions") {
		if values := texts(e, "values"); tree.Text(e, "operator") == "In" {
			tree.Put(labels, tree.Text(e, "key"), tree.String(strings.Join(values, "|")))
		} else {
			tree.Put(labels, tree.Text(e, "key"), tree.String(strings.TrimSpace(tree.Text(e, "operator")+" "+strings.Join(values, "|"))))
		}
	}
	return labels
}

// everyPod begins a target without a selector.
const everyPod = "every pod in "

// network compares what NetworkPolicies allow, and warns of what they closed
// before. The policies of egress mode Listed leave out no private addresses: a
// mesh that begins to list hosts closes more than they open.
func network(before, after []Object) []Change {
	old, now := connections(before), connections(after)
	listed := anyHost(before) && !anyHost(after)
	return compared(old, now, func(c connection) string { return c.text },
		func(c connection) string {
			unguarded := c.closes && !slices.ContainsFunc(now, func(n connection) bool {
				return n.closes && (n.pods == c.pods || strings.HasPrefix(n.pods, everyPod)) && strings.Contains(n.side, c.side)
			})
			return either(unguarded, networkUnguarded, networkGoes)
		},
		func(c connection) string {
			opened := !c.closes && !(listed && c.pods == generators.Athens && c.side == "egress") && c.widens(old)
			return either(opened, networkOpened, networkComes)
		})
}

// widens says whether a connection was closed before. A program that is new has
// nothing that was closed.
func (c *connection) widens(old []connection) bool {
	closed := func(o connection) bool { return o.closes && o.pods == c.pods && strings.Contains(o.side, c.side) }
	if !slices.ContainsFunc(old, closed) {
		return false
	}
	covered := func(port string) bool {
		return slices.ContainsFunc(old, func(o connection) bool {
			return !o.closes && o.pods == c.pods && o.side == c.side && o.covers(c) &&
				(len(o.ports) == 0 || slices.Contains(o.ports, port))
		})
	}
	if len(c.ports) == 0 {
		return !covered("")
	}
	return slices.ContainsFunc(c.ports, func(port string) bool { return !covered(port) })
}

// covers says whether a connection leads wherever another one does.
func (c *connection) covers(other *connection) bool {
	if c.peer == "" || c.peer == other.peer || c.peer == everyPod+"any namespace" && other.cidr == "" {
		return true
	}
	return c.cidr != "" && other.cidr != "" && within(other.cidr, c.cidr) &&
		!slices.ContainsFunc(c.except, func(e string) bool { return overlap(e, other.cidr) && !insideOne(e, other.except) })
}

// insideOne says whether a range is in one of others.
func insideOne(cidr string, others []string) bool {
	return slices.ContainsFunc(others, func(o string) bool { return within(cidr, o) })
}

func overlap(a, b string) bool {
	p, err := netip.ParsePrefix(a)
	q, bad := netip.ParsePrefix(b)
	return err != nil || bad != nil || p.Overlaps(q)
}

// anyHost says whether the mesh lets Athens reach any host.
func anyHost(objects []Object) bool {
	return slices.ContainsFunc(ofKind(objects, "Sidecar"), func(o Object) bool {
		return o.program() == generators.Athens && openAt(&o)
	})
}

// openAt says whether a Sidecar lets its program reach any host.
func openAt(sidecar *Object) bool {
	return tree.Text(sidecar.tree, "spec", "outboundTrafficPolicy", "mode") == "ALLOW_ANY"
}

// destination is a host, or a range of addresses, that the mesh lets a program
// reach.
type destination struct{ text, program, where, port string }

// destinations of the ServiceEntries.
func destinations(objects []Object) (out []destination) {
	for _, o := range ofKind(objects, "ServiceEntry") {
		hosts := texts(o.tree, "spec", "hosts")
		if addresses := texts(o.tree, "spec", "addresses"); len(addresses) > 0 {
			hosts = addresses // the host only names the entry
		}
		for _, host := range hosts {
			for _, p := range tree.Items(o.tree, "spec", "ports") {
				port := tree.Text(p, "number")
				out = append(out, destination{"egress to " + host + ":" + port + " (" + tree.Text(p, "protocol") + ")", o.program(), host, port})
			}
		}
	}
	return out
}

// outside compares what lies outside the mesh, and warns of what it closed
// before.
func outside(before, after []Object) []Change {
	old := destinations(before)
	meshed, open := len(ofKind(before, "Sidecar")) > 0, anyHost(before)
	return compared(old, destinations(after), func(d destination) string { return d.text },
		func(destination) string { return egressGoes },
		func(d destination) string {
			opened := meshed && !(open && d.program == generators.Athens) && !slices.ContainsFunc(old, func(o destination) bool {
				return o.program == d.program && o.port == d.port && (o.where == d.where || within(d.where, o.where))
			})
			return either(opened, egressOpened, egressComes)
		})
}

// compared notes which statements go and which come, with the codes of those
// that open and of those that do not.
func compared[T any](old, now []T, text func(T) string, gone, come func(T) string) (out []Change) {
	only := func(a, b []T, sign string, code func(T) string) {
		known := map[string]bool{}
		for _, s := range b {
			known[text(s)] = true
		}
		for _, s := range a {
			if !known[text(s)] {
				out = append(out, change(code(s), sign+text(s)))
			}
		}
	}
	only(old, now, "- ", gone)
	only(now, old, "+ ", come)
	return out
}

// either is one of two codes.
func either(opened bool, code, otherwise string) string {
	if opened {
		return code
	}
	return otherwise
}
