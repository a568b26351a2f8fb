package v1alpha1_test

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/spectest"
)

// Each spec has one fault in pods, by the path and the words of its problem; the
// API server would refuse it, or the site would no longer be what it promises.
func TestPods_Refusals(t *testing.T) {
	const (
		term = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [%]}}}"
		wish = "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: %}]}}"
		pod  = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [%]}}"
	)
	for _, c := range []struct{ pods, path, want string }{
		{"nodeSelector: {kubernetes.io/os: windows}", `.nodeSelector["kubernetes.io/os"]`, "of Linux"},
		{"nodeSelector: {a b: c}", `.nodeSelector["a b"]`, "not the key"},
		{"nodeSelector: {a: c d}", ".nodeSelector.a", "not the value"},
		{"tolerations: [{}]", ".tolerations[0].key", "is required"},
		{"tolerations: [{key: a b, operator: Exists}]", ".tolerations[0].key", "not a label's key"},
		{"tolerations: [{key: a, operator: Exists, value: b}]", ".tolerations[0].value", "operator Exists"},
		{"tolerations: [{key: a, operator: exists}]", ".tolerations[0].operator", "did you mean Exists?"},
		{"tolerations: [{key: a, operator: Gt, value: '1'}]", ".tolerations[0].operator", "not a choice"},
		{"tolerations: [{key: a, value: b c}]", ".tolerations[0].value", "not the value"},
		{"tolerations: [{key: a, effect: Never}]", ".tolerations[0].effect", "not a choice"},
		{"tolerations: [{key: a, effect: NoSchedule, tolerationSeconds: 5}]", ".tolerations[0].tolerationSeconds", "NoExecute"},
		{strings.Replace(term, "%", "", 1), ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms", "is required"},
		{strings.Replace(term, "%", "{matchExpressions: [{key: a, operator: In}]}", 1), ".nodeSelectorTerms[0].matchExpressions[0].values", "is required"},
		{strings.Replace(term, "%", "{matchExpressions: [{key: a, operator: Exists, values: [b]}]}", 1), ".matchExpressions[0].values", "no meaning"},
		{strings.Replace(term, "%", "{matchExpressions: [{key: a, operator: Gt, values: ['1', '2']}]}", 1), ".matchExpressions[0].values", "one number"},
		{strings.Replace(term, "%", "{matchExpressions: [{key: a, operator: Is, values: [b]}]}", 1), ".matchExpressions[0].operator", "not a choice"},
		{strings.Replace(term, "%", "{matchExpressions: [{key: a, operator: In, values: [b c]}]}", 1), ".matchExpressions[0].values[0]", "not the value"},
		{strings.Replace(term, "%", "{matchFields: [{key: spec.x, operator: In, values: [b]}]}", 1), ".matchFields[0].key", "metadata.name"},
		{strings.Replace(term, "%", "{matchFields: [{key: metadata.name, operator: In, values: [a, b]}]}", 1), ".matchFields[0].values", "one node's name"},
		{strings.Replace(wish, "weight: 1, preference: %", "weight: 0, preference: {matchExpressions: [{key: a, operator: Exists}]}", 1), ".weight", "1 to 100"},
		{strings.Replace(pod, "%", "{labelSelector: {}}", 1), ".podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey", "is required"},
		{strings.Replace(pod, "%", "{topologyKey: a, labelSelector: {matchExpressions: [{key: a, operator: In}]}}", 1), "[0].labelSelector", "matchExpressions[0].values must be specified"},
		{strings.Replace(pod, "%", "{topologyKey: a, namespaces: [A]}", 1), "[0].namespaces[0]", "DNS label"},
		{strings.Replace(pod, "%", "{topologyKey: a, matchLabelKeys: [b]}", 1), "[0].labelSelector", "is required"},
		{strings.Replace(pod, "%", "{topologyKey: a, labelSelector: {matchLabels: {b: c}}, matchLabelKeys: [b]}", 1), "[0].matchLabelKeys[0]", "labelSelector too"},
		{"priorityClassName: Platform", ".priorityClassName", "not an object's name"},
		{"runtimeClassName: a b", ".runtimeClassName", "not an object's name"},
		{"topologySpreadConstraints: [{topologyKey: a, whenUnsatisfiable: DoNotSchedule}]", "[0].maxSkew", "at least 1"},
		{"topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule}]", "[0].topologyKey", "is required"},
		{"topologySpreadConstraints: [{maxSkew: 1, topologyKey: a}]", "[0].whenUnsatisfiable", "not a choice"},
		{"topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, minDomains: 2}]", "[0].minDomains", "DoNotSchedule"},
		{"topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}, {maxSkew: 2, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}]", "topologySpreadConstraints[1]", "remove one"},
		{"topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway, nodeTaintsPolicy: Maybe}]", "[0].nodeTaintsPolicy", "not a choice"},
		{"labels: {app.kubernetes.io/name: x}", `.labels["app.kubernetes.io/name"]`, "find pods"},
		{"labels: {athens.gomods.io/list: x}", `.labels["athens.gomods.io/list"]`, "find pods"},
		{"labels: {sidecar.istio.io/inject: 'false'}", `.labels["sidecar.istio.io/inject"]`, "find pods"},
		{"labels: {istio.io/rev: canary}", `.labels["istio.io/rev"]`, "find pods"},
		{"labels: {istio: ingressgateway}", ".labels.istio", "find pods"},
		{"labels: {pod-template-hash: x}", `.labels.pod-template-hash`, "find pods"},
		{"labels: {controller-revision-hash: x}", `.labels.controller-revision-hash`, "find pods"},
		{"annotations: {linkerd.io/inject: enabled}", `.annotations["linkerd.io/inject"]`, "another mesh"},
		{"annotations: {sidecar.istio.io/inject: 'false'}", `.annotations["sidecar.istio.io/inject"]`, "the mesh"},
		{"annotations: {traffic.sidecar.istio.io/excludeOutboundPorts: '443'}", `.annotations["traffic.sidecar.istio.io/excludeOutboundPorts"]`, "the mesh"},
		{"annotations: {proxy.istio.io/config: '{}'}", `.annotations["proxy.istio.io/config"]`, "the mesh"},
		{"annotations: {k8s.v1.cni.cncf.io/networks: other}", `.annotations["k8s.v1.cni.cncf.io/networks"]`, "network"},
		{"annotations: {prometheus.io/port: '1'}", `.annotations["prometheus.io/port"]`, "itself"},
		{"annotations: {container.apparmor.security.beta.kubernetes.io/athens: unconfined}", `.annotations["container.apparmor.security.beta.kubernetes.io/athens"]`, "old form"},
	} {
		for _, section := range []string{"pods: {%}", "athens: {pods: {%}}"} {
			problems := spectest.Site(t, "goproxy", strings.Replace(section, "%", c.pods, 1)).Validate(nil)
			if len(problems) != 1 || !strings.HasSuffix(problems[0].Path, c.path) || !strings.Contains(problems[0].Message, c.want) {
				t.Errorf("%s: want one problem at %s with %q: %v", c.pods, c.path, c.want, problems)
			}
		}
	}
}

