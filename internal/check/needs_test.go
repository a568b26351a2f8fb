package check_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/check"
	"github.com/gomods/athens-kfn/pkg/limits"
)

// TestNeeds_NameTheCNIPlugin: what the site's pods cannot start without is in
// the list, with the command of the platform.
func TestNeeds_NameTheCNIPlugin(t *testing.T) {
	const (
		istioctl = "istioctl install --set components.cni.enabled=true"
		helm     = "helm install istio-cni istio/cni -n istio-system --wait, then helm upgrade istiod istio/istiod -n istio-system --reuse-values --set pilot.cni.enabled=true, both with the --version of your Istio"
		helm131  = "helm install istio-cni istio/cni -n istio-system --set revision=1-31-0 --wait, then helm upgrade istiod-1-31-0 istio/istiod -n istio-system --reuse-values --set pilot.cni.enabled=true, both with the --version of your Istio"
		aks      = "az aks mesh proxy-redirection-mechanism --resource-group %s --name %s --mechanism CNIChaining"
	)
	own := strings.NewReplacer("GROUP", "goproxy", "CLUSTER", "weu")
	placeholders := strings.Replace(strings.Replace(aks, "%s", "GROUP", 1), "%s", "CLUSTER", 1)
	for name, c := range map[string]struct{ spec, want string }{
		"an Istio of one's own":   {"", istioctl},
		"baseline refuses it too": {"namespace: {podSecurity: baseline}", istioctl},
		"another owner's level":   {"namespace: {create: false}", istioctl},
		"the AKS add-on":          {"mesh: {revision: asm-1-30}", placeholders},
		"a cluster of the site's": {"mesh: {revision: asm-1-30}\n  azure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, cluster: {name: weu, proxyRedirectionMechanism: CNIChaining}}}", own.Replace(placeholders)},
		"istioctl, a revision":    {"mesh: {revision: 1-31-0}", istioctl + " --revision 1-31-0"},
		"the revision default":    {"mesh: {revision: default}", istioctl},
		"Helm":                    {"gateway: {istio: {workload: {namespace: istio-ingress, labels: {istio: ingress}}}}", helm},
		"Helm's other release":    {"gateway: {istio: {workload: {namespace: istio-ingress, labels: {istio: ingressgateway}}}}", helm},
		"Helm, a release's own":   {"gateway: {istio: {workload: {namespace: gateways, labels: {istio: public, app: public}}}}", helm},
		"Helm, by the account":    {"gateway: {istio: {workload: {serviceAccountName: istio-ingress, namespace: istio-ingress}}}", helm},
		"Helm, a revision":        {"gateway: {istio: {workload: {namespace: istio-ingress, labels: {istio: ingress}}}}\n  mesh: {revision: 1-31-0}", helm131},
		"the Gateway API":         {"gateway: {istio: {workload: {namespace: gateways, labels: {gateway.networking.k8s.io/gateway-name: public}}}}\n  mesh: {revision: 1-31-0}", istioctl + " --revision 1-31-0, or, if Helm installed Istio, " + helm131},
		"the add-on, its Gateway": {"gateway: {istio: {workload: {namespace: gateways, labels: {gateway.networking.k8s.io/gateway-name: public}}}}\n  mesh: {revision: asm-1-30}", placeholders},
		"privileged admits it":    {"namespace: {podSecurity: privileged}", ""},
		"no mesh":                 {"mesh: {mode: None}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n  " + c.spec + "\n"
			report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site)}}, limits.Set{}, "", "site.yaml")
			needs := report.Sites[0].Needs
			at := slices.IndexFunc(needs, func(n check.Need) bool { return n.Kind == "CNI plugin" })
			switch {
			case (at >= 0) != (c.want != ""):
				t.Errorf("needs %v, want %q", needs, c.want)
			case at >= 0 && !strings.HasSuffix(needs[at].For, ": "+c.want):
				t.Errorf("%q, want %q", needs[at].For, c.want)
			}
		})
	}
}

