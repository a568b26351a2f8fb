package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/prove"
)

// The whole table of a site is a golden: read its difference as an attacker
// would.
func TestProveTable(t *testing.T) {
	for _, example := range []string{"minimal", "production"} {
		code, stdout, stderr := runWith([]string{"prove", filepath.Join(root, "examples", example)}, "")
		if code != 0 || stderr != "" {
			t.Fatalf("%s: exit code %d, stderr %s", example, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/prove", example+".txt"), stdout)
	}
}

// What is promised of every request, and which requests get through, is a golden
// of each example.
func TestProveAll_OfTheExamplesIsProven(t *testing.T) {
	sites, err := filepath.Glob(filepath.Join(root, "examples", "*", "site.yaml"))
	if err != nil || len(sites) == 0 {
		t.Fatal("no examples", err)
	}
	for _, site := range sites {
		example := filepath.Base(filepath.Dir(site))
		if example == "laptop" { // has no mesh
			continue
		}
		args := []string{"prove", "--all", site}
		if example == "aks-multiregion" {
			args = append(args, "--region", "eastus2")
		}
		code, stdout, stderr := runWith(args, "")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %s", example, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/prove/all", example+".txt"), stdout)
	}
}

// Manifests with a route and a policy that let more through break promises.
func TestProveAll_PrintsTheShortestRequestThatBreaksAPromise(t *testing.T) {
	_, rendered, _ := runWith([]string{"render", filepath.Join(root, "examples/production")}, "")
	broken := strings.Replace(rendered, "^(GET|HEAD)$", "^(GET|HEAD|POST)$", 1)
	broken = strings.Replace(broken, "        methods:\n        - GET\n        - HEAD\n", "", 1)
	broken = strings.Replace(broken, `^.*/\.\.?;.*$`, "^/none$", 1)
	file := filepath.Join(t.TempDir(), "rendered.yaml")
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil || broken == rendered {
		t.Fatal("nothing is taken out", err)
	}
	code, stdout, _ := runWith([]string{"prove", "--all", "--manifests", file, filepath.Join(root, "examples/production")}, "")
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	compare(t, filepath.Join(root, "testdata/prove/all/broken.txt"), stdout)
	if code, _, stderr := runWith([]string{"prove", "--all", "--manifests", "-"}, rendered); code != 3 || !strings.Contains(stderr, "without their AthensSite") {
		t.Errorf("without the spec: exit code %d, %s", code, stderr)
	}
	code, stdout, _ = runWith([]string{"prove", "--all", "-o", "json", "--manifests", file, filepath.Join(root, "examples/production")}, "")
	var reports []prove.Report
	if err := json.Unmarshal([]byte(stdout), &reports); err != nil || code != 1 || reports[0].Verdict() != prove.BrokenBy {
		t.Errorf("exit code %d, %v, %s", code, err, stdout)
	}
}

