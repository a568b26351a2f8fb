package transformers

import "strings"

// form is how a field names what it refers to.
type form int

const (
	host       form = iota // a Service: its short name, NAME.NAMESPACE.svc, or that with a domain
	spacedHost             // NAMESPACE/HOST, where either may be * or . or ~
	inText                 // any text with hosts in it, as in a URL: full names only
	anyText                // texts at any depth
	gateway                // an Istio Gateway: NAME, NAMESPACE/NAME, or mesh
	namespace              // a namespace, or . or * or ~
	namespaces             // the same with commas between them
	principal              // DOMAIN/ns/NAMESPACE/sa/NAME, also with spiffe:// before it
	account                // a ServiceAccount: NAME or NAMESPACE/NAME
	condition              // a condition of an AuthorizationPolicy: its key decides
	target                 // a map of kind, name, namespace
	delegate               // the same, of a VirtualService
	parent                 // the same, by default of a Gateway of the Gateway API
	backend                // the same, by default of a Service
	waypoint               // labels that name a waypoint
	secret                 // the same, by default of a Secret
	labels                 // a selector of namespaces, by the label that has their name
	query                  // PromQL, also in a file of rules or a dashboard
	scaled                 // a map of kind and name, by default of a Deployment
)

// field of a kind that refers to other objects.
type field struct {
	path []string // for each
	form form
}

// table has the fields by group and kind.
type table map[string][]field

func (t table) has(form form, kinds string, paths ...string) {
	for _, kind := range strings.Fields(kinds) {
		for _, path := range paths {
			t[kind] = append(t[kind], field{strings.Fields(path), form})
		}
	}
}

// everywhere are fields of every object.
var everywhere = []field{
	{strings.Fields("metadata labels"), waypoint},
	{strings.Fields("metadata annotations networking.istio.io/exportTo"), namespaces},
}