// TestNeeds_NameHostsThatMustBePublic: mode Open closes private addresses, which
// a file cannot show.
func TestNeeds_NameHostsThatMustBePublic(t *testing.T) {
	const blob = "athens: {storage: {azureBlob: {account: weu, container: gomods, credentials: {secretRef: {name: s}}}}, private: {patterns: [git.corp.example.com/*]}}"
	for name, c := range map[string]struct{ spec, want string }{
		"the public database alone": {"", ""},
		"a storage and a server":    {blob, "git.corp.example.com, weu.blob.core.windows.net"},
		"ranges are open":           {blob + "\n  egress: {allow: [{cidr: 10.0.0.0/8}]}", ""},
		"mode Listed":               {blob + "\n  egress: {mode: Listed}", ""},
		"nothing closes them":       {blob + "\n  networkPolicies: {enabled: false}", ""},
	} {
		site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n  " + c.spec + "\n"
		got := ""
		for _, n := range check.Run([]check.File{{Name: "site.yaml", Content: []byte(site)}}, limits.Set{}, "", "site.yaml").Sites[0].Needs {
			if n.Kind == "public address" {
				got = n.Name
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestLathensMemory_LooksAtRequestAndLimit: what is left out is derived; what is
// written must hold the cache, on either side.
func TestLathensMemory_LooksAtRequestAndLimit(t *testing.T) {
	for resources, want := range map[string]string{
		"{}":                         "",
		"{limits: {cpu: 100m}}":      "",
		"{requests: {memory: 1Gi}}":  "",
		"{limits: {memory: 1Gi}}":    "",
		"{requests: {memory: 64Mi}}": "spec.lathens.resources.requests.memory: 64Mi is less than 432Mi",
		"{limits: {memory: 64Mi}}":   "spec.lathens.resources.limits.memory: 64Mi is less than 432Mi",
		"{requests: {memory: 64Mi}, limits: {memory: 1Gi}}":  "spec.lathens.resources.requests.memory: 64Mi is less than 432Mi",
		"{requests: {memory: 64Mi}, limits: {memory: 64Mi}}": "spec.lathens.resources.limits.memory: 64Mi is less than 432Mi",
	} {
		site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n  lathens: {resources: " + resources + "}\n"
		report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site)}}, limits.Set{}, "", "site.yaml").Sites[0]
		var got []string
		for _, f := range report.Findings {
			if f.Code == "AK306" {
				said, _, _ := strings.Cut(f.Said(), ",")
				got = append(got, said)
			}
		}
		if strings.Join(got, "; ") != want || slices.Contains(report.Passed, "AK306") != (want == "") {
			t.Errorf("%s: %q, want %q; passed: %v", resources, got, want, report.Passed)
		}
	}
}

// TestNeeds_NameTheConfigMapOfAProvider: a revision of the mesh knows only the
// providers that its own mesh config has.
func TestNeeds_NameTheConfigMapOfAProvider(t *testing.T) {
	for spec, want := range map[string]string{
		"logs: {access: {provider: json}}":                                "access logs, in the ConfigMap istio-system/istio",
		"mesh: {revision: 1-31-0}\n  logs: {access: {provider: json}}":    "access logs, in the ConfigMap istio-system/istio-1-31-0",
		"mesh: {revision: asm-1-30}\n  logs: {access: {provider: json}}":  "access logs, in the ConfigMap aks-istio-system/istio-shared-configmap-asm-1-30",
		"mesh: {revision: asm-1-30}\n  logs: {access: {provider: envoy}}": "",
	} {
		site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n  " + spec + "\n"
		report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site)}}, limits.Set{}, "", "site.yaml")
		got := ""
		for _, n := range report.Sites[0].Needs {
			if n.Kind == "extension provider" {
				got = n.For
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", spec, got, want)
		}
	}
}

// A region with another name for its certificate needs another Secret; what all regions
// need has no region.
func TestNeeds_NameTheirRegions(t *testing.T) {
	report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(`apiVersion: athens.gomods.io/v1alpha1
kind: AthensSite
metadata: {name: goproxy, namespace: goproxy}
spec:
  host: goproxy.example.com
  regions: [{name: west}, {name: east, overrides: {gateway: {tls: {secretName: east}}}}]
`)}}, limits.Set{}, "", "site.yaml")
	for _, n := range report.Sites[0].Needs {
		var want []string
		switch n.Name {
		case "goproxy-tls":
			want = []string{"west"}
		case "east":
			want = []string{"east"}
		}
		if !slices.Equal(n.Regions, want) {
			t.Errorf("%s %s: regions %q, want %q", n.Kind, n.Name, n.Regions, want)
		}
	}
	var out strings.Builder
	check.Text{}.Write(&out, report)
	if !regexp.MustCompile(`/east +in east: tls.crt`).MatchString(out.String()) {
		t.Error(out.String())
	}
}