// Without a route and a spec, no host is known, so a promise about the clients'
// requests has nothing to be proven of.
func TestProveAll_DoesNotKnowAHostWithoutARoute(t *testing.T) {
	site := filepath.Join(root, "examples/minimal")
	_, rendered, _ := runWith([]string{"render", site}, "")
	documents := slices.DeleteFunc(strings.Split(rendered, "\n---\n"), func(document string) bool { return strings.Contains(document, "kind: VirtualService") })
	routeless := strings.Join(documents, "\n---\n")
	_, stdout, _ := runWith([]string{"prove", "--all", "--manifests", "-"}, routeless)
	for _, want := range []string{"# goproxy/goproxy, of an unknown host\n", "\nprotocol        unknown  ", "\n? protocol: no VirtualService of the site has a host"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	if _, stdout, _ = runWith([]string{"prove", "--all", "--manifests", "-", site}, routeless); !strings.Contains(stdout, "\nprotocol        broken ") {
		t.Errorf("with the spec:\n%s", stdout)
	}
}

// A site that is inferred from manifests lacks what they lack: they say nothing
// about what was rendered.
func TestProveAll_ComparesWithARenderedSiteOnlyIfThereIsASpec(t *testing.T) {
	site := filepath.Join(root, "examples/minimal")
	_, rendered, _ := runWith([]string{"render", site}, "")
	for want, args := range map[string][]string{"unknown": nil, "proven": {site}} {
		_, stdout, _ := runWith(append([]string{"prove", "--all", "--manifests", "-"}, args...), rendered)
		if !strings.Contains(stdout, "\nas-rendered     "+want) || !strings.Contains(stdout, "\nprotocol        proven") {
			t.Errorf("%q: not %s:\n%s", args, want, stdout)
		}
	}
}

func TestProve(t *testing.T) {
	production := root + "/examples/production"
	for _, c := range []struct {
		args       []string
		code       int
		out, wrong string
	}{
		{[]string{production, "--request", "GET /github.com/%21azure/x/@v/list"}, 0, "fallback  athens, and no client sees a failure\n", ""},
		{[]string{production, "--request", "/golang.org/x/mod/@latest"}, 0, "by        lathens\n", ""},
		{[]string{"--request", "GET /catalog", "--as", "crathens", "-f", production}, 0, "status    200\n", ""},
		{[]string{production, "--request", "GET /catalog", "--as", "anyone"}, 0, "status    403\n", ""},
		{[]string{production, "--request", "GET /x/@v/list", "--as", "internet"}, 0, "policy    aks-istio-ingress/goproxy.goproxy-front-door\n", ""},
		{[]string{production, "--request", "GET /x/@v/list", "--as", "internet", "-H", "X-Azure-FDID: 11111111-2222-3333-4444-555555555555"}, 0, "status    200\n", ""},
		{[]string{production, "--request", "GET /x/@v/list", "--host", "evil.example.net"}, 0, "no route for host evil.example.net", ""},
		{[]string{production, "--request", "GET /x/@v/list", "--as", "lathens", "--service", "list"}, 0, "status    403\n", ""},
		{[]string{production, "--request", "GET /catalog"}, 0, "? the gateway's pods (istio=aks-istio-ingressgateway-external in aks-istio-ingress) run as ServiceAccount aks-istio-ingressgateway-external (the external gateway of the AKS add-on)\n    kubectl -n aks-istio-ingress get pods", ""},
		{[]string{production, "--region", "eastus2"}, 0, "# goproxy/goproxy, ", ""},
		{[]string{production, "--region", "eastus"}, 1, "", "eastus2"},
		{[]string{root + "/examples/laptop"}, 1, "", "set mesh.mode to Sidecar or Ambient"},
		{[]string{root + "/testdata/golden/ten-mistakes/input.yaml"}, 1, "", "spec."},
		{[]string{production, "--request", "GET catalog"}, 2, "", "write a request as in"},
		{[]string{production, "--request", "GET /catalog", "--as", "me"}, 2, "", "client, unlisted, internet, region, gateway"},
		{[]string{production, "--request", "GET /catalog", "--as", "client:foo"}, 2, "", "no entry of gateway.clients is called foo, because there is no entry: write client"},
		{[]string{root + "/testdata/golden/clients", "--request", "GET /catalog", "--as", "client:foo"}, 2, "", "no entry of gateway.clients is called foo: write client:"},
		{[]string{production, "--as", "nobody"}, 2, "", "--as is about one request"},
		{[]string{production, "--all", "--request", "GET /catalog"}, 2, "", "leave one out"},
		{[]string{production, "-o", "json"}, 2, "", "add --all"},
		{[]string{root + "/examples/laptop", "--all"}, 1, "", "mesh.mode is None"},
		{[]string{production, "--service", "lathens"}, 2, "", "--service is athens or list"},
		{[]string{production, "-H", "X"}, 2, "", "write a header as in"},
	} {
		code, stdout, stderr := runWith(append([]string{"prove"}, c.args...), "")
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.wrong) || code != 0 && stdout != "" {
			t.Errorf("prove %q: exit code %d (want %d)\nstdout (want %q): %s\nstderr (want %q): %s",
				c.args, code, c.code, c.out, stdout, c.wrong, stderr)
		}
	}
}