// Labels by which the mesh finds the gateway's pods would bring its policies along.
func TestPods_LabelsOfTheGateway(t *testing.T) {
	problems := spectest.Site(t, "goproxy", "{gateway: {istio: {workload: {namespace: edge, serviceAccountName: edge, labels: {role: edge}}}}, pods: {labels: {role: build}}, inheritedMetadata: {labels: {role: build}}}").Validate(nil)
	if len(problems) != 2 || !strings.Contains(problems[0].Message, "gateway's pods") || !strings.Contains(problems[1].Message, "gateway's pods") {
		t.Errorf("%v", problems)
	}
}

// What acts on single pods is for pods: none of these keys is refused there.
func TestPods_KeysOfOtherPrograms(t *testing.T) {
	for _, pods := range []string{
		"annotations: {backup.velero.io/backup-volumes: work}", "annotations: {eks.amazonaws.com/skip-containers: athens}",
		"annotations: {openshift.io/required-scc: restricted-v2}", "labels: {kueue.x-k8s.io/queue-name: build}",
	} {
		if problems := spectest.Site(t, "goproxy", "pods: {"+pods+"}").Validate(nil); len(problems) > 0 {
			t.Errorf("%s: %v", pods, problems)
		}
	}
	if problems := spectest.Site(t, "goproxy", "{mesh: {mode: None}, pods: {annotations: {linkerd.io/inject: enabled}}}").Validate(nil); len(problems) > 0 {
		t.Errorf("linkerd without Istio: %v", problems)
	}
}

