package transformers_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomods/athens-kfn/pkg/api/v1alpha1"
)

// pods is a Deployment with a template.
func pods(template string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: shop}\nspec: {template: " + template + "}\n"
}

func service(ports string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: app, namespace: shop}\nspec: {selector: {app: app}, ports: " + ports + "}\n"
}

// balancer is a Service that a cloud makes a load balancer of.
func balancer(annotations, ports string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: app, namespace: shop, annotations: {" + annotations + "}}\nspec: {type: LoadBalancer, selector: {app: app}, ports: " + ports + "}\n"
}

func TestEnrolment(t *testing.T) {
	const (
		plain = "{metadata: {labels: {app: app}}, spec: {containers: []}}"
		all   = "workloads: [{kind: Deployment}]"
		off   = all + ", drain: {holdApplicationUntilProxyStarts: false, exitOnZeroActiveConnections: false}"
	)
	for name, row := range map[string]struct {
		spec, items string
		want        []string // findings
		has         string   // in the first item
	}{
		"a label for the default revision": {off, pods(plain), nil, `{labels: {app: app, sidecar.istio.io/inject: "true"}}`},
		"a template without metadata":      {off, pods("{spec: {}}"), nil, `{metadata: {labels: {sidecar.istio.io/inject: "true"}}, spec: {}}`},
		"a selector by an earlier name": {
			"workloads: [{name: old, namespace: base}], revision: r",
			"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p-old\n  namespace: new\n  annotations:\n    internal.config.kubernetes.io/previousNames: old\n    internal.config.kubernetes.io/previousNamespaces: base\nspec: {}\n",
			nil, "istio.io/rev: r",
		},
		"a repeated field": {
			all + ", workloads: [{name: a}]", pods(plain), []string{"error: spec.workloads: is repeated: remove one"}, "",
		},
		"a name without an object": {
			"workloads: [{kind: Deployment}, {name: ap}]", pods(plain),
			[]string{"error: spec.workloads[1]: no workload among the items is that; kinds are CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, StatefulSet"}, plain,
		},
		"labels that match no workload": {
			"workloads: [{labels: {app: ap}}]", pods(plain),
			[]string{"error: spec.workloads[0]: no workload among the items is that; kinds are CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, StatefulSet"}, plain,
		},
		"another revision": {
			all + ", revision: b", pods("{metadata: {labels: {istio.io/rev: a}}, spec: {}}"),
			[]string{"warning: is left as it is: its pods ask for the revision a, and spec.revision is another"}, "{labels: {istio.io/rev: a}}",
		},
		"ambient": {
			all, pods("{metadata: {labels: {istio.io/dataplane-mode: ambient}}}"),
			[]string{"warning: is left as it is: its pods are in the ambient mesh (istio.io/dataplane-mode)"}, "{labels: {istio.io/dataplane-mode: ambient}}",
		},
		"a longer grace stays": {
			all + ", drain: {gracePeriodSeconds: 60}", pods("{spec: {terminationGracePeriodSeconds: 90}}"), nil, "terminationGracePeriodSeconds: 90",
		},
		"the default grace is 30": {all + ", drain: {gracePeriodSeconds: 20}", pods("{spec: {a: b}}"), nil, "spec: {a: b}}"},
		"what the pods say is kept": {
			all, pods("{metadata: {annotations: {proxy.istio.io/config: '{holdApplicationUntilProxyStarts: false, proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: \"false\"}}'}}, spec: {}}"),
			nil, `'{holdApplicationUntilProxyStarts: false, proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "false"}}'`,
		},
		"a proxy configuration that is none": {
			all, pods("{metadata: {annotations: {proxy.istio.io/config: 'a: [b'}}, spec: {}}"),
			[]string{"error: proxy.istio.io/config: is not YAML: yaml: line 1: did not find expected ',' or ']'"}, "config: 'a: [b'",
		},
		"a port that no container has": {
			all + ", ports: [{port: 81, appProtocol: http}]", service("[{name: http, port: 80}]") + "---\n" + pods(plain),
			[]string{"error: spec.ports[0]: no Service of these workloads has the port 81"}, "ports: [{name: http, port: 80}]",
		},
		"a port by name": {
			all + ", ports: [{port: web, appProtocol: grpc}]", service("[{name: web, port: 80, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "{name: web, port: 80, protocol: TCP, appProtocol: grpc}",
		},
		"a port that says otherwise": {
			all + ", ports: [{port: web, appProtocol: grpc}]", service("[{name: web, port: 80, protocol: TCP, appProtocol: http}]") + "---\n" + pods(plain),
			[]string{"warning: spec.ports[0].appProtocol: stays http: the Service sets it"}, "appProtocol: http",
		},
		"one of several ports gets no name": {
			all + ", ports: [{port: 80, appProtocol: http}]", service("[{port: 80, protocol: TCP}, {name: tls-b, port: 81, appProtocol: tls, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "[{port: 80, protocol: TCP, appProtocol: http}, {name: tls-b",
		},
		"a load balancer says it by a name": {
			all + ", ports: [{port: 80, appProtocol: http}]", balancer("", "[{port: 80, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "annotations: {}}\nspec: {type: LoadBalancer, selector: {app: app}, ports: [{port: 80, protocol: TCP, name: http}]}",
		},
		"a load balancer that says it by a name": {
			all, balancer("", "[{name: http-web, port: 80, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "annotations: {}}\nspec: {type: LoadBalancer, selector: {app: app}, ports: [{name: http-web, port: 80, protocol: TCP}]}",
		},
		"a load balancer's probe stays TCP": {
			all + ", ports: [{port: web, appProtocol: https}]", balancer("", "[{name: web, port: 81, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "annotations: {service.beta.kubernetes.io/port_81_health-probe_protocol: tcp}}\nspec: {type: LoadBalancer, selector: {app: app}, ports: [{name: web, port: 81, protocol: TCP, appProtocol: https}]}",
		},
		"a load balancer's probe stays HTTP": {
			all + ", ports: [{port: web, appProtocol: grpc}]",
			balancer("service.beta.kubernetes.io/azure-load-balancer-health-probe-protocol: HTTP", "[{name: web, port: 81, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "service.beta.kubernetes.io/port_81_health-probe_protocol: http}",
		},
		"a load balancer's probe of its own stays": {
			all + ", ports: [{port: web, appProtocol: http}]",
			balancer("service.beta.kubernetes.io/port_81_health-probe_protocol: https", "[{name: web, port: 81, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "annotations: {service.beta.kubernetes.io/port_81_health-probe_protocol: https}}",
		},
		"a Service in another namespace": {
			all, strings.Replace(service("[{port: 80}]"), "shop", "mall", 1) + "---\n" + pods(plain), nil, "ports: [{port: 80}]",
		},
	} {
		items := nodes(t, row.items)
		spec := "{" + row.spec + "}"
		if diff := cmp.Diff(row.want, lines(transform(t, v1alpha1.MeshEnrolmentKind, spec, items))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		first := encode(t, items[0])
		if !strings.Contains(first, row.has) {
			t.Errorf("%s: want %s in\n%s", name, row.has, first)
		}
		transform(t, v1alpha1.MeshEnrolmentKind, spec, items)
		if diff := cmp.Diff(first, encode(t, items[0])); diff != "" {
			t.Errorf("%s: the second time changed something: %s", name, diff)
		}
	}
}

// space is a Namespace with labels.
func space(labels string) string {
	return "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {" + labels + "}}\n"
}

// TestEnrolment_ReadsNamespaces: the injector reads the labels of a namespace
// before those of pods, so where these say otherwise, a pod's label would promise
// what does not come.
func TestEnrolment_ReadsNamespaces(t *testing.T) {
	const plain = "{metadata: {labels: {app: app}}, spec: {containers: []}}"
	for _, row := range []struct{ revision, labels, reason string }{
		{"", "istio-injection: disabled", "its namespace has the label istio-injection: disabled, which comes before those of pods"},
		{"r", "istio-injection: disabled", "its namespace has the label istio-injection: disabled, which comes before those of pods"},
		{"r", "istio-injection: enabled", "its namespace has the label istio-injection: enabled, so the pods get a sidecar of the default revision, and spec.revision is another"},
		{"", "istio-injection: enabled", ""},
		{"r", "istio.io/rev: q", "its namespace asks for the revision q, which comes before that of pods, and spec.revision is another"},
		{"r", "istio.io/rev: r", ""},
		{"", "istio.io/rev: q", ""},
		{"", "istio.io/dataplane-mode: ambient", "its namespace is in the ambient mesh (istio.io/dataplane-mode)"},
		{"", "team: a", ""},
	} {
		items := nodes(t, pods(plain)+space(row.labels))
		spec := "{workloads: [{kind: Deployment}]}"
		if row.revision != "" {
			spec = "{workloads: [{kind: Deployment}], revision: " + row.revision + "}"
		}
		got := strings.Join(lines(transform(t, v1alpha1.MeshEnrolmentKind, spec, items)), "\n")
		if want := strings.TrimSuffix("warning: is left as it is: "+row.reason, "warning: is left as it is: "); got != want {
			t.Errorf("%q in a namespace with %s: %q, want %q", row.revision, row.labels, got, want)
		}
		if enrolled := !strings.Contains(encode(t, items[0]), plain); enrolled != (row.reason == "") {
			t.Errorf("%q in a namespace with %s: enrolled %v", row.revision, row.labels, enrolled)
		}
	}
}

// TestEnrolment_LeavesProxiesAlone: a gateway is a proxy, and what has a sidecar
// needs no second one.
func TestEnrolment_LeavesProxiesAlone(t *testing.T) {
	for template, want := range map[string]string{
		"{metadata: {annotations: {inject.istio.io/templates: gateway}}, spec: {}}":                         "its pods are a gateway (inject.istio.io/templates)",
		"{metadata: {labels: {gateway.networking.k8s.io/gateway-name: way}}, spec: {}}":                     "its pods are a gateway (gateway.networking.k8s.io/gateway-name)",
		"{metadata: {labels: {istio: ingressgateway}}, spec: {containers: [{name: istio-proxy}]}}":          "its pods have a container istio-proxy: they are a gateway, or have their sidecar already",
		"{metadata: {}, spec: {initContainers: [{name: istio-proxy}], containers: [{name: app}]}}":          "its pods have a container istio-proxy: they are a gateway, or have their sidecar already",
		"{metadata: {labels: {istio: ingressgateway}}, spec: {hostNetwork: true, containers: [{name: a}]}}": "its pods use the network of their node (hostNetwork), where Istio injects no sidecar",
	} {
		items := nodes(t, pods(template))
		got := lines(transform(t, v1alpha1.MeshEnrolmentKind, "{workloads: [{namespace: shop}]}", items))
		if len(got) != 1 || got[0] != "warning: is left as it is: "+want || !strings.Contains(encode(t, items[0]), template) {
			t.Errorf("%s: %q, want %q\n%s", template, got, want, encode(t, items[0]))
		}
	}
}

// TestEnrolment_SaysWhatItDoesNotKnow has kinds of others with pods.
func TestEnrolment_SaysWhatItDoesNotKnow(t *testing.T) {
	const rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: ro, namespace: shop}\nspec: {template: {spec: {containers: [{name: a}]}}}\n"
	items := nodes(t, pods("{spec: {containers: []}}")+"---\n"+rollout)
	want := []string{"warning: is left as it is: it has pods, but the kind Rollout is not among those that are known: write the label in the template of its pods"}
	if diff := cmp.Diff(want, lines(transform(t, v1alpha1.MeshEnrolmentKind, "{workloads: [{namespace: shop}]}", items))); diff != "" {
		t.Error(diff)
	}
	if got := lines(transform(t, v1alpha1.MeshEnrolmentKind, "{workloads: [{kind: Deployment}]}", items)); len(got) > 0 {
		t.Errorf("not chosen, and %q", got)
	}
	want[0] = strings.Replace(want[0], "warning", "error", 1)
	items = nodes(t, pods("{spec: {containers: []}}")+"---\n"+rollout)
	if diff := cmp.Diff(want, lines(transform(t, v1alpha1.MeshEnrolmentKind, "{workloads: [{namespace: shop}], strict: true}", items))); diff != "" {
		t.Error(diff)
	}
	if got := encode(t, items[0]); strings.Contains(got, "inject") {
		t.Errorf("strict, and something was changed:\n%s", got)
	}
}

// TestEnrolment_NativeSidecars: what runs before the containers needs a sidecar
// that runs before it, and what ends needs one that ends.
func TestEnrolment_NativeSidecars(t *testing.T) {
	const native = `sidecar.istio.io/nativeSidecar: "true"`
	for item, want := range map[string]bool{
		pods("{spec: {initContainers: [{name: migrate}], containers: [{name: a}]}}"):                            true,
		pods("{spec: {initContainers: [{name: logs, restartPolicy: Always}], containers: [{name: a}]}}"):        true,
		pods("{spec: {containers: [{name: a}]}}"):                                                               false,
		pods("{spec: {initContainers: [], containers: [{name: a}]}}"):                                           false,
		"apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{name: a}]}\n":    true,
		"apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: shop}\nspec: {template: {spec: {}}}\n": true,
	} {
		items := nodes(t, item)
		findings := transform(t, v1alpha1.MeshEnrolmentKind, "{workloads: [{namespace: shop}]}", items)
		if got := encode(t, items[0]); len(findings) > 0 || strings.Contains(got, native) != want {
			t.Errorf("native %v wanted; %q\n%s", want, lines(findings), got)
		}
	}
	items := nodes(t, pods(`{metadata: {annotations: {sidecar.istio.io/nativeSidecar: "false"}}, spec: {initContainers: [{name: migrate}]}}`))
	want := []string{"warning: sidecar.istio.io/nativeSidecar: stays false: its init containers run before the sidecar does, and reach nothing that asks for mTLS"}
	if diff := cmp.Diff(want, lines(transform(t, v1alpha1.MeshEnrolmentKind, "{workloads: [{namespace: shop}]}", items))); diff != "" {
		t.Error(diff)
	}
}

// TestEnrolmentOfJobs wants a sidecar that ends with the Job.
func TestEnrolmentOfJobs(t *testing.T) {
	items := nodes(t, "apiVersion: batch/v1\nkind: Job\nmetadata: {name: job}\nspec: {template: {spec: {}}}\n")
	findings := transform(t, v1alpha1.MeshEnrolmentKind, "{workloads: [{kind: Job}]}", items)
	got := encode(t, items[0])
	want := `{metadata: {labels: {sidecar.istio.io/inject: "true"}, annotations: {sidecar.istio.io/nativeSidecar: "true"}}, spec: {}}`
	if len(findings) > 0 || !strings.Contains(got, want) {
		t.Errorf("findings %q, want %s in\n%s", lines(findings), want, got)
	}
}