// newTable has the fields of Istio 1.31 (istio.io/api), of Gateway API 1.6, and
// of what watches and scales a site, that hold the name of a Service, a Gateway,
// an account, a workload or a namespace.
func newTable() table {
	t := table{}
	const (
		vs, dr, se, ap = "networking.istio.io/VirtualService", "networking.istio.io/DestinationRule", "networking.istio.io/ServiceEntry", "security.istio.io/AuthorizationPolicy"
		routes         = "gateway.networking.k8s.io/HTTPRoute gateway.networking.k8s.io/GRPCRoute gateway.networking.k8s.io/TLSRoute gateway.networking.k8s.io/TCPRoute"
		workloads      = "apps/Deployment apps/StatefulSet apps/DaemonSet apps/ReplicaSet batch/Job"
	)
	t.has(host, vs, "spec hosts[]", "spec http[] mirror host", "spec http[] mirrors[] destination host",
		"spec http[] route[] destination host", "spec tls[] route[] destination host", "spec tcp[] route[] destination host")
	t.has(gateway, vs, "spec gateways[]", "spec http[] match[] gateways[]", "spec tls[] match[] gateways[]", "spec tcp[] match[] gateways[]")
	t.has(namespace, vs, "spec http[] match[] sourceNamespace", "spec tls[] match[] sourceNamespace", "spec tcp[] match[] sourceNamespace")
	t.has(inText, vs, "spec http[] rewrite authority", "spec http[] redirect authority", "spec tls[] match[] sniHosts[]")
	t.has(delegate, vs, "spec http[] delegate")
	t.has(anyText, vs, "spec http[] match[] authority", "spec http[] match[] headers", "spec http[] match[] withoutHeaders",
		"spec http[] headers", "spec http[] route[] headers", "spec http[] corsPolicy")

	t.has(host, dr, "spec host")
	for _, policy := range []string{"spec trafficPolicy", "spec trafficPolicy portLevelSettings[]", "spec subsets[] trafficPolicy", "spec subsets[] trafficPolicy portLevelSettings[]"} {
		t.has(principal, dr, policy+" tls subjectAltNames[]")
		t.has(inText, dr, policy+" tls sni")
	}

	t.has(host, se, "spec hosts[]")
	t.has(inText, se, "spec endpoints[] address")
	t.has(account, se, "spec endpoints[] serviceAccount")
	t.has(principal, se, "spec subjectAltNames[]")
	t.has(namespace, vs+" "+dr+" "+se, "spec exportTo[]")

	t.has(spacedHost, "networking.istio.io/Sidecar", "spec egress[] hosts[]")
	t.has(spacedHost, "networking.istio.io/Gateway", "spec servers[] hosts[]")
	t.has(principal, "networking.istio.io/Gateway", "spec servers[] tls subjectAltNames[]")
	t.has(inText, "networking.istio.io/WorkloadEntry", "spec address")
	t.has(account, "networking.istio.io/WorkloadEntry", "spec serviceAccount")
	t.has(account, "networking.istio.io/WorkloadGroup", "spec template serviceAccount")
	t.has(anyText, "networking.istio.io/EnvoyFilter", "spec configPatches")

	const source = "spec rules[] from[] source "
	t.has(principal, ap, source+"principals[]", source+"notPrincipals[]")
	t.has(namespace, ap, source+"namespaces[]", source+"notNamespaces[]")
	t.has(account, ap, source+"serviceAccounts[]", source+"notServiceAccounts[]")
	t.has(inText, ap, "spec rules[] to[] operation hosts[]", "spec rules[] to[] operation notHosts[]")
	t.has(condition, ap, "spec rules[] when[]")
	t.has(inText, "security.istio.io/RequestAuthentication", "spec jwtRules[] jwksUri")
	t.has(inText, "extensions.istio.io/WasmPlugin", "spec url")
	t.has(target, ap+" security.istio.io/RequestAuthentication telemetry.istio.io/Telemetry extensions.istio.io/WasmPlugin networking.istio.io/EnvoyFilter",
		"spec targetRef", "spec targetRefs[]")

	const way = "gateway.networking.k8s.io/Gateway"
	t.has(secret, way, "spec listeners[] tls certificateRefs[]")
	t.has(labels, way, "spec listeners[] allowedRoutes namespaces selector")
	t.has(parent, routes, "spec parentRefs[]")
	t.has(backend, routes, "spec rules[] backendRefs[]", "spec rules[] filters[] requestMirror backendRef")
	t.has(namespace, "gateway.networking.k8s.io/ReferenceGrant", "spec from[] namespace")

	// kustomize follows these itself, but not into a namespace that was kept.
	t.has(target, "rbac.authorization.k8s.io/RoleBinding rbac.authorization.k8s.io/ClusterRoleBinding", "subjects[]")
	t.has(backend, "admissionregistration.k8s.io/MutatingWebhookConfiguration admissionregistration.k8s.io/ValidatingWebhookConfiguration", "webhooks[] clientConfig service")
	t.has(backend, "apiextensions.k8s.io/CustomResourceDefinition", "spec conversion webhook clientConfig service")
	t.has(backend, "apiregistration.k8s.io/APIService", "spec service")

	t.has(labels, "networking.k8s.io/NetworkPolicy", "spec ingress[] from[] namespaceSelector", "spec egress[] to[] namespaceSelector")

	const rule, scaler = "monitoring.coreos.com/PrometheusRule", "keda.sh/ScaledObject"
	t.has(query, rule, "spec groups[] rules[] expr")
	t.has(namespace, rule, "spec groups[] rules[] labels namespace")
	t.has(query, "/ConfigMap", "data rules.yaml", "data dashboard.json")
	t.has(scaled, scaler, "spec scaleTargetRef")
	t.has(query, scaler, "spec triggers[] metadata query")
	t.has(inText, scaler, "spec triggers[] metadata serverAddress")

	t.pods(workloads, "spec template spec")
	t.pods("batch/CronJob", "spec jobTemplate spec template spec")
	t.pods("/Pod", "spec")
	return t
}

// pods are kinds with containers.
func (t table) pods(kinds, spec string) {
	for _, containers := range []string{" containers[]", " initContainers[]"} {
		t.has(inText, kinds, spec+containers+" env[] value", spec+containers+" args[]", spec+containers+" command[]")
	}
}
