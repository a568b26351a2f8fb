package transformers

import (
	"slices"
	"strings"
	"sync"

	"github.com/gomods/athens-kfn/pkg/pods"
)

// form is how a field names what it refers to.
type form int

const (
	host       form = iota // a Service: its short name, NAME.NAMESPACE.svc, or that with a domain
	authority              // the same, perhaps with a port behind it
	spacedHost             // NAMESPACE/HOST, where either may be * or . or ~
	inText                 // any text with hosts in it, as in a URL: full names only
	anyText                // texts at any depth
	gateway                // an Istio Gateway: NAME, NAMESPACE/NAME, or mesh
	namespace              // a namespace, or . or * or ~
	namespaces             // the same with commas between them
	principal              // DOMAIN/ns/NAMESPACE/sa/NAME, also with spiffe:// before it
	account                // a ServiceAccount: NAME or NAMESPACE/NAME
	condition              // a condition of an AuthorizationPolicy: its key decides
	name                   // the name of an object of the field's kind, in the same namespace
	target                 // a map of kind, name, namespace; by default of the field's kind
	credential             // the name of a Secret beside the pods of an Istio Gateway
	waypoint               // labels that name a waypoint
	labels                 // a selector of namespaces, by the label that has their name
	query                  // PromQL, also in a file of rules or a dashboard
	azure                  // owners, references and Secrets of a resource of the Azure Service Operator
	hosted                 // what kustomize updates itself, once the transformers have run
)

// field of a kind that refers to other objects.
type field struct {
	path []string // for each
	form form
	// meant is the group/kind of what a name or a target means.
	meant string
}

// table has the fields by group and kind, and the kinds in their order.
type table struct {
	kinds  []string
	fields map[string][]field
}

func (t *table) add(form form, meant, kinds string, paths ...string) {
	for _, kind := range strings.Fields(kinds) {
		if t.fields[kind] == nil {
			t.kinds = append(t.kinds, kind)
		}
		for _, path := range paths {
			t.fields[kind] = append(t.fields[kind], field{strings.Fields(path), form, meant})
		}
	}
}

func (t *table) has(form form, kinds string, paths ...string) { t.add(form, "", kinds, paths...) }

// of are the fields of an object.
func (t *table) of(o *object) []field {
	kind := o.group + "/" + o.kind
	if strings.HasSuffix(o.group, azureGroup) {
		kind = anyAzure
	}
	return slices.Concat(everywhere, t.fields[kind])
}

// anyAzure is every kind of the Azure Service Operator.
const anyAzure = "*" + azureGroup + "/*"

// everywhere are fields of every object.
var everywhere = []field{
	{strings.Fields("metadata labels"), waypoint, ""},
	{strings.Fields("metadata annotations networking.istio.io/exportTo"), namespaces, ""},
}

// Kinds that fields name most.
const (
	aSecret    = "/Secret"
	aConfigMap = "/ConfigMap"
	aService   = "/Service"
	anAccount  = "/ServiceAccount"
)

// fields is the table. It has the fields that hold the name of another object or of a
// namespace: of Istio 1.31 (istio.io/api), Gateway API 1.6, and of the operators
// that scale, watch, release and configure what is in a mesh.
var fields = sync.OnceValue(func() *table {
	t := &table{fields: map[string][]field{}}
	t.istio()
	t.gatewayAPI()
	t.kubernetes()
	t.operators()
	t.has(azure, anyAzure, "spec")
	for kind, at := range pods.Kinds() {
		t.pods(kind, strings.Join(at.With("spec"), " "), true)
	}
	t.pods("argoproj.io/Rollout serving.knative.dev/Service", "spec template spec", false)
	t.pods("keda.sh/ScaledJob", "spec jobTargetRef template spec", false)
	return t
})

