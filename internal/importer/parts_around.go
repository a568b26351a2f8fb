package importer

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/quote"
	"github.com/gomods/athens-kfn/pkg/tree"
)

// ways are how clients reach Athens.
func (p *parts) ways() {
	for _, r := range p.routes() {
		host := cmp.Or(r.host, "any name")
		p.add("host "+host+" path "+r.path, "served", true, true)
		p.add("certificate of "+host, cmp.Or(r.tls, "none that is known"), r.tls != "", false)
		if r.of.Kind == "Ingress" {
			class := cmp.Or(tree.Text(r.of.node, "spec", "ingressClassName"), tree.Text(r.of.node, "metadata", "annotations", "kubernetes.io/ingress.class"))
			if class != "" {
				p.note("ingress class", class)
			}
			for key, v := range tree.Entries(r.of.node, "metadata", "annotations") {
				if !isNote(key) && key != "kubernetes.io/ingress.class" {
					p.add("ingress annotation "+key, quote.Of(key, tree.Text(v)), true, decidesWho(key))
				}
			}
		}
	}
	for _, s := range p.services {
		kind := cmp.Or(tree.Text(s.node, "spec", "type"), "ClusterIP")
		if kind != "ClusterIP" {
			p.add("Service "+s.Name+" of type "+kind, ports(s.node), true, true)
		}
		for _, ip := range tree.Items(s.node, "spec", "externalIPs") {
			p.add("external IP "+ip.Value, "routes to the Service "+s.Name, true, true)
		}
		for _, field := range []string{"loadBalancerIP", "loadBalancerSourceRanges", "loadBalancerClass", "externalTrafficPolicy", "sessionAffinity", "publishNotReadyAddresses", "trafficDistribution"} {
			if n := tree.Get(s.node, "spec", field); n != nil && (len(n.Content) > 0 || !slices.Contains([]string{"", "Cluster", "None", "false"}, n.Value)) {
				p.add("Service "+s.Name+" with "+field, compact(n), true, field == "loadBalancerSourceRanges")
			}
		}
		for key, v := range tree.Entries(s.node, "metadata", "annotations") {
			if !isNote(key) {
				p.note("service annotation "+key, quote.Of(key, tree.Text(v)))
			}
		}
	}
	if len(p.services) > 0 {
		s := p.services[max(0, slices.IndexFunc(p.services, func(s object) bool { return s.Name == p.of.Name }))]
		p.note("address in the cluster", s.Name+"."+s.Namespace+", port "+ports(s.node))
	}
}

func ports(service *yaml.Node) string {
	var out []string
	for _, port := range tree.Items(service, "spec", "ports") {
		text := tree.Text(port, "port")
		if node := tree.Text(port, "nodePort"); node != "" {
			text += " on " + node + " of each node"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// decidesWho reports whether an annotation of an Ingress decides who is let in, or
// what the server sees.
func decidesWho(key string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc([]string{"auth", "whitelist", "allowlist", "denylist", "source-range", "middleware", "snippet", "rewrite"}, func(word string) bool { return strings.Contains(key, word) })
}

// silent are kinds that follow from others, or say nothing about Athens.
var silent = []string{"Endpoints", "EndpointSlice", "Event", "ReplicaSet", "ControllerRevision", "Lease", "Namespace", "Node", "PersistentVolume"}

// Values of parts that are objects.
const (
	besideKey  = "runs in the namespace of Athens"
	readKey    = "names Athens, and is not read"
	decidesKey = "decides who may reach Athens"
)

// around is what other objects do with Athens.
func (p *parts) around() {
	callers := "every pod"
	if slices.ContainsFunc(p.objects, func(o object) bool { return o.Kind == "NetworkPolicy" && o.Namespace == p.of.Namespace && p.policed(o) }) {
		callers = "those that policies let in"
	}
	p.note("callers in the cluster", callers)
	read := []string{"Service", "ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim", "PodDisruptionBudget", "HorizontalPodAutoscaler"}
	for _, o := range p.objects {
		key := o.title()
		switch same := o.Namespace == p.of.Namespace; {
		case o.node == p.of.node, slices.Contains(silent, o.Kind), slices.Contains(read, o.Kind) && o.Group != "serving.knative.dev":
		case isOwn(o):
			// what the site makes has other names, and is not left out by a source
		case slices.Contains([]string{"Ingress", "HTTPRoute", "VirtualService", "Gateway"}, o.Kind):
			if !slices.ContainsFunc(p.routes(), func(r route) bool { return r.of.node == o.node }) && p.names(o) {
				p.add(key, readKey, true, true)
			}
		case o.Kind == "NetworkPolicy" && same && p.policed(o):
			p.add(key, decidesKey, true, true)
		case o.Kind == "ServiceMonitor" || o.Kind == "PodMonitor" || o.Kind == "VMServiceScrape" || o.Kind == "VMPodScrape":
			if p.selected(tree.Get(o.node, "spec", "selector", "matchLabels")) || p.monitors(o) {
				p.note("monitor "+o.Name, "scrapes Athens")
			}
		case o.Group == "security.istio.io" && same:
			selector := tree.Get(o.node, "spec", "selector", "matchLabels")
			if p.selected(selector) || selector == nil {
				p.add(key, decidesKey, true, true)
			}
		case templateOf(o) != nil && same:
			p.add(key, besideKey, true, p.uses(o))
		case same && p.names(o):
			p.add(key, readKey, true, true)
		}
	}
}

// policed reports whether a NetworkPolicy is about the pods; one that picks by
// expressions is taken to be.
func (p *parts) policed(o object) bool {
	selector := tree.Get(o.node, "spec", "podSelector")
	return len(tree.Items(selector, "matchExpressions")) > 0 || selector == nil || len(selector.Content) == 0 || p.selected(tree.Get(selector, "matchLabels"))
}

// monitors reports whether a monitor picks a Service of Athens by its labels.
func (p *parts) monitors(o object) bool {
	for _, s := range p.services {
		n := 0
		for key, v := range tree.Entries(o.node, "spec", "selector", "matchLabels") {
			if tree.Text(s.node, "metadata", "labels", key) != tree.Text(v) {
				n = -1
				break
			}
			n++
		}
		if n > 0 {
			return true
		}
	}
	return false
}

// uses reports whether Athens calls a Service of another workload: a database, a
// lock or a collector beside it.
func (p *parts) uses(o object) bool {
	labels := tree.Get(templateOf(o), "metadata", "labels")
	for _, s := range p.objects {
		if s.Kind != "Service" || s.Namespace != o.Namespace || slices.ContainsFunc(p.services, func(own object) bool { return own.node == s.node }) {
			continue
		}
		n := 0
		for key, v := range tree.Entries(s.node, "spec", "selector") {
			if tree.Text(labels, key) != tree.Text(v) {
				n = -1
				break
			}
			n++
		}
		if n > 0 && slices.ContainsFunc(p.env.Variables, func(v Variable) bool { return strings.Contains(v.Value, s.Name) }) {
			return true
		}
	}
	return false
}

// names reports whether an object has the name of the workload or of one of its
// Services as a text.
func (p *parts) names(o object) bool {
	var has func(n *yaml.Node) bool
	has = func(n *yaml.Node) bool {
		if n.Kind == yaml.ScalarNode {
			return n.Value == p.of.Name || p.serves(n.Value, o.Namespace)
		}
		return slices.ContainsFunc(n.Content, has)
	}
	for key, v := range tree.Entries(o.node) {
		if key != "metadata" && key != "status" && has(v) {
			return true
		}
	}
	return false
}
