package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// invariant is something that holds for the output of every site.
type invariant struct {
	name string
	// check says what is wrong with one of the objects.
	check func(o object, all []object) []string
	// breaks changes the objects of a site so that it does not hold.
	breaks func(all []object)
}

// ours are the objects of a golden that carry our labels; its foreign items
// need not keep our rules.
func ours(all []object) []object {
	return slices.DeleteFunc(slices.Clone(all), func(o object) bool {
		return o.text("metadata", "labels", "app.kubernetes.io/managed-by") != program || o.namespace() == "old"
	})
}

func TestInvariants(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			code, stdout, _ := g.run()
			if code != 0 {
				t.Skip("this case is about problems")
			}
			all := ours(objectsOf(t, stdout))
			for _, problem := range violations(all) {
				t.Error(problem)
			}
		})
	}
}

func violations(all []object) (out []string) {
	for _, inv := range invariants {
		for _, o := range all {
			for _, problem := range inv.check(o, all) {
				out = append(out, fmt.Sprintf("%s: %s: %s", inv.name, o.id(), problem))
			}
		}
	}
	return out
}

// TestInvariantsCanFail breaks the production site once for each invariant.
func TestInvariantsCanFail(t *testing.T) {
	for _, inv := range invariants {
		code, stdout, stderr := runWith([]string{"render", root + "/examples/production"}, "")
		if code != 0 {
			t.Fatal(stderr)
		}
		all := objectsOf(t, stdout)
		inv.breaks(all)
		found := violations(all)
		if !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, inv.name+": ") }) {
			t.Errorf("nothing noticed that it was broken: %s (found %q)", inv.name, found)
		}
	}
}