func (t *table) istio() {
	const (
		vs, dr, se, ap = "networking.istio.io/VirtualService", "networking.istio.io/DestinationRule", "networking.istio.io/ServiceEntry", "security.istio.io/AuthorizationPolicy"
		gw, wasm       = "networking.istio.io/Gateway", "extensions.istio.io/WasmPlugin"
	)
	t.has(host, vs, "spec hosts[]", "spec http[] mirror host", "spec http[] mirrors[] destination host",
		"spec http[] route[] destination host", "spec tls[] route[] destination host", "spec tcp[] route[] destination host")
	t.has(gateway, vs, "spec gateways[]", "spec http[] match[] gateways[]", "spec tls[] match[] gateways[]", "spec tcp[] match[] gateways[]")
	t.has(namespace, vs, "spec http[] match[] sourceNamespace", "spec tls[] match[] sourceNamespace", "spec tcp[] match[] sourceNamespace")
	t.has(authority, vs, "spec http[] rewrite authority", "spec http[] redirect authority", "spec http[] match[] authority exact",
		"spec http[] match[] headers :authority exact", "spec http[] match[] headers host exact", "spec tls[] match[] sniHosts[]")
	t.add(target, vs, vs, "spec http[] delegate")
	t.has(anyText, vs, "spec http[] match[] authority", "spec http[] match[] headers", "spec http[] match[] withoutHeaders",
		"spec http[] headers", "spec http[] route[] headers", "spec http[] corsPolicy")

	t.has(host, dr, "spec host")
	for _, policy := range []string{"spec trafficPolicy", "spec trafficPolicy portLevelSettings[]", "spec subsets[] trafficPolicy", "spec subsets[] trafficPolicy portLevelSettings[]"} {
		t.has(principal, dr, policy+" tls subjectAltNames[]")
		t.has(inText, dr, policy+" tls sni")
		t.add(name, aSecret, dr, policy+" tls credentialName")
	}

	t.has(host, se, "spec hosts[]")
	t.has(inText, se, "spec endpoints[] address")
	t.has(account, se, "spec endpoints[] serviceAccount")
	t.has(principal, se, "spec subjectAltNames[]")
	t.has(namespace, vs+" "+dr+" "+se, "spec exportTo[]")

	t.has(spacedHost, "networking.istio.io/Sidecar", "spec egress[] hosts[]")
	t.has(spacedHost, gw, "spec servers[] hosts[]")
	t.has(principal, gw, "spec servers[] tls subjectAltNames[]")
	t.has(credential, gw, "spec servers[] tls credentialName", "spec servers[] tls credentialNames[]", "spec servers[] tls caCertCredentialName")
	t.has(inText, "networking.istio.io/WorkloadEntry", "spec address")
	t.has(account, "networking.istio.io/WorkloadEntry", "spec serviceAccount")
	t.has(account, "networking.istio.io/WorkloadGroup", "spec template serviceAccount")
	t.has(anyText, "networking.istio.io/EnvoyFilter", "spec configPatches")

	const source = "spec rules[] from[] source "
	t.has(principal, ap, source+"principals[]", source+"notPrincipals[]")
	t.has(namespace, ap, source+"namespaces[]", source+"notNamespaces[]")
	t.has(account, ap, source+"serviceAccounts[]", source+"notServiceAccounts[]")
	t.has(authority, ap, "spec rules[] to[] operation hosts[]", "spec rules[] to[] operation notHosts[]")
	t.has(condition, ap, "spec rules[] when[]")
	t.has(inText, "security.istio.io/RequestAuthentication", "spec jwtRules[] jwksUri")
	t.has(inText, wasm, "spec url")
	t.add(name, aSecret, wasm, "spec imagePullSecret")
	t.has(target, ap+" security.istio.io/RequestAuthentication telemetry.istio.io/Telemetry "+wasm+" networking.istio.io/EnvoyFilter",
		"spec targetRef", "spec targetRefs[]")
}

func (t *table) gatewayAPI() {
	const (
		way, set = "gateway.networking.k8s.io/Gateway", "gateway.networking.k8s.io/ListenerSet"
		routes   = "gateway.networking.k8s.io/HTTPRoute gateway.networking.k8s.io/GRPCRoute gateway.networking.k8s.io/TLSRoute gateway.networking.k8s.io/TCPRoute gateway.networking.k8s.io/UDPRoute"
		trust    = "gateway.networking.k8s.io/BackendTLSPolicy"
	)
	t.add(target, aSecret, way+" "+set, "spec listeners[] tls certificateRefs[]")
	t.add(target, aConfigMap, way, "spec tls frontend default validation caCertificateRefs[]", "spec tls frontend perPort[] tls validation caCertificateRefs[]", "spec infrastructure parametersRef")
	t.add(target, aSecret, way, "spec tls backend clientCertificateRef")
	t.has(labels, way+" "+set, "spec listeners[] allowedRoutes namespaces selector")
	t.has(labels, way, "spec allowedListeners namespaces selector")
	t.add(target, way, set, "spec parentRef")
	t.add(target, way, routes, "spec parentRefs[]")
	t.add(target, aService, routes, "spec rules[] backendRefs[]", "spec rules[] filters[] requestMirror backendRef", "spec rules[] backendRefs[] filters[] requestMirror backendRef")
	t.has(target, routes, "spec rules[] filters[] extensionRef", "spec rules[] backendRefs[] filters[] extensionRef")
	t.add(target, aService, trust, "spec targetRefs[]")
	t.add(target, aConfigMap, trust, "spec validation caCertificateRefs[]")
	t.has(host, trust, "spec validation hostname")
	t.has(principal, trust, "spec validation subjectAltNames[] uri")
	t.has(namespace, "gateway.networking.k8s.io/ReferenceGrant", "spec from[] namespace")
	t.has(target, "gateway.networking.k8s.io/ReferenceGrant", "spec to[]")
}

