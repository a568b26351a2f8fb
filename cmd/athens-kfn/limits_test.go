package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/limits"
)

// Sites that reach beyond their namespace: a load balancer before pods of
// others, rules in the mesh's own namespace, and a rule of the root namespace
// about pods of others.
var powers = map[string]string{
	"exposes Argo CD": `metadata: {name: goproxy, namespace: team-b}
spec:
  host: goproxy.team-b.example.com
  edge:
    frontDoor:
      id: 11111111-2222-3333-4444-555555555555
      originHost: origin.team-b.example.com
      loadBalancer: {serviceTag: {}}
  gateway:
    istio:
      workload:
        namespace: argocd
        labels: {app.kubernetes.io/name: argocd-server}
        serviceAccountName: argocd-server
        targetPort: 8080
    catalogClients: [{name: other-regions, cidrs: [198.51.100.7/32]}]
`,
	"lives in istio-system": `metadata: {name: goproxy, namespace: istio-system}
spec:
  host: goproxy.team-b.example.com
  namespace: {podSecurity: privileged}
  gateway: {istio: {workload: {namespace: istio-ingress, serviceAccountName: istio-ingress}}}
  mesh:
    rootNamespace: istio-root
`,
	"denies others' pods": `metadata: {name: goproxy, namespace: team-z}
spec:
  host: goproxy.team-z.example.com
  edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}
  gateway: {istio: {workload: {namespace: istio-system, labels: {security.istio.io/tlsMode: istio}, serviceAccountName: x, targetPort: 3000}}}
`,
	"is reached by a Service's name": `metadata: {name: goproxy, namespace: team-z}
spec:
  host: goproxy-athens.team-m.svc.cluster.local
`,
	"opens Envoy's port": `metadata: {name: goproxy, namespace: team-z}
spec: {host: goproxy.example.com, gateway: {istio: {workload: {targetPort: 15020}}}}
`,
	"collects in kube-system": `metadata: {name: goproxy, namespace: team-z}
spec: {host: goproxy.example.com, logs: {openTelemetry: {namespace: kube-system, exporter: {endpoint: "loki.team-z.svc.cluster.local:4317"}, image: "example.com/mine:v1"}}}
`,
	"runs an image of a team": `metadata: {name: goproxy, namespace: team-z}
spec: {host: goproxy.example.com, tracing: {provider: otel, collector: {serviceRef: {namespace: team-m, name: otel-collector}}, operator: {exporter: {endpoint: "loki.team-z.svc.cluster.local:4317"}}}}
`,
	"a region lives in another mesh": `metadata: {name: goproxy, namespace: team-z}
spec:
  host: goproxy.example.com
  region: west
  regions: [{name: west, overrides: {mesh: {rootNamespace: istio-root}}}]
`,
}

const siteHead = "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\n"

// TestPowers: whatever prints manifests, or says that a site is sound, refuses
// these without any configuration.
func TestPowers(t *testing.T) {
	for name, text := range powers {
		t.Run(name, func(t *testing.T) { refusesPowers(t, siteHead+text) })
	}
}

// refusesPowers wants every way to manifests, and check, to fail with an empty output.
func refusesPowers(t *testing.T, site string) {
	t.Helper()
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(site), "\n", "\n  ") + "\n"
	dir := filepath.Join(t.TempDir(), "out")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("site.yaml", []byte(site), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct {
		args []string
		in   string
	}{
		{[]string{"render", "-"}, site},
		{[]string{"render", "-", "--to", dir}, site},
		{nil, list},
		{[]string{"site.yaml"}, ""},
		{[]string{"argocd", "generate"}, ""},
	} {
		code, stdout, stderr := runWith(way.args, way.in)
		if code != 1 || strings.Contains(stdout, "NetworkPolicy") || !strings.Contains(stderr, "error: ") {
			t.Errorf("%q: exit code %d\n%s%.300s", way.args, code, stderr, stdout)
		}
	}
	if exists(dir) {
		t.Errorf("%s was written", dir)
	}
	if code, stdout, _ := runWith([]string{"check", "-"}, site); code != 1 || !strings.Contains(stdout, "✗") {
		t.Errorf("check: exit code %d\n%s", code, stdout)
	}
}

const customGateway = siteHead + `metadata: {name: goproxy, namespace: goproxy}
spec: {host: goproxy.example.com, gateway: {istio: {workload: {namespace: edge, labels: {app: edge-gateway}, serviceAccountName: edge}}}}
`

