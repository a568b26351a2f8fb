package check

import (
	"errors"
	"strings"

	"github.com/gomods/athens-kfn/pkg/releases"
)

// Codes of the rules about clusters.
const (
	lacking     = "AK901"
	notAnswered = "AK902"
)

// clusterRules judge the cluster that a site is meant for (--cluster).
func clusterRules() []Rule {
	return []Rule{{
		Code: lacking, Severity: Error,
		Fault: "the cluster lacks something that the site needs",
		Title: "the cluster has what the site needs and does not create",
		Why:   "The site names objects that others create, and assumes an Istio with a gateway. If one of them is missing or differs, pods do not start, certificates are not served, or every request is refused. Nothing but the cluster itself can tell.",
		Cure:  "Create what is missing, or correct the field of the spec that names it. `athens-kfn init` and the runbook print the commands for Secrets.",
		cluster: exampleCluster(map[string]string{
			"secrets": "Secret azurestorageaccountkey tls.crt",
		}),
	}, {
		Code: notAnswered, Severity: Unknown,
		Fault: "the cluster does not answer",
		Title: "the cluster answers every question about what the site needs",
		Why:   "You may not read the object, kubectl cannot reach the cluster, or the answer is not what Kubernetes or Istio write. Whether the site has what it needs is not known, so the exit code is 3.",
		Cure:  "Fix the cause that kubectl reports. If access is denied, run the command as a user who may read the object: `kubectl auth can-i get RESOURCE -n NAMESPACE`. Of Secrets, check reads only the keys.",
		cluster: exampleCluster(map[string]string{
			"secrets": "",
		}),
	}}
}

// exampleCluster has everything that the sound site needs, but for what another
// answer says about a resource; an empty one is refused.
func exampleCluster(others map[string]string) Kubectl {
	major, minor, _ := strings.Cut(releases.KubernetesNewest, ".")
	answers := map[string]string{
		"--raw":       `{"major":"` + major + `","minor":"` + minor + `"}`,
		"configmaps":  "ConfigMap",
		"pods":        "List\ngateway\tistio-ingressgateway-service-account\tRunning\n",
		"deployments": "List\ndocker.io/istio/pilot:" + releases.IstioNewest + ".0\n",
		"daemonsets":  "List\n1\n", "mutatingwebhookconfigurations": "List\ndefault\t\n",
		"secrets": "Secret azurestorageaccountkey tls.crt tls.key", "serviceaccounts": "ServiceAccount",
	}
	return func(args ...string) ([]byte, error) {
		resource, _, _ := strings.Cut(args[1], ".")
		answer, other := others[resource]
		switch {
		case other && answer == "":
			return nil, errors.New("kubectl: Error from server (Forbidden): " + resource + " is forbidden")
		case !other && strings.HasPrefix(args[2], "/apis/"):
			answer = `{"kind":"APIResourceList","resources":[{"kind":"AuthorizationPolicy"},{"kind":"DestinationRule"},{"kind":"EnvoyFilter"},{"kind":"Gateway"},{"kind":"PeerAuthentication"},{"kind":"ServiceEntry"},{"kind":"Sidecar"},{"kind":"Telemetry"},{"kind":"VirtualService"}]}`
		case !other:
			answer = answers[resource]
		}
		return []byte(answer), nil
	}
}
