package check

import (
	"strings"

	"github.com/gomods/athens-kfn/internal/manifests"
)

// Codes of the rules about manifests that this package itself reports.
const (
	notKnown    = "AK801"
	references  = "AK802"
	capture     = "AK804"
	promises    = "AK805"
	notRendered = "AK809"
)

// manifestRules judge a site by its manifests (--manifests), whoever wrote them.
func manifestRules() []Rule {
	rules := []Rule{{
		Code: notKnown, Severity: Unknown,
		Fault: "something of the manifests cannot be judged",
		Title: "everything in the manifests that decides about the site could be judged",
		Why:   "The manifests use a field, a value or a kind that athens-kfn does not read, or a file is not YAML. The answers that depend on it may be wrong, so the exit code is 3.",
		Cure:  "Correct the field if it is misspelt, or judge by hand what it changes.",
		Raw:   manifest("security.istio.io/v1", "AuthorizationPolicy", "goproxy-athens", "  rules:\n  - from:\n    - source:\n        principal: [cluster.local/ns/istio-system/sa/istio-ingressgateway]\n"),
	}, {
		Code: references, Severity: Error,
		Fault: "a reference names an object that is missing",
		Title: "every reference between the manifests names an object of them",
		Why:   "An object of the site names another one that the site makes and that is not among the manifests, such as a ConfigMap, a ServiceAccount, a claim, a Service, a subset or a key. Pods do not start, or requests get 503. Objects that others make are listed as what must exist.",
		Cure:  "Add the object, or correct the name. After namePrefix, nameSuffix or namespace of kustomize, run the transformer MeshReferences.",
		Raw: pods("serviceAccountName: goproxy-athens") + "---\n" +
			openPolicy,
	}, {
		Code: "AK803", Severity: Error,
		Fault: "a selector selects nothing",
		Title: "every selector selects a pod",
		Why:   "A Service without pods answers 503, and a policy that selects no pod protects nothing. Labels that were changed on one side only are the usual cause.",
		Cure:  "Correct the selector or the labels of the pods.",
		Raw:   manifest("v1", "Service", "goproxy-athens", "  ports: [{name: http, port: 80, targetPort: http}]\n  selector: {app.kubernetes.io/name: athens}\n"),
		judge: (*manifests.Site).Selectors,
	}, {
		Code: capture, Severity: Error,
		Beside: []string{"AK805"},
		Fault:  "connections of a pod bypass its sidecar",
		Title:  "all connections of the site's pods pass their sidecars",
		Why:    "Without its sidecar a pod has no identity, and no policy of the mesh restricts who may call it: the site's routes answer, and everything else does too.",
		Cure:   "Remove the label, the annotation or hostNetwork from the pods, and enrol the namespace.",
		Raw: manifest("security.istio.io/v1", "PeerAuthentication", "goproxy", "  mtls: {mode: STRICT}\n") + "---\n" +
			strings.Replace(pods(""), "    metadata:\n", "    metadata:\n      annotations: {sidecar.istio.io/inject: \"false\"}\n", 1) + "---\n" +
			openPolicy,
	}, {
		Code: promises, Severity: Error,
		Beside: []string{"AK806"},
		Fault:  "a request gets another answer than the site promises",
		Title:  "every request of the table of prove gets the answer that the site promises",
		Why:    "Routes, policies and workloads together decide who answers, who else does when that is gone, and who is refused. One of them was changed, or is missing, so that a client is refused or a stranger is not.",
		Cure:   "Follow the request with `athens-kfn prove --manifests FILE --request 'GET /PATH' --as CALLER`, and correct the object that the last step names.",
		Raw: manifest("networking.istio.io/v1", "VirtualService", "goproxy", "  hosts: [goproxy.example.com]\n  gateways: [istio-system/shared]\n  http:\n  - match: [{uri: {prefix: /sumdb/}}]\n    route: [{destination: {host: goproxy-athens}}]\n") + "---\n" +
			manifest("v1", "Service", "goproxy-athens", "  ports: [{name: http, port: 80, targetPort: http}]\n  selector: {app.kubernetes.io/name: athens}\n") + "---\n" + pods("") + "---\n" +
			openPolicy,
	}, {
		Code: "AK806", Severity: Error,
		Beside: []string{"AK805"},
		Fault:  "the mesh does not notice failing pods",
		Title:  "the mesh notices failing pods and sends lists to Athens when the cache fails",
		Why:    "Istio leaves a failing pod only with outlierDetection, and prefers lathens to Athens, which is behind it in the Service for lists, only with failoverPriority: both are in the DestinationRule.",
		Cure:   "Restore outlierDetection and localityLbSetting.failoverPriority of the DestinationRule.",
		Raw: manifest("networking.istio.io/v1", "DestinationRule", "goproxy-list", "  host: goproxy-list\n  trafficPolicy:\n    loadBalancer:\n      localityLbSetting: {enabled: true, failoverPriority: [athens.gomods.io/list=cache]}\n") + "---\n" +
			manifest("v1", "Service", "goproxy-list", "  ports: [{name: http, port: 80, targetPort: http}]\n  selector: {athens.gomods.io/serves-list: \"true\"}\n") + "---\n" +
			pods("") + "---\n" + strings.NewReplacer("athens.gomods.io/list: origin", "athens.gomods.io/list: cache", "name: goproxy-athens", "name: goproxy-lathens", "name: athens", "name: lathens").Replace(pods("")) + "---\n" +
			openPolicy,
		judge: (*manifests.Site).Destinations,
	}, {
		Code: "AK807", Severity: Error,
		Fault: "NetworkPolicies shut a pod out",
		Title: "the peers of every NetworkPolicy fit pods, and every pod has rules",
		Why:   "A peer that fits no pod shuts out the one that it was written for, such as the gateway. kustomize's commonLabels, and labels with includeSelectors, add their labels to peers outside the build, which do not have them.",
		Cure:  "Restore the labels of the peer. Add labels without includeSelectors.",
		Raw: pods("") + "---\n" +
			manifest("networking.k8s.io/v1", "NetworkPolicy", "goproxy-athens", "  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  egress: [{}]\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels: {app.kubernetes.io/name: lathens}\n"),
		judge: (*manifests.Site).Peers,
	}, {
		Code: "AK808", Severity: Warning,
		Fault: "no NetworkPolicy restricts a pod",
		Title: "NetworkPolicies restrict both directions of every pod of the site",
		Why:   "The mesh's policies restrict requests only. Without a NetworkPolicy, any pod of the cluster reaches any port of this one, and this one reaches any address.",
		Cure:  "Add a NetworkPolicy for the pods, or correct the podSelector of the one that is meant for them.",
		Raw:   pods(""),
		judge: (*manifests.Site).Open,
	}, {
		Code: notRendered, Severity: Error,
		Fault: "an object that the spec renders to is missing",
		Title: "every object that the spec renders to is among the manifests",
		Why:   "With a spec next to --manifests, both are read: the objects that the spec renders to are looked up among the manifests by kind and name. One that is missing was deleted, renamed, or not applied.",
		Cure:  "Apply the object, or leave its part out of the spec. `athens-kfn diff SPEC --manifests FILE` shows every difference.",
		Raw:   sound + "---\n" + pods("") + "---\n" + openPolicy,
	}}
	for i := range rules {
		rules[i].Manifests = true
	}
	return rules
}