func (t *table) kubernetes() {
	// kustomize follows these itself, but not into a namespace that was kept.
	const hooks = "admissionregistration.k8s.io/MutatingWebhookConfiguration admissionregistration.k8s.io/ValidatingWebhookConfiguration"
	t.has(target, "rbac.authorization.k8s.io/RoleBinding rbac.authorization.k8s.io/ClusterRoleBinding", "subjects[]")
	t.add(target, aService, hooks, "webhooks[] clientConfig service")
	t.add(target, aService, "apiextensions.k8s.io/CustomResourceDefinition", "spec conversion webhook clientConfig service")
	t.add(target, aService, "apiregistration.k8s.io/APIService", "spec service")
	// And these not at all if they lead to another kind than it knows.
	t.add(target, "apps/Deployment", "autoscaling/HorizontalPodAutoscaler", "spec scaleTargetRef", "spec metrics[] object describedObject")
	t.add(target, "apps/Deployment", "autoscaling.k8s.io/VerticalPodAutoscaler", "spec targetRef")

	t.has(labels, "networking.k8s.io/NetworkPolicy", "spec ingress[] from[] namespaceSelector", "spec egress[] to[] namespaceSelector")
	t.has(labels, hooks, "webhooks[] namespaceSelector")

	const ingress, class = "networking.k8s.io/Ingress", "storage.k8s.io/StorageClass"
	t.add(hosted, "networking.k8s.io/IngressClass", ingress, "spec ingressClassName")
	t.add(hosted, aSecret, ingress, "spec tls[] secretName")
	t.add(hosted, aService, ingress, "spec rules[] http paths[] backend service name", "spec defaultBackend service name")
	t.add(hosted, aService, "apps/StatefulSet", "spec serviceName")
	t.add(hosted, class, "apps/StatefulSet", "spec volumeClaimTemplates[] spec storageClassName")
	t.add(hosted, "/PersistentVolume", "/PersistentVolumeClaim", "spec volumeName")
	t.add(hosted, class, "/PersistentVolumeClaim /PersistentVolume", "spec storageClassName")
	t.has(hosted, "/PersistentVolume", "spec claimRef name")
	t.add(hosted, aSecret, "/ServiceAccount", "imagePullSecrets[] name", "secrets[] name")
	t.has(hosted, "rbac.authorization.k8s.io/Role rbac.authorization.k8s.io/ClusterRole", "rules[] resourceNames[]")
	t.has(hosted, "rbac.authorization.k8s.io/RoleBinding rbac.authorization.k8s.io/ClusterRoleBinding", "roleRef name")
	t.has(hosted, "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding", "spec policyName")
	t.has(hosted, "storage.k8s.io/StorageClass", "parameters secretName", "parameters adminSecretName", "parameters userSecretName", "parameters secretRef")
	t.has(query, aConfigMap, "data rules.yaml", "data *.json") // those of a site only
}

// pods are kinds with pods; known are those whose Secrets, ConfigMaps, accounts
// and claims kustomize updates itself.
func (t *table) pods(kinds, spec string, known bool) {
	refer := func(meant, path string) {
		if known {
			t.add(hosted, meant, kinds, spec+path)
		} else {
			t.add(name, meant, kinds, spec+path)
		}
	}
	for _, containers := range []string{" containers[]", " initContainers[]"} {
		t.has(inText, kinds, spec+containers+" env[] value", spec+containers+" args[]", spec+containers+" command[]")
		refer(aSecret, containers+" env[] valueFrom secretKeyRef name")
		refer(aSecret, containers+" envFrom[] secretRef name")
		refer(aConfigMap, containers+" env[] valueFrom configMapKeyRef name")
		refer(aConfigMap, containers+" envFrom[] configMapRef name")
	}
	refer(aSecret, " volumes[] secret secretName")
	refer(aConfigMap, " volumes[] configMap name")
	refer(aSecret, " volumes[] projected sources[] secret name")
	refer(aConfigMap, " volumes[] projected sources[] configMap name")
	refer("/PersistentVolumeClaim", " volumes[] persistentVolumeClaim claimName")
	refer(aSecret, " imagePullSecrets[] name")
	refer(anAccount, " serviceAccountName")
	t.add(name, "secrets-store.csi.x-k8s.io/SecretProviderClass", kinds, spec+" volumes[] csi volumeAttributes secretProviderClass")
	t.add(name, aSecret, kinds, spec+" volumes[] csi nodePublishSecretRef name")
}