// limitsFile writes limits into a file.
func limitsFile(t *testing.T, spec string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "limits.yaml")
	if err := os.WriteFile(file, []byte("apiVersion: athens.gomods.io/v1alpha1\nkind: AthensLimits\nspec: "+spec+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// ofMachine lets a test say what the machine's file holds.
func ofMachine(t *testing.T, file string) {
	t.Helper()
	before := machineLimits
	machineLimits = file
	t.Cleanup(func() { machineLimits = before })
}

const edgeAllowed = "{gateways: [{namespace: edge, selector: {app: edge-gateway}}]}"

// TestLimits_WhoMayAllow: the machine's file allows a gateway that no table
// knows; a flag does where there is no such file, and a variable never does.
func TestLimits_WhoMayAllow(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none.yaml")
	allow, deny := limitsFile(t, edgeAllowed), limitsFile(t, "{namespaces: [other]}")
	for _, test := range []struct {
		name                    string
		machine, variable, flag string
		code                    int
		why                     string
	}{
		{"no limits", none, "", "", 1, "/etc/athens-kfn/limits.yaml (or --limits FILE"},
		{"the machine", allow, "", "", 0, ""},
		{"the flag", none, "", allow, 0, ""},
		{"the variable", none, allow, "", 1, "spec.gateway.istio.workload: "},
		{"the machine, and the variable narrows", allow, deny, "", 1, "metadata.namespace: "},
		{"the machine, and the flag narrows", allow, "", deny, 1, "metadata.namespace: "},
		{"the machine does not, the flag would", limitsFile(t, "{}"), "", allow, 1, "spec.gateway.istio.workload: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			ofMachine(t, test.machine)
			t.Setenv(limits.Variable, test.variable)
			for _, args := range [][]string{{"render", "-"}, {"check", "-"}} {
				if test.flag != "" {
					args = append(args, "--limits", test.flag)
				}
				code, stdout, stderr := runWith(args, customGateway)
				if code != test.code || !strings.Contains(stdout+stderr, test.why) {
					t.Errorf("%q: exit code %d, want %d and %q\n%s", args, code, test.code, test.why, stderr)
				}
			}
		})
	}
}

// TestLimits_Unreadable: limits that cannot be read stop everything that would
// ask them.
func TestLimits_Unreadable(t *testing.T) {
	dir, wrong := t.TempDir(), limitsFile(t, "{namespace: [a]}")
	none := filepath.Join(dir, "none.yaml")
	for name, c := range map[string]struct{ machine, variable string }{
		"a directory":       {dir, ""},
		"a wrong field":     {wrong, ""},
		"no such file":      {none, none},
		"a relative path":   {none, "limits.yaml"},
		"a wrong field too": {none, wrong},
	} {
		t.Run(name, func(t *testing.T) {
			ofMachine(t, c.machine)
			t.Setenv(limits.Variable, c.variable)
			refusedAlways(t)
		})
	}
	ofMachine(t, none)
	for _, flag := range []string{dir, wrong, none} {
		for _, command := range []string{"render", "check"} {
			if code, stdout, stderr := runWith([]string{command, "-", "--limits", flag}, siteHead+five); code != 1 || stdout != "" || stderr == "" {
				t.Errorf("%s --limits %s: exit code %d, %s", command, flag, code, stderr)
			}
		}
	}
}

// TestLimits_Terraform: what render refuses to put in the manifests is not
// printed as Terraform either, of a site and of its regions.
func TestLimits_Terraform(t *testing.T) {
	deny, allow := limitsFile(t, "{azureResources: false}"), limitsFile(t, "{azureResources: true}")
	none := filepath.Join(t.TempDir(), "none.yaml")
	for _, name := range []string{"aks-multiregion", "terraform"} {
		for _, test := range []struct {
			machine, variable, flag string
			code                    int
		}{
			{none, "", "", 0},
			{allow, "", "", 0},
			{deny, "", "", 1},
			{none, deny, "", 1},
			{none, "", deny, 1},
			{filepath.Dir(none), "", "", 1}, // cannot be read
		} {
			ofMachine(t, test.machine)
			t.Setenv(limits.Variable, test.variable)
			args := []string{"terraform", filepath.Join(root, "examples", name)}
			if test.flag != "" {
				args = append(args, "--limits", test.flag)
			}
			code, stdout, stderr := runWith(args, "")
			if code != test.code || (stdout == "") != (code == 1) || (stderr == "") != (code == 0) {
				t.Errorf("%s, %+v: exit code %d\n%s%.100s", name, test, code, stderr, stdout)
			}
		}
	}
}

const five = "metadata: {name: goproxy, namespace: goproxy}\nspec: {host: goproxy.example.com}\n"

func refusedAlways(t *testing.T) {
	t.Helper()
	site := siteHead + five
	t.Chdir(t.TempDir())
	if err := os.WriteFile("site.yaml", []byte(site), 0o600); err != nil {
		t.Fatal(err)
	}
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(site), "\n", "\n  ") + "\n"
	for _, way := range [][2]string{{"render -", site}, {"check -", site}, {"site.yaml", ""}, {"argocd generate", ""}, {"", list}} {
		code, stdout, stderr := runWith(strings.Fields(way[0]), way[1])
		if code != 1 || stdout != "" || stderr == "" {
			t.Errorf("%q: exit code %d\n%s%.300s", way[0], code, stderr, stdout)
		}
	}
}

// TestLimits_NeverFromTheInput: limits in the input are not obeyed, and not
// passed over.
func TestLimits_NeverFromTheInput(t *testing.T) {
	own := "---\napiVersion: athens.gomods.io/v1alpha1\nkind: AthensLimits\nmetadata: {name: mine}\nspec: " + edgeAllowed + "\n"
	for _, args := range [][]string{{"render", "-"}, {"check", "-"}} {
		if code, stdout, stderr := runWith(args, customGateway+own); code != 1 || !strings.Contains(stdout+stderr, "AthensLimits") {
			t.Errorf("%q: exit code %d\n%s", args, code, stdout+stderr)
		}
	}
	t.Setenv("ARGOCD_ENV_"+limits.Variable, limitsFile(t, edgeAllowed))
	t.Chdir(t.TempDir())
	if err := os.WriteFile("site.yaml", []byte(customGateway), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := runWith([]string{"argocd", "generate"}, ""); code != 1 || stdout != "" {
		t.Errorf("argocd generate: exit code %d\n%s", code, stderr)
	}
}
