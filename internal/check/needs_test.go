package check_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/check"
)

// TestNeeds_NameTheCNIPlugin: what the site's pods cannot start without is in
// the list, with the command of the platform.
func TestNeeds_NameTheCNIPlugin(t *testing.T) {
	const (
		istioctl = "istioctl install --set components.cni.enabled=true"
		aks      = "az aks mesh proxy-redirection-mechanism --resource-group %s --name %s --mechanism CNIChaining"
	)
	own := strings.NewReplacer("GROUP", "goproxy", "CLUSTER", "weu")
	placeholders := strings.Replace(strings.Replace(aks, "%s", "GROUP", 1), "%s", "CLUSTER", 1)
	for name, c := range map[string]struct{ spec, want string }{
		"an Istio of one's own":   {"", istioctl},
		"baseline refuses it too": {"namespace: {podSecurity: baseline}", istioctl},
		"somebody else's level":   {"namespace: {create: false}", istioctl},
		"the AKS add-on":          {"mesh: {revision: asm-1-30}", placeholders},
		"a cluster of the site's": {"mesh: {revision: asm-1-30}\n  azure: {provision: {resourceGroup: {name: goproxy, location: westeurope}, cluster: {name: weu, proxyRedirectionMechanism: CNIChaining}}}", own.Replace(placeholders)},
		"privileged admits it":    {"namespace: {podSecurity: privileged}", ""},
		"no mesh":                 {"mesh: {mode: None}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			site := "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec:\n  host: goproxy.example.com\n  " + c.spec + "\n"
			report := check.Run([]check.File{{Name: "site.yaml", Content: []byte(site)}}, "", "site.yaml")
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
