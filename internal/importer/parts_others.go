package importer

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gomods/athens-kfn/pkg/tree"
)

// parted are the fields of a workload, a pod and a container that are parts under
// other names, or that only join objects.
var parted = fields("replicas selector template strategy updateStrategy volumeClaimTemplates serviceName",
	"containers initContainers volumes serviceAccountName serviceAccount imagePullSecrets securityContext terminationGracePeriodSeconds priority",
	"name image command args env envFrom resources volumeMounts ports startupProbe livenessProbe readinessProbe lifecycle imagePullPolicy")

func fields(lists ...string) map[string]bool {
	out := map[string]bool{}
	for _, list := range lists {
		for _, name := range strings.Fields(list) {
			out[name] = true
		}
	}
	return out
}

// byDefault are values that the API server writes where none is written. Fields
// that are false or 0 by default need none.
var byDefault = map[string]string{
	"schedulerName": "default-scheduler", "dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "preemptionPolicy": "PreemptLowerPriority",
	"enableServiceLinks": "true", "automountServiceAccountToken": "true", "hostUsers": "true",
	"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
	"revisionHistoryLimit": "10", "progressDeadlineSeconds": "600", "podManagementPolicy": "OrderedReady",
}

// others are the fields that have no meaning of their own for Athens: with another
// value than the default, each is a part.
func (p *parts) others(of *yaml.Node) {
	for field, n := range tree.Entries(of) {
		usual, known := byDefault[field]
		if parted[field] || len(n.Content)+len(n.Value) == 0 || known && n.Value == usual || !known && (n.Value == "false" || n.Value == "0") {
			continue
		}
		p.note(field, compact(n))
	}
	for _, port := range tree.Items(of, "ports") {
		if host := tree.Text(port, "hostPort"); host != "" {
			p.add("port "+host+" of each node", "routes to Athens", true, true)
		}
	}
}

// usual reports whether a map has these keys and values only.
func usual(n *yaml.Node, pairs ...string) bool {
	for i := 0; i < len(pairs); i += 2 {
		if tree.Text(n, pairs[i]) != pairs[i+1] {
			return false
		}
	}
	return len(n.Content) == len(pairs)
}
