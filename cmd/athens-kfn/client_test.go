package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/sitetest"
)

// examplesIn are the examples in each of their clusters.
func examplesIn(t *testing.T) []sitetest.Site {
	t.Helper()
	return sitetest.Sites(t, root+"/examples/*/site.yaml")
}

func TestClient(t *testing.T) {
	for _, s := range examplesIn(t) {
		code, stdout, stderr := runWith(s.Args("client"), "")
		if code != 0 || stderr != "" {
			t.Fatalf("%s: exit code %d: %s", s.Name, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/client", s.Name+".txt"), stdout)
	}
	for _, name := range []string{"password", "tokens"} {
		in := readFile(t, root, "testdata/client", name+".yaml")
		code, stdout, stderr := runWith([]string{"client", "-"}, in)
		if code != 0 || stderr != "" {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/client", name+".txt"), stdout)
	}
}

// clientSite is a site with a spec of one line.
func clientSite(spec string) string {
	return "apiVersion: athens.gomods.io/v1alpha1\nkind: AthensSite\nmetadata: {name: goproxy, namespace: goproxy}\nspec: {host: goproxy.example.com, " + spec + "}\n"
}

func TestClientSettings(t *testing.T) {
	const goproxy = "go env -w GOPROXY="
	for _, c := range []struct{ spec, want string }{
		{"mesh: {}", goproxy + "https://goproxy.example.com\n"},
		{"gateway: {istio: {workload: {port: 8443}}}", goproxy + "https://goproxy.example.com:8443\n"},
		{"gateway: {istio: {workload: {port: 8443}}}, edge: {frontDoor: {id: 11111111-2222-3333-4444-555555555555}}", goproxy + "https://goproxy.example.com\n"},
		{"mesh: {mode: None}, gateway: {ingress: {}}", goproxy + "http://goproxy.example.com\n"},
		{"mesh: {mode: None}, gateway: {ingress: {}, tls: {secretName: cert}}", goproxy + "https://goproxy.example.com\n"},
		{"mesh: {mode: None}", goproxy + "http://goproxy-lathens.goproxy.svc.cluster.local\n"},
		{"mesh: {mode: None}", "service/goproxy-lathens 8080:80\n"},
		{"mesh: {mode: None}, lathens: {enabled: false}", goproxy + "http://goproxy-athens.goproxy.svc.cluster.local\n"},
		{"athens: {download: {mode: Async}}", goproxy + "https://goproxy.example.com,direct\n"},
		{`athens: {download: {mode: Async}, upstream: {goproxy: "https://mirror.example.com"}}`, goproxy + "https://goproxy.example.com,https://mirror.example.com\n"},
		// A mirror must not learn of private modules.
		{`athens: {download: {mode: Async}, private: {patterns: ["github.com/acme/*"]}, upstream: {goproxy: "https://mirror.example.com"}}`, goproxy + "https://goproxy.example.com,direct\n"},
		{"athens: {download: {mode: None}}", "serves only the modules that it holds"},
		{"athens: {networkMode: Offline}", "# GOPROXY must not name another proxy after the site"},
		{`athens: {upstream: {goEnv: {GOSUMDB: "off"}, sumDBs: ["https://sum.example.com"]}}`, "go env -w GOSUMDB=off\n"},
		{`athens: {upstream: {sumDBs: []}}`, "go env -w GOSUMDB=off\ngo env -w GOTOOLCHAIN=local\n"},
		{`athens: {upstream: {goEnv: {GOSUMDB: "off"}}}`, "go env -w GOSUMDB=off\ngo env -w GOTOOLCHAIN=local\n"},
		{`athens: {upstream: {sumDBs: ["https://sum.example.com"]}}`, "go asks directly unless you set one of"},
		{`athens: {filter: "-\n+ golang.org/x\n"}`, "The site's filter refuses golang.org/toolchain"},
		{"gateway: {clients: [{name: a, cidrs: [198.51.100.0/24]}]}", "# The site admits only clients with an address in 198.51.100.0/24.\n"},
		{"mesh: {mode: None}, gateway: {ingress: {}}, athens: {basicAuth: {secretRef: {name: users}}}", "sends none over plain HTTP"},
	} {
		code, stdout, stderr := runWith([]string{"client", "-", "-o", "shell"}, clientSite(c.spec))
		if code != 0 || !strings.Contains(stdout, c.want) {
			t.Errorf("%s: exit code %d %s, want %q in\n%s", c.spec, code, stderr, c.want, stdout)
		}
	}
}

func TestClientMistakes(t *testing.T) {
	minimal := root + "/examples/minimal"
	for _, c := range []struct {
		args  []string
		code  int
		wrong string
	}{
		{[]string{minimal, "-f", minimal}, 2, "client takes one FILE"},
		{[]string{"-f", minimal, "-o", "bash"}, 2, "write all, shell, powershell, ci or dockerfile"},
		{[]string{root + "/testdata/golden/ten-mistakes/input.yaml"}, 1, "spec."},
	} {
		code, stdout, stderr := runWith(append([]string{"client"}, c.args...), "")
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.wrong) {
			t.Errorf("client %q: exit code %d, want %d; stderr, want %q: %s", c.args, code, c.code, c.wrong, stderr)
		}
	}
}

// Regions that developers cannot tell apart need no choice.
func TestClient_NeedsNoRegionWhereAllAreAlike(t *testing.T) {
	alike := strings.Replace(twoRegions, "host: east.example.com", "athens: {logLevel: debug}", 1)
	_, want, _ := runWith([]string{"client", "-", "--region", "east"}, alike)
	if code, stdout, stderr := runWith([]string{"client", "-"}, alike); code != 0 || stdout != want || stderr != "" {
		t.Errorf("exit code %d, stderr %s, stdout %s", code, stderr, stdout)
	}
}
