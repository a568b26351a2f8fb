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
	drifted     = "AK811"
)

// manifestRules judge a site by its manifests (--manifests), no matter who wrote them.
func manifestRules() []Rule {
	rules := []Rule{{
		Code: notKnown, Severity: Unknown,
		Fault: "a part of the manifests cannot be judged",
		Title: "every part of the manifests that affects the site can be judged",
		Why:   "The manifests use a field, a value or a kind that athens-kfn does not read, or a file is not YAML. The answers that depend on it may be wrong, so the exit code is 3.",
		Cure:  "Correct the field if it is misspelt, or judge by hand what it changes.",
		Raw:   manifest("security.istio.io/v1", "AuthorizationPolicy", "goproxy-athens", "  rules:\n  - from:\n    - source:\n        principal: [cluster.local/ns/istio-system/sa/istio-ingressgateway]\n"),
	}, {
		Code: references, Severity: Error,
		Fault: "a reference names an object that is missing",
		Title: "every reference names an object of the manifests",
		Why:   "An object of the site names another object of the site that is not among the manifests, such as a ConfigMap, a ServiceAccount, a claim, a Service, a subset or a key. Pods do not start, or requests get 503. Objects that the site does not create are listed as what must exist.",
		Cure:  "Add the object, or correct the name. After namePrefix, nameSuffix or namespace of kustomize, run the transformer MeshReferences.",
		Raw: pods("serviceAccountName: goproxy-athens") + "---\n" +
			openPolicy,
	}, {
		Code: "AK803", Severity: Error,
		Fault: "a selector selects nothing",
		Title: "every selector selects a pod",
		Why:   "A Service without pods answers 503, and a policy that selects no pod protects nothing. The usual cause is a label that was changed on one side only.",
		Cure:  "Correct the selector or the labels of the pods.",
		Raw:   manifest("v1", "Service", "goproxy-athens", "  ports: [{name: http, port: 80, targetPort: http}]\n  selector: {app.kubernetes.io/name: athens}\n"),
		judge: (*manifests.Site).Selectors,
	}, {
		Code: capture, Severity: Error,
		Beside: []string{"AK805"},
		Fault:  "connections of a pod bypass its sidecar",
		Title:  "all connections of the site's pods pass their sidecars",
		Why:    "Without its sidecar, a pod has no identity, and no policy of the mesh restricts its callers: it answers every request, not only those of the site's routes.",
		Cure:   "Remove the label, the annotation or hostNetwork from the pods, and enrol the namespace.",
		Raw: manifest("security.istio.io/v1", "PeerAuthentication", "goproxy", "  mtls: {mode: STRICT}\n") + "---\n" +
			strings.Replace(pods(""), "    metadata:\n", "    metadata:\n      annotations: {sidecar.istio.io/inject: \"false\"}\n", 1) + "---\n" +
			openPolicy,
	}, {
		Code: promises, Severity: Error,
		Beside: []string{"AK806"},
		Fault:  "a request does not get the answer that the site promises",
		Title:  "every request that prove lists gets the answer that the site promises",
		Why:    "Routes, policies and workloads together decide which program answers a request, which one answers if that is down, and which callers are refused. One of them was changed or is missing, so that the site refuses a client, or admits a caller that it must refuse.",
		Cure:   "Follow the request with `athens-kfn prove --manifests FILE --request 'GET /PATH' --as CALLER`, and correct the object that the last step names.",
		Raw: manifest("networking.istio.io/v1", "VirtualService", "goproxy", "  hosts: [goproxy.example.com]\n  gateways: [istio-system/shared]\n  http:\n  - match: [{uri: {prefix: /sumdb/}}]\n    route: [{destination: {host: goproxy-athens}}]\n") + "---\n" +
			manifest("v1", "Service", "goproxy-athens", "  ports: [{name: http, port: 80, targetPort: http}]\n  selector: {app.kubernetes.io/name: athens}\n") + "---\n" + pods("") + "---\n" +
			openPolicy,
	}, {
		Code: "AK806", Severity: Error,
		Beside: []string{"AK805"},
		Fault:  "the mesh does not notice failing pods",
		Title:  "the mesh notices failing pods and sends lists to Athens when the cache fails",
		Why:    "Only outlierDetection makes Istio stop sending requests to a failing pod, and only failoverPriority makes it prefer lathens to Athens in the Service for lists. The DestinationRule sets both.",
		Cure:   "Restore outlierDetection and localityLbSetting.failoverPriority of the DestinationRule.",
		Raw: manifest("networking.istio.io/v1", "DestinationRule", "goproxy-list", "  host: goproxy-list\n  trafficPolicy:\n    loadBalancer:\n      localityLbSetting: {enabled: true, failoverPriority: [athens.gomods.io/list=cache]}\n") + "---\n" +
			manifest("v1", "Service", "goproxy-list", "  ports: [{name: http, port: 80, targetPort: http}]\n  selector: {athens.gomods.io/serves-list: \"true\"}\n") + "---\n" +
			pods("") + "---\n" + strings.NewReplacer("athens.gomods.io/list: origin", "athens.gomods.io/list: cache", "name: goproxy-athens", "name: goproxy-lathens", "name: athens", "name: lathens").Replace(pods("")) + "---\n" +
			openPolicy,
		judge: (*manifests.Site).Destinations,
	}, {
		Code: "AK807", Severity: Error,
		Fault: "NetworkPolicies block the peers of a pod",
		Title: "every peer of a NetworkPolicy matches a pod, and every pod has rules",
		Why:   "A peer that matches no pod blocks the pod that it was written for, such as the gateway. kustomize's commonLabels, and labels with includeSelectors, add their labels to peers outside the build, which do not have them.",
		Cure:  "Restore the labels of the peer. Add labels without includeSelectors.",
		Raw: pods("") + "---\n" +
			manifest("networking.k8s.io/v1", "NetworkPolicy", "goproxy-athens", "  podSelector: {}\n  policyTypes: [Ingress, Egress]\n  egress: [{}]\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels: {app.kubernetes.io/name: lathens}\n"),
		judge: (*manifests.Site).Peers,
	}, {
		Code: "AK808", Severity: Warning,
		Fault: "no NetworkPolicy restricts a pod",
		Title: "NetworkPolicies restrict both directions of every pod of the site",
		Why:   "The mesh's policies restrict requests only. Without a NetworkPolicy, any pod of the cluster can reach any port of this pod, and this pod can reach any address.",
		Cure:  "Add a NetworkPolicy for the pods, or correct the podSelector of the one that is meant for them.",
		Raw:   pods(""),
		judge: (*manifests.Site).Open,
	}, {
		Code: notRendered, Severity: Error,
		Beside: []string{"AK811"},
		Fault:  "an object that the spec renders to is missing",
		Title:  "every object that the spec renders to is among the manifests",
		Why:    "If you pass a spec with --manifests, check looks for each object that the spec renders to among the manifests, by kind and name. A missing object was deleted, renamed or not applied.",
		Cure:   "Apply the object, or leave its part out of the spec. `athens-kfn diff SPEC --manifests FILE` shows every difference.",
		Raw:    sound + "---\n" + pods("") + "---\n" + openPolicy,
	}, {
		Code: drifted, Severity: Warning,
		Beside: []string{"AK809"},
		Fault:  "a field differs from what the spec renders to",
		Title:  "every field that affects requests, callers, data or pods is as the spec renders it",
		Why:    "If you pass a spec with --manifests, check compares the manifests with what the spec renders to. A patch, an old render or a change by hand made one of them different, and the field decides which requests are answered, who may send them, or how pods start, stop and fail. Nothing is said about what has no such effect: more than one replica, resources, labels and annotations of other tools, mirrors and digests of images, nodes to run on, stricter security contexts, the order of what has names, and variables, volumes and containers that no program of the site reads. If kustomize moved all objects to another namespace, or put a prefix or a suffix around their names, they are compared with what the transformer MeshReferences writes for that. If it is not known which object is which, that is AK801.",
		Cure:   "Render the manifests again, or write the change in the spec: the command why names the field that decides it. If the patch is intended, accept it for this field: add the line `AK811 KIND NAMESPACE/NAME FIELD: REASON` to the annotation athens.gomods.io/accept of the AthensSite. `athens-kfn diff SPEC --manifests FILE` shows every difference.",
		Raw:    sound + "---\n" + pods("hostNetwork: true") + "---\n" + openPolicy,
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