// Each key is one that a program acts on, by what the message names instead.
func TestInheritedMetadata_Instead(t *testing.T) {
	for metadata, want := range map[string]string{
		"annotations: {eks.amazonaws.com/role-arn: x}":                        "athens.serviceAccount.annotations",
		"annotations: {iam.gke.io/gcp-service-account: x}":                    "athens.serviceAccount.annotations",
		"annotations: {azure.workload.identity/client-id: x}":                 "athens.serviceAccount.annotations",
		"labels: {azure.workload.identity/use: 'true'}":                       "athens.pods.labels",
		"labels: {aadpodidbinding: x}":                                        "athens.pods.labels",
		"annotations: {linkerd.io/inject: enabled}":                           "remove it",
		"annotations: {config.linkerd.io/skip-inbound-ports: '3000'}":         "remove it",
		"annotations: {openshift.io/node-selector: pool=a}":                   "pods.nodeSelector",
		"annotations: {metallb.universe.tf/address-pool: a}":                  "gateway.annotations",
		"annotations: {metallb.io/address-pool: a}":                           "gateway.annotations",
		"annotations: {haproxy.org/timeout-server: 1s}":                       "gateway.annotations",
		"annotations: {haproxy-ingress.github.io/backend-protocol: h2}":       "gateway.annotations",
		"annotations: {konghq.com/strip-path: 'true'}":                        "gateway.annotations",
		"annotations: {service.beta.kubernetes.io/aws-load-balancer-type: x}": "gateway.annotations",
		"annotations: {cert-manager.io/cluster-issuer: x}":                    "gateway.tls.issuerRef",
		"labels: {velero.io/exclude-from-backup: 'true'}":                     "pods.annotations",
		"annotations: {backup.velero.io/backup-volumes: x}":                   "pods.annotations",
		"annotations: {replicator.v1.mittwald.de/replicate-to: '*'}":          "remove it",
		"annotations: {sidecar.istio.io/inject: 'false'}":                     "mesh",
		"labels: {istio.io/use-waypoint: x}":                                  "find pods",
		"labels: {pod-template-hash: x}":                                      "find pods",
		"labels: {controller-revision-hash: x}":                               "find pods",
		"labels: {kueue.x-k8s.io/queue-name: x}":                              "pods.labels",
		"labels: {grafana_dashboard: '1'}":                                    "metrics.dashboard.labels",
	} {
		problems := spectest.Site(t, "goproxy", "inheritedMetadata: {"+metadata+"}").Validate(nil)
		if len(problems) != 1 || !strings.Contains(problems[0].Message, want) {
			t.Errorf("%s: want one problem with %q: %v", metadata, want, problems)
		}
	}
	for _, metadata := range []string{"labels: {team: build, cost-center: '7', example.com/owner: a}", "annotations: {backstage.io/techdocs-ref: x, amazonaws.com: x}"} {
		if problems := spectest.Site(t, "goproxy", "inheritedMetadata: {"+metadata+"}").Validate(nil); len(problems) > 0 {
			t.Errorf("%s: %v", metadata, problems)
		}
	}
}

func TestInheritedMetadata_Refusals(t *testing.T) {
	for _, metadata := range []string{
		"labels: {app.kubernetes.io/part-of: x}", "labels: {istio-injection: disabled}", "labels: {pod-security.kubernetes.io/enforce: privileged}",
		"labels: {a: b c}", "labels: {athens.gomods.io/site: x}", "annotations: {helm.sh/hook: post-install}", "annotations: {networking.istio.io/exportTo: '*'}",
		"annotations: {argocd.argoproj.io/sync-options: Prune=true}", "annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'false'}",
		"annotations: {config.kubernetes.io/local-config: 'true'}", "annotations: {external-dns.alpha.kubernetes.io/hostname: x}", "annotations: {a b: c}",
	} {
		problems := spectest.Site(t, "goproxy", "inheritedMetadata: {"+metadata+"}").Validate(nil)
		if len(problems) != 1 || !strings.HasPrefix(problems[0].Path, "spec.inheritedMetadata.") {
			t.Errorf("%s: want one problem: %v", metadata, problems)
		}
	}
}
