package docs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// answers are what the cluster of the context production has of what check asks for:
// a Secret without a key, and no permission to list DaemonSets.
var answers = []struct{ resource, answer string }{
	{"/version", `{"major":"1","minor":"35"}`},
	{"/apis/networking.istio.io/", `{"kind":"APIResourceList","resources":[{"kind":"DestinationRule"},{"kind":"EnvoyFilter"},{"kind":"Gateway"},{"kind":"ServiceEntry"},{"kind":"Sidecar"},{"kind":"VirtualService"}]}`},
	{"/apis/security.istio.io/", `{"kind":"APIResourceList","resources":[{"kind":"AuthorizationPolicy"},{"kind":"PeerAuthentication"}]}`},
	{"mutatingwebhookconfigurations", "List\ndefault\t"},
	{"deployments", "List\ndocker.io/istio/pilot:1.30.0"},
	{"pods", "List\ngateway\tistio-ingressgateway-service-account\tRunning"},
	{"configmaps", "ConfigMap"},
	{"secrets", "Secret tls.crt"},
	{"serviceaccounts", "ServiceAccount"},
	{"storageclasses", "List\ntrue"},
}

// asked answers kubectl get in the context production, and nothing elsewhere.
func asked(args []string) error {
	if !slices.Contains(args, "--context=production") {
		return nil
	}
	for _, a := range answers {
		if slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, a.resource) }) {
			fmt.Println(a.answer)
			return nil
		}
	}
	return errors.New("Error from server (Forbidden): daemonsets.apps is forbidden: User \"dev\" cannot list resource \"daemonsets\" in API group \"apps\" at the cluster scope") //nolint:staticcheck // as kubectl writes it
}
