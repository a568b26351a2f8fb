package gateways

import (
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/namespaces"
)

func TestFind(t *testing.T) {
	labels := func(s string) map[string]string {
		out := map[string]string{}
		for _, l := range strings.Fields(s) {
			key, value, _ := strings.Cut(l, "=")
			out[key] = value
		}
		return out
	}
	for _, c := range []struct {
		name                         string
		addOn                        bool
		namespace, selector, account string
		want                         string // namespace/account
	}{
		{"nothing is said", false, "", "", "", "istio-system/istio-ingressgateway-service-account"},
		{"nothing is said, with the add-on", true, "", "", "", "aks-istio-ingress/aks-istio-ingressgateway-external"},
		{"istioctl's label", false, "", "istio=ingressgateway", "", "istio-system/istio-ingressgateway-service-account"},
		{"istioctl's labels", false, "istio-system", "istio=ingressgateway app=istio-ingressgateway", "", "istio-system/istio-ingressgateway-service-account"},
		{"Helm as Istio's pages install it", false, "istio-ingress", "istio=ingress", "", "istio-ingress/istio-ingress"},
		{"Helm by its label", false, "", "istio=ingress", "", "istio-ingress/istio-ingress"},
		{"Helm by both labels", false, "istio-ingress", "istio=ingress app=istio-ingress", "", "istio-ingress/istio-ingress"},
		{"Helm's other release", false, "istio-ingress", "istio=ingressgateway", "", "istio-ingress/istio-ingressgateway"},
		{"Helm, a release of one's own", false, "edge", "istio=public app=istio-public", "", "edge/istio-public"},
		{"Helm, a release without istio-", false, "edge", "istio=public app=public", "", "edge/public"},
		{"Helm, by the account", false, "istio-ingress", "", "istio-ingress", "istio-ingress/istio-ingress"},
		{"Gateway API", false, "edge", "gateway.networking.k8s.io/gateway-name=public", "", "edge/public-istio"},
		{"Gateway API with the add-on", true, "edge", "gateway.networking.k8s.io/gateway-name=public", "", "edge/public-istio"},
		{"the add-on's internal gateway", true, "", "istio=aks-istio-ingressgateway-internal", "", "aks-istio-ingress/aks-istio-ingressgateway-internal"},
		{"the add-on's namespace", true, "aks-istio-ingress", "", "", "aks-istio-ingress/aks-istio-ingressgateway-external"},

		{"two releases", false, "istio-ingress", "", "", ""},
		{"istioctl's label with the add-on", true, "", "istio=ingressgateway", "", ""},
		{"a namespace of one's own", false, "edge", "", "", ""},
		{"istioctl's label elsewhere", false, "edge", "istio=ingressgateway", "", ""},
		{"Helm's label in istioctl's namespace", false, "istio-system", "istio=ingress", "", ""},
		{"one label too many", false, "", "istio=ingressgateway a=b", "", ""},
		{"an empty label", false, "", "other=", "", ""},
		{"half of Helm's labels", false, "edge", "app=public", "", ""},
		{"labels of two releases", false, "edge", "istio=public app=istio-private", "", ""},
		{"a release in no namespace", false, "", "istio=public app=public", "", ""},
		{"an account of one's own", false, "istio-ingress", "", "mine", ""},
	} {
		found, ok := Find(c.addOn, c.namespace, labels(c.selector), c.account)
		got := ""
		if ok {
			got = found.Namespace + "/" + found.ServiceAccount
			if found.Namespace == "" {
				got = c.namespace + got
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if strings.Contains(found.ServiceAccount, "*") {
			t.Errorf("%s: %s was not filled in", c.name, found.ServiceAccount)
		}
	}
}

// TestOf: pods are a gateway's if the table has their namespace and labels, and
// unknown where labels would mean pods of all namespaces, or those of others.
func TestOf(t *testing.T) {
	type labels = map[string]string
	for _, test := range []struct {
		namespace string
		selector  labels
		by        string // empty for none
	}{
		{"istio-system", labels{"istio": "ingressgateway"}, "istioctl install"},
		{"istio-system", labels{"istio": "ingressgateway", "app": "istio-ingressgateway"}, "istioctl install"},
		{"istio-ingress", labels{"istio": "ingress"}, "the Helm chart istio/gateway, release istio-ingress"},
		{"istio-ingress", labels{"istio": "internal", "app": "istio-internal"}, "the Helm chart istio/gateway"},
		{"edge", labels{"istio": "edge", "app": "edge"}, "the Helm chart istio/gateway"},
		{"aks-istio-ingress", labels{"istio": "aks-istio-ingressgateway-internal"}, "the internal gateway of the AKS add-on"},
		{"edge", labels{"gateway.networking.k8s.io/gateway-name": "public"}, "Istio, for a Gateway of the Gateway API"},
		{"istio-system", labels{"istio": "pilot"}, ""},
		{"istio-system", labels{"security.istio.io/tlsMode": "istio"}, ""},
		{"istio-system", labels{"istio": "x", "app": "x"}, ""},
		{"istio-system", labels{"gateway.networking.k8s.io/gateway-name": "public"}, ""},
		{"istio-system", labels{"istio": "ingressgateway", "team": "x"}, ""},
		{"istio-system", nil, ""},
		{"aks-istio-system", labels{"istio": "x", "app": "x"}, ""},
		{"argocd", labels{"istio": "x", "app": "x"}, ""},
		{"argocd", labels{"app.kubernetes.io/name": "argocd-server"}, ""},
		{"kube-system", labels{"istio": "ingressgateway"}, ""},
		{"edge", labels{"istio": "edge"}, ""},
	} {
		if found, _ := Of(test.namespace, test.selector); found.By != test.by && !(test.by == "" && found.Labels == nil) {
			t.Errorf("%s %v: %q, want %q", test.namespace, test.selector, found.By, test.by)
		}
	}
	for _, i := range Known() {
		if _, taken := namespaces.Reserved(i.Namespace); i.Namespace != "" && !taken {
			t.Errorf("a site may live in %s, beside the gateway of %s", i.Namespace, i.By)
		}
	}
	for _, root := range Roots() {
		if _, taken := namespaces.Reserved(root); !taken {
			t.Errorf("a site may live in the root namespace %s", root)
		}
	}
}