// openPolicy is a NetworkPolicy that no rule complains about, for the examples.
var openPolicy = manifest("networking.k8s.io/v1", "NetworkPolicy", "goproxy-athens", "  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  ingress: [{}]\n  egress: [{}]\n")

// manifest is one of a site's, for the examples; spec is its lines.
func manifest(version, kind, name, spec string) string {
	return "apiVersion: " + version + "\nkind: " + kind + "\nmetadata:\n  name: " + name + "\n  namespace: goproxy\n  labels: {athens.gomods.io/site: goproxy.goproxy}\nspec:\n" + spec
}

// pods is a Deployment of Athens; the line is one of its pods' spec.
func pods(line string) string {
	if line != "" {
		line = "      " + line + "\n"
	}
	return manifest("apps/v1", "Deployment", "goproxy-athens", "  selector:\n    matchLabels: {app.kubernetes.io/name: athens}\n  template:\n    metadata:\n      labels: {app.kubernetes.io/name: athens, athens.gomods.io/list: origin, athens.gomods.io/serves-list: \"true\", athens.gomods.io/site: goproxy.goproxy}\n    spec:\n"+line+"      containers:\n      - name: athens\n        image: docker.io/gomods/athens\n        ports: [{name: http, containerPort: 3000}]\n")
}