var invariants = []invariant{
	{
		"ids are unique",
		func(o object, all []object) []string {
			same := slices.DeleteFunc(slices.Clone(all), func(p object) bool { return p.id() != o.id() })
			return complain(len(same) != 1, "there are %d of it", len(same))
		},
		func(all []object) {
			all[2]["kind"], all[2]["metadata"], all[2]["apiVersion"] = all[1]["kind"], all[1]["metadata"], all[1]["apiVersion"]
		},
	}, {
		"owned",
		func(o object, _ []object) []string {
			owner := o.text("metadata", "labels", "athens.gomods.io/site")
			return complain(strings.Count(owner, ".") != 1, "owner %q", owner)
		},
		func(all []object) { delete(all[3].object("metadata", "labels"), "athens.gomods.io/site") },
	}, {
		"no status, no empty noise",
		func(o object, _ []object) []string {
			var out []string
			for _, key := range []string{"status", "creationTimestamp"} {
				out = append(out, complain(o[key] != nil || o.object("metadata")[key] != nil, "has %s", key)...)
			}
			return out
		},
		func(all []object) { all[0]["status"] = object{} },
	}, {
		"selectors are subsets of labels",
		func(o object, _ []object) []string {
			t := o.template()
			sel := o.object("spec", "selector", "matchLabels")
			return complain(o.kind() == "Deployment" && (len(sel) == 0 || !subset(sel, t.object("metadata", "labels"))), "selector %v", sel)
		},
		func(all []object) { first(all, "Deployment").object("spec", "selector", "matchLabels")["x"] = "y" },
	}, {
		"selectors leave app.kubernetes.io/instance alone",
		func(o object, _ []object) []string {
			sel := fmt.Sprint(o.at("spec", "selector"), o.at("spec", "podSelector"))
			return complain(strings.Contains(sel, "app.kubernetes.io/instance"), "Argo CD may overwrite it")
		},
		func(all []object) {
			first(all, "Service").object("spec", "selector")["app.kubernetes.io/instance"] = "goproxy"
		},
	}, {
		"what selects pods finds some",
		func(o object, all []object) []string {
			var sel object
			switch o.kind() {
			case "Service":
				sel = o.object("spec", "selector")
			case "PodDisruptionBudget", "AuthorizationPolicy":
				sel = o.object("spec", "selector", "matchLabels")
			case "NetworkPolicy":
				sel = o.object("spec", "podSelector", "matchLabels")
			case "Sidecar":
				sel = o.object("spec", "workloadSelector", "labels")
			}
			outside := isGatewaySide(o, all)
			return complain(!outside && len(sel) > 0 && len(selected(all, o.namespace(), sel)) == 0, "no pod has %v", sel)
		},
		func(all []object) {
			first(all, "PodDisruptionBudget").object("spec", "selector", "matchLabels")["app.kubernetes.io/name"] = "x"
		},
	}, {
		"target ports exist",
		func(o object, all []object) []string {
			if o.kind() != "Service" {
				return nil
			}
			var out []string
			for _, w := range selected(all, o.namespace(), o.object("spec", "selector")) {
				for _, p := range o.list("spec", "ports") {
					out = append(out, complain(!hasPort(w, p.text("targetPort")), "%s has no port %v", w.id(), p["targetPort"])...)
					// gateway.service, outside a mesh: by an appProtocol, AKS would ask / for
					// the health of the nodes.
					app := "http"
					if o.text("spec", "type") == "LoadBalancer" && strings.HasSuffix(o.name(), "-gateway") {
						app = ""
					}
					out = append(out, complain(p.text("name") != "http" || p.text("appProtocol") != app || p.text("protocol") != "TCP", "port %v is not plainly http", p)...)
				}
			}
			return out
		},
		func(all []object) { first(all, "Service").list("spec", "ports")[0]["targetPort"] = "https" },
	}, {
		"hosts of our Services exist",
		func(o object, all []object) []string {
			var out []string
			walk(o, func(s string) {
				for _, m := range serviceHost.FindAllStringSubmatch(s, -1) {
					known := find(all, "Service", m[2], m[1]) != nil
					inSite := slices.ContainsFunc(all, func(p object) bool { return p.kind() == "Namespace" && p.name() == m[2] })
					out = append(out, complain(inSite && !known, "no Service %s/%s", m[2], m[1])...)
				}
			})
			return out
		},
		func(all []object) {
			first(all, "DestinationRule").object("spec")["host"] = "goproxy-lst.goproxy.svc.cluster.local"
		},
	}, {
		"gateways exist",
		func(o object, all []object) []string {
			var out []string
			for _, g := range o.texts("spec", "gateways") {
				ns, name, _ := strings.Cut(g, "/")
				out = append(out, complain(find(all, "Gateway", ns, name) == nil, "no Gateway %s", g)...)
			}
			return append(out, complain(o.kind() == "VirtualService" && slices.Contains(o.texts("spec", "gateways"), "mesh"), "bound to mesh: lathens would call itself")...)
		},
		func(all []object) { first(all, "Gateway").object("metadata")["name"] = "other" },
	}, {
		"identities exist",
		func(o object, all []object) []string {
			var out []string
			walk(o, func(s string) {
				if m := principal.FindStringSubmatch(s); m != nil && find(all, "Namespace", "", m[1]) != nil {
					out = append(out, complain(find(all, "ServiceAccount", m[1], m[2]) == nil, "no ServiceAccount of %s", s)...)
				}
			})
			if t := o.template(); t != nil {
				account := t.text("spec", "serviceAccountName")
				out = append(out, complain(find(all, "ServiceAccount", o.namespace(), account) == nil, "no ServiceAccount %q", account)...)
			}
			return out
		},
		func(all []object) { first(all, "ServiceAccount").object("metadata")["name"] = "other" },
	}, {
		"one DestinationRule a host",
		func(o object, all []object) []string {
			n := 0
			for _, p := range all {
				if p.kind() == "DestinationRule" && p.text("spec", "host") == o.text("spec", "host") {
					n++
				}
			}
			return complain(o.kind() == "DestinationRule" && n != 1, "%d rules for %s", n, o.text("spec", "host"))
		},
		func(all []object) {
			first(all, "DestinationRule").object("spec")["host"] = "goproxy-athens.goproxy.svc.cluster.local"
		},
	}, {
		"scale targets exist",
		func(o object, all []object) []string {
			ref := o.object("spec", "scaleTargetRef")
			target := find(all, ref.text("kind"), o.namespace(), ref.text("name"))
			if o.kind() != "HorizontalPodAutoscaler" {
				return nil
			}
			return append(complain(target == nil, "no %v", ref),
				complain(target.at("spec", "replicas") != nil, "its target sets replicas, so every apply undoes it")...)
		},
		func(all []object) {
			first(all, "HorizontalPodAutoscaler").object("spec", "scaleTargetRef")["name"] = "x"
		},
	}, {
		"volumes exist",
		func(o object, all []object) []string {
			var out []string
			for _, v := range o.template().list("spec", "volumes") {
				if name := v.text("configMap", "name"); name != "" {
					out = append(out, complain(find(all, "ConfigMap", o.namespace(), name) == nil, "no ConfigMap %s", name)...)
				}
			}
			mounts := map[string]bool{}
			for _, v := range o.template().list("spec", "volumes") {
				mounts[v.text("name")] = true
			}
			for _, c := range o.template().list("spec", "containers") {
				for _, m := range c.list("volumeMounts") {
					out = append(out, complain(!mounts[m.text("name")], "no volume %s", m.text("name"))...)
				}
			}
			return out
		},
		func(all []object) {
			first(all, "Deployment", "goproxy-athens").template().list("spec", "volumes")[0]["name"] = "x"
		},
	}, {
		"every Deployment in the mesh is allowed by name",
		func(o object, all []object) []string {
			if o.kind() != "Deployment" || first(all, "PeerAuthentication") == nil {
				return nil
			}
			for _, p := range all {
				if p.kind() == "AuthorizationPolicy" && p.text("spec", "action") == "ALLOW" && p.namespace() == o.namespace() &&
					subset(p.object("spec", "selector", "matchLabels"), o.template().object("metadata", "labels")) {
					return nil
				}
			}
			return complain(slices.ContainsFunc(all, func(p object) bool { return p.kind() == "PeerAuthentication" && p.namespace() == o.namespace() }), "no policy allows a caller")
		},
		func(all []object) {
			for _, o := range all {
				if o.text("spec", "action") == "ALLOW" {
					o.object("spec")["action"] = "DENY"
				}
			}
		},
	}, {
		"retries fit into the timeout",
		func(o object, _ []object) []string {
			var out []string
			for _, r := range o.list("spec", "http") {
				try, all := seconds(r.text("retries", "perTryTimeout")), seconds(r.text("timeout"))
				n, _ := r.at("retries", "attempts").(int)
				out = append(out, complain(try > 0 && try*float64(n+1) > all, "route %s: %d tries of %vs in %vs", r.text("name"), n+1, try, all)...)
			}
			return out
		},
		func(all []object) {
			first(all, "VirtualService").list("spec", "http")[2].object("retries")["perTryTimeout"] = "11s"
		},
	},
}

var (
	serviceHost = regexp.MustCompile(`([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local`)
	principal   = regexp.MustCompile(`^[^/]+/ns/([^/]+)/sa/([^/]+)$`)
)

func complain(wrong bool, format string, args ...any) []string {
	if !wrong {
		return nil
	}
	return []string{fmt.Sprintf(format, args...)}
}

// first is the first object of a kind and, if given, a name.
func first(all []object, kind string, name ...string) object {
	for _, o := range all {
		if o.kind() == kind && (len(name) == 0 || o.name() == name[0]) {
			return o
		}
	}
	return nil
}

// isGatewaySide says whether an object is about the gateway's pods, which are
// not ours.
func isGatewaySide(o object, all []object) bool {
	return find(all, "Namespace", "", o.namespace()) == nil
}

func hasPort(workload object, name string) bool {
	for _, c := range workload.template().list("spec", "containers") {
		for _, p := range c.list("ports") {
			if p.text("name") == name {
				return true
			}
		}
	}
	return false
}
