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
		"a name that nobody has": {
			"workloads: [{kind: Deployment}, {name: ap}]", pods(plain),
			[]string{"error: spec.workloads[1]: no workload among the items is that; kinds are CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, StatefulSet"}, plain,
		},
		"labels that nobody has": {
			"workloads: [{labels: {app: ap}}]", pods(plain),
			[]string{"error: spec.workloads[0]: no workload among the items is that; kinds are CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, StatefulSet"}, plain,
		},
		"another revision": {
			all + ", revision: b", pods("{metadata: {labels: {istio.io/rev: a}}, spec: {}}"),
			[]string{"warning: stays outside the mesh: its pods ask for the revision a, and spec.revision is another"}, "{labels: {istio.io/rev: a}}",
		},
		"ambient": {
			all, pods("{metadata: {labels: {istio.io/dataplane-mode: ambient}}}"),
			[]string{"warning: stays outside the mesh: its pods are in the ambient mesh (istio.io/dataplane-mode)"}, "{labels: {istio.io/dataplane-mode: ambient}}",
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
			[]string{"error: proxy.istio.io/config: is no YAML: yaml: line 1: did not find expected ',' or ']'"}, "config: 'a: [b'",
		},
		"a port that nobody has": {
			all + ", ports: [{port: 81, appProtocol: http}]", service("[{name: http, port: 80}]") + "---\n" + pods(plain),
			[]string{"error: spec.ports[0]: no Service of these workloads has the port 81"}, "ports: [{name: http, port: 80}]",
		},
		"a port by name": {
			all + ", ports: [{port: web, appProtocol: grpc}]", service("[{name: web, port: 80, protocol: TCP}]") + "---\n" + pods(plain),
			nil, "{name: web, port: 80, protocol: TCP, appProtocol: grpc}",
		},
		"a port that says otherwise": {
			all + ", ports: [{port: web, appProtocol: grpc}]", service("[{name: web, port: 80, protocol: TCP, appProtocol: http}]") + "---\n" + pods(plain),
			[]string{"warning: spec.ports[0].appProtocol: stays http: the Service says so itself"}, "appProtocol: http",
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
