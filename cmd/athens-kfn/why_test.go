package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/internal/krm"
	"github.com/gomods/athens-kfn/internal/why"
)

// No answer is ever "unknown": every value of every object of every golden site
// is decided by fields, or there is a reason for it; and every object has a
// purpose.
func TestWhyKnowsEveryValue(t *testing.T) {
	count := 0
	for _, g := range goldens(t) {
		if !g.sound() {
			continue
		}
		nodes, err := krm.SitesIn([]byte(g.in))
		if err != nil {
			t.Fatal(err)
		}
		for _, node := range nodes {
			site, err := why.Of("site.yaml", node)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range site.Objects() {
				if o.Purpose == "" {
					t.Errorf("%s: %s has no purpose; add it to internal/why/purposes.go", g.name, o.ID)
				}
				for _, v := range o.Values {
					count++
					if len(v.Causes)+len(v.Needs) == 0 && v.Reason == "" {
						t.Errorf("%s: %s: %s: %s has no cause and no reason; add a rule to internal/why", g.name, o.ID, v.Path, v.Value)
					}
				}
			}
		}
	}
	if count < 5000 {
		t.Errorf("%d values only", count)
	}
}

func TestWhyGolden(t *testing.T) {
	for name, question := range map[string]string{
		"memory":        "deployment/goproxy-athens.spec.template.spec.containers[athens].resources.limits.memory",
		"service-links": "deploy/goproxy-athens.spec.template.spec.enableServiceLinks",
		"retries":       "virtualservice/goproxy.spec.http[list].retries",
		"autoscaler":    "hpa/goproxy-athens",
		"field":         "spec.athens.timeouts.request",
		"storage":       "athens.storage",
		"front-door":    "edge.frontDoor",
	} {
		code, stdout, stderr := runWith([]string{"why", "-f", root + "/examples/production/site.yaml", question}, "")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %s", name, code, stderr)
		}
		compare(t, filepath.Join(root, "testdata/why", name+".txt"), stdout)
	}
}

func TestComplete(t *testing.T) {
	production := root + "/examples/production/site.yaml"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"explain"}, "spec.athens.storage.azureBlob\n"},
		{[]string{"explain"}, "AK104\n"},
		{[]string{"explain", "--rec"}, "--recursive"},
		{[]string{"why", "-f", production}, "deployment/goproxy-athens\n"},
		{[]string{"why", "--reg"}, "--region"},
		{[]string{"why"}, ""},
	} {
		code, stdout, stderr := runWith(append(c.args, "--generate-shell-completion"), "")
		if code != 0 || stderr != "" || !strings.Contains(stdout, c.want) || c.want == "" && stdout != "" {
			t.Errorf("%q: exit code %d, stdout (want %q): %s, stderr: %s", c.args, code, c.want, stdout, stderr)
		}
	}
}

func TestWhy(t *testing.T) {
	production := root + "/examples/production/site.yaml"
	for _, c := range []struct {
		args       []string
		code       int
		out, wrong string
	}{
		{[]string{"-f", production, "VirtualServices/goproxy.spec.http[3].timeout"}, 0, "from      gateway.timeouts.list: 30s (default, from lathens.spread, mesh.revision)", ""},
		{[]string{"-f", production, "deploy/goproxy-lathens.spec.replicas"}, 0, "lathens.replicas: 3 (site.yaml:34)", ""},
		{[]string{"-f", production, "peerauthentication/default.spec"}, 0, "fixed     no field of the spec changes it", ""},
		{[]string{"-f", production, "--region", "eastus2", "deploy/goproxy-athens.spec.template.spec.containers[athens].env[ATHENS_AZURE_ACCOUNT_NAME].value"}, 0, "athens.storage.azureBlob.account: athenseus2 (region eastus2, site.yaml:49)", ""},
		{[]string{"-f", production, "athens.filter"}, 0, "is not written and has no default", ""},
		{[]string{"-f", production, "mesh.revision"}, 0, "defaults that follow it\n  lathens.spread\n  gateway.istio.workload.namespace\n", ""},
		{[]string{"-f", production, "--region", "eastus2", `namespace/goproxy.metadata.labels["istio.io/rev"]`}, 0, "mesh.revision: asm-1-30 (site.yaml", ""},
		{[]string{"-f", production, `spec.metrics.labels["a/b"]`}, 0, `spec.metrics.labels["a/b"] is not written`, ""},
		{[]string{"-f", production, `metrics.labels[a/b]`}, 0, `spec.metrics.labels["a/b"] is not written`, ""},
		{[]string{"-f", production, `metrics.labels.a.b`}, 1, "", `there is no field metrics.labels.a.b; write a key of spec.metrics.labels in brackets and quotes`},
		{[]string{"-f", production, "spec.host.x"}, 1, "", "there is no field spec.host.x; the type of spec.host is string"},
		{[]string{"-f", production, "athens.flter"}, 1, "", "did you mean spec.athens.filter"},
		{[]string{"-f", production, "service/nope"}, 1, "", "it has service/goproxy-list, service/goproxy-athens"},
		{[]string{"-f", production, "nope/nope"}, 1, "", "deployment/goproxy-athens"},
		{[]string{"-f", production, "service/goproxy-list.spec.nope"}, 1, "", "service/goproxy-list.spec has no nope; it has ports, selector, type"},
		{[]string{"-f", root + "/testdata/golden/ten-mistakes/input.yaml", "service/a"}, 1, "", "spec."},
		{[]string{"service/goproxy-list"}, 1, "", ".: no AthensSite in it"},
		{[]string{"-f", production}, 2, "", "why takes one KIND/NAME"},
	} {
		code, stdout, stderr := runWith(append([]string{"why"}, c.args...), "")
		if code != c.code || !strings.Contains(stdout, c.out) || !strings.Contains(stderr, c.wrong) || code != 0 && stdout != "" {
			t.Errorf("why %q: exit code %d (want %d)\nstdout (want %q): %s\nstderr (want %q): %s",
				c.args, code, c.code, c.out, stdout, c.wrong, stderr)
		}
	}
}
